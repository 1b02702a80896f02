"""A case as the actions handle it: read with its events, folded, and written back in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam

from forms import values
from forms.entities import EntityAct
from server.actions import attention, fact_conflicts, own_tasks
from server.actions.case_entity import workflow, write_entity
from server.actions.case_person import write_person
from server.actions.case_waiting import write_waiting
from server.actions.papers import doubt_papers, issue_papers
from server.actions.sharing import manager_by_rule
from server.cases.entity_merge import WORKFLOW
from server.cases.label import case_number
from server.cases.words import words_of
from server.problems import Problem
from server.queries.case_reading import CaseFile, is_unchanged, read_case, read_events, read_own, survivor_of
from server.queries.definitions import Definitions
from server.sop import state as states
from server.sop.changes import Changes, differences
from server.sop.events import Event
from server.sop.fold_run import SUPERVISOR
from server.sop.settle import Settled, settle
from server.sop.state import CaseState, Visit
from server.sop.timers import next_timer
from server.store import Transaction
from server.store.cases import NO_DEADLINE, case, case_word, event, step, task
from server.store.documents import MISPREDICTED, next_number
from server.store.hot import Hot
from server.store.schema import dumps, stamp

__all__ = [
    "CaseFile",
    "arrival",
    "ask_again",
    "hold",
    "is_unchanged",
    "read_case",
    "read_events",
    "read_own",
    "redate",
    "refold",
    "save",
    "survivor_of",
    "workflow",
]

_FOLDED = [
    "state",
    "next_due",
    "next_timer",
    "revision",
    "label",
    "status",
    "close_reason",
    "opened_on",
    "closed_on",
    "due_at",
    "manager_id",
    "area",
    "search",
    "updated_at",
]
_INSERT_CASE = Hot(case.insert(), ["id", "project_id", "sop_id", "sop_version_id", "number", "created_at", *_FOLDED])
_INSERT_EVENT = Hot(
    event.insert(),
    ["id", "case_id", "type", "effective", "received_at", "instance_id", "form", "revision_id", "actor_id", "data"],
)
_INSERT_WORD = Hot(case_word.insert(), ["case_id", "word", "project_id"])
_STEP = [
    "project_id",
    "sop_id",
    "state",
    "form",
    "role",
    "assignee_id",
    "opened_at",
    "due_at",
    "done_at",
    "escalated_to",
]
_INSERT_STEP = Hot(step.insert(), ["case_id", "step", "visit", *_STEP])
_UPDATE_CASE = Hot(case.update().where(case.c.id == bindparam("case"), case.c.revision == bindparam("seen")), _FOLDED)
_UPDATE_STEP = Hot(
    step.update().where(
        step.c.case_id == bindparam("case"), step.c.step == bindparam("name"), step.c.visit == bindparam("number")
    ),
    _STEP,
)


def arrival(file: CaseFile, now: datetime) -> datetime:
    """When a new event of this case counts as received: now, but after every event already kept.

    Two acts within one tick of the clock would otherwise be ordered by their ids (ruling 5).
    """
    last = max((event.received_at for event in file.events), default=None)
    return now if last is None or now > last else last + timedelta(milliseconds=1)


def refold(db: Connection, definitions: Definitions, file: CaseFile, new: Event) -> Settled:
    """The case with this event added, and the conflicts to write beside it when it changes what was acted on."""
    calendar = definitions.calendar(db, file.project_id, file.sop.id)
    return settle(file.sop.sop, file.state, (*file.events, new), calendar, new)


def save(
    tx: Transaction,
    definitions: Definitions,
    file: CaseFile,
    settled: Settled,
    new: Event,
    *,
    revision_id: int | None = None,
    act: EntityAct | None = None,
    search: Iterable[str] = (),
    share: bool = True,
) -> CaseFile:
    """Writes the new event and everything that follows from the new state, in the caller's transaction.

    Case row, step rows, the row on the phones, waiting tasks, the manager the workbook's `assign_by` names (unless
    not to `share`: somebody is named already), and the papers the newly done steps owe.
    Raises Problem `store.busy` when somebody else wrote the case since it was read.
    """
    now = stamp(tx.now)
    state = settled.state
    if file.revision == 0:
        year = int(state.opened_on[:4])
        sequence = next_number(tx, file.project_id, f"kasus:{file.sop.sop.sop_id}", year)
        file = replace(file, number=case_number(file.sop.sop.sop_id, year, sequence))
    new = _with_prediction(tx, file, state, act, new)
    known = frozenset(file.search.split())
    added = words_of(file.number, state.label, *search) - known
    found_by = " ".join(sorted(known | added))
    row = _case_row(tx, definitions, file, state, found_by)
    if file.revision == 0:
        tx.run(
            _INSERT_CASE,
            {
                "id": file.id,
                "project_id": file.project_id,
                "sop_id": file.sop.sop.sop_id,
                "sop_version_id": file.sop.id,
                "number": file.number,
                "created_at": now,
                **row,
            },
        )
    else:
        _update(tx, file, row)
    rows = [{"case_id": file.id, "word": word, "project_id": file.project_id} for word in sorted(added)]
    _INSERT_WORD.many(tx.connection, rows)
    _write_event(tx, file.id, new, revision_id)
    for conflict in settled.events:
        _write_event(tx, file.id, conflict, None)
    changes = settled.changes
    _write_steps(tx, file, changes)
    differs = write_entity(tx, file, state, act, revision_id, new)
    write_person(tx, file, state, new)
    write_waiting(tx, file, changes, new, revision_id)
    if changes.closed:
        asked = (task.c.case_id == file.id, task.c.kind == "row_gone", task.c.done_at.is_(None))
        tx.execute(task.update().where(*asked), {"done_at": now, "done_by": int(new.actor) if new.actor else None})
    saved = replace(
        file,
        revision=file.revision + 1,
        state=state,
        events=(*file.events, new, *settled.events),
        search=found_by,
    )
    attention.follow(tx, saved, changes, new)
    own_tasks.follow(tx, file.state, saved, new.actor)
    fact_conflicts.follow(tx, file.state, saved)
    if differs:
        fact_conflicts.ask(tx, definitions, saved)
    doubt_papers(tx, saved, changes)
    given = manager_by_rule(tx, definitions, file.state, saved, new) if share else None
    if given is not None:
        given = replace(given, received_at=arrival(saved, tx.now))
        saved = save(tx, definitions, saved, refold(tx.connection, definitions, saved, given), given)
    if changes.papers:
        day = tx.now.astimezone(definitions.calendar(tx.connection, file.project_id, file.sop.id).tz).date()
        for issued in issue_papers(tx, definitions, saved, changes.papers, day):
            # A step may wait for this very paper: that it is there is an event of its own.
            told = replace(issued, received_at=arrival(saved, tx.now))
            saved = save(tx, definitions, saved, refold(tx.connection, definitions, saved, told), told)
    return saved


def _update(tx: Transaction, file: CaseFile, row: Mapping[str, object]) -> None:
    """Writes the case row as long as nobody wrote it since the file was read. Raises Problem `store.busy`."""
    if tx.run(_UPDATE_CASE, {"case": file.id, "seen": file.revision, **row}).rowcount == 0:
        raise Problem("store.busy")


def hold(tx: Transaction, case_ids: Iterable[str]) -> None:
    """Holds the cases of these ids and those they have been merged into, as they stand once they are held."""
    held: set[str] = set()
    wanted = set(case_ids)
    while wanted:
        tx.lock_cases(wanted)
        held |= wanted
        wanted = {into for case_id in wanted if (into := survivor_of(tx.connection, case_id))} - held


def redate(tx: Transaction, definitions: Definitions, file: CaseFile, state: CaseState) -> CaseFile:
    """Writes an open case folded anew from the events it has: nothing happened to it but the office's days changed.

    Raises Problem `store.busy` when somebody else wrote the case since it was read.
    """
    _update(tx, file, _case_row(tx, definitions, file, state, file.search))
    _write_steps(tx, file, differences(file.state, state))
    write_entity(tx, file, state, None, None, None)
    return replace(file, revision=file.revision + 1, state=state)


def ask_again(tx: Transaction, file: CaseFile, moment: datetime | None) -> None:
    """When time is next asked about this case, which is otherwise as it was; None: never, as it stands."""
    when = stamp(moment) if moment else None
    tx.execute(case.update().where(case.c.id == file.id, case.c.revision == file.revision), {"next_timer": when})


def _case_row(
    tx: Transaction, definitions: Definitions, file: CaseFile, state: CaseState, found_by: str
) -> dict[str, object]:
    calendar = definitions.calendar(tx.connection, file.project_id, file.sop.id)
    timed = next_timer(file.sop.sop, state, calendar, tx.now)
    return {
        "state": dumps(states.to_json(state)),
        "revision": file.revision + 1,
        "label": state.label,
        "status": state.status,
        "close_reason": state.close_reason,
        "opened_on": state.opened_on,
        "closed_on": state.closed_on,
        "due_at": state.due_at,
        "next_due": min((v.due_at for v in state.visits if v.state == "open" and v.due_at), default=NO_DEADLINE),
        "next_timer": stamp(timed) if timed else None,
        "manager_id": int(state.manager) if state.manager else None,
        "area": str(state.facts.get("kelurahan") or state.facts.get("kel") or "")[:200] or None,
        "search": found_by,
        "updated_at": stamp(tx.now),
    }


def _with_prediction(tx: Transaction, file: CaseFile, state: CaseState, act: EntityAct | None, new: Event) -> Event:
    """The event with what its form predicted of the workflow, and which of that the fold decided otherwise."""
    predicted = {name: value for name, value in act.data.items() if name in WORKFLOW} if act else {}
    if not predicted:
        return new
    decided = workflow(file, state)
    missed = sorted(name for name, value in predicted.items() if value != decided[name])
    if missed:
        next_number(tx, file.project_id, MISPREDICTED, 0)
    return replace(new, data={**new.data, "prediction": predicted, "mispredicted": " ".join(missed)})


def _write_event(tx: Transaction, case_id: str, new: Event, revision_id: int | None) -> None:
    data: dict[str, object] = {}
    if new.revision:
        data["revision"] = new.revision
    if new.step:
        data["step"] = new.step
    if new.answers:
        data["answers"] = values.to_json(new.answers)
    if new.data:
        data["data"] = values.to_json(new.data)
    tx.run(
        _INSERT_EVENT,
        {
            "id": new.id,
            "case_id": case_id,
            "type": new.type,
            "effective": new.effective.isoformat(),
            "received_at": stamp(new.received_at),
            "instance_id": new.instance_id,
            "form": new.form,
            "revision_id": revision_id,
            "actor_id": int(new.actor) if new.actor else None,
            "data": dumps(data),
        },
    )


def _step_row(file: CaseFile, visit: Visit) -> dict[str, object]:
    return {
        "case_id": file.id,
        "step": visit.step,
        "visit": visit.visit,
        "project_id": file.project_id,
        "sop_id": file.sop.sop.sop_id,
        "state": visit.state,
        "form": visit.form,
        "role": visit.waits_for or visit.role,
        "assignee_id": int(visit.assignee) if visit.assignee else None,
        "opened_at": visit.opened_at,
        "due_at": visit.due_at,
        "done_at": visit.done_on,
        "escalated_to": _told(file, visit),
    }


def _told(file: CaseFile, visit: Visit) -> str | None:
    """The role that has been told of an open visit because its limit comes near."""
    if visit.state != "open" or not visit.escalated_on:
        return None
    known = file.sop.sop.step(visit.step)
    return (known.escalate_to if known else "") or SUPERVISOR


def _write_steps(tx: Transaction, file: CaseFile, changes: Changes) -> None:
    known = {visit.key for visit in file.state.visits} if file.state else set()
    added = [_step_row(file, visit) for visit in changes.rows if visit.key not in known]
    _INSERT_STEP.many(tx.connection, added)
    for visit in changes.rows:
        if visit.key in known:
            row = _step_row(file, visit)
            key = {"case": row.pop("case_id"), "name": row.pop("step"), "number": row.pop("visit")}
            tx.run(_UPDATE_STEP, {**key, **row})
    for visit in changes.gone:
        tx.execute(
            step.delete().where(step.c.case_id == file.id, step.c.step == visit.step, step.c.visit == visit.visit)
        )
