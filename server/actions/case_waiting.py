"""Forms that wait in a case: each is a person's task until a later fold places it."""

from sqlalchemy import select

from server.cases.linking import derived_id
from server.queries.case_reading import CaseFile
from server.sop.changes import Changes
from server.sop.events import Event
from server.sop.state import Waiting
from server.store import Transaction
from server.store.cases import event, task
from server.store.schema import dumps, stamp


def write_waiting(tx: Transaction, file: CaseFile, changes: Changes, new: Event, revision_id: int | None) -> None:
    """A form nothing takes becomes a person's task; the task ends when a later fold places the form."""
    for waiting in changes.waiting:
        _ask_to_place(tx, file, waiting, revision_id if waiting.instance_id == new.instance_id else None)
    for waiting in changes.placed:
        tx.execute(
            task.update().where(task.c.id == derived_id("waiting", file.id, waiting.instance_id)),
            {"done_at": stamp(tx.now)},
        )


def ask_to_place_all(tx: Transaction, file: CaseFile) -> None:
    """Asks a person about every form that waits in this case, also those that were settled while it was another's."""
    for waiting in file.state.waiting if file.state else ():
        _ask_to_place(tx, file, waiting, None)


def _ask_to_place(tx: Transaction, file: CaseFile, waiting: Waiting, revision_id: int | None) -> None:
    task_id = derived_id("waiting", file.id, waiting.instance_id)
    again = tx.execute(task.update().where(task.c.id == task_id), {"done_at": None, "done_by": None})
    if again.rowcount == 0:
        row = {
            "revision_id": revision_id or _revision_of(tx, file, waiting),
            "id": task_id,
            "project_id": file.project_id,
            "kind": "waiting",
            "fault": "data",
            "case_id": file.id,
            "form": waiting.form,
            "reason": f"waiting.{waiting.reason}",
            "args": dumps({"instance_id": waiting.instance_id, "day": waiting.day}),
            "created_at": stamp(tx.now),
        }
        tx.execute(task.insert(), row)


def _revision_of(tx: Transaction, file: CaseFile, waiting: Waiting) -> int | None:
    """The kept revision of a form that waits: it may have come long ago, or under a case merged into this one."""
    about = (event.c.instance_id == waiting.instance_id, event.c.form == waiting.form)
    cases = {file.id, *(one.case for one in file.events if one.case)}
    query = select(event.c.revision_id).where(*about, event.c.case_id.in_(cases), event.c.revision_id.is_not(None))
    return tx.execute(query.order_by(event.c.received_at.desc()).limit(1)).scalar()
