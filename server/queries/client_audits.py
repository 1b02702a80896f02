"""What a phone logged while one submission was filled, as a timeline."""

from sqlalchemy import select

from forms import client_audit
from forms.client_audit import AuditEvent
from server.access import Viewer
from server.queries.exported import form_answers, one_entry
from server.queries.submissions_api import log_submission
from server.store import Store
from server.store.submissions import attachment

AUDIT = "audit.csv"


def timeline(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str, address: str | None = None
) -> tuple[AuditEvent, ...]:
    """The events of the newest version of a submission in the order of its log; none when it has no log, or an
    encrypted one. Logged as a read of the submission. Raises `request.not_found`."""
    viewer, answers = form_answers(store, viewer, project_id, form_id)
    entry = one_entry(store, answers.row_id, instance_id)
    query = select(attachment.c.blob).where(
        attachment.c.revision_id == entry.revision_id, attachment.c.name == AUDIT, attachment.c.blob.is_not(None)
    )
    with store.read() as db:
        blob = db.execute(query).scalar()
    log_submission(store, viewer, project_id, instance_id, address)
    return tuple(client_audit.read(store.blobs.get(blob))) if blob else ()
