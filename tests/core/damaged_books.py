"""Good SOP workbooks as rows that a test may damage, and everything the checks say of them then."""

import io
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache

import openpyxl
from openpyxl.utils import get_column_letter

from forms import schema as form_schema
from forms import sop as sop_reader
from forms import workbook, xlsform
from forms.findings import Finding
from forms.schema import Field, Schema
from server.actions.bundle_existing import DRAWN
from server.sop.check import check, letter_sheets, named_by_none, unheld_roles
from server.sop.check.running import Running, against_running
from server.sop.trials import run_tests
from tests.core.sop_books import ROOT, SETTINGS, WIB, book_bytes, table

Rows = list[dict[str, object]]
ABH = ROOT / "xlsforms" / "kota_pasuruan" / "abh"

LANSIA_STEPS = """
name | source | kind | form | role | choose | repeat | limit | limit_from | clock | not_before | max_visits | join
s01 | 1 | form | lapor | peksos | each | once | 0 | clock | service | | |
s02 | 2 | form | darurat | peksos | | once | 1 | clock | service | | |
s03 | 3 | form | asesmen | peksos | each | once | 2 | clock | service | | |
s04 | 4 | form | bantuan | peksos | | once | 3 | clock | service | | |
s05 | 5 | form | rujukan | peksos | | once | 3 | clock | service | | |
s06 | 6 | form | rapat | peksos | one | once | 4 | clock | service | | | all
s07 | 7 | wait | | | | once | | step | outside | 7 | |
s08 | 8 | form | pantau | peksos | one | loop | | step | outside | ${jarak} | |
s09 | 9 | form | tutup | supervisor | | once | 1 | step | outside | | |
"""
LANSIA_ROUTES = """
name | from | when | to | close_reason | protective | source | interpretation
r01 | s01 | | s03 | | | 3 |
r02 | s01 | ${perlu_medis} = 'ya' | s02 | | | 2 | Keadaan darurat tidak menunggu asesmen.
r03 | s02 | | s06 | | | 6 |
r04 | s03 | ${perlu_bantuan} = 'ya' | s04 | | | 4 |
r05 | s03 | ${perlu_rujukan} = 'ya' | s05 | | | 5 |
r06 | s03 | ${perlu_bantuan} = 'tidak' and ${perlu_rujukan} = 'tidak' | s06 | | | 6 |
r07 | s04 | | s06 | | | 6 |
r08 | s05 | | s06 | | | 6 |
r09 | s06 | ${usia} < 60 | s09 | | 1 | 6 |
r10 | s06 | ${usia} >= 60 and ${hasil} = 'dipantau' | s07 | | 3 | 7 |
r11 | s06 | ${usia} >= 60 and ${hasil} = 'selesai' | s09 | | 1 | 9 | Yang tidak perlu dipantau langsung ditutup.
r12 | s07 | | s08 | | | 8 |
r13 | s08 | ${pulih} = 'ya' | s09 | | | 9 |
r14 | s08 | ${pulih} = 'tidak' | s08 | | | 8 |
r15 | s09 | | close | selesai | | 9 |
"""
YES_NO = ("ya", "tidak")
LANSIA_FORMS: Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "lapor": (
        ("tgl_laporan", "date", ()),
        ("inisial", "string", ()),
        ("perlu_medis", "select", YES_NO),
        ("usia", "int", ()),
        ("usia_min", "int", ()),
        ("usia_maks", "int", ()),
    ),
    "darurat": (("tindakan", "string", ()),),
    "asesmen": (("perlu_bantuan", "select", YES_NO), ("perlu_rujukan", "select", YES_NO), ("pendapatan", "int", ())),
    "bantuan": (("jenis_bantuan", "string", ()),),
    "rujukan": (("lembaga", "string", ()),),
    "rapat": (("hasil", "select", ("dipantau", "selesai")), ("jarak", "int", ())),
    "pantau": (("pulih", "select", YES_NO),),
    "tutup": (("kesimpulan", "string", ()),),
}


def form(form_id: str, *questions: tuple[str, str, tuple[str, ...]], blank: tuple[str, ...] = ()) -> Schema:
    """A form whose questions must be answered, those of `blank` excepted."""
    fields = (
        Field(f"/{name}", name, "field", kind, choices=tuple((c, {}) for c in choices), required=name not in blank)
        for name, kind, choices in questions
    )
    return Schema(form_id, "1", form_id, tuple(fields))


@dataclass
class Book:
    """A workbook as rows, its forms, the roles officers hold, and the forms as they were while cases ran."""

    sheets: dict[str, Rows]
    schemas: dict[str, Schema]
    held: set[str]
    before: dict[str, Schema] = field(default_factory=dict)

    def row(self, sheet: str, name: str) -> dict[str, object]:
        key = next(key for key in ("name", "form_id", "case", "sop_id", "nomor") if key in self.sheets[sheet][0])
        return next(row for row in self.sheets[sheet] if row.get(key) == name)

    def set(self, sheet: str, name: str, column: str, value: object) -> None:
        for row in self.sheets[sheet]:
            row.setdefault(column, "")
        self.row(sheet, name)[column] = value

    def drop(self, sheet: str, name: str) -> None:
        self.sheets[sheet].remove(self.row(sheet, name))

    def add(self, sheet: str, **row: object) -> None:
        self.sheets.setdefault(sheet, []).append(row)

    def ask(self, form_id: str, *questions: tuple[str, str, tuple[str, ...]], blank: tuple[str, ...] = ()) -> None:
        self.schemas[form_id] = form(form_id, *questions, blank=blank)

    def address(self, sheet: str, name: str, column: str) -> str:
        rows = self.sheets[sheet]
        headers = list(dict.fromkeys(header for row in rows for header in row))
        number = next(at for at, row in enumerate(rows, 2) if row is self.row(sheet, name))
        return f"{sheet}!{get_column_letter(headers.index(column) + 1)}{number}"

    def findings(self) -> tuple[Finding, ...]:
        """Everything publishing would say."""
        book = workbook.read(book_bytes(self.sheets))
        sop, found = sop_reader.read(book)
        if sop is None:
            return found
        letters = {**DRAWN, **letter_sheets(book)}
        every = (*found, *check(sop, self.schemas, letters), *unheld_roles(sop, self.held))
        every += named_by_none(sop, self.schemas, lambda choice: choice not in YES_NO)
        running = Running(sop, 3, ("LANSIA/2026/0001", "LANSIA/2026/0002", "LANSIA/2026/0003"), letters)
        for form_id, old in self.before.items():
            every += against_running(self.schemas[form_id], old, running, self.schemas, sop.renames)
        return (*every, *run_tests(sop, WIB, self.schemas))


def lansia() -> Book:
    """A made-up SOP for neglected old people with a fork, a join, a wait, a loop, letters, an alert and a test."""
    forms = [
        {"form_id": name, "opens_case": "yes" if name == "lapor" else "", "event_date": ""} for name in LANSIA_FORMS
    ]
    forms[0]["event_date"] = "tgl_laporan"
    settings = SETTINGS | {"sop_id": "lansia", "case_label": "${inisial}", "clock_start": "s01"}
    alert = {"name": "a1", "when": "${pendapatan} < 100000", "at": "event", "to": "supervisor", "interpretation": ""}
    return Book(
        {
            "settings": [settings],
            "roles": [{"name": "peksos"}, {"name": "supervisor"}],
            "forms": forms,
            "facts": [{"name": "miskin", "calculation": "${pendapatan} < 300000", "type": "text"}],
            "steps": table(LANSIA_STEPS),
            "routes": table(LANSIA_ROUTES),
            "documents": [
                {"name": "surat_rujukan", "direction": "out", "step": "s05", "required": "yes", "template": "surat"}
            ],
            "surat": [{"nomor": "isi"}, {"nomor": "Kepada ${lembaga} tentang ${inisial}, nomor ${surat.nomor}"}],
            "alerts": [alert],
            "tests": [
                {"case": "u1", "form": "lapor", "perlu_medis": "tidak", "usia": "70", "expect_open": ""},
                {
                    "case": "u1",
                    "form": "asesmen",
                    "perlu_bantuan": "tidak",
                    "perlu_rujukan": "tidak",
                    "expect_open": "s06",
                },
            ],
        },
        {name: form(name, *questions) for name, questions in LANSIA_FORMS.items()},
        {"peksos", "supervisor"},
    )


@cache
def _abh() -> Book:
    page = openpyxl.load_workbook(io.BytesIO((ABH / "sop.xlsx").read_bytes()), read_only=True)
    sheets: dict[str, Rows] = {}
    for sheet in page.worksheets:
        head, *body = sheet.iter_rows(values_only=True)
        rows = [{str(h): value for h, value in zip(head, row, strict=True) if h} for row in body if any(row)]
        sheets[sheet.title] = rows
    schemas = {}
    for path in sorted(ABH.glob("abh_*.xlsx")):
        schemas[path.stem] = form_schema.read(xlsform.convert(path.read_bytes(), path.stem).xform)
    return Book(sheets, schemas, {"peksos", "tksk", "staf_datin", "supervisor"})


def abh() -> Book:
    """SOP 003 as the office publishes it."""
    return replace(_abh(), sheets=deepcopy(_abh().sheets), schemas=dict(_abh().schemas), held=set(_abh().held))
