"""What a phone sees: the forms it may fill and their files; the rows of its lists are `phone_lists`."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, select

from server.access import Viewer, require
from server.problems import Problem
from server.queries import phone_lists
from server.store import Store
from server.store.blobs import Stored
from server.store.forms import form, form_media, form_version, project_media
from server.store.hot import Hot


@dataclass(frozen=True, slots=True)
class PhoneForm:
    """A published, open form: `md5` is of the exact bytes the phone downloads."""

    form_id: str
    title: str
    version: str
    md5: str
    version_id: int
    has_files: bool


@dataclass(frozen=True, slots=True)
class PhoneFile:
    """A file of a form; `md5` changes whenever the content this phone would get changes."""

    name: str
    md5: str
    is_entity_list: bool


@dataclass(frozen=True, slots=True)
class MediaBytes:
    """A file to send: either a stored one or text made now."""

    md5: str
    file: Stored | None = None
    text: str | bytes | None = None


_OPEN_FORMS = Hot(
    select(
        form.c.xml_form_id,
        form_version.c.title,
        form_version.c.version,
        form_version.c.md5,
        form_version.c.id,
        form.c.id.label("form_id"),
        select(func.count())
        .select_from(form_media)
        .where(form_media.c.form_version_id == form_version.c.id)
        .scalar_subquery(),
    )
    .join(form_version, form_version.c.id == form.c.current_version_id)
    .where(form.c.project_id == bindparam("project"), form.c.state == "open")
    .order_by(form_version.c.title, form.c.xml_form_id)
)
_MEDIA = (
    select(
        form_media.c.name,
        form_media.c.md5,
        form_media.c.blob,
        form_media.c.entity_list,
        project_media.c.md5,
        project_media.c.blob,
    )
    .join(form_version, form_version.c.id == form_media.c.form_version_id)
    .join(form, form.c.id == form_version.c.form_id)
    .outerjoin(
        project_media,
        and_(project_media.c.project_id == form.c.project_id, project_media.c.name == form_media.c.name),
    )
    .where(form_media.c.form_version_id == bindparam("version"), form.c.project_id == bindparam("project"))
    .order_by(form_media.c.name)
)


def form_list(store: Store, viewer: Viewer, project_id: int, form_id: str | None = None) -> list[PhoneForm]:
    """Published, open forms of the project that this phone was given, by title; only `form_id` when given."""
    require(viewer, "submission.create", project_id)
    with store.read() as db:
        rows = _OPEN_FORMS.all(db, {"project": project_id})
    forms = [
        PhoneForm(name, title, version, md5, version_id, bool(files))
        for name, title, version, md5, version_id, key, files in rows
        if viewer.may_fill(key)
    ]
    return [f for f in forms if form_id is None or f.form_id == form_id]


def xform(store: Store, viewer: Viewer, project_id: int, version_id: int) -> tuple[str, str]:
    """The XForm of a published version and its MD5. Raises Problem('request.not_found')."""
    require(viewer, "submission.create", project_id)
    with store.read() as db:
        row = _published(db, viewer, project_id, version_id, form_version.c.xform, form_version.c.md5)
    return row.xform, row.md5


def _published(db: Connection, viewer: Viewer, project_id: int, version_id: int, *columns: ColumnElement[Any]) -> Row:
    """These columns of a published version of a form this phone was given. Raises Problem('request.not_found')."""
    query = (
        select(form.c.id.label("form_id"), form.c.state, *columns)
        .join(form_version, form_version.c.form_id == form.c.id)
        .where(
            form_version.c.id == version_id,
            form_version.c.published_at.is_not(None),
            form.c.project_id == project_id,
        )
    )
    row = db.execute(query).first()
    if row is None or not viewer.may_fill(row.form_id) or (viewer.kind == "public_link" and row.state != "open"):
        raise Problem("request.not_found")
    return row


def files(store: Store, viewer: Viewer, project_id: int, version_id: int) -> list[PhoneFile]:
    """The files of a form version that can be delivered now (one that cannot would abort the download)."""
    require(viewer, "submission.create", project_id)
    found = []
    with store.read() as db:
        for name, md5, blob, listed, shared_md5, shared_blob in _media_rows(db, viewer, project_id, version_id):
            if listed:
                held = phone_lists.held(db, viewer, project_id, listed, store.now())
                if held is not None:
                    found.append(PhoneFile(name, held.digest, True))
            elif shared_blob or blob:
                found.append(PhoneFile(name, shared_md5 if shared_blob else md5, False))
    return found


def media(store: Store, viewer: Viewer, project_id: int, version_id: int, name: str) -> MediaBytes:
    """One file of a form version. Raises Problem('request.not_found')."""
    require(viewer, "submission.create", project_id)
    with store.read() as db:
        for wanted, md5, blob, listed, shared_md5, shared_blob in _media_rows(db, viewer, project_id, version_id):
            if wanted != name:
                continue
            if listed:
                held = phone_lists.held(db, viewer, project_id, listed, store.now())
                if held is not None:
                    return MediaBytes(held.digest, text=phone_lists.csv_of(store, db, viewer, held))
            if shared_blob or blob:
                return MediaBytes(
                    shared_md5 if shared_blob else md5, file=store.blobs.stored(shared_blob or blob or "")
                )
    raise Problem("request.not_found")


def _media_rows(
    db: Connection, viewer: Viewer, project_id: int, version_id: int
) -> list[tuple[str, str, str | None, str | None, str, str | None]]:
    """Name, MD5, blob and list of each file a form version names, with the MD5 and blob of the office's shared one."""
    _published(db, viewer, project_id, version_id)
    rows = db.execute(_MEDIA, {"version": version_id, "project": project_id}).all()
    # A form that a link was made for may begin to read a case list later: strangers get no case.
    return [tuple(row) for row in rows if viewer.kind != "public_link" or row[3] is None]
