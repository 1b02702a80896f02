"""Free tasks somebody was given, and conflicts that wait for a decision, in front of the person (rulings 4 and 39).

The state of a case knows both; the rows of the table `task` written here let a page find them without opening cases.
"""

from collections.abc import Mapping

from server.cases.linking import derived_id
from server.queries.case_reading import CaseFile
from server.sop.state import CaseState, Conflict
from server.store import Transaction
from server.store.cases import FREE, task
from server.store.schema import dumps, stamp

CONFLICT = "conflict"
SUPERVISOR = "supervisor"

Asked = Mapping[str, Mapping[str, object]]
"""Id of a row -> what it says."""


def follow(tx: Transaction, before: CaseState | None, file: CaseFile, actor: str | None) -> None:
    """Writes what is new or has ended since the case was last saved; nothing where nothing has."""
    assert file.state is not None
    old, new = _wanted(before, file) if before else {}, _wanted(file.state, file)
    for key in old.keys() - new.keys():
        ended = {"done_at": stamp(tx.now), "done_by": int(actor) if actor else None}
        tx.execute(task.update().where(task.c.id == key, task.c.done_at.is_(None)), ended)
    for key, row in new.items():
        if old.get(key) == row:
            continue
        again = tx.execute(task.update().where(task.c.id == key), {**row, "done_at": None, "done_by": None})
        if not again.rowcount:
            about = {"id": key, "project_id": file.project_id, "case_id": file.id, "created_at": stamp(tx.now)}
            tx.execute(task.insert(), {**about, **row})


def _wanted(state: CaseState, file: CaseFile) -> Asked:
    if state.status == "closed":
        return {}
    found: dict[str, dict[str, object]] = {}
    for item in state.tasks:
        given = str(item.get("assignee") or "")
        if given.isdecimal() and not item.get("done_on"):
            said = {"task": item["id"], "text": item["text"], "due": item.get("due")}
            told = {"kind": FREE, "reason": "free_task.todo", "args": dumps(said), "assignee_id": int(given)}
            found[derived_id(FREE, file.id, str(item["id"]))] = {**told, "due_at": item.get("due")}
    for conflict in state.conflicts:
        found[derived_id(CONFLICT, file.id, f"{conflict.step}#{conflict.visit}")] = _conflict(conflict, file)
    return found


def _conflict(conflict: Conflict, file: CaseFile) -> dict[str, object]:
    step = file.sop.sop.step(conflict.step)
    labels = step.labels if step else {}
    said = {"step": labels.get("id", conflict.step), "step_en": labels.get("en", conflict.step)}
    role = next((role.name for role in file.sop.sop.roles if role.may_override), SUPERVISOR)
    return {"kind": CONFLICT, "reason": "conflict.decide", "args": dumps(said), "role": role}
