"""Links by which anybody fills one form: an actor of its own, no account, revoked at once (openrosa.md section 10)."""

import secrets

from sqlalchemy import func, select, update

from server.access import Viewer, require
from server.problems import Problem
from server.queries.viewers import digest, forget_phones, link_token
from server.store import Store, Transaction
from server.store.forms import form, form_media
from server.store.people import actor, public_link
from server.store.schema import stamp

MOST_NAME = 80


def add_link(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, name: str, *, once: bool = False, secret: bytes
) -> int:
    """Makes a link to one published form; its id. `once` is kept for programs that ask for it.

    Raises `request.not_found`, `request.missing` without a name, `link.reads_cases` for a form that reads a case
    list: whoever holds the link would hold the list.
    """
    viewer = require(viewer, "phone.manage", project_id)
    name = name.strip()[:MOST_NAME]
    if not name:
        raise Problem("request.missing", field="displayName")
    nonce = secrets.token_urlsafe(16)
    with store.write() as tx:
        row = _form(tx, project_id, form_id)
        lists = select(form_media.c.name).where(
            form_media.c.form_version_id == row.current_version_id, form_media.c.entity_list.is_not(None)
        )
        if read := tx.execute(lists.limit(1)).scalar():
            raise Problem("link.reads_cases", form=form_id, list=read)
        made = {"type": "public_link", "display_name": name, "created_at": stamp(tx.now)}
        link_id = int(tx.execute(actor.insert().returning(actor.c.id), made).scalar_one())
        tx.execute(
            public_link.insert(),
            {
                "actor_id": link_id,
                "form_id": row.id,
                "nonce": nonce,
                "token_hash": digest(link_token(secret, link_id, nonce)),
                "once": int(once),
                "created_by": viewer.id,
            },
        )
        tx.audit(viewer.id, "public_link.create", project=project_id, subject=f"link:{link_id}")
    return link_id


def rename_link(store: Store, viewer: Viewer | None, project_id: int, form_id: str, link_id: int, name: str) -> None:
    """Calls a link otherwise. Raises `request.missing`, `request.not_found`."""
    viewer = require(viewer, "phone.manage", project_id)
    name = name.strip()[:MOST_NAME]
    if not name:
        raise Problem("request.missing", field="displayName")
    with store.write() as tx:
        row = _form(tx, project_id, form_id)
        mine = (public_link.c.actor_id == link_id, public_link.c.form_id == row.id)
        if tx.execute(select(public_link.c.actor_id).where(*mine)).first() is None:
            raise Problem("request.not_found")
        changes = {"display_name": name, "updated_at": stamp(tx.now)}
        tx.execute(update(actor).where(actor.c.id == link_id).values(**changes))
        tx.audit(viewer.id, "public_link.update", project=project_id, subject=f"link:{link_id}")
    forget_phones(store)


def revoke_link(store: Store, viewer: Viewer | None, project_id: int, form_id: str, link_id: int) -> None:
    """Ends a link everywhere within seconds; what it sent stays, and so does when it first ended. Raises
    `request.not_found`."""
    viewer = require(viewer, "phone.manage", project_id)
    with store.write() as tx:
        row = _form(tx, project_id, form_id)
        mine = (public_link.c.actor_id == link_id, public_link.c.form_id == row.id)
        changes = {"token_hash": None, "revoked_at": func.coalesce(public_link.c.revoked_at, stamp(tx.now))}
        if not tx.execute(update(public_link).where(*mine).values(**changes)).rowcount:
            raise Problem("request.not_found")
        tx.audit(viewer.id, "public_link.session.end", project=project_id, subject=f"link:{link_id}")
    forget_phones(store)


def _form(tx: Transaction, project_id: int, form_id: str):  # type: ignore[no-untyped-def] # a row
    here = (form.c.project_id == project_id, form.c.xml_form_id == form_id, form.c.current_version_id.is_not(None))
    row = tx.execute(select(form.c.id, form.c.current_version_id).where(*here)).first()
    if row is None:
        raise Problem("request.not_found")
    return row
