"""Rows written by programs, lists put away, and what was done to one subject."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("entity_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("user_agent", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("source", sa.Text(), nullable=True))
    with op.batch_alter_table("entity_list", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deleted_at", sa.Text(), nullable=True))

    op.drop_index(op.f("ix_entity_list_id"), table_name="entity")
    op.create_index(
        op.f("ix_entity_list_id_deleted_at_created_at_id"), "entity", ["list_id", "deleted_at", "created_at", "id"]
    )
    there = sa.text("conflict IS NOT NULL")
    op.create_index("ix_entity_conflict", "entity", ["list_id"], sqlite_where=there, postgresql_where=there)
    op.create_index(op.f("ix_audit_subject_id"), "audit", ["subject", "id"])
