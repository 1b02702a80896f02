"""Monthly recaps that were issued: their revisions, and what the figures of a month have become since."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection, Row, select

from reports import words
from reports.sheets.recap_figures import Change, Figures, changed, figures, lines
from reports.sheets.rekap_bulanan import ChangeLine, Recap
from server.access import Viewer, require
from server.locale import say
from server.problems import Problem
from server.queries.recap import monthly
from server.queries.scope import names
from server.store.blobs import Stored
from server.store.database import Store
from server.store.reports import recap_issue

ISSUE = "report.issue"
MOST_LATE = 3
"""So many months before this one are looked at for late facts."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A recap as it was issued. `revision` 0 is the first; `changes`: how many figures it changed."""

    id: int
    revision: int
    issued_at: str
    by: str
    reason: str
    changes: int


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued of a month, newest first, and what of it is another now."""

    issues: tuple[Issue, ...]
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A recap ready to be issued: its revision, its workbook's values, its figures by month, and what it changes of
    the issue `before` (None: the first)."""

    revision: int
    recap: Recap
    figures: Mapping[str, Figures]
    changes: tuple[Change, ...]
    before: int | None


def period(year: int, number: int) -> str:
    """A month as issues are kept by."""
    return f"{year}-{number:02d}"


def issued(
    store: Store, viewer: Viewer | None, project_id: int, year: int, number: int, recap: Recap, language: str
) -> Issued:
    """What was issued of a month, held against its figures now. Raises as `access.require('report.read')`."""
    require(viewer, "report.read", project_id)
    with store.read() as db:
        rows = _rows(db, project_id, period(year, number))
        people = names(db, (row.issued_by for row in rows))
    found = tuple(
        Issue(row.id, row.revision, row.issued_at, people.get(row.issued_by, ""), row.reason, row.changes)
        for row in rows
    )
    before = _figures(rows[0], period(year, number)) if rows else None
    different = changed(before, figures(recap)) if before is not None else ()
    return Issued(found, lines(different, partial(say, language)))


def issue_file(store: Store, viewer: Viewer | None, issue_id: int) -> tuple[str, Stored]:
    """The workbook of an issue, exactly as it was handed in, and what it is called. Raises `request.not_found`, and as
    `access.require('report.read')`."""
    with store.read() as db:
        row = db.execute(select(recap_issue).where(recap_issue.c.id == issue_id)).first()
    if row is None:
        raise Problem("request.not_found")
    require(viewer, "report.read", row.project_id)
    ending = f"-perbaikan-{row.revision}" if row.revision else ""
    return f"rekap-{row.period}{ending}.xlsx", store.blobs.stored(row.blob)


def draft(
    store: Store, viewer: Viewer | None, project_id: int, year: int, number: int, reason: str, language: str
) -> Draft:
    """The recap of a month as it would be issued now, told against what was issued before."""
    recap = monthly(store, viewer, project_id, year, number, language)
    own, told = period(year, number), partial(say, language)
    with store.read() as db:
        rows = _rows(db, project_id, own)
    now = figures(recap)
    before = _figures(rows[0], own) if rows else None
    different = changed(before, now) if before is not None else ()
    revision = rows[0].revision + 1 if rows else 0
    kept: dict[str, Figures] = {own: now}
    late = []
    for earlier in _months_before(year, number):
        base = _told_last(store, project_id, earlier)
        if base is None:
            continue
        year_, month_ = (int(part) for part in earlier.split("-"))
        kept[earlier] = figures(monthly(store, viewer, project_id, year_, month_, language))
        found = changed(base, kept[earlier])
        if found:
            late.append((f"{words.month_name(month_)} {year_}", lines(found, told)))
    status = say(language, "recap.status.revision" if revision else "recap.status.first", n=revision)
    made = replace(recap, status=status, reason=reason, changes=lines(different, told), late=tuple(late))
    return Draft(revision, made, kept, different, rows[0].id if rows else None)


def live(store: Store, viewer: Viewer | None, project_id: int, year: int, number: int, language: str) -> Recap:
    """The recap of a month as it stands now, marked as not issued."""
    recap = monthly(store, viewer, project_id, year, number, language)
    return replace(recap, status=say(language, "recap.status.live"))


def last_issue(db: Connection, project_id: int, year: int, number: int) -> int | None:
    """The newest issue of a month, None before the first."""
    rows = _rows(db, project_id, period(year, number))
    return int(rows[0].id) if rows else None


def _rows(db: Connection, project_id: int, of: str) -> list[Row]:
    query = select(recap_issue).where(recap_issue.c.project_id == project_id, recap_issue.c.period == of)
    return list(db.execute(query.order_by(recap_issue.c.revision.desc())))


def _figures(row: Row, of: str) -> Figures:
    kept: Mapping[str, Figures] = json.loads(row.figures)
    return kept[of]


def _told_last(store: Store, project_id: int, of: str) -> Figures | None:
    """The figures of a month as its office last told them: in its own recap, or as late facts in a later one."""
    query = select(recap_issue).where(recap_issue.c.project_id == project_id, recap_issue.c.period >= of)
    with store.read() as db:
        rows = list(db.execute(query.order_by(recap_issue.c.id.desc()).limit(50)))
    if not any(row.period == of for row in rows):
        return None
    return next((_figures(row, of) for row in rows if of in json.loads(row.figures)), None)


def _months_before(year: int, number: int) -> list[str]:
    found = []
    for _ in range(MOST_LATE):
        year, number = (year, number - 1) if number > 1 else (year - 1, 12)
        found.append(period(year, number))
    return found[::-1]
