"""A bundle of workbooks read, converted and checked as one program, before anything is published.

Nothing is written here; `publish` writes what `prepare` made. The heavy parts run in children with
limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from forms import office as office_workbook
from forms import offline, workbook
from forms import schema as form_schema
from forms import sop as sop_workbook
from forms.converted import Converted
from forms.findings import Finding, Place, has_errors
from forms.office import Office
from forms.schema import Schema
from forms.sop import Sop
from forms.workbook import Workbook, WorkbookError
from server import limits
from server.cases.linking import case_list
from server.queries.definitions import Definitions
from server.sop.check import check
from server.sop.clock import Calendar, calendar_of
from server.sop.trials import run_tests
from server.store.entities import entity_list
from server.store.forms import form, form_version, project_media
from server.store.projects import office_version, project, sop, sop_version

# The zone of an SOP checked before its office has a workbook.
DEFAULT_ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as sent: `name` is data and never a path on our side; `folder` groups a bundle's files."""

    name: str
    data: bytes
    folder: str = ""


@dataclass(frozen=True, slots=True)
class FormDraft:
    """A converted form: what the author sent, what phones will download, and what it needs beside it."""

    upload: Upload
    converted: Converted
    schema: Schema


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing a file would do: `new`, `same` (nothing) or `update`."""

    file: str
    kind: str
    id: str
    version: str
    title: str
    change: str
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything read and made from the uploads of one office, with all findings (`args['file']` names the file)."""

    uploads: tuple[Upload, ...]
    office_code: str | None
    office: tuple[Upload, Office] | None
    sops: tuple[tuple[Upload, Sop], ...]
    forms: tuple[FormDraft, ...]
    media: tuple[Upload, ...]
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether an error forbids publishing."""
        return has_errors(self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(item for item in self.findings if item.level == "warning")


@dataclass(frozen=True, slots=True)
class Existing:
    """What the project already has that a bundle is checked against."""

    project_id: int | None
    forms: Mapping[str, Schema]
    lists: frozenset[str]
    shared: frozenset[str]
    sops: tuple[Sop, ...] = ()
    office: Office | None = None


NOTHING = Existing(None, {}, frozenset(), frozenset())


def read_existing(db: Connection, definitions: Definitions, project_id: int | None) -> Existing:
    """The published forms, lists, shared media and SOPs of a project."""
    if project_id is None:
        return NOTHING
    rows = db.execute(
        select(form.c.xml_form_id, form.c.current_version_id).where(
            form.c.project_id == project_id, form.c.current_version_id.is_not(None)
        )
    ).all()
    lists = db.execute(select(entity_list.c.name).where(entity_list.c.project_id == project_id)).scalars()
    shared = db.execute(select(project_media.c.name).where(project_media.c.project_id == project_id)).scalars()
    return Existing(
        project_id,
        {name: definitions.form_version(version_id).schema for name, version_id in rows},
        frozenset(lists),
        frozenset(shared),
        tuple(found.sop for found in definitions.current_sops(db, project_id)),
        definitions.office(db, project_id),
    )


def find_project(db: Connection, code: str | None) -> int | None:
    """The project of an office code (ruling 18)."""
    return db.execute(select(project.c.id).where(project.c.code == code)).scalar() if code else None


def prepare(
    uploads: Sequence[Upload], sources: tuple[Connection, Definitions] | None, project_id: int | None
) -> Bundle:
    """Reads, converts and checks the uploads together with what `project_id` (or the office they name) has.

    Without `sources` (a database and its definitions) they are checked for themselves.
    """
    reader = _Reader()
    for upload in uploads:
        reader.read(upload)
    code = reader.office_code()
    existing = NOTHING
    if sources is not None:
        db, definitions = sources
        existing = read_existing(db, definitions, project_id or find_project(db, code))
    sops = tuple(item for _, item in reader.sops) or existing.sops
    forms = _convert(reader, sops)
    office = reader.office[1] if reader.office else existing.office
    _check_files(reader, forms, existing, office, sops)
    _check_sops(reader, forms, existing, office)
    return Bundle(
        tuple(uploads),
        code,
        reader.office,
        tuple(reader.sops),
        tuple(forms),
        tuple(reader.media),
        tuple(_changes(sources[0] if sources else None, reader, forms, existing)),
        tuple(reader.findings),
    )


class _Reader:
    """Sorts uploads into office, SOP, form and media, collecting findings by file."""

    def __init__(self) -> None:
        self.office: tuple[Upload, Office] | None = None
        self.sops: list[tuple[Upload, Sop]] = []
        self.books: dict[str, Workbook] = {}
        self.forms: list[Upload] = []
        self.media: list[Upload] = []
        self.findings: list[Finding] = []

    def add(self, file: str, findings: Iterable[Finding]) -> None:
        self.findings.extend(replace(finding, args={**finding.args, "file": file}) for finding in findings)

    def read(self, upload: Upload) -> None:
        if not upload.name.lower().endswith((".xlsx", ".xlsm")):
            self.media.append(upload)
            return
        try:
            book = workbook.read(upload.data)
        except WorkbookError as error:
            self.add(upload.name, error.findings)
            return
        self.books[upload.name] = book
        if book.sheet("steps", "langkah") and book.sheet("routes", "alur"):
            read, findings = sop_workbook.read(book)
            self.add(upload.name, findings)
            if read is not None:
                self.sops.append((upload, read))
        elif book.sheet("office", "kantor"):
            found, findings = office_workbook.read(book)
            self.add(upload.name, findings)
            if found is not None:
                self.office = (upload, found)
        else:
            self.forms.append(upload)

    def office_code(self) -> str | None:
        if self.office:
            return self.office[1].id
        return self.sops[0][1].office if self.sops else None


def _convert(reader: _Reader, sops: Sequence[Sop]) -> list[FormDraft]:
    """Converts all forms in one child and validates them in one run of ODK Validate."""
    if not reader.forms:
        return []
    first = limits.convert_forms([(upload.data, upload.name) for upload in reader.forms])
    made = [
        (upload, _with_prediction(upload, converted, sops))
        for upload, converted in zip(reader.forms, first, strict=True)
    ]
    again = iter(limits.convert_forms([(data, u.name) for u, data in made if data is not None], generated=True))
    drafts = []
    for (upload, data), converted in zip(made, first, strict=True):
        final = next(again) if data is not None else converted
        reader.add(upload.name, converted.findings)
        if data is not None and has_errors(final.findings):
            reader.add(upload.name, final.findings)
        if final.xform is not None and not has_errors(final.findings):
            drafts.append(FormDraft(upload, final, form_schema.read(final.xform)))
    verdicts = limits.validate_xforms([(d.converted.xform or "", d.upload.data) for d in drafts])
    for draft, findings in zip(drafts, verdicts, strict=True):
        reader.add(draft.upload.name, findings)
    return drafts


def _with_prediction(upload: Upload, converted: Converted, sops: Sequence[Sop]) -> bytes | None:
    """The intake's workbook with the rows that let follow-ups work before the first sync; None for other forms."""
    if converted.xform is None or has_errors(converted.findings):
        return None
    for item in sops:
        use = item.form(converted.form_id)
        if use is None or not use.opens_case:
            continue
        schema = form_schema.read(converted.xform)
        declared = [entity for entity in schema.entities if entity.list == case_list(item.sop_id) and entity.create]
        if not declared or declared[0].path:
            return None
        asked = frozenset(question.name for question in schema.questions())
        return offline.with_rows(upload.data, offline.predicted(item, converted.form_id, asked))
    return None


def _check_files(
    reader: _Reader, forms: Sequence[FormDraft], existing: Existing, office: Office | None, sops: Sequence[Sop]
) -> None:
    """Every file a form names must be deliverable: an entity list, shared media of the office, or an upload."""
    known = existing.lists | existing.shared | {upload.name for upload in reader.media}
    known |= {f"{entity.list}.csv" for draft in forms for entity in draft.schema.entities}
    known |= {f"{name}.csv" for name in existing.lists} | {f"{case_list(item.sop_id)}.csv" for item in sops}
    if office is not None:
        known |= set(office.media())
    for draft in forms:
        for file in draft.schema.files:
            carried = file.name in {f.name for f in getattr(existing.forms.get(draft.schema.form_id), "files", ())}
            if file.name not in known and file.kind != "itemsets" and not carried:
                place = Place("survey")
                reader.add(draft.upload.name, [Finding("form.media_missing", "error", place, {"name": file.name})])


def _check_sops(reader: _Reader, forms: Sequence[FormDraft], existing: Existing, office: Office | None) -> None:
    schemas = {**existing.forms, **{draft.schema.form_id: draft.schema for draft in forms}}
    mine = {item.sop_id for _, item in reader.sops}
    for upload, item in reader.sops:
        found = check(item, schemas)
        reader.add(upload.name, found)
        if has_errors(found):
            # Its rows in `tests` would only repeat the same error in other words.
            continue
        reader.add(upload.name, run_tests(item, calendar_of(office, item) if office else Calendar(DEFAULT_ZONE)))
    for item in existing.sops:
        # A form renamed or changed alone must still serve the SOP in force (checked as one bundle).
        if item.sop_id not in mine and any(item.form(draft.schema.form_id) for draft in forms):
            reader.add(f"{item.sop_id} {item.version}", [f for f in check(item, schemas) if f.level == "error"])


def _changes(
    db: Connection | None, reader: _Reader, forms: Sequence[FormDraft], existing: Existing
) -> Iterable[Change]:
    if reader.office:
        upload, read = reader.office
        same = existing.office is not None and office_workbook.digest(reader.books[upload.name]) == _office_digest(
            db, existing.project_id
        )
        change = "same" if same else "update" if existing.office else "new"
        yield Change(upload.name, "office", read.id, "", read.name, change)
    for upload, item in reader.sops:
        yield _sop_change(db, reader, existing, upload, item)
    for draft in forms:
        yield _form_change(db, reader, existing, draft)


def _office_digest(db: Connection | None, project_id: int | None) -> str | None:
    if db is None:
        return None
    from_office = (
        select(office_version.c.digest)
        .join(project, project.c.office_version_id == office_version.c.id)
        .where(project.c.id == project_id)
    )
    return db.execute(from_office).scalar()


def _sop_change(db: Connection | None, reader: _Reader, existing: Existing, upload: Upload, item: Sop) -> Change:
    query = (
        select(sop_version.c.digest)
        .join(sop, sop.c.id == sop_version.c.sop_id)
        .where(
            sop.c.project_id == existing.project_id, sop.c.sop_id == item.sop_id, sop_version.c.version == item.version
        )
    )
    digest = db.execute(query).scalar() if db is not None and existing.project_id else None
    previous = next((s.version for s in existing.sops if s.sop_id == item.sop_id), None)
    if digest is None:
        return Change(
            upload.name, "sop", item.sop_id, item.version, item.title, "update" if previous else "new", previous
        )
    if digest != sop_workbook.digest(reader.books[upload.name]):
        reader.add(upload.name, [_version_taken("sop", reader.books[upload.name], item.version)])
    return Change(upload.name, "sop", item.sop_id, item.version, item.title, "same", previous)


def _form_change(db: Connection | None, reader: _Reader, existing: Existing, draft: FormDraft) -> Change:
    schema = draft.schema
    query = (
        select(form_version.c.xform)
        .join(form, form.c.id == form_version.c.form_id)
        .where(
            form.c.project_id == existing.project_id,
            form.c.xml_form_id == schema.form_id,
            form_version.c.version == schema.version,
            form_version.c.published_at.is_not(None),
        )
    )
    published = db.execute(query).scalar() if db is not None and existing.project_id else None
    old = existing.forms.get(schema.form_id)
    previous = old.version if old else None
    if published is None:
        change = "update" if old else "new"
    else:
        change = "same"
        if published != draft.converted.xform:
            book = reader.books[draft.upload.name]
            reader.add(draft.upload.name, [_version_taken("form", book, schema.version)])
    return Change(draft.upload.name, "form", schema.form_id, schema.version, schema.title, change, previous)


def _version_taken(kind: str, book: Workbook, version: str) -> Finding:
    sheet = book.sheet("settings", "pengaturan")
    row = sheet.rows[0] if sheet and sheet.rows else None
    place = row.place("version", "versi") if row else None
    return Finding(f"{kind}.version_taken", "error", place, {"version": version, "next": next_version(version)})


def next_version(version: str) -> str:
    """The version to propose after this one: its trailing number plus one (ruling 31)."""
    head = version.rstrip("0123456789")
    digits = version[len(head) :]
    return f"{head}{int(digits) + 1:0{len(digits)}d}" if digits else f"{version}.2"
