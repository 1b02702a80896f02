"""Workbooks as plain text cells, and the Excel files an admin opens: styled, frozen, every cell text."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Cells = Mapping[str, str]
Sheet = list[list[str]]
Book = dict[str, Sheet]

_HEADER_FILL = PatternFill("solid", fgColor="1F4E5F")
_GROUP_FILL = PatternFill("solid", fgColor="E4EEF1")
_HEADER_FONT = Font(name="Calibri", size=11, bold=True, color="FFFFFF")
_BODY_FONT = Font(name="Calibri", size=11)
_GROUP_FONT = Font(name="Calibri", size=11, bold=True)
_LINE = Border(bottom=Side(style="hair", color="B7C4C9"))
_TEXT_FORMAT = "@"
_NARROWEST, _WIDEST = 10, 56
_MADE = datetime(2026, 11, 21)  # fixed, so that a rebuilt workbook says nothing about the day of the build


def table(columns: Sequence[str], rows: Sequence[Cells], *, keep: Sequence[str] = ()) -> Sheet:
    """Rows of named cells as a sheet with a header row.

    Columns nobody fills are left out, except those named in `keep`; a row that fills a column not
    named in `columns` raises ValueError (a typing mistake in a source).
    """
    known = set(columns)
    for row in rows:
        if stray := set(row) - known:
            raise ValueError(f"unknown columns {sorted(stray)} in {dict(row)}")
    used = [name for name in columns if name in keep or any(row.get(name) for row in rows)]
    return [used, *([row.get(name, "") for name in used] for row in rows)]


def read(path: Path) -> Book:
    """The cells of a workbook as text, trailing blanks of a row included."""
    book = load_workbook(path)
    return {
        sheet.title: [
            ["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book.worksheets
    }


def write(book: Book, path: Path) -> bool:
    """Writes the workbook unless the file already holds the same cells. Returns whether it wrote."""
    if path.exists() and read(path) == book:
        return False
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in book.items():
        _fill(workbook.create_sheet(name), rows)
    workbook.properties.creator = "Alur"
    workbook.properties.created = workbook.properties.modified = _MADE
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return True


def _fill(sheet: Worksheet, rows: Sheet) -> None:
    header, *body = rows
    for column, title in enumerate(header, start=1):
        cell = sheet.cell(1, column, title)
        cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        cell.number_format = _TEXT_FORMAT
        sheet.column_dimensions[get_column_letter(column)].width = _width(title, [row[column - 1] for row in body])
    for number, row in enumerate(body, start=2):
        opens = row[0].startswith(("begin", "end"))
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.number_format = _TEXT_FORMAT
            cell.font, cell.border = (_GROUP_FONT if opens else _BODY_FONT), _LINE
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if opens:
                cell.fill = _GROUP_FILL
            if text:
                cell.value = text
                cell.data_type = "s"  # a text that begins with '=' must stay a text
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "C2" if header[:2] == ["type", "name"] else "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _width(title: str, texts: Sequence[str]) -> float:
    longest = max((len(line) for text in (title, *texts) for line in text.splitlines()), default=0)
    return float(min(max(longest + 2, _NARROWEST), _WIDEST))
