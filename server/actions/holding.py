"""Rows of case lists change hands: written in the transaction that gives a case to others (rulings 22, 32, 41)."""

from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, and_, bindparam, or_, select

from server.cases import holding
from server.cases.holding import Moves, Work
from server.sop import state as states
from server.sop.state import CaseState
from server.store import Store, Transaction, holders
from server.store.cases import case
from server.store.entities import entity, entity_version
from server.store.holders import STILL, holder
from server.store.hot import Hot
from server.store.people import absence, grant
from server.store.projects import project
from server.store.schema import dumps, loads, stamp

AT_ONCE = 50
"""Cases that change hands in one transaction when an absence begins or ends."""

_ROLES = Hot(
    select(grant.c.role).where(grant.c.actor_id == bindparam("person"), grant.c.project_id == bindparam("project"))
)
_ZONE = Hot(select(project.c.timezone).where(project.c.id == bindparam("project")))
_AWAY = Hot(
    select(absence.c.officer_id, absence.c.deputy_id).where(
        absence.c.project_id == bindparam("project"),
        absence.c.until_day >= bindparam("today"),
        absence.c.from_day <= bindparam("today"),
        absence.c.ended_at.is_(None),
    )
)


def moves_of(tx: Transaction, project_id: int, case_id: str, state: CaseState, opened_by: int | None) -> Moves:
    """How the holders of a case's row change with this state. `opened_by`: the phone that made the case."""
    wanted = _wanted(tx, project_id, state, opened_by)
    return holding.moves(holders.held(tx.connection, case_id), wanted)


def _wanted(tx: Transaction, project_id: int, state: CaseState, opened_by: int | None) -> frozenset[str]:
    db = tx.connection
    visits = [visit for visit in state.visits if visit.state == "open"]
    roles = frozenset(r for visit in visits if not visit.assignee and (r := visit.waits_for or visit.role))
    manager = int(state.manager) if state.manager else None
    theirs = _ROLES.all(db, {"person": manager, "project": project_id}) if manager and roles else ()
    work = Work(
        closed=state.status == "closed",
        manager=manager,
        given=frozenset(int(visit.assignee) for visit in visits if visit.assignee),
        roles=roles,
        managers_roles=frozenset(row[0] for row in theirs),
        opened_by=opened_by,
    )
    return holding.holders(work, _deputies(db, project_id, work.named, tx.now) if work.named else {})


def _deputies(db: Connection, project_id: int, named: Set[int], now: datetime) -> Mapping[int, Sequence[int]]:
    """Who stands in today for these people."""
    found: dict[int, list[int]] = {}
    for officer, deputy in _AWAY.all(db, {"project": project_id, "today": _today(db, project_id, now)}):
        if officer in named:
            found.setdefault(officer, []).append(deputy)
    return found


def _today(db: Connection, project_id: int, now: datetime) -> str:
    (zone,) = _ZONE.first(db, {"project": project_id})
    return now.astimezone(ZoneInfo(zone)).date().isoformat()


class _Settled:
    """Until which moment this process has nothing to do about absences, by project: the end of the local day."""

    def __init__(self, _store: Store) -> None:
        self.between: dict[int, tuple[datetime, datetime]] = {}


def stand_in(store: Store, project_id: int, *, anew: bool = False) -> None:
    """Lets the absences that begin or have ended by today change the lists of the deputies' phones.

    Asked before a phone is told what it may have, so that no phone waits for the worker; the database is asked once a
    day, and by whoever changes absences (`anew`).
    """
    now, settled = store.now(), store.kept(_Settled).between
    since, until = settled.get(project_id, (now, now))
    if since <= now < until and not anew:
        return
    with store.read() as db:
        day_ends = _day_ends(db, project_id, now)
        due = [(row.id, row.officer_id) for row in db.execute(_due(db, project_id, store.now()))]
        cases = {officer: _held_by(db, project_id, officer) for _, officer in due}
    for absence_id, officer in due:
        for start in range(0, len(cases[officer]), AT_ONCE):
            _hold_again(store, project_id, cases[officer][start : start + AT_ONCE])
        with store.write() as tx:
            found = tx.execute(_due(tx.connection, project_id, tx.now).where(absence.c.id == absence_id)).first()
            if found is not None:
                tx.execute(absence.update().where(absence.c.id == absence_id), {"stands": int(not found.stands)})
            tx.housekeeping()
    settled[project_id] = (now, day_ends)


def _day_ends(db: Connection, project_id: int, now: datetime) -> datetime:
    (zone,) = _ZONE.first(db, {"project": project_id})
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), ZoneInfo(zone)).astimezone(UTC)


def _due(db: Connection, project_id: int, now: datetime) -> Select[tuple[int, int, int]]:
    """The absences whose deputies should hold the cases and do not, or do and should not any more."""
    today = _today(db, project_id, now)
    begins = and_(
        absence.c.until_day >= today,
        absence.c.from_day <= today,
        absence.c.ended_at.is_(None),
        absence.c.stands == 0,
    )
    ends = and_(absence.c.stands == 1, or_(absence.c.until_day < today, absence.c.ended_at.is_not(None)))
    return select(absence.c.id, absence.c.officer_id, absence.c.stands).where(
        absence.c.project_id == project_id, or_(begins, ends)
    )


def _held_by(db: Connection, project_id: int, officer: int) -> list[str]:
    """The cases an officer works on by name, in order of their ids."""
    query = (
        select(holder.c.entity_id)
        .join(case, case.c.id == holder.c.entity_id)
        .where(case.c.project_id == project_id, holder.c.holder == holding.person(officer), holder.c.left_at == STILL)
    )
    return sorted(db.execute(query).scalars())


def _hold_again(store: Store, project_id: int, case_ids: Sequence[str]) -> None:
    """Reckons anew who holds these cases; their versions rise where a phone shall see it."""
    with store.write() as tx:
        tx.lock_cases(case_ids)
        query = (
            select(entity.c.id, entity.c.list_id, entity.c.label, entity.c.version, entity.c.creator_id, case.c.state)
            .join(case, case.c.id == entity.c.id)
            .where(entity.c.id.in_(case_ids))
        )
        for row in tx.execute(query).all():
            moves = moves_of(tx, project_id, row.id, states.from_json(loads(row.state)), row.creator_id)
            if moves.tells:
                raise_version(tx, row.id, row.version + 1, row.label)
            holders.move(tx, row.list_id, row.id, moves, told=moves.tells)
        tx.housekeeping()


def raise_version(tx: Transaction, entity_id: str, version: int, label: str) -> None:
    """A version the server makes alone: it changes no property a form writes, and so counts in no conflict."""
    now = stamp(tx.now)
    tx.execute(entity.update().where(entity.c.id == entity_id), {"version": version, "updated_at": now})
    row = {"entity_id": entity_id, "version": version, "label": label, "changed": dumps({}), "created_at": now}
    tx.execute(entity_version.insert(), row)
