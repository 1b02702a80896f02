"""What a form filled offline sent of a row as it was."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("entity_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("same", sa.Text(), nullable=True))
