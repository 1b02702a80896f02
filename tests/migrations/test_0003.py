"""0003: every submission knows the form version its newest revision names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.store import Store
from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

AT = "2026-03-02T02:00:00.000Z"
BEFORE = (
    "INSERT INTO project (id, code, name, timezone, created_at)"
    f" VALUES (1, 'kota_pasuruan', 'Dinas Sosial Kota Pasuruan', 'Asia/Jakarta', '{AT}')",
    f"INSERT INTO form (id, project_id, xml_form_id, created_at) VALUES (1, 1, 'abh_asesmen', '{AT}')",
    "INSERT INTO submission (id, project_id, form_id, instance_id, revision_id, created_at)"
    f" VALUES (10, 1, 1, 'uuid:a', 12, '{AT}'), (20, 1, 1, 'uuid:b', 21, '{AT}')",
    "INSERT INTO revision (id, submission_id, form_id, instance_id, version, xml, sha256, received_at)"
    f" VALUES (11, 10, 1, 'uuid:a', '1', '', 'a', '{AT}'), (12, 10, 1, 'uuid:a2', '2', '', 'b', '{AT}'),"
    f" (21, 20, 1, 'uuid:b', '1', '', 'c', '{AT}')",
)


@pytest.fixture
def before(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """An office that has two submissions, one of them edited under a newer version of its form."""
    with office_at("0002", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        yield store


def test_a_submission_is_found_under_the_version_it_was_last_sent_with(before: Store) -> None:
    migrate(before)
    with before.read() as db:
        rows = db.execute(text("SELECT instance_id, version FROM submission ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [("uuid:a", "2"), ("uuid:b", "1")]
