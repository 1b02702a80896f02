"""0012: lines of the audit stay; those about one subject are found by an index that arrivals do not fill."""

from pathlib import Path

from sqlalchemy import func, select, text

from server.store.audit import TOLD, audit
from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
BEFORE = (
    f"INSERT INTO audit (at, action, project_id, subject) VALUES ('{DAY}', 'submission.create', 1, 'submission:7')",
    "INSERT INTO audit (at, action, project_id, subject, details)"
    f" VALUES ('{DAY}', 'submission.create', 1, 'submission:8', '{{\"notes\":\"susulan\"}}')",
    f"INSERT INTO audit (at, action, project_id, subject) VALUES ('{DAY}', 'submission.update', 1, 'submission:7')",
)


def test_lines_are_kept_and_found(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> None:
    with office_at("0011", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.read() as db:
            assert db.execute(select(func.count()).where(audit.c.subject.like("submission:%"))).scalar_one() == 3
            mine = select(audit.c.action).where(audit.c.subject.in_(("submission:7", "submission:8")), TOLD)
            rows = db.execute(mine.order_by(audit.c.id.desc())).scalars().all()
            assert rows == ["submission.update", "submission.create"]
            if kind == "sqlite":  # PostgreSQL reads a table of three rows as it lies
                asked = mine.where(audit.c.project_id + 0 == 1).order_by(audit.c.id.desc()).limit(9)
                plan = str(asked.compile(store.engine, compile_kwargs={"literal_binds": True}))
                steps = [line.detail for line in db.execute(text(f"EXPLAIN QUERY PLAN {plan}"))]
                assert "ix_audit_subject " in steps[0], steps
