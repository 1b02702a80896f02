"""0007: files of an edit that waits keep their place, and when they came is that of their edit."""

from pathlib import Path

from sqlalchemy import text

from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
    f"INSERT INTO form (id, project_id, xml_form_id, created_at) VALUES (1, 1, 'lapor', '{DAY}')",
    "INSERT INTO held_edit (id, project_id, form_id, instance_id, deprecated_id, blob, received_at)"
    f" VALUES (7, 1, 1, 'uuid:2', 'uuid:1', 'aa', '{DAY}')",
    "INSERT INTO held_file (held_id, name, blob, md5, size, type) VALUES (7, 'foto.jpg', 'bb', 'cc', 3, 'image/jpeg')",
)


def test_what_waits_keeps_its_files(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> None:
    with office_at("0006", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.read() as db:
            row = db.execute(text("SELECT * FROM held_file")).one()
    assert dict(row._mapping) == {
        "held_id": 7,
        "name": "foto.jpg",
        "expected": 0,
        "blob": "bb",
        "size": 3,
        "type": "image/jpeg",
        "received_at": DAY,
    }
