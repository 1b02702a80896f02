"""0006: versions of rows kept before tell nothing of what was sent as it was."""

from pathlib import Path

from sqlalchemy import text

from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
    f"INSERT INTO entity_list (id, project_id, name, created_at) VALUES (1, 1, 'barang', '{DAY}')",
    f"INSERT INTO entity (id, list_id, label, version, data, created_at) VALUES ('e', 1, 'Kursi', 1, '{{}}', '{DAY}')",
    "INSERT INTO entity_version (entity_id, version, label, changed, branch_id, branch_version, created_at)"
    f" VALUES ('e', 1, 'Kursi', '{{\"a\":\"1\"}}', 'b', 1, '{DAY}')",
)


def test_a_version_keeps_what_it_changed(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> None:
    with office_at("0005", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.read() as db:
            row = db.execute(text("SELECT changed, same, branch_id, branch_version FROM entity_version")).one()
    assert tuple(row) == ('{"a":"1"}', None, "b", 1)
