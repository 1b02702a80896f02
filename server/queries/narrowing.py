"""Finding a few cases among very many.

A list has an index in the order it is shown: it is walked until the page is full. What few cases have (a word, a
step, one's own work) is looked up from its own index. Which of both costs less is found out by counting no further
than CAP.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, select, union_all

from server.access import Viewer
from server.cases.words import asked, end_of
from server.queries.scope import OfficeRow, waiting_for, within
from server.store.cases import OPEN_STEP, case, case_word, step

CAP = 1000
"""Counts go one beyond this and no further: pages show 1001 as `1.000+`."""


MANY = 4 * CAP
"""How far two ends are counted to find the shorter one. What more cases have is dense enough to walk past it."""


MOST_DIGITS = 5
"""Digits of a case's own number; longer ones are those the state and telephones give."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """What few cases have, said from both ends: queries for their ids, and the condition on a case. `at_most`: queries
    that count quickly how many there may be, where those for the ids do not."""

    starts: tuple[Select[tuple[str]], ...]
    holds: ColumnElement[bool]
    at_most: tuple[Select[tuple[str]], ...] = ()


def by_words(places: Sequence[OfficeRow], text: str, counted: Collection[int] = ()) -> tuple[Narrow, ...]:
    """Cases with all these words, each given by its beginning. Text without any word is found nowhere.

    `counted`: the offices in which the viewer only counts, where a case is found by its number alone. A long number is
    wanted whole: by trying its beginnings one would read a hidden one digit by digit.
    """
    if not text.strip():
        return ()
    words = asked(text)
    nothing = Narrow((select(case_word.c.case_id).where(literal(1) == 0),), literal(1) == 0)
    return tuple(_by_word(places, word, counted) for word in words) if words else (nothing,)


def _by_word(places: Sequence[OfficeRow], word: str, counted: Collection[int]) -> Narrow:
    is_long = word.isdecimal() and len(word) > MOST_DIGITS
    begins = case_word.c.word == word if is_long else (case_word.c.word >= word) & (case_word.c.word < end_of(word))
    names_nobody = not is_long and any(sign.isdecimal() for sign in word)
    here = [place for place in places if names_nobody or place.id not in counted]
    begins = begins & within(case_word.c.project_id, here)
    start = select(case_word.c.case_id).where(begins)
    return Narrow((start,), exists().where(case_word.c.case_id == case.c.id, begins))


def by_step(places: Sequence[OfficeRow], name: str) -> Narrow:
    """Cases in which this step is open."""
    here = (step.c.state == OPEN_STEP) & (step.c.step == name)
    start = select(step.c.case_id).where(within(step.c.project_id, places), here)
    return Narrow((start,), exists().where(step.c.case_id == case.c.id, here))


def by_viewer(places: Sequence[OfficeRow], viewer: Viewer, away: Mapping[int, tuple[int, ...]]) -> Narrow:
    """Cases with an open step that waits for the viewer, or for whom the viewer stands in for."""
    waits = waiting_for(viewer, places, away)
    starts = tuple(select(step.c.case_id).where(condition) for condition in waits)
    mine = exists().where(step.c.case_id == case.c.id, _any(waits))
    reached = waiting_for(viewer, places, away, at_most=True)
    return Narrow(starts, mine, tuple(select(step.c.case_id).where(condition) for condition in reached))


def by_manager(places: Sequence[OfficeRow], manager: int | None, statuses: Sequence[str]) -> Narrow:
    """Cases with one of these statuses that a person manages, or with None nobody."""
    theirs = case.c.manager_id == manager  # IS NULL for None
    start = select(case.c.id).where(within(case.c.project_id, places), case.c.status.in_(statuses), theirs)
    return Narrow((start,), theirs)


def by_person(project_id: int, person: int) -> Narrow:
    """Cases a person manages, or in which an open step was given to them."""
    manages = and_(case.c.project_id == project_id, case.c.status.in_(("open", "closed")), case.c.manager_id == person)
    given = and_(step.c.state == OPEN_STEP, step.c.assignee_id == person, step.c.project_id + 0 == project_id)
    starts = (select(case.c.id).where(manages), select(step.c.case_id).where(given))
    return Narrow(starts, (case.c.manager_id == person) | exists().where(step.c.case_id == case.c.id, given))


def _any(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    found: ColumnElement[bool] = literal(1) == 0
    for condition in conditions:
        found = found | condition
    return found


def narrowed(
    db: Connection, narrows: Sequence[Narrow], *conditions: ColumnElement[bool], most: int | None = CAP + 1
) -> Select[tuple[str]]:
    """The ids of the cases that have all of these and meet the conditions on `kasus`, begun where fewest are.

    `most` ends the search early.
    """
    sizes = [(_size(db, narrow), number) for number, narrow in enumerate(narrows)] if len(narrows) > 1 else [(0, 0)]
    first = min(sizes)[1]
    start = union_all(*narrows[first].starts).subquery()
    case_id = start.c[0]
    others = [narrow.holds for number, narrow in enumerate(narrows) if number != first]
    begun = select(case_id).distinct()
    if conditions or others:
        begun = begun.where(exists().where(case.c.id == case_id, *conditions, *others))
    return begun.limit(most) if most is not None else begun


def _size(db: Connection, narrow: Narrow, most: int = MANY) -> int:
    found = union_all(*(narrow.at_most or narrow.starts)).limit(most).subquery()
    return int(db.execute(select(func.count()).select_from(found)).scalar_one())


def least(db: Connection, narrows: Sequence[Narrow], most: int = MANY) -> int:
    """How many rows the rarest of them has, counted to `most`."""
    return min(_size(db, narrow, most) for narrow in narrows)


def capped(db: Connection, query: Select[tuple[str]], most: int = CAP + 1) -> int:
    """How many rows the query has, counted to `most`."""
    return int(db.execute(select(func.count()).select_from(query.limit(most).subquery())).scalar_one())
