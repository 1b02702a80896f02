"""Yusuf signs on paper; Linda enters what he decided, with the picture of the slip (ruling 30). Kota Pangkalpinang."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from server.access import OPERATOR
from server.actions.case_event import Scan, record
from server.actions.users import grant_role
from server.problems import Problem
from server.queries import documents
from server.queries.definitions import definitions_of
from server.queries.tasks_page import TaskRow, tasks_page
from server.store.audit import audit
from tests.browsing import signed_in
from tests.doors.test_tuna_susila_stories import assessed, taken_in
from tests.office import KOTA_PANGKALPINANG, Answer, Office, opened
from tests.officer import Officer
from tests.reads import readings
from tests.world import Clock, Databases

SLIP = b"\xff\xd8\xff\xe0 lembar disposisi bertanda tangan"
ANSWERS = {"disposisi": "ya", "keputusan": "diterima"}


@pytest.fixture
def kind() -> str:
    """One engine, unless a story asks for both."""
    return "sqlite"


@pytest.fixture
def office(
    kind: str, databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Office]:
    yield from opened(KOTA_PANGKALPINANG, kind, databases, tmp_path / "office", clock, request)


@pytest.fixture
def nurul(office: Office) -> Officer:
    return Officer(office, "Ponsel Nurul", sop="tuna_susila", who="nurul")


@pytest.fixture
def case(nurul: Officer) -> str:
    """Melati, reported and assessed by Nurul: the head of division decides next."""
    made = taken_in(nurul, "Melati")
    assessed(nurul, made)
    return made


def enter(office: Office, who: str, case: str, **more: object) -> Answer:
    body = {"step": "s03", "answers": ANSWERS, "decidedOn": "2026-03-03", **more}
    return office.act(who, case, "decision", **body)


def waiting_for(office: Office, who: str) -> tuple[TaskRow, ...]:
    return tasks_page(office.store, office.viewer(who), definitions_of(office.store)).rows


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_linda_enters_what_yusuf_signed_and_both_are_named(office: Office, case: str) -> None:
    scan = {"type": "image/jpeg", "content": b64encode(SLIP).decode()}
    answer = enter(office, "linda", case, decidedBy="yusuf@pangkalpinang.test", scan=scan)
    assert answer.status == 200, answer.text
    decided = next(d for d in answer.json["decisions"] if d["step"] == "s03")
    names = (decided["by"]["displayName"], decided["recordedBy"]["displayName"], decided["on"])
    assert names == ("Yusuf Misalkan", "Linda Contohani", "2026-03-03")
    event = next(e for e in answer.json["events"] if e["type"] == "decision")
    path = f"/v1/projects/{office.project}/cases/{case}/events/{event['id']}/scan"
    shown = office.as_("nurul").get(path)
    assert (shown.status, shown.body, shown.headers["content-type"]) == (200, SLIP, "image/jpeg")
    assert [row.what for row in readings(office.store) if row.what.startswith("scan:")] == [f"scan:{event['id']}"]
    assert office.as_("bambang").get(path).status == 404
    with office.store.read() as db:
        details = db.execute(select(audit.c.details).where(audit.c.action == "case.decision")).scalar_one()
    assert f'"decidedBy":"{decided["by"]["id"]}"' in details


def test_yusuf_is_told_and_marks_it_as_seen(office: Office, case: str) -> None:
    enter(office, "linda", case, decidedBy="yusuf@pangkalpinang.test")
    assert waiting_for(office, "linda") == ()
    (waiting,) = waiting_for(office, "yusuf")
    assert (waiting.kind, waiting.case_id) == ("recorded_for_you", case)
    denied = office.act("linda", case, "task_done", task=waiting.id)
    assert (denied.status, denied.json["details"]["problem"]) == (403, "access.denied")
    assert office.act("yusuf", case, "task_done", task=waiting.id).status == 200
    assert waiting_for(office, "yusuf") == ()


def test_an_official_without_an_account_is_named_as_the_office_names_him(office: Office, case: str) -> None:
    book = definitions_of(office.store)
    with office.store.read() as db:
        officials = book.office(db, office.project).officials
    head = next(official for official in officials if official.role == "kabid")
    answer = enter(office, "linda", case, decidedBy=head.name.lower())
    assert answer.status == 200, answer.text
    assert next(d for d in answer.json["decisions"] if d["step"] == "s03")["by"]["displayName"] == head.name


@pytest.mark.parametrize(
    ("who", "more", "refusal"),
    [
        ("nurul", {"decidedBy": "yusuf@pangkalpinang.test"}, "access.denied"),
        ("linda", {}, "request.missing"),
        ("linda", {"decidedOn": ""}, "case.decider_missing"),
        ("linda", {"decidedBy": "yusuf@pangkalpinang.test", "decidedOn": ""}, "request.missing"),
        ("linda", {"decidedBy": "yusuf@pangkalpinang.test", "decidedOn": "2026-03-04"}, "case.bad_date"),
        ("linda", {"decidedBy": "yusuf@pangkalpinang.test", "decidedOn": "2026-03-01"}, "case.bad_date"),
        ("linda", {"decidedBy": "rosidah@pangkalpinang.test"}, "case.decider_unknown"),
        ("linda", {"decidedBy": "Pak Anu"}, "case.decider_unknown"),
        (
            "linda",
            {"decidedBy": "yusuf@pangkalpinang.test", "scan": {"type": "image/jpeg", "content": "PHNjcmlwdD4="}},
            "case.bad_scan",
        ),
        ("linda", {"decidedBy": "yusuf@pangkalpinang.test", "scan": {"content": "?"}}, "request.bad_type"),
    ],
)
def test_what_is_not_entered(office: Office, case: str, who: str, more: dict, refusal: str) -> None:
    answer = enter(office, who, case, **more)
    assert answer.json["details"]["problem"] == refusal
    assert office.case(case)["openSteps"] == ["s03"]


def test_who_drafted_neither_decides_nor_enters_nor_is_named(office: Office, nurul: Officer) -> None:
    """Feri, head of section, assesses on his phone while he stands in as head of division and supervisor."""
    for role in ("kabid", "supervisor"):
        grant_role(office.store, OPERATOR, office.viewer("feri").id, role, office.project)
    feri = Officer(office, "Ponsel Feri", seed=5, sop="tuna_susila", who="feri")
    case = taken_in(nurul, "Anggrek")
    assessed(feri, case)
    for body in (
        {"decidedOn": ""},
        {"decidedBy": "yusuf@pangkalpinang.test"},
    ):
        answer = enter(office, "feri", case, **body)
        assert (answer.status, answer.json["details"]["problem"]) == (403, "case.own_draft")
    named = enter(office, "linda", case, decidedBy="feri@pangkalpinang.test")
    assert named.json["details"]["problem"] == "case.own_draft"
    assert enter(office, "yusuf", case, decidedOn="").status == 200


def test_a_program_that_sends_twice_is_heard_once(office: Office, case: str) -> None:
    sent = {"decidedBy": "yusuf@pangkalpinang.test", "id": "srikandi-2026-77"}
    assert enter(office, "linda", case, **sent).status == 200
    again = enter(office, "linda", case, **sent)
    assert again.status == 200, again.text
    assert len([e for e in again.json["events"] if e["type"] == "decision"]) == 1


def test_a_photo_may_come_beside_the_act(office: Office, case: str) -> None:
    body = {"type": "decision", "step": "s03", "answers": ANSWERS, "decidedBy": "yusuf@pangkalpinang.test"}
    viewer = office.viewer("linda")
    record(office.store, viewer, office.project, case, {**body, "decidedOn": "2026-03-03"}, Scan("image/png", SLIP))
    event = next(e for e in office.case(case)["events"] if e["type"] == "decision")
    found = documents.scan(office.store, viewer, office.project, case, event["id"])
    assert (found.type, found.file.read()) == ("image/jpeg", SLIP)
    with pytest.raises(Problem, match=r"request\.not_found"):
        documents.scan(office.store, viewer, office.project, case, office.case(case)["events"][0]["id"])


def test_the_paper_that_came_with_any_act_stands_beside_it_in_the_history(office: Office, case: str) -> None:
    nurul = signed_in(office, "nurul")
    nurul.read(f"/kasus/{case}")
    sent = nurul.upload(f"/kasus/{case}/note", {"surat.pdf": b"%PDF-1.7 surat kelurahan"}, {"text": "surat"}, "scan")
    assert sent.status == 303
    (link,) = nurul.read(f"/kasus/{case}?bagian=history").links(f"/kasus/{case}/pindaian/")
    assert nurul.ask("GET", link).body == b"%PDF-1.7 surat kelurahan"
    scan = {"type": "image/jpeg", "content": b64encode(SLIP).decode()}
    paused = office.act("linda", case, "pause", reason="menunggu surat", scan=scan)
    assert paused.status == 200, paused.text
    assert len(nurul.read(f"/kasus/{case}?bagian=history").links(f"/kasus/{case}/pindaian/")) == 2
    bad = nurul.upload(f"/kasus/{case}/note", {"surat.exe": b"MZ"}, {"text": "surat"}, "scan")
    assert bad.status == 400
    assert [field for field, _ in bad.errors] == ["note-scan"]


def test_an_act_on_two_cases_says_that_it_keeps_no_scan(office: Office, case: str) -> None:
    scan = {"type": "image/jpeg", "content": b64encode(SLIP).decode()}
    answer = office.act("linda", case, "move", toSop="tuna_susila", reason="x", scan=scan)
    assert answer.status == 400
    assert "tidak menyimpan pindaian" in answer.json["message"]
