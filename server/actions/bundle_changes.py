"""What publishing a bundle would do, file by file, against what the project has."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from forms import office as office_workbook
from forms import sop as sop_workbook
from forms.compare import Change, Version, compare
from forms.findings import Finding
from forms.sop import Sop
from forms.workbook import Workbook
from server.actions.bundle import FormDraft, Upload
from server.actions.bundle_existing import Existing
from server.actions.bundle_reading import Reader
from server.queries.publishing import FileChange
from server.store.forms import form, form_version
from server.store.projects import office_version, project, sop, sop_version


def differences(reader: Reader, forms: Sequence[FormDraft], existing: Existing) -> Mapping[str, tuple[Change, ...]]:
    """What each form changes of the version phones have now; nothing for one that is new."""
    found = {}
    for draft in forms:
        old = existing.xforms.get(draft.schema.form_id)
        if old is not None and old != draft.converted.xform:
            new = Version(draft.converted.xform or "", reader.books.get(draft.upload.path))
            found[draft.upload.path] = compare(Version(old), new)
    return found


def changes(
    db: Connection | None, reader: Reader, forms: Sequence[FormDraft], existing: Existing
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


def _sop_change(db: Connection | None, reader: Reader, existing: Existing, upload: Upload, item: Sop) -> FileChange:
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


def _form_change(db: Connection | None, reader: Reader, existing: Existing, draft: FormDraft) -> FileChange:
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
