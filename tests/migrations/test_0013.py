"""0013: lists kept before make their rows at once, as they did."""

from pathlib import Path

from sqlalchemy import text

from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
    f"INSERT INTO entity_list (id, project_id, name, created_at) VALUES (1, 1, 'barang', '{DAY}')",
)


def test_lists_stay_as_they_were(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> None:
    with office_at("0012", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.read() as db:
            assert tuple(db.execute(text("SELECT name, approval FROM entity_list")).one()) == ("barang", 0)
            assert db.execute(text("SELECT count(*) FROM entity_pending")).scalar_one() == 0
