"""The officers of an office: who they are, what they have in hand, when they are away and who stands in (ruling 41)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from server.access import Viewer, require
from server.problems import Problem
from server.queries.scope import OfficeRow, names, offices
from server.store.cases import OPEN_STEP, case, step
from server.store.database import Store
from server.store.people import absence, actor, grant, user

_ROW_ID = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Absence:
    """An officer away from a day until a day, both included. `running`: today is one of them."""

    id: int
    officer_id: int
    officer: str
    deputy_id: int
    deputy: str
    from_day: str
    until_day: str
    running: bool


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """An officer with the open cases they manage and the open steps given to them by name."""

    id: int
    name: str
    login: str
    cases: int
    steps: int
    away: Absence | None


@dataclass(frozen=True, slots=True)
class OfficersPage:
    """The officers of one office by name, and absences that are running or still to come.

    `leads`: the viewer may enter them for others and hand cases over; else only for themselves.
    """

    office: OfficeRow
    offices: tuple[OfficeRow, ...]
    officers: tuple[OfficerRow, ...]
    absences: tuple[Absence, ...]
    leads: bool
    viewer_id: int
    today: str


def find_officer(db: Connection, project_id: int, wanted: str) -> int | None:
    """The active account of this office with that login or id."""
    is_id = _ROW_ID.fullmatch(wanted)
    query = (
        select(actor.c.id)
        .join(user, user.c.actor_id == actor.c.id)
        .join(grant, grant.c.actor_id == actor.c.id)
        .where(
            (grant.c.project_id == project_id) | grant.c.project_id.is_(None),
            user.c.disabled_at.is_(None),
            actor.c.id == int(wanted) if is_id else user.c.login == wanted.lower(),
        )
    )
    found = db.execute(query).scalar()
    return None if found is None else int(found)


def today_in(now: datetime, zone: str) -> date:
    """The office's local day."""
    return now.astimezone(ZoneInfo(zone)).date()


def officer_list(db: Connection, project_id: int) -> Mapping[int, tuple[str, str]]:
    """{id: (name, login)} of the active accounts with a role in this office, by name."""
    query = (
        select(actor.c.id, actor.c.display_name, user.c.login)
        .join(user, user.c.actor_id == actor.c.id)
        .join(grant, grant.c.actor_id == actor.c.id)
        .where(grant.c.project_id == project_id, user.c.disabled_at.is_(None))
        .distinct()
        .order_by(actor.c.display_name, actor.c.id)
    )
    return {row.id: (row.display_name, row.login) for row in db.execute(query)}


def absences(db: Connection, project_id: int, today: date) -> tuple[Absence, ...]:
    """Absences that are running or still to come, the earliest first."""
    query = (
        select(absence)
        .where(
            absence.c.project_id == project_id, absence.c.ended_at.is_(None), absence.c.until_day >= today.isoformat()
        )
        .order_by(absence.c.from_day, absence.c.id)
    )
    rows = db.execute(query).all()
    known = names(db, (key for row in rows for key in (row.officer_id, row.deputy_id)))
    return tuple(
        Absence(
            row.id,
            row.officer_id,
            known.get(row.officer_id, ""),
            row.deputy_id,
            known.get(row.deputy_id, ""),
            row.from_day,
            row.until_day,
            row.from_day <= today.isoformat(),
        )
        for row in rows
    )


def absence_list(store: Store, viewer: Viewer | None, project_id: int) -> tuple[Absence, ...]:
    """As `absences`, for whoever may read the office's cases."""
    require(viewer, "case.read", project_id)
    with store.read() as db:
        place = next(place for place in offices(db, _known(viewer), "case.read") if place.id == project_id)
        return absences(db, project_id, today_in(store.now(), place.zone))


def officers_page(store: Store, viewer: Viewer | None, office: int | None = None) -> OfficersPage:
    """The officers of the office asked for, else of the viewer's first.

    Raises `auth.required`, and `request.not_found` for an office whose cases the viewer may not act on.
    """
    asking = _known(viewer)
    with store.read() as db:
        reached = {place.id: place for act in ("case.act", "case.assign") for place in offices(db, asking, act)}
        place = next((one for one in reached.values() if office in (None, one.id)), None)
        if place is None:
            raise Problem("request.not_found")
        today = today_in(store.now(), place.zone)
        listed = absences(db, place.id, today)
        away = {one.officer_id: one for one in listed if one.running}
        managed = _counted(
            db,
            select(case.c.manager_id, func.count())
            .where(case.c.project_id == place.id, case.c.status == "open", case.c.manager_id.is_not(None))
            .group_by(case.c.manager_id),
        )
        given = _counted(
            db,
            select(step.c.assignee_id, func.count())
            .where(step.c.state == OPEN_STEP, step.c.assignee_id.is_not(None), step.c.project_id == place.id)
            .group_by(step.c.assignee_id),
        )
        return OfficersPage(
            place,
            tuple(reached.values()),
            tuple(
                OfficerRow(key, name, login, managed.get(key, 0), given.get(key, 0), away.get(key))
                for key, (name, login) in officer_list(db, place.id).items()
            ),
            listed,
            asking.may("case.assign", place.id),
            asking.id,
            today.isoformat(),
        )


def _counted(db: Connection, query) -> dict[int, int]:  # type: ignore[no-untyped-def]
    return {int(key): int(number) for key, number in db.execute(query)}


def _known(viewer: Viewer | None) -> Viewer:
    if viewer is None:
        raise Problem("auth.required")
    return viewer
