"""Satpol PP hands nine people over with one letter: nine cases, one submission (rulings 27 and 28, 004 E10)."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from server.store import cases, entities
from tests.office import Office
from tests.raid import group, letter
from tests.sending import send

NINE = tuple(
    {"nama_lengkap": name, "usia": str(age), "jk": sex, "kelurahan": "Kandangsapi"}
    for name, age, sex in (
        ("Slamet", 51, "L"),
        ("Sumini", 48, "P"),
        ("Agus", 33, "L"),
        ("Wati", 29, "P"),
        ("Bagas", 14, "L"),
        ("Tutik", 61, "P"),
        ("Karno", 70, "L"),
        ("Yuni", 22, "P"),
        ("tanpa nama", 40, "L"),
    )
)


@pytest.fixture
def office(raids: Office) -> Office:
    return raids


@pytest.fixture
def url(office: Office) -> str:
    return office.phone_url("Ponsel Tono", "tono")


def unlinked(office: Office) -> list[dict]:
    return office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json


def gone(office: Office) -> list:
    """What is asked about people taken off a list."""
    open_ = (cases.task.c.kind == "row_gone", cases.task.c.done_at.is_(None))
    with office.store.read() as db:
        return list(db.execute(select(cases.task).where(*open_)).all())


def test_a_letter_with_nine_people_opens_nine_cases_each_with_its_own_answers(office: Office, url: str) -> None:
    opened, xml = letter(office.schema("razia_surat"), NINE)
    answer = send(url, xml)
    assert answer.status == 201, answer.text
    assert "9 kasus" in answer.text
    told = [office.case(case) for case in opened]
    assert [case["openSteps"] for case in told] == [["s02"]] * 9
    assert [case["facts"]["nama_lengkap"] for case in told] == [person["nama_lengkap"] for person in NINE]
    assert {case["facts"]["lokasi"] for case in told} == {"Alun-alun"}
    assert all("klien" not in case["facts"] for case in told), "what a row says of one is no fact of another"
    assert len({case["number"] for case in told}) == 9
    with office.store.read() as db:
        rows = db.execute(select(entities.entity.c.id, entities.entity.c.data)).all()
    assert {row.id for row in rows} == set(opened)


def test_the_same_letter_again_adds_nothing(office: Office, url: str) -> None:
    _, xml = letter(office.schema("razia_surat"), NINE)
    for _ in range(3):
        assert send(url, xml).status == 201
    assert len(office.cases) == 9
    assert office.count(cases.event) == 9


def test_rows_without_an_id_of_their_own_still_open_a_case_each_and_only_once(office: Office, url: str) -> None:
    opened, xml = letter(office.schema("razia_surat"), NINE[:2], ids=("", "bukan-uuid"), instance="uuid:surat")
    assert send(url, xml).status == 201
    assert sorted(office.case(case["id"])["facts"]["nama_lengkap"] for case in office.cases) == ["Slamet", "Sumini"]
    _, again = letter(
        office.schema("razia_surat"), NINE[:2], ids=opened, instance="uuid:surat-2", deprecated="uuid:surat"
    )
    assert send(url, again).status == 201
    assert len(office.cases) == 2


def test_what_was_filled_before_the_letter_arrived_waits_for_it(office: Office, url: str) -> None:
    """Tono gives the guidance offline; his colleague's letter comes a day later."""
    opened, xml = letter(office.schema("razia_surat"), NINE[:3])
    assert send(url, group(office.schema("razia_bimbingan"), opened)).status == 201
    assert [item["reason"] for item in unlinked(office)] == ["unplaced.case_unknown"] * 3
    assert send(url, xml).status == 201
    assert unlinked(office) == [item for item in unlinked(office) if item["kind"] == "waiting"]
    for case in opened:
        assert [item["form"] for item in office.case(case)["waiting"]] == ["razia_bimbingan"]


def test_a_corrected_letter_reaches_everybody_on_it_and_whoever_was_added(office: Office, url: str) -> None:
    schema = office.schema("razia_surat")
    opened, xml = letter(schema, NINE[:2], instance="uuid:surat")
    assert send(url, xml).status == 201
    corrected = [{**NINE[0], "kelurahan": "Bugul"}, NINE[1], NINE[2]]
    more = [*opened, str(uuid4())]
    _, xml = letter(schema, corrected, ids=more, day="2026-03-01", instance="uuid:surat-2", deprecated="uuid:surat")
    assert send(url, xml).status == 201
    told = [office.case(case) for case in more]
    assert [case["facts"]["kelurahan"] for case in told] == ["Bugul", "Kandangsapi", "Kandangsapi"]
    assert {case["openedAt"][:10] for case in told} == {"2026-03-01"}
    assert len(office.cases) == 3


def test_nobody_but_a_person_ends_the_case_of_somebody_taken_off_the_letter(office: Office, url: str) -> None:
    schema = office.schema("razia_surat")
    opened, xml = letter(schema, NINE[:2], instance="uuid:surat")
    assert send(url, xml).status == 201
    _, xml = letter(schema, NINE[:1], ids=opened[:1], instance="uuid:surat-2", deprecated="uuid:surat")
    assert send(url, xml).status == 201
    assert office.case(opened[1])["status"] == "open"
    assert office.case(opened[1])["facts"]["nama_lengkap"] == "Sumini"
    assert [task.case_id for task in gone(office)] == [opened[1]]
    events = f"/v1/projects/{office.project}/cases/{opened[1]}/events"
    body = {"type": "close", "closeReason": "bukan_sasaran", "reason": "salah catat"}
    assert office.as_("hadi").post(events, body).status == 200
    assert gone(office) == [], "closing the case answers the question"


def test_or_says_why_the_case_goes_on_without_the_letter(office: Office, url: str) -> None:
    schema = office.schema("razia_surat")
    opened, xml = letter(schema, NINE[:2], instance="uuid:surat")
    assert send(url, xml).status == 201
    _, xml = letter(schema, NINE[:1], ids=opened[:1], instance="uuid:surat-2", deprecated="uuid:surat")
    assert send(url, xml).status == 201
    (asked,) = gone(office)
    path = f"/v1/projects/{office.project}/merge-proposals/{asked.id}/dismiss"
    assert office.as_("hadi").post(path, {"reason": "sudah diserahkan ke kita"}).status == 200
    assert gone(office) == []
    assert office.case(opened[1])["status"] == "open"


def test_a_person_listed_twice_opens_one_case_and_the_other_row_waits(office: Office, url: str) -> None:
    one = str(uuid4())
    _, xml = letter(office.schema("razia_surat"), [NINE[0], {**NINE[0], "usia": "52"}], ids=(one, one))
    assert send(url, xml).status == 201
    assert [case["id"] for case in office.cases] == [one]
    (waiting,) = unlinked(office)
    assert (waiting["reason"], waiting["args"]["row"]) == ("unplaced.row_repeated", 2)


def test_a_letter_without_anybody_on_it_is_kept_for_a_person(office: Office, url: str) -> None:
    _, xml = letter(office.schema("razia_surat"), [])
    assert send(url, xml).status == 201
    (waiting,) = unlinked(office)
    assert waiting["reason"] == "unplaced.no_case"


def test_a_list_longer_than_any_raid_is_kept_for_a_person(office: Office, url: str) -> None:
    _, xml = letter(office.schema("razia_surat"), NINE * 23)
    assert send(url, xml).status == 201
    assert [item["reason"] for item in unlinked(office)] == ["unplaced.too_many_cases"]
    assert office.cases == []
