"""Files of edits that wait have the columns of all files."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PLAIN = {"sqlite_with_rowid": False}


def upgrade() -> None:
    with op.batch_alter_table("held_file", schema=None, table_kwargs=PLAIN) as batch_op:
        batch_op.add_column(sa.Column("expected", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("received_at", sa.Text(), nullable=True))
        batch_op.alter_column("blob", existing_type=sa.Text(), nullable=True)
        batch_op.alter_column("size", existing_type=sa.Integer(), nullable=True)
        batch_op.drop_column("md5")
    came = sa.text(
        "UPDATE held_file SET received_at = (SELECT held_edit.received_at FROM held_edit"
        " WHERE held_edit.id = held_file.held_id)"
    )
    op.execute(came)
    with op.batch_alter_table("held_file", schema=None, table_kwargs=PLAIN) as batch_op:
        batch_op.alter_column("expected", existing_type=sa.Integer(), server_default=None)
