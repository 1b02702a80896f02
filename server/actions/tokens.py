"""Ends a token that stands in addresses: of a phone, or of a public link."""

from sqlalchemy import select

from server.access import Viewer
from server.actions.phones import revoke_phone
from server.actions.public_links import revoke_link
from server.problems import Problem
from server.queries.viewers import viewer_of_phone
from server.store import Store
from server.store.forms import form
from server.store.people import public_link


def end_token(store: Store, viewer: Viewer | None, token: str) -> None:
    """Shuts out whoever goes by this token. Raises `request.not_found` for one nobody has, and as `revoke_phone`."""
    found = viewer_of_phone(store, token)
    project_id = next(iter(found.roles), None) if found else None
    if found is None or project_id is None:
        raise Problem("request.not_found")
    if found.kind == "phone":
        revoke_phone(store, viewer, project_id, found.id)
        return
    with store.read() as db:
        query = select(form.c.xml_form_id).join(public_link, public_link.c.form_id == form.c.id)
        form_id = db.execute(query.where(public_link.c.actor_id == found.id)).scalar_one()
    revoke_link(store, viewer, project_id, form_id, found.id)
