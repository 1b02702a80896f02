"""Dates and moments of expressions: reading, writing, days as decimals (JavaRosa's date functions)."""

import math
import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from forms.expression.coerce import DAY_MS, EPOCH, EPOCH_DAY, integer, midnight, milliseconds, single, string
from forms.expression.errors import ExpressionError
from forms.values import Value

_DAY = re.compile(r"\+?([0-9]+)-\+?([0-9]+)-\+?([0-9]+)")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2}(?:\.[0-9]*)?))?")
_OFFSET = re.compile(r"(.*?)(?:(Z)|([+-])([0-9]{1,2})(?::([0-9]{1,2}))?)")
_INT = 2.0**31

MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
WEEKDAYS = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
"""Short names as a phone set to Indonesian writes them for %b and %a."""


def moment(value: Value, zone: tzinfo, keep_time: bool) -> Value:
    """What `date()` and `date-time()` give: a date or datetime; blank and NaN stay as they are.

    Raises 'not_a_date' for other text or truth values, 'date_range' for numbers beyond 32 bits.
    """
    value = single(value)
    if isinstance(value, float):
        return _of_number(value, zone, keep_time)
    if isinstance(value, str):
        return _of_text(value, zone) if value else value
    if isinstance(value, datetime):
        return value if keep_time else value.date()
    if isinstance(value, date):
        return value
    raise ExpressionError("not_a_date", None, value=string(value))


def _of_number(value: float, zone: tzinfo, keep_time: bool) -> Value:
    if value != value:
        return value
    _within_range(value)
    try:
        if keep_time:
            return (EPOCH + timedelta(milliseconds=int(value * DAY_MS))).astimezone(zone)
        return date.fromordinal(int(integer(value)) + EPOCH_DAY)
    except (OverflowError, ValueError):
        raise ExpressionError("date_range", None, value=string(value)) from None


def _within_range(value: float) -> None:
    if not -_INT <= value <= _INT - 1:
        raise ExpressionError("date_range", None, value=string(value))


def _of_text(text: str, zone: tzinfo) -> date:
    day_text, has_time, time_text = text.partition("T")
    try:
        found = _DAY.fullmatch(day_text)
        day = date(*map(int, found.groups())) if found else None
        read = (_with_time(day, time_text, zone) if has_time else day) if day else None
    except (ValueError, OverflowError):
        read = None
    if read is None:
        raise ExpressionError("not_a_date", None, value=text)
    return read


def _with_time(day: date, text: str, zone: tzinfo) -> datetime | None:
    offset = _OFFSET.fullmatch(text)
    found = _TIME.fullmatch(offset[1] if offset else text)
    if found is None:
        return None
    seconds = float(found[3] or 0)
    whole = int(seconds)
    fraction = int(1000.0 * seconds - 1000.0 * whole) * 1000
    if offset is None:
        return datetime(day.year, day.month, day.day, int(found[1]), int(found[2]), whole, fraction, zone)
    local = datetime(day.year, day.month, day.day, int(found[1]), int(found[2]), whole, fraction, UTC)
    if not offset[2]:
        behind = timedelta(hours=int(offset[4]), minutes=int(offset[5] or 0))
        local = local - behind if offset[3] == "+" else local + behind
    return local.astimezone(zone)


def decimal_days(value: Value, zone: tzinfo, keep_date: bool) -> Value:
    """`decimal-date-time` (days since 1970 in UTC) and `decimal-time` (part of the local day)."""
    value = single(value)
    if isinstance(value, float):
        if value != value:
            return value
        _within_range(value)
        return value if keep_date else value - math.floor(value)
    if isinstance(value, str):
        if not value:
            return value
        value = _of_text(value, zone)
    if not isinstance(value, date):
        raise ExpressionError("not_a_date", None, value=string(value))
    if keep_date:
        return milliseconds(value, zone) / DAY_MS
    at = midnight(value, zone)
    days = (milliseconds(at, zone) + (at.utcoffset() or timedelta()) // timedelta(milliseconds=1)) / DAY_MS
    return days - math.floor(days)


def fractional_days(value: date, zone: tzinfo) -> float:
    """Days since local midnight of 1 January 1970, with fraction (what mathematical functions see)."""
    return (milliseconds(value, zone) - milliseconds(date(1970, 1, 1), zone)) / DAY_MS


def formatted(value: Value, pattern: str, zone: tzinfo) -> str:
    """A date written by ODK's % pattern, blank for no date. Raises 'date_format' for an unknown sign."""
    at = moment(value, zone, keep_time=True)
    if not isinstance(at, date):
        return ""
    return _write(midnight(at, zone), pattern)


def check_pattern(pattern: str) -> None:
    """Raises 'date_format' for a % pattern that no phone can write."""
    _write(EPOCH, pattern)


def _write(at: datetime, pattern: str) -> str:
    pieces: list[str] = []
    signs = iter(pattern)
    for sign in signs:
        if sign != "%":
            pieces.append(sign)
            continue
        code = next(signs, "")
        writer = _SIGNS.get(code)
        if writer is None:
            raise ExpressionError("date_format", None, sign=f"%{code}")
        pieces.append(writer(at))
    return "".join(pieces)


def _week(at: datetime) -> int:
    """Week of the year where weeks begin on Sunday and the one with 1 January is the first, as in Indonesia."""
    first = date(at.year, 1, 1)
    week = ((at.date() - first).days + (first.isoweekday() % 7)) // 7 + 1
    next_first = date(at.year + 1, 1, 1) if at.year < 9999 else None
    if next_first and (next_first - at.date()).days <= next_first.isoweekday() % 7:
        return 1
    return week


_SIGNS = {
    "%": lambda at: "%",
    "Y": lambda at: f"{at.year:04}",
    "y": lambda at: f"{at.year:04}"[2:],
    "m": lambda at: f"{at.month:02}",
    "n": lambda at: str(at.month),
    "b": lambda at: MONTHS[at.month - 1],
    "d": lambda at: f"{at.day:02}",
    "e": lambda at: str(at.day),
    "H": lambda at: f"{at.hour:02}",
    "h": lambda at: str(at.hour),
    "M": lambda at: f"{at.minute:02}",
    "S": lambda at: f"{at.second:02}",
    "3": lambda at: f"{at.microsecond // 1000:03}",
    "a": lambda at: WEEKDAYS[at.weekday()],
    "W": lambda at: str(_week(at)),
}
