"""The rows of an XLSForm by what they are: kinds, names, paths, and the cell that holds a text or a rule."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from forms.findings import Place
from forms.workbook import Row, Sheet, Workbook, fold

CONTROL = re.compile(r"(begin|end)[ _](group|repeat|lgroup|loop|looped group)\b", re.IGNORECASE)
# What an author may call the column of a rule, by the name it has in this program.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "type": ("type", "command"),
        "name": ("name", "tag", "value"),
        "relevant": ("relevant", "relevance"),
        "calculation": ("calculation", "calculate"),
        "constraint": ("constraint",),
        "required": ("required",),
        "read_only": ("read_only", "readonly"),
        "choice_filter": ("choice_filter",),
        "repeat_count": ("repeat_count", "count", "jr:count"),
        "list_name": ("list_name",),
        "label": ("label", "caption"),
    }
)
_PREFIXES = ("media::", "bind::jr:")
_SPELLINGS = {
    "constraintmsg": "constraint_message",
    "constraining_message": "constraint_message",
    "requiredmsg": "required_message",
    "caption": "label",
}


def survey_sheet(workbook: Workbook) -> Sheet | None:
    """The survey sheet; a workbook with a single sheet needs no name for it."""
    found = workbook.sheet("survey")
    if found is None and len(workbook.sheets) == 1:
        return next(iter(workbook.sheets.values()))
    return found


def kind_of(row: Row) -> str:
    """The type cell of a survey row, lower case, single spaces."""
    return fold(row.text(*COLUMNS["type"]))


def name_of(row: Row) -> str:
    return row.text(*COLUMNS["name"])


def rows_by_path(workbook: Workbook | None) -> Mapping[str, Row]:
    """The survey rows by the path their question has in the form (`/group/name`); the first of two with one path."""
    survey = survey_sheet(workbook) if workbook else None
    found: dict[str, Row] = {}
    groups: list[str] = []
    for row in survey.rows if survey else ():
        control = CONTROL.match(kind_of(row))
        if control and control[1].lower() == "end":
            groups = groups[:-1]
            continue
        name = name_of(row)
        if name:
            found.setdefault("/".join(("", *groups, name)), row)
        if control:
            groups.append(name)
    return found


def choice_rows(workbook: Workbook | None) -> Mapping[tuple[str, str], Row]:
    """The rows of the choices sheet by list and name; the first of two alike."""
    sheet = workbook.sheet("choices") if workbook else None
    found: dict[tuple[str, str], Row] = {}
    for row in sheet.rows if sheet else ():
        found.setdefault((row.text(*COLUMNS["list_name"]), name_of(row)), row)
    return found


def place_of(row: Row | None, what: str, language: str = "") -> Place | None:
    """The cell of a row with a rule or a text in a language; `what` as in COLUMNS, or `label`, `hint`, `image` …"""
    if row is None:
        return None
    if language:
        header = text_column(row.headers, what, language)
        if header:
            return row.place(header)
    return row.place(*COLUMNS.get(what, (what,)))


def places_naming(workbook: Workbook, files: Iterable[str]) -> Mapping[str, Place]:
    """The first cell that names each of these files: as it is, or in a formula without its ending."""
    signs = {name: re.compile(rf"{re.escape(name)}|['\"]{re.escape(name.rpartition('.')[0])}['\"]") for name in files}
    found: dict[str, Place] = {}
    for sheet in filter(None, (survey_sheet(workbook), workbook.sheet("choices"), workbook.sheet("external_choices"))):
        for row in sheet.rows if signs.keys() - found.keys() else ():
            for _, cell in row.items():
                for name in signs.keys() - found.keys():
                    if signs[name].search(cell.text):
                        found[name] = cell.place
    return found


def text_column(headers: Iterable[str], what: str, language: str) -> str | None:
    """The heading of a text in a language: `label::English (en)`, `media::image::English (en)`, or plain `label`."""
    plain = None
    for header in headers:
        column = fold(header)
        for prefix in _PREFIXES:
            column = column.removeprefix(prefix)
        name, _, tongue = column.partition(":")
        name = name.strip().replace(" ", "_")
        if _SPELLINGS.get(name, name) != what:
            continue
        if tongue.lstrip(":").strip() == fold(language):
            return header
        if not tongue:
            plain = header
    return plain
