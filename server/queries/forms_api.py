"""Forms, their versions and media as programs see them (central-api.md section 4)."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from forms import schema as form_schema
from forms.schema import Schema
from server.access import Viewer, require
from server.problems import Problem
from server.queries import phone_lists
from server.store import Store
from server.store.audit import TOLD, audit
from server.store.blobs import Stored
from server.store.forms import form, form_media, form_version, project_media
from server.store.people import actor, public_link
from server.store.submissions import submission


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form with one of its versions: the published one, else the draft, or the one asked for.

    `excel`: the ending of its workbook (`xlsx`, `xls`, `xlsm`), None for a form that came as XML. `md5`, `sha1`,
    `sha256` are of the XForm's bytes; `reviews` counts submissions by review state.
    """

    project_id: int
    xml_form_id: str
    version_id: int
    version: str
    name: str
    state: str
    md5: str
    sha1: str
    sha256: str
    created_at: str
    updated_at: str | None
    published_at: str | None
    has_draft: bool
    excel: str | None
    entities: bool
    created_by: int | None
    created_by_name: str | None
    submissions: int | None = None
    last_submission: str | None = None
    reviews: dict[str, int] | None = None
    public_links: int | None = None
    publish_notes: str | None = None
    draft_token: str | None = None


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A file a form version expects; `exists` when it can be delivered, `entity_list` when it is made of a list."""

    name: str
    type: str
    exists: bool
    blob: str | None
    md5: str | None
    size: int | None
    entity_list: str | None
    updated_at: str | None


_COLUMNS = (
    form.c.id.label("form_row"),
    form.c.project_id,
    form.c.xml_form_id,
    form.c.state,
    form.c.current_version_id,
    form.c.draft_version_id,
    form.c.draft_token,
    form.c.created_at,
    form.c.created_by,
    form.c.updated_at,
    form_version.c.id,
    form_version.c.version,
    form_version.c.title,
    form_version.c.xform,
    form_version.c.md5,
    form_version.c.ending,
    form_version.c.uploaded,
    form_version.c.entities,
    form_version.c.published_at,
    actor.c.display_name,
)


def _shown() -> Select[Any]:
    """Forms with their published version, else with their draft."""
    shown = func.coalesce(form.c.current_version_id, form.c.draft_version_id)
    return (
        select(*_COLUMNS)
        .join(form_version, form_version.c.id == shown)
        .outerjoin(actor, actor.c.id == form.c.created_by)
        .order_by(form_version.c.title, form.c.xml_form_id)
    )


def _row(row: Row) -> FormRow:
    xform = row.xform.encode()
    return FormRow(
        row.project_id,
        row.xml_form_id,
        row.id,
        row.version,
        row.title,
        row.state,
        row.md5,
        hashlib.sha1(xform, usedforsecurity=False).hexdigest(),
        hashlib.sha256(xform).hexdigest(),
        row.created_at,
        row.updated_at,
        row.published_at,
        row.draft_version_id is not None,
        row.ending if row.ending != "xml" else None,
        bool(json.loads(row.entities)),
        row.created_by,
        row.display_name,
        draft_token=row.draft_token if row.id == row.draft_version_id else None,
    )


def _with_counts(db: Connection, found: FormRow, form_row: int) -> FormRow:
    query = (
        select(submission.c.review_state, func.count(), func.max(submission.c.created_at))
        .where(submission.c.form_id == form_row, submission.c.deleted_at.is_(None))
        .group_by(submission.c.review_state)
    )
    rows = db.execute(query).all()
    values = {name: getattr(found, name) for name in FormRow.__slots__}
    values["submissions"] = sum(row[1] for row in rows)
    values["last_submission"] = max((row[2] for row in rows), default=None)
    values["reviews"] = {row[0] or "received": row[1] for row in rows}
    living = select(func.count()).where(public_link.c.form_id == form_row, public_link.c.token_hash.is_not(None))
    values["public_links"] = db.execute(living).scalar_one()
    return FormRow(**values)


def forms(store: Store, viewer: Viewer | None, project_id: int, *, extended: bool = False) -> list[FormRow]:
    """The forms of a project by title; with `extended` their submissions are counted."""
    require(viewer, "form.read", project_id)
    with store.read() as db:
        rows = db.execute(_shown().where(form.c.project_id == project_id)).all()
        return [_with_counts(db, _row(row), row.form_row) if extended else _row(row) for row in rows]


def _find(db: Connection, project_id: int, form_id: str, version: str | None, *, draft: bool) -> Row:
    """The row of one form version: the draft, a published one by name, or what `forms` shows."""
    here = (form.c.project_id == project_id, form.c.xml_form_id == form_id)
    if version is None and not draft:
        row = db.execute(_shown().where(*here)).first()
    else:
        query = (
            select(*_COLUMNS)
            .join(form_version, form_version.c.form_id == form.c.id)
            .outerjoin(actor, actor.c.id == form.c.created_by)
            .where(*here)
        )
        wanted = (
            form_version.c.id == form.c.draft_version_id
            if draft
            else and_(form_version.c.version == version, form_version.c.published_at.is_not(None))
        )
        row = db.execute(query.where(wanted)).first()
    if row is None:
        raise Problem("request.not_found")
    return row


def one_form(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    version: str | None = None,
    *,
    draft: bool = False,
    extended: bool = False,
) -> FormRow:
    """One form (its published version, a named one, or its draft). Raises `request.not_found`."""
    require(viewer, "form.read", project_id)
    with store.read() as db:
        row = _find(db, project_id, form_id, version, draft=draft)
        return _with_counts(db, _row(row), row.form_row) if extended else _row(row)


def versions(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, *, extended: bool = False
) -> list[FormRow]:
    """The published versions of a form, newest first; `extended`: with what was noted when each was published. Raises
    `request.not_found`."""
    require(viewer, "form.read", project_id)
    with store.read() as db:
        form_row = _find(db, project_id, form_id, None, draft=False).form_row
        notes = _publish_notes(db, form_row) if extended else {}
        query = (
            select(*_COLUMNS)
            .join(form_version, form_version.c.form_id == form.c.id)
            .outerjoin(actor, actor.c.id == form.c.created_by)
            .where(form.c.project_id == project_id, form.c.xml_form_id == form_id)
            .where(form_version.c.published_at.is_not(None))
            .order_by(form_version.c.published_at.desc(), form_version.c.id.desc())
        )
        return [replace(_row(row), publish_notes=notes.get(row.id)) for row in db.execute(query)]


def _publish_notes(db: Connection, form_row: int) -> dict[int, str]:
    lines = select(audit.c.details).where(
        audit.c.subject == f"form:{form_row}", audit.c.action == "form.update.publish", TOLD
    )
    told = map(json.loads, db.execute(lines.order_by(audit.c.id)).scalars())
    return {line["version_id"]: line["notes"] for line in told if line.get("version_id") and line.get("notes")}


def xform(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    version: str | None = None,
    *,
    draft: bool = False,
) -> str:
    """The XForm as phones download it. Raises `request.not_found`."""
    require(viewer, "form.read", project_id)
    with store.read() as db:
        return str(_find(db, project_id, form_id, version, draft=draft).xform)


def uploaded(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    version: str | None = None,
    *,
    draft: bool = False,
) -> tuple[Stored, str]:
    """The file a form version was made of, byte for byte as it came, and its ending. Raises `request.not_found`, also
    where only the XForm was kept."""
    require(viewer, "form.read", project_id)
    with store.read() as db:
        row = _find(db, project_id, form_id, version, draft=draft)
    if row.uploaded is None:
        raise Problem("request.not_found")
    return store.blobs.stored(row.uploaded), row.ending


def schema(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    version: str | None = None,
    *,
    draft: bool = False,
) -> Schema:
    """The fields of a form version. Raises `request.not_found`."""
    require(viewer, "form.read", project_id)
    with store.read() as db:
        return form_schema.read(str(_find(db, project_id, form_id, version, draft=draft).xform))


def media(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    version: str | None = None,
    *,
    draft: bool = False,
) -> list[MediaRow]:
    """The files a form version expects, by name. Raises `request.not_found`."""
    require(viewer, "form.read", project_id)
    with store.read() as db:
        version_id = _find(db, project_id, form_id, version, draft=draft).id
        query = (
            select(
                form_media,
                project_media.c.blob.label("shared_blob"),
                project_media.c.md5.label("shared_md5"),
                project_media.c.size.label("shared_size"),
                project_media.c.updated_at.label("shared_at"),
            )
            .outerjoin(
                project_media,
                and_(project_media.c.project_id == project_id, project_media.c.name == form_media.c.name),
            )
            .where(form_media.c.form_version_id == version_id)
            .order_by(form_media.c.name)
        )
        return [_media(row) for row in db.execute(query)]


def _media(row: Row) -> MediaRow:
    shared = row.shared_blob is not None and row.entity_list is None
    blob = row.shared_blob if shared else row.blob
    return MediaRow(
        row.name,
        row.type,
        row.entity_list is not None or blob is not None,
        blob,
        row.shared_md5 if shared else row.md5,
        row.shared_size if shared else row.size,
        row.entity_list,
        row.shared_at if shared else row.updated_at,
    )


def media_file(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    name: str,
    version: str | None = None,
    *,
    draft: bool = False,
) -> bytes | Stored:
    """One file of a form version, unread; an entity list as CSV.

    Raises `request.not_found`, and for a list of cases what `case.read` raises.
    """
    for row in media(store, viewer, project_id, form_id, version, draft=draft):
        if row.name != name:
            continue
        if row.entity_list is not None:
            return phone_lists.whole(store, viewer, project_id, row.entity_list)
        if row.blob is not None:
            return store.blobs.stored(row.blob)
    raise Problem("request.not_found")
