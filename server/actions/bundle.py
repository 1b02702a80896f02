"""A bundle of workbooks read, converted and checked as one program, before anything is published.

Nothing is written here; `publish` writes what `prepare` made. The heavy parts run in children with
limits.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from sqlalchemy import Connection, select

from forms import correction_form, letter_sheet, offline, workbook
from forms import media as form_media
from forms import office as office_workbook
from forms import schema as form_schema
from forms import sop as sop_workbook
from forms import xform as form_xml
from forms.compare import Change, Version, compare
from forms.converted import Converted
from forms.findings import Finding, Place, has_errors
from forms.office import Office
from forms.schema import Schema
from forms.sop import FormUse, Sop
from forms.workbook import Workbook, WorkbookError
from reports import letters
from server import limits
from server.actions.bundle_checks import Changed, Rules, gone_fields, retyped_fields, running_findings
from server.actions.bundle_existing import NOTHING, Existing, find_project, published_schemas, read_existing
from server.cases.linking import case_list
from server.cases.sharing import names_somebody
from server.queries.definitions import Definitions, find_form
from server.queries.publishing import FileChange
from server.sop.check import Letter, check, letter_sheets, named_by_none, unheld_roles
from server.sop.clock import Calendar, calendar_of
from server.sop.trials import run_tests
from server.store.forms import form, form_version
from server.store.projects import office_version, project, sop, sop_version

# What a check does, in this order: read the workbooks, convert the forms, try them as a phone would, check the rules.
STAGES = 4
# Tables of other programs, which no phone can read either: refused by name, not taken for files of a form.
OTHER_TABLES = (".xls", ".xlsb", ".ods", ".numbers")
# The zone of an SOP checked before its office has a workbook.
DEFAULT_ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as sent: `name` is data and never a path on our side; `folder` groups a bundle's files, so that each
    of its SOPs may call its workbook `sop.xlsx`."""

    name: str
    data: bytes
    folder: str = ""

    @property
    def path(self) -> str:
        """What tells this file from the others of its bundle, and what findings call it."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def is_xform(self) -> bool:
        """Whether it is a form written as XForm XML, and no list that a form chooses from."""
        return self.name.lower().endswith(".xml") and form_xml.is_xform(self.data)


@dataclass(frozen=True, slots=True)
class FormDraft:
    """A converted form: what the author sent, what phones will download, and what it needs beside it."""

    upload: Upload
    converted: Converted
    schema: Schema


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything read and made from the uploads of one office, with all findings (`args['file']` names the file).

    `ticks`: warnings accepted with an earlier version, by `warning_key`, with who (`by`) and when (`on`).
    `differences`: by file, what a form changes of the version in force.
    """

    uploads: tuple[Upload, ...]
    office_code: str | None
    office: tuple[Upload, Office] | None
    sops: tuple[tuple[Upload, Sop], ...]
    forms: tuple[FormDraft, ...]
    media: tuple[Upload, ...]
    changes: tuple[FileChange, ...]
    findings: tuple[Finding, ...]
    ticks: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    differences: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether an error forbids publishing."""
        return has_errors(self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(item for item in self.findings if item.level == "warning")

    @property
    def unaccepted(self) -> tuple[Finding, ...]:
        """The warnings nobody has put their name under yet; one that says something new needs a new tick."""
        return tuple(item for item in self.warnings if warning_key(item) not in self.ticks)


def warning_key(finding: Finding) -> str:
    """What a tick under a warning stands for: its code, sheet, column and everything it says.

    Rows that merely moved keep their tick; a warning about other steps, answers or names needs a new one.
    """
    place = finding.place
    where = (place.sheet, place.column) if place else ("", "")
    said = sorted((name, str(value)) for name, value in finding.args.items() if name not in ("file", "nearest"))
    text = json.dumps([finding.code, where, said], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def prepare(
    uploads: Sequence[Upload],
    sources: tuple[Connection, Definitions] | None,
    project_id: int | None,
    begin: Callable[[int], None] = lambda stage: None,
) -> Bundle:
    """Reads, converts and checks the uploads together with what `project_id` (or the office they name) has.

    Without `sources` (a database and its definitions) they are checked for themselves. `begin` is told each of the
    STAGES by its number, from 0, as it begins.
    """
    begin(0)
    uploads = [replace(upload, data=limits.as_xlsx(upload.data)) for upload in uploads]
    reader = _Reader()
    for upload in uploads:
        reader.read(upload)
    reader.refuse_doubles(uploads)
    code = reader.office_code()
    existing = NOTHING
    if sources is not None:
        db, definitions = sources
        existing = read_existing(db, definitions, project_id or find_project(db, code))
    sops = tuple(item for _, item in reader.sops) or existing.sops
    forms = _convert(reader, sops, begin)
    begin(3)
    office = reader.office[1] if reader.office else existing.office
    _check_files(reader, forms, existing, office, sops)
    _check_media(reader, forms, existing, sources)
    _check_reserved(reader, forms, sops)
    _check_office(reader, office, new=sources is not None and existing.project_id is None)
    _check_sops(reader, forms, existing, office)
    _check_types(reader, forms, existing, sources)
    return Bundle(
        tuple(uploads),
        code,
        reader.office,
        tuple(reader.sops),
        tuple(forms),
        tuple(reader.media),
        tuple(_changes(sources[0] if sources else None, reader, forms, existing)),
        tuple(reader.findings),
        existing.ticks,
        _differences(reader, forms, existing),
    )


class _Reader:
    """Sorts uploads into office, SOP, form and media, collecting findings by file.

    `broken`: the ids of forms that could not be converted.
    """

    def __init__(self) -> None:
        self.office: tuple[Upload, Office] | None = None
        self.sops: list[tuple[Upload, Sop]] = []
        self.books: dict[str, Workbook] = {}
        self.forms: list[Upload] = []
        self.media: list[Upload] = []
        self.broken: set[str] = set()
        self.findings: list[Finding] = []

    def add(self, file: str, findings: Iterable[Finding]) -> None:
        self.findings.extend(replace(finding, args={**finding.args, "file": file}) for finding in findings)

    def read(self, upload: Upload) -> None:
        if upload.name.startswith("~$"):
            return  # what Excel keeps beside a workbook while it is open
        if not upload.name.lower().endswith((".xlsx", ".xlsm", *OTHER_TABLES)):
            (self.forms if upload.is_xform else self.media).append(upload)
            return
        try:
            book = workbook.read(upload.data, workbook.MAX_PUBLISHED_CELLS)
        except WorkbookError as error:
            self.add(upload.path, error.findings)
            return
        self.books[upload.path] = book
        if _is_sop(book):
            read, findings = sop_workbook.read(book)
            self.add(upload.path, findings)
            if read is not None:
                self.sops.append((upload, read))
        elif book.sheet("office", "kantor"):
            found, findings = office_workbook.read(book)
            self.add(upload.path, findings)
            if found is not None:
                self.office = (upload, found)
        else:
            self.forms.append(upload)

    def refuse_doubles(self, uploads: Sequence[Upload]) -> None:
        """Two files of one name in one place, two SOPs of one code: only a person can tell which is meant."""
        first: dict[str, str] = {}
        for upload, item in self.sops:
            other = first.setdefault(item.sop_id, upload.path)
            if other != upload.path:
                place = item.row.place("sop_id")
                self.add(
                    upload.path, [Finding("bundle.same_sop", "error", place, {"name": item.sop_id, "other": other})]
                )
        named: dict[str, str] = {}
        for upload in self.forms:
            form_id, cell = self._named(upload)
            other = named.setdefault(form_id, upload.path) if form_id else upload.path
            if other != upload.path:
                self.add(upload.path, [Finding("bundle.same_form", "error", cell, {"name": form_id, "other": other})])
        counted = Counter(upload.path for upload in uploads)
        for path in (path for path, count in counted.items() if count > 1):
            self.add(path, [Finding("bundle.same_file", "error", None, {"name": path})])

    def _named(self, upload: Upload) -> tuple[str, Place | None]:
        """What a form calls itself, and where."""
        book = self.books.get(upload.path)
        if book is None:
            return form_xml.read(upload.data).form_id, None
        sheet = book.sheet("settings")
        row = sheet.rows[0] if sheet and sheet.rows else None
        headers = ("form_id", "id_string", "set_form_id")
        return (row.text(*headers), row.place(*headers)) if row else ("", None)

    def office_code(self) -> str | None:
        if self.office:
            return self.office[1].id
        return self.sops[0][1].office if self.sops else None


def _is_sop(book: Workbook) -> bool:
    """Whether a workbook is an SOP, also one whose most needed sheets are missing or misspelt."""
    if book.sheet("survey") or book.sheet("office", "kantor"):
        return False
    own = [name for name, also in sop_workbook.SHEETS.items() if book.sheet(name, *also)]
    return "steps" in own or "routes" in own or len(set(own) - {"settings", "choices"}) > 1


def _convert(reader: _Reader, sops: Sequence[Sop], begin: Callable[[int], None]) -> list[FormDraft]:
    """Converts all forms in one child and validates them in one run of ODK Validate."""
    if not reader.forms:
        return []
    begin(1)
    books = [upload for upload in reader.forms if not upload.is_xform]
    converted_books = iter(limits.convert_forms([(upload.data, upload.name) for upload in books]))
    first = [
        form_xml.read(upload.data, upload.name) if upload.is_xform else next(converted_books) for upload in reader.forms
    ]
    made = [
        (upload, _with_prediction(upload, converted, sops))
        for upload, converted in zip(reader.forms, first, strict=True)
    ]
    again = iter(limits.convert_forms([(data, u.name) for u, data in made if data is not None], generated=True))
    drafts = []
    for (upload, data), converted in zip(made, first, strict=True):
        final = next(again) if data is not None else converted
        reader.add(upload.path, converted.findings)
        if data is not None and has_errors(final.findings):
            reader.add(upload.path, final.findings)
        if final.xform is not None and not has_errors(final.findings):
            drafts.append(FormDraft(upload, final, form_schema.read(final.xform)))
        else:
            reader.broken.add(converted.form_id)
    begin(2)
    tried = [(d.converted.xform or "", None if d.upload.is_xform else d.upload.data) for d in drafts]
    verdicts = limits.validate_xforms(tried)
    for draft, findings in zip(drafts, verdicts, strict=True):
        reader.add(draft.upload.path, findings)
    return drafts


def _with_prediction(upload: Upload, converted: Converted, sops: Sequence[Sop]) -> bytes | None:
    """The intake's workbook with the rows that let follow-ups work before the first sync; None for other forms."""
    if converted.xform is None or has_errors(converted.findings) or upload.is_xform:
        return None
    for item in sops:
        use = item.form(converted.form_id)
        if use is None or not use.opens_case:
            continue
        schema = form_schema.read(converted.xform)
        declared = [entity for entity in schema.entities if entity.list == case_list(item.sop_id) and entity.create]
        if not declared:
            return None
        asked = frozenset(question.name for question in schema.questions())
        inside = declared[0].path.rpartition("/")[2]
        return offline.with_rows(upload.data, offline.predicted(item, converted.form_id, asked), inside)
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
                reader.add(draft.upload.path, [Finding("form.media_missing", "error", place, {"name": file.name})])
    named = {file.name for draft in forms for file in draft.schema.files}
    for upload in reader.media if len(forms) == len(reader.forms) else ():
        if upload.name not in named:
            reader.add(upload.path, [Finding("bundle.unused_file", "warning", None, {"name": upload.name})])


def _check_reserved(reader: _Reader, forms: Sequence[FormDraft], sops: Sequence[Sop]) -> None:
    """Neither a form nor a list may have the name of what the server makes for returned reports (ruling 51)."""
    taken = {correction_form.form_id(item.sop_id) for item in sops}
    for draft in forms:
        lists = {entity.list for entity in draft.schema.entities} | {
            file.name.removesuffix(".csv") for file in draft.schema.files
        }
        names = [name for name in (draft.schema.form_id,) if name in taken]
        for name in (*names, *({correction_form.LIST} & lists)):
            reader.add(draft.upload.path, [Finding("bundle.reserved", "error", Place("settings"), {"name": name})])


def _check_media(
    reader: _Reader, forms: Sequence[FormDraft], existing: Existing, sources: tuple[Connection, Definitions] | None
) -> None:
    """Every list that phones get with the forms must open there, and hold what the forms read in it: those uploaded
    now, and those that stay from the version in force or are shared by the office."""
    uploads = {upload.name: upload for upload in reader.media}
    said: dict[str, list[Finding]] = {}
    for draft in forms:
        kept = _kept_files(draft, existing, sources)
        for name, need in form_media.needs(draft.converted.xform or "").items():
            upload = uploads.get(name)
            data = upload.data if upload else kept(name)
            if data is not None:
                found = said.setdefault(upload.path if upload else draft.upload.path, [])
                found += [item for item in form_media.check(name, data, need) if item not in found]
    for path, found in said.items():
        reader.add(path, found)


def _kept_files(
    draft: FormDraft, existing: Existing, sources: tuple[Connection, Definitions] | None
) -> Callable[[str], bytes | None]:
    """The files this form goes on using, by name."""
    if sources is None or existing.project_id is None:
        return lambda name: None
    db, definitions = sources
    found = find_form(db, existing.project_id, draft.schema.form_id)
    files = definitions.files_of(db, existing.project_id, found.current_version_id if found else None)
    return lambda name: definitions.file_bytes(files[name]) if name in files else None


def _check_office(reader: _Reader, office: Office | None, *, new: bool) -> None:
    """An SOP goes to the office it names: another one than chosen, or one nobody knows, wants a person's word."""
    for upload, item in reader.sops:
        place = item.row.place("office")
        if office is not None and item.office != office.id:
            more = {"office": item.office, "other": office.id, "title": item.title}
            reader.add(upload.path, [Finding("bundle.other_office", "warning", place, more)])
        elif office is None and new:
            reader.add(upload.path, [Finding("bundle.new_office", "warning", place, {"office": item.office})])


def _check_sops(reader: _Reader, forms: Sequence[FormDraft], existing: Existing, office: Office | None) -> None:
    schemas = {**existing.forms, **{draft.schema.form_id: draft.schema for draft in forms}}
    drawn = {name: Letter() for kind in letters.KINDS for name in (kind, letters.letter(kind).serves)}
    rules = []
    for upload, item in reader.sops:
        missing = [use for use in item.forms if use.form_id not in schemas]
        if missing and all(use.form_id in reader.broken for use in missing):
            # Its rules read answers of these forms: what is wrong there is told first.
            names = ", ".join(use.form_id for use in missing)
            reader.add(
                upload.path, [Finding("bundle.forms_first", "note", None, {"name": item.sop_id, "forms": names})]
            )
            continue
        if missing and not schemas:
            reader.add(upload.path, [_no_form(use) for use in missing])
            continue
        sheets = letter_sheets(reader.books[upload.path])
        rules.append(Rules(upload.path, item, sheets))
        found = check(item, schemas, {**drawn, **sheets})
        reader.add(upload.path, found)
        reader.add(upload.path, letter_sheet.read(reader.books[upload.path], item)[1])
        if existing.roles is not None:
            reader.add(upload.path, unheld_roles(item, existing.roles))
        if office is not None:
            known = partial(names_somebody, office, existing.logins)
            reader.add(upload.path, named_by_none(item, schemas, known))
        if has_errors(found):
            # Its rows in `tests` would only repeat the same error in other words.
            continue
        calendar = calendar_of(office, item) if office else Calendar(DEFAULT_ZONE)
        reader.add(upload.path, run_tests(item, calendar, schemas))
    mine = {item.sop_id for _, item in reader.sops}
    for item in existing.sops:
        if item.sop_id in mine:
            continue
        name = f"{item.sop_id} {item.version}"
        rules.append(Rules(name, item, existing.letters[item.sop_id]))
        if any(item.form(draft.schema.form_id) for draft in forms):
            # A form renamed or changed alone must still serve the SOP in force (checked as one bundle).
            found = check(item, schemas, {**drawn, **existing.letters[item.sop_id]})
            reader.add(name, [f for f in found if f.level == "error"])
    _check_changed(reader, forms, existing, rules, schemas)


def _no_form(use: FormUse) -> Finding:
    return Finding("sop.E01", "error", use.row.place("form_id"), {"name": use.form_id, "problem": "form_file"})


def _check_changed(
    reader: _Reader,
    forms: Sequence[FormDraft],
    existing: Existing,
    rules: Sequence[Rules],
    schemas: Mapping[str, Schema],
) -> None:
    """What forms that replace a published version take away from rules, letters, other forms and running cases."""
    xforms = {**existing.xforms, **{draft.schema.form_id: draft.converted.xform or "" for draft in forms}}
    renames = {item.sop.sop_id: item.sop.renames for item in rules}
    for draft in forms:
        old = existing.forms.get(draft.schema.form_id)
        if old is None:
            continue
        changed = Changed(draft.upload.path, old, draft.schema, reader.books.get(draft.upload.path))
        reader.add(draft.upload.path, gone_fields(changed, rules, xforms))
        reader.add(draft.upload.path, running_findings(changed, existing.running, schemas, renames))


def _check_types(
    reader: _Reader, forms: Sequence[FormDraft], existing: Existing, sources: tuple[Connection, Definitions] | None
) -> None:
    """A question keeps its kind over all versions of its form, so that all answers to it stand in one column."""
    if sources is None or existing.project_id is None:
        return
    for draft in forms:
        published = published_schemas(*sources, existing.project_id, draft.schema.form_id)
        if published:
            changed = Changed(draft.upload.path, published[0], draft.schema, reader.books.get(draft.upload.path))
            reader.add(draft.upload.path, retyped_fields(changed, published))


def _differences(reader: _Reader, forms: Sequence[FormDraft], existing: Existing) -> Mapping[str, tuple[Change, ...]]:
    """What each form changes of the version phones have now; nothing for one that is new."""
    found = {}
    for draft in forms:
        old = existing.xforms.get(draft.schema.form_id)
        if old is not None and old != draft.converted.xform:
            new = Version(draft.converted.xform or "", reader.books.get(draft.upload.path))
            found[draft.upload.path] = compare(Version(old), new)
    return found


def _changes(
    db: Connection | None, reader: _Reader, forms: Sequence[FormDraft], existing: Existing
) -> Iterable[FileChange]:
    if reader.office:
        upload, read = reader.office
        same = existing.office is not None and office_workbook.digest(reader.books[upload.path]) == _office_digest(
            db, existing.project_id
        )
        change = "same" if same else "update" if existing.office else "new"
        yield FileChange(upload.path, "office", read.id, "", read.name, change)
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


def _sop_change(db: Connection | None, reader: _Reader, existing: Existing, upload: Upload, item: Sop) -> FileChange:
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
        return FileChange(
            upload.path, "sop", item.sop_id, item.version, item.title, "update" if previous else "new", previous
        )
    if digest != sop_workbook.digest(reader.books[upload.path]):
        reader.add(upload.path, [_version_taken("sop", reader.books[upload.path], item.version)])
    return FileChange(upload.path, "sop", item.sop_id, item.version, item.title, "same", previous)


def _form_change(db: Connection | None, reader: _Reader, existing: Existing, draft: FormDraft) -> FileChange:
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
            book = reader.books.get(draft.upload.path)
            reader.add(draft.upload.path, [_version_taken("form", book, schema.version)])
    return FileChange(draft.upload.path, "form", schema.form_id, schema.version, schema.title, change, previous)


def _version_taken(kind: str, book: Workbook | None, version: str) -> Finding:
    sheet = book.sheet("settings", "pengaturan") if book else None
    row = sheet.rows[0] if sheet and sheet.rows else None
    place = row.place("version", "versi") if row else None
    return Finding(f"{kind}.version_taken", "error", place, {"version": version or "–", "next": next_version(version)})


def next_version(version: str) -> str:
    """The version to propose after this one: its trailing number plus one (ruling 31)."""
    head = version.rstrip("0123456789")
    digits = version[len(head) :]
    return f"{head}{int(digits) + 1:0{len(digits)}d}" if digits else f"{version}.2".lstrip(".")
