"""The published versions of a form: two of them side by side, and what an earlier one was made of."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, select

from forms import compare, workbook
from forms.compare import Change, Version
from forms.workbook import WorkbookError
from server.access import Viewer, require
from server.problems import Problem
from server.store import Store
from server.store.forms import form, form_media, form_version


@dataclass(frozen=True, slots=True)
class FormComparison:
    """What changed from the version `old` of a form to `new` (None: its draft); see `forms.compare.Change`."""

    project_id: int
    form_id: str
    title: str
    old: str
    new: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What a published version was made of: its XForm, its workbook (None when it came as XForm XML), and the files
    uploaded for it by name. `current`: the version phones get now."""

    form_id: str
    version: str
    current: str
    xform: str
    workbook: bytes | None
    files: tuple[tuple[str, bytes], ...]


def compare_versions(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, old: str, new: str | None
) -> FormComparison:
    """What changed from one published version to another, or (new: None) to the draft.

    Raises as `access.require('form.read')`, and `request.not_found` for a version that does not exist.
    """
    require(viewer, "form.read", project_id)
    with store.read() as db:
        before, after = _version(db, project_id, form_id, old), _version(db, project_id, form_id, new)
    changes = compare.compare(_side(store, before), _side(store, after))
    return FormComparison(project_id, form_id, after.title, old, new, changes)


def made_of(store: Store, viewer: Viewer | None, project_id: int, form_id: str, version: str) -> MadeOf:
    """What to publish again to go back to a version. Raises as `access.require('form.publish')`, and
    `request.not_found`."""
    require(viewer, "form.publish", project_id)
    with store.read() as db:
        row = _version(db, project_id, form_id, version)
        current = db.execute(select(form_version.c.version).where(form_version.c.id == row.current_version_id)).scalar()
        media = db.execute(
            select(form_media.c.name, form_media.c.blob)
            .where(
                form_media.c.form_version_id == row.id, form_media.c.blob.is_not(None), form_media.c.type != "itemsets"
            )
            .order_by(form_media.c.name)
        ).all()
    book = store.blobs.get(row.xlsx) if row.xlsx else None
    files = tuple((name, store.blobs.get(blob)) for name, blob in media)
    return MadeOf(form_id, version, current or version, row.xform, book, files)


def version_place(store: Store, viewer: Viewer | None, version_id: int) -> tuple[int, str, str]:
    """Project, form and version of a published row. Raises `request.not_found`, also where the viewer may not read."""
    query = (
        select(form.c.project_id, form.c.xml_form_id, form_version.c.version)
        .join(form, form.c.id == form_version.c.form_id)
        .where(form_version.c.id == version_id, form_version.c.published_at.is_not(None))
    )
    with store.read() as db:
        row = db.execute(query).first()
    if row is None or viewer is None or not viewer.may("form.read", row.project_id):
        raise Problem("request.not_found")
    return row.project_id, row.xml_form_id, row.version


def _version(db: Connection, project_id: int, form_id: str, version: str | None) -> Row:
    """The published version of this name, or the draft."""
    published = and_(form_version.c.version == version, form_version.c.published_at.is_not(None))
    query = (
        select(form_version, form.c.current_version_id)
        .join(form, form.c.id == form_version.c.form_id)
        .where(form.c.project_id == project_id, form.c.xml_form_id == form_id)
        .where(form_version.c.id == form.c.draft_version_id if version is None else published)
    )
    row = db.execute(query).first()
    if row is None:
        raise Problem("request.not_found")
    return row


def _side(store: Store, row: Row) -> Version:
    try:
        book = workbook.read(store.blobs.get(row.xlsx)) if row.xlsx else None
    except (WorkbookError, FileNotFoundError):
        book = None  # the XForm tells what changed, if not in which cells
    return Version(row.xform, book)
