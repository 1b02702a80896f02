"""Which rows a person may see: conditions for queries over several offices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select

from server.access import PLAIN_ROLES, Viewer
from server.store.cases import OPEN_STEP, case, step
from server.store.people import absence, actor, app_user, grant
from server.store.projects import project


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office as lists and choices name it; `zone` is its IANA time zone."""

    id: int
    name: str
    zone: str


def offices(db: Connection, viewer: Viewer, act: str) -> tuple[OfficeRow, ...]:
    """The living offices in which this person may do the act, in the order they were made."""
    query = select(project.c.id, project.c.name, project.c.timezone).where(project.c.archived == 0)
    rows = db.execute(query.order_by(project.c.id))
    return tuple(OfficeRow(*row) for row in rows if viewer.may(act, row.id))


def within(column: ColumnElement, places: Iterable[OfficeRow]) -> ColumnElement:
    """The condition that a project column names one of these offices."""
    ids = [place.id for place in places]
    return column.in_(ids) if ids else false()


def local_text(now: datetime, zone: str) -> str:
    """A moment as `due_at` columns keep it: ISO text with the office's offset, comparable within one zone."""
    return now.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def before(
    column: ColumnElement, project_column: ColumnElement, places: Iterable[OfficeRow], moments: Mapping[str, str]
) -> ColumnElement:
    """The condition that a deadline in one of these offices lies before a moment, given per zone (`local_text`)."""
    by_zone: dict[str, list[int]] = {}
    for place in places:
        by_zone.setdefault(place.zone, []).append(place.id)
    if len(by_zone) == 1:
        return column < moments[next(iter(by_zone))]
    parts = [and_(project_column.in_(ids), column < moments[zone]) for zone, ids in by_zone.items()]
    return or_(*parts) if parts else false()


def stands_in_for(
    db: Connection, viewer: Viewer, places: Iterable[OfficeRow], now: datetime
) -> Mapping[int, tuple[int, ...]]:
    """{office: the officers away today for whom the viewer stands in} (ruling 41)."""
    found: dict[int, tuple[int, ...]] = {}
    days = {place.id: now.astimezone(ZoneInfo(place.zone)).date().isoformat() for place in places}
    query = select(absence).where(
        absence.c.deputy_id == viewer.id,
        absence.c.until_day >= min(days.values(), default=""),
        absence.c.ended_at.is_(None),
    )
    for row in db.execute(query):
        if row.from_day <= days.get(row.project_id, "") <= row.until_day:
            found[row.project_id] = (*found.get(row.project_id, ()), row.officer_id)
    return found


def waiting_for(
    viewer: Viewer, places: Iterable[OfficeRow], away: Mapping[int, tuple[int, ...]], *, at_most: bool = False
) -> tuple[ColumnElement, ...]:
    """The conditions, each with an index, that an open step waits for this person: given by name, or to a role
    they hold in that office, unless it is the work of that case's own manager (ruling 41).

    away: whom the viewer stands in for (`stands_in_for`): what waits for them waits for the viewer too. `at_most`: also
    what is the work of a case's own manager, for who only asks how many there may be: an index alone answers that.
    """
    here = tuple(places)
    # `+ 0` keeps SQLite from the index by project, which holds every open step: one person has few.
    parts: list[ColumnElement] = [
        and_(step.c.state == OPEN_STEP, step.c.assignee_id == viewer.id, within(step.c.project_id + 0, here))
    ]
    for place_id, absent in away.items():
        theirs = and_(step.c.assignee_id.in_(absent), step.c.project_id + 0 == place_id)
        parts.append(and_(step.c.state == OPEN_STEP, theirs))
    for place, roles in viewer.roles.items():
        held = sorted(role_name for role_name in roles if role_name not in PLAIN_ROLES - {"supervisor"})
        reached = [one for one in here if place in (None, one.id)]
        if held and reached:
            own = (viewer.id, *(key for one in reached for key in away.get(one.id, ())))
            given = and_(step.c.assignee_id.is_(None), step.c.role.in_(held))
            if not at_most:
                given = and_(given, ~_managed_by_others(own))
            parts.append(and_(step.c.state == OPEN_STEP, given, within(step.c.project_id, reached)))
    return tuple(parts)


def _managed_by_others(own: tuple[int, ...]) -> ColumnElement:
    """That the step's case has another manager, who holds the step's role."""
    whole = case.alias()
    return (
        select(whole.c.id)
        .join(grant, and_(grant.c.actor_id == whole.c.manager_id, grant.c.project_id == whole.c.project_id))
        .where(whole.c.id == step.c.case_id, whole.c.manager_id.not_in(own), grant.c.role == step.c.role)
        .exists()
    )


def told_to(viewer: Viewer, places: Iterable[OfficeRow]) -> tuple[ColumnElement, ...]:
    """The conditions, each with an index, that an open step's role above was told and the viewer holds that role."""
    here = tuple(places)
    parts: list[ColumnElement] = []
    for place, roles in viewer.roles.items():
        held = sorted(roles - (PLAIN_ROLES - {"supervisor"}))
        reached = [one for one in here if place in (None, one.id)]
        if held and reached:
            told = and_(step.c.state == OPEN_STEP, step.c.escalated_to.in_(held))
            parts.append(and_(told, within(step.c.project_id, reached)))
    return tuple(parts)


def names(db: Connection, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of people and phones by id; a phone that belongs to an officer goes by the officer's name."""
    wanted = sorted({key for key in ids if key is not None})
    if not wanted:
        return {}
    officer = actor.alias()
    query = (
        select(actor.c.id, func.coalesce(officer.c.display_name, actor.c.display_name).label("name"))
        .outerjoin(app_user, app_user.c.actor_id == actor.c.id)
        .outerjoin(officer, officer.c.id == app_user.c.officer_id)
        .where(actor.c.id.in_(wanted))
    )
    return {row.id: row.name for row in db.execute(query)}
