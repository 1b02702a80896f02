"""An emergency never waits for a meeting, a signature or a working day (ruling 27). Kota Pangkalpinang."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.queries.definitions import definitions_of
from server.queries.tasks_page import TaskRow, tasks_page
from tests.doors.test_tuna_susila_stories import CALM, decide, taken_in
from tests.office import KOTA_PANGKALPINANG, Office, opened
from tests.officer import Officer
from tests.world import Clock, Databases


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


def waiting_for(office: Office, who: str) -> tuple[TaskRow, ...]:
    return tasks_page(office.store, office.viewer(who), definitions_of(office.store)).rows


def seen(office: Office, who: str) -> list[tuple[str, str | None]]:
    return [(row.kind, row.case_id) for row in waiting_for(office, who)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_threat_reaches_the_duty_officer_at_once_and_one_click_opens_the_shelter(
    nurul: Officer, office: Office
) -> None:
    case = taken_in(nurul, "Melati", **{**CALM, "ancaman_segera": "ya"})
    assert seen(office, "linda") == [("emergency", case)]
    assert seen(office, "yusuf") == []
    answer = office.act("linda", case, "emergency")
    assert answer.status == 200, answer.text
    assert sorted(answer.json["openSteps"]) == ["s02", "s04"]
    told = next(e for e in answer.json["events"] if e["type"] == "override")["data"]["data"]
    assert (told["reason"], told["emergency"], told["to"]) == ("darurat", True, ["s04"])
    assert seen(office, "linda") == []
    again = office.act("linda", case, "emergency")
    assert (again.status, again.json["details"]["problem"]) == (409, "case.step_open")


def test_the_approval_confirms_afterwards(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Melati", **{**CALM, "ancaman_segera": "ya"})
    office.act("linda", case, "emergency")
    nurul.follow("asesmen_awal", case, darurat="ya", perlu_pengamanan="ya")
    decide(office, case)
    assert office.case(case)["openSteps"] == ["s04"]


def test_the_shelter_is_told_and_may_open_its_step_itself(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Anggrek")
    nurul.follow("asesmen_awal", case, darurat="ya", perlu_pengamanan="ya")
    assert ("emergency", case) in seen(office, "rosidah")
    assert office.act("nurul", case, "emergency").status == 403
    assert office.act("rosidah", case, "override", emergency=True).status == 200
    assert "s04" in office.case(case)["openSteps"]


def test_a_quiet_report_alerts_nobody(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Kenanga")
    assert seen(office, "linda") == []
    assert seen(office, "rosidah") == []
    assert office.act("rosidah", case, "emergency").status == 200


def test_who_has_dealt_with_it_otherwise_says_so(nurul: Officer, office: Office) -> None:
    taken_in(nurul, "Dahlia", **{**CALM, "perlu_medis": "ya"})
    (row,) = waiting_for(office, "linda")
    assert office.act("linda", row.case_id or "", "task_done", task=row.id).status == 200
    assert seen(office, "linda") == []


def test_a_closed_case_alerts_no_more(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Teratai", **{**CALM, "perlu_medis": "ya"})
    assert office.act("linda", case, "close", closeReason="meninggal", reason="di rumah sakit").status == 200
    assert seen(office, "linda") == []
