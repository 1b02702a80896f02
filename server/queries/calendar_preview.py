"""What other office days would do to the open deadlines, before they are published (ruling 36)."""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import select

from forms.office import Office
from server.access import Viewer, require
from server.queries.definitions import definitions_of
from server.queries.past_cases import CHUNK, Wanted, count_cases, in_chunks
from server.sop import state as states
from server.sop.clock import Calendar, calendar_of
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.redating import MovedDue, moved_dues, replaced
from server.sop.state import CaseState
from server.store.cases import case
from server.store.database import Store
from server.store.projects import sop
from server.store.schema import loads

ACT = "form.publish"
LARGEST = 10

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case as it stands, with its events."""

    id: str
    number: str
    sop_id: str
    version_id: int
    state: CaseState
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A deadline that would move; days: how many later. `step` '' is the service time of the whole case."""

    case_id: str
    number: str
    sop_id: str
    step: str
    labels: Mapping[str, str]
    before: str
    after: str
    days: int


@dataclass(frozen=True, slots=True)
class SopShifts:
    """What moves in one SOP: cases and deadlines, and the furthest they move, in days (earlier is negative)."""

    sop_id: str
    title: str
    cases: int
    dues: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class CalendarPreview:
    """What publishing would move: of `open` cases those in `sops`, and the ten largest shifts.

    `first` and `last`: the days between which the moving deadlines lie now; None when none moves.
    """

    open: int
    cases: int
    dues: int
    first: str | None
    last: str | None
    sops: tuple[SopShifts, ...]
    largest: tuple[Shift, ...]


def preview_to_json(found: CalendarPreview) -> dict[str, object]:
    """Plain JSON values; `preview_from_json` reads them."""
    return asdict(found)


def preview_from_json(told: Mapping) -> CalendarPreview:
    """The reverse of `preview_to_json`."""
    return CalendarPreview(
        told["open"],
        told["cases"],
        told["dues"],
        told["first"],
        told["last"],
        tuple(SopShifts(**row) for row in told["sops"]),
        tuple(Shift(**row) for row in told["largest"]),
    )


def same_days(old: Office, new: Office) -> bool:
    """Whether two office workbooks give every deadline alike."""
    return calendar_of(old) == calendar_of(new)


def count_open(store: Store, project_id: int) -> int:
    """How many cases are open."""
    return count_cases(store, Wanted(project_id, open_only=True))


def open_cases(store: Store, project_id: int) -> Iterator[OpenCase]:
    """All open cases of an office by id, read in chunks."""
    asked = (case.c.number, case.c.sop_id, case.c.sop_version_id, case.c.state)
    for row, events in in_chunks(store, Wanted(project_id, open_only=True), *asked):
        yield OpenCase(row.id, row.number, row.sop_id, row.sop_version_id, states.from_json(loads(row.state)), events)


def calendar_preview(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    office: Office,
    progress: Progress = lambda done, total: None,
) -> CalendarPreview | None:
    """What publishing this office workbook now would move; None when its days are those in force.

    Raises as `access.require('form.publish')`.
    """
    require(viewer, ACT, project_id)
    definitions = definitions_of(store)
    with store.read() as db:
        known = definitions.office(db, project_id)
        titles = {row.sop_id: row.title for row in db.execute(select(sop).where(sop.c.project_id == project_id))}
    if known is None or same_days(known, office):
        return None
    calendars: dict[int, Calendar] = {}
    total = count_open(store, project_id)
    sums = _Sums()
    for number, one in enumerate(open_cases(store, project_id), 1):
        rules = definitions.sop_version(one.version_id).sop
        if one.version_id not in calendars:
            with store.read() as db:
                present = definitions.calendar(db, project_id, one.version_id)
            calendars[one.version_id] = replaced(present, calendar_of(office, rules), store.now())
        for due in (moved := moved_dues(one.state, fold(rules, one.events, calendars[one.version_id]))):
            step = rules.step(due.step)
            sums.add(one, due, dict(step.labels) if step else {})
        sums.cases[one.sop_id] = sums.cases.get(one.sop_id, 0) + bool(moved)
        if number % CHUNK == 0:
            progress(number, max(total, number))
    return sums.preview(total, titles)


class _Sums:
    """Counts what moves; holds the largest shifts and no more."""

    def __init__(self) -> None:
        self.cases: dict[str, int] = {}
        self._days: dict[str, list[int]] = {}
        self._first: str | None = None
        self._last: str | None = None
        self._largest: list[tuple[int, str, str, Shift]] = []

    def add(self, one: OpenCase, due: MovedDue, labels: Mapping[str, str]) -> None:
        dues, least, most = self._days.get(one.sop_id, [0, due.days, due.days])
        self._days[one.sop_id] = [dues + 1, min(least, due.days), max(most, due.days)]
        day = due.before[:10]
        self._first = min(self._first or day, day)
        self._last = max(self._last or day, day)
        shift = Shift(one.id, one.number, one.sop_id, due.step, labels, due.before, due.after, due.days)
        entry = (abs(due.days), one.number, due.step, shift)
        if len(self._largest) < LARGEST:
            heapq.heappush(self._largest, entry)
        elif entry[:3] > self._largest[0][:3]:
            heapq.heapreplace(self._largest, entry)

    def preview(self, total: int, titles: Mapping[str, str]) -> CalendarPreview:
        sops = tuple(
            SopShifts(sop_id, titles.get(sop_id, sop_id), self.cases[sop_id], *days)
            for sop_id, days in sorted(self._days.items())
        )
        largest = sorted(self._largest, key=lambda entry: (-entry[0], entry[1], entry[2]))
        return CalendarPreview(
            total,
            sum(one.cases for one in sops),
            sum(one.dues for one in sops),
            self._first,
            self._last,
            sops,
            tuple(entry[3] for entry in largest),
        )
