"""engine."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sop_reading",
        sa.Column("sop_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sop_id"], ["sop.id"], name=op.f("fk_sop_reading_sop_id")),
        sa.PrimaryKeyConstraint("sop_id", "item", "digest", name=op.f("pk_sop_reading")),
    )
    with op.batch_alter_table("case_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_alias_case_id"), ["case_id"], unique=False)
