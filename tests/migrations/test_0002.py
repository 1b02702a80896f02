"""0002: absences, what clients are recognised by, confirmed interpretations, timers; running cases stay as they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.store import Store
from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

BEFORE = (
    "INSERT INTO project (id, code, name, timezone, created_at)"
    " VALUES (1, 'kota_pasuruan', 'Dinas Sosial Kota Pasuruan', 'Asia/Jakarta', '2026-03-02T02:00:00.000Z')",
    "INSERT INTO sop (id, project_id, sop_id, title, current_version_id) VALUES (1, 1, 'abh', 'ABH', 1)",
    "INSERT INTO sop_version (id, sop_id, version, digest, workbook, published_at)"
    " VALUES (1, 1, '1', 'd', 'b', '2026-03-02T02:00:00.000Z')",
    "INSERT INTO kasus (id, project_id, sop_id, sop_version_id, number, revision, label, status, opened_on,"
    " created_at, updated_at, state) VALUES ('k1', 1, 'abh', 1, 'ABH-2026-0001', 3, 'R. S.', 'open', '2026-03-02',"
    " '2026-03-02T02:00:00.000Z', '2026-03-04T02:00:00.000Z', '{}')",
    "INSERT INTO case_step (case_id, step, visit, project_id, sop_id, state, role, opened_at, due_at)"
    " VALUES ('k1', 's03', 1, 1, 'abh', 'open', 'peksos', '2026-03-02T09:00:00+07:00', '2026-03-03T23:59:59+07:00')",
    "INSERT INTO case_alias (id, case_id) VALUES ('k0', 'k1')",
)


@pytest.fixture
def at_0001(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """The database of an office that has worked with the version before, with one running case."""
    with office_at("0001", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        yield store


def test_a_running_case_keeps_its_row_its_steps_and_its_other_name(at_0001: Store) -> None:
    migrate(at_0001)
    with at_0001.read() as db:
        case = db.execute(text("SELECT number, revision, label, status, state FROM kasus")).one()
        step = db.execute(text("SELECT case_id, step, visit, state, role, due_at, escalated_to FROM case_step")).one()
        alias = db.execute(text("SELECT id, case_id FROM case_alias")).one()
    assert tuple(case) == ("ABH-2026-0001", 3, "R. S.", "open", "{}")
    assert tuple(step) == ("k1", "s03", 1, "open", "peksos", "2026-03-03T23:59:59+07:00", None)
    assert tuple(alias) == ("k0", "k1")


def test_the_worker_finds_every_case_whose_timers_nobody_has_reckoned_yet(at_0001: Store) -> None:
    migrate(at_0001)
    with at_0001.read() as db:
        assert db.execute(text("SELECT id FROM kasus WHERE next_timer IS NOT NULL AND next_timer <= '2026'")).all()
