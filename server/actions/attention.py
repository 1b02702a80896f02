"""What the program itself puts in front of a person: emergencies, papers to look at again, decisions entered for them.

Rows of the table `task` beside those of unplaced forms; each ends by the act `task_done`, or when what it asks for
has happened.
"""

from collections.abc import Mapping

from server.cases.linking import derived_id
from server.queries.case_reading import CaseFile
from server.sop.changes import Changes
from server.sop.emergency import emergency_alerts, emergency_steps
from server.sop.events import Event
from server.store import Transaction
from server.store.cases import task
from server.store.schema import dumps, stamp

EMERGENCY = "emergency"
PAPER = "paper_review"
RECORDED = "recorded_for_you"
KINDS = frozenset({EMERGENCY, PAPER, RECORDED})
SUPERVISOR = "supervisor"


def follow(tx: Transaction, file: CaseFile, changes: Changes, new: Event) -> None:
    """Tells the duty officer of an emergency the moment it is known (ruling 27), and ends what is dealt with."""
    alerts = {alert.name: alert for alert in emergency_alerts(file.sop.sop)}
    wanted = set(emergency_steps(file.sop.sop))
    helped = bool(new.data.get("emergency")) or any(visit.step in wanted for visit in changes.opened)
    if changes.closed or helped:
        _end_all(tx, file.id, EMERGENCY, new.actor)
    if changes.closed or helped:
        return
    for notice in changes.notices:
        alert = alerts.get(dict(notice.args).get("alert", "")) if notice.code == "notice.alert" else None
        if alert is not None:
            args = {"alert": alert.labels.get("id", alert.name), "alert_en": alert.labels.get("en", alert.name)}
            key = derived_id(EMERGENCY, file.id, f"{alert.name}:{notice.on}")
            _raise(tx, file, key, EMERGENCY, "emergency.alert", args, role=alert.to)


def recorded_for(tx: Transaction, file: CaseFile, *, decider: int, step: str, by: int) -> None:
    """Tells somebody that a decision was entered in his name (ruling 30)."""
    key = derived_id(RECORDED, file.id, f"{step}:{file.revision}")
    named = file.sop.sop.step(step)
    labels: Mapping[str, str] = named.labels if named else {}
    args = {"step": labels.get("id", step), "step_en": labels.get("en", step), "by": by}
    _raise(tx, file, key, RECORDED, "recorded_for_you.check", args, assignee=decider)


def review_paper(tx: Transaction, file: CaseFile, document: int, title: str, number: str, why: str) -> None:
    """Asks a supervisor to look at a paper that no longer fits its case; `why`: `gone` or `rerouted`."""
    key = derived_id(PAPER, file.id, str(document))
    _raise(tx, file, key, PAPER, f"paper_review.{why}", {"title": title, "number": number}, role=SUPERVISOR)


def paper_looked_at(tx: Transaction, file: CaseFile, document: int, by: int | None) -> None:
    end(tx, derived_id(PAPER, file.id, str(document)), by)


def end(tx: Transaction, task_id: str, by: int | None) -> None:
    """Ends one task; one that has ended stays as it is."""
    open_ = (task.c.id == task_id, task.c.done_at.is_(None))
    tx.execute(task.update().where(*open_), {"done_at": stamp(tx.now), "done_by": by})


def _end_all(tx: Transaction, case_id: str, kind: str, actor: str | None) -> None:
    open_ = (task.c.case_id == case_id, task.c.kind == kind, task.c.done_at.is_(None))
    tx.execute(task.update().where(*open_), {"done_at": stamp(tx.now), "done_by": int(actor) if actor else None})


def _raise(
    tx: Transaction,
    file: CaseFile,
    key: str,
    kind: str,
    reason: str,
    args: Mapping[str, object],
    *,
    role: str | None = None,
    assignee: int | None = None,
) -> None:
    again = tx.execute(task.update().where(task.c.id == key), {"done_at": None, "done_by": None})
    if again.rowcount:
        return
    row = {
        "id": key,
        "project_id": file.project_id,
        "kind": kind,
        "case_id": file.id,
        "reason": reason,
        "args": dumps(args),
        "role": role,
        "assignee_id": assignee,
        "created_at": stamp(tx.now),
    }
    tx.execute(task.insert(), row)
