"""Typed answers and how they are kept as JSON.

An answer is one of: `""` (asked, left blank), `str` (text, select_one; select_multiple keeps its
space-separated text; geo keeps ODK text), `int`/`float`, `date`, `datetime` (with the phone's
offset), or for a repeat a list of rows, each a dict of answers. A question hidden by `relevant`
is absent from the dict.
"""

from collections.abc import Mapping
from datetime import date, datetime

Value = object
Answers = Mapping[str, Value]


def to_json(value: Value) -> object:
    """A value as plain JSON: dates as {"date": "2026-11-21"}, moments as {"datetime": ISO text}."""
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Mapping):
        return {name: to_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value


def from_json(value: object) -> Value:
    """The inverse of `to_json`."""
    if isinstance(value, dict):
        if len(value) == 1:
            if "date" in value:
                return date.fromisoformat(value["date"])
            if "datetime" in value:
                return datetime.fromisoformat(value["datetime"])
        return {name: from_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [from_json(item) for item in value]
    return value


def text(value: Value) -> str:
    """A value as a phone would write it in XML: ISO dates, whole numbers without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return "" if value is None else str(value)
