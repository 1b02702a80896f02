"""Dates, times and spans in the reader's words. Pure: language and values in, text out."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from server.locale import say
from server.queries.dues import Due
from server.queries.narrowing import CAP

_UNITS = ("B", "kB", "MB", "GB", "TB")
ZONE_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}


def local_day(value: str | date, zone: str) -> date:
    """The day of ISO text: a day stays itself, a moment is seen in the office's zone."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).date() if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    if "T" not in value:
        return date.fromisoformat(value)
    return local_day(datetime.fromisoformat(value), zone)


def day(language: str, value: str | date | None, zone: str = "Asia/Jakarta", *, weekday: bool = False) -> str:
    """`21 Nov 2026`, with `weekday` `Sab, 21 Nov 2026`; '' for nothing."""
    if value is None or value == "":
        return ""
    return format_date(local_day(value, zone), "EEE, d MMM y" if weekday else "d MMM y", locale=language)


def moment(language: str, value: str | datetime | None, zone: str = "Asia/Jakarta") -> str:
    """`21 Nov 2026 09.30 WIB` (English `09:30`); '' for nothing. Naive moments count as UTC."""
    if value is None or value == "":
        return ""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    when = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone))
    clock = when.strftime("%H.%M" if language == "id" else "%H:%M")
    name = ZONE_NAMES.get(zone) or when.strftime("%Z")
    return f"{day(language, when, zone)} {clock} {name}"


def month(language: str, year: int, number: int) -> str:
    """`November 2026`."""
    return format_date(date(year, number, 1), "LLLL y", locale=language)


def number(language: str, value: float) -> str:
    """A number with the language's separators."""
    return format_decimal(value, locale=language)


def counted(language: str, count: int) -> str:
    """A count of a list: nobody counts beyond CAP (`1.000+`)."""
    return number(language, count) if count <= CAP else f"{number(language, CAP)}+"


def file_size(language: str, size: int) -> str:
    """`1,3 MB` (English `1.3 MB`); a thousand of one unit is one of the next."""
    value, unit = float(size), 0
    while round(value, 1) >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{number(language, round(value, 1))} {_UNITS[unit]}"


def due_kind(due: Due) -> str:
    """How urgent: late, soon (today or the next working day), calm or none."""
    if due.at is None:
        return "none"
    if due.late:
        return "late"
    return "soon" if due.days is not None and due.days <= 1 else "calm"


def due_text(language: str, due: Due) -> str:
    """What a deadline means now: `terlambat 1 hari kerja`, `sisa 2 hari kerja`, `hari ini`."""
    if due.at is None:
        return say(language, "web.due.none")
    if due.hours is not None:
        return _span(language, "web.due.late_hours" if due.late else "web.due.left_hours", max(due.hours, 1))
    if due.late:
        # A free day after the due day is late without a working day gone by.
        days = -(due.days or 0)
        return _span(language, "web.due.late_days", days) if days else say(language, "web.due.late")
    return _span(language, "web.due.left_days", due.days) if due.days else say(language, "web.due.today")


def _span(language: str, key: str, count: int) -> str:
    return say(language, key, n=number(language, count))
