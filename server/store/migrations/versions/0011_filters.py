"""Several filters of the table of submissions at once are answered by one index."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

EARLIER = ("review_state", "submitter_id", "version")
NEW = {
    "ix_submission_review": ("review_state", "created_at", "id", "submitter_id", "version"),
    "ix_submission_sender": ("submitter_id", "created_at", "id", "review_state", "version"),
    "ix_submission_version": ("version", "created_at", "id", "submitter_id", "review_state"),
}


def upgrade() -> None:
    for name, columns in NEW.items():
        op.create_index(name, "submission", ["form_id", *columns, "deleted_at"])
    for column in EARLIER:
        op.drop_index(op.f(f"ix_submission_form_id_{column}_created_at_id"), table_name="submission")
