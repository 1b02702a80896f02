"""A submission returned for correction says so on the phone it came from, in the label of its case and in a list of
its own (ruling 51)."""

from sqlalchemy import Connection, Select, func, select

from server.actions import correction_items, preparing
from server.actions.correction_items import RETURNED
from server.actions.holding import raise_version
from server.cases import holding
from server.queries.definitions import Definitions
from server.store import Transaction, holders
from server.store.cases import event
from server.store.entities import read_entity
from server.store.forms import form, form_version
from server.store.people import grant
from server.store.submissions import comment, submission

__all__ = ["RETURNED", "follow"]

# Collect shows one or two lines of a choice.
MOST_WORDS = 160


def follow(tx: Transaction, definitions: Definitions, project_id: int, submission_id: int, by: int) -> None:
    """After its review, its reason or the submission itself has changed: what the sender's phone is told.

    The case's row stays on that phone for 30 days from now if it has left it (ruling 32). The caller holds the cases.
    `by`: whose act it follows from.
    """
    query = (
        select(submission.c.submitter_id, submission.c.instance_id, form.c.xml_form_id)
        .join(form, form.c.id == submission.c.form_id)
        .where(submission.c.id == submission_id)
    )
    row = tx.execute(query).one()
    correction_items.follow(tx, definitions, submission_id, _noted(tx.connection, project_id, submission_id), by)
    if row.submitter_id is None:
        return
    for case_id in sorted(preparing.held_in(tx.connection, project_id, row.xml_form_id, row.instance_id)):
        _tell(tx, project_id, case_id, row.submitter_id)


def _tell(tx: Transaction, project_id: int, case_id: str, sender: int) -> None:
    entity = read_entity(tx.connection, case_id)
    if entity is None:
        return
    note = "; ".join(_reasons(tx.connection, project_id, case_id, sender))[:MOST_WORDS] or None
    if holders.note(tx, entity.list_id, case_id, holding.person(sender), note):
        raise_version(tx, case_id, entity.version + 1, entity.label)


def _last_notes(project_id: int) -> Select[tuple[str, int]]:
    """The last notes of reviewers, to be grouped by submission."""
    reviewers = select(grant.c.actor_id).where(
        grant.c.role.in_(("admin", "supervisor")),
        (grant.c.project_id == project_id) | grant.c.project_id.is_(None),
    )
    last = select(comment.c.submission_id, func.max(comment.c.id).label("id"))
    return last.where(comment.c.actor_id.in_(reviewers))


def _noted(db: Connection, project_id: int, submission_id: int) -> str:
    """What a reviewer noted last on this submission."""
    notes = _last_notes(project_id).where(comment.c.submission_id == submission_id)
    last = notes.group_by(comment.c.submission_id).subquery()
    return db.execute(select(comment.c.body).join(last, last.c.id == comment.c.id)).scalar() or ""


def _reasons(db: Connection, project_id: int, case_id: str, sender: int) -> list[str]:
    """Of each submission of this sender about the case that is returned: its form, and what the reviewer noted last."""
    last = _last_notes(project_id).group_by(comment.c.submission_id).subquery()
    in_case = select(event.c.id).where(
        event.c.case_id == case_id,
        event.c.instance_id == submission.c.instance_id,
        event.c.form == form.c.xml_form_id,
    )
    query = (
        select(form_version.c.title, comment.c.body)
        .select_from(submission)
        .join(form, form.c.id == submission.c.form_id)
        .outerjoin(form_version, form_version.c.id == form.c.current_version_id)
        .outerjoin(last, last.c.submission_id == submission.c.id)
        .outerjoin(comment, comment.c.id == last.c.id)
        .where(
            submission.c.project_id == project_id,
            submission.c.submitter_id == sender,
            submission.c.review_state == RETURNED,
            submission.c.deleted_at.is_(None),
            in_case.exists(),
        )
        .order_by(submission.c.id)
    )
    return [": ".join(filter(None, (title, " ".join((body or "").split())))) for title, body in db.execute(query)]
