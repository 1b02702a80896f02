"""Reading typed cells of a workbook that describes rules: the SOP's and the office's.

Every cell that is not what its column promises becomes a finding with its place; reading goes on,
so that an author sees all mistakes at once.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from forms.findings import Finding, Level, Place
from forms.workbook import Row, Sheet, Workbook, fold, key

YES = frozenset({"yes", "ya", "true", "y", "1"})
NO = frozenset({"no", "tidak", "false", "n", "0"})

_LABEL = re.compile(r"(?:label|teks)\s*(?:::.*?\((\w+)\)|::\s*(\w+))?", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
EXCEL_FAULTS = frozenset({"#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!"})


def is_name(text: str) -> bool:
    """Whether a text is a code as `Cells.name` wants it."""
    return _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a sheet may have: name -> Indonesian aliases. `free`: other columns are data, not mistakes."""

    names: Mapping[str, tuple[str, ...]]
    free: bool = False

    def known(self, header: str) -> bool:
        wanted = key(header)
        return any(wanted == key(name) or wanted in map(key, also) for name, also in self.names.items())


@dataclass(slots=True)
class Reader:
    """Collects findings `<subject>.<what>` while sheets are read. `own`: every sheet name that has a meaning."""

    subject: str
    findings: list[Finding] = field(default_factory=list)
    own: frozenset[str] = frozenset()
    _missing: set[tuple[str, str]] = field(default_factory=set)

    def add(self, what: str, place: Place | None, level: Level = "error", **args: object) -> None:
        self.findings.append(Finding(f"{self.subject}.{what}", level, place, args))

    def rows(self, book: Workbook, names: tuple[str, ...], columns: Columns, *, needed: bool) -> "list[Cells]":
        """The rows of the sheet called one of `names`; a finding for a missing sheet or a column nobody reads."""
        sheet = book.sheet(*names)
        if sheet is None:
            if needed:
                strange = [name for name in book.sheets if key(name) not in self.own]
                near = [name for name in strange if get_close_matches(key(name), [*map(key, names)], 1, 0.7)]
                self.add("missing_sheet", None, sheet=names[0], nearest=near[0] if near else "")
            return []
        if sheet.headers and not any(map(columns.known, sheet.headers)):
            place = Place(sheet.name, sheet.header_row, None, f"A{sheet.header_row}")
            self.add("no_headings", place, columns=", ".join(list(columns.names)[:4]))
            return []
        self._headers(sheet, columns)
        self._formulas(sheet, columns)
        return [Cells(row, columns, self) for row in sheet.rows if any(not h.startswith("#") for h, _ in row.items())]

    def _formulas(self, sheet: Sheet, columns: Columns) -> None:
        """Cells that Excel works out: without a result, or with a fault instead of one, they would be read wrongly."""
        read = {
            letter: header
            for header, letter in sheet.headers.items()
            if not header.startswith("#") and (columns.free or columns.known(header) or _LABEL.fullmatch(header))
        }
        for address in sheet.unworked:
            letter = address.rstrip("0123456789")
            if letter in read and int(address[len(letter) :]) > sheet.header_row:
                row = int(address[len(letter) :])
                self.add("formula", Place(sheet.name, row, read[letter], address), column=read[letter])
        for row_ in sheet.rows:
            for header, cell in row_.items():
                if cell.text in EXCEL_FAULTS and header in read.values():
                    self.add("excel_fault", cell.place, column=header, value=cell.text)

    def missing_column(self, row: "Cells", column: str) -> None:
        """Once for the sheet: a column no row can be read without is not there."""
        sheet = row.row.sheet
        if (sheet, column) in self._missing:
            return
        self._missing.add((sheet, column))
        unread = [
            (str(finding.args["column"]), finding.place)
            for finding in self.findings
            if finding.code.endswith(".unknown_column") and finding.place and finding.place.sheet == sheet
        ]
        meant = unread[0] if len(unread) == 1 else ("", None)
        place = meant[1] or Place(sheet, row.row.header_row, column, f"A{row.row.header_row}")
        self.add("missing_column", place, column=column, nearest=meant[0])

    def _headers(self, sheet: Sheet, columns: Columns) -> None:
        seen: set[str] = set()
        for header, letter in sheet.headers.items():
            place = Place(sheet.name, sheet.header_row, header, f"{letter}{sheet.header_row}", header)
            if header.startswith("#"):
                continue
            if key(header) in seen:
                self.add("same_column", place, column=header)
            seen.add(key(header))
            if columns.free or columns.known(header) or _LABEL.fullmatch(header.strip()):
                continue
            near = get_close_matches(key(header), list(columns.names), 1, 0.7)
            self.add("unknown_column", place, "warning", column=header, nearest=near[0] if near else "")

    def unique(self, items: Iterable[object]) -> None:
        """A finding for every name written twice; items have `name` and `row`."""
        seen: dict[str, Cells] = {}
        for item in items:
            name, row = item.name, item.row  # type: ignore[attr-defined]
            if name in seen:
                self.add("same_name", row.place("name"), name=name, first=seen[name].place("name").address)
            seen.setdefault(name, row)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row, read by the names of `columns`; what is wrong goes to the reader's findings."""

    row: Row
    columns: Columns
    reader: Reader = field(repr=False, compare=False)

    def place(self, column: str) -> Place:
        return self.row.place(column, *self.columns.names.get(column, ()))

    def text(self, column: str) -> str:
        return self.row.text(column, *self.columns.names.get(column, ()))

    def words(self, column: str) -> tuple[str, ...]:
        """Names separated by spaces or commas."""
        return tuple(self.text(column).replace(",", " ").split())

    def wrong(self, what: str, column: str, level: Level = "error", **args: object) -> None:
        self.reader.add(what, self.place(column), level, column=column, value=self.text(column), **args)

    def needed(self, column: str) -> str:
        if not self.text(column):
            place = self.place(column)
            around = self.row.merged.get(place.cell or "")
            if place.cell is None:
                self.reader.missing_column(self, column)
            elif around:
                self.wrong("missing_value", column, problem="merged", range=around)
            else:
                self.wrong("missing_value", column)
        return self.text(column)

    def name(self, column: str = "name") -> str:
        """A code: letters, digits, `_`, `.` and `-`, beginning with a letter."""
        text = self.needed(column)
        if text and not is_name(text):
            self.wrong("bad_name", column)
        return text

    def yes(self, column: str, default: bool = False) -> bool:
        text = self.text(column).casefold()
        if text and text not in YES | NO:
            self.wrong("bad_yes_no", column)
        return text in YES if text else default

    def one_of(self, column: str, options: Mapping[str, tuple[str, ...]], default: str) -> str:
        """One of the names of `options` (name -> aliases); `default` when blank or wrong."""
        text = self.text(column).casefold()
        if not text:
            return default
        for name, also in options.items():
            if text == name.casefold() or text in (word.casefold() for word in also):
                return name
        near = get_close_matches(text, list(options), 1, 0.6)
        self.wrong("bad_option", column, options=", ".join(options), nearest=near[0] if near else "")
        return default

    def whole(self, column: str, most: int = 100_000) -> int | None:
        text = self.text(column)
        if not text:
            return None
        if not re.fullmatch(r"\d{1,9}(\.0)?", text) or int(float(text)) > most:
            self.wrong("bad_number", column, most=most)
            return None
        return int(float(text))

    def day(self, column: str) -> date | None:
        text = self.text(column)
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10] if "T" in text else text)
        except ValueError:
            self.wrong("bad_day", column)
            return None

    def labels(self) -> dict[str, str]:
        """The `label` columns by language code; a plain `label` counts as Indonesian."""
        found: dict[str, str] = {}
        for header, cell in self.row.items():
            language = label_language(header)
            if language:
                found.setdefault(language, cell.text)
        return found


def label_language(header: str) -> str | None:
    """The language of a `label` column (`label::English (en)` → `en`, plain `label` → `id`); None for others."""
    match = _LABEL.fullmatch(header.strip())
    return (match[1] or match[2] or "id").lower()[:2] if match else None


def content(book: Workbook, sheets: Mapping[str, tuple[str, ...]]) -> str:
    """A hash of what a workbook says: the named sheets' cells under headers, in row order.

    Formatting, blank rows, remarks (`#`), the order of columns and sheets of other names do not count.
    """
    said: dict[str, list[list[tuple[str, str]]]] = {}
    for name, also in sheets.items():
        sheet = book.sheet(name, *also)
        if sheet is not None:
            rows = ([(fold(h), cell.text) for h, cell in row.items() if not h.startswith("#")] for row in sheet.rows)
            said[name] = [sorted(row) for row in rows if row]
    said = {name: rows for name, rows in said.items() if rows}  # a sheet without rows says as much as no sheet
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
