"""The versions of one form with what was accepted when each was published, and the files the live one needs."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from forms.converted import finding_from_json
from forms.findings import Finding, Place
from server.access import Viewer, require
from server.problems import Problem
from server.queries.form_head import FormHead
from server.queries.narrowing import capped
from server.queries.publish_page import WorkbookFile, file_stem
from server.queries.scope import names
from server.store.database import Store
from server.store.forms import form, form_media, form_version, project_media
from server.store.schema import loads
from server.store.submissions import submission


@dataclass(frozen=True, slots=True)
class FormVersionRow:
    """One version. `published_at` is None for the draft, `by` who published or uploaded it; `count` of submissions
    whose newest revision names it goes to CAP + 1; `uploaded`: the ending of the file it came as, `""`
    where that is the XForm itself."""

    id: int
    version: str
    published_at: str | None
    created_at: str
    by: str | None
    current: bool
    count: int
    uploaded: str
    findings: int


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A warning with who published in spite of it, and when."""

    finding: Finding
    by: str | None
    on: str | None


@dataclass(frozen=True, slots=True)
class NeededFile:
    """A file the form names. `source`: upload, office (shared by all forms of the office) or list (made for each
    phone from an entity list); '' when nobody has given it. `size` in bytes where it is one file."""

    name: str
    kind: str
    source: str
    size: int | None
    updated_at: str | None


def form_versions(store: Store, viewer: Viewer, head: FormHead) -> tuple[FormVersionRow, ...]:
    """Every version, newest first; of drafts only the one in force."""
    require(viewer, "form.read", head.office.id)
    with store.read() as db:
        kept = form_version.c.published_at.is_not(None) | (form_version.c.id == head.draft_id)
        query = select(form_version).where(form_version.c.form_id == head.id, kept)
        rows = db.execute(query.order_by(form_version.c.id.desc())).all()
        people = names(db, (row.published_by or row.created_by for row in rows))
        return tuple(
            FormVersionRow(
                id=row.id,
                version=row.version,
                published_at=row.published_at,
                created_at=row.created_at,
                by=people.get(row.published_by or row.created_by),
                current=row.id == head.version_id and row.published_at is not None,
                count=_sent(db, head.id, row) if row.published_at else 0,
                uploaded=_uploaded(row),
                findings=len(loads(row.warnings)),
            )
            for row in rows
        )


def _uploaded(row: Row) -> str:
    same = row.ending == "xml" and row.uploaded == hashlib.sha256(row.xform.encode()).hexdigest()
    return "" if same or row.uploaded is None else str(row.ending)


def _sent(db: Connection, form_id: int, row: Row) -> int:
    mine = select(submission.c.id).where(
        submission.c.form_id == form_id, submission.c.version == row.version, submission.c.deleted_at.is_(None)
    )
    return capped(db, mine)


def xform_file(store: Store, viewer: Viewer, version_id: int) -> WorkbookFile:
    """The XForm of a version, byte by byte as phones download it. Raises `request.not_found`."""
    with store.read() as db:
        query = select(form.c.project_id, form.c.xml_form_id, form_version.c.version, form_version.c.xform)
        query = query.join(form, form.c.id == form_version.c.form_id).where(form_version.c.id == version_id)
        row = db.execute(query).first()
    if row is None or not viewer.roles_in(row.project_id):
        raise Problem("request.not_found")
    require(viewer, "form.read", row.project_id)
    return WorkbookFile(f"{file_stem(row.xml_form_id, row.version)}.xml", row.xform.encode())


def accepted_findings(store: Store, viewer: Viewer, head: FormHead) -> tuple[AcceptedFinding, ...]:
    """The warnings of the live version, in the order of the workbook."""
    require(viewer, "form.read", head.office.id)
    with store.read() as db:
        rows = loads(
            db.execute(select(form_version.c.warnings).where(form_version.c.id == head.version_id)).scalar_one()
        )
        people = names(db, (row.get("by") for row in rows))
    return tuple(AcceptedFinding(_finding(row), people.get(row.get("by")), row.get("on")) for row in rows)


def _finding(row: dict) -> Finding:
    """What was kept of a warning: all of it, or from older publications its code and place."""
    if "finding" in row:
        return finding_from_json(row["finding"])
    sheet, _, cell = row.get("at", "").partition("!")
    return Finding(row["code"], "warning", Place(sheet, cell=cell or None) if sheet else None)


def needed_files(store: Store, viewer: Viewer, head: FormHead) -> tuple[NeededFile, ...]:
    """The files the live version names, missing ones first."""
    require(viewer, "form.read", head.office.id)
    with store.read() as db:
        own = db.execute(select(form_media).where(form_media.c.form_version_id == head.version_id)).all()
        query = select(project_media).where(project_media.c.project_id == head.office.id)
        shared = {row.name: row for row in db.execute(query)}
    found = [_needed(row, shared.get(row.name)) for row in own]
    return tuple(sorted(found, key=lambda file: (file.source != "", file.name)))


def _needed(row: Row, shared: Row | None) -> NeededFile:
    if shared is not None:
        return NeededFile(row.name, row.type, "office", shared.size, shared.updated_at)
    if row.entity_list:
        return NeededFile(row.name, row.type, "list", None, None)
    there = row.blob is not None
    return NeededFile(row.name, row.type, "upload" if there else "", row.size, row.updated_at if there else None)
