"""Days pass in Kota Pasuruan: limits that come near are told, waits end, quiet mornings are looked at; each once."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from server.actions.timers import fire_due
from server.store import Store
from server.store.audit import audit
from server.store.cases import case, event, task
from tests import drafts
from tests.browsing import signed_in
from tests.office import Office
from tests.past import Past
from tests.world import Clock

PATIENT = drafts.draft(
    {
        ("steps", "s08", "kind"): "wait",
        ("steps", "s08", "form"): "",
        ("alerts", "a2", "at"): "daily",
        ("alerts", "a2", "when"): "${s03#status} = 'open' and ${kasus#hari_berjalan} >= 3",
    },
    without={"documents": ("surat_uppa",)},
)
"""The office waits for the police until the fourth working day by itself; children not assessed are looked for."""


def publish(office: Office, book: bytes) -> None:
    answer = office.as_("rina").post(f"/v1/projects/{office.project}/sops?publish=true&ignoreWarnings=true", book)
    assert answer.status == 200, answer.text


def pass_until(office: Office, *moment: int) -> None:
    """The clock goes on to this moment in Jakarta (hours before 7 lie on the day before in UTC); workers look."""
    office.clock.set(datetime.fromisoformat("{}-{:02}-{:02}T{:02}:{:02}:00+07:00".format(*moment)).astimezone(UTC))
    while fire_due(office.store):
        pass


def timers(office: Office, case_id: str) -> list[tuple[str, str | None]]:
    """What time did to a case: kind and step, in order."""
    found = [one for one in office.case(case_id)["events"] if one["type"] == "timer"]
    return [(one["data"]["data"]["kind"], one["data"].get("step")) for one in found]


def told(office: Office, case_id: str) -> list[tuple[str, str]]:
    return [(notice["code"], notice["to"]) for notice in office.case(case_id)["notices"]]


def test_the_section_head_is_told_before_the_assessment_is_late(office: Office) -> None:
    child = Past(office).child(13)
    pass_until(office, 2026, 3, 3, 19, 0)
    assert timers(office, child) == []
    pass_until(office, 2026, 3, 3, 19, 15)
    assert timers(office, child) == [("escalation", "s03")]
    assert told(office, child) == [("notice.escalated", "supervisor")]
    pass_until(office, 2026, 3, 20, 9, 0)
    assert timers(office, child) == [("escalation", "s03")], "told once, however long it takes"
    with office.store.read() as db:
        lines = db.execute(select(audit.c.actor_id, audit.c.subject).where(audit.c.action == "case.timer")).all()
    assert [tuple(line) for line in lines] == [(None, f"case:{child}")]


def test_the_escalated_step_waits_on_the_pages_of_the_section_head_until_it_is_done(office: Office) -> None:
    past = Past(office)
    child = past.child(13)
    number = office.case(child)["number"]
    pass_until(office, 2026, 3, 4, 8, 0)
    hadi, tono = signed_in(office, "hadi"), signed_in(office, "tono")
    for page in ("/", "/tugas"):
        assert "Perlu perhatian Anda" in hadi.read(page).text
        assert number in hadi.read(page).text
        assert "Perlu perhatian Anda" not in tono.read(page).text
    past.follow(child, ("abh_asesmen", {}), day="2026-03-04")
    assert "Perlu perhatian Anda" not in hadi.read("/").text


def test_an_assessment_that_arrives_in_time_is_nobody_elses_business(office: Office) -> None:
    child = Past(office).child(13, ("abh_asesmen", {}))
    pass_until(office, 2026, 3, 4, 0, 30)
    assert ("escalation", "s03") not in timers(office, child)


def test_a_wait_for_the_police_ends_by_itself_and_the_next_step_is_on_the_phone(office: Office) -> None:
    publish(office, PATIENT)
    child = Past(office).conference(13, "berat")
    assert office.case(child)["openSteps"] == ["s08"]
    pass_until(office, 2026, 3, 6, 23, 0)
    assert office.case(child)["openSteps"] == ["s08"]
    pass_until(office, 2026, 3, 7, 0, 1)
    whole = office.case(child)
    assert whole["openSteps"] == ["s10"]
    (done,) = [step for step in whole["steps"] if step["name"] == "s08"]
    assert done["doneAt"] == "2026-03-06"


def test_a_quiet_case_is_looked_at_every_local_morning_and_leaves_a_trace_on_the_day_it_matters(
    office: Office,
) -> None:
    publish(office, PATIENT)
    child = Past(office).child(13)
    pass_until(office, 2026, 3, 4, 12, 0)
    assert ("alert", None) not in timers(office, child)
    pass_until(office, 2026, 3, 5, 0, 4)
    assert ("alert", None) not in timers(office, child), "five minutes after midnight in Jakarta, not before"
    pass_until(office, 2026, 3, 5, 0, 6)
    assert timers(office, child).count(("alert", None)) == 1
    assert ("notice.alert", "supervisor") in told(office, child)
    pass_until(office, 2026, 3, 6, 9, 0)
    assert timers(office, child).count(("alert", None)) == 1


def test_a_closed_case_and_one_that_stands_still_are_left_alone(office: Office) -> None:
    past = Past(office)
    closed, paused = past.child(13), past.child(14)
    acts = f"/v1/projects/{office.project}/cases"
    for case_id, act in (
        (closed, {"type": "close", "closeReason": "pindah", "reason": "keluarga pindah"}),
        (paused, {"type": "pause", "reason": "menunggu dokter"}),
    ):
        answer = office.as_("hadi").post(f"{acts}/{case_id}/events", act)
        assert answer.status == 200, answer.text
    with office.store.read() as db:
        assert db.execute(select(case.c.next_timer)).scalars().all() == [None, None]
    pass_until(office, 2026, 4, 1, 9, 0)
    assert timers(office, closed) == timers(office, paused) == []


def test_a_database_from_before_is_looked_through_once(office: Office) -> None:
    child = Past(office).child(13)
    with office.store.write() as tx:
        tx.housekeeping()
        tx.execute(update(case).values(next_timer=""))
    assert fire_due(office.store) == 1
    assert fire_due(office.store) == 0
    pass_until(office, 2026, 3, 4, 8, 0)
    assert timers(office, child) == [("escalation", "s03")]


@pytest.mark.program_fault
def test_a_case_that_cannot_be_folded_holds_up_no_other(office: Office) -> None:
    past = Past(office)
    broken, sound = past.child(13), past.child(14)
    with office.store.write() as tx:
        tx.housekeeping()
        kept = tx.execute(select(case.c.state).where(case.c.id == broken)).scalar_one()
        tx.execute(update(case).where(case.c.id == broken).values(state="{}"))
    pass_until(office, 2026, 3, 4, 8, 0)
    assert timers(office, sound) == [("escalation", "s03")]
    with office.store.write() as tx:
        tx.housekeeping()
        rows = tx.execute(select(task.c.reason, task.c.case_id).where(task.c.fault == "program")).all()
        assert [tuple(row) for row in rows] == [("timer.failed", broken)]
        tx.execute(update(task).where(task.c.reason == "timer.failed").values(fault=None))
        tx.execute(update(case).where(case.c.id == broken).values(state=kept))
    assert "gagal memeriksa batas waktu" in signed_in(office, "hadi").read("/tugas").text
    pass_until(office, 2026, 3, 4, 9, 30)
    assert timers(office, broken) == [("escalation", "s03")], "an hour later it is tried again"
    assert "gagal memeriksa batas waktu" not in signed_in(office, "hadi").read("/tugas").text


def _worker(data: Path, url: str | None, now: datetime) -> None:
    """A worker that lets time act until it is killed."""
    store = Store(data, url, Clock(now))
    while True:
        fire_due(store)


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_worker_killed_in_between_loses_and_doubles_nothing(office: Office, after: int) -> None:
    past = Past(office)
    children = [past.child(13) for _ in range(12)]
    office.clock.advance(days=2)
    run = multiprocessing.get_context("spawn").Process(
        target=_worker, args=(office.store.data, office_url(office), office.clock.now), daemon=True
    )
    run.start()
    wait_for(lambda: written(office) >= after)
    assert run.pid is not None
    os.kill(run.pid, signal.SIGKILL)
    run.join()
    pass_until(office, 2026, 3, 4, 9, 0)
    assert [timers(office, child) for child in children] == [[("escalation", "s03")]] * 12


def office_url(office: Office) -> str | None:
    engine = office.store.engine
    return engine.url.render_as_string(hide_password=False) if engine.dialect.name == "postgresql" else None


def written(office: Office) -> int:
    with office.store.read() as db:
        return db.execute(select(func.count()).where(event.c.type == "timer")).scalar_one()


def wait_for(reached: Callable[[], bool]) -> None:
    pause = multiprocessing.Event()
    for _ in range(600):
        if reached():
            return
        pause.wait(0.05)
    raise AssertionError("it never came so far")
