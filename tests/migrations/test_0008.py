"""0008: a file that came after its submission is known to have changed it."""

from pathlib import Path

from sqlalchemy import text

from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY, LATER = "2026-03-02T02:00:00.000Z", "2026-03-02T03:00:00.000Z"
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
    f"INSERT INTO form (id, project_id, xml_form_id, created_at) VALUES (1, 1, 'lapor', '{DAY}')",
    *(
        statement
        for number, came in ((1, DAY), (2, LATER))
        for statement in (
            "INSERT INTO submission (id, project_id, form_id, instance_id, revision_id, created_at, version)"
            f" VALUES ({number}, 1, 1, 'uuid:{number}', {number}0, '{DAY}', '1')",
            "INSERT INTO revision (id, submission_id, form_id, instance_id, version, xml, sha256, received_at)"
            f" VALUES ({number}0, {number}, 1, 'uuid:{number}', '1', '', 'aa', '{DAY}')",
            "INSERT INTO attachment (revision_id, name, expected, blob, size, received_at)"
            f" VALUES ({number}0, 'foto.jpg', 1, 'bb', 3, '{came}')",
        )
    ),
)


def test_files_that_came_late_have_their_moment(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> None:
    with office_at("0007", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        migrate(store)
        with store.read() as db:
            rows = db.execute(text("SELECT id, files_at FROM submission ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(1, None), (2, LATER)]
