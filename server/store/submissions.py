"""Submissions with their revisions and attachments; what was refused is kept in quarantine."""

from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    select,
    text,
)

from server.store.hot import Hot
from server.store.schema import BigId, metadata
from server.store.slots import slot_table

# `instance_id` is the id of the first revision, for ever (as ODK Central); `version` the form version its newest one
# names, as it was sent.
# `files_at`: when files came, or were found to be expected, after it.
submission = Table(
    "submission",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("project_id", Integer, nullable=False),
    Column("form_id", ForeignKey("form.id"), nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("revision_id", BigId, nullable=False),
    Column("submitter_id", Integer),
    Column("device_id", Text),
    Column("user_agent", Text),
    Column("review_state", Text),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text),
    Column("deleted_at", Text),
    Column("version", Text, nullable=False, server_default=""),
    Column("files_at", Text),
    UniqueConstraint("form_id", "instance_id"),
    Index(None, "form_id", "created_at", "id"),
)

# One for each filter, in the order of the table, with what else may be asked of the same row: several filters at once
# are answered by the run of one, without reading the rows that the others throw out.
_FILTERED = (submission.c.submitter_id, submission.c.review_state, submission.c.version)
for _name, _column in zip(("sender", "review", "version"), _FILTERED, strict=True):
    _others = (one for one in _FILTERED if one is not _column)
    _order = (submission.c.created_at, submission.c.id)
    Index(f"ix_submission_{_name}", submission.c.form_id, _column, *_order, *_others, submission.c.deleted_at)

# What changed after it arrived, which most never do: whoever has an export asks whether there is a newer one.
for _changed in (submission.c.updated_at, submission.c.files_at):
    Index(
        None,
        submission.c.form_id,
        _changed,
        sqlite_where=_changed.is_not(None),
        postgresql_where=_changed.is_not(None),
    )

# `xml` is the exact bytes received. `form_version_id` is NULL while the version is unknown to us.
revision = Table(
    "revision",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("submission_id", BigId, ForeignKey("submission.id"), nullable=False),
    Column("form_id", Integer, nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("deprecated_id", Text),
    Column("form_version_id", ForeignKey("form_version.id")),
    Column("version", Text, nullable=False),
    Column("instance_name", Text),
    Column("xml", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("submitter_id", Integer),
    Column("device_id", Text),
    Column("user_agent", Text),
    UniqueConstraint("form_id", "instance_id"),
    Index(None, "submission_id"),
)

# Only what waits for its form version to be published is looked for by version.
Index(
    "ix_revision_untyped",
    revision.c.form_id,
    revision.c.version,
    sqlite_where=revision.c.form_version_id.is_(None),
    postgresql_where=revision.c.form_version_id.is_(None),
)

attachment = slot_table("attachment", Column("revision_id", BigId, ForeignKey("revision.id"), primary_key=True))

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("received_at", Text, nullable=False),
    Column("project_id", Integer),
    Column("actor_id", Integer),
    Column("reason", Text, nullable=False),
    Column("form_id", Text),
    Column("instance_id", Text),
    Column("blob", Text, nullable=False),
    Column("device_id", Text),
    Index(None, "received_at"),
)

# What still waits for a file is looked for by itself; most files came with their submission. A literal, so that the
# partial index serves.
MISSING = text("attachment.expected = 1 AND attachment.blob IS NULL")
Index(
    "ix_attachment_missing",
    attachment.c.revision_id,
    sqlite_where=text("expected = 1 AND blob IS NULL"),
    postgresql_where=text("expected = 1 AND blob IS NULL"),
)

# An edit that came before what it replaces: whole and untouched until that comes too (decision 25). `blob` is its XML.
held_edit = Table(
    "held_edit",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("project_id", Integer, nullable=False),
    Column("form_id", ForeignKey("form.id"), nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("deprecated_id", Text, nullable=False),
    Column("blob", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("submitter_id", Integer),
    Column("device_id", Text),
    Column("user_agent", Text),
    UniqueConstraint("form_id", "instance_id"),
    Index(None, "form_id", "deprecated_id"),
)

held_file = slot_table("held_file", Column("held_id", BigId, ForeignKey("held_edit.id"), primary_key=True))

# What supervisors and officers note on a submission; never changed.
comment = Table(
    "submission_comment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False),
    Column("actor_id", ForeignKey("actor.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index(None, "submission_id", "id"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """A revision kept under a form and instance id; `current`: no edit has replaced it; `root`: the first one's id."""

    id: int
    submission_id: int
    sha256: str
    deleted: bool
    current: bool
    root: str


_KNOWN = Hot(
    select(
        revision.c.id,
        revision.c.submission_id,
        revision.c.sha256,
        submission.c.deleted_at,
        submission.c.revision_id,
        submission.c.instance_id,
    )
    .join(submission, submission.c.id == revision.c.submission_id)
    .where(revision.c.form_id == bindparam("form"), revision.c.instance_id == bindparam("instance"))
)


def known(db: Connection, form_id: int, instance_id: str) -> Known | None:
    """The revision with this instance id, None when the form never had one."""
    row = _KNOWN.first(db, {"form": form_id, "instance": instance_id})
    if row is None:
        return None
    key, submission_id, sha256, deleted_at, current_id, root = row
    return Known(key, submission_id, sha256, deleted_at is not None, current_id == key, root)
