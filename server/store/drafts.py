"""What phones send while a draft is tried: kept apart, so that no question about real data can meet it."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text, UniqueConstraint

from server.store.schema import BigId, metadata
from server.store.slots import slot_table

draft_submission = Table(
    "draft_submission",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("form_id", ForeignKey("form.id"), nullable=False),
    Column("instance_id", Text, nullable=False),
    Column("deprecated_id", Text),
    Column("version", Text, nullable=False),
    Column("instance_name", Text),
    Column("xml", LargeBinary, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("device_id", Text),
    Column("user_agent", Text),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("form_id", "instance_id"),
    Index(None, "form_id", "created_at", "id"),
)

draft_attachment = slot_table(
    "draft_attachment", Column("submission_id", BigId, ForeignKey("draft_submission.id"), primary_key=True)
)
