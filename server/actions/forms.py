"""What changes a form beside publishing it: whether it is open, and the files of its draft."""

from collections.abc import Iterable

from sqlalchemy import select, update

from server.access import Viewer, require
from server.problems import Problem
from server.store import Store
from server.store.forms import form, form_media
from server.store.schema import stamp

STATES = ("open", "closing", "closed")


def set_state(store: Store, viewer: Viewer | None, project_id: int, form_id: str, state: str) -> None:
    """Opens, hides (`closing`: taken but not offered) or closes a form. Raises `request.not_found`."""
    viewer = require(viewer, "form.publish", project_id)
    if state not in STATES:
        raise Problem("request.bad_value", field="state", value=state[:100], reason=", ".join(STATES))
    with store.write() as tx:
        mine = (form.c.project_id == project_id, form.c.xml_form_id == form_id)
        if not tx.execute(update(form).where(*mine).values(state=state, updated_at=stamp(tx.now))).rowcount:
            raise Problem("request.not_found")
        tx.audit(viewer.id, "form.update", project=project_id, subject=f"form:{form_id}", details={"state": state})


def put_draft_file(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, name: str, data: Iterable[bytes]
) -> None:
    """Puts a file the draft names. Raises `request.not_found` without a draft or for a name it does not expect."""
    viewer = require(viewer, "form.publish", project_id)
    blob = store.blobs.put_stream(data)
    with store.write() as tx:
        draft = tx.execute(
            select(form.c.draft_version_id).where(form.c.project_id == project_id, form.c.xml_form_id == form_id)
        ).scalar()
        mine = (form_media.c.form_version_id == draft, form_media.c.name == name)
        changes = {"blob": blob.sha256, "md5": blob.md5, "size": blob.size, "entity_list": None}
        if not tx.execute(update(form_media).where(*mine).values(**changes, updated_at=stamp(tx.now))).rowcount:
            raise Problem("request.not_found")
        details = {"name": name}
        tx.audit(viewer.id, "form.attachment.update", project=project_id, subject=f"form:{form_id}", details=details)
