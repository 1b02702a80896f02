"""Workbooks as authors sent them, read in a child: old Excel made new, forms converted."""

import json
from collections.abc import Sequence
from math import ceil

from forms import old_excel
from forms.converted import Converted
from forms.findings import Finding
from server.limits.children import ChildFailed, LimitExceeded
from server.limits.functions import run_python, run_python_many

CONVERT_WALL, CONVERT_CPU = 9.0, 6


def as_xlsx(data: bytes) -> bytes:
    """A workbook of old Excel (`.xls`) as `.xlsx`; all other bytes, and one that cannot be read, as they are."""
    if not old_excel.is_old(data):
        return data
    try:
        return run_python("forms.old_excel:as_xlsx", data, wall=CONVERT_WALL, cpu=CONVERT_CPU)
    except (LimitExceeded, ChildFailed):
        return data


def convert_form(data: bytes, name: str = "", *, generated: bool = False) -> Converted:
    """`forms.xlsform.convert` in a child: under 10 s, whatever the workbook. A crash is the finding
    `xlsform.unreadable`, a limit `xlsform.too_heavy`."""
    return convert_forms([(data, name)], generated=generated)[0]


def convert_forms(forms: Sequence[tuple[bytes, str]], *, generated: bool = False) -> list[Converted]:
    """Several forms (workbook, file name) with one start; each has its own limits and its own findings."""
    arguments = [json.dumps({"name": name, "generated": generated}).encode() + b"\n" + data for data, name in forms]
    outcomes = run_python_many("forms.xlsform:convert_packed", arguments, wall=CONVERT_WALL, cpu=CONVERT_CPU)
    return [_converted(outcome, name) for outcome, (_, name) in zip(outcomes, forms, strict=True)]


def _converted(outcome: bytes | LimitExceeded | ChildFailed, name: str) -> Converted:
    if isinstance(outcome, bytes):
        return Converted.from_json(outcome.decode())
    if isinstance(outcome, LimitExceeded):
        finding = Finding("xlsform.too_heavy", args={"limit": outcome.what, "seconds": ceil(CONVERT_WALL)})
    else:
        finding = Finding("xlsform.unreadable", args={"reason": "crash"})
    return Converted("", name, "", None, None, (finding,))
