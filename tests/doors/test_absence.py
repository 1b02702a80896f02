"""Sri is away: her deputy sees her work; the section head gives her cases to others, one or all of them."""

import pytest

from server.access import OPERATOR
from server.actions.hand_over import AT_ONCE
from server.actions.users import add_user
from tests.browsing import signed_in
from tests.office import PASSWORD, Office
from tests.past import Past


@pytest.fixture
def wati(office: Office) -> str:
    """A second social worker."""
    login = "wati@pasuruan.test"
    add_user(
        office.store, OPERATOR, login, role="peksos", project_id=office.project, name="Wati Susanti", password=PASSWORD
    )
    return login


def ask(office: Office, who: str, rest: str, body: dict):
    return office.as_(who).post(f"/v1/projects/{office.project}/{rest}", body)


def away(office: Office, who: str = "hadi", **more: str):
    body = {"officer": SRI, "deputy": "wati@pasuruan.test", "from": "2026-03-03", "until": "2026-03-05", **more}
    return ask(office, who, "absences", body)


SRI, TONO = "sri@pasuruan.test", "tono@pasuruan.test"


def give(office: Office, case_id: str, to: str, **more: str) -> None:
    answer = ask(office, "hadi", f"cases/{case_id}/events", {"type": "assign", "assignee": to, **more})
    assert answer.status == 200, answer.text


def manager(office: Office, case_id: str) -> str | None:
    found = office.case(case_id)["manager"]
    return found and found["displayName"]


def mine(office: Office, who: str) -> str:
    return signed_in(office, who).read("/kasus?milik=saya").text


def test_the_deputy_sees_the_officers_work_on_the_days_and_no_longer(office: Office, wati: str) -> None:
    past = Past(office)
    managed, named = past.child(13), past.child(14)
    give(office, managed, SRI)
    give(office, named, SRI, step="s03")
    numbers = [office.case(one)["number"] for one in (managed, named)]
    answer = away(office)
    assert answer.status == 200, answer.text
    assert not any(number in mine(office, "wati") for number in numbers), "it begins on Tuesday"
    office.clock.advance(days=1)
    assert all(number in mine(office, "wati") for number in numbers)
    assert all(number in mine(office, "sri") for number in numbers), "she can still see them"
    home = signed_in(office, "wati").read("/").text
    assert all(number in home for number in numbers)
    office.clock.advance(days=3)
    assert not any(number in mine(office, "wati") for number in numbers)


def test_an_absence_that_ends_early_takes_the_work_back(office: Office, wati: str) -> None:
    child = Past(office).child(13)
    give(office, child, SRI)
    number = office.case(child)["number"]
    key = away(office).json["id"]
    office.clock.advance(days=1)
    assert number in mine(office, "wati")
    answer = office.as_("sri").ask("DELETE", f"/v1/projects/{office.project}/absences/{key}")
    assert answer.status == 200, answer.text
    assert number not in mine(office, "wati")


def test_what_is_refused(office: Office, wati: str) -> None:
    assert away(office, deputy=SRI).json["details"]["problem"] == "absence.same"
    assert away(office, deputy=TONO).json["details"]["problem"] == "absence.deputy_role"
    assert away(office, until="2026-03-01").status == 400, "over before it began"
    assert away(office, until="2026-02-01", **{"from": "2026-01-01"}).status == 400, "wholly in the past"
    assert away(office, officer="bambang@pasuruan.test").status == 400, "of another office"
    assert away(office, "bambang").status == 404
    assert away(office, "tono").status == 403, "of somebody else"
    assert away(office, "sri").status == 200, "her own"
    assert away(office).json["details"]["problem"] == "absence.overlaps"
    listed = office.as_("tono").get(f"/v1/projects/{office.project}/absences").json
    assert [(one["officer"]["displayName"], one["deputy"]["displayName"]) for one in listed] == [
        ("Sri Wahyuni", "Wati Susanti")
    ]


def test_all_of_an_officers_work_goes_to_another_in_one_act(office: Office, wati: str) -> None:
    past = Past(office)
    managed, named, others = past.child(13), past.child(14), past.child(15)
    give(office, managed, SRI)
    give(office, named, SRI, step="s03")
    give(office, others, TONO)
    answer = ask(office, "hadi", "cases/hand-over", {"from": SRI, "to": wati, "reason": "cuti melahirkan"})
    assert (answer.status, answer.json) == (200, {"cases": 2, "job": None})
    assert (manager(office, managed), manager(office, named), manager(office, others)) == (
        "Wati Susanti",
        None,
        "Tono Hartono",
    )
    (step,) = [step for step in office.case(named)["steps"] if step["name"] == "s03"]
    assert step["assignee"]["displayName"] == "Wati Susanti"
    events = [one for one in office.case(managed)["events"] if one["type"] == "assign"]
    assert events[-1]["data"]["data"]["reason"] == "cuti melahirkan"
    again = ask(office, "hadi", "cases/hand-over", {"from": SRI, "to": wati, "reason": "cuti melahirkan"})
    assert again.json["cases"] == 0


def test_chosen_cases_go_to_an_officer_whoever_had_them(office: Office, wati: str) -> None:
    past = Past(office)
    first, second = past.child(13), past.child(14)
    give(office, first, SRI)
    body = {"to": wati, "cases": [first, second], "reason": "pembagian wilayah"}
    assert ask(office, "hadi", "cases/hand-over", body).json["cases"] == 2
    assert manager(office, first) == manager(office, second) == "Wati Susanti"
    assert ask(office, "sri", "cases/hand-over", body).status == 403
    assert ask(office, "hadi", "cases/hand-over", {**body, "reason": " "}).status == 400
    assert ask(office, "hadi", "cases/hand-over", {**body, "cases": ["tidak-ada"]}).status == 400
    assert ask(office, "hadi", "cases/hand-over", {**body, "to": "bambang@pasuruan.test"}).status == 400


def test_very_many_cases_are_handed_over_by_a_job(office: Office, wati: str) -> None:
    past = Past(office)
    children = [past.child(13) for _ in range(AT_ONCE + 1)]
    body = {"to": wati, "cases": children, "reason": "pindah tugas"}
    answer = ask(office, "hadi", "cases/hand-over", body)
    assert answer.status == 202, answer.text
    assert manager(office, children[0]) is None
    office.work()
    told = office.as_("hadi").get(answer.json["job"]["href"]).json
    assert (told["state"], told["cases"], told["progress"]) == ("done", AT_ONCE + 1, AT_ONCE + 1)
    assert {manager(office, child) for child in children} == {"Wati Susanti"}


def test_hadi_hands_cases_over_from_the_list(office: Office, wati: str) -> None:
    past = Past(office)
    first, second = past.child(13), past.child(14)
    hadi = signed_in(office, "hadi")
    hadi.read("/kasus")
    answer = hadi.fill("/kasus/serah-terima", {"kasus": first, "kepada": wati, "alasan": "pembagian wilayah"})
    assert answer.status == 303, answer.text
    assert "1 kasus diserahkan" in hadi.read(answer.headers["location"]).text
    assert (manager(office, first), manager(office, second)) == ("Wati Susanti", None)
    hadi.read("/kasus")
    assert "Pilih paling sedikit satu kasus" in hadi.fill("/kasus/serah-terima", {"kepada": wati, "alasan": "x"}).text
    assert "Serahkan kasus yang dipilih" not in signed_in(office, "sri").read("/kasus").text


def test_the_officers_page_tells_who_has_what_and_who_is_away(office: Office, wati: str) -> None:
    child = Past(office).child(13)
    give(office, child, SRI)
    hadi = signed_in(office, "hadi")
    hadi.read("/petugas")
    body = {"petugas": SRI, "pengganti": wati, "dari": "2026-03-02", "sampai": "2026-03-04"}
    answer = hadi.fill("/petugas/tidak-masuk", body)
    assert answer.status == 303, answer.text
    page = hadi.read(answer.headers["location"])
    assert "digantikan Wati Susanti" in page.text
    assert "peran yang sama" in hadi.fill("/petugas/tidak-masuk", {**body, "petugas": TONO}).text
    hadi.read("/petugas")
    answer = hadi.fill("/petugas/serah-terima", {"petugas": SRI, "kepada": wati, "alasan": "cuti"})
    assert "1 kasus diserahkan" in hadi.read(answer.headers["location"]).text
    assert manager(office, child) == "Wati Susanti"
    own = signed_in(office, "sri").read("/petugas")
    assert own.status == 200
    assert "Serahkan semua kasus" not in own.text
