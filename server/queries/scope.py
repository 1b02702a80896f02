"""Which rows a person may see: conditions for queries over several offices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from server.access import PLAIN_ROLES, Viewer
from server.store.people import actor
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
    """The condition that a `due_at` column lies before a moment, given per zone (`local_text`)."""
    by_zone: dict[str, list[int]] = {}
    for place in places:
        by_zone.setdefault(place.zone, []).append(place.id)
    parts = [and_(project_column.in_(ids), column < moments[zone]) for zone, ids in by_zone.items()]
    return or_(*parts) if parts else false()


def mine(assignee: ColumnElement, role: ColumnElement, project_column: ColumnElement, viewer: Viewer) -> ColumnElement:
    """The condition that open work waits for this person: given by name, or to a role they hold there."""
    parts: list[ColumnElement] = [assignee == viewer.id]
    for place, roles in viewer.roles.items():
        held = sorted(role_name for role_name in roles if role_name not in PLAIN_ROLES - {"supervisor"})
        if held:
            where = project_column == place if place is not None else project_column.is_not(None)
            parts.append(and_(assignee.is_(None), role.in_(held), where))
    return or_(*parts)


def names(db: Connection, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of people and phones by id."""
    wanted = sorted({key for key in ids if key is not None})
    if not wanted:
        return {}
    rows = db.execute(select(actor.c.id, actor.c.display_name).where(actor.c.id.in_(wanted)))
    return {row.id: row.display_name for row in rows}
