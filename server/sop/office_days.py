"""The working days of an office for one SOP: its calendar sheet and the SOP's own free days (rulings 14, 36, 37)."""

from forms.office import Office
from forms.sop import Sop
from server.sop.clock import MONDAY_TO_FRIDAY, Calendar


def calendar_of(zone: str, office: Office | None, sop: Sop) -> Calendar:
    """`decreed_until` is the last year that has a decreed joint-leave day; without an office every year is undecreed."""
    days = [*(office.calendar if office else ()), *sop.calendar]
    decreed = [day.date.year for day in days if day.kind == "cuti_bersama" and not day.estimate]
    return Calendar(
        office.timezone if office else zone,
        frozenset(day.date for day in days),
        max(decreed, default=0),
        office.work_days if office else MONDAY_TO_FRIDAY,
    )
