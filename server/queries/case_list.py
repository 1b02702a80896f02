"""The list of cases: filtered, counted, paged. Search finds what words begin with, in the viewer's offices only.

Counts end at CAP + 1; every page can be reached all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Row, and_, select

from server.access import Viewer
from server.problems import Problem
from server.queries.case_finder import DUES, LIGHT, PAGE_SIZE, STATUSES, CaseFilter, Finder
from server.queries.definitions import Definitions
from server.queries.dues import NO_DUE, Due, due_from
from server.queries.masking import extent_in
from server.queries.narrowing import CAP
from server.queries.officers import officer_list
from server.queries.scope import OfficeRow, names, offices, within
from server.store.cases import NO_DEADLINE, OPEN_STEP, case, step
from server.store.database import Store
from server.store.projects import sop
from server.store.schema import loads


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that waits, as lists show it."""

    name: str
    labels: dict[str, str]
    role: str | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the list; `due` is the earliest of its open steps, `not_before` the first day wished for
    a step without a deadline (the next monitoring visit)."""

    id: str
    number: str
    label: str
    office: str
    zone: str
    sop_title: str
    status: str
    close_reason: str | None
    opened_on: str
    closed_on: str | None
    steps: tuple[OpenStep, ...]
    due: Due
    not_before: str | None
    manager: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter with the number of cases it would show, at most CAP + 1."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class CaseList:
    """The page of the list: how many match in all (at most CAP + 1), whether a page follows, what filters offer."""

    filter: CaseFilter
    rows: tuple[CaseRow, ...]
    total: int
    more: bool
    statuses: tuple[Choice, ...]
    dues: tuple[Choice, ...]
    sops: tuple[Choice, ...]
    steps: tuple[OpenStep, ...]
    offices: tuple[OfficeRow, ...]
    any_at_all: bool
    takers: tuple[tuple[str, str], ...] = ()
    page_size: int = PAGE_SIZE


def case_list(store: Store, viewer: Viewer, definitions: Definitions, wanted: CaseFilter) -> CaseList:
    """The cases of the viewer's offices that match `wanted`. Raises `request.not_found` for a foreign office."""
    now = store.now()
    with store.read() as db:
        allowed = offices(db, viewer, "case.read")
        places = tuple(p for p in allowed if wanted.office in (None, p.id))
        if wanted.office is not None and not places:
            raise Problem("request.not_found")
        counted = [place.id for place in places if extent_in(db, store, viewer, place.id) == "figures"]
        finder = Finder(db, viewer, places, now, counted)
        shown = replace(wanted, page=max(wanted.page, 1))
        found = finder.page(shown)
        if not found and shown.page > 1:
            shown = replace(shown, page=max(1, -(-min(finder(wanted), CAP) // PAGE_SIZE)))
            found = finder.page(shown)
        total = finder(wanted)
        return CaseList(
            filter=shown,
            rows=_rows(db, definitions, places, now, found[:PAGE_SIZE]),
            total=total,
            more=len(found) > PAGE_SIZE,
            statuses=tuple(Choice(s, s, finder(replace(wanted, status=s))) for s in STATUSES),
            dues=tuple(Choice(d, d, finder(replace(wanted, due=d))) for d in DUES),
            sops=_sops(db, places, wanted, finder),
            steps=_steps(db, definitions, places, wanted),
            offices=allowed,
            any_at_all=total > 0 or finder(CaseFilter(status="all")) > 0,
            takers=_takers(db, viewer, places),
        )


def _takers(db: Connection, viewer: Viewer, places: tuple[OfficeRow, ...]) -> tuple[tuple[str, str], ...]:
    """(login, name) of those to whom the viewer may hand cases of this list over; of one office only."""
    if len(places) != 1 or not viewer.may("case.assign", places[0].id):
        return ()
    return tuple((login, name) for name, login in officer_list(db, places[0].id).values())


def _rows(
    db: Connection, definitions: Definitions, places: tuple[OfficeRow, ...], now: datetime, ids: Sequence[str]
) -> tuple[CaseRow, ...]:
    query = (
        select(*_SHOWN, sop.c.title)
        .join(sop, and_(sop.c.project_id == case.c.project_id, sop.c.sop_id == case.c.sop_id))
        .where(case.c.id.in_(ids))
    )
    order = {key: place for place, key in enumerate(ids)}
    rows = sorted(db.execute(query), key=lambda row: order[row.id])
    wishes = _not_before(db, [row.id for row in rows if row.status == "open" and row.next_due == NO_DEADLINE])
    people = names(db, (row.manager_id for row in rows))
    opened = _open_steps(db, definitions, rows)
    by_id = {place.id: place for place in places}
    made = []
    for row in rows:
        place = by_id[row.project_id]
        calendar = definitions.calendar(db, row.project_id, row.sop_version_id)
        has_due = row.status == "open" and row.next_due != NO_DEADLINE
        due = due_from(calendar, now, row.next_due) if has_due else NO_DUE
        made.append(
            CaseRow(
                row.id,
                row.number,
                row.label,
                place.name,
                place.zone,
                row.title,
                row.status,
                row.close_reason,
                row.opened_on,
                row.closed_on,
                opened.get(row.id, ()),
                due,
                wishes.get(row.id),
                people.get(row.manager_id) if row.manager_id else None,
            )
        )
    return tuple(made)


_SHOWN = (
    *LIGHT, case.c.sop_version_id, case.c.number, case.c.label, case.c.close_reason
)  # fmt: skip


def _not_before(db: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The first day wished for the open steps of these cases, where there is one."""
    found: dict[str, str] = {}
    for row in db.execute(select(case.c.id, case.c.state).where(case.c.id.in_(ids))):
        days = [visit["not_before"] for visit in loads(row.state)["visits"] if visit["state"] == "open"]
        if any(days):
            found[row.id] = min(day for day in days if day)
    return found


def _open_steps(db: Connection, definitions: Definitions, rows: Sequence[Row]) -> dict[str, tuple[OpenStep, ...]]:
    versions = {row.id: row.sop_version_id for row in rows}
    query = select(step.c.case_id, step.c.step, step.c.role).where(
        step.c.case_id.in_(versions), step.c.state == OPEN_STEP
    )
    found: dict[str, tuple[OpenStep, ...]] = {}
    for row in db.execute(query.order_by(step.c.due_at, step.c.step)):
        known = definitions.sop_version(versions[row.case_id]).sop.step(row.step)
        labels = dict(known.labels) if known else {}
        found[row.case_id] = (*found.get(row.case_id, ()), OpenStep(row.step, labels, row.role))
    return found


def _sops(db: Connection, places: tuple[OfficeRow, ...], wanted: CaseFilter, count: Finder) -> tuple[Choice, ...]:
    query = select(sop.c.sop_id, sop.c.title).where(within(sop.c.project_id, places)).distinct().order_by(sop.c.title)
    return tuple(Choice(row.sop_id, row.title, count(replace(wanted, sop=row.sop_id))) for row in db.execute(query))


def _steps(
    db: Connection, definitions: Definitions, places: tuple[OfficeRow, ...], wanted: CaseFilter
) -> tuple[OpenStep, ...]:
    """The steps of the chosen SOP, for the filter; nothing while several SOPs are shown."""
    if not wanted.sop:
        return ()
    for place in places:
        for version in definitions.current_sops(db, place.id):
            if version.sop.sop_id == wanted.sop:
                return tuple(OpenStep(s.name, dict(s.labels), s.role) for s in version.sop.steps)
    return ()
