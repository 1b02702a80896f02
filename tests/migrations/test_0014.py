"""0014: forms published before are handed back as their workbook was kept."""

from pathlib import Path

from sqlalchemy import text

from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
VERSION = "INSERT INTO form_version (id, form_id, version, title, xform, md5, schema, xlsx, created_at)"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
    f"INSERT INTO form (id, project_id, xml_form_id, created_at) VALUES (1, 1, 'panti', '{DAY}')",
    f"{VERSION} VALUES (1, 1, '1', 'Panti', '<x/>', 'm', '{{}}', 'abc', '{DAY}')",
    f"{VERSION} VALUES (2, 1, '2', 'Panti', '<x/>', 'm', '{{}}', NULL, '{DAY}')",
)


def test_kept_workbooks_are_what_was_uploaded(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> None:
    with office_at("0013", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.read() as db:
            rows = db.execute(text("SELECT uploaded, ending FROM form_version ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [("abc", "xlsx"), (None, None)]
