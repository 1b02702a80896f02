"""Turning values into text, numbers and truth the way JavaRosa does.

At work are `str`, `float`, `bool`, `date`, `datetime` and `Rows`. A date is midnight of its day;
a moment is in the zone of the evaluation. Source: XPath 1.0 section 4 and ODK's departures from it.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from forms.expression.errors import ExpressionError
from forms.values import Value

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY_MS = 86_400_000
TINY = 1e-12
"""Two numbers closer than this are equal, and one this close to zero is zero."""

NAN = math.nan
_INT_MAX = 2**31 - 1
_INT_MIN = -(2**31)
_LONG_MAX = float(2**63 - 1)
_NUMERIC = frozenset("0123456789-.")
JAVA_BLANKS = "".join(map(chr, range(33)))
"""What Java's trim() cuts off: every character up to the space."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row or value of a repeat with its place in it, from 1."""

    value: Value
    position: int


class Rows(list[Row]):
    """What a path through a repeat gives: none, one or many."""


def rows(values: Iterable[Value]) -> Rows:
    """The rows of a repeat, numbered from 1."""
    return Rows(Row(value, position) for position, value in enumerate(values, 1))


def single(value: Value) -> Value:
    """The value itself, where a path must give one: blank for none. Raises 'repeated' for many."""
    if type(value) is not Rows:
        return value
    if not value:
        return ""
    if len(value) > 1:
        raise ExpressionError("repeated", None, count=len(value))
    inner = value[0].value
    return "" if isinstance(inner, Mapping) else inner


def local(value: Value, zone: tzinfo) -> Value:
    """An answer as the evaluator works with it: numbers as float, moments in `zone`, None as blank."""
    if value is None:
        return ""
    if isinstance(value, bool | str | float | Rows):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, datetime):
        return value.astimezone(zone) if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, list | tuple):
        return rows(local(item, zone) if not isinstance(item, Mapping) else item for item in value)
    return value


def boolean(value: Value) -> bool:
    """Truth: a number not (nearly) zero, a text not empty, any date."""
    value = single(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return abs(value) > TINY
    if isinstance(value, str):
        return value != ""
    return value is not None


def number(value: Value) -> float:
    """A number, NaN where there is none: text in plain decimal notation, true as 1, dates as days since 1970."""
    value = single(value)
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return _number_of_text(value)
    if isinstance(value, bool | int):
        return float(value)
    if isinstance(value, date):
        return float(value.toordinal() - EPOCH_DAY)
    if value is None:
        return NAN
    raise ExpressionError("not_a_value")


def _number_of_text(text: str) -> float:
    plain = text.replace(",", ".").strip(JAVA_BLANKS)
    if not plain or not _NUMERIC.issuperset(plain):
        return NAN
    try:
        return float(plain)
    except ValueError:
        return NAN


def string(value: Value) -> str:
    """Text: whole numbers as digits up to 2147483647, others as Java writes a double, dates as their day."""
    value = single(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _text_of_number(float(value))
    if isinstance(value, date):
        return f"{value.year}-{value.month:02}-{value.day:02}"
    if value is None:
        return ""
    raise ExpressionError("not_a_value")


def _text_of_number(value: float) -> str:
    if value != value:
        return "NaN"
    if abs(value) < TINY:
        return "0"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    whole = max(_INT_MIN, min(_INT_MAX, int(value)))
    if abs(value - whole) < TINY:
        return str(whole)
    return java_double(value)


def java_double(value: float) -> str:
    """A finite number as Java's Double.toString writes it: `1.5`, `3.0E9`, `1.0E-4`."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{int(exponent) + len(digits) - 1}"


def integer(value: Value) -> float:
    """The number without its fraction, still a float; NaN and infinities stay."""
    number_ = number(value)
    if number_ != number_ or abs(number_) >= _LONG_MAX:
        return number_
    return float(math.copysign(int(number_), number_))


def index(value: float) -> int:
    """A number as Java's intValue(): cut off, held within 32 bits, 0 for NaN."""
    if value != value:
        return 0
    return int(max(_INT_MIN, min(_INT_MAX, value)))


def milliseconds(value: date, zone: tzinfo) -> int:
    """Milliseconds since 1970 in UTC; a date counts as midnight in `zone`."""
    return (midnight(value, zone) - EPOCH) // timedelta(milliseconds=1)


def midnight(value: date, zone: tzinfo) -> datetime:
    """The moment a date begins; a moment is itself."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=zone)
