"""What a filter finds: counted to CAP + 1, and page by page in the order of lists.

Open cases stand in the order of their next deadline, closed ones from the last closed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select, true, union_all

from server.access import Viewer
from server.queries.narrowing import (
    CAP,
    MANY,
    Narrow,
    by_manager,
    by_step,
    by_viewer,
    by_words,
    capped,
    least,
    narrowed,
)
from server.queries.scope import OfficeRow, before, local_text, stands_in_for, within
from server.store.cases import case

PAGE_SIZE = 25
STATUSES = ("open", "closed", "all")
DUES = ("", "late", "today", "week")
NOBODY = -1


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked for; empty text means no restriction.

    `due`: the case's next deadline is past (late), ends today, or within seven days (week); `mine`: work that waits
    for the viewer; `manager`: an actor id, NOBODY for cases without one.
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


_Sought = tuple[str, bool, str, int | None, str]
"""Words, own work, step; the manager and the status asked for where they are few."""


class Finder:
    """Finds and counts what a filter would show, of the offices given."""

    def __init__(
        self,
        db: Connection,
        viewer: Viewer,
        places: tuple[OfficeRow, ...],
        now: datetime,
        counted: Collection[int] = (),
    ) -> None:
        self._db, self._viewer, self._places, self._counted = db, viewer, places, counted
        self._away = stands_in_for(db, viewer, places, now)
        self._now = {place.zone: local_text(now, place.zone) for place in places}
        self._ends = {
            days: {place.zone: _end_of_day(now, place.zone, days) for place in places} for days in _DAYS.values()
        }
        self._few: dict[_Sought, list[Row] | None] = {}
        self._counts: dict[CaseFilter, int] = {}
        self._least: dict[_Sought, int] = {}
        self._managed: dict[tuple[int, str], int] = {}

    def __call__(self, wanted: CaseFilter) -> int:
        """How many there are, counted to CAP + 1."""
        wanted = replace(wanted, page=1)
        if wanted not in self._counts:
            self._counts[wanted] = self._count(wanted)
        return self._counts[wanted]

    def _count(self, wanted: CaseFilter) -> int:
        if wanted.status == "all":
            return min(CAP + 1, sum(self(replace(wanted, status=status)) for status in ("open", "closed")))
        few = self._narrow(wanted)
        if few is not None:
            return sum(self._fits(row, wanted) for row in few)
        if not _statuses(wanted):
            return 0
        narrows = self._narrows(wanted)
        if narrows and _says_no_more(wanted):
            return CAP + 1
        if (
            narrows
            and self._rarest(wanted) < MANY
            and self._rarest(wanted)
            < sum(capped(self._db, self._walk(wanted, status), MANY) for status in _statuses(wanted))
        ):
            query = narrowed(self._db, narrows, within(case.c.project_id, self._places), *self._conditions(wanted))
            return capped(self._db, query)
        holds = [narrow.holds for narrow in narrows]
        return min(CAP + 1, sum(capped(self._db, self._walk(wanted, status, *holds)) for status in _statuses(wanted)))

    def _rarest(self, wanted: CaseFilter) -> int:
        key = self._sought(wanted)
        if key not in self._least:
            self._least[key] = least(self._db, self._narrows(wanted))
        return self._least[key]

    def _sought(self, wanted: CaseFilter) -> _Sought:
        by_manager = (wanted.manager, wanted.status) if self._has_few(wanted) else (None, "")
        return wanted.q, wanted.mine, wanted.step, *by_manager

    def _has_few(self, wanted: CaseFilter) -> bool:
        """Whether the manager asked for has few cases of this status: they are all looked at then, in whatever order
        and with whatever else is asked."""
        if wanted.manager is None:
            return False
        key = (wanted.manager, wanted.status)
        if key not in self._managed:
            self._managed[key] = least(self._db, (self._by_manager(wanted),), CAP + 1)
        return self._managed[key] <= CAP

    def _by_manager(self, wanted: CaseFilter) -> Narrow:
        statuses = ("open", "closed") if wanted.status == "all" else (wanted.status,)
        return by_manager(self._places, None if wanted.manager == NOBODY else wanted.manager, statuses)

    def page(self, wanted: CaseFilter) -> list[str]:
        """The case ids of a page, in order, and one more when a page follows."""
        start = (wanted.page - 1) * PAGE_SIZE
        few = self._narrow(wanted)
        if few is not None:
            ids = [row.id for row in _sorted(row for row in few if self._fits(row, wanted))]
            return ids[start : start + PAGE_SIZE + 1]
        holds = [narrow.holds for narrow in self._narrows(wanted)]
        found: list[str] = []
        for status in _statuses(wanted):
            query = self._walk(wanted, status, *holds, _RUN[status])
            found += self._ordered(query, status, start, PAGE_SIZE + 1 - len(found))
            if len(found) > PAGE_SIZE:
                break
            before_it = select(func.count()).select_from(query.subquery())
            start = 0 if found else start - self._db.execute(before_it).scalar_one()
        return found

    def _ordered(self, query: Select[tuple[str]], status: str, start: int, most: int) -> list[str]:
        """Each office has its own run of the index: they are merged, none is read whole."""
        order = _ORDER[status]
        runs = [
            query.add_columns(*(column for column, _ in order))
            .where(case.c.project_id == place.id)
            .order_by(*(column.desc() if down else column for column, down in order))
            .limit(start + most)
            .subquery()
            for place in self._places
        ]
        if not runs:
            return []
        merged = union_all(*(select(run) for run in runs)).subquery()
        columns = tuple(merged.c)
        falling = [(column, down) for column, (_, down) in zip(columns[1:], order, strict=True)]
        rows = select(columns[0]).order_by(*(column.desc() if down else column for column, down in falling))
        return [row[0] for row in self._db.execute(rows.offset(start).limit(most))]

    def _narrows(self, wanted: CaseFilter) -> tuple[Narrow, ...]:
        narrows = by_words(self._places, wanted.q, self._counted)
        if wanted.step:
            narrows += (by_step(self._places, wanted.step),)
        if wanted.mine:
            narrows += (by_viewer(self._places, self._viewer, self._away),)
        if self._has_few(wanted):
            narrows += (self._by_manager(wanted),)
        return narrows

    def _narrow(self, wanted: CaseFilter) -> list[Row] | None:
        """The few cases that have the words, the step, the viewer's work, the manager; None when they are many or
        nothing of this is asked for."""
        narrows = self._narrows(wanted)
        if not narrows:
            return None
        key = self._sought(wanted)
        if key not in self._few:
            ids = self._db.execute(narrowed(self._db, narrows)).scalars().all()
            here = select(*LIGHT).where(case.c.id.in_(ids))
            self._few[key] = None if len(ids) > CAP else list(self._db.execute(here)) if ids else []
        return self._few[key]

    def _walk(self, wanted: CaseFilter, status: str, *conditions: ColumnElement[bool]) -> Select[tuple[str]]:
        return select(case.c.id).where(
            within(case.c.project_id, self._places),
            *self._conditions(replace(wanted, status=status)),
            *conditions,
        )

    def _conditions(self, wanted: CaseFilter) -> list[ColumnElement[bool]]:
        """What is asked of `kasus` itself; `_fits` says the same of a row."""
        parts: list[ColumnElement[bool]] = []
        if wanted.status != "all":
            parts.append(case.c.status == wanted.status)
        if wanted.sop:
            parts.append(case.c.sop_id == wanted.sop)
        if wanted.manager == NOBODY:
            parts.append(case.c.manager_id.is_(None))
        elif wanted.manager is not None:
            parts.append(case.c.manager_id == wanted.manager)
        if wanted.due == "late":
            parts.append(before(case.c.next_due, case.c.project_id, self._places, self._now))
        elif wanted.due:
            ends = self._ends[_DAYS[wanted.due]]
            parts.append(before(case.c.next_due, case.c.project_id, self._places, ends))
            parts.append(~before(case.c.next_due, case.c.project_id, self._places, self._now))
        return parts

    def _fits(self, row: Row, wanted: CaseFilter) -> bool:
        zone = next(place.zone for place in self._places if place.id == row.project_id)
        late = row.next_due < self._now[zone]
        return (
            wanted.status in ("all", row.status)
            and wanted.sop in ("", row.sop_id)
            and (wanted.manager is None or row.manager_id == (None if wanted.manager == NOBODY else wanted.manager))
            and (
                not wanted.due
                or (late if wanted.due == "late" else not late and row.next_due < self._ends[_DAYS[wanted.due]][zone])
            )
        )


_DAYS = {"today": 1, "week": 7}
LIGHT = (
    case.c.id, case.c.project_id, case.c.sop_id, case.c.status, case.c.manager_id, case.c.next_due, case.c.opened_on,
    case.c.closed_on,
)  # fmt: skip
# Closed cases in order have an index of their own: by the day they were closed.
_RUN = {"open": true(), "closed": case.c.closed_on.is_not(None)}
_ORDER: dict[str, tuple[tuple[ColumnElement[str], bool], ...]] = {
    "open": ((case.c.next_due, False), (case.c.opened_on, False), (case.c.id, False)),
    "closed": ((case.c.closed_on, True), (case.c.id, True)),
}


def _statuses(wanted: CaseFilter) -> tuple[str, ...]:
    """In the order of lists. A closed case has no deadline and no open step: of these it is not asked."""
    asked = ("open", "closed") if wanted.status == "all" else (wanted.status,)
    return tuple(status for status in asked if status == "open" or not (wanted.due or wanted.step or wanted.mine))


def _says_no_more(wanted: CaseFilter) -> bool:
    """Whether what is asked of the case itself holds for every case found from its open steps: then they are as many
    as those."""
    by_steps = (wanted.mine or wanted.step) and not wanted.q and wanted.status in ("open", "all")
    return bool(by_steps) and not wanted.sop and not wanted.due and wanted.manager is None


def _sorted(rows: Iterable[Row]) -> list[Row]:
    """In the order of `_ORDER`, open cases first."""
    listed = list(rows)
    opened = [row for row in listed if row.status == "open"]
    closed = [row for row in listed if row.status != "open"]
    return [
        *sorted(opened, key=lambda row: (row.next_due, row.opened_on, row.id)),
        *sorted(closed, key=lambda row: (row.closed_on, row.id), reverse=True),
    ]


def _end_of_day(now: datetime, zone: str, days: int) -> str:
    here = now.astimezone(ZoneInfo(zone))
    return local_text(datetime.combine(here.date() + timedelta(days=days), time(), here.tzinfo), zone)
