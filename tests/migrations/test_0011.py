"""0011: the table of submissions is found by several filters at once; the submissions stay."""

from pathlib import Path

from sqlalchemy import text

from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
    f"INSERT INTO form (id, project_id, xml_form_id, created_at) VALUES (1, 1, 'lapor', '{DAY}')",
    *(
        "INSERT INTO submission (id, project_id, form_id, instance_id, revision_id, submitter_id, review_state,"
        f" created_at, version) VALUES ({number}, 1, 1, 'uuid:{number}', {number}0, {number}, '{state}', '{DAY}', '1')"
        for number, state in ((1, "approved"), (2, "rejected"))
    ),
)
ASKED = (
    "SELECT id FROM submission WHERE form_id = 1 AND review_state = 'rejected' AND submitter_id = 2 AND version = '1'"
    " AND deleted_at IS NULL ORDER BY created_at DESC, id DESC"
)


def test_submissions_stay_and_three_filters_read_one_index(
    kind: str, databases: Databases, tmp_path: Path, clock: Clock
) -> None:
    with office_at("0010", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.read() as db:
            assert db.execute(text(ASKED)).scalars().all() == [2]
            if kind == "sqlite":  # PostgreSQL reads a table of two rows as it lies
                (line,) = db.execute(text(f"EXPLAIN QUERY PLAN {ASKED}")).all()
                assert "USING COVERING INDEX ix_submission_" in line.detail
            else:
                names = db.execute(text("SELECT indexname FROM pg_indexes WHERE tablename = 'submission'")).scalars()
                assert {"ix_submission_review", "ix_submission_sender", "ix_submission_version"} <= set(names)
