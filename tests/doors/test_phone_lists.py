"""A phone holds the cases of its officer and no others; what leaves it stays for 30 days, marked (rulings 32, 41)."""

from uuid import uuid4

import pytest

from server.access import OPERATOR
from server.actions.phones import add_phone, revoke_phone
from server.actions.users import add_user
from server.queries.viewers import viewer_of_phone
from tests.listed import Lists
from tests.office import PASSWORD, SECRET, Office
from tests.sending import follow_up, intake, send


def taken_on(office: Office, name: str, role: str = "peksos", unit: str | None = None) -> str:
    """Somebody new in the office; their log-in."""
    login = office.town.login(name)
    where = {"role": role, "project_id": office.project, "unit": unit}
    add_user(office.store, OPERATOR, login, name=name.title(), password=PASSWORD, **where)
    return login


def phone(office: Office, officer: str | None = None, shift: str | None = None) -> Lists:
    login = office.town.login(officer) if officer else None
    made = add_phone(office.store, OPERATOR, office.project, f"HP {officer}", login, shift, secret=SECRET.encode())
    return Lists(f"{office.address}/v1/key/{made.token}/projects/{office.project}")


def report(office: Office, by: Lists, **answers: str) -> str:
    case, xml = intake(office.schema("abh_laporan_awal"), **answers)
    got = send(by.url, xml)
    assert got.status == 201, got.text
    return case


def give(office: Office, case: str, to: str, **more: str) -> None:
    answer = office.act("hadi", case, "assign", assignee=office.town.login(to), **more)
    assert answer.status == 200, answer.text


def assess(office: Office, case: str, by: Lists) -> None:
    """The assessment, after which the conference is due (also a social worker's step)."""
    got = send(by.url, follow_up(office.schema("abh_asesmen"), case, {"berat_tindakan": "berat"}))
    assert got.status == 201, got.text


def marked(row: dict[str, str]) -> bool:
    return row["terbuka"] == "tidak" and not row["langkah"] and not row["formulir"] and row["label"].startswith("[")


def version(row: dict[str, str]) -> int:
    return int(row["__version"])


def test_two_officers_phones_hold_different_cases_and_a_reassigned_one_leaves_in_30_days(office: Office) -> None:
    taken_on(office, "wati")
    sri, wati, tono, jaga = phone(office, "sri"), phone(office, "wati"), phone(office, "tono"), phone(office)
    case = report(office, sri)
    assert case in sri.rows()
    assert case in wati.rows(), "its first step waits for any social worker"
    assert not tono.rows(), "no step of it waits for a TKSK"
    give(office, case, "sri")
    before = sri.rows()[case]
    assert not marked(before)
    assert marked(wati.rows()[case]), "she had it: it stays for a while"
    give(office, case, "wati")
    assert marked(sri.rows()[case])
    assert version(sri.rows()[case]) > version(before)
    assert not marked(wati.rows()[case])
    assert not marked(jaga.rows()[case])
    assert not tono.rows()
    office.clock.advance(days=29)
    assert case in sri.rows()
    hash_before = sri.hash()
    office.clock.advance(days=2)
    assert not sri.rows()
    assert sri.hash() != hash_before
    assert case in wati.rows()


def test_the_phone_that_opened_a_case_keeps_it_until_it_is_given_to_somebody(office: Office) -> None:
    taken_on(office, "wati")
    tono = phone(office, "tono")
    case = report(office, tono)
    assert not marked(tono.rows()[case]), "a TKSK made it, social workers go on with it"
    give(office, case, "wati")
    assert marked(tono.rows()[case])
    got = send(tono.url, follow_up(office.schema("abh_asesmen"), case, {"berat_tindakan": "berat"}))
    assert got.status == 201, "what he did before is taken in"
    assert office.case(case)["openSteps"] != ["s03"]


def test_a_step_given_by_name_brings_the_case_to_that_phone_and_back(office: Office) -> None:
    sri, tono = phone(office, "sri"), phone(office, "tono")
    case = report(office, sri)
    give(office, case, "tono", step="s03")
    there = tono.rows()[case]
    assert not marked(there)
    assert marked(sri.rows()[case])
    give(office, case, "sri", step="s03")
    assert marked(tono.rows()[case])
    assert version(tono.rows()[case]) > version(there)
    give(office, case, "tono", step="s03")
    assert not marked(tono.rows()[case])
    assert version(tono.rows()[case]) > version(there) + 1, "the phone would keep its marked row"


def test_a_closed_case_leaves_every_phone_marked_as_closed(office: Office) -> None:
    sri, jaga = phone(office, "sri"), phone(office)
    case = report(office, sri)
    answer = office.act("hadi", case, "close", closeReason="hilang_kontak", reason="dicari tiga kali", search="RT, RW")
    assert answer.status == 200, answer.text
    for one in (sri, jaga):
        assert one.rows()[case]["label"].startswith("[selesai] ")
        assert marked(one.rows()[case])
    office.clock.advance(days=31)
    assert not sri.rows()
    assert not jaga.rows()


def test_a_deputy_holds_the_cases_on_the_days_and_then_they_leave_marked(office: Office) -> None:
    wati = taken_on(office, "wati")
    sri, theirs = phone(office, "sri"), phone(office, "wati")
    case = report(office, sri)
    give(office, case, "sri")
    body = {"officer": office.town.login("sri"), "deputy": wati, "from": "2026-04-03", "until": "2026-04-05"}
    assert office.as_("hadi").post(f"/v1/projects/{office.project}/absences", body).status == 200
    office.clock.advance(days=31)
    assert not theirs.rows(), "it begins on the third of April"
    office.clock.advance(days=1)
    there = theirs.rows()[case]
    assert not marked(there)
    assert not marked(sri.rows()[case])
    new = report(office, sri, day="2026-04-03")
    give(office, new, "sri")
    assert not marked(theirs.rows()[new]), "given to her while she is away"
    office.clock.advance(days=3)
    after = theirs.rows()
    assert marked(after[case])
    assert version(after[case]) > version(there)
    assert not marked(sri.rows()[case])


def test_hand_over_moves_the_rows_at_the_next_sync(office: Office) -> None:
    wati = taken_on(office, "wati")
    sri, theirs = phone(office, "sri"), phone(office, "wati")
    cases = [report(office, sri) for _ in range(3)]
    for case in cases:
        give(office, case, "sri")
    before = theirs.hash()
    body = {"from": office.town.login("sri"), "to": wati, "reason": "cuti melahirkan"}
    assert office.as_("hadi").post(f"/v1/projects/{office.project}/cases/hand-over", body).json["cases"] == 3
    assert theirs.hash() != before
    assert all(marked(row) for row in sri.rows().values())
    assert not any(marked(row) for row in theirs.rows().values())


def test_a_shift_s_phone_holds_the_work_of_its_unit(office: Office) -> None:
    taken_on(office, "wati", unit="rehsos")
    regu, lain = phone(office, shift="rehsos"), phone(office, shift="datin")
    case = report(office, phone(office, "sri"))
    assert case in regu.rows(), "a social worker of the shift can do its step"
    assert not lain.rows()
    give(office, case, "sri")
    assert marked(regu.rows()[case])


def test_integrity_tells_what_is_gone_for_this_phone_and_leaves_out_what_nobody_knows(office: Office) -> None:
    taken_on(office, "wati")
    sri, tono = phone(office, "sri"), phone(office, "tono")
    case, unknown = report(office, sri), str(uuid4())
    assert sri.gone([case, unknown]) == {case: False}
    assert tono.gone([case, unknown]) == {case: True}
    assert tono.gone([]) == {}
    give(office, case, "wati")
    assert sri.gone([case]) == {case: False}
    office.clock.advance(days=31)
    assert sri.gone([case]) == {case: True}


def test_a_revoked_phone_gets_neither_list_nor_integrity(office: Office) -> None:
    sri = phone(office, "sri")
    report(office, sri)
    file = sri.file()
    token = sri.url.split("/key/")[1].split("/")[0]
    known = viewer_of_phone(office.store, token, office.project)
    assert known is not None
    revoke_phone(office.store, OPERATOR, office.project, known.id)
    for url in (file["downloadUrl"], f"{file['integrityUrl']}?id=x", f"{sri.url}/formList"):
        assert sri.get(url).status == 403


@pytest.mark.parametrize(("who", "sees"), [("hadi", True), ("sri", True), ("tono", False)])
def test_collect_with_a_password_gets_what_its_person_works_on(office: Office, who: str, sees: bool) -> None:
    case = report(office, phone(office, "sri"))
    theirs = Lists(f"{office.address}/v1/projects/{office.project}", office.as_(who))
    assert (case in theirs.rows()) is sees


def test_the_hash_changes_with_what_this_phone_sees_and_with_nothing_else(office: Office) -> None:
    taken_on(office, "wati")
    sri, wati, tono = phone(office, "sri"), phone(office, "wati"), phone(office, "tono")
    case = report(office, sri)
    give(office, case, "sri")
    mine, theirs, nobodys = sri.hash(), wati.hash(), tono.hash()
    assert (mine, theirs, nobodys) == (sri.hash(), wati.hash(), tono.hash())
    assert len({mine, theirs, nobodys}) == 3
    other = report(office, tono)
    give(office, other, "tono")
    assert sri.rows().keys() == {case, other}
    mine = sri.hash()
    assess(office, case, sri)
    assert sri.hash() != mine
    before = tono.hash()
    give(office, case, "wati")
    assert tono.hash() == before
