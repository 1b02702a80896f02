"""Drafts of a published SOP workbook: the same book with some cells written anew, as an admin does in Excel."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms import sop as sop_reader
from forms import workbook
from forms.sop import Sop
from tests.office import XLSFORMS

ABH = XLSFORMS / "abh" / "sop.xlsx"

Cell = tuple[str, str, str]
"""Sheet, name of the row, header of the column."""


def draft(
    cells: Mapping[Cell, object] | None = None,
    *,
    version: str = "2099010101",
    without: Mapping[str, tuple[str, ...]] | None = None,
    rename: Mapping[str, str] | None = None,
    settings: Mapping[str, object] | None = None,
    book: Path = ABH,
) -> bytes:
    """The workbook with these cells, without these rows (by sheet), and with words replaced wherever a whole word
    of a cell is that (`rename`: a step gets another name); `settings` are cells of that
    sheet's one row. Its own `tests` told the older rules; they are left out."""
    made = load_workbook(book)
    made["tests"].delete_rows(2, made["tests"].max_row)
    own = made["settings"]
    for header, value in {"version": version, **(settings or {})}.items():
        own.cell(2, _columns(own)[header]).value = value
    for (sheet, name, header), value in (cells or {}).items():
        page = made[sheet]
        page.cell(_row(page, name), _columns(page)[header]).value = value
    for sheet, names in (without or {}).items():
        for name in names:
            made[sheet].delete_rows(_row(made[sheet], name))
    for page in made.worksheets if rename else ():
        for row in page.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = " ".join((rename or {}).get(word, word) for word in cell.value.split(" "))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def read(data: bytes) -> Sop:
    """The SOP of a workbook."""
    found, findings = sop_reader.read(workbook.read(data))
    assert found is not None, findings
    return found


def _columns(page: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in page[1] if cell.value}


def _row(page: Worksheet, name: str) -> int:
    return next(number for number, found in _names(page) if found == name)


def _names(page: Worksheet) -> Iterator[tuple[int, str]]:
    column = _columns(page)["name"]
    for number in range(2, page.max_row + 1):
        yield number, str(page.cell(number, column).value)
