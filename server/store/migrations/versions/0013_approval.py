"""Lists whose rows are made when their submission is approved, and the blocks that wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entity_list", sa.Column("approval", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "entity_pending",
        sa.Column("submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_entity_pending_submission_id")),
        sa.ForeignKeyConstraint(["list_id"], ["entity_list.id"], name=op.f("fk_entity_pending_list_id")),
        sa.PrimaryKeyConstraint("submission_id", "block", name=op.f("pk_entity_pending")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_entity_pending_list_id"), "entity_pending", ["list_id"])
