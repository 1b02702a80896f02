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
