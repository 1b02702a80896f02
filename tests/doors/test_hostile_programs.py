"""What careless people and programs ask of a case: refused with a reason instead of kept and ignored."""

from base64 import b64encode

import pytest

from server.store import cases
from tests.office import Client, Office
from tests.sending import intake, send


@pytest.fixture
def case(office: Office) -> str:
    case, xml = intake(office.schema("abh_laporan_awal"))
    assert send(office.phone_url(), xml).status == 201
    return case


@pytest.fixture
def events(office: Office, case: str) -> str:
    return f"/v1/projects/{office.project}/cases/{case}/events"


WRONG = {
    "override of a step not open": ({"type": "override", "step": "s06", "to": ["s07"], "reason": "r"}, 409),
    "resume of what runs": ({"type": "resume"}, 400),
    "assignee beyond any id": ({"type": "assign", "assignee": "9" * 30}, 400),
    "assignee as a raised digit": ({"type": "assign", "assignee": "\u00b2"}, 400),
    "NUL": ({"type": "note", "text": "a\x00b"}, 400),
    "half a character": ({"type": "note", "text": "a\ud800b"}, 400),
    "half a character in a name": ({"type": "note", "text": "ab", "x\udfff": 1}, 400),
    "before the calendar": ({"type": "note", "text": "a", "effectiveAt": "0001-01-01T00:00:00+14:00"}, 400),
    "after the calendar": ({"type": "note", "text": "a", "effectiveAt": "9999-12-31T23:59:59-12:00"}, 400),
    "a number as a day": ({"type": "note", "text": "a", "effectiveAt": 20260302}, 400),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_act_that_cannot_be_is_refused_and_leaves_nothing(office: Office, events: str, what: str) -> None:
    body, status = WRONG[what]
    answer = office.as_("hadi").post(events, body)
    assert answer.status == status, answer.text
    assert answer.json["message"]
    assert office.count(cases.event) == 1


def test_pausing_twice_and_leading_a_closed_case_elsewhere_are_refused(office: Office, events: str) -> None:
    hadi = office.as_("hadi")
    assert hadi.post(events, {"type": "pause", "reason": "menunggu orang tua"}).status == 200
    assert hadi.post(events, {"type": "pause", "reason": "lagi"}).status == 400
    assert hadi.post(events, {"type": "resume"}).status == 200
    assert hadi.post(events, {"type": "close", "closeReason": "pindah", "reason": "r"}).status == 200
    assert hadi.post(events, {"type": "override", "step": "s03", "to": ["s06"], "reason": "r"}).status == 409
    assert office.count(cases.event) == 4


def test_a_supervisor_opens_one_more_step_or_ends_a_branch(office: Office, case: str, events: str) -> None:
    hadi = office.as_("hadi")
    opened = hadi.post(events, {"type": "override", "to": ["s06"], "reason": "darurat"})
    assert opened.status == 200, opened.text
    assert sorted(opened.json["openSteps"]) == ["s03", "s06"]
    ended = hadi.post(events, {"type": "override", "step": "s03", "to": ["end_branch"], "reason": "sudah diasesmen"})
    assert ended.json["openSteps"] == ["s06"]


def test_logins_no_keyboard_writes_are_simply_wrong(office: Office) -> None:
    for login in ("a\x00b", "\ud800"):
        answer = Client(office.address).post("/v1/sessions", {"email": login, "password": "kata sandi apa saja"})
        assert answer.status in (400, 401)
    given = "Basic " + b64encode(b"a\0b:sandi").decode()
    assert Client(office.address).get("/v1/projects", Authorization=given).status == 401


def test_nul_in_a_search_finds_nothing(office: Office, case: str) -> None:
    for name in ("q", "sop", "step", "assignee"):
        found = office.as_("hadi").get(f"/v1/projects/{office.project}/cases?{name}=%00")
        assert (found.status, found.json) == (200, [])
