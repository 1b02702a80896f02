"""Where submissions lie that answers are read from: those that count, and those of a draft on trial, kept apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    select,
    true,
)

from server.queries.odata_filter import DELETED, FIELDS
from server.store.drafts import draft_attachment, draft_submission
from server.store.people import actor
from server.store.submissions import attachment, revision, submission

_submitter = actor.alias("submitter")
_others = revision.alias("others")


@dataclass(frozen=True, slots=True)
class Shelf:
    """One place: the table of what was `sent`, its rows as entries are read (`rows`), those not deleted (`living`), the
    column that names the newest version of one (`newest`) and where that has its XML, its `files`, and what a `$filter`
    may speak of (`fields`)."""

    sent: Table
    rows: Select[Any]
    living: ColumnElement[bool]
    newest: Column[Any]
    xml: Column[Any]
    xml_of: Column[Any]
    files: Table
    file_of: Column[Any]
    fields: Mapping[str, Any]


def _counted(files: Table, file_of: Column[Any], newest: Column[Any], *, present: bool) -> ColumnElement[int]:
    there = (files.c.blob.is_not(None),) if present else ()
    return select(func.count()).where(file_of == newest, files.c.expected == 1, *there).scalar_subquery()


_EDITS = (
    select(func.count() - 1).select_from(_others).where(_others.c.submission_id == submission.c.id).scalar_subquery()
)
COUNTED = Shelf(
    submission,
    select(
        submission.c.id,
        submission.c.instance_id,
        submission.c.created_at,
        submission.c.updated_at,
        submission.c.deleted_at,
        submission.c.submitter_id,
        _submitter.c.display_name,
        submission.c.review_state,
        submission.c.device_id,
        revision.c.id,
        revision.c.version,
        case((revision.c.deprecated_id.is_not(None), _EDITS), else_=0),
        _counted(attachment, attachment.c.revision_id, revision.c.id, present=True),
        _counted(attachment, attachment.c.revision_id, revision.c.id, present=False),
        revision.c.xml,
    )
    .join(revision, revision.c.id == submission.c.revision_id)
    .outerjoin(_submitter, _submitter.c.id == submission.c.submitter_id),
    submission.c.deleted_at.is_(None),
    submission.c.revision_id,
    revision.c.xml,
    revision.c.id,
    attachment,
    attachment.c.revision_id,
    FIELDS,
)

_NONE = cast(null(), Text)
_TRIAL_FILES = (draft_attachment, draft_attachment.c.submission_id, draft_submission.c.id)
# Whoever tries a draft has no account; nobody reviews, edits or deletes what is gone when the draft is published.
ON_TRIAL = Shelf(
    draft_submission,
    select(
        draft_submission.c.id,
        draft_submission.c.instance_id,
        draft_submission.c.created_at,
        _NONE.label("updated_at"),
        _NONE.label("deleted_at"),
        literal(0).label("submitter_id"),
        _NONE.label("display_name"),
        _NONE.label("review_state"),
        draft_submission.c.device_id,
        draft_submission.c.id.label("newest"),
        draft_submission.c.version,
        literal(0).label("edits"),
        _counted(*_TRIAL_FILES, present=True),
        _counted(*_TRIAL_FILES, present=False),
        draft_submission.c.xml,
    ),
    true(),
    draft_submission.c.id,
    draft_submission.c.xml,
    draft_submission.c.id,
    draft_attachment,
    draft_attachment.c.submission_id,
    {
        **dict.fromkeys(FIELDS, _NONE),
        "__id": draft_submission.c.instance_id,
        "__system/submissionDate": draft_submission.c.created_at,
        "__system/submitterId": literal(0),
        DELETED: _NONE,
    },
)


def trial_changes(db: Connection, form_row: int) -> list[tuple[object, ...]]:
    """What no two states of a form's trials share: they only come, and go all at once."""
    mine = select(draft_submission.c.id).where(draft_submission.c.form_id == form_row)
    files = select(func.count(draft_attachment.c.blob)).where(draft_attachment.c.submission_id.in_(mine))
    newest = select(func.count(), func.max(draft_submission.c.id)).where(draft_submission.c.form_id == form_row)
    return [tuple(row) for query in (newest, files) for row in db.execute(query)]
