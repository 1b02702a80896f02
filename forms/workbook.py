"""An Excel workbook as values: sheets, rows with their true numbers, cells with their places.

Serves forms, SOPs and offices alike. What a workbook could do to the machine is counted in the zip
before anything is unpacked for real (docs: security.md section 1): size, ratio, entries, cells,
DOCTYPE. Nothing here knows what a sheet means.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from forms.findings import Finding, Place
from forms.old_excel import is_old

MAX_BYTES = 16 * 2**20
MAX_UNPACKED = 64 * 2**20
MAX_RATIO = 200
RATIO_COUNTS_FROM = 2**20
MAX_ENTRIES = 1_000
MAX_CELLS = 200_000  # with something in them
# With or without: some programs write every cell they show, a thousand rows and all columns.
MAX_WRITTEN_CELLS = 500_000
# Of a workbook that is published: read beside people who wait for pages, and no phone would like more.
MAX_PUBLISHED_CELLS = 60_000
MAX_GRID = 4_000_000
MAX_MERGED = 5_000
MAX_CELL_TEXT = 32_767  # what Excel itself can hold

_CELL = re.compile(rb'<(?:\w+:)?c(?=[\s/>])(?:[^>]*?\sr="([A-Z]{1,3})(\d{1,7})")?')
_WHOLE_CELL = re.compile(rb'<(?:\w+:)?c(?=\s)[^>]*?\sr="([A-Z]{1,3}\d{1,7})"[^>]*(?<!/)>(.*?)</(?:\w+:)?c>', re.DOTALL)
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)[\s>]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_RESULT = re.compile(rb"<(?:\w+:)?v>[^<]")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_SHEET_PART = re.compile(r"(^|/)worksheets/[^/]+\.xml$", re.IGNORECASE)
_DECIMALS = re.compile(r"(?:#,##)?(0+)(?:\.(0+))?(?:_[-)]|\\ )*")
_BLANKS = re.compile(r"\s+")
_EDGES = "\ufeff\u200b\u2060"

# Excel writes extensions (data validation, conditional formats) that openpyxl drops with a warning; values stay.
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")


class WorkbookError(Exception):
    """The bytes are not a workbook we read. `findings` say why; codes `workbook.*`."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings: tuple[Finding, ...] = findings


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell. `text` is what the author sees, trimmed; `value` what Excel keeps."""

    text: str
    value: object
    place: Place

    @property
    def is_text(self) -> bool:
        return isinstance(self.value, str)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that has at least one filled cell. `number` is the row number Excel shows; `merged` the range of each
    cell of the sheet that is hidden in a merged one."""

    sheet: str
    number: int
    cells: Mapping[int, Cell]
    _columns: Mapping[str, int] = field(repr=False)
    _titles: Mapping[int, str] = field(repr=False)
    header_row: int = 1
    merged: Mapping[str, str] = field(default_factory=dict, repr=False)

    def cell(self, column: str, *aliases: str) -> Cell | None:
        """The filled cell under the first of these headers that has one (case, spaces and `_` ignored)."""
        for name in (column, *aliases):
            index = self._columns.get(key(name))
            if index is not None and index in self.cells:
                return self.cells[index]
        return None

    def text(self, column: str, *aliases: str) -> str:
        """What the author sees in that cell, trimmed; `""` when blank or when there is no such column."""
        cell = self.cell(column, *aliases)
        return cell.text if cell else ""

    def place(self, column: str, *aliases: str) -> Place:
        """Where that cell is, filled or not; the row alone when the sheet has no such column."""
        cell = self.cell(column, *aliases)
        if cell:
            return cell.place
        for name in (column, *aliases):
            index = self._columns.get(key(name))
            if index is not None:
                return Place(self.sheet, self.number, self._titles[index], f"{get_column_letter(index)}{self.number}")
        return Place(self.sheet, self.number, column)

    @property
    def headers(self) -> tuple[str, ...]:
        """The headings of its sheet, from left to right."""
        return tuple(self._titles[index] for index in sorted(self._titles))

    def items(self) -> Iterator[tuple[str, Cell]]:
        """The filled cells that stand under a header, as (header, cell), from left to right."""
        for index in sorted(self.cells):
            if index in self._titles:
                yield self._titles[index], self.cells[index]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `headers` maps header text to column letter; `rows` are those below the header; `unworked` the
    cells with a formula whose result Excel never kept."""

    name: str
    headers: Mapping[str, str]
    rows: tuple[Row, ...]
    header_row: int = 1
    unworked: tuple[str, ...] = ()

    def place(self) -> Place:
        return Place(self.name)


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets by the name written on the tab, in their order."""

    sheets: Mapping[str, Sheet]

    def sheet(self, *names: str) -> Sheet | None:
        """The first sheet that has one of these names (case, spaces and `_` ignored)."""
        by_name = {key(name): sheet for name, sheet in reversed(list(self.sheets.items()))}
        return next((by_name[key(name)] for name in names if key(name) in by_name), None)


def fold(name: str) -> str:
    """A sheet name or header as it is compared: lower case, single spaces."""
    return _BLANKS.sub(" ", name.strip()).casefold()


def key(name: str) -> str:
    """What a sheet or a column is found by: as `fold`, and `SOP ID` is `sop_id`."""
    return fold(name).replace(" ", "_")


@dataclass(frozen=True, slots=True)
class _Part:
    """What openpyxl does not tell of a sheet: merged ranges by hidden cell, and formulas without a result."""

    merged: Mapping[str, str]
    unworked: tuple[str, ...]


def read(data: bytes, most_cells: int = MAX_CELLS) -> Workbook:
    """Reads `.xlsx` or `.xlsm` bytes; formulas count with the result Excel kept. most_cells: filled ones of all sheets
    together.

    Raises WorkbookError: `workbook.empty`, `.too_large`, `.old_format` (xls or with a password),
    `.not_xlsx`, `.bomb`, `.doctype`, `.unreadable`, `.long_cell`, `.no_sheets`.
    """
    parts = _inspect(data, most_cells)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheets = {page.title: _sheet(page, parts) for page in book.worksheets}
        finally:
            book.close()
    except WorkbookError:
        raise
    except Exception as error:  # openpyxl raises nearly every kind on damaged books (dependencies.md section 8)
        raise WorkbookError(Finding("workbook.unreadable", args={"reason": type(error).__name__})) from error
    if not sheets:
        raise WorkbookError(Finding("workbook.no_sheets"))
    return Workbook(sheets)


def _inspect(data: bytes, most_cells: int) -> Mapping[str, _Part]:
    """Refuses what would hurt, from the zip alone; gives what is odd in each sheet, by the name of its part."""
    if not data:
        raise WorkbookError(Finding("workbook.empty"))
    if len(data) > MAX_BYTES:
        raise WorkbookError(Finding("workbook.too_large", args={"megabytes": MAX_BYTES // 2**20}))
    if is_old(data):
        raise WorkbookError(Finding("workbook.old_format"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _inspect_entries(archive.infolist())
            return _inspect_parts(archive, most_cells)
    except WorkbookError:
        raise
    except (zipfile.BadZipFile, ValueError, KeyError, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise WorkbookError(Finding("workbook.not_xlsx")) from error
    except Exception as error:  # zlib, lzma and bz2 each have an error of their own
        raise WorkbookError(Finding("workbook.unreadable", args={"reason": type(error).__name__})) from error


def _inspect_entries(entries: list[zipfile.ZipInfo]) -> None:
    if not any(entry.filename.lower().endswith("workbook.xml") for entry in entries):
        raise WorkbookError(Finding("workbook.not_xlsx"))
    unpacked = sum(entry.file_size for entry in entries)
    ratio = any(
        entry.file_size > RATIO_COUNTS_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or ratio:
        raise WorkbookError(Finding("workbook.bomb", args={"megabytes": MAX_UNPACKED // 2**20}))


def _inspect_parts(archive: zipfile.ZipFile, most_cells: int) -> Mapping[str, _Part]:
    written = filled = 0
    parts: dict[str, _Part] = {}
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        part = archive.read(entry)
        if b"<!DOCTYPE" in part.replace(b"\0", b"").upper():  # with NULs out, also in UTF-16
            raise WorkbookError(Finding("workbook.doctype", args={"part": entry.filename}))
        if _SHEET_PART.search(entry.filename):
            written += _count_cells(part)
            filled += sum(1 for _ in _FILLED.finditer(part))
            if filled > most_cells or written > MAX_WRITTEN_CELLS:
                raise WorkbookError(Finding("workbook.too_many_cells", args={"cells": most_cells}))
            parts[entry.filename] = _Part(_merged(part), _unworked(part))
    return parts


def _merged(part: bytes) -> Mapping[str, str]:
    """The cells a merged range hides, with that range. Ranges larger than an author would look through are left out."""
    hidden: dict[str, str] = {}
    for found in _MERGE.finditer(part):
        text = found[1].decode()
        left, top, right, bottom = range_boundaries(text)
        if (right - left + 1) * (bottom - top + 1) > MAX_MERGED:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                hidden[f"{get_column_letter(column)}{row}"] = text
    return hidden


def _unworked(part: bytes) -> tuple[str, ...]:
    if b"<f" not in part and b":f" not in part:
        return ()
    cells = (found for found in _WHOLE_CELL.finditer(part) if _FORMULA.search(found[2]))
    return tuple(found[1].decode() for found in cells if not _RESULT.search(found[2]) and b't="str"' not in found[0])


def _count_cells(part: bytes) -> int:
    """How many cells a sheet part has. Raises when they lie so far apart that the gaps would fill the memory."""
    count, last_row, last_column = 0, 0, 0
    for found in _CELL.finditer(part):
        count += 1
        if found[2]:
            last_row = max(last_row, int(found[2]))
            last_column = max(last_column, _column_number(found[1]))
        if count > MAX_WRITTEN_CELLS:
            break
    if last_row * last_column > MAX_GRID:
        raise WorkbookError(Finding("workbook.too_many_cells", args={"cells": MAX_CELLS}))
    return count


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet(page, parts: Mapping[str, _Part]) -> Sheet:  # type: ignore[no-untyped-def]  # openpyxl ships no types
    page.reset_dimensions()  # the written dimension may lie
    part = parts.get(page._worksheet_path.lstrip("/"), _Part({}, ()))
    titles: dict[int, str] = {}
    header_row = 0
    columns: dict[str, int] = {}
    rows: list[Row] = []
    for cells in page.iter_rows():
        filled = _filled(page.title, cells, titles)
        if not filled:
            continue
        number = filled[min(filled)].place.row or 0
        if not header_row:
            header_row = number
            titles.update({index: cell.text for index, cell in filled.items()})
            for index, title in sorted(titles.items()):
                columns.setdefault(key(title), index)
        else:
            rows.append(Row(page.title, number, filled, columns, titles, header_row, part.merged))
    headers: dict[str, str] = {}
    for index, title in sorted(titles.items()):
        headers.setdefault(title, get_column_letter(index))
    return Sheet(page.title, headers, tuple(rows), header_row or 1, part.unworked)


def _filled(sheet: str, cells, titles: Mapping[int, str]) -> dict[int, Cell]:  # type: ignore[no-untyped-def]
    filled: dict[int, Cell] = {}
    for cell in cells:
        value = cell.value
        if value is None:
            continue
        shown = displayed(value, cell.number_format or "General").strip().strip(_EDGES).strip()
        if not shown:
            continue
        address = f"{get_column_letter(cell.column)}{cell.row}"
        place = Place(sheet, cell.row, titles.get(cell.column), address, shown[:200])
        if len(shown) > MAX_CELL_TEXT:
            raise WorkbookError(Finding("workbook.long_cell", place=place, args={"letters": MAX_CELL_TEXT}))
        filled[cell.column] = Cell(shown, value, place)
    return filled


def displayed(value: object, number_format: str) -> str:
    """A cell value as text: dates in ISO form, numbers with the zeros their format adds, TRUE/FALSE.

    Thousands separators and currency signs are left out, so that the text can be read as a number.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes" if value.second == 0 else "seconds")
    if isinstance(value, int | float):
        return _number(value, number_format)
    return str(value)


def _number(value: int | float, number_format: str) -> str:
    zeros = _DECIMALS.fullmatch(number_format.split(";")[0])
    if zeros:
        decimals = len(zeros[2] or "")
        width = len(zeros[1]) + (decimals + 1 if decimals else 0)
        return f"{value:0{width + (value < 0)}.{decimals}f}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return str(value)
