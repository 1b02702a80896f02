"""The figures of a recap as plain values, so that a later reading of the same month can be held against them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from reports import words
from reports.sheets.rekap_bulanan import ChangeLine, Recap

Value = str | int | float | None
Figures = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""Table (`flow`, `cases`, …) -> row -> column -> value."""

TABLES = ("flow", "timeliness", "age", "route", "cases")
"""In the order they are printed."""
# Who manages a case today says nothing about the month.
_NOT_OF_THE_MONTH = frozenset({"number", "manager"})
LISTED = "listed"
"""The column that says whether a case stands in the list at all."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is another now; None where there is no such row or value."""

    table: str
    row: str
    column: str
    before: Value
    after: Value


def figures(recap: Recap) -> dict[str, dict[str, dict[str, Value]]]:
    """Every figure of a recap that its tables print, without names of officers."""
    return {
        "flow": {row.sop: _values(row, {"sop"}) for row in recap.flows},
        "timeliness": {row.sop: _values(row, {"sop", "standard"}) for row in recap.timeliness},
        "age": _by_row(recap.clients),
        "route": _by_row(recap.routes or {}),
        "cases": {row.number: {LISTED: 1, **_values(row, _NOT_OF_THE_MONTH)} for row in recap.cases},
    }


def changed(before: Figures, after: Figures) -> tuple[Change, ...]:
    """What differs, table by table in the order they are printed; a case that came or went is one change."""
    found = []
    for table in TABLES:
        old, new = before.get(table, {}), after.get(table, {})
        for row in dict.fromkeys((*old, *new)):
            was, now = old.get(row, {}), new.get(row, {})
            columns = dict.fromkeys((*was, *now)) if table != "cases" or (was and now) else (LISTED,)
            found += [
                Change(table, row, column, was.get(column), now.get(column))
                for column in columns
                if (was.get(column) or 0) != (now.get(column) or 0)
            ]
    return tuple(found)


def lines(changes: Iterable[Change], say: Callable[[str], str]) -> tuple[ChangeLine, ...]:
    """The changes in words. `say` gives the fixed words by key (`recap.column.new`, …)."""
    return tuple(
        ChangeLine(
            say(f"recap.sheet.{one.table}"),
            say(f"recap.{one.table}.{one.row}") if one.table in ("age", "route") else one.row,
            _column(one.column, say),
            _said(one, one.before, say),
            _said(one, one.after, say),
        )
        for one in changes
    )


def _column(name: str, say: Callable[[str], str]) -> str:
    """A column's heading, with that of its group where two columns are called the same."""
    group = name.rpartition("_")[2] if name.startswith(("median_", "p90_")) else ""
    label = say(f"recap.column.{name}")
    return f"{say(f'recap.group.{group}')}: {label}" if group else label


def _said(change: Change, value: Value, say: Callable[[str], str]) -> str:
    if change.column == LISTED:
        return say("recap.listed" if value else "recap.not_listed")
    if value is None or value == "":
        return "-" if change.table in ("cases", "timeliness") else "0"
    if isinstance(value, int | float):
        return words.number(value)
    return words.date_short(date.fromisoformat(value)) if change.column in ("opened", "due", "closed") else value


def _values(row: object, without: Iterable[str]) -> dict[str, Value]:
    left = frozenset(without)
    found = {field.name: getattr(row, field.name) for field in fields(row) if field.name not in left}  # type: ignore[arg-type]
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


def _by_row(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    for (row, sex), count in counts.items():
        if count:
            found.setdefault(row, {})[f"sex_{sex}"] = count
    return found
