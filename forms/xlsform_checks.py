"""What an XLSForm loses in silence, and what it may not do here: checked on the workbook itself.

pyxform converts all of these without a word (xlsform.md section 1, measured), or they break a rule of
this server: case lists (ruling 22), reserved names, data sent elsewhere.
"""

import difflib
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from openpyxl.utils import column_index_from_string, get_column_letter

from forms import date_cells, xlsform_rules
from forms.encryption import is_public_key
from forms.findings import Finding, Place
from forms.schema import RESERVED_PREFIX
from forms.survey import CONTROL, kind_of, name_of, survey_sheet
from forms.workbook import Cell, Row, Sheet, Workbook, fold

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
CASE_LIST_PREFIX = "kasus_"
WORKFLOW_PROPERTIES = frozenset(
    ("nomor", "langkah", "formulir", "jatuh_tempo", "petugas", "wilayah", "terbuka", "selesai", "menutup", "versi")
)
MAX_BLANK_ROWS = 60  # pyxform stops reading at the next one
MAX_BLANK_COLUMNS = 20
MAX_ID = 100
MAX_VERSION = 255
NO_VERSION = "___"  # in the addresses of programs (central-api.md section 4)
FORM_ID = ("form_id", "id_string", "form id", "set_form_id")
TITLE = ("form_title", "title", "form title", "set_form_title")
SUBMISSION_URL = ("submission_url", "submission url")

_INDONESIAN_SHEETS = {"survei": "survey", "kuesioner": "survey", "pilihan": "choices", "pengaturan": "settings"}
# What would break an address, a file's name or a list apart by more than one blank; and how addresses of a form end.
_UNSAFE_IN_ID = re.compile(r"[/\\?#%\"<>*|]|\s\s|\.(xml|xlsx?|svc)$", re.IGNORECASE)
_NO_LETTER = re.compile(r"[^\w.-]+")
_WORKBOOK_NAME = re.compile(r"\.(xlsx|xlsm|xls)$", re.IGNORECASE)
_LONG_NUMBER = re.compile(
    r"(^|_)(nik|kk|nokk|nip|nisn|npwp|hp|wa|telp|telepon|phone|rekening|ponsel|whatsapp)(_|\d|$)", re.IGNORECASE
)
_PERSONAL = re.compile(r"\$\{\s*(nama_lengkap|nama|nama_anak|nama_klien|nik|no_kk|alamat|alamat_lengkap)\s*\}")
_FROM_FILE = re.compile(r"select[_ ](one|multiple)[_ ]from[_ ]file\s+(\S+)", re.IGNORECASE)
_SELECT = re.compile(r"(?:select_one|select_multiple|select one|select multiple|rank)\s+(\S+?)(?:\s+or[_ ]other)?$")
_REFERENCE = re.compile(r"\$\{\s*(last-saved#)?([^}\s]+)\s*\}")
_QUOTE = "['\"‘’“”]"  # the converter makes all of them straight
_INSTANCE = re.compile(rf"\binstance\(\s*{_QUOTE}([^'\"‘’“”]+){_QUOTE}\s*\)")
_TEXTS = ("label", "hint", "guidance", "name", "note", "description")
_YES = ("yes", "true", "true()", "1", "ya")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a form is called. `form_id` is `""` when nothing tells."""

    form_id: str
    title: str
    version: str


def identity(workbook: Workbook, name: str = "") -> Identity:
    """What the settings sheet says, as its author sees it there; what it does not say follows from the file's name.

    Offices have forms without any settings: pyxform calls them all `data`, ODK Central after their file.
    """
    row = _settings_row(workbook)
    stem = _WORKBOOK_NAME.sub("", name).strip()
    form_id = row.text(*FORM_ID) if row else ""
    title = row.text(*TITLE) if row else ""
    return Identity(
        form_id or _NO_LETTER.sub("_", stem).strip("_")[:MAX_ID],
        title or form_id or stem,
        row.text("version") if row else "",
    )


def _settings_row(workbook: Workbook) -> Row | None:
    sheet = workbook.sheet("settings")
    return sheet.rows[0] if sheet and sheet.rows else None


def check(workbook: Workbook, name: str = "", *, generated: bool = False) -> tuple[Finding, ...]:
    """Every silent loss and broken rule of the workbook in a file of this name. `generated` allows the rows that
    publishing adds (`alur_…`)."""
    findings = [
        *_sheet_names(workbook),
        *(finding for name in SHEETS if (sheet := workbook.sheet(name)) for finding in _shape(sheet)),
        *_settings(workbook, identity(workbook, name)),
        *_survey(workbook, generated),
        *_choices(workbook),
        *_entities(workbook),
        *_languages(workbook),
        *_columns(workbook),
        *xlsform_rules.check(workbook),
        *date_cells.check(workbook),
    ]
    return tuple(findings)


def complete(workbook: Workbook) -> tuple[Finding, ...]:
    """All errors of the kinds that authors make most, to be added when pyxform has refused the form:
    it tells of the first one only."""
    survey = survey_sheet(workbook)
    if survey is None:
        return ()
    return (*_structure(survey), *_missing_lists(workbook, survey), *_references(workbook, survey))


def unknown_instances(workbook: Workbook, declared: Container[str]) -> Iterator[Finding]:
    """Expressions that read a list the form does not have, which ODK Validate sees only where it happens to look."""
    survey = survey_sheet(workbook)
    for row in survey.rows if survey else ():
        for title, cell in row.items():
            if not fold(title).startswith(_TEXTS):
                missing = (name for name in _INSTANCE.findall(cell.text) if name not in declared)
                yield from (
                    Finding("xlsform.unknown_instance", place=cell.place, args={"instance": name}) for name in missing
                )


# -- sheets ------------------------------------------------------------------------------------


def _sheet_names(workbook: Workbook) -> Iterator[Finding]:
    present = {fold(name) for name in workbook.sheets}
    for name in workbook.sheets:
        if fold(name) in SHEETS or name.startswith("_"):
            continue
        meant = _INDONESIAN_SHEETS.get(fold(name)) or next(
            iter(difflib.get_close_matches(fold(name), [sheet for sheet in SHEETS if sheet != "osm"], 1, 0.78)), None
        )
        if meant and meant not in present and len(workbook.sheets) > 1:
            yield Finding("xlsform.sheet_misspelt", place=Place(name), args={"sheet": name, "meant": meant})


def _shape(sheet: Sheet) -> Iterator[Finding]:
    """Rows and columns behind a gap that pyxform does not look across."""
    if sheet.header_row > 1:
        yield Finding("xlsform.header_not_first", place=Place(sheet.name, sheet.header_row))
        return
    last = sheet.header_row
    for row in sheet.rows:
        if not any(True for _ in row.items()):
            continue
        blank = row.number - last - 1
        if blank > MAX_BLANK_ROWS:
            lost = sum(1 for item in sheet.rows if item.number >= row.number)
            yield Finding("xlsform.blank_rows", place=_first(row), args={"blank": blank, "lost": lost})
            break
        last = row.number
    before = 0
    for title, letter in sorted(sheet.headers.items(), key=lambda item: column_index_from_string(item[1])):
        index = column_index_from_string(letter)
        if index - before - 1 > MAX_BLANK_COLUMNS:
            place = Place(sheet.name, 1, title, f"{letter}1", title)
            yield Finding("xlsform.blank_columns", place=place, args={"after": get_column_letter(max(before, 1))})
            break
        before = index


def _first(row: Row) -> Place:
    return next((cell.place for _, cell in row.items()), Place(row.sheet, row.number))


# -- settings ----------------------------------------------------------------------------------


def is_form_id(text: str) -> bool:
    """Whether a form may be called so: the ids that ODK knows, but for what nobody sees and what breaks an address or
    a file's name."""
    plain = text.strip(" .") == text != "" and text.isprintable()
    return plain and len(text) <= MAX_ID and not _UNSAFE_IN_ID.search(text)


def is_version(text: str) -> bool:
    """Whether a version can be told on phones and in addresses: any signs, but for what nobody sees, what an address
    takes for a way up, and how it writes no version."""
    plain = text.strip() == text != "" and text.isprintable()
    return plain and len(text) <= MAX_VERSION and text not in (".", "..", NO_VERSION)


def _settings(workbook: Workbook, called: Identity) -> Iterator[Finding]:
    sheet, row = workbook.sheet("settings"), _settings_row(workbook)
    args = {"form_id": called.form_id, "title": called.title}
    place = row.place(*FORM_ID) if row else None
    if not called.form_id:
        yield Finding("xlsform.no_form_id", place=place)
        return
    if not is_form_id(called.form_id):
        yield Finding("xlsform.bad_form_id", place=place, args={"form_id": called.form_id, "letters": MAX_ID})
    if sheet is None or row is None:
        yield Finding("xlsform.no_settings", "warning", sheet.place() if sheet else None, args)
        return
    if not row.text(*FORM_ID):
        yield Finding("xlsform.form_id_given", "warning", place, args)
    if not row.text(*TITLE):
        yield Finding("xlsform.no_title", "note", row.place(*TITLE), args)
    yield from _version(row)
    for other in sheet.rows[1:]:
        yield Finding("xlsform.second_settings", "warning", _first(other))
    if fold(row.text("omit_instanceID", "omit_instanceid")) in _YES:
        yield Finding("xlsform.omit_instance_id", place=row.place("omit_instanceID"))
    if address := row.text(*SUBMISSION_URL):
        yield Finding("xlsform.submission_url", "warning", row.place(*SUBMISSION_URL), {"address": address})
    if fold(row.text("auto_delete", "auto delete")) in _YES:
        yield Finding("xlsform.auto_delete", "warning", row.place("auto_delete", "auto delete"))
    if key := row.text("public_key", "public key"):
        place = row.place("public_key", "public key")
        usable = is_public_key(key)
        yield (
            Finding("xlsform.encrypted", "warning", place) if usable else Finding("xlsform.bad_public_key", place=place)
        )
    yield from _default_language(workbook, row)


def _version(row: Row) -> Iterator[Finding]:
    cell = row.cell("version")
    if cell is None:
        yield Finding("xlsform.no_version", "warning", row.place("version"))
    elif not is_version(cell.text):
        yield Finding("xlsform.bad_version", place=cell.place, args={"letters": MAX_VERSION})
    elif not _keeps_its_text(cell):
        yield Finding("xlsform.version_not_text", "warning", cell.place, {"version": cell.text})


def _keeps_its_text(cell: Cell) -> bool:
    """Whether pyxform reads what the author sees: text does, and whole numbers shown as such."""
    if cell.is_text:
        return True
    whole = isinstance(cell.value, int | float) and not isinstance(cell.value, bool) and float(cell.value).is_integer()
    return whole and cell.text == str(int(cell.value))  # type: ignore[call-overload]


def _default_language(workbook: Workbook, row: Row) -> Iterator[Finding]:
    wanted = row.text("default_language", "default language")
    known = {language for sheet in workbook.sheets.values() for language in _sheet_languages(sheet)}
    if wanted and known and wanted not in known:
        args = {"language": wanted, "known": ", ".join(sorted(known))}
        yield Finding("xlsform.default_language", "warning", row.place("default_language", "default language"), args)


# -- survey ------------------------------------------------------------------------------------


def _survey(workbook: Workbook, generated: bool) -> Iterator[Finding]:
    survey = survey_sheet(workbook)
    if survey is None:
        if not any(fold(name) in _INDONESIAN_SHEETS for name in workbook.sheets):
            yield Finding("xlsform.no_survey")
        return
    if not any((kind_of(row) or name_of(row)) and not CONTROL.match(kind_of(row)) for row in survey.rows):
        yield Finding("xlsform.no_questions", place=survey.place())
    lists = _entity_lists(workbook)
    photos: list[Row] = []
    for row in survey.rows:
        kind, name = kind_of(row), name_of(row)
        if kind in ("integer", "int", "decimal") and _LONG_NUMBER.search(name):
            yield Finding("xlsform.number_for_id", "warning", row.place("type", "command"), {"name": name})
        if (control := CONTROL.match(kind)) and (control[1], control[2]) == ("begin", "loop"):
            yield Finding("xlsform.loop", "warning", row.place("type", "command"))
        if name.startswith(RESERVED_PREFIX) and not generated:
            yield Finding("xlsform.alur_name", place=row.place("name", "tag", "value"), args={"name": name})
        if kind in ("image", "photo") and "max-pixels" not in row.text("parameters"):
            photos.append(row)
        yield from _case_filter(row)
        yield from _workflow_property(row, name, lists)
        yield from _media_names(row)
    if photos:
        place = photos[0].place("parameters")
        yield Finding("xlsform.image_size", "note", place, {"count": len(photos)})


def _case_filter(row: Row) -> Iterator[Finding]:
    """A filter over a case list must keep the chosen case on offer: JavaRosa empties an answer that is not."""
    found = _FROM_FILE.match(row.text("type", "command"))
    if not found or not found[2].startswith(CASE_LIST_PREFIX):
        return
    filter_text = row.text("choice_filter", "choice filter")
    if filter_text and not _keeps_chosen(filter_text, name_of(row), multiple=found[1].lower() == "multiple"):
        place = row.place("choice_filter", "choice filter")
        yield Finding("xlsform.case_filter", place=place, args={"name": name_of(row)})


def _keeps_chosen(text: str, name: str, *, multiple: bool) -> bool:
    """Whether the last term of an expression, joined by `or` outside all brackets, is the chosen row itself."""
    chosen = rf"(?:current\(\)\s*/\s*(?:\.\.\s*/\s*)*(?:\w+\s*/\s*)*{re.escape(name)}|\$\{{\s*{re.escape(name)}\s*\}})"
    term = rf"selected\(\s*{chosen}\s*,\s*name\s*\)" if multiple else rf"name\s*=\s*{chosen}"
    found = re.search(rf"(?:^|\bor)\s*{term}\s*$", text)
    return found is not None and _depth(text[: found.start()]) == 0


def _depth(text: str) -> int:
    bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", text)
    return bare.count("(") + bare.count("[") - bare.count(")") - bare.count("]")


def _entity_lists(workbook: Workbook) -> tuple[str, ...]:
    sheet = workbook.sheet("entities")
    return tuple(row.text("list_name", "list name", "dataset") for row in sheet.rows) if sheet else ()


def _workflow_property(row: Row, name: str, lists: tuple[str, ...]) -> Iterator[Finding]:
    save_to = row.text("save_to", "save to")
    if not save_to or name.startswith(RESERVED_PREFIX):
        return
    named, _, held = save_to.rpartition("#")
    into = named or (lists[0] if len(lists) == 1 else "")
    if into.startswith(CASE_LIST_PREFIX) and held in WORKFLOW_PROPERTIES:
        place = row.place("save_to", "save to")
        yield Finding("xlsform.workflow_property", place=place, args={"property": held, "list": into})


def _media_names(row: Row) -> Iterator[Finding]:
    """Files lie flat beside the form: no folders, no addresses."""
    found = _FROM_FILE.match(row.text("type", "command"))
    cells = [row.cell("type", "command")] if found and _is_odd(found[2]) else []
    for title, cell in row.items():
        column = fold(title).removeprefix("media::").split(":")[0]
        if column in ("image", "big-image", "audio", "video") and _is_odd(cell.text):
            cells.append(cell)
    for held in cells:
        if held is not None:
            yield Finding("xlsform.media_name", place=held.place, args={"name": held.text})


def _is_odd(name: str) -> bool:
    return "${" not in name and bool(re.search(r"[/\\]|^\.|^\w+:", name))


# -- choices, entities, languages --------------------------------------------------------------


def _choices(workbook: Workbook) -> Iterator[Finding]:
    sheet = workbook.sheet("choices")
    for row in sheet.rows if sheet else ():
        cell = row.cell("name", "value")
        if cell is not None and not row.text("list_name", "list name"):
            yield Finding("xlsform.choice_no_list", "warning", row.place("list_name", "list name"), {"name": cell.text})
        if cell is not None and not _keeps_its_text(cell):
            yield Finding("xlsform.choice_not_text", place=cell.place, args={"name": cell.text})
        if row.text("list_name", "list name"):
            yield from _media_names(row)


def _entities(workbook: Workbook) -> Iterator[Finding]:
    sheet = workbook.sheet("entities")
    for row in sheet.rows if sheet else ():
        label = row.text("label")
        named = _PERSONAL.search(label)
        if named and row.text("list_name", "list name", "dataset").startswith(CASE_LIST_PREFIX):
            yield Finding("xlsform.label_personal", "warning", row.place("label"), {"name": named[1]})


def _sheet_languages(sheet: Sheet) -> list[str]:
    if fold(sheet.name) not in ("survey", "choices"):
        return []
    return [parts[-1].strip() for title in sheet.headers if len(parts := title.split("::")) > 1 and _is_label(title)]


def _is_label(title: str) -> bool:
    return fold(title).split(":")[0].strip() == "label"


def _languages(workbook: Workbook) -> Iterator[Finding]:
    """Labels given in one language and blank in another: the phone shows a dash there."""
    for name in ("survey", "choices"):
        sheet = workbook.sheet(name)
        titles = [title for title in sheet.headers if _is_label(title)] if sheet else []
        if sheet is None or len(titles) < 2:
            continue
        if any("::" not in title for title in titles):
            plain = next(title for title in titles if "::" not in title)
            place = Place(sheet.name, 1, plain, f"{sheet.headers[plain]}1", plain)
            yield Finding("xlsform.mixed_languages", "warning", place, {"columns": ", ".join(titles)})
        for row in sheet.rows:
            blank = [title for title in titles if not row.text(title)]
            if blank and len(blank) < len(titles):
                place = row.place(blank[0])
                yield Finding("xlsform.label_blank", "warning", place, {"language": blank[0].split("::")[-1]})


# Columns whose misspelling costs a rule, a text or a setting.
_READ = {
    "survey": "type name label hint guidance_hint relevant constraint constraint_message required required_message "
    "read_only calculation choice_filter repeat_count appearance parameters default trigger save_to",
    "choices": "list_name name label",
    "settings": "form_id form_title version default_language instance_name public_key auto_send auto_delete "
    "client_editable submission_url allow_choice_duplicates clean_text_values omit_instanceid",
}
# Other names of these columns, and columns that are nobody's mistake for being near one.
_ALSO = (
    "command tag value caption relevance readonly calculate count constraining_message requiredmsg image audio video "
    "labels hints names note notes types parameter title id_string style namespaces list set_form_id set_form_title"
)


def _columns(workbook: Workbook) -> Iterator[Finding]:
    """Headings that are nearly one pyxform reads: it ignores the whole column without a word."""
    for name, words in _READ.items():
        sheet = survey_sheet(workbook) if name == "survey" else workbook.sheet(name)
        if sheet is None:
            continue
        read = words.split()
        heads = {title: fold(title).split(":")[0].strip().replace(" ", "_") for title in sheet.headers}
        for title, letter in sheet.headers.items():
            if not heads[title] or heads[title] in read or heads[title] in _ALSO.split():
                continue
            near = difflib.get_close_matches(heads[title], read, 1, 0.8)
            if near and near[0] not in heads.values():
                place = Place(sheet.name, sheet.header_row, title, f"{letter}{sheet.header_row}", title)
                yield Finding("xlsform.column_misspelt", "warning", place, {"header": title, "meant": near[0]})


# -- to complete pyxform's one error -----------------------------------------------------------


def _structure(survey: Sheet) -> Iterator[Finding]:
    """Names used twice within one group, groups begun and not ended, rows without a name or type."""
    open_groups: list[tuple[str, Row]] = []
    seen: list[set[str]] = [set()]
    for row in survey.rows:
        kind, name = kind_of(row), name_of(row)
        control = CONTROL.match(kind)
        if not kind:
            if name:
                yield Finding("xlsform.no_type", place=row.place("type", "command"))
            continue
        if control and control[1] == "end":
            if open_groups and open_groups[-1][0] == control[2]:
                open_groups.pop()
                seen.pop()
            else:
                yield Finding("xlsform.unmatched_end", place=row.place("type"), args={"type": control[2]})
            continue
        if not name and (control or kind not in ("note", "audit")):
            yield Finding("xlsform.no_name", place=row.place("name"))
        if name and name in seen[-1]:
            yield Finding("xlsform.duplicate_name", place=row.place("name", "tag", "value"), args={"name": name})
        seen[-1].add(name)
        if control:
            open_groups.append((control[2], row))
            seen.append(set())
    for kind, row in open_groups:
        yield Finding("xlsform.unmatched_begin", place=row.place("type"), args={"type": kind})


def _missing_lists(workbook: Workbook, survey: Sheet) -> Iterator[Finding]:
    choices = workbook.sheet("choices")
    known = {row.text("list_name", "list name") for row in choices.rows} if choices else set()
    for row in survey.rows:
        found = _SELECT.match(row.text("type", "command"))
        if found and found[1] not in known and "${" not in found[1] and not found[1].endswith(_FILES):
            yield Finding("xlsform.missing_list", place=row.place("type", "command"), args={"list": found[1]})


_FILES = (".csv", ".xml", ".geojson")


def _references(workbook: Workbook, survey: Sheet) -> Iterator[Finding]:
    known = {name_of(row) for row in survey.rows}
    known |= {f"{name_of(row)}_other" for row in survey.rows if "or_other" in kind_of(row).replace(" ", "_")}
    known |= {f"{name_of(row)}_count" for row in survey.rows if CONTROL.match(kind_of(row))}
    for sheet in (survey, workbook.sheet("choices"), workbook.sheet("settings"), workbook.sheet("entities")):
        for row in sheet.rows if sheet else ():
            for _, cell in row.items():
                for name in _unknown(cell.text, known):
                    yield Finding("xlsform.unknown_reference", place=cell.place, args={"name": name})


def _unknown(text: str, known: Iterable[str]) -> Iterator[str]:
    for _, name in dict.fromkeys(_REFERENCE.findall(text)):
        if name not in known:
            yield name
