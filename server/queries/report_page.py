"""The monthly recap as figures on a page."""

from dataclasses import dataclass
from datetime import date

from reports.sheets.rekap_bulanan import Recap
from server.access import Viewer
from server.problems import Problem
from server.queries.recap import monthly
from server.queries.recap_issues import ISSUE, Issued, issued
from server.queries.scope import OfficeRow, offices
from server.sop.clock import Calendar
from server.store.database import Store


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One month of one office; `months` are those to choose from, newest first, as (year, month).

    `issued`: what was handed in of it; `may_issue`: the month is over and the viewer may hand it in.
    """

    office: OfficeRow
    offices: tuple[OfficeRow, ...]
    year: int
    month: int
    months: tuple[tuple[int, int], ...]
    recap: Recap
    issued: Issued
    may_issue: bool


def report_page(
    store: Store, viewer: Viewer, office: int | None, year: int | None, month: int | None, language: str
) -> ReportPage | None:
    """The recap of a month (the present one when none is named); None when the viewer has no office.

    Raises `request.not_found` for a foreign office, `request.bad_value` for a month there is not.
    """
    with store.read() as db:
        places = offices(db, viewer, "report.read")
    if not places:
        return None
    place = next((place for place in places if office in (None, place.id)), None)
    if place is None:
        raise Problem("request.not_found")
    today = Calendar(place.zone).local(store.now()).date()
    year, month = (year, month) if year and month else (today.year, today.month)
    recap = monthly(store, viewer, place.id, year, month, language)
    given = issued(store, viewer, place.id, year, month, recap, language)
    may = viewer.may(ISSUE, place.id) and recap.last < today
    return ReportPage(place, places, year, month, tuple(_months(today)), recap, given, may)


def _months(today: date) -> list[tuple[int, int]]:
    """The last 24 months."""
    found = []
    year, month = today.year, today.month
    for _ in range(24):
        found.append((year, month))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found
