"""Which cases belong together: merged into one, moved on to another service (rulings 29 and 33)."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, literal, select

from forms.values import text
from server.access import Viewer, require
from server.problems import Problem
from server.queries.case_reading import read_events, survivor_of
from server.sop.history import undone_by
from server.store import Store
from server.store.cases import alias, case


@dataclass(frozen=True, slots=True)
class Relative:
    """A case that belongs to another. `how`: merged (its events count there), before (it was moved here), after (it
    was moved there), into (it was merged there). The days are its own clock: opened, closed, due (ISO)."""

    id: str
    number: str
    sop: str
    how: str
    status: str
    close_reason: str | None
    opened_on: str
    closed_on: str | None
    due_at: str | None


def current_id(case_id: str) -> ColumnElement[str]:
    """The id under which a case is found now: its own, or that of the case it was merged into."""
    leads = select(alias.c.case_id).where(alias.c.id == case_id).scalar_subquery()
    return func.coalesce(leads, literal(case_id))


def with_merged(column: ColumnElement, case_id: str) -> ColumnElement[bool]:
    """The condition that a column names this case or one merged into it."""
    return column.in_(select(literal(case_id)).union_all(select(alias.c.id).where(alias.c.case_id == case_id)))


def lineage(store: Store, viewer: Viewer | None, project_id: int, case_id: str) -> tuple[Relative, ...]:
    """The cases that belong to this one, in the order they were opened. Raises `request.not_found`."""
    require(viewer, "case.read", project_id)
    with store.read() as db:
        known = select(case.c.id).where(case.c.id == case_id, case.c.project_id == project_id)
        if db.execute(known).first() is None:
            raise Problem("request.not_found")
        return relatives(db, project_id, case_id)


def relatives(db: Connection, project_id: int, case_id: str) -> tuple[Relative, ...]:
    """As `lineage`, for somebody who may read the case already."""
    found = _related(db, case_id)
    rows = db.execute(select(case).where(case.c.id.in_(found), case.c.project_id == project_id)).all()
    related = [
        Relative(
            row.id,
            row.number,
            row.sop_id,
            found[row.id],
            row.status,
            row.close_reason,
            row.opened_on,
            row.closed_on,
            row.due_at,
        )
        for row in rows
    ]
    return tuple(sorted(related, key=lambda one: (one.opened_on, one.number)))


def case_named(store: Store, viewer: Viewer | None, project_id: int, named: str) -> str | None:
    """The present id of a case of the office, by id or number (upper or lower case); None when there is none."""
    require(viewer, "case.read", project_id)
    number = select(case.c.id).where(case.c.project_id == project_id, case.c.number == named.upper())
    with store.read() as db:
        wanted = db.execute(number).scalar() or named
        here = select(case.c.id).where(case.c.project_id == project_id, case.c.id == current_id(wanted))
        return db.execute(here).scalar()


def _related(db: Connection, case_id: str) -> dict[str, str]:
    """{case id: how}."""
    merged = db.execute(select(alias.c.id).where(alias.c.case_id == case_id)).scalars()
    found = dict.fromkeys(merged, "merged")
    if survivor := survivor_of(db, case_id):
        found[survivor] = "into"
    events = [one for one in read_events(db, case_id) if one.case is None]
    undone = undone_by(events)
    for one in events:
        if one.type == "move" and one.id not in undone and one.data.get("toCase"):
            found[text(one.data["toCase"])] = "after"
        elif one.type == "start_at" and one.data.get("fromCase"):
            found[text(one.data["fromCase"])] = "before"
    return found
