"""0010: pages sent before the change are nobody's second click; what was there stays."""

from pathlib import Path

from sqlalchemy import text

from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
    f"INSERT INTO audit (at, action, project_id) VALUES ('{DAY}', 'project.create', 1)",
)


def test_an_office_gets_the_memory_of_its_pages(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> None:
    with office_at("0009", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.read() as db:
            assert db.execute(text("SELECT count(*) FROM page_post")).scalar() == 0
            assert db.execute(text("SELECT code FROM project")).scalars().all() == ["k"]
            assert "project.create" in db.execute(text("SELECT action FROM audit")).scalars().all()
