"""New cases go to an officer by the answer the office chose in its workbook, else into the section head's queue
(ruling 41)."""

from uuid import uuid4

import pytest

from server.access import OPERATOR
from server.actions.absences import add_absence
from server.actions.bundle import Upload
from server.actions.publish import publish_bundle
from server.actions.users import add_user
from server.cli import main
from tests.browsing import signed_in
from tests.drafts import draft
from tests.listed import Lists
from tests.office import PASSWORD, Office
from tests.sending import intake, send

KANDANGSAPI, PETAMANAN = "35.75.04.1011", "35.75.04.1008"


@pytest.fixture
def url(office: Office) -> str:
    """Two social workers answer for one kelurahan, and cases are shared out by it."""
    book = Upload("sop.xlsx", draft(settings={"assign_by": "kelurahan"}))
    publish_bundle(office.store, office.viewer("rina"), office.project, [book])
    for name in ("Wati", "Yuli"):
        hire(office, name, KANDANGSAPI)
    return office.phone_url()


def hire(office: Office, name: str, unit: str) -> None:
    login = f"{name.lower()}@pasuruan.test"
    more = {"project_id": office.project, "name": name, "password": PASSWORD, "unit": unit}
    add_user(office.store, OPERATOR, login, role="peksos", **more)


def report(office: Office, url: str, kelurahan: str) -> dict:
    case, xml = intake(office.schema("abh_laporan_awal"), case=str(uuid4()), kelurahan=kelurahan)
    assert send(url, xml).status == 201
    return office.case(case)


def manager(case: dict) -> str | None:
    return case["manager"] and case["manager"]["displayName"]


def test_each_new_case_has_a_manager_from_its_first_minute(office: Office, url: str) -> None:
    first, second = report(office, url, KANDANGSAPI), report(office, url, KANDANGSAPI)
    assert (manager(first), manager(second)) == ("Wati", "Yuli"), "whoever manages fewest"
    number = first["number"]
    assert number in signed_in(office, "wati").read("/kasus?milik=saya").text
    assert number not in signed_in(office, "yuli").read("/kasus?milik=saya").text
    add_absence(
        office.store,
        office.viewer("hadi"),
        office.project,
        officer="wati@pasuruan.test",
        deputy="yuli@pasuruan.test",
        from_day="2026-03-02",
        until_day="2026-03-03",
    )
    assert manager(report(office, url, KANDANGSAPI)) == "Yuli", "Wati is away"


def test_a_case_given_at_once_is_on_its_manager_s_phone_and_on_no_colleague_s(office: Office, url: str) -> None:
    made = Lists(office.phone_url("Ponsel Sri", "sri"))
    wati, yuli = (Lists(office.phone_url(f"Ponsel {name}", name)) for name in ("wati", "yuli"))
    case = report(office, made.url, KANDANGSAPI)["id"]
    assert wati.rows()[case]["terbuka"] == "ya"
    assert not yuli.rows()
    assert made.rows()[case]["terbuka"] == "tidak", "the phone that made it keeps it for a while, marked"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_where_nobody_answers_for_the_area_the_section_head_shares_out(office: Office, url: str) -> None:
    case = report(office, url, PETAMANAN)
    assert manager(case) is None
    page = signed_in(office, "hadi").read(f"/kasus/{case['id']}").text
    assert "tidak menunjuk petugas mana pun, jadi kasus menunggu dibagi" in page
    assert case["number"] in signed_in(office, "hadi").read("/kasus?manajer=0").text
    assert office.act("hadi", case["id"], "assign", assignee="sri@pasuruan.test").status == 200
    assert manager(office.case(case["id"])) == "Sri Wahyuni"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_corrected_area_gives_the_case_away_only_while_nobody_has_it(office: Office, url: str) -> None:
    schema = office.schema("abh_laporan_awal")
    case, xml = intake(schema, case=str(uuid4()), kelurahan=PETAMANAN, instance="uuid:satu")
    assert send(url, xml).status == 201
    assert manager(office.case(case)) is None
    told = {"case": case, "instance": "uuid:dua", "deprecatedID": "uuid:satu", "kelurahan": KANDANGSAPI}
    assert send(url, intake(schema, **told)[1]).status == 201
    assert manager(office.case(case)) == "Wati"
    hire(office, "Xena", PETAMANAN)
    told = {"case": case, "instance": "uuid:tiga", "deprecatedID": "uuid:dua", "kelurahan": PETAMANAN}
    assert send(url, intake(schema, **told)[1]).status == 201
    assert office.case(case)["facts"]["kelurahan"] == PETAMANAN
    assert manager(office.case(case)) == "Wati", "nobody's case is taken away by a correction"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_unit_must_be_one_of_the_office(office: Office, capsys: pytest.CaptureFixture, monkeypatch) -> None:
    monkeypatch.setenv("ALUR_DATA", str(office.store.data))
    monkeypatch.setenv("ALUR_DATABASE_URL", str(office.store.url))
    add = ["user", "add", "yuni@pasuruan.test", "--role", "peksos", "--project", str(office.project)]
    assert main([*add, "--unit", "rehsoz"]) == 1
    assert "rehsos" in capsys.readouterr().err
    assert main([*add, "--unit", "rehsos"]) == 0
