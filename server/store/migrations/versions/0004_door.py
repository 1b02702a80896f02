"""What phones may fill, drafts tried on a phone, links anybody may fill, edits that came early, QR settings."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_submission",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("deprecated_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("instance_name", sa.Text(), nullable=True),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_draft_submission_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_submission")),
        sa.UniqueConstraint("form_id", "instance_id", name=op.f("uq_draft_submission_form_id_instance_id")),
    )
    with op.batch_alter_table("draft_submission", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_draft_submission_form_id_created_at_id"), ["form_id", "created_at", "id"], unique=False
        )

    op.create_table(
        "form_access",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_form_access_actor_id")),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_form_access_form_id")),
        sa.PrimaryKeyConstraint("actor_id", "form_id", name=op.f("pk_form_access")),
    )
    with op.batch_alter_table("form_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_access_form_id"), ["form_id"], unique=False)

    op.create_table(
        "held_edit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("deprecated_id", sa.Text(), nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("submitter_id", sa.Integer(), nullable=True),
        sa.Column("device_id", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_held_edit_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_edit")),
        sa.UniqueConstraint("form_id", "instance_id", name=op.f("uq_held_edit_form_id_instance_id")),
    )
    with op.batch_alter_table("held_edit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_held_edit_form_id_deprecated_id"), ["form_id", "deprecated_id"], unique=False
        )

    op.create_table(
        "public_link",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=True),
        sa.Column("once", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_public_link_actor_id")),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_public_link_form_id")),
        sa.PrimaryKeyConstraint("actor_id", name=op.f("pk_public_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_public_link_token_hash")),
    )
    with op.batch_alter_table("public_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_link_form_id"), ["form_id"], unique=False)

    op.create_table(
        "draft_attachment",
        sa.Column("submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["draft_submission.id"], name=op.f("fk_draft_attachment_submission_id")
        ),
        sa.PrimaryKeyConstraint("submission_id", "name", name=op.f("pk_draft_attachment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "held_file",
        sa.Column("held_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("md5", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["held_id"], ["held_edit.id"], name=op.f("fk_held_file_held_id")),
        sa.PrimaryKeyConstraint("held_id", "name", name=op.f("pk_held_file")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("app_user", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "forms",
                sa.Text(),
                sa.CheckConstraint("forms IN ('all', 'unset', 'chosen')", name=op.f("ck_app_user_forms")),
                server_default="all",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("settings", sa.Text(), server_default="{}", nullable=False))

    with op.batch_alter_table("form", schema=None) as batch_op:
        batch_op.add_column(sa.Column("draft_token", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_form_draft_token"), ["draft_token"], unique=True)

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("collect_settings", sa.Text(), server_default="{}", nullable=False))

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("collect_nonce", sa.Text(), nullable=True))

    _let_links_be_actors()
    form = sa.table("form", sa.column("id"), sa.column("draft_version_id"), sa.column("draft_token"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(form.c.id).where(form.c.draft_version_id.is_not(None))).all():
        connection.execute(sa.update(form).where(form.c.id == row.id).values(draft_token=secrets.token_urlsafe(48)))


def _let_links_be_actors() -> None:
    """The CHECK of actor.type takes 'public_link' too.

    SQLite can change a CHECK only by a new table, which the keys that point at this one forbid inside a transaction;
    its own documentation gives this way for a constraint that takes more than before.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_actor_type"), "actor", type_="check")
        op.create_check_constraint(op.f("ck_actor_type"), "actor", "type IN ('user', 'field_key', 'public_link')")
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = 'actor'"),
        {"before": "('user', 'field_key')", "after": "('user', 'field_key', 'public_link')"},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
