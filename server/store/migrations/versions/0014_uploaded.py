"""What each version of a form was uploaded as, byte for byte."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form_version", sa.Column("uploaded", sa.Text(), nullable=True))
    op.add_column("form_version", sa.Column("ending", sa.Text(), nullable=True))
    op.execute("UPDATE form_version SET uploaded = xlsx, ending = 'xlsx' WHERE xlsx IS NOT NULL")
