"""The cases of an SOP, one after another with their events, for whatever looks at all of them.

They come in chunks by id, each read for itself: memory stays flat, no reading transaction grows old, and nobody
waits for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Row, func, select

from server.queries.case_reading import read_events_of
from server.sop.events import Event
from server.store.cases import case
from server.store.database import Store

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: all of an SOP (of every SOP when None), or the open ones that run (`under`) or do not run
    (`beside`) under a version."""

    project_id: int
    sop_id: str | None = None
    open_only: bool = False
    under: int | None = None
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case with its events; `version_id` is the row of the SOP version it runs under."""

    id: str
    number: str
    version_id: int
    events: tuple[Event, ...]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.sop_id is not None:
        found.append(case.c.sop_id == wanted.sop_id)
    if wanted.open_only:
        found.append(case.c.status == "open")
    if wanted.under is not None:
        found.append(case.c.sop_version_id == wanted.under)
    if wanted.beside is not None:
        found.append(case.c.sop_version_id != wanted.beside)
    return found


def count_cases(store: Store, wanted: Wanted) -> int:
    """How many there are."""
    query = select(func.count()).select_from(case)
    with store.read() as db:
        return int(db.execute(query.where(case.c.project_id == wanted.project_id, *_conditions(wanted))).scalar_one())


def past_cases(store: Store, wanted: Wanted) -> Iterator[PastCase]:
    """These cases by id. What changes meanwhile is read as it is when its turn comes."""
    for row, events in in_chunks(store, wanted, case.c.number, case.c.sop_version_id):
        yield PastCase(row.id, row.number, row.sop_version_id, events)


def in_chunks(store: Store, wanted: Wanted, *columns: Column) -> Iterator[tuple[Row, tuple[Event, ...]]]:
    """These columns of the cases (and their `id`), case by case with the events of each."""
    # The sum keeps the planner from an index that would sort all cases again for every chunk.
    office = case.c.project_id + 0 == wanted.project_id
    query = select(case.c.id, *columns).where(office, *_conditions(wanted))
    last = ""
    while True:
        with store.read() as db:
            rows = db.execute(query.where(case.c.id > last).order_by(case.c.id).limit(CHUNK)).all()
            events = read_events_of(db, [row.id for row in rows])
        for row in rows:
            yield row, events[row.id]
        if len(rows) < CHUNK:
            return
        last = rows[-1].id
