"""0006: versions of rows kept before tell nothing of what was sent as it was."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from server.store import Store
from server.store.migrate import config, migrate
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
    made = databases.empty(kind, tmp_path / "data")
    store = Store(made.data, made.url, clock)
    with store.write() as tx:
        command.upgrade(config(tx.connection), "0005")
        for statement in BEFORE:
            tx.connection.exec_driver_sql(statement)
        tx.audit(None, "test")
    migrate(store)
    with store.read() as db:
        row = db.execute(text("SELECT changed, same, branch_id, branch_version FROM entity_version")).one()
    store.close()
    databases.drop(made)
    assert tuple(row) == ('{"a":"1"}', None, "b", 1)
