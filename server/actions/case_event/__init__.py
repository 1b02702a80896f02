"""Acts on a case from the web or a program: decisions, overrides, papers, records, closing (ruling 24).

acting    what every act shares: what the body says, who may
deciding  decisions, confirmations, recorded for the decider   turning  overrides, emergency, withdrawn branches
choosing  what holds of what two phones said differently
keeping   people, clock, closing, tasks, notes                 papers   documents by hand
records   referrals and shelter stays
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from server.access import Viewer, require
from server.actions import case_file
from server.actions.case_event import choosing, deciding, keeping, papers, records, turning
from server.actions.case_event.acting import Act, Read, Scan
from server.actions.case_event.scans import keep_scan, scan_of
from server.actions.case_file import CaseFile
from server.cases.linking import derived_id
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.sop.events import Event
from server.sop.settle import Settled
from server.store import Store

__all__ = ["ACTS", "Scan", "record"]

IGNORED = "notice.act_ignored"
LONGEST_ID = 200

ACTS: Mapping[str, Callable[[Act], Read]] = {
    "decision": deciding.decision,
    "confirm": deciding.confirm,
    "resolve": deciding.resolve,
    "choose": choosing.choose,
    "override": turning.override,
    "withdraw": turning.withdraw,
    "emergency": turning.emergency,
    "assign": keeping.assign,
    "pause": keeping.pause,
    "resume": keeping.resume,
    "close": keeping.close,
    "reopen": keeping.reopen,
    "task": keeping.free_task,
    "task_done": keeping.task_done,
    "note": keeping.note,
    "document": papers.document,
    "record": records.record,
}


def record(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    case_id: str,
    body: Mapping[str, object],
    scan: Scan | None = None,
) -> None:
    """Records one act of ruling 24 and everything that follows from it, in one transaction.

    body: `type` and what the act needs; `id`, when given, makes the same act sent twice one act. scan: the picture
    of the signed paper, where it is not in the body.

    Raises Problem `request.not_found`, `access.denied`, `request.missing`, `request.bad_value`, `request.bad_type`,
    and those of `case.*`.
    """
    viewer = require(viewer, "case.act", project_id)
    definitions = definitions_of(store)
    kept = keep_scan(store, scan or scan_of(body))
    with store.read() as db:
        file = _read(db, definitions, project_id, case_id)
        event_id = _id(file, body)
        if _is_known(file, event_id, body):
            return
        act, event, state = _understood(db, definitions, viewer, file, body, kept, event_id, store.now())
    with store.write() as tx:
        tx.lock_cases([file.id])
        if not case_file.is_unchanged(tx.connection, file):
            file = _read(tx.connection, definitions, project_id, case_id)
            if _is_known(file, event_id, body):
                tx.housekeeping()
                return
            act, event, state = _understood(tx.connection, definitions, viewer, file, body, kept, event_id, tx.now)
        saved = case_file.save(tx, definitions, file, state, event, act=act.entity)
        for write in act.after:
            write(tx, saved)
        details = {"step": event.step, "reason": body.get("reason")}
        decided = {name: event.data[name] for name in ("decidedBy", "decidedOn") if name in event.data}
        tx.audit(
            viewer.id,
            f"case.{event.type}",
            project=project_id,
            subject=f"case:{file.id}",
            details={**details, **decided},
        )


def _read(db: Connection, definitions: Definitions, project_id: int, case_id: str) -> CaseFile:
    file = case_file.read_case(db, definitions, project_id, case_id)
    if file is None or file.state is None:
        raise Problem("request.not_found")
    return file


def _id(file: CaseFile, body: Mapping[str, object]) -> str:
    """The id of the event: made from the sender's own where it gives one."""
    given = body.get("id")
    if given is None or given == "":
        return str(uuid4())
    if not isinstance(given, str) or len(given) > LONGEST_ID:
        raise Problem("request.bad_type", field="id", value=str(given)[:100], expected="text")
    return derived_id("act", file.id, given)


def _is_known(file: CaseFile, event_id: str, body: Mapping[str, object]) -> bool:
    """Whether this very act was taken in before."""
    return bool(body.get("id")) and any(event.id == event_id for event in file.events)


def _understood(
    db: Connection,
    definitions: Definitions,
    viewer: Viewer,
    file: CaseFile,
    body: Mapping[str, object],
    scan: Mapping[str, object],
    event_id: str,
    now: datetime,
) -> tuple[Act, Event, Settled]:
    kind = body.get("type")
    if not isinstance(kind, str) or kind not in ACTS:
        raise Problem("case.bad_event", type=str(kind)[:100])
    act = Act(db, definitions, viewer, file, body, now, kind, scan)
    step, answers, data = ACTS[kind](act)
    event = Event(
        id=event_id,
        type=act.kind,
        effective=act.past_day("effectiveAt") or act.day or act.today,
        received_at=case_file.arrival(file, now),
        actor=str(viewer.id),
        form=act.form,
        step=step,
        answers=answers,
        # Whatever the act, the paper that came with it stands beside it in the history.
        data={**scan, **data},
    )
    state = case_file.refold(db, definitions, file, event)
    _refuse_ignored(file, state, event)
    return act, event, state


def _refuse_ignored(file: CaseFile, settled: Settled, event: Event) -> None:
    """An act that would lead nowhere is refused now instead of being kept and ignored."""
    before = frozenset(file.state.notices if file.state else ())
    if any(notice.code == IGNORED for notice in settled.state.notices if notice not in before):
        raise Problem("case.step_not_open", step=event.step or "-")
