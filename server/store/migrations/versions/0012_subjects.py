"""What was done to one subject is found without its arrival, which every submission has and its own row tells."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_audit_subject_id"), table_name="audit")
    told = sa.text("action <> 'submission.create' OR details <> '{}'")
    op.create_index("ix_audit_subject", "audit", ["subject", "id"], sqlite_where=told, postgresql_where=told)
