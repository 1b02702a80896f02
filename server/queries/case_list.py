"""The list of cases: filtered, counted, paged. Search finds number and label, in the viewer's offices only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, select

from server.access import Viewer
from server.problems import Problem
from server.queries.definitions import Definitions
from server.queries.dues import NO_DUE, Due, due_from
from server.queries.scope import OfficeRow, before, local_text, mine, names, offices, within
from server.store.cases import case, step
from server.store.database import Store
from server.store.projects import sop

PAGE_SIZE = 25
STATUSES = ("open", "closed", "all")
DUES = ("", "late", "today", "week")
NOBODY = -1


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked for; empty text means no restriction.

    `due`: late, today or week (within seven days); `mine`: work that waits for the viewer; `manager`:
    an actor id, NOBODY for cases without one.
    """

    q: str = ""
    office: int | None = None
    sop: str = ""
    status: str = "open"
    due: str = ""
    step: str = ""
    mine: bool = False
    manager: int | None = None
    page: int = 1


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
    """One choice of a filter with the number of cases it would show."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class CaseList:
    """The page of the list: rows, how many match in all, and what the filters offer."""

    filter: CaseFilter
    rows: tuple[CaseRow, ...]
    total: int
    pages: int
    statuses: tuple[Choice, ...]
    dues: tuple[Choice, ...]
    sops: tuple[Choice, ...]
    steps: tuple[OpenStep, ...]
    offices: tuple[OfficeRow, ...]
    any_at_all: bool
    page_size: int = PAGE_SIZE


def case_list(store: Store, viewer: Viewer, definitions: Definitions, wanted: CaseFilter) -> CaseList:
    """The cases of the viewer's offices that match `wanted`. Raises `request.not_found` for a foreign office."""
    now = store.now()
    with store.read() as db:
        allowed = offices(db, viewer, "case.read")
        places = tuple(p for p in allowed if wanted.office in (None, p.id))
        if wanted.office is not None and not places:
            raise Problem("request.not_found")
        count = Counter(db, viewer, places, now)
        total = count(wanted)
        pages = max(1, -(-total // PAGE_SIZE))
        shown = replace(wanted, page=min(max(wanted.page, 1), pages))
        return CaseList(
            filter=shown,
            rows=_rows(db, viewer, definitions, places, now, shown),
            total=total,
            pages=pages,
            statuses=tuple(Choice(s, s, count(replace(wanted, status=s))) for s in STATUSES),
            dues=tuple(Choice(d, d, count(replace(wanted, due=d))) for d in DUES),
            sops=_sops(db, places, wanted, count),
            steps=_steps(db, definitions, places, wanted),
            offices=allowed,
            any_at_all=total > 0 or count(CaseFilter(status="all")) > 0,
        )


class Counter:
    """Counts what a filter would show."""

    def __init__(self, db: Connection, viewer: Viewer, places: tuple[OfficeRow, ...], now: datetime) -> None:
        self._db, self._viewer, self._places, self._now = db, viewer, places, now

    def __call__(self, wanted: CaseFilter) -> int:
        condition = _condition(self._viewer, self._places, self._now, wanted)
        return int(self._db.execute(select(func.count()).select_from(case).where(condition)).scalar_one())


def _condition(viewer: Viewer, places: tuple[OfficeRow, ...], now: datetime, wanted: CaseFilter) -> ColumnElement:
    parts = [within(case.c.project_id, places)]
    if wanted.status != "all":
        parts.append(case.c.status == wanted.status)
    if wanted.sop:
        parts.append(case.c.sop_id == wanted.sop)
    if wanted.manager == NOBODY:
        parts.append(case.c.manager_id.is_(None))
    elif wanted.manager is not None:
        parts.append(case.c.manager_id == wanted.manager)
    for word in wanted.q.lower().split()[:8]:
        parts.append(case.c.search.contains(word, autoescape=True))
    step_parts = _step_condition(viewer, places, now, wanted)
    if step_parts:
        open_step = and_(step.c.case_id == case.c.id, step.c.state == "open", *step_parts)
        parts.append(exists().where(open_step))
    return and_(*parts)


def _step_condition(
    viewer: Viewer, places: tuple[OfficeRow, ...], now: datetime, wanted: CaseFilter
) -> list[ColumnElement]:
    parts: list[ColumnElement] = []
    if wanted.step:
        parts.append(step.c.step == wanted.step)
    if wanted.mine:
        parts.append(mine(step.c.assignee_id, step.c.role, step.c.project_id, viewer))
    if wanted.due:
        present = {place.zone: local_text(now, place.zone) for place in places}
        late = before(step.c.due_at, step.c.project_id, places, present)
        if wanted.due == "late":
            parts.append(late)
        else:
            days = 1 if wanted.due == "today" else 7
            ends = {place.zone: _end_of_day(now, place.zone, days) for place in places}
            parts += [before(step.c.due_at, step.c.project_id, places, ends), ~late]
    return parts


def _end_of_day(now: datetime, zone: str, days: int) -> str:
    here = now.astimezone(ZoneInfo(zone))
    return local_text(datetime.combine(here.date() + timedelta(days=days), time(), here.tzinfo), zone)


def _rows(
    db: Connection,
    viewer: Viewer,
    definitions: Definitions,
    places: tuple[OfficeRow, ...],
    now: datetime,
    wanted: CaseFilter,
) -> tuple[CaseRow, ...]:
    first_due = (
        select(func.min(step.c.due_at)).where(step.c.case_id == case.c.id, step.c.state == "open").scalar_subquery()
    )
    order = (
        (case.c.closed_on.desc(), case.c.id)
        if wanted.status == "closed"
        else (case.c.status.desc(), first_due.is_(None), first_due, case.c.opened_on, case.c.id)
    )
    query = (
        select(case, sop.c.title, first_due.label("first_due"))
        .join(sop, and_(sop.c.project_id == case.c.project_id, sop.c.sop_id == case.c.sop_id))
        .where(_condition(viewer, places, now, wanted))
        .order_by(*order)
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    )
    rows = db.execute(query).all()
    people = names(db, (row.manager_id for row in rows))
    opened = _open_steps(db, definitions, rows)
    by_id = {place.id: place for place in places}
    made = []
    for row in rows:
        place = by_id[row.project_id]
        calendar = definitions.calendar(db, row.project_id, row.sop_version_id)
        due = due_from(calendar, now, row.first_due) if row.status == "open" else NO_DUE
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
                _not_before(row.state) if row.status == "open" and due.at is None else None,
                people.get(row.manager_id) if row.manager_id else None,
            )
        )
    return tuple(made)


def _not_before(state: str) -> str | None:
    days = [visit["not_before"] for visit in json.loads(state)["visits"] if visit["state"] == "open"]
    return min((day for day in days if day), default=None)


def _open_steps(db: Connection, definitions: Definitions, rows: Sequence[Row]) -> dict[str, tuple[OpenStep, ...]]:
    versions = {row.id: row.sop_version_id for row in rows}
    query = select(step.c.case_id, step.c.step, step.c.role).where(step.c.case_id.in_(versions), step.c.state == "open")
    found: dict[str, tuple[OpenStep, ...]] = {}
    for row in db.execute(query.order_by(step.c.due_at, step.c.step)):
        known = definitions.sop_version(versions[row.case_id]).sop.step(row.step)
        labels = dict(known.labels) if known else {}
        found[row.case_id] = (*found.get(row.case_id, ()), OpenStep(row.step, labels, row.role))
    return found


def _sops(db: Connection, places: tuple[OfficeRow, ...], wanted: CaseFilter, count: Counter) -> tuple[Choice, ...]:
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
