"""Rules and defaults that a phone takes without a word and never keeps: checked on the workbook.

Each was tried on JavaRosa: the form opens, ODK Validate is content, and the rule does nothing (tests/core).
"""

import re
from collections.abc import Iterator, Mapping

from forms import date_cells
from forms.findings import Finding
from forms.survey import COLUMNS, kind_of, name_of, survey_sheet
from forms.workbook import Cell, Row, Sheet, Workbook, fold

# What pyxform turns into true() and false().
YES_NO = frozenset(("yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE"))
_RULES = ("relevant", "constraint", "required", "read_only", "calculation", "repeat_count")
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_APART = re.compile(r"'[^']*'|\"[^\"]*\"|\$\{[^}]*\}")
_NAME = re.compile(r"(?<![\w.\-/$@:])[A-Za-z_][\w.-]*(?!\s*[(:\w/-])")
_OPERATORS = frozenset(("and", "or", "div", "mod"))
_SELECT = re.compile(r"(select_one|select_multiple|select one|select multiple|rank)\s+([^\s.$]+)$")
_REGEX = re.compile(r"regex\(\s*[^,]+,\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)")
_JAVA_ONLY = re.compile(r"\\[pP]\{\w+\}|\\[QEGzZhvVRX]")
_DEFAULTS: Mapping[str, re.Pattern[str]] = {
    "integer": re.compile(r"[+-]?\d{1,10}"),
    "int": re.compile(r"[+-]?\d{1,10}"),
    "decimal": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    "time": re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?"),
    "geopoint": re.compile(r"-?\d+(\.\d+)?[ ,]-?\d+(\.\d+)?([ ,]-?\d+(\.\d+)?){0,2}"),
}


def check(workbook: Workbook) -> Iterator[Finding]:
    """Warnings for rules that name nothing, filters over columns there are not, patterns and defaults a phone cannot
    read. Codes `xlsform.*`."""
    survey = survey_sheet(workbook)
    if survey is None:
        return
    names = frozenset(filter(None, map(name_of, survey.rows)))
    choices = workbook.sheet("choices")
    lists = _lists(choices)
    for row in survey.rows:
        for column in _RULES:
            cell = row.cell(*COLUMNS[column])
            if cell is not None:
                yield from _rule(cell, column, names)
        yield from _filter(row, choices)
        yield from _default(row, lists)


def _lists(choices: Sheet | None) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in choices.rows if choices else ():
        found.setdefault(row.text(*COLUMNS["list_name"]), set()).add(name_of(row))
    return {name: frozenset(values) for name, values in found.items()}


def _rule(cell: Cell, column: str, names: frozenset[str]) -> Iterator[Finding]:
    """A bare word is the way to a node inside the question itself, where there is none: the rule is always empty."""
    text = cell.text
    if _WORD.fullmatch(text) and text not in YES_NO:
        code = "bare_name" if text in names else "bare_word"
        if code == "bare_name" or column != "calculation":
            yield Finding(f"xlsform.{code}", "warning", cell.place, {"name": text, "column": column})
        return
    for name in dict.fromkeys(_NAME.findall(_outside(text))):
        if name in names and name not in _OPERATORS:
            yield Finding("xlsform.bare_name", "warning", cell.place, {"name": name, "column": column})
    for single, double in _REGEX.findall(text):
        pattern = _JAVA_ONLY.sub("x", single or double)
        try:
            re.compile(pattern)
        except re.error as error:
            args = {"pattern": single or double, "reason": error.msg}
            yield Finding("xlsform.bad_regex", "warning", cell.place, args)


def _outside(text: str) -> str:
    """A rule without its texts, references and what stands in brackets, where bare names are columns of a list."""
    bare = _APART.sub(" ", text)
    while "[" in bare:
        shorter = re.sub(r"\[[^\[\]]*\]", "", bare)
        if shorter == bare:
            return shorter.partition("[")[0]
        bare = shorter
    return bare


def _filter(row: Row, choices: Sheet | None) -> Iterator[Finding]:
    """A filter that reads a column the choices have not offers nothing at all."""
    cell = row.cell(*COLUMNS["choice_filter"])
    if cell is None or choices is None or not _SELECT.match(row.text(*COLUMNS["type"])):
        return
    known = {fold(header).replace(" ", "_") for header in choices.headers} | {"name", "label", "list_name", "value"}
    for column in dict.fromkeys(_NAME.findall(_outside(cell.text))):
        if column not in _OPERATORS and column.casefold() not in known:
            columns = ", ".join(header for header in choices.headers if "::" not in header)
            yield Finding("xlsform.filter_column", "warning", cell.place, {"name": column, "columns": columns})


def _default(row: Row, lists: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """A default of another type is dropped; one that is no choice is sent although nobody could choose it."""
    cell = row.cell("default")
    if cell is None or re.search(r"[($]|instance|\s[-+*]\s|\bdiv\b", cell.text):
        return
    kind = kind_of(row)
    pattern = _DEFAULTS.get(kind)
    number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    date_read = kind in date_cells.KINDS and not cell.is_text  # told by date_cells
    if pattern is not None and not number and not date_read and not pattern.fullmatch(cell.text):
        yield Finding("xlsform.default_type", "warning", cell.place, {"default": cell.text, "type": kind})
    chosen = _SELECT.match(row.text(*COLUMNS["type"]))
    if chosen and chosen[2] in lists:
        values = [cell.text] if "one" in chosen[1] else cell.text.split()
        for value in values:
            if value not in lists[chosen[2]]:
                args = {"default": value, "list": chosen[2]}
                yield Finding("xlsform.default_choice", "warning", cell.place, args)
