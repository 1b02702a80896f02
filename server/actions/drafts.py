"""Drafts of forms as programs handle them: begun from what is published, renamed, taken back; their files."""

import hashlib

from sqlalchemy import Row, select, update

from forms import schema as form_schema
from forms.xlsform_checks import MAX_VERSION, is_version
from server.access import Viewer, require
from server.actions.draft_trials import forget_trials, new_token
from server.problems import Problem
from server.store import Store, Transaction
from server.store.entities import list_id
from server.store.forms import form, form_media, form_version
from server.store.schema import stamp


def copy_published(store: Store, viewer: Viewer | None, project_id: int, form_id: str) -> None:
    """Makes a draft of the published version, with its files. Raises `request.not_found` when nothing is published."""
    viewer = require(viewer, "form.publish", project_id)
    with store.write() as tx:
        row = _form(tx, project_id, form_id)
        if row.current_version_id is None:
            raise Problem("request.not_found")
        old = tx.execute(select(form_version).where(form_version.c.id == row.current_version_id)).one()._asdict()
        made = {**old, "created_at": stamp(tx.now), "created_by": viewer.id, "published_at": None, "published_by": None}
        del made["id"]
        draft = tx.execute(form_version.insert().returning(form_version.c.id), made).scalar_one()
        files = tx.execute(select(form_media).where(form_media.c.form_version_id == row.current_version_id)).all()
        if files:
            tx.execute(form_media.insert(), [{**file._asdict(), "form_version_id": draft} for file in files])
        _point(tx, row, draft)
        tx.audit(viewer.id, "form.update.draft.set", project=project_id, subject=f"form:{row.id}")


def drop_draft(store: Store, viewer: Viewer | None, project_id: int, form_id: str) -> None:
    """Takes a draft back. Raises `form.no_draft`, and `form.only_draft` for a form that was never published."""
    viewer = require(viewer, "form.publish", project_id)
    with store.write() as tx:
        row = _form(tx, project_id, form_id)
        _draft_of(row, form_id)
        if row.current_version_id is None:
            raise Problem("form.only_draft", form=form_id)
        _point(tx, row, None)
        tx.audit(viewer.id, "form.update.draft.delete", project=project_id, subject=f"form:{row.id}")


def rename_draft(tx: Transaction, draft: int, version: str) -> None:
    """Gives a draft another version, in what phones will download. Raises `request.bad_value` for no usable name."""
    if not is_version(version):
        raise Problem("request.bad_value", field="version", value=version[:100], reason=f"1-{MAX_VERSION}")
    old = tx.execute(select(form_version.c.xform).where(form_version.c.id == draft)).scalar_one()
    xform = form_schema.with_version(old, version)
    changes = {
        "version": version,
        "xform": xform,
        "md5": hashlib.md5(xform.encode(), usedforsecurity=False).hexdigest(),
        "schema": form_schema.read(xform).to_json(),
    }
    tx.execute(update(form_version).where(form_version.c.id == draft).values(**changes))


def clear_draft_file(store: Store, viewer: Viewer | None, project_id: int, form_id: str, name: str) -> None:
    """Takes a file off the draft. Raises `request.not_found` without a draft or for a name it does not expect."""
    _change_file(store, viewer, project_id, form_id, name, None)


def link_draft_file(store: Store, viewer: Viewer | None, project_id: int, form_id: str, name: str) -> None:
    """Makes a file of the draft the entity list of its name. Raises `request.not_found` when there is no such list."""
    stem = name.removesuffix(".csv")
    with store.read() as db:
        if stem == name or list_id(db, project_id, stem) is None:
            raise Problem("request.not_found")
    _change_file(store, viewer, project_id, form_id, name, stem)


def _change_file(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, name: str, listed: str | None
) -> None:
    viewer = require(viewer, "form.publish", project_id)
    with store.write() as tx:
        row = _form(tx, project_id, form_id)
        mine = (form_media.c.form_version_id == row.draft_version_id, form_media.c.name == name)
        changes = {"blob": None, "md5": None, "size": None, "entity_list": listed, "updated_at": stamp(tx.now)}
        if not tx.execute(update(form_media).where(*mine).values(**changes)).rowcount:
            raise Problem("request.not_found")
        details = {"name": name}
        tx.audit(viewer.id, "form.attachment.update", project=project_id, subject=f"form:{row.id}", details=details)


def _form(tx: Transaction, project_id: int, form_id: str) -> Row:
    row = tx.execute(select(form).where(form.c.project_id == project_id, form.c.xml_form_id == form_id)).first()
    if row is None:
        raise Problem("request.not_found")
    return row


def _draft_of(row: Row, form_id: str) -> int:
    if row.draft_version_id is None:
        raise Problem("form.no_draft", form=form_id)
    return int(row.draft_version_id)


def _point(tx: Transaction, row: Row, draft: int | None) -> None:
    token = None if draft is None else row.draft_token or new_token()
    if draft is None:
        forget_trials(tx, row.id)
    changes = {"draft_version_id": draft, "draft_token": token, "updated_at": stamp(tx.now)}
    tx.execute(update(form).where(form.c.id == row.id).values(**changes))
