"""A form's submissions by review, sender and version, each under the version its newest revision names."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachment_missing",
            ["revision_id"],
            unique=False,
            sqlite_where=sa.text("expected = 1 AND blob IS NULL"),
            postgresql_where=sa.text("expected = 1 AND blob IS NULL"),
        )

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Text(), server_default="", nullable=False))

    op.execute(
        "UPDATE submission SET version = "
        "(SELECT revision.version FROM revision WHERE revision.id = submission.revision_id)"
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_submission_form_id_review_state_created_at_id"),
            ["form_id", "review_state", "created_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_submission_form_id_submitter_id_created_at_id"),
            ["form_id", "submitter_id", "created_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_submission_form_id_version_created_at_id"),
            ["form_id", "version", "created_at", "id"],
            unique=False,
        )
