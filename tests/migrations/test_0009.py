"""0009: rows and lists kept before stay as they were; rows are found by list, age and conflict."""

from pathlib import Path

from sqlalchemy import text

from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
    f"INSERT INTO entity_list (id, project_id, name, created_at) VALUES (1, 1, 'barang', '{DAY}')",
    "INSERT INTO entity (id, list_id, label, version, data, conflict, created_at)"
    f" VALUES ('e', 1, 'Kursi', 1, '{{}}', 'hard', '{DAY}')",
    "INSERT INTO entity_version (entity_id, version, label, changed, created_at)"
    f" VALUES ('e', 1, 'Kursi', '{{\"a\":\"1\"}}', '{DAY}')",
)
ASKED = {
    "SELECT id FROM entity WHERE list_id = 1 AND deleted_at IS NULL ORDER BY created_at DESC, id DESC": (
        "ix_entity_list_id_deleted_at_created_at_id"
    ),
    "SELECT id FROM entity WHERE list_id = 1 AND conflict IS NOT NULL": "ix_entity_conflict",
}


def test_rows_and_lists_are_carried_over(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> None:
    with office_at("0008", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.read() as db:
            version = db.execute(text("SELECT changed, user_agent, source FROM entity_version")).one()
            held = db.execute(text("SELECT name, deleted_at FROM entity_list")).one()
            row = db.execute(text("SELECT id, conflict FROM entity")).one()
            for question, index in ASKED.items():
                if kind == "sqlite":  # PostgreSQL reads a table of one row as it lies
                    plan = db.execute(text(f"EXPLAIN QUERY PLAN {question}")).all()
                    assert index in plan[0].detail, plan
                    assert not any("SCAN" in line.detail for line in plan), plan
                else:
                    (there,) = db.execute(text(f"SELECT count(*) FROM pg_indexes WHERE indexname = '{index}'")).one()
                    assert there == 1
    assert tuple(version) == ('{"a":"1"}', None, None)
    assert tuple(held) == ("barang", None)
    assert tuple(row) == ("e", "hard")
