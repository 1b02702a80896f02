"""Rows of lists that are made when their submission is approved: which blocks wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from forms.entities import EntityAct
from server.store import Transaction
from server.store.entities import entity_pending, list_for_rows, read_entity
from server.store.submissions import revision, submission

APPROVED = "approved"
AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Pending:
    """A block (its number in the form) that waits, and the revision it stands in."""

    submission_id: int
    block: int
    revision_id: int


def keep(tx: Transaction, project_id: int, act: EntityAct, block: int, revision_id: int) -> bool:
    """Whether the block has to wait, and then lets it: its list wants approval, the row is not there, and nobody has
    approved the submission."""
    db = tx.connection
    found = list_for_rows(db, project_id, act.list)
    if found is None or not found[1] or read_entity(db, act.id) is not None:
        return False
    query = (
        select(submission.c.id, submission.c.review_state)
        .join(revision, revision.c.submission_id == submission.c.id)
        .where(revision.c.id == revision_id)
    )
    row = db.execute(query).one()
    if row.review_state == APPROVED:
        return False
    kept = {"submission_id": row.id, "block": block, "list_id": found[0], "revision_id": revision_id}
    tx.execute(entity_pending.insert(), kept)
    return True


def of_submission(tx: Transaction, submission_id: int) -> Sequence[Pending]:
    """What of a submission waits, in the order of the form."""
    query = _pending().where(entity_pending.c.submission_id == submission_id)
    return [Pending(*row) for row in tx.execute(query.order_by(entity_pending.c.block))]


def of_list(tx: Transaction, list_id: int) -> Sequence[Pending]:
    """Some of what waits to be made in a list, the oldest submissions first."""
    query = _pending().where(entity_pending.c.list_id == list_id)
    oldest = query.order_by(entity_pending.c.submission_id, entity_pending.c.block).limit(AT_ONCE)
    return [Pending(*row) for row in tx.execute(oldest)]


def _pending():  # type: ignore[no-untyped-def] # as select() gives it
    """Blocks that wait, but those of deleted submissions."""
    living = submission.c.deleted_at.is_(None)
    columns = (entity_pending.c.submission_id, entity_pending.c.block, entity_pending.c.revision_id)
    return select(*columns).join(submission, submission.c.id == entity_pending.c.submission_id).where(living)


def count(db: Connection, list_id: int) -> int:
    """How many rows of a list wait."""
    waiting = _pending().where(entity_pending.c.list_id == list_id).subquery()
    return int(db.execute(select(func.count()).select_from(waiting)).scalar_one())


def done(tx: Transaction, pending: Pending) -> None:
    """This block waits no more."""
    mine = (entity_pending.c.submission_id == pending.submission_id, entity_pending.c.block == pending.block)
    tx.execute(delete(entity_pending).where(*mine))


def forget(tx: Transaction, submission_id: int) -> None:
    """A correction says anew what the submission makes."""
    tx.execute(delete(entity_pending).where(entity_pending.c.submission_id == submission_id))


def drop(tx: Transaction, list_id: int) -> None:
    """Nothing that waits for this list is made."""
    tx.execute(delete(entity_pending).where(entity_pending.c.list_id == list_id))
