"""The links by which anybody fills a form, as programs and pages list them."""

from dataclasses import dataclass

from sqlalchemy import select

from server.access import Viewer, require
from server.problems import Problem
from server.queries.viewers import link_token
from server.store import Store
from server.store.forms import form
from server.store.people import actor, public_link


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link; `token` is None once it is revoked."""

    id: int
    name: str
    form_id: str
    token: str | None
    once: bool
    created_at: str
    created_by: int
    updated_at: str | None
    revoked_at: str | None


def public_links(store: Store, viewer: Viewer | None, project_id: int, form_id: str, secret: bytes) -> list[LinkRow]:
    """The links of a form, revoked ones too, newest first. Raises `request.not_found`."""
    require(viewer, "phone.manage", project_id)
    query = (
        select(actor, public_link).join(public_link, public_link.c.actor_id == actor.c.id).order_by(actor.c.id.desc())
    )
    with store.read() as db:
        here = (form.c.project_id == project_id, form.c.xml_form_id == form_id)
        row_id = db.execute(select(form.c.id).where(*here)).scalar()
        if row_id is None:
            raise Problem("request.not_found")
        return [
            LinkRow(
                row.id,
                row.display_name,
                form_id,
                None if row.token_hash is None else link_token(secret, row.id, row.nonce),
                bool(row.once),
                row.created_at,
                row.created_by,
                row.revoked_at or row.updated_at,
                row.revoked_at,
            )
            for row in db.execute(query.where(public_link.c.form_id == row_id))
        ]


def one_public_link(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, link_id: int, secret: bytes
) -> LinkRow:
    """One link. Raises `request.not_found`."""
    for row in public_links(store, viewer, project_id, form_id, secret):
        if row.id == link_id:
            return row
    raise Problem("request.not_found")
