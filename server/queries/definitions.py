"""Published definitions as values: form versions, SOP versions, offices and their calendars.

A published version never changes, so what is read here is kept in memory by its row id.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from sqlalchemy import Connection, bindparam, func, select

from forms import letter_sheet, questionnaire, workbook
from forms import office as office_workbook
from forms import sop as sop_workbook
from forms.letter_sheet import LetterSheet
from forms.office import Office
from forms.questionnaire import Questionnaire
from forms.schema import Schema
from forms.sop import Rename, Sop
from server.sop.check import Letter, letter_sheets
from server.sop.clock import Calendar, calendar_of
from server.store import Store
from server.store.forms import form, form_media, form_version, project_media
from server.store.hot import Hot
from server.store.projects import office_in_force, office_version, project, sop, sop_version


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One uploaded definition of a form; `published` tells drafts apart."""

    id: int
    form_id: int
    project_id: int
    xml_form_id: str
    version: str
    title: str
    schema: Schema
    published: bool


@dataclass(frozen=True, slots=True)
class SopVersion:
    """One published SOP version; `row_id` is the SOP itself, `letters` the sheets of its workbook that are letters by
    what they read, `sheets` those letters as they are written, by their document."""

    id: int
    row_id: int
    project_id: int
    sop: Sop
    letters: Mapping[str, Letter] = field(default_factory=dict)
    sheets: Mapping[str, LetterSheet] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form of a project as it stands now."""

    id: int
    xml_form_id: str
    state: str
    current_version_id: int | None


_FORM = Hot(
    select(form.c.id, form.c.xml_form_id, form.c.state, form.c.current_version_id).where(
        form.c.project_id == bindparam("project"), form.c.xml_form_id == bindparam("name")
    )
)
_VERSION_ID = Hot(
    select(form_version.c.id).where(
        form_version.c.form_id == bindparam("form"),
        form_version.c.version == bindparam("version"),
        form_version.c.published_at.is_not(None),
    )
)
_CURRENT_SOPS = Hot(
    select(sop.c.current_version_id).where(
        sop.c.project_id == bindparam("project"), sop.c.current_version_id.is_not(None)
    )
)
_CHANGES = select(func.max(office_in_force.c.id)).where(office_in_force.c.project_id == bindparam("project"))
_OFFICE_ID = Hot(
    select(project.c.office_version_id, project.c.timezone, _CHANGES.scalar_subquery()).where(
        project.c.id == bindparam("project")
    )
)
_IN_FORCE = Hot(
    select(office_in_force.c.office_version_id, office_in_force.c.since)
    .where(office_in_force.c.project_id == bindparam("project"))
    .order_by(office_in_force.c.id)
)

# Which office workbooks were in force, with the moment each began; oldest first.
History = tuple[tuple[int, str], ...]


def find_form(db: Connection, project_id: int, xml_form_id: str) -> FormRow | None:
    """The form of that id in the project, or None."""
    row = _FORM.first(db, {"project": project_id, "name": xml_form_id})
    return FormRow(*row) if row else None


def published_version_id(db: Connection, form_id: int, version: str) -> int | None:
    """The row id of the published version with this name, or None when it was never published."""
    row = _VERSION_ID.first(db, {"form": form_id, "version": version})
    return row[0] if row else None


@lru_cache(maxsize=50)
def _program(data: bytes) -> tuple[Sop, Mapping[str, Letter], Mapping[str, LetterSheet]]:
    """The rules of a published workbook, its letters by what they read, and as they are written."""
    book = workbook.read(data)
    read, findings = sop_workbook.read(book)
    if read is None:
        raise ValueError(f"a published SOP can no longer be read: {findings}")
    return read, letter_sheets(book), letter_sheet.read(book, read)[0]


@lru_cache(maxsize=20)
def _office(data: bytes) -> Office:
    read, findings = office_workbook.read(workbook.read(data))
    if read is None:
        raise ValueError(f"a published office can no longer be read: {findings}")
    return read


class Definitions:
    """Reads definitions through a store and remembers them. One per process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.form_version = lru_cache(maxsize=2_000)(self._form_version)
        self.sop_version = lru_cache(maxsize=200)(self._sop_version)
        self._office_version = lru_cache(maxsize=50)(self._read_office)
        self.questionnaire = lru_cache(maxsize=200)(self._questionnaire)
        self.list_file = lru_cache(maxsize=50)(self._list_file)
        self.list_rows = lru_cache(maxsize=50)(self._list_rows)
        self._calendar = lru_cache(maxsize=200)(self._make_calendar)
        self._histories: dict[int, tuple[int, History]] = {}

    def _form_version(self, version_id: int) -> FormVersion:
        query = (
            select(
                form_version.c.id,
                form_version.c.form_id,
                form.c.project_id,
                form.c.xml_form_id,
                form_version.c.version,
                form_version.c.title,
                form_version.c.schema,
                form_version.c.published_at,
            )
            .join(form, form.c.id == form_version.c.form_id)
            .where(form_version.c.id == version_id)
        )
        with self._store.read() as db:
            row = db.execute(query).one()
        return FormVersion(
            row.id,
            row.form_id,
            row.project_id,
            row.xml_form_id,
            row.version,
            row.title,
            Schema.from_json(row.schema),
            row.published_at is not None,
        )

    def _questionnaire(self, version_id: int) -> Questionnaire:
        """What this form version asks, under which conditions."""
        with self._store.read() as db:
            xform = db.execute(select(form_version.c.xform).where(form_version.c.id == version_id)).scalar_one()
        return questionnaire.read(xform)

    def _sop_version(self, version_id: int) -> SopVersion:
        query = (
            select(sop_version.c.id, sop_version.c.sop_id, sop.c.project_id, sop_version.c.workbook)
            .join(sop, sop.c.id == sop_version.c.sop_id)
            .where(sop_version.c.id == version_id)
        )
        with self._store.read() as db:
            row = db.execute(query).one()
        return SopVersion(row.id, row.sop_id, row.project_id, *_program(self._store.blobs.get(row.workbook)))

    def current_sops(self, db: Connection, project_id: int) -> list[SopVersion]:
        """The SOP versions new cases of this project begin under."""
        return [self.sop_version(row[0]) for row in _CURRENT_SOPS.all(db, {"project": project_id})]

    def renames(self, db: Connection, version: SopVersion) -> tuple[Rename, ...]:
        """What the version in force calls otherwise than this one; nothing for that version itself (ruling 31)."""
        current = self.current_sops(db, version.project_id)
        newer = (found for found in current if found.row_id == version.row_id and found.id != version.id)
        return next((found.sop.renames for found in newer), ())

    def _read_office(self, version_id: int) -> Office:
        query = select(office_version.c.workbook).where(office_version.c.id == version_id)
        with self._store.read() as db:
            blob = db.execute(query).scalar_one()
        return _office(self._store.blobs.get(blob))

    def _list_file(self, sha256: str) -> Mapping[str, str]:
        """{name: label} of a CSV file of choices; rows without either are left out."""
        return {row["name"]: row["label"] for row in self.list_rows(sha256) if row.get("name") and row.get("label")}

    def _list_rows(self, sha256: str) -> tuple[Mapping[str, str], ...]:
        """The rows of a CSV file by column."""
        text = self._store.blobs.get(sha256).decode("utf-8-sig", "replace")
        return tuple(csv.DictReader(io.StringIO(text, newline="")))

    def files_of(self, db: Connection, project_id: int, version_id: int | None) -> Mapping[str, str]:
        """Hashes of the files a form chooses from, by name: the office's shared ones before those uploaded with this
        version, as on phones."""
        own = select(form_media.c.name, form_media.c.blob).where(
            form_media.c.form_version_id == version_id, form_media.c.blob.is_not(None)
        )
        shared = select(project_media.c.name, project_media.c.blob).where(project_media.c.project_id == project_id)
        found = {row.name: row.blob for row in db.execute(own)} if version_id is not None else {}
        return {**found, **{row.name: row.blob for row in db.execute(shared)}}

    def file_bytes(self, sha256: str) -> bytes:
        """A kept file by its hash, not remembered. Raises FileNotFoundError."""
        return self._store.blobs.get(sha256)

    def office(self, db: Connection, project_id: int) -> Office | None:
        """The office workbook now in force, None before one was published."""
        version_id, _zone, _last = _OFFICE_ID.first(db, {"project": project_id})
        return self._office_version(version_id) if version_id else None

    def calendar(self, db: Connection, project_id: int, sop_version_id: int) -> Calendar:
        """Working days of the office with the SOP's own free days, in its time zone, and the days that were in
        force before (ruling 36)."""
        version_id, zone, last = _OFFICE_ID.first(db, {"project": project_id})
        if version_id is None:
            return Calendar(zone)
        return self._calendar(version_id, sop_version_id, self._history(db, project_id, last) if last else ())

    def _history(self, db: Connection, project_id: int, last: int) -> History:
        known = self._histories.get(project_id)
        if known is None or known[0] != last:
            known = (last, tuple((row[0], row[1]) for row in _IN_FORCE.all(db, {"project": project_id})))
            self._histories[project_id] = known
        return known[1]

    def _make_calendar(self, office_version_id: int, sop_version_id: int, history: History) -> Calendar:
        rules = self.sop_version(sop_version_id).sop
        earlier = []
        for (before, _), (after, since) in pairwise(history):
            old = calendar_of(self._office_version(before), rules)
            if old != calendar_of(self._office_version(after), rules):
                earlier.append((datetime.fromisoformat(since), old))
        return calendar_of(self._office_version(office_version_id), rules, tuple(earlier))


def definitions_of(store: Store) -> Definitions:
    """The definitions read through this store; one set per store and process."""
    return store.kept(Definitions)
