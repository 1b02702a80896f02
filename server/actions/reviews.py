"""Reviewing submissions: their state and what people note on them."""

from sqlalchemy import select, update

from server.access import Viewer, require
from server.problems import Problem
from server.store import Store, Transaction
from server.store.forms import form
from server.store.schema import stamp
from server.store.submissions import comment, submission

# As ODK Central; None is 'received'.
STATES = frozenset({None, "hasIssues", "edited", "rejected", "approved"})
MAX_COMMENT = 10_000


def review(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str, state: str | None
) -> None:
    """Sets the review state of a submission. Raises `request.not_found`, `request.bad_value`."""
    viewer = require(viewer, "submission.review", project_id)
    if state not in STATES:
        known = ", ".join(sorted(name for name in STATES if name))
        raise Problem("request.bad_value", field="reviewState", value=str(state)[:100], reason=known)
    with store.write() as tx:
        row_id = _submission(tx, project_id, form_id, instance_id)
        changes = {"review_state": state, "updated_at": stamp(tx.now)}
        tx.execute(update(submission).where(submission.c.id == row_id).values(**changes))
        subject = f"submission:{instance_id}"
        tx.audit(viewer.id, "submission.update", project=project_id, subject=subject, details={"reviewState": state})


def add_comment(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str, body: str
) -> None:
    """Notes something on a submission. Raises `request.not_found`, `request.missing`, `request.bad_value`."""
    viewer = require(viewer, "submission.read", project_id)
    if not body.strip():
        raise Problem("request.missing", field="body")
    if len(body) > MAX_COMMENT:
        raise Problem("request.bad_value", field="body", value=f"{len(body)}", reason=f"<= {MAX_COMMENT}")
    with store.write() as tx:
        row_id = _submission(tx, project_id, form_id, instance_id)
        row = {"submission_id": row_id, "actor_id": viewer.id, "body": body, "created_at": stamp(tx.now)}
        tx.execute(comment.insert(), row)
        tx.audit(viewer.id, "submission.comment", project=project_id, subject=f"submission:{instance_id}")


def _submission(tx: Transaction, project_id: int, form_id: str, instance_id: str) -> object:
    query = (
        select(submission.c.id)
        .join(form, form.c.id == submission.c.form_id)
        .where(form.c.project_id == project_id, form.c.xml_form_id == form_id)
        .where(submission.c.instance_id == instance_id, submission.c.deleted_at.is_(None))
    )
    found = tx.execute(query).scalar()
    if found is None:
        raise Problem("request.not_found")
    return found
