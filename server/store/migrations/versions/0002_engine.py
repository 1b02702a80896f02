"""engine."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Text(), nullable=False),
        sa.Column("until_day", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["deputy_id"], ["actor.id"], name=op.f("fk_absence_deputy_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["actor.id"], name=op.f("fk_absence_officer_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_absence_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_deputy_id_until_day"), ["deputy_id", "until_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_absence_project_id_until_day"), ["project_id", "until_day"], unique=False)

    op.create_table(
        "office_in_force",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("office_version_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_version_id"], ["office_version.id"], name=op.f("fk_office_in_force_office_version_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_office_in_force_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_in_force")),
    )
    with op.batch_alter_table("office_in_force", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_office_in_force_project_id"), ["project_id"], unique=False)

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
    op.create_table(
        "case_person",
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("sop_id", sa.Text(), nullable=False),
        sa.Column("nik", sa.Text(), nullable=False),
        sa.Column("sound", sa.Text(), nullable=False),
        sa.Column("born", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["kasus.id"], name=op.f("fk_case_person_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_person")),
    )
    with op.batch_alter_table("case_person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_person_project_id_sop_id_area_sex_day_case_id"),
            ["project_id", "sop_id", "area", "sex", "day", "case_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_person_project_id_sop_id_born_day_case_id"),
            ["project_id", "sop_id", "born", "day", "case_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_person_project_id_sop_id_nik_day_case_id"),
            ["project_id", "sop_id", "nik", "day", "case_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_case_person_project_id_sop_id_sound_day_case_id"),
            ["project_id", "sop_id", "sound", "day", "case_id"],
            unique=False,
        )

    with op.batch_alter_table("case_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_alias_case_id"), ["case_id"], unique=False)

    with op.batch_alter_table("case_step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("escalated_to", sa.Text(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_case_step_project_id_escalated_to_due_at"),
            ["project_id", "escalated_to", "due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND escalated_to IS NOT NULL"),
            postgresql_where=sa.text("state = 'open' AND escalated_to IS NOT NULL"),
        )

    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("void_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("voided_at", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("voided_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("correction", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("corrects", sa.Integer(), nullable=True))

    with op.batch_alter_table("kasus", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_timer", sa.Text(), server_default="", nullable=True))
        batch_op.create_index(
            batch_op.f("ix_kasus_next_timer_id"),
            ["next_timer", "id"],
            unique=False,
            sqlite_where=sa.text("next_timer IS NOT NULL"),
            postgresql_where=sa.text("next_timer IS NOT NULL"),
        )

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.Text(), nullable=True))
