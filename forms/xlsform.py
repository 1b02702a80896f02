"""XLSForm workbook → XForm, with every complaint as a finding that names sheet, row and cell.

pyxform converts; around it stand our own checks of what it loses in silence (`xlsform_checks`) and a
translation of what it says (`xlsform_errors`). Pure, but slow and memory-hungry on hostile workbooks:
call it through `server.limits.convert_form`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert as pyxform_convert

from forms import schema, xlsform_checks, xlsform_errors
from forms.findings import Finding, Place, has_errors
from forms.workbook import Workbook, WorkbookError, read


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a workbook. `xform` is None when `findings` hold an error; `itemsets` is the text of
    `itemsets.csv` where the form needs one."""

    form_id: str
    title: str
    version: str
    xform: str | None
    itemsets: str | None
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        return self.xform is not None

    def to_json(self) -> str:
        """As JSON text, to cross from the child process."""
        value = {name: getattr(self, name) for name in ("form_id", "title", "version", "xform", "itemsets")}
        return json.dumps({**value, "findings": [finding_to_json(item) for item in self.findings]}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Converted":
        """The inverse of `to_json`."""
        value = json.loads(text)
        return cls(**{**value, "findings": tuple(finding_from_json(item) for item in value["findings"])})


def finding_to_json(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "level": finding.level,
        "place": asdict(finding.place) if finding.place else None,
        "args": {
            key: value if isinstance(value, str | int | float) else str(value) for key, value in finding.args.items()
        },
    }


def finding_from_json(value: Mapping[str, Any]) -> Finding:
    place = Place(**value["place"]) if value["place"] else None
    return Finding(value["code"], value["level"], place, value["args"])


def convert(data: bytes, name: str = "", *, generated: bool = False) -> Converted:
    """Converts one XLSForm (`.xlsx` bytes). Never raises for a bad workbook: findings say what is wrong.

    `name` is the file's name, used as the title of findings before the form has one. `generated`
    allows the rows that publishing adds itself (`alur_…`). Codes: `workbook.*` and `xlsform.*`.
    """
    try:
        workbook = read(data)
    except WorkbookError as error:
        return Converted("", name, "", None, None, error.findings)
    return convert_workbook(data, workbook, name, generated=generated)


def convert_workbook(data: bytes, workbook: Workbook, name: str = "", *, generated: bool = False) -> Converted:
    """As `convert`, when the workbook has been read already."""
    findings = list(xlsform_checks.check(workbook, generated=generated))
    form_id, title, version = _identity(workbook)
    xform = itemsets = None
    if survey_is_there(workbook):
        warnings: list[str] = []
        try:
            result = pyxform_convert(xlsform=data, file_type=".xlsx", form_name="data", warnings=warnings)
        except PyXFormError as error:
            findings += xlsform_errors.error_findings(error, workbook)
            findings += xlsform_checks.complete(workbook)
        except Exception as error:  # pyxform stumbles over odd workbooks with any kind (xlsform.md section 1)
            findings.append(xlsform_errors.crash_finding(error))
            findings += xlsform_checks.complete(workbook)
        else:
            xform, itemsets = result.xform, result.itemsets
            findings += xlsform_errors.warning_findings(warnings, workbook)
            findings += _of_the_result(xform, findings)
    kept = _once(findings)
    if has_errors(kept):
        xform = None
    return Converted(form_id, title or name or form_id, version, xform, itemsets, kept)


def survey_is_there(workbook: Workbook) -> bool:
    return xlsform_checks.survey_sheet(workbook) is not None


def _identity(workbook: Workbook) -> tuple[str, str, str]:
    sheet = workbook.sheet("settings")
    if sheet is None or not sheet.rows:
        return "", "", ""
    row = sheet.rows[0]
    return (
        row.text("form_id", "id_string", "form id", "set_form_id"),
        row.text("form_title", "title", "form title", "set_form_title"),
        row.text("version"),
    )


def _of_the_result(xform: str, known: Iterable[Finding]) -> list[Finding]:
    """What shows only in the XForm: settings may also be written as rows of the survey sheet."""
    read_back = schema.read(xform)
    codes = {finding.code for finding in known}
    found = []
    if read_back.submission.action and "xlsform.submission_url" not in codes:
        found.append(Finding("xlsform.submission_url"))
    if not read_back.has_instance_id and "xlsform.omit_instance_id" not in codes:
        found.append(Finding("xlsform.omit_instance_id"))
    return found


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each complaint once: our own checks and pyxform may name the same cell. Ordered by place."""
    kept: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        kept.setdefault((finding.code, finding.place.address if finding.place else ""), finding)
    levels = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(kept.values(), key=lambda finding: levels[finding.level]))
