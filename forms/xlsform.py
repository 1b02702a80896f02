"""XLSForm workbook → XForm, with every complaint as a finding that names sheet, row and cell.

pyxform converts; around it stand our own checks of what it loses in silence (`xlsform_checks`) and a
translation of what it says (`xlsform_errors`). Pure, but slow and memory-hungry on hostile workbooks:
call it through `server.limits.convert_form`.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform
from pyxform.xls2xform import convert as pyxform_convert

from forms import date_cells, schema, xlsform_checks, xlsform_errors
from forms.converted import Converted
from forms.findings import Finding, Place, has_errors
from forms.survey import places_naming, survey_sheet
from forms.workbook import Workbook, WorkbookError, fold, key, read
from forms.xlsform_checks import FORM_ID, SUBMISSION_URL, TITLE, Identity

_HEADING = re.compile(r"[\w.:() -]+")
_INSTANCE_ID = re.compile(r"<instance id=\"([^\"]+)\"")
_ITEMSETS = ("list_name", "name", "label")

# Headings of ours (`bind::alur:sensitivity`) need no row of the settings sheet.
OWN, NAMESPACE = "alur:", "urn:alur:xforms"

__all__ = ["Converted", "convert", "convert_packed", "convert_workbook"]


def convert(data: bytes, name: str = "", *, generated: bool = False) -> Converted:
    """Converts one XLSForm (`.xlsx` bytes). Never raises for a bad workbook: findings say what is wrong.

    `name` is the file's name: the form is called so where its settings do not tell. `generated`
    allows the rows that publishing adds itself (`alur_…`). Codes: `workbook.*` and `xlsform.*`.
    """
    try:
        workbook = read(data)
    except WorkbookError as error:
        return Converted("", name, "", None, None, error.findings)
    return convert_workbook(data, workbook, name, generated=generated)


def convert_packed(argument: bytes) -> bytes:
    """`convert` for a child process: one line of JSON (`name`, `generated`), then the workbook; answers JSON."""
    head, _, data = argument.partition(b"\n")
    return convert(data, **json.loads(head)).to_json().encode()


def convert_workbook(data: bytes, workbook: Workbook, name: str = "", *, generated: bool = False) -> Converted:
    """As `convert`, when the workbook has been read already."""
    findings = list(xlsform_checks.check(workbook, name, generated=generated))
    called = xlsform_checks.identity(workbook, name)
    xform = itemsets = None
    named: Mapping[str, Place] = {}
    if survey_sheet(workbook) is not None:
        warnings: list[str] = []
        try:
            result = pyxform_convert(xlsform=_sheets(data, called, workbook), form_name="data", warnings=warnings)
        except PyXFormError as error:
            findings += xlsform_errors.error_findings(error, workbook)
            findings += xlsform_checks.complete(workbook)
        except Exception as error:  # pyxform stumbles over odd workbooks with any kind (xlsform.md section 1)
            findings.append(xlsform_errors.crash_finding(error))
            findings += xlsform_checks.complete(workbook)
        else:
            xform, itemsets = result.xform, _with_known_headings(result.itemsets)
            findings += xlsform_errors.warning_findings(warnings, workbook)
            if not has_errors(findings):
                findings += _identity_kept(xform, called, workbook)
                findings += xlsform_checks.unknown_instances(workbook, set(_INSTANCE_ID.findall(xform)))
    kept = _once(findings)
    if has_errors(kept):
        xform = None
    if xform is not None:
        named = places_naming(workbook, [file.name for file in schema.read(xform).files])
    return Converted(called.form_id, called.title or name, called.version, xform, itemsets, kept, named)


def _sheets(data: bytes, called: Identity, workbook: Workbook) -> dict[str, Any]:
    """The sheets as pyxform reads them, with what the form is called, dates as their author sees them, and without
    another server's address."""
    found = get_xlsform(xlsform=data, file_type=".xlsx")
    sheets = {item.name: getattr(found, item.name) for item in fields(found)}
    for name, place, title, _, text in date_cells.texts(workbook):
        rows = sheets[name] or ()
        row = rows[place.number - 2] if place.number - 2 < len(rows) else {}  # it stops reading at a gap
        row.update({head: text for head in row if fold(head) == fold(title)})
    replaced = {fold(name) for name in (*FORM_ID, *TITLE, *SUBMISSION_URL, "version")}
    first, *others = found.settings or [{}]
    row = {name: value for name, value in first.items() if fold(name) not in replaced}
    row |= {"form_id": called.form_id, "form_title": called.title}
    if called.version:
        row["version"] = called.version
    declared = next((str(value) for name, value in row.items() if fold(name) == "namespaces"), "")
    headed = any(OWN in str(title) for titles in found.survey_header or () for title in titles)
    if headed and OWN.removesuffix(":") not in declared:
        row = {name: value for name, value in row.items() if fold(name) != "namespaces"}
        row["namespaces"] = f'{declared} alur="{NAMESPACE}"'.strip()
    return {**sheets, "settings": [row, *others], "settings_header": [dict.fromkeys(row)]}


def _with_known_headings(itemsets: str | None) -> str | None:
    """The list of external choices with the headings phones look for, however the sheet writes them."""
    if not itemsets:
        return itemsets
    heading, end, rows = itemsets.partition("\n")
    titles = [key(title) if key(title) in _ITEMSETS else title for title in next(csv.reader([heading.rstrip("\r")]))]
    csv.writer(written := io.StringIO(), quoting=csv.QUOTE_ALL).writerow(titles)
    return written.getvalue() + rows if end else itemsets


def _identity_kept(xform: str, called: Identity, workbook: Workbook) -> list[Finding]:
    """Whether phones will see the id and version of the settings sheet: a row of the survey sheet may
    override them, and invisible letters may hide in a cell."""
    try:
        made = schema.read(xform)
    except ValueError as error:  # a heading or a setting became the name of an element or attribute
        return [Finding("xlsform.broken_xml", place=_odd_heading(workbook), args={"reason": str(error)})]
    if (made.form_id, made.version) == (called.form_id, called.version):
        return []
    sheet = workbook.sheet("settings")
    args = {"form_id": made.form_id, "version": made.version}
    return [Finding("xlsform.identity_differs", place=sheet.place() if sheet else None, args=args)]


def _odd_heading(workbook: Workbook) -> Place | None:
    """The first heading with signs that no name of an element or attribute may have."""
    for sheet in workbook.sheets.values():
        for title, letter in sheet.headers.items():
            if not _HEADING.fullmatch(title):
                return Place(sheet.name, sheet.header_row, title, f"{letter}{sheet.header_row}", title)
    return None


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each complaint once: our own checks and pyxform may name the same cell. Ordered by place."""
    kept: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        kept.setdefault((finding.code, finding.place.address if finding.place else ""), finding)
    levels = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(kept.values(), key=lambda finding: levels[finding.level]))
