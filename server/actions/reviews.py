"""Reviewing submissions: their state, what follows for their cases, and what people note on them."""

from sqlalchemy import Row, select, update

from server.access import Viewer, require
from server.actions import case_file, correction_items, list_rows, preparing, returned
from server.actions.review_events import REJECTED, add_review, reviewed
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.queries.viewers import forget_phones
from server.store import Store, Transaction
from server.store.forms import form
from server.store.schema import stamp
from server.store.submissions import comment, submission

# As ODK Central; None is 'received'.
STATES = frozenset({None, "hasIssues", "edited", "rejected", "approved"})
APPROVED = "approved"
MAX_COMMENT = 10_000


def review(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    instance_id: str,
    state: str | None,
    *,
    note: str = "",
) -> None:
    """Sets the review state of a submission; `note` says why and is kept with it. A rejected one no longer counts in
    its cases until it is corrected or the rejection is taken back (sop-engine.md section 6). Raises
    `request.not_found`, `request.bad_value`."""
    viewer = require(viewer, "submission.review", project_id)
    if len(note) > MAX_COMMENT:
        raise Problem("request.bad_value", field="note", value=f"{len(note)}", reason=f"<= {MAX_COMMENT}")
    if state not in STATES:
        known = ", ".join(sorted(name for name in STATES if name))
        raise Problem("request.bad_value", field="reviewState", value=str(state)[:100], reason=known)
    definitions = definitions_of(store)
    with store.write() as tx:
        # The cases first: whoever corrects the form at this moment holds them before the submission.
        case_file.hold(tx, preparing.held_in(tx.connection, project_id, form_id, instance_id))
        found = _submission(tx, project_id, form_id, instance_id)
        changes = {"review_state": state, "updated_at": stamp(tx.now)}
        tx.execute(update(submission).where(submission.c.id == found.id).values(**changes))
        if state == APPROVED and found.review_state != APPROVED:
            list_rows.approve(tx, definitions, project_id, found.id)
        if (state == REJECTED) != (found.review_state == REJECTED):
            _tell_cases(tx, definitions, viewer, project_id, form_id, found.instance_id, state or "received")
        if note.strip():
            _note(tx, viewer, found.id, note.strip())
        subject = f"submission:{found.id}"
        tx.audit(viewer.id, "submission.update", project=project_id, subject=subject, details={"reviewState": state})
        if state != returned.RETURNED:
            correction_items.end_tasks(tx, project_id, found.id)
        if returned.RETURNED in (state, found.review_state):
            returned.follow(tx, definitions, project_id, found.id, viewer.id)
    if state == returned.RETURNED:
        forget_phones(store)  # the sender's may have a form more


def delete(store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str) -> None:
    """Puts a submission away: it is shown no more, its id stays taken, and in its cases it counts like a rejected
    one. Nothing of it is destroyed (`restore`). Raises `request.not_found`."""
    _put_away(store, viewer, project_id, form_id, instance_id, away=True)


def restore(store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str) -> None:
    """Brings a deleted submission back, with the review it had. Raises `request.not_found`."""
    _put_away(store, viewer, project_id, form_id, instance_id, away=False)


def _put_away(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str, *, away: bool
) -> None:
    viewer = require(viewer, "submission.delete", project_id)
    definitions = definitions_of(store)
    with store.write() as tx:
        case_file.hold(tx, preparing.held_in(tx.connection, project_id, form_id, instance_id))
        found = _submission(tx, project_id, form_id, instance_id, deleted=not away)
        changes = {"deleted_at": stamp(tx.now) if away else None, "updated_at": stamp(tx.now)}
        tx.execute(update(submission).where(submission.c.id == found.id).values(**changes))
        if found.review_state != REJECTED:
            state = REJECTED if away else found.review_state or "received"
            _tell_cases(tx, definitions, viewer, project_id, form_id, found.instance_id, state)
        if found.review_state == returned.RETURNED:
            returned.follow(tx, definitions, project_id, found.id, viewer.id)
        act = "submission.delete" if away else "submission.restore"
        tx.audit(viewer.id, act, project=project_id, subject=f"submission:{found.id}")


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
        # The cases first, as in `review`: what is noted may be the reason a phone is told.
        case_file.hold(tx, preparing.held_in(tx.connection, project_id, form_id, instance_id))
        found = _submission(tx, project_id, form_id, instance_id)
        row_id = found.id
        _note(tx, viewer, row_id, body)
        tx.audit(viewer.id, "submission.comment", project=project_id, subject=f"submission:{row_id}")
        if found.review_state == returned.RETURNED:
            returned.follow(tx, definitions_of(store), project_id, row_id, viewer.id)


def _note(tx: Transaction, viewer: Viewer, submission_id: int, body: str) -> None:
    row = {"submission_id": submission_id, "actor_id": viewer.id, "body": body, "created_at": stamp(tx.now)}
    tx.execute(comment.insert(), row)


def _tell_cases(
    tx: Transaction, definitions: Definitions, viewer: Viewer, project_id: int, form_id: str, root: str, state: str
) -> None:
    """Every case the submission is in hears of it: what it says counts no more, or counts again."""
    for case_id in sorted(preparing.held_in(tx.connection, project_id, form_id, root)):
        file = case_file.read_case(tx.connection, definitions, project_id, case_id)
        if file is None:
            continue
        event = reviewed(file, form_id, root, tx.now, str(viewer.id), {"state": state})
        add_review(tx, definitions, file, event)


def _submission(tx: Transaction, project_id: int, form_id: str, instance_id: str, *, deleted: bool = False) -> Row:
    gone = submission.c.deleted_at.is_not(None) if deleted else submission.c.deleted_at.is_(None)
    query = (
        select(submission.c.id, submission.c.instance_id, submission.c.review_state)
        .join(form, form.c.id == submission.c.form_id)
        .where(form.c.project_id == project_id, form.c.xml_form_id == form_id)
        .where(submission.c.instance_id == instance_id, gone)
    )
    found = tx.execute(query).first()
    if found is None:
        raise Problem("request.not_found")
    return found
