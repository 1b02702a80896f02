"""What of a submission waits for a person, as tasks."""

from collections.abc import Iterable

from server.actions.case_file import CaseFile
from server.actions.proposals import ROW_GONE
from server.actions.received import Received, Unplaced
from server.cases.linking import (
    derived_id,
)
from server.store import Transaction
from server.store.cases import task
from server.store.schema import dumps, stamp


def ask_a_person(tx: Transaction, received: Received, unplaced: Unplaced, revision_id: int) -> None:
    args = {**(unplaced.args or {}), "instance_id": received.head.instance_id, "version": received.head.version}
    if unplaced.case:
        args["case"] = unplaced.case
    if unplaced.row:
        args["row"] = unplaced.row
    if unplaced.key:
        args["key"] = unplaced.key
    row = {
        "fault": unplaced.fault,
        "reason": unplaced.reason,
        "case_id": unplaced.case,
        "args": dumps(args),
        "done_at": None,
        "done_by": None,
    }
    key = derived_id("unplaced", received.form.id, received.head.instance_id, *filter(None, (unplaced.key,)))
    if tx.execute(task.update().where(task.c.id == key), row).rowcount == 0:
        new = {
            "id": key,
            "project_id": received.project_id,
            "kind": "unplaced",
            "revision_id": revision_id,
            "form": received.form.xml_form_id,
            "created_at": stamp(tx.now),
        }
        tx.execute(task.insert(), {**new, **row})


def ask_about(tx: Transaction, received: Received, file: CaseFile) -> None:
    """A case whose row was taken out of the form that opened it: nobody but a person ends a client's case."""
    key = derived_id("row_gone", file.id, received.head.instance_id)
    row = {
        "id": key,
        "project_id": file.project_id,
        "kind": ROW_GONE,
        "fault": "data",
        "case_id": file.id,
        "form": received.form.xml_form_id,
        "reason": "unplaced.row_gone",
        "args": dumps({"instance_id": received.head.instance_id, "case": file.id}),
        "created_at": stamp(tx.now),
    }
    tx.execute(task.insert(), row)


def end_task(tx: Transaction, task_id: str, by: int | None) -> None:
    """This task is done."""
    open_ = (task.c.id == task_id, task.c.done_at.is_(None))
    tx.execute(task.update().where(*open_), {"done_at": stamp(tx.now), "done_by": by})


def end_tasks(tx: Transaction, revision_ids: Iterable[int], by: int | None) -> None:
    """The tasks that asked a person to place these revisions are done."""
    waiting = (task.c.revision_id.in_(list(revision_ids)), task.c.kind == "unplaced", task.c.done_at.is_(None))
    tx.execute(task.update().where(*waiting), {"done_at": stamp(tx.now), "done_by": by})
