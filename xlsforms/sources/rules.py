"""An SOP as a workbook: its sheets and columns, and the short notations in which sources write them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xlsforms.book import Book, Cells, Sheet, table
from xlsforms.sources.survey import EN, ID, Form

L, E = f"label::{ID}", f"label::{EN}"
NO_EXTRA: Mapping[str, Cells] = {}

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "roles": ("name", L, E, "stated_in_source", "may_override", "may_close", "may_reopen", "deputy", "scope"),
    "forms": ("form_id", L, E, "opens_case", "case_field", "person_fields", "event_date", "min_version"),
    "facts": ("name", L, E, "note", "calculation", "type"),
    "steps": (
        "name",
        "source",
        "source_text",
        L,
        E,
        "kind",
        "form",
        "role",
        "assign_to",
        "choose",
        "repeat",
        "max_visits",
        "not_before",
        "limit",
        "limit_unit",
        "limit_from",
        "clock",
        "escalate_to",
        "escalate_at",
        "join",
        "same_as",
        "confirm_by",
        "recorded_by",
        "participants",
        "interpretation",
    ),
    "routes": ("name", "from", "when", "to", "close_reason", "protective", L, E, "source", "interpretation"),
    "documents": (
        "name",
        L,
        E,
        "direction",
        "step",
        "required",
        "blocks",
        "template",
        "number_format",
        "signed_by",
        "copies_to",
        "source",
    ),
    "choices": ("list_name", "name", L, E),
    "alerts": ("name", "when", "at", "to", L, E, "source", "interpretation"),
    "requirements": ("name", "source", "text", E, "target"),
    "products": ("name", "source", "text", E, "document"),
}
# Columns a workbook only has where one of its rows fills them.
_SELDOM: Mapping[str, tuple[str, ...]] = {
    "forms": ("record",),
    "documents": ("to_authority",),
    "alerts": ("opens",),
}
# How a person may close a case of any service by hand (sops.md, convention 4; rulings 29 and 44).
_BY_HAND = """
bukan_sasaran | Bukan sasaran layanan ini | Not for this service
meninggal | Meninggal dunia | Died
pindah | Pindah ke luar wilayah | Moved away
duplikat | Duplikat kasus lain | Duplicate of another case
ditarik | Laporan ditarik | Report withdrawn
pindah_layanan | Pindah ke layanan lain | Moved to another service
hilang_kontak | Hilang kontak setelah dicari | Contact lost after a search
melarikan_diri | Melarikan diri setelah dicari | Absconded, after a search
"""
_EXPECTED = ("expect_open", "expect_decision", "expect_close", "expect_alert")
_STEP_NOTE = (
    "name",
    "source",
    L,
    E,
    "kind",
    "instrument",
    "role",
    "choose",
    "repeat",
    "max_visits",
    "limit",
    "clock",
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The sheets of an SOP workbook, each a sequence of rows; `asked` are the columns of answers of sheet `tests`,
    `letters` the sheets of its letters by name."""

    settings: Cells
    roles: Sequence[Cells]
    forms: Sequence[Cells]
    facts: Sequence[Cells]
    steps: Sequence[Cells]
    routes: Sequence[Cells]
    documents: Sequence[Cells]
    choices: Sequence[Cells]
    complaints: Sheet
    alerts: Sequence[Cells]
    requirements: Sequence[Cells]
    products: Sequence[Cells]
    tests: Sequence[Cells]
    asked: Sequence[str]
    letters: Mapping[str, Sheet] = field(default_factory=dict)

    def book(self) -> Book:
        """The workbook, sheets in the order an office reads them."""
        tests = ("case", "at", "form", *self.asked, *_EXPECTED)
        return {
            "settings": table(tuple(self.settings), [self.settings], keep=tuple(self.settings)),
            "roles": _sheet("roles", self.roles),
            "forms": _sheet("forms", self.forms),
            "facts": _sheet("facts", self.facts),
            "steps": _sheet("steps", self.steps),
            "routes": _sheet("routes", self.routes),
            "documents": _sheet("documents", self.documents),
            "choices": _sheet("choices", self.choices),
            "complaints": self.complaints,
            "alerts": _sheet("alerts", self.alerts),
            "requirements": _sheet("requirements", self.requirements),
            "products": _sheet("products", self.products),
            "tests": table(tests, self.tests, keep=tests),
            **self.letters,
        }


def _sheet(name: str, rows: Sequence[Cells]) -> Sheet:
    columns = _COLUMNS[name]
    return table((*columns, *_SELDOM.get(name, ())), rows, keep=columns)


def lines(columns: Sequence[str], text: str, **same: str) -> list[Cells]:
    """Rows written one per line, cells parted by `|`; `same`: cells every row has."""
    parted = ([part.strip() for part in line.split("|")] for line in text.strip().splitlines())
    return rows(columns, parted, **same)


def rows(columns: Sequence[str], written: Iterable[Sequence[str]], **same: str) -> list[Cells]:
    """Rows written as tuples in the order of `columns`; `same`: cells every row has."""
    return [{**dict(zip(columns, row, strict=True)), **same} for row in written]


def roles(text: str) -> list[Cells]:
    """The sheet `roles` from lines in the order of its columns."""
    return lines(_COLUMNS["roles"], text)


def close_reasons(text: str) -> list[Cells]:
    """The closing reasons of the routes, lines `name | Indonesian | English`, and those every service knows."""
    return lines(("name", L, E), text.strip() + _BY_HAND, list_name="close_reason")


def form_uses(forms: Iterable[Form], intake: str, more: Mapping[str, Cells] = NO_EXTRA) -> list[Cells]:
    """How the SOP uses its instruments: `intake` opens the case, the others name it. `more`: further cells by form id."""
    made: list[Cells] = []
    for form in forms:
        opens = form.form_id == intake
        use = {
            "form_id": form.form_id,
            L: form.title[0],
            E: form.title[1],
            "opens_case": "yes" if opens else "no",
            "case_field": "" if opens else "kasus_id",
            "person_fields": "nama_lengkap nik jk tgl_lahir" if opens else "",
            "event_date": "tgl_laporan" if opens else "tgl_kegiatan",
        }
        made.append({**use, **more.get(form.form_id, {})})
    return made


def steps(
    sop_id: str, text: str, said: Mapping[str, str], more: Mapping[str, Cells] = NO_EXTRA, unit: str = "working_day"
) -> list[Cells]:
    """Steps from lines `name | source | Indonesian | English | kind | instrument | role | choose | repeat | visits | limit | clock`.

    said: the printed words by source number. A limit inside the service time counts from the start of
    the case's clock, one outside from the step's opening (ruling 2), and is told to the supervisor at 80 %.
    more: further cells by step; unit: of every limit.
    """
    made: list[Cells] = []
    for note in lines(_STEP_NOTE, text):
        limit = note["limit"]
        row = {name: cell for name, cell in note.items() if name != "instrument"} | {
            "source_text": said[note["source"]],
            "form": f"{sop_id}_{note['instrument']}" if note["instrument"] else "",
            "limit_unit": unit if limit else "",
            "limit_from": ("clock" if note["clock"] == "service" else "step") if limit else "",
            "escalate_to": "supervisor" if limit else "",
            "escalate_at": "80%" if limit and limit != "0" else "",
        }
        made.append({**row, **more.get(note["name"], {})})
    return made
