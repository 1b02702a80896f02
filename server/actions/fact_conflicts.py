"""What two phones wrote differently about a case, in front of its manager until somebody says what holds."""

from server.cases.linking import derived_id
from server.queries.case_reading import CaseFile
from server.queries.definitions import Definitions
from server.queries.fact_conflicts import FactConflict, fact_conflicts
from server.sop.state import CaseState
from server.store import Transaction
from server.store.cases import task
from server.store.schema import dumps, stamp

KIND = "fact_conflict"
SUPERVISOR = "supervisor"


def ask(tx: Transaction, definitions: Definitions, file: CaseFile) -> None:
    """Puts the facts that are open now in front of the case's manager."""
    found = fact_conflicts(tx.connection, definitions, file.project_id, file.id)
    if not found or file.state is None:
        return
    key = derived_id(KIND, file.id)
    row = {"args": dumps({"facts": [_told(one) for one in found]}), **_whose(file, file.state)}
    if tx.execute(task.update().where(task.c.id == key), {**row, "done_at": None, "done_by": None}).rowcount:
        return
    about = {"id": key, "project_id": file.project_id, "case_id": file.id, "created_at": stamp(tx.now)}
    tx.execute(task.insert(), {**about, **row, "kind": KIND, "reason": "fact_conflict.choose"})


def follow(tx: Transaction, before: CaseState | None, file: CaseFile) -> None:
    """The question goes with the case to its next manager."""
    if before is None or file.state is None or before.manager == file.state.manager:
        return
    open_ = (task.c.case_id == file.id, task.c.kind == KIND, task.c.done_at.is_(None))
    tx.execute(task.update().where(*open_), _whose(file, file.state))


def end(tx: Transaction, case_id: str, by: int) -> None:
    """Somebody has said what holds."""
    open_ = (task.c.id == derived_id(KIND, case_id), task.c.done_at.is_(None))
    tx.execute(task.update().where(*open_), {"done_at": stamp(tx.now), "done_by": by})


def _whose(file: CaseFile, state: CaseState) -> dict[str, object]:
    if state.manager:
        return {"assignee_id": int(state.manager), "role": None}
    role = next((role.name for role in file.sop.sop.roles if role.may_override), SUPERVISOR)
    return {"assignee_id": None, "role": role}


def _told(fact: FactConflict) -> dict[str, object]:
    """What the task keeps of it: as its reader may see it without opening the case."""
    said = [{"shown": dict(one.shown) or {"": one.value}, "by": one.by, "at": one.at} for one in fact.said]
    return {"name": fact.name, "labels": dict(fact.labels), "said": said}
