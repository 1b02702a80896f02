"""What pyxform complains about, as findings with a code and a cell.

pyxform tells of its first error only, mostly as ready English text; row, sheet, column and the names
in it are read back out of the text and looked up in the workbook.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from forms.findings import Finding, Level, Place
from forms.survey import kind_of
from forms.workbook import Row, Sheet, Workbook, fold

_ROW = re.compile(r"\[row : (\d+)\]")
_SHEET = re.compile(r"[Oo]n the '(\w+)' sheet|for sheet: '(\w+)'")
_COLUMN = re.compile(r"the '([^']+)' (?:value|column)")

# One line per complaint: text to look for, code, column to point at when the text names none.
_ERRORS: tuple[tuple[str, str, str], ...] = (
    (r"must have a sheet named 'survey'", "no_survey", ""),
    (r"List name not in (?:external )?(?:choices|columns) sheet: (?P<list>\S+)", "missing_list", "type"),
    (r"There should be an? (?:external_)?choices sheet", "no_choices_sheet", ""),
    (r"Unknown question type '(?P<type>[^']*)'", "unknown_type", "type"),
    (r"Unmatched 'end_(?P<type>\w+)'", "unmatched_end", "type"),
    (r"Unmatched 'begin_(?P<type>\w+)'", "unmatched_begin", "type"),
    (r"'name' value '(?P<name>[^']*)' is invalid\. Questions, groups", "duplicate_name", "name"),
    (r"'name' value '(?P<name>[^']*)' is invalid\. Repeat names must unique", "duplicate_repeat", "name"),
    (r"'name' value '(?P<name>[^']*)' is invalid\. Repeat names must not", "reserved_name", "name"),
    (r"'name' value '(?P<name>meta)' is invalid", "reserved_name", "name"),
    (r"Choices must have a name", "choice_no_name", "name"),
    (r"Choice names must be unique", "duplicate_choice", "name"),
    (r"Choice names with spaces.*\[(?P<choice>[^\]]*)\] in \[(?P<list>[^\]]*)\]", "choice_with_space", "name"),
    (r"'(?P<name>[^']*)' value is invalid\. Names must begin with a letter", "bad_name", "name"),
    (r"[Cc]ould not find the name '(?P<name>[^']*)'", "unknown_reference", ""),
    (r"There is no survey element named '(?P<name>[^']*)'", "unknown_reference", ""),
    (r"The name '(?P<name>[^']*)' appears more than once", "ambiguous_reference", ""),
    (r"There are multiple survey elements named '(?P<name>[^']*)'", "ambiguous_reference", ""),
    (r"Reference variable", "bad_reference", ""),
    (r"Question with no type", "no_type", "type"),
    (r"Question or group with no name", "no_name", "name"),
    (r"Missing calculation", "no_calculation", "calculation"),
    (r"survey element named '(?P<name>[^']*)' has no label or hint", "no_label", "label"),
    (r"add an entities sheet and declare", "saveto_without_entity", "save_to"),
    (r"save_to property '(?P<property>[^']*)' is already assigned", "duplicate_saveto", "save_to"),
    (r"Groups and repeats can't be saved", "saveto_on_group", "save_to"),
    (r"list name '(?P<list>[^']*)' was not found on the entities sheet", "saveto_unknown_list", "save_to"),
    (r"list name '(?P<list>[^']*)' does not have a label", "entity_no_label", "label"),
    (r"list name '(?P<list>[^']*)' does not have an 'update_if'", "entity_no_update_if", "update_if"),
    (r"list name '(?P<list>[^']*)' does not have an 'entity_id'", "entity_no_id", "entity_id"),
    (r"'save_to' names must be prefixed|at most one '#'", "saveto_no_list", "save_to"),
    (
        r"must not be 'name' or 'label'|must not begin with two underscores|must not contain a period",
        "bad_property",
        "",
    ),
    (r"'list_name' column must not have any duplicate|Entity lists must have a name", "entity_list_name", "list_name"),
    (r"entity declaration is invalid|has a reference in container scope", "entity_scope", ""),
    (r"Duplicate column header: (?P<header>.+)", "duplicate_header", ""),
    (r"different names for the same column were found: (?P<header>.+?)\. Rename", "duplicate_header", ""),
    (r"required column headers were not found: (?P<headers>.+?)\. ", "missing_header", ""),
    (r"Invalid headers provided", "no_header", ""),
    (r"column\(s\) are not supported.*?: (?P<headers>.+?)\. Please", "entities_header", ""),
    (r"For 'background-geopoint' questions, the 'trigger' column must not be empty", "no_trigger", "trigger"),
    (r"For 'background-geopoint' questions, the 'calculation' column", "place_calculated", "calculation"),
    (r"should end with one of the supported file extensions", "file_ending", "type"),
    (r"Audits must always be named", "audit_name", "name"),
    (r"same instance id .* Instance name: '(?P<list>[^']+)'", "same_instance", "type"),
    (r"Question '(?P<name>[^']+)' uses 'search\(\)'.* list name '(?P<list>[^']+)'", "search_list", "type"),
    (r"list names don't match: (?P<list>\S+) vs\. (?P<other>\S+)", "table_list", "type"),
    (r"Choice filter not supported with or_other", "or_other_filter", "choice_filter"),
    (r"Choice filter not supported for table-list", "or_other_filter", "choice_filter"),
    (r"Media type: (?P<header>\S+) not supported", "media_column", ""),
    (r"Parameters? .*|'parameters' value is invalid", "bad_parameter", "parameters"),
    (r"Invalid value for quality", "bad_parameter", "parameters"),
    (
        r"^(?P<parameter>[a-z-]+) must be set to|To include location information in the audit",
        "bad_parameter",
        "parameters",
    ),
    (r"Error reading \.xlsx file", "unreadable", ""),
)

# Warnings an author can act on. "" means: said by nobody (style, or said better by our own checks).
_WARNINGS: tuple[tuple[str, str, str, Level], ...] = (
    (r"similar names were found|spelling", "", "", "warning"),
    (r"Row without name, text, or label", "row_skipped", "", "warning"),
    (r"'disabled' column", "disabled_column", "disabled", "warning"),
    (r"\] (?P<type>\w+) is no longer supported", "deprecated_type", "type", "warning"),
    (r"'name' value '(?P<name>[^']*)' is problematic", "name_case", "name", "warning"),
    (r"Choices should have a label", "choice_no_label", "label", "warning"),
    (r"the '(?P<header>[^']*)' value is invalid\. Column headers", "choices_header", "", "warning"),
    (r"valid machine-readable codes: (?P<languages>.+?)\. Learn", "language_code", "", "warning"),
    (r"uses or_other and translations", "or_other_translated", "", "warning"),
    (r"only meant for filtered selects", "external_without_filter", "choice_filter", "warning"),
    (r"form_id and id_string", "two_form_ids", "", "warning"),
    (r"Could not export itemsets\.csv", "no_choices_sheet", "", "error"),
    (r"has no label: ", "", "", "warning"),
    (r"max-pixels", "", "", "warning"),
)
_MISSING_TRANSLATION = re.compile(r"Language '(?P<language>[^']+)' is missing the (?P<sheet>\w+) (?P<columns>.+)\.")
_TEXT_COLUMNS = ("label", "hint", "constraint_message", "required_message", "guidance_hint")


def error_findings(error: Exception, workbook: Workbook) -> tuple[Finding, ...]:
    """A pyxform error as findings; duplicates of choices come several at once."""
    message = str(error)
    lines = message.split("\n") if "Choice names must be unique" in message else [message.replace("\n", " ")]
    return tuple(_error(line, workbook) for line in lines)


def crash_finding(error: BaseException) -> Finding:
    """Anything that is no complaint of pyxform but a stumble over an odd workbook."""
    return Finding("xlsform.unreadable", args={"reason": type(error).__name__})


def warning_findings(warnings: list[str], workbook: Workbook) -> tuple[Finding, ...]:
    """Those of pyxform's warnings that an author can act on."""
    return tuple(finding for text in warnings for finding in _warning(text, workbook))


def _error(message: str, workbook: Workbook) -> Finding:
    for pattern, what, column in _ERRORS:
        found = re.search(pattern, message)
        if found:
            args = {key: text for key, text in found.groupdict().items() if text}
            place = _place(message, workbook, column, args) or _about(what, message, workbook)
            if what == "bad_name" and place and place.value:
                args = {"name": place.value}
            if what == "bad_parameter":
                args = {"message": _bare(message)}
            return Finding(f"xlsform.{what}", place=place, args=args)
    return Finding("xlsform.pyxform", place=_place(message, workbook, "", {}), args={"message": _bare(message)})


def _warning(message: str, workbook: Workbook) -> Iterator[Finding]:
    if "is missing the" in message and message.startswith("Language '"):
        yield from _translations(message, workbook)
        return
    for pattern, what, column, level in _WARNINGS:
        found = re.search(pattern, message)
        if found:
            if what:
                args = {key: text for key, text in found.groupdict().items() if text}
                place = _place(message, workbook, column, args) or _about(what, message, workbook)
                yield Finding(f"xlsform.{what}", level, place, args)
            return
    yield Finding("xlsform.pyxform_warning", "warning", _place(message, workbook, "", {}), {"message": _bare(message)})


def _translations(message: str, workbook: Workbook) -> Iterator[Finding]:
    """Texts a language lacks; pictures need no second language, and `default` is no language."""
    for line in message.splitlines():
        found = _MISSING_TRANSLATION.match(line)
        if not found or found["language"] == "default":
            continue
        named = found["columns"].removeprefix("columns ").removesuffix(" column")
        columns = [column for column in named.split(", ") if column in _TEXT_COLUMNS]
        sheet = workbook.sheet(found["sheet"])
        if columns:
            place = sheet.place() if sheet else None
            args = {"language": found["language"], "columns": ", ".join(columns)}
            yield Finding("xlsform.language_column", "warning", place, args)


def _bare(message: str) -> str:
    return _ROW.sub("", message).strip()[:500]


def _place(message: str, workbook: Workbook, column: str, args: Mapping[str, str]) -> Place | None:
    """The best place the message allows: row and column, else the cell that holds the name it quotes."""
    row = _ROW.search(message)
    named = _SHEET.search(message)
    sheet = _sheet(workbook, (named[1] or named[2]) if named else "survey")
    told = _COLUMN.search(message)
    header = told[1].split(" (")[0] if told else column
    if row and sheet:
        found = next((item for item in sheet.rows if item.number == int(row[1])), None)
        if found:
            return _cell(found, header or column)
        return Place(sheet.name, int(row[1]), header or None)
    quoted = _quoted(workbook, args)
    if quoted:
        return _cell(quoted[0], column) if column and "name" in args else quoted[1]
    if sheet and named:
        return sheet.place()
    return None


def _about(what: str, message: str, workbook: Workbook) -> Place | None:
    """The cell a message speaks of without its row: the parameter it names, the list it misses, the heading."""
    sheet = _sheet(workbook, "survey")
    for row in sheet.rows if sheet else ():
        named = re.findall(r"[\w-]+(?==)", row.text("parameters"))
        if what == "bad_parameter" and any(
            re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", message) for name in named
        ):
            return row.place("parameters")
        kind = kind_of(row)
        if what == "no_choices_sheet" and (kind.startswith(("select", "rank")) and "file" not in kind):
            return row.place("type", "command")
        chosen = kind.split()[1:2]
        if what in ("same_instance", "search_list") and chosen and f"'{chosen[0].split('.')[0]}'" in message:
            return row.place("type", "command")
    return _heading(message, workbook) if what in ("media_column", "duplicate_header", "language_code") else None


def _heading(message: str, workbook: Workbook) -> Place | None:
    """The first heading whose last word, or whose language, the message names."""
    for sheet in workbook.sheets.values():
        for title, letter in sheet.headers.items():
            said = title.split("::")[-1].strip()
            if said and re.search(rf"(?<!\w){re.escape(said)}(?!\w)", message) and ("::" in title or said in message):
                return Place(sheet.name, sheet.header_row, title, f"{letter}{sheet.header_row}", title)
    return None


def _sheet(workbook: Workbook, name: str) -> Sheet | None:
    found = workbook.sheet(name)
    if found is None and name == "survey" and len(workbook.sheets) == 1:
        return next(iter(workbook.sheets.values()))
    return found


def _cell(row: Row, header: str) -> Place:
    """The cell under a header; a text column may be written per language (`label::Indonesia (id)`)."""
    place = row.place(header, header.replace("_", " ")) if header else Place(row.sheet, row.number)
    if place.cell is None and header:
        for title, cell in row.items():
            if fold(title).split(":")[0].strip() == header:
                return cell.place
        place = replace(place, column=header)
    return place


def _quoted(workbook: Workbook, args: Mapping[str, str]) -> tuple[Row, Place] | None:
    """The first cell that is, or refers to, the name the message quotes."""
    wanted = {text for key, text in args.items() if key in ("name", "type", "choice", "header")}
    references = {f"${{{name}}}" for name in wanted}
    rows = [row for sheet in workbook.sheets.values() for row in sheet.rows]
    for row in rows:
        for title, cell in row.items():
            if fold(title) in ("name", "type") and cell.text in wanted:
                return row, cell.place
    for row in rows:
        for _, cell in row.items():
            if any(reference in cell.text for reference in references):
                return row, cell.place
    return None
