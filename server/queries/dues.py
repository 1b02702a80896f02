"""What a deadline means now: how many working days are left or gone by."""

from dataclasses import dataclass
from datetime import datetime

from server.sop.clock import Calendar

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline seen from now.

    `at`: ISO moment, None while no clock runs. `days`: working days left, 0 = today, negative = gone by.
    `hours`: whole hours left or gone by, only when it ends within the present day but not with it.
    `estimate`: the joint leave of its year is not decreed yet (ruling 36).
    """

    at: str | None
    days: int | None = None
    hours: int | None = None
    late: bool = False
    estimate: bool = False


NO_DUE = Due(None)


def due_from(calendar: Calendar, now: datetime, at: str | None) -> Due:
    """The deadline `at` (ISO moment or None) seen from `now` in the office's calendar."""
    if at is None:
        return NO_DUE
    end = calendar.local(datetime.fromisoformat(at))
    here = calendar.local(now)
    late = here > end
    days = calendar.working_days_between(here.date(), end.date())
    ends_with_day = (end.hour, end.minute) == (23, 59)
    hours = None
    if end.date() == here.date() and not ends_with_day:
        hours = int(abs((end - here).total_seconds()) // _HOUR)
    return Due(at, days, hours, late, calendar.is_estimate(end))
