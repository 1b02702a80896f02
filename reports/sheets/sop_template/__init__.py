"""The SOP workbook an admin starts from: every sheet and column, explained, with drop-downs over what is typed.

Explanations stand where the reader never looks: notes on the headings, hints on the cells, and a sheet of their
own. The lists of the drop-downs grow with the rows of the sheets they name.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from forms import workbook as reading
from forms.sop import SHEETS
from forms.tables import label_language
from reports.sheets.sop_template.columns import ENDS, LABELS, ColumnUse, choices, columns, explained

GUIDE = "petunjuk"
LISTS = "daftar"
# How far below the last row the drop-downs reach.
SPARE_ROWS = 500
_MOST_HINT, _MOST_INLINE = 255, 250
_BRAND, _QUIET, _LINE = "#0B5C63", "#50606A", "#D9E0E2"

Rows = Sequence[Mapping[str, str]]


@cache
def _package_data() -> dict[str, dict[str, list[dict[str, str]]]]:
    return tomllib.loads(files(__package__).joinpath("example.toml").read_text("utf-8"))


def example(part: str, sop_id: str, office: str = "") -> dict[str, list[dict[str, str]]]:
    """The example's sheets by name: part `sop`, `intake` or `follow_up`, for an SOP and office of these codes."""

    def filled(text: str) -> str:
        return text.replace("@sop@", sop_id).replace("@office@", office)

    def row(cells: Mapping[str, str]) -> dict[str, str]:
        return {LABELS.get(name, name): filled(text) for name, text in cells.items()}

    return {sheet: [row(cells) for cells in rows] for sheet, rows in _package_data()[part].items()}


def sop_template(rows: Mapping[str, Rows], words: Mapping[str, str]) -> bytes:
    """An SOP workbook with these rows (by sheet, then heading) in the template's form.

    Headings of rows that no column has (`#` remarks, fields of `tests`, other languages) follow the known ones.
    words: the catalogue's `sop_book.*` in one language.
    """
    return _Template(rows, words).write()


def refilled(packed: bytes) -> bytes:
    """An uploaded workbook in the template's form; runs in a child. `packed`: a JSON line (words), then the workbook.

    A workbook that has that form already comes back as it is.
    """
    head, _, data = packed.partition(b"\n")
    book = reading.read(data)
    if book.sheet(GUIDE) and book.sheet(LISTS):
        return data
    return sop_template(rows_of(book), json.loads(head))


def rows_of(book: reading.Workbook) -> dict[str, list[dict[str, str]]]:
    """The rows of an SOP workbook under the template's headings; headings and sheets it does not know (letters) stay
    as written."""
    found: dict[str, list[dict[str, str]]] = {}
    for name, also in SHEETS.items():
        sheet = book.sheet(name, *also)
        if sheet is not None:
            heads = {head: _plain(name, head) for head in sheet.headers}
            found[name] = [{heads[head]: cell.text for head, cell in row.items()} for row in sheet.rows]
    own = {reading.fold(name) for known, also in SHEETS.items() for name in (known, *also)}
    for name, sheet in book.sheets.items():
        if reading.fold(name) not in own:
            found[name] = [{head: cell.text for head, cell in row.items()} for row in sheet.rows]
    return found


def _plain(sheet: str, header: str) -> str:
    wanted = reading.fold(header)
    for column in columns(sheet):
        if wanted in map(reading.fold, (column.name, *column.aliases)):
            return column.name
    language = label_language(header)
    return LABELS.get(language or "", header)


class _Template:
    def __init__(self, rows: Mapping[str, Rows], words: Mapping[str, str]) -> None:
        self._rows, self._words = rows, words
        self._file = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": "Arial", "font_size": 10},
        }
        self._book = Workbook(self._file, options)
        self._text = self._style(num_format="@", valign="top", text_wrap=True)
        self._needed = self._head(_BRAND)
        self._optional = self._head(_QUIET)

    def _style(self, **properties: object) -> Format:
        return self._book.add_format({"font_name": "Arial", "font_size": 10, **properties})

    def _head(self, colour: str) -> Format:
        look = {"bold": True, "font_color": "#FFFFFF", "bg_color": colour, "border": 1, "border_color": _LINE}
        return self._style(num_format="@", valign="vcenter", text_wrap=True, **look)

    def write(self) -> bytes:
        self._guide()
        for name in SHEETS:
            self._sheet(name, self._book.add_worksheet(name))
        for name in (name for name in self._rows if name not in SHEETS):
            self._other(self._book.add_worksheet(name), self._rows[name])
        self._lists()
        self._book.get_worksheet_by_name("settings").activate()
        self._book.close()
        return self._file.getvalue()

    def _say(self, key: str) -> str:
        return self._words[f"sop_book.{key}"]

    def _guide(self) -> None:
        page = self._book.add_worksheet(GUIDE)
        page.hide_gridlines(2)
        title = self._style(bold=True, font_size=14, font_color=_BRAND)
        wrapped = self._style(text_wrap=True, valign="top")
        for number, width in enumerate((14, 24, 22, 8, 70, 44)):
            page.set_column(number, number, width)
        page.write_string(0, 0, self._say("title"), title)
        row = 1
        for key in ("lead", "colour", "names", "remarks", "lists", "language", "expressions", "letters"):
            page.merge_range(row, 0, row, 5, self._say(key), wrapped)
            page.set_row(row, 30)
            row += 1
        row += 1
        for number, key in enumerate(("sheet", "name", "alias", "needed", "text", "options")):
            page.write_string(row, number, self._say(f"column_{key}"), self._needed)
        page.freeze_panes(row + 1, 2)
        strong = self._style(bold=True, bg_color="#E7EEEE", valign="top", text_wrap=True)
        for sheet, also in SHEETS.items():
            row += 1
            line = (sheet, "", ", ".join(also), "", self._say(f"sheet.{sheet}"), "")
            for number, text in enumerate(line):
                page.write_string(row, number, text, strong)
            for column in columns(sheet):
                row += 1
                needed = self._say("needed") if column.needed else ""
                told = explained(column, self._words), choices(column, self._words)
                line = (sheet, column.name, ", ".join(column.aliases), needed, *told)
                for number, text in enumerate(line):
                    page.write_string(row, number, text, wrapped)
            if sheet == "tests":
                row += 1
                page.write_string(row, 4, self._say("free"), wrapped)

    def _sheet(self, name: str, page: Worksheet) -> None:
        known = columns(name)
        rows = self._rows.get(name, ())
        titles = [column.name for column in known]
        more = list(dict.fromkeys(head for row in rows for head in row if head not in titles))
        for number, column in enumerate(known):
            page.write_string(0, number, column.name, self._needed if column.needed else self._optional)
            page.set_column(number, number, column.width, self._text)
            self._explain(page, number, column)
        for number, head in enumerate(more, len(known)):
            page.write_string(0, number, head, self._optional)
            page.set_column(number, number, 18, self._text)
        places = {head: number for number, head in enumerate([*titles, *more])}
        for row, cells in enumerate(rows, 1):
            for head, text in cells.items():
                page.write_string(row, places[head], text, self._text)
        page.set_row(0, 30)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(rows), 1), len(places) - 1)

    def _other(self, page: Worksheet, rows: Rows) -> None:
        """A sheet of the author's own, such as a letter."""
        titles = list(dict.fromkeys(head for row in rows for head in row))
        for number, head in enumerate(titles):
            page.write_string(0, number, head, self._optional)
            page.set_column(number, number, 70 if head in ("text", "teks") else 24, self._text)
            for row, cells in enumerate(rows, 1):
                if head in cells:
                    page.write_string(row, number, cells[head], self._text)
        page.freeze_panes(1, 0)

    def _explain(self, page: Worksheet, number: int, column: ColumnUse) -> None:
        told = explained(column, self._words)
        offered = choices(column, self._words)
        note = f"{told}\n{self._say('options')}: {offered}" if offered else told
        size = {"x_scale": 2.2, "y_scale": max(0.8, len(note) / 160), "author": "Alur petunjuk"}
        page.write_comment(0, number, note, {**size, "font_name": "Arial", "font_size": 9})
        how: dict[str, object] = {
            "validate": "any",
            "input_title": column.name[:32],
            "input_message": told if len(told) <= _MOST_HINT else told[: _MOST_HINT - 1] + "…",
        }
        source = self._source(column)
        if source:
            # A warning, not a ban: Indonesian words and several names are allowed too.
            how |= {"validate": "list", "source": source, "error_type": "warning"}
        last = 1 if column.sheet == "settings" else len(self._rows.get(column.sheet, ())) + SPARE_ROWS
        page.data_validation(1, number, last, number, how)

    def _source(self, column: ColumnUse) -> str | list[str] | None:
        if column.ends:
            return _spans(0)
        if column.refers:
            return _spans(_LISTED.index(column.refers) + 1)
        return list(column.options) if column.options and len(",".join(column.options)) <= _MOST_INLINE else None

    def _lists(self) -> None:
        """The lists drop-downs offer: the ends and steps in column A, then the names of each sheet others refer to.

        Row 1 counts, row 2 names the sheet; formulas carry what they give, for readers that do not calculate.
        """
        page = self._book.add_worksheet(LISTS)
        page.hide()
        steps = [row.get("name", "") for row in self._rows.get("steps", ())]
        self._list(page, 0, "steps", steps, ENDS)
        for number, sheet in enumerate(_LISTED, 1):
            first = columns(sheet)[0].name
            self._list(page, number, sheet, [row.get(first, "") for row in self._rows.get(sheet, ())], ())

    def _list(self, page: Worksheet, number: int, sheet: str, names: Sequence[str], first: Iterable[str]) -> None:
        fixed = list(first)
        last = len(names) + SPARE_ROWS
        span = f"{sheet}!$A$2:$A${last + 1}"
        count = f'=SUMPRODUCT(MAX(({span}<>"")*(ROW({span})-1)))+{len(fixed)}'
        page.write_formula(0, number, count, None, len(names) + len(fixed))
        page.write_string(1, number, sheet)
        for row, text in enumerate(fixed, 2):
            page.write_string(row, number, text)
        for row in range(last):
            value = names[row] if row < len(names) else ""
            cell = f"{sheet}!$A${row + 2}"
            page.write_formula(2 + len(fixed) + row, number, f'=IF({cell}="","",{cell})', None, value)


_LISTED = ("roles", "forms", "steps", "documents")


def _spans(number: int) -> str:
    """The filled part of a column of the list sheet. OFFSET, because Excel allows no range made by INDEX here."""
    letter = xl_col_to_name(number)
    return f"=OFFSET({LISTS}!${letter}$3,0,0,MAX(1,{LISTS}!${letter}$1),1)"
