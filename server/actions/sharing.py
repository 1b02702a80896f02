"""A case gets its manager by what the workbook's `assign_by` names (ruling 41), else it waits to be shared out."""

from sqlalchemy import Connection, func, select

from server.cases.linking import derived_id
from server.cases.sharing import Worker, chosen, named
from server.queries.case_reading import CaseFile
from server.queries.definitions import Definitions
from server.queries.officers import absences, today_in
from server.sop.events import Event
from server.sop.state import CaseState
from server.store import Transaction
from server.store.cases import case
from server.store.people import actor, grant, user


def manager_by_rule(
    tx: Transaction, definitions: Definitions, before: CaseState | None, file: CaseFile, new: Event
) -> Event | None:
    """The `assign` event that follows when the answer that names the manager is first known, or has changed, while
    nobody manages the case; None when nothing follows. It names nobody when the answer does."""
    sop, state = file.sop.sop, file.state
    if not sop.assign_by or state is None or state.manager or state.status == "closed":
        return None
    value = _answer(state, sop.assign_by)
    if not value or value == _answer(before, sop.assign_by):
        return None
    db = tx.connection
    calendar = definitions.calendar(db, file.project_id, file.sop.id)
    office = definitions.office(db, file.project_id)
    found = named(office, sop, workers_of(db, file.project_id), value)
    ids = [worker.id for worker in found]
    away = {one.officer_id for one in absences(db, file.project_id, today_in(tx.now, calendar.tz.key)) if one.running}
    manager = chosen(found, _load(db, file.project_id, ids) if len(ids) > 1 else {}, away)
    to = str(manager.id) if manager else None
    told = {"to": manager.id if manager else None, "by": sop.assign_by}
    tx.audit(None, "case.assign", project=file.project_id, subject=f"case:{file.id}", details=told)
    return Event(
        derived_id("assign_by", file.id, new.id),
        "assign",
        calendar.day(tx.now),
        tx.now,
        data={"assignee": to, "by": sop.assign_by, "value": value[:200]},
    )


def _answer(state: CaseState | None, name: str) -> str:
    value = state.facts.get(name) if state else None
    return value.strip() if isinstance(value, str) else ""


def workers_of(db: Connection, project_id: int) -> tuple[Worker, ...]:
    """The active people who work on the office's cases."""
    query = (
        select(actor.c.id, actor.c.display_name, user.c.login, grant.c.role, grant.c.unit)
        .join(user, user.c.actor_id == actor.c.id)
        .join(grant, grant.c.actor_id == actor.c.id)
        .where(grant.c.project_id == project_id, grant.c.role != "admin", user.c.disabled_at.is_(None))
        .order_by(actor.c.id)
    )
    held: dict[int, list[tuple[str, str | None]]] = {}
    known: dict[int, tuple[str, str]] = {}
    for row in db.execute(query):
        known[row.id] = (row.display_name, row.login)
        held.setdefault(row.id, []).append((row.role, row.unit))
    return tuple(
        Worker(
            key,
            *known[key],
            frozenset(role for role, _ in roles),
            frozenset((role, unit) for role, unit in roles if unit),
        )
        for key, roles in held.items()
    )


def _load(db: Connection, project_id: int, ids: list[int]) -> dict[int, int]:
    query = (
        select(case.c.manager_id, func.count())
        .where(case.c.project_id == project_id, case.c.status == "open", case.c.manager_id.in_(ids))
        .group_by(case.c.manager_id)
    )
    return {int(key): int(number) for key, number in db.execute(query)}
