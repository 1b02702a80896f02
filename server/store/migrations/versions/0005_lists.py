"""Whose phones hold which row of an entity list."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


# What the lists of phones follow from at this moment; closed cases leave everybody when they left the phones.
LEFT_AT = "CASE WHEN e.open = 1 THEN '9999' ELSE coalesce(e.left_at, e.updated_at, e.created_at) END"
HOLDERS = (
    "SELECT e.id, '*', e.list_id, LEFT_AT, e.version FROM entity e WHERE e.deleted_at IS NULL",
    "SELECT e.id, 'p' || k.manager_id, e.list_id, LEFT_AT, e.version FROM entity e JOIN kasus k ON k.id = e.id"
    " WHERE k.manager_id IS NOT NULL",
    "SELECT DISTINCT e.id, 'p' || s.assignee_id, e.list_id, '9999', e.version FROM case_step s"
    " JOIN entity e ON e.id = s.case_id JOIN kasus k ON k.id = s.case_id"
    " WHERE s.state = 'open' AND s.assignee_id IS NOT NULL AND k.status = 'open'"
    " AND (k.manager_id IS NULL OR k.manager_id <> s.assignee_id)",
    "SELECT DISTINCT e.id, 'r' || s.role, e.list_id, '9999', e.version FROM case_step s"
    " JOIN entity e ON e.id = s.case_id JOIN kasus k ON k.id = s.case_id"
    " WHERE s.state = 'open' AND s.assignee_id IS NULL AND s.role IS NOT NULL AND k.status = 'open'"
    " AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.actor_id = k.manager_id AND g.project_id = k.project_id"
    " AND g.role = s.role)",
    "SELECT e.id, 'p' || e.creator_id, e.list_id, '9999', e.version FROM entity e JOIN kasus k ON k.id = e.id"
    " WHERE e.creator_id IS NOT NULL AND k.status = 'open' AND k.manager_id IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM case_step s WHERE s.case_id = e.id AND s.state = 'open' AND s.assignee_id IS NOT NULL)",
)
OPENED_BY = (
    "UPDATE entity SET creator_id = (SELECT v.creator_id FROM entity_version v JOIN actor a ON a.id = v.creator_id"
    " WHERE v.entity_id = entity.id AND a.type = 'field_key' ORDER BY v.version LIMIT 1)"
)


def upgrade() -> None:
    op.create_table(
        "entity_holder",
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.Text(), server_default="9999", nullable=False),
        sa.Column("tag", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["entity_id"], ["entity.id"], name=op.f("fk_entity_holder_entity_id")),
        sa.PrimaryKeyConstraint("entity_id", "holder", name=op.f("pk_entity_holder")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("entity_holder", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entity_holder_list_id_holder_left_at_tag"),
            ["list_id", "holder", "left_at", "tag"],
            unique=False,
        )

    op.execute(OPENED_BY)
    for rows in HOLDERS:
        into = "INSERT INTO entity_holder (entity_id, holder, list_id, left_at, tag) "
        op.execute(into + rows.replace("LEFT_AT", LEFT_AT))

    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stands", sa.Integer(), server_default="0", nullable=False))

    # Not by batch: that copies the table on SQLite, which its versions do not allow.
    op.drop_index(op.f("ix_entity_list_id_open_left_at"), table_name="entity")
    op.create_index(op.f("ix_entity_list_id"), "entity", ["list_id"], unique=False)
    for column in ("open", "left_at"):
        op.execute(f"ALTER TABLE entity DROP COLUMN {column}")
