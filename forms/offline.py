"""Rows added to an intake at publish, so that follow-ups work on the phone before its first sync (ruling 22).

The intake's create sets `langkah`, `formulir` and `terbuka` to what its own answers open. The server
takes none of these values: it folds for itself and counts how often the prediction was wrong.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms.sop import CLOSE, END_BRANCH, Route, Sop, Step
from forms.workbook import fold

PREFIX = "alur_"
_QUALIFIED = re.compile(r"\$\{([^}#]+)#([^}]+)\}")


@dataclass(frozen=True, slots=True)
class _Reach:
    """A step that opens when all these conditions hold (expressions over the intake's own questions)."""

    step: Step
    conditions: tuple[str, ...]


def predicted(sop: Sop, form_id: str, asked: frozenset[str]) -> dict[str, str]:
    """Calculations for the rows of the intake `form_id` whose questions are `asked`.

    Returns {property: XLSForm calculation} for `langkah`, `formulir`, `terbuka`; a step whose condition
    reads anything else is not predicted.
    """
    reaches = [reach for step in sop.steps if step.form == form_id for reach in _after(sop, step, form_id, asked, ())]
    steps = [(_all(reach.conditions), reach.step.name) for reach in reaches]
    forms = [(_all(reach.conditions), reach.step.form) for reach in reaches if reach.step.form]
    return {"langkah": _joined(steps), "formulir": _joined(forms), "terbuka": "'ya'"}


def _after(
    sop: Sop, step: Step, form_id: str, asked: frozenset[str], conditions: tuple[str, ...], depth: int = 0
) -> Iterator[_Reach]:
    if depth > len(sop.steps):
        return
    for route in sop.routes_from(step.name):
        if route.to in (CLOSE, END_BRANCH):
            continue
        condition = _condition(route, form_id, asked)
        if condition is None:
            continue
        target = sop.step(route.to)
        if target is None:
            continue
        held = (*conditions, condition) if condition else conditions
        if target.kind == "auto" or target.same_as:
            yield from _after(sop, target, form_id, asked, held, depth + 1)
        elif target.form != form_id:
            yield _Reach(target, held)


def _condition(route: Route, form_id: str, asked: frozenset[str]) -> str | None:
    """The route's condition as the phone can read it: "" always, None when it reads what the intake does not ask."""
    if route.when is None:
        return ""
    for name in route.when.names:
        if name.field not in asked or name.form not in (None, form_id):
            return None
    return _QUALIFIED.sub(r"${\2}", route.when.text)


def _all(conditions: tuple[str, ...]) -> str:
    return " and ".join(f"({condition})" for condition in conditions)


def _joined(items: list[tuple[str, str]]) -> str:
    parts = [f"if({condition}, '{value}', '')" if condition else f"'{value}'" for condition, value in items]
    if not parts:
        return "''"
    return f"normalize-space(concat({', '.join(f'{part}, {chr(39)} {chr(39)}' for part in parts)}))"


def with_rows(xlsx: bytes, rows: dict[str, str], inside: str = "") -> bytes:
    """The workbook with one hidden `calculate` per property at the end of its survey sheet.

    `inside` names the repeat or group whose entity they belong to (a raid letter makes a case per row,
    ruling 28): they stand at its end. Raises ValueError when the workbook has no survey sheet with `type`
    and `name`, or nothing of that name.
    """
    book = load_workbook(io.BytesIO(xlsx))
    sheet = next((s for s in book.worksheets if fold(s.title) == "survey"), None)
    if sheet is None:
        raise ValueError("no survey sheet")
    columns = _columns(sheet)
    row = _end_of(sheet, columns, inside) if inside else _last_row(sheet) + 1
    if inside:
        sheet.insert_rows(row, len(rows))
    for number, (name, calculation) in enumerate(rows.items()):
        cells = {"type": "calculate", "name": PREFIX + name, "calculation": calculation, "save_to": name}
        for header, value in cells.items():
            sheet.cell(row + number, columns[header]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _end_of(sheet: Worksheet, columns: dict[str, int], name: str) -> int:
    """The row that ends the repeat or group of this name."""
    depth = 0
    for row in range(2, sheet.max_row + 1):
        kind = fold(str(sheet.cell(row, columns["type"]).value or ""))
        if not depth:
            depth = int(kind.startswith("begin") and str(sheet.cell(row, columns["name"]).value or "").strip() == name)
            continue
        depth += kind.startswith("begin") - kind.startswith("end")
        if not depth:
            return row
    raise ValueError(f"no repeat or group {name}")


def _columns(sheet: Worksheet) -> dict[str, int]:
    found = {fold(str(cell.value)): cell.column for cell in sheet[1] if cell.value is not None}
    if "type" not in found or "name" not in found:
        raise ValueError("no type or name column")
    for header in ("calculation", "save_to"):
        if header not in found:
            found[header] = max(found.values()) + 1
            sheet.cell(1, found[header]).value = header
    return found


def _last_row(sheet: Worksheet) -> int:
    return max((cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None), default=1)
