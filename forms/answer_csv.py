"""The answers of a form as CSV files in ODK Central's layout: one for the form, one per repeat.

Cells are the raw text of the XML. Text that a spreadsheet would run as a formula gets an apostrophe in front
(`guard`); numbers and places never do.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat

from forms.answer_tables import ROOT, About, Layout, Node, Table, walk
from forms.geo import PARTS
from forms.schema import Field

SYSTEM = (
    "KEY",
    "SubmitterID",
    "SubmitterName",
    "AttachmentsPresent",
    "AttachmentsExpected",
    "Status",
    "ReviewState",
    "DeviceID",
    "Edits",
    "FormVersion",
)
SUBMITTED = "SubmissionDate"

_RISKY = "=+-@\t\r"
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
# Numbers and places: one number, or several apart by blanks and semicolons.
_HARMLESS = re.compile(rf"{_NUMBER}(?:[\s;]+{_NUMBER})*[\s;]*")
# Such a beginning among cells joined by NUL: one search a row costs less than a look at each cell.
_RISK_IN_ROW = re.compile(f"\0[{re.escape(_RISKY)}]")
_UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f/\\:*?"<>|\x7f]')

Lists = Mapping[str, Mapping[str, str]]
"""Labels of choices that come from files: {the field's choice_list: {value: label}}."""

Cells = Callable[[str], Iterable[str]]
"""The cells made of an answer's text."""


@dataclass(frozen=True, slots=True)
class Options:
    """`group_paths`: groups in front of column names; `split`: a 0/1 column per known choice of a select_multiple;
    `labels`: choices by their label in this language, None for their codes; `guard`: no cell is a formula."""

    group_paths: bool = True
    split: bool = False
    labels: str | None = None
    guard: bool = True
    lists: Lists = field(default_factory=dict)


def guarded(text: str) -> str:
    """The text with an apostrophe in front when a spreadsheet would take it for a formula."""
    return f"'{text}" if text[:1] in _RISKY and text and not _HARMLESS.fullmatch(text) else text


def file_name(text: str) -> str:
    """A name from outside as the name of a file in an archive: no path, nothing a file system refuses."""
    name = _UNSAFE_IN_NAMES.sub("_", text).rstrip(". ")
    return name if name.strip(".") else "_"


@dataclass(frozen=True, slots=True)
class Column:
    """A question's columns: their headers and how their cells are made of the row's texts."""

    headers: tuple[str, ...]
    path: str
    cells: Cells | None = None  # None: the text itself


class Sheet:
    """One CSV file: its name, its header row, and the cells of a row."""

    def __init__(self, name: str, table: Table, options: Options) -> None:
        self.name = name
        self.table = table
        reserved = (SUBMITTED, *SYSTEM) if table.path == ROOT else ("PARENT_KEY", "KEY")
        columns = _named_apart([_column(item, table, options) for item in table.answers], frozenset(reserved))
        answers = [header for column in columns for header in column.headers]
        self.header = [SUBMITTED, *answers, *SYSTEM] if table.path == ROOT else [*answers, "PARENT_KEY", "KEY"]
        # Where each column's text comes from, and which columns are made of it in another way.
        self._paths: list[str] = []
        self._made: list[tuple[str, slice, Cells]] = []
        for column in columns:
            if column.cells is not None:
                begin = len(self._paths)
                self._made.append((column.path, slice(begin, begin + len(column.headers)), column.cells))
            self._paths += [column.path] * len(column.headers)

    def answers(self, node: Node) -> list[str]:
        """The cells of the questions; absent answers are blank."""
        values = node.values
        cells = list(map(values.get, self._paths, repeat("")))
        for path, place, made in self._made:
            cells[place] = made(values.get(path, ""))
        return cells

    @property
    def blank(self) -> list[str]:
        """The cells of a submission whose answers cannot be read."""
        return [""] * len(self._paths)


def _column(item: Field, table: Table, options: Options) -> Column:
    path = item.path
    below = path[len(table.path) + 1 :]
    header = below.replace("/", "-") if options.group_paths else item.name
    if item.type == "geopoint":
        return Column(tuple(f"{header}-{part}" for part in PARTS), path, _geopoint)
    chosen = item.type in ("select", "select_multiple", "rank")
    labels = _labels(item, options) if chosen and options.labels is not None else None
    if item.select_multiple and options.split:
        names = dict.fromkeys((*(name for name, _ in item.choices), *options.lists.get(item.choice_list or "", ())))
        split = tuple(f"{header}/{name}" for name in names)
        return Column((header, *split), path, _split(tuple(names), labels))
    return Column((header,), path, _labelled(labels, item.type) if labels else None)


def _geopoint(text: str) -> Iterable[str]:
    return (*text.split()[:4], "", "", "", "")[:4]


def _split(names: tuple[str, ...], labels: Mapping[str, str] | None) -> Cells:
    def cells(text: str) -> Iterable[str]:
        chosen = text.split()
        yield _told(chosen, labels) if labels else text
        yield from ("1" if name in chosen else "0" for name in names)

    return cells


def _labelled(labels: Mapping[str, str], kind: str) -> Cells:
    def cells(text: str) -> Iterable[str]:
        return (_told([text] if kind == "select" else text.split(), labels),)

    return cells


def _told(chosen: list[str], labels: Mapping[str, str]) -> str:
    return "; ".join(labels.get(name, name) for name in chosen)


def _labels(item: Field, options: Options) -> Mapping[str, str]:
    own = {name: item.choice_label(name, options.labels) for name, _ in item.choices}
    return {**options.lists.get(item.choice_list or "", {}), **own}


def _named_apart(columns: Iterable[Column], reserved: frozenset[str]) -> list[Column]:
    """The columns with no header twice: who comes later gets `~1`, `~2`, … (as files of equal repeats do)."""
    taken = set(reserved)
    apart = []
    for column in columns:
        headers = []
        for header in column.headers:
            headers.append(_free(header, taken))
            taken.add(headers[-1])
        apart.append(Column(tuple(headers), column.path, column.cells))
    return apart


def _free(name: str, taken: set[str]) -> str:
    number, free = 0, name
    while free in taken:
        number += 1
        free = f"{name}~{number}"
    return free


class Book:
    """All CSV files of a form: `sheets`, the form's own first."""

    def __init__(self, form_id: str, layout: Layout, options: Options) -> None:
        self._layout = layout
        self._guard = options.guard
        stem, taken, sheets = file_name(form_id), set[str](), []
        for table in layout.tables.values():
            name = _free(f"{stem}-{table.path.rpartition('/')[2]}" if table.path else stem, taken)
            taken.add(name)
            sheets.append(Sheet(f"{name}.csv", table, options))
        self.sheets = tuple(sheets)
        self._numbers = {sheet.table.path: number for number, sheet in enumerate(self.sheets)}

    def rows(self, about: About, node: Node | None) -> Iterator[tuple[int, list[str]]]:
        """The rows of one submission with the number of their sheet; `node` None: its answers cannot be read."""
        if node is None:
            yield 0, self._safe(self._root_row(about, self.sheets[0].blank))
            return
        for table, row, key, parent in walk(self._layout, node, about.instance_id):
            number = self._numbers[table.path]
            answers = self.sheets[number].answers(row)
            yield number, self._safe([*answers, parent, key] if number else self._root_row(about, answers))

    def root_row(self, about: About, node: Node | None) -> list[str]:
        """The row of the form's own sheet."""
        sheet = self.sheets[0]
        return self._safe(self._root_row(about, sheet.answers(node) if node else sheet.blank))

    def _safe(self, cells: list[str]) -> list[str]:
        if self._guard and _RISK_IN_ROW.search("\0" + "\0".join(cells)):
            return [guarded(cell) if cell and cell[0] in _RISKY else cell for cell in cells]
        return cells

    @staticmethod
    def _root_row(about: About, answers: list[str]) -> list[str]:
        return [
            about.submitted_at,
            *answers,
            about.instance_id,
            str(about.submitter_id or ""),
            about.submitter_name or "",
            str(about.attachments_present),
            str(about.attachments_expected),
            about.status or "",
            about.review_state or "",
            about.device_id or "",
            str(about.edits),
            about.form_version,
        ]
