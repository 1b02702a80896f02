"""Two versions of an SOP side by side: what was added, taken out or written differently, row by row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms.sop import COLUMNS, Sop
from forms.tables import Cells

SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that differs; blank where it was or is empty."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a sheet. `kind`: added, removed or changed; `cells`: what differs, or all of an added row."""

    sheet: str
    name: str
    kind: str
    cells: tuple[CellChange, ...]


def compare(old: Sop, new: Sop) -> tuple[RowChange, ...]:
    """Every row that differs, in the order of the sheets. A row is known by its name, so moving it changes nothing."""
    changes = [*_changed(SETTINGS, "", old.row, new.row)]
    for sheet, before, after in (
        ("roles", old.roles, new.roles),
        ("forms", old.forms, new.forms),
        ("facts", old.facts, new.facts),
        ("steps", old.steps, new.steps),
        ("routes", old.routes, new.routes),
        ("documents", old.documents, new.documents),
        ("alerts", old.alerts, new.alerts),
    ):
        rows_before = {item.name: item.row for item in before}
        rows_after = {item.name: item.row for item in after}
        changes += _sheet(sheet, rows_before, rows_after)
    return tuple(changes)


def _sheet(sheet: str, old: Mapping[str, Cells], new: Mapping[str, Cells]) -> Iterable[RowChange]:
    for name, row in new.items():
        if name not in old:
            cells = tuple(CellChange(column, "", text) for column, text in _texts(sheet, row).items() if text)
            yield RowChange(sheet, name, "added", cells)
        else:
            yield from _changed(sheet, name, old[name], row)
    for name, row in old.items():
        if name not in new:
            cells = tuple(CellChange(column, text, "") for column, text in _texts(sheet, row).items() if text)
            yield RowChange(sheet, name, "removed", cells)


def _changed(sheet: str, name: str, old: Cells, new: Cells) -> Iterable[RowChange]:
    before, after = _texts(sheet, old), _texts(sheet, new)
    columns = dict.fromkeys((*before, *after))
    cells = tuple(
        CellChange(column, before.get(column, ""), after.get(column, ""))
        for column in columns
        if before.get(column, "") != after.get(column, "")
    )
    if cells:
        yield RowChange(sheet, name, "changed", cells)


def _texts(sheet: str, row: Cells) -> dict[str, str]:
    texts = {column: row.text(column) for column in COLUMNS[sheet].names}
    labels = {f"label::{language}": text for language, text in row.labels().items()}
    return {**texts, **labels}
