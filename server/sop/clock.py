"""Working days, due moments and the zone of an office. Pure: no clock, only days given to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from forms.office import Office
from forms.sop import Sop

UNITS = ("minute", "hour", "day", "working_day")
MONDAY_TO_FRIDAY = frozenset(range(5))

Stop = tuple[datetime, datetime]

_zone = lru_cache(maxsize=16)(ZoneInfo)
_DAY = timedelta(days=1)
_END = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days an office works (rulings 14 and 36).

    `zone`: IANA name; `holidays`: days nobody at the office works (national, joint leave, local);
    `decreed_until`: the last year whose joint leave is decreed, 0 when unknown; `work_days`:
    weekdays worked, Monday = 0; `earlier`: what was in force before, each with the moment it was replaced,
    oldest first.
    """

    zone: str
    holidays: frozenset[date] = frozenset()
    decreed_until: int = 0
    work_days: frozenset[int] = field(default=MONDAY_TO_FRIDAY)
    earlier: "tuple[tuple[datetime, Calendar], ...]" = ()

    @property
    def tz(self) -> ZoneInfo:
        return _zone(self.zone)

    def as_of(self, moment: datetime) -> "Calendar":
        """The calendar that was in force at a moment (ruling 36)."""
        for replaced, calendar in self.earlier:
            if moment < replaced:
                return calendar
        return self

    def day(self, moment: date | datetime) -> date:
        """The local day of a moment (naive moments count as local); a day stays itself."""
        if not isinstance(moment, datetime):
            return moment
        return moment.date() if moment.tzinfo is None else moment.astimezone(self.tz).date()

    def local(self, moment: date | datetime) -> datetime:
        """A moment in the office's zone; a day alone counts as its last second."""
        if not isinstance(moment, datetime):
            return self.end_of(moment)
        return moment.replace(tzinfo=self.tz) if moment.tzinfo is None else moment.astimezone(self.tz)

    def end_of(self, day: date) -> datetime:
        """The last second of a local day."""
        return datetime.combine(day, _END, self.tz)

    def start_of(self, day: date) -> datetime:
        """The first second of a local day."""
        return datetime.combine(day, time(), self.tz)

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.work_days and day not in self.holidays

    def next_working(self, day: date) -> date:
        """The day itself when worked, else the next one that is. Raises ValueError when no day is ever worked."""
        for _ in range(400):
            if self.is_working(day):
                return day
            day += _DAY
        raise ValueError("calendar without working days")

    def working_days_after(self, day: date, count: int, stopped: frozenset[date] = frozenset()) -> date:
        """The `count`-th working day after `day`; 0 = the day itself, or the next working day when it is free."""
        if count <= 0:
            while day in stopped:
                day += _DAY
            return self.next_working(day)
        while count:
            day = self.next_working(day + _DAY)
            count -= day not in stopped
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def worked(self, start: date, end: date, stops: Iterable[Stop] = ()) -> int:
        """Working days after `start` up to and with `end` on which the clock ran (`stops` as in `due`)."""
        stopped = self._stopped(stops)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working(day) and day not in stopped for day in days)

    def due(self, opened: date | datetime, limit: int, unit: str, stops: Iterable[Stop] = ()) -> datetime:
        """When `limit` units after `opened` are over, as a moment of the office's zone.

        Days end with the local day; 0 working days on a free day mean the next working day, 0 calendar
        days the day itself (so that a longer limit is never due earlier). `stops`
        are spans in which the clock stood: a stopped day (from the day of the stop, without the day
        of going on) is not counted, minutes and hours move on by what they lost.
        Raises ValueError for a unit that is none of `UNITS`.
        """
        if unit in ("minute", "hour"):
            start = self.local(opened)
            end = start + timedelta(minutes=limit * (60 if unit == "hour" else 1))
            for stop, go in sorted(stops):
                if stop < end and go > start:
                    end += go - max(stop, start)
            return end
        if unit not in UNITS:
            raise ValueError(unit)
        first = self.day(opened)
        stopped = self._stopped(stops)
        if unit == "working_day":
            return self.end_of(self.working_days_after(first, limit, stopped))
        day, left = first, limit
        while left:
            day += _DAY
            left -= day not in stopped
        return self.end_of(day)

    def partway(
        self, opened: date | datetime, limit: int, unit: str, percent: int, stops: Iterable[Stop] = ()
    ) -> datetime:
        """When that share of a limit is used up: 80 % of 5 working days is the end of the fourth, half of one
        hour 30 minutes, half of one day the noon of the day that counts. Raises ValueError as `due`.
        """
        if unit in ("minute", "hour"):
            return self.due(opened, round(limit * percent * (60 if unit == "hour" else 1) / 100), "minute", stops)
        whole, rest = divmod(limit * percent, 100)
        if not rest:
            return self.due(opened, whole, unit, stops)
        return self.start_of(self.due(opened, whole + 1, unit, stops).date()) + _DAY * rest / 100

    def _stopped(self, stops: Iterable[Stop]) -> frozenset[date]:
        days = set()
        for stop, go in stops:
            day, last = self.day(stop), self.day(go)
            while day < last:
                days.add(day)
                day += _DAY
        return frozenset(days)

    def is_estimate(self, moment: date | datetime) -> bool:
        """Whether the day lies in a year whose joint leave is not decreed yet (shown as *perkiraan*)."""
        return self.day(moment).year > self.decreed_until


def calendar_of(
    office: Office, sop: Sop | None = None, earlier: tuple[tuple[datetime, Calendar], ...] = ()
) -> Calendar:
    """The calendar of an office, with the free days its SOP adds and the versions that were in force before."""
    days = (*office.calendar, *(sop.calendar if sop else ()))
    return Calendar(
        office.timezone,
        frozenset(day.date for day in days),
        office.decreed_until,
        office.work_days or MONDAY_TO_FRIDAY,
        earlier,
    )
