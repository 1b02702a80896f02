"""What time itself does to cases: waits that are over, deadlines that come near, alerts of a quiet day.

Each case carries the moment at which it must be looked at next (`kasus.next_timer`), written with every change.
Whoever is killed in between has done some of them and not others: an event's id holds its planned moment.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import OperationalError

from server.actions import case_file
from server.actions.add_events import add_events
from server.actions.case_file import CaseFile
from server.cases.linking import derived_id
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.sop.events import Event
from server.sop.timers import due_timers, next_timer
from server.store import Store, Transaction
from server.store.cases import case, task
from server.store.hot import Hot
from server.store.schema import dumps, stamp

BATCH = 50
LATER = timedelta(hours=1)
"""A case that was due but has nothing to do, or that failed, is looked at again after this."""

FAILED = "timer.failed"

_DUE = Hot(
    select(case.c.id, case.c.project_id)
    .where(case.c.next_timer <= bindparam("now"), case.c.next_timer.is_not(None))
    .order_by(case.c.next_timer, case.c.id)
    .limit(BATCH)
)

log = logging.getLogger("alur.timers")


def fire_due(store: Store) -> int:
    """Does what time has brought, case by case, for the cases that have waited longest; how many were looked at.

    Costs one indexed read when nothing is due. A case that cannot be folded becomes a person's task and holds up
    no other.
    """
    definitions = definitions_of(store)
    with store.read() as db:
        due = _DUE.all(db, {"now": stamp(store.now())})
    quiet: list[tuple[CaseFile, datetime | None]] = []
    for case_id, project_id in due:
        try:
            with store.read() as db:
                file = case_file.read_case(db, definitions, project_id, case_id)
            if file is None or file.id != case_id:
                _forget(store, case_id)
            elif not _fire(store, definitions, file):
                quiet.append((file, _next(store, definitions, file)))
        except (OperationalError, Problem):
            raise  # the database's trouble, or somebody else's turn to write: what is due stays due
        except Exception:
            log.exception("time could not act on a case")
            _ask_a_person(store, case_id, project_id)
    if quiet:
        with store.write() as tx:
            tx.housekeeping()
            for file, moment in quiet:
                case_file.ask_again(tx, file, moment)
                _sound(tx, file.id)
    return len(due)


def _fire(store: Store, definitions: Definitions, file: CaseFile) -> bool:
    def due(db: Connection, now_file: CaseFile, now: datetime) -> Sequence[Event]:
        assert now_file.state is not None
        calendar = definitions.calendar(db, now_file.project_id, now_file.sop.id)
        return due_timers(now_file.sop.sop, file.id, now_file.state, calendar, now, events=now_file.events)

    return bool(add_events(store, definitions, file, due, _tell))


def _tell(tx: Transaction, file: CaseFile, events: Sequence[Event]) -> None:
    _sound(tx, file.id)
    for event in events:
        tx.audit(
            None,
            "case.timer",
            project=file.project_id,
            subject=f"case:{file.id}",
            details={"kind": event.data["kind"], "step": event.step, "planned": event.data["planned"]},
        )


def _next(store: Store, definitions: Definitions, file: CaseFile) -> datetime | None:
    """When this case is looked at next: a moment already passed has brought nothing, so later."""
    assert file.state is not None
    now = store.now()
    with store.read() as db:
        calendar = definitions.calendar(db, file.project_id, file.sop.id)
    moment = next_timer(file.sop.sop, file.state, calendar, now)
    return now + LATER if moment and moment <= now else moment


def _forget(store: Store, case_id: str) -> None:
    """A case merged into another has no time of its own."""
    with store.write() as tx:
        tx.housekeeping()
        tx.execute(case.update().where(case.c.id == case_id), {"next_timer": None})


def _sound(tx: Transaction, case_id: str) -> None:
    """What failed before works again: nobody needs to look after it."""
    asked = (task.c.id == derived_id("timer", case_id), task.c.done_at.is_(None))
    tx.execute(task.update().where(*asked), {"done_at": stamp(tx.now)})


def _ask_a_person(store: Store, case_id: str, project_id: int) -> None:
    """The case is looked at again later; until then somebody knows that it stands still."""
    with store.write() as tx:
        tx.housekeeping()
        tx.execute(case.update().where(case.c.id == case_id), {"next_timer": stamp(tx.now + LATER)})
        key = derived_id("timer", case_id)
        if tx.execute(task.update().where(task.c.id == key), {"done_at": None, "done_by": None}).rowcount == 0:
            row = {
                "id": key,
                "project_id": project_id,
                "kind": "timer",
                "fault": "program",
                "case_id": case_id,
                "reason": FAILED,
                "args": dumps({"case": case_id}),
                "created_at": stamp(tx.now),
            }
            tx.execute(task.insert(), row)
