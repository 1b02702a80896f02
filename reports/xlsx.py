"""Workbooks that leave the office, written as a stream: memory stays flat however many rows there are.

What people answered is always written as text: it never becomes a formula, a link or a number with lost
digits. Formulas are ours alone, and carry their value, so that a reader without a calculator sees it too.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from reports.office import Kantor, Penandatangan
from reports.words import nip

LONGEST_TEXT = 32_767
# What a sheet holds, and how many links Excel takes in one.
MOST_ROWS, MOST_LINKS = 1_000_000, 60_000
PAPER_A4 = 9
# A4 landscape within our margins, in points: 297 mm - 50 mm wide, 210 mm - 40 mm high.
PAGE_WIDTH, PAGE_HEIGHT = 700.0, 482.0
_LINE = 13.5
_HEAD = "#E7EEEE"

Kind = Literal["text", "number", "decimal", "percent", "day"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `width` in characters; `formula` over names of columns, `{opening}+{new}`, for every row.

    `total`: what the last row shows: `sum`, `formula` (the column's own over the totals) or nothing.
    """

    name: str
    label: str
    width: float
    kind: Kind = "text"
    formula: str = ""
    total: Literal["", "sum", "formula"] = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring columns under one heading; a group without a label is a single column over both header rows."""

    columns: tuple[Column, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed table. `rows` are values by column name; `totals` the values the total row's formulas give."""

    name: str
    title: str
    period: str
    source: str
    groups: tuple[Group, ...]
    rows: Iterable[Mapping[str, object]]
    totals: Mapping[str, object] | None = None
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(column for group in self.groups for column in group.columns)


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs a recap: left the head (*Mengetahui*), right place, day and maker."""

    acknowledged: str
    head: Penandatangan
    place_and_day: str
    maker_post: str
    maker: str
    maker_nip: str = ""


class Grid(Worksheet):
    """A worksheet written from top to bottom; merges may span rows that are not written yet."""

    def span(self, first: tuple[int, int], last: tuple[int, int], value: str, style: Format) -> None:
        """Writes `value` over a range. Cells of lower rows are written as blanks by whoever writes those rows."""
        self.write_string(*first, value, style)
        for column in range(first[1] + 1, last[1] + 1):
            self.write_blank(first[0], column, None, style)
        if first != last:
            self.merge.append([*first, *last])

    def text(self, row: int, column: int, value: str, style: Format | None = None) -> None:
        """A text as it is. What Excel cannot hold in a cell is cut and marked with an ellipsis."""
        kept = value if len(value) <= LONGEST_TEXT else value[: LONGEST_TEXT - 1] + "…"
        if kept:
            self.write_string(row, column, kept, style)
        else:
            self.write_blank(row, column, None, style)


class Book:
    """A workbook being written. `letterhead` heads every sheet; `words` gives the few fixed words by key."""

    def __init__(self, title: str, letterhead: Kantor, say: Callable[[str], str]) -> None:
        self._file = BytesIO()
        # Column widths count in digits of the default font: with Arial (or its free twin) they are the same everywhere.
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": "Arial", "font_size": 10},
        }
        self._book = Workbook(self._file, options)
        self._book.set_properties({"title": title, "company": letterhead.nama})
        self._letterhead = letterhead
        self._say = say
        self._styles: dict[str, Format] = {}

    def close(self) -> bytes:
        """The finished workbook."""
        self._book.close()
        return self._file.getvalue()

    def style(self, **properties: object) -> Format:
        """A cell format in the book's font; equal properties give the same one."""
        key = repr(sorted(properties.items()))
        if key not in self._styles:
            base = {"font_name": "Arial", "font_size": 10, "valign": "vcenter"}
            self._styles[key] = self._book.add_format({**base, **properties})
        return self._styles[key]

    def table(self, sheet: Sheet, signing: Signing | None) -> None:
        """Adds a printed table: letterhead, title, period, two-level header, rows, totals, notes, signatures."""
        _Table(self, self._grid(sheet.name), sheet, signing).write()

    def facts(self, name: str, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Adds a sheet of `label: value` lines, for what the figures rest on."""
        grid = self._grid(name)
        grid.set_column(0, 0, 34)
        grid.set_column(1, 1, 96)
        grid.text(0, 0, title, self.style(bold=True, font_size=12))
        for row, (label, value) in enumerate(lines, 2):
            grid.set_row(row, _LINE * max(1, math.ceil(len(value) / 100)) + 3)
            grid.text(row, 0, label, self.style(bold=True, valign="top"))
            grid.text(row, 1, value, self.style(text_wrap=True, valign="top"))
        _print_setup(grid, 90)
        grid.print_area(0, 0, len(lines) + 2, 1)

    def listing(self, name: str, columns: Sequence[Column]) -> "Listing":
        """Adds a plain list: a header row that stays in sight, filters, and rows as they come (`Listing.add`)."""
        return Listing(self, self._grid(name), columns)

    def _grid(self, name: str) -> Grid:
        return self._book.add_worksheet(name, worksheet_class=Grid)

    @property
    def letterhead(self) -> Kantor:
        return self._letterhead

    def say(self, key: str) -> str:
        return self._say(key)


def _print_setup(grid: Grid, scale: int) -> None:
    grid.set_landscape()
    grid.set_paper(PAPER_A4)
    grid.set_margins(left=1.18, right=0.79, top=0.79, bottom=0.79)
    grid.set_print_scale(scale)
    grid.hide_gridlines(2)


class Listing:
    """A sheet that grows row by row while another one of the same book grows too."""

    def __init__(self, book: Book, grid: Grid, columns: Sequence[Column]) -> None:
        self._grid = grid
        self._columns = tuple(columns)
        self._row = 0
        self._links = 0
        head = book.style(bold=True, text_wrap=True, border=1, bg_color=_HEAD)
        formats: dict[str, str] = {"text": "@", "number": "#,##0", "decimal": "0.0", "percent": "0.0%"}
        self._styles = [
            book.style(num_format=formats.get(column.kind, "@"), text_wrap=True, valign="top") for column in columns
        ]
        self._link = book.style(font_color="#0B5C63", underline=1, valign="top")
        for number, column in enumerate(self._columns):
            grid.set_column(number, number, column.width)
            grid.text(0, number, column.label, head)
        grid.freeze_panes(1, 0)
        _print_setup(grid, 80)
        grid.repeat_rows(0)

    def add(self, values: Mapping[str, object], link: str = "") -> bool:
        """Writes one row; `link` leads from its first cell. False when the sheet is full."""
        if self._row >= MOST_ROWS:
            return False
        self._row += 1
        for number, column in enumerate(self._columns):
            value = values.get(column.name)
            if number == 0 and link and self._links < MOST_LINKS:
                self._links += 1
                self._grid.write_url(self._row, 0, link, self._link, str(value))
            elif isinstance(value, int | float) and not isinstance(value, bool):
                self._grid.write_number(self._row, number, value, self._styles[number])
            else:
                self._grid.text(self._row, number, "" if value is None else str(value), self._styles[number])
        return True

    def finish(self) -> None:
        """Puts filters over everything written."""
        self._grid.autofilter(0, 0, max(self._row, 1), len(self._columns) - 1)


class _Table:
    def __init__(self, book: Book, grid: Grid, sheet: Sheet, signing: Signing | None) -> None:
        self.book, self.grid, self.sheet, self.signing = book, grid, sheet, signing
        self.columns = sheet.columns
        self.last = len(self.columns) - 1
        self.at = {column.name: number for number, column in enumerate(self.columns)}
        self.row = 0
        # Where each row ends on paper, in points from the top: places the last page break.
        self.heights: list[float] = []
        width = sum(column.width * 5.25 + 7.5 for column in self.columns) * 1.03
        self.scale = max(40, min(100, math.floor(PAGE_WIDTH / width * 100)))

    def write(self) -> None:
        self._page()
        self._letterhead()
        self._header()
        first = self.row
        count = 0
        for values in self.sheet.rows:
            self._values(values)
            count += 1
        if not count:
            self._line(self.book.say("recap.empty"), align="center", italic=True, border=1, height=20)
        elif self.sheet.totals is not None:
            self._totals(first, self.sheet.totals)
        table_end = self.row
        for note in self.sheet.notes:
            self._line(note, font_size=8.5, italic=True, font_color="#444444", height=12)
        if self.signing:
            self._signatures(self.signing)
        self._keep_together(max(table_end - 3, first + 1))
        self.grid.print_area(0, 0, self.row - 1, self.last)

    def _page(self) -> None:
        _print_setup(self.grid, self.scale)
        page = f"{self.book.say('recap.page')} &P {self.book.say('recap.of')} &N"
        self.grid.set_footer(f"&L&8{self.sheet.title.replace('&', '&&')}&R&8{page}")
        for number, column in enumerate(self.columns):
            self.grid.set_column(number, number, column.width)

    def _height(self, points: float) -> None:
        self.grid.set_row(self.row, points)
        self.heights.append(points)

    def _line(self, text: str, height: float = _LINE, **style: object) -> None:
        self._height(height)
        self.grid.span((self.row, 0), (self.row, self.last), text, self.book.style(**style))
        self.row += 1

    def _letterhead(self) -> None:
        head = self.book.letterhead
        self._line(head.pemerintah.upper(), 16, align="center", font_size=12)
        self._line(head.nama.upper(), 20, align="center", font_size=15, bold=True)
        self._line(head.alamat, 12, align="center", font_size=8.5)
        self._line(head.kontak, 14, align="center", font_size=8.5, bottom=6)
        self._line(self.sheet.title.upper(), 24, align="center", font_size=12, bold=True, valign="bottom")
        self._line(self.sheet.period, 16, align="center")
        self._line(self.sheet.source, 16, align="left", font_size=8.5, font_color="#444444", valign="bottom")

    def _header(self) -> None:
        style = self.book.style(bold=True, align="center", text_wrap=True, border=1, bg_color=_HEAD)
        top = self.row
        labels = ((g.label, sum(c.width for c in g.columns)) for g in self.sheet.groups if g.label)
        self._height(_LINE * max((math.ceil(len(label) * 1.15 / width) for label, width in labels), default=1) + 4)
        column = 0
        for group in self.sheet.groups:
            wide = len(group.columns)
            end = (top, column + wide - 1) if group.label else (top + 1, column)
            self.grid.span((top, column), end, group.label or group.columns[0].label, style)
            column += wide
        self.row += 1
        longest = max(math.ceil(len(c.label) / max(c.width - 1, 1)) for c in self.columns)
        self._height(_LINE * max(2, min(longest, 4)) + 2)
        column = 0
        for group in self.sheet.groups:
            for one in group.columns:
                self.grid.text(self.row, column, one.label if group.label else "", style)
                column += 1
        self.row += 1
        self._height(12)
        small = self.book.style(align="center", font_size=8, border=1, italic=True)
        for number in range(len(self.columns)):
            self.grid.text(self.row, number, f"({number + 1})", small)
        self.row += 1
        self.grid.freeze_panes(self.row, 0)
        self.grid.repeat_rows(top, self.row - 1)

    def _values(self, values: Mapping[str, object]) -> None:
        lines = 1
        for column in self.columns:
            if column.kind == "text":
                lines = max(lines, math.ceil(len(str(values.get(column.name) or "")) * 1.05 / max(column.width - 2, 1)))
        self._height(_LINE * min(lines, 12) + 3)
        for number, column in enumerate(self.columns):
            self._cell(number, column, values.get(column.name), self._formula(column.formula), bold=False)
        self.row += 1

    def _totals(self, first: int, totals: Mapping[str, object]) -> None:
        self._height(18)
        for number, column in enumerate(self.columns):
            if column.total == "sum":
                span = f"{xl_rowcol_to_cell(first, number)}:{xl_rowcol_to_cell(self.row - 1, number)}"
                formula = f"=SUM({span})"
            else:
                formula = self._formula(column.formula) if column.total == "formula" else ""
            value = totals.get(column.name)
            self._cell(number, column, value if value is not None else "", formula, bold=True)
        self.row += 1

    def _formula(self, template: str) -> str:
        cells = {name: f"{xl_col_to_name(number)}{self.row + 1}" for name, number in self.at.items()}
        return f"={template.format_map(cells)}" if template else ""

    def _cell(self, number: int, column: Column, value: object, formula: str, *, bold: bool) -> None:
        style = self._style(column.kind, bold)
        if formula:
            known = value if isinstance(value, int | float | str) else ""
            self.grid.write_formula(self.row, number, formula, style, known)
        elif value is None or value == "":
            # Nothing is never an empty cell: a reader cannot tell a gap from a zero.
            self.grid.text(self.row, number, "" if bold else "-", self._style("text" if bold else "none", bold))
        elif isinstance(value, date):
            self.grid.write_datetime(self.row, number, value, style)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.grid.write_number(self.row, number, value, style)
        else:
            self.grid.text(self.row, number, str(value), style)

    def _style(self, kind: str, bold: bool) -> Format:
        look: dict[str, object] = {"border": 1, "bold": bold, "valign": "vcenter"}
        if bold:
            look["bg_color"] = _HEAD
        formats: dict[str, dict[str, object]] = {
            "text": {"text_wrap": True, "num_format": "@", "indent": 1},
            "none": {"align": "center", "num_format": "@"},
            "number": {"num_format": '#,##0;-#,##0;"-"', "align": "right", "indent": 1},
            "decimal": {"num_format": "0.0", "align": "right", "indent": 1},
            "percent": {"num_format": "0.0%", "align": "right", "indent": 1},
            "day": {"num_format": "dd-mm-yyyy", "align": "center"},
        }
        return self.book.style(**look, **formats[kind])

    def _signatures(self, signing: Signing) -> None:
        half = max(1, (self.last + 1) // 2)
        head = signing.head
        left = [
            "",
            signing.acknowledged,
            f"{head.kapasitas} {head.jabatan}".strip() + ",",
            *[""] * 3,
            head.nama,
            head.pangkat,
            f"NIP {nip(head.nip)}" if head.nip else "",
        ]
        right = [
            "",
            signing.place_and_day,
            f"{signing.maker_post},",
            *[""] * 3,
            signing.maker,
            f"NIP {nip(signing.maker_nip)}" if signing.maker_nip else "",
            "",
        ]
        for line, (one, other) in enumerate(zip(left, right, strict=True)):
            self._height(_LINE)
            bold = line == 6
            style = self.book.style(align="center", bold=bold, underline=int(bold))
            self.grid.span((self.row, 0), (self.row, half - 1), one, style)
            self.grid.span((self.row, half), (self.row, self.last), other, style)
            self.row += 1

    def _keep_together(self, last_row: int) -> None:
        """Breaks the page so that the signatures never stand without the last rows of the table."""
        page = PAGE_HEIGHT * 100 / self.scale
        repeated = sum(self.heights[7:10])
        used, start = 0.0, 0
        for row, height in enumerate(self.heights):
            if used + height > page:
                used, start = repeated, row
            used += height
        if start > last_row:
            self.grid.set_h_pagebreaks([last_row])
