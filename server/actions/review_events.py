"""What is said of a submission in a case it is in: it left, it counts again, it was rejected. Nothing is deleted."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from server.actions import case_file
from server.actions.case_file import CaseFile
from server.actions.moved_on import carry_on
from server.cases.linking import TAKEN_BACK, derived_id
from server.queries.definitions import Definitions
from server.sop.events import Event
from server.store import Transaction
from server.store.forms import form
from server.store.hot import Hot
from server.store.submissions import submission

REJECTED = "rejected"

_STATE = Hot(
    select(submission.c.review_state, submission.c.deleted_at)
    .join(form, form.c.id == submission.c.form_id)
    .where(
        form.c.project_id == bindparam("project"),
        form.c.xml_form_id == bindparam("form"),
        submission.c.instance_id == bindparam("root"),
    )
)


def reviewed(
    file: CaseFile, form_id: str, root: str, at: datetime, actor: str | None, data: Mapping[str, object]
) -> Event:
    """A word on the submission with this form and first instance id; `data` holds its `state`."""
    moment = case_file.arrival(file, at)
    return Event(
        id=derived_id("review", file.id, form_id, root, moment.isoformat()),
        type="review",
        effective=moment.date(),
        received_at=moment,
        actor=actor,
        instance_id=root,
        form=form_id,
        data=data,
    )


def take_back(
    file: CaseFile, form_id: str, root: str, at: datetime, actor: str | None, data: Mapping[str, object]
) -> Event:
    """The event by which a submission leaves a case it was in."""
    return reviewed(file, form_id, root, at, actor, {"state": TAKEN_BACK, "takenBack": "ya", **data})


def give_back(
    file: CaseFile, form_id: str, root: str, at: datetime, actor: str | None, data: Mapping[str, object]
) -> Event:
    """The event by which a submission counts in a case again."""
    return reviewed(file, form_id, root, at, actor, {"state": "received", **data})


def add_review(tx: Transaction, definitions: Definitions, file: CaseFile, event: Event) -> CaseFile:
    """Writes it into the case."""
    saved = case_file.save(tx, definitions, file, case_file.refold(tx.connection, definitions, file, event), event)
    carry_on(tx, definitions, file, saved, event)
    return saved


def agree(
    tx: Transaction, definitions: Definitions, file: CaseFile, form_id: str, root: str, actor: str | None
) -> CaseFile:
    """A submission that comes into a case brings its review with it: a rejected one does not count there either."""
    rejected = _is_rejected(tx.connection, file.project_id, form_id, root)
    if rejected == _says_rejected(file, form_id, root):
        return file
    state = REJECTED if rejected else "received"
    return add_review(tx, definitions, file, reviewed(file, form_id, root, tx.now, actor, {"state": state}))


def _is_rejected(db: Connection, project_id: int, form_id: str, root: str) -> bool:
    """Rejected or deleted: either way it does not count in a case."""
    row = _STATE.first(db, {"project": project_id, "form": form_id, "root": root})
    return row is not None and (row[0] == REJECTED or row[1] is not None)


def _says_rejected(file: CaseFile, form_id: str, root: str) -> bool:
    """Whether the last word in the case on this submission is a rejection."""
    about = [event for event in file.events if event.form == form_id and event.instance_id == root]
    last = max(about, key=lambda event: (event.received_at, event.id), default=None)
    return last is not None and last.type == "review" and last.data.get("state") == REJECTED
