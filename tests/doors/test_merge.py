"""One person, two cases: proposed with reasons, merged and parted by people, never by the server (rulings 16, 33)."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.store import audit, cases, entities, holders
from tests.office import Answer, Office
from tests.raid import letter, visit
from tests.sending import answers_xml, follow_up, intake, send

BORN = "2012-05-04"
RIZKI: dict[str, Any] = {"nama_lengkap": "Rizki Saputra", "tgl_lahir": BORN, "tgl_lahir_pasti": "tepat"}


@pytest.fixture
def url(office: Office) -> str:
    return office.phone_url("Ponsel Sri", "sri")


def report(office: Office, url: str, day: str = "2026-03-02", **told: Any) -> str:
    """A child reported to the office; gives the case."""
    case, xml = intake(office.schema("abh_laporan_awal"), day=day, **told)
    answer = send(url, xml)
    assert answer.status == 201, answer.text
    return case


def follow(office: Office, url: str, form: str, case: str, **told: str) -> None:
    day = office.case(case)["openedAt"][:10]
    assert send(url, follow_up(office.schema(form), case, told, day=day)).status == 201


def proposals(office: Office) -> list[dict]:
    return office.as_("hadi").get(f"/v1/projects/{office.project}/merge-proposals").json


def act(office: Office, case: str, other: str | None, who: str = "hadi", **body: object) -> Answer:
    path = f"/v1/projects/{office.project}/cases/{case}/events"
    return office.as_(who).post(path, {"type": "merge", "with": other, "reason": "anak yang sama", **body})


def row_on_phones(office: Office, case: str) -> Mapping:
    with office.store.read() as db:
        return db.execute(select(entities.entity).where(entities.entity.c.id == case)).one()._mapping


# --- proposed -------------------------------------------------------------------------------------


def held_by_anybody(office: Office, case: str) -> bool:
    """Whether some phone holds the case's row as one to work on."""
    with office.store.read() as db:
        return any(holders.held(db, case).values())


def test_a_second_report_with_the_same_identity_number_is_proposed_and_nothing_is_merged(
    office: Office, url: str
) -> None:
    first = report(office, url, nik="3575010405120001", nama_lengkap="Rizki Saputra")
    second = report(office, url, nik="3575010405120001", nama_lengkap="Kiki")
    (found,) = proposals(office)
    assert (found["older"]["id"], found["younger"]["id"]) == (first, second)
    assert (found["score"], found["reasons"]) == (100, ["nik"])
    assert [case["status"] for case in office.cases] == ["open", "open"]


@pytest.mark.parametrize("name", ["RIZKI SAPUTRA", "Saputra Rizki", "Rizky Saputra", "Risky  Saputra"])
def test_a_name_written_otherwise_with_the_same_day_of_birth_is_proposed(office: Office, url: str, name: str) -> None:
    report(office, url, **RIZKI)
    report(office, url, **{**RIZKI, "nama_lengkap": name})
    (found,) = proposals(office)
    assert found["reasons"] == ["name", "born"]
    assert found["score"] >= 75


@pytest.mark.parametrize(
    "told",
    [
        {**RIZKI, "tgl_lahir": "2009-11-30"},
        {**RIZKI, "nama_lengkap": "Dewi Anggraini"},
        {**RIZKI, "jk": "P"},
    ],
    ids=["another-birthday", "another-name", "another-sex"],
)
def test_somebody_else_is_not_proposed(office: Office, url: str, told: dict[str, Any]) -> None:
    report(office, url, **RIZKI)
    report(office, url, **told)
    assert proposals(office) == []


def test_without_identity_sex_age_place_and_time_speak_together(office: Office, url: str) -> None:
    nameless: dict[str, Any] = {
        "nama_lengkap": "ANAK X Bugul",
        "usia_min": "12",
        "usia_maks": "15",
        "kelurahan": "3575021001",
    }
    report(office, url, **nameless)
    report(office, url, **{**nameless, "usia_min": "14", "usia_maks": "17"})
    report(office, url, **{**nameless, "usia_min": "16", "usia_maks": "17", "kelurahan": "3575011001"})
    (found,) = proposals(office)
    assert found["reasons"] == ["sex", "age", "area", "time"]


def test_a_pair_dismissed_with_a_reason_is_never_proposed_again(office: Office, url: str) -> None:
    report(office, url, **RIZKI)
    second, form = str(uuid4()), office.schema("abh_laporan_awal")
    assert send(url, intake(form, case=second, instance="uuid:a", **RIZKI)[1]).status == 201
    (found,) = proposals(office)
    path = f"/v1/projects/{office.project}/merge-proposals/{found['id']}/dismiss"
    assert office.as_("hadi").post(path, {}).status == 400
    assert office.as_("bambang").post(path, {"reason": "bukan"}).status in (403, 404)
    assert office.as_("hadi").post(path, {"reason": "kembar: dua anak yang berbeda"}).status == 200
    corrected: dict[str, Any] = {**RIZKI, "nama_lengkap": "Rizky Saputra"}
    assert send(url, intake(form, case=second, instance="uuid:b", deprecatedID="uuid:a", **corrected)[1]).status == 201
    assert proposals(office) == []
    assert office.as_("hadi").post(path, {"reason": "lagi"}).status == 404


def test_people_named_in_one_letter_are_different_people(raids: Office) -> None:
    url = raids.phone_url("Ponsel Tono", "tono")
    alike = {"nama_lengkap": "tanpa nama", "jk": "L", "usia": "40", "kelurahan": "Bugul"}
    opened, xml = letter(raids.schema("razia_surat"), [alike] * 4)
    assert send(url, xml).status == 201
    assert proposals(raids) == []
    _, xml = letter(raids.schema("razia_surat"), [alike], day="2026-03-02")
    assert send(url, xml).status == 201
    assert {found["older"]["id"] for found in proposals(raids)} <= set(opened)
    assert len(proposals(raids)) == 3, "more would be noise"


# --- merged ---------------------------------------------------------------------------------------


@pytest.fixture
def pair(office: Office, url: str) -> tuple[str, str]:
    """Two reports of Rizki; of the second the assessment is done."""
    office.clock.advance(days=1)
    older, younger = report(office, url, **RIZKI), report(office, url, day="2026-03-03", **RIZKI)
    follow(office, url, "abh_asesmen", younger)
    return older, younger


def test_merged_the_older_case_has_the_events_of_both(office: Office, pair: tuple[str, str]) -> None:
    older, younger = pair
    merged = act(office, younger, older)
    assert merged.status == 200, merged.text
    assert merged.json["id"] == older
    assert merged.json["openSteps"] == ["s06"], "the assessment of the second case counts in the first"
    assert office.case(younger)["id"] == older, "the old address leads to the case that stays"
    assert proposals(office) == []
    numbers = {case["id"]: case for case in office.cases}
    assert (numbers[younger]["status"], numbers[younger]["closeReason"]) == ("closed", "digabung")
    found = office.as_("hadi").get(f"/v1/projects/{office.project}/cases?q={numbers[younger]['number']}").json
    assert older in {case["id"] for case in found}
    with office.store.read() as db:
        acts = db.execute(select(audit.audit.c.subject).where(audit.audit.c.action == "case.merge")).scalars().all()
    assert set(acts) == {f"case:{older}", f"case:{younger}"}


def test_the_merged_row_stays_on_the_phones_closed_and_marked(office: Office, pair: tuple[str, str]) -> None:
    older, younger = pair
    assert act(office, older, younger).status == 200
    row = row_on_phones(office, younger)
    assert not held_by_anybody(office, younger)
    assert '"terbuka":"tidak"' in row["workflow"].replace(" ", "")
    assert office.case(older)["number"] in row["label"]


def test_a_form_about_the_merged_case_lands_in_the_one_that_stays(
    office: Office, url: str, pair: tuple[str, str]
) -> None:
    older, younger = pair
    assert act(office, older, younger).status == 200
    before = row_on_phones(office, younger)["version"]
    entity = f'<entity dataset="kasus_abh" id="{younger}" update="1" baseVersion="{before}"/>'
    form = office.schema("abh_konferensi_kasus")
    sent = follow_up(form, younger, {"berat_tindakan": "ringan"}, day="2026-03-03", entity=entity)
    assert send(url, sent).status == 201
    told = office.case(older)
    assert told["facts"]["berat_tindakan"] == "ringan"
    assert told["openSteps"] == ["s07"]
    assert row_on_phones(office, younger)["version"] > before
    assert office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json == []


def test_the_second_intake_is_another_report(office: Office, pair: tuple[str, str]) -> None:
    older, younger = pair
    assert act(office, older, younger).status == 200
    sent = [item["form"] for item in office.case(older)["submissions"]]
    assert sent.count("abh_laporan_awal") == 2
    assert office.case(older)["waiting"] == []


def test_parted_again_both_are_as_they_were_and_what_came_since_goes_where_it_named(
    office: Office, url: str, pair: tuple[str, str]
) -> None:
    older, younger = pair
    before = [office.case(case)["openSteps"] for case in pair]
    assert act(office, older, younger).status == 200
    form = office.schema("abh_konferensi_kasus")
    assert send(url, follow_up(form, younger, {"berat_tindakan": "ringan"}, day="2026-03-03")).status == 201
    parted = act(office, older, younger, undo=True)
    assert parted.status == 200, parted.text
    assert before == [["s03"], ["s06"]]
    assert office.case(older)["openSteps"] == ["s03"]
    assert office.case(younger)["openSteps"] == ["s07"]
    assert office.case(younger)["status"] == "open"
    assert held_by_anybody(office, younger)
    again = act(office, older, younger, undo=True)
    assert again.status == 409
    assert act(office, older, younger).status == 200, "and may be merged once more"
    assert office.case(older)["openSteps"] == ["s07"]
    assert act(office, older, younger, undo=True).status == 200
    assert [office.case(case)["openSteps"] for case in pair] == [["s03"], ["s07"]]


def test_three_cases_of_one_child_become_one_and_part_in_turn(office: Office, url: str) -> None:
    one, two, three = (report(office, url, **RIZKI) for _ in range(3))
    follow(office, url, "abh_asesmen", three)
    assert act(office, two, three).status == 200
    assert act(office, one, two).status == 200
    assert office.case(one)["openSteps"] == ["s06"]
    assert {office.case(case)["id"] for case in (one, two, three)} == {one}
    assert act(office, one, three, undo=True).status == 409, "part the one it went into first"
    assert act(office, one, two, undo=True).status == 200
    assert [office.case(case)["id"] for case in (one, two, three)] == [one, two, two]
    assert [office.case(case)["openSteps"] for case in (one, two)] == [["s03"], ["s06"]]


@pytest.mark.parametrize(("who", "status"), [("sri", 403), ("dewi", 403), ("bambang", 404)])
def test_only_who_may_close_cases_may_merge_them(office: Office, pair: tuple[str, str], who: str, status: int) -> None:
    assert act(office, pair[0], pair[1], who).status == status


def test_what_cannot_be_merged_is_refused_with_what_to_do(office: Office, pair: tuple[str, str]) -> None:
    older, younger = pair
    assert act(office, older, older).status == 409
    assert act(office, older, str(uuid4())).status == 404
    assert act(office, older, None).status == 400
    assert act(office, older, younger, reason=" ").status == 400
    path = f"/v1/projects/{office.project}/cases/{older}/events"
    closed = office.as_("hadi").post(path, {"type": "close", "closeReason": "bukan_sasaran", "reason": "salah sasaran"})
    assert closed.status == 200, closed.text
    assert act(office, older, younger).status == 409


def test_cases_of_two_services_are_moved_before_they_are_merged(raids: Office) -> None:
    url = raids.phone_url()
    child = report(raids, url, **RIZKI)
    opened, xml = letter(raids.schema("razia_surat"), [{"nama_lengkap": "Rizki"}])
    assert send(url, xml).status == 201
    refused = act(raids, child, opened[0])
    assert refused.status == 409
    assert "Pindahkan" in refused.json["message"]


# --- in the wrong case ----------------------------------------------------------------------------


def relink(office: Office, form: str, instance: str, to: str, who: str = "hadi", **body: str) -> Answer:
    path = f"/v1/projects/{office.project}/forms/{form}/submissions/{instance}/relink"
    return office.as_(who).post(path, {"caseId": to, "reason": "salah pilih kasus", **body})


def test_an_assessment_in_the_wrong_case_is_put_into_the_right_one_with_its_corrections(
    office: Office, url: str
) -> None:
    wrong, right = report(office, url), report(office, url)
    form = office.schema("abh_asesmen")
    assert send(url, follow_up(form, wrong, {"keterangan": "satu"}, instance="uuid:a")).status == 201
    edit = follow_up(form, wrong, {"keterangan": "dua"}, instance="uuid:b", deprecatedID="uuid:a")
    assert send(url, edit).status == 201
    assert relink(office, "abh_asesmen", "uuid:a", right, "sri").status == 403
    moved = relink(office, "abh_asesmen", "uuid:a", right)
    assert moved.status == 200, moved.text
    assert [office.case(case)["openSteps"] for case in (wrong, right)] == [["s03"], ["s06"]]
    edit = follow_up(form, wrong, {"keterangan": "tiga"}, instance="uuid:c", deprecatedID="uuid:b")
    assert send(url, edit).status == 201
    assert office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json == []
    assert [office.case(case)["openSteps"] for case in (wrong, right)] == [["s03"], ["s06"]]
    # And back again: nothing was lost on the way.
    assert relink(office, "abh_asesmen", "uuid:a", wrong).status == 200
    assert [office.case(case)["openSteps"] for case in (wrong, right)] == [["s06"], ["s03"]]


def test_the_form_that_opened_a_case_is_not_taken_out_of_it(office: Office, url: str) -> None:
    form = office.schema("abh_laporan_awal")
    assert send(url, intake(form, instance="uuid:a")[1]).status == 201
    right = report(office, url)
    assert relink(office, "abh_laporan_awal", "uuid:a", right).status == 409
    assert relink(office, "abh_laporan_awal", "uuid:tidak-ada", right).status == 404
    assert relink(office, "abh_laporan_awal", "uuid:a", right, reason=" ").status == 400


def test_one_child_of_a_visit_to_several_is_put_right_alone(raids: Office) -> None:
    url = raids.phone_url()
    people = [{"nama_lengkap": name} for name in ("Ayu", "Bayu", "Citra")]
    opened, xml = letter(raids.schema("razia_surat"), people)
    assert send(url, xml).status == 201
    form = raids.schema("razia_kunjungan")
    seen = {opened[0]: "sehat", opened[1]: "sakit"}
    assert send(url, visit(form, seen, instance="uuid:a")).status == 201
    assert relink(raids, "razia_kunjungan", "uuid:a", opened[2]).status == 409
    assert relink(raids, "razia_kunjungan", "uuid:a", opened[2], fromCaseId=opened[1]).status == 200
    assert [len(raids.case(case)["waiting"]) for case in opened] == [1, 0, 1]
    corrected = visit(form, {opened[0]: "sehat", opened[1]: "sembuh"}, instance="uuid:b", deprecated="uuid:a")
    assert send(url, corrected).status == 201
    assert [len(raids.case(case)["waiting"]) for case in opened] == [1, 0, 1]


def test_an_old_row_without_a_case_stays_where_it_was(office: Office, url: str) -> None:
    """A person's link beats what the form names, as long as the form names the same."""
    form = office.schema("abh_asesmen")
    right, stranger = report(office, url), str(uuid4())
    told = {"kasus_id": stranger, "tgl_kegiatan": "2026-03-02"}
    assert send(url, answers_xml(form.form_id, form.version, told, schema=form, instance="uuid:a")).status == 201
    address = f"/v1/projects/{office.project}/unlinked"
    (waiting,) = office.as_("hadi").get(address).json
    assert office.as_("hadi").post(f"{address}/{waiting['id']}/link", {"caseId": right}).status == 200
    late, xml = intake(office.schema("abh_laporan_awal"), case=stranger)
    assert send(url, xml).status == 201
    edit = answers_xml(form.form_id, form.version, told, schema=form, instance="uuid:b", deprecatedID="uuid:a")
    assert send(url, edit).status == 201
    assert office.as_("hadi").get(address).json == []
    assert [office.case(case)["openSteps"] for case in (right, late)] == [["s06"], ["s03"]]
    with office.store.read() as db:
        found = db.execute(select(cases.event.c.case_id).where(cases.event.c.instance_id == "uuid:a")).scalars().all()
    assert set(found) == {right}
