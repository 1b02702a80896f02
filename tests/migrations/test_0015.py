"""0015: an office of before has issued no recap, and may begin to."""

from pathlib import Path

from sqlalchemy import text

from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
)


def test_offices_stay_and_may_keep_recaps(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> None:
    with office_at("0014", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.write() as tx:
            columns = "project_id, period, revision, figures, changes, blob, issued_at, issued_by"
            values = f"1, '2026-02', 0, '{{}}', 0, 'abc', '{DAY}', 1"
            tx.execute(text(f"INSERT INTO recap_issue ({columns}) VALUES ({values})"))
            tx.audit(None, "test")
        with store.read() as db:
            row = db.execute(text("SELECT p.name, r.reason FROM recap_issue r JOIN project p ON p.id = r.project_id"))
            assert tuple(row.one()) == ("Dinas", "")
