"""What changed of submissions after they arrived, found without reading all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LATE = (
    "UPDATE submission SET files_at = (SELECT max(a.received_at) FROM attachment a JOIN revision r"
    " ON r.id = a.revision_id WHERE a.revision_id = submission.revision_id AND a.received_at > r.received_at)"
)


def upgrade() -> None:
    op.add_column("submission", sa.Column("files_at", sa.Text(), nullable=True))
    op.execute(LATE)
    for column in ("updated_at", "files_at"):
        there = sa.text(f"{column} IS NOT NULL")
        name = op.f(f"ix_submission_form_id_{column}")
        op.create_index(name, "submission", ["form_id", column], sqlite_where=there, postgresql_where=there)
