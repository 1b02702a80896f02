"""0005: whose phones hold which row; running cases stay with those who work on them, closed ones leave in 30 days."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.store import Store
from server.store.migrate import migrate
from tests.migrations.earlier import office_at
from tests.world import Clock, Databases

DAY = "2026-03-02T02:00:00.000Z"
CASE = (
    "INSERT INTO kasus (id, project_id, sop_id, sop_version_id, number, revision, label, status, opened_on, created_at,"
    " updated_at, state, manager_id) VALUES ('{id}', 1, 'abh', 1, '{id}', 1, 'R. S.', '{status}', '2026-03-02',"
    f" '{DAY}', '{DAY}', '{{{{}}}}', {{manager}})"
)
ENTITY = (
    "INSERT INTO entity (id, list_id, label, version, data, workflow, open, left_at, created_at, updated_at)"
    f" VALUES ('{{id}}', 1, 'R. S.', 3, '{{{{}}}}', '{{{{}}}}', {{open}}, {{left}}, '{DAY}', '{DAY}')"
)
STEP = (
    "INSERT INTO case_step (case_id, step, visit, project_id, sop_id, state, role, assignee_id, opened_at)"
    f" VALUES ('{{id}}', 's03', 1, 1, 'abh', 'open', 'peksos', {{who}}, '{DAY}')"
)
BEFORE = (
    f"INSERT INTO project (id, code, name, timezone, created_at) VALUES (1, 'k', 'Dinas', 'Asia/Jakarta', '{DAY}')",
    "INSERT INTO sop (id, project_id, sop_id, title, current_version_id) VALUES (1, 1, 'abh', 'ABH', 1)",
    "INSERT INTO sop_version (id, sop_id, version, digest, workbook, published_at)"
    f" VALUES (1, 1, '1', 'd', 'b', '{DAY}')",
    f"INSERT INTO entity_list (id, project_id, name, created_at) VALUES (1, 1, 'kasus_abh', '{DAY}')",
    *(f"INSERT INTO actor (id, type, display_name, created_at) VALUES ({n}, 'user', 'Sri', '{DAY}')" for n in (7, 8)),
    f"INSERT INTO actor (id, type, display_name, created_at) VALUES (9, 'field_key', 'HP', '{DAY}')",
    "INSERT INTO role_grant (actor_id, project_id, role) VALUES (7, 1, 'peksos')",
    # free: nobody manages it; sri's: its manager does its step; given: by name to another; closed: long ago.
    CASE.format(id="free", status="open", manager="NULL"),
    CASE.format(id="sri", status="open", manager="7"),
    CASE.format(id="given", status="open", manager="7"),
    CASE.format(id="closed", status="closed", manager="7"),
    *(ENTITY.format(id=key, open=1, left="NULL") for key in ("free", "sri", "given")),
    ENTITY.format(id="closed", open=0, left=f"'{DAY}'"),
    STEP.format(id="free", who="NULL"),
    STEP.format(id="sri", who="NULL"),
    STEP.format(id="given", who="8"),
    "INSERT INTO entity_version (entity_id, version, label, changed, creator_id, created_at)"
    f" VALUES ('free', 1, 'R. S.', '{{}}', 9, '{DAY}')",
)


@pytest.fixture
def at_0004(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """The database of an office whose phones held every case."""
    with office_at("0004", BEFORE, kind, databases, tmp_path / "data", clock) as store:
        yield store


def test_each_running_case_is_on_the_phones_of_those_who_work_on_it(at_0004: Store) -> None:
    migrate(at_0004)
    with at_0004.read() as db:
        rows = db.execute(text("SELECT entity_id, holder, left_at FROM entity_holder ORDER BY 1, 2")).all()
        kept = db.execute(text("SELECT id, version, creator_id FROM entity ORDER BY 1")).all()
        versions = db.execute(text("SELECT count(*) FROM entity_version")).scalar_one()
    assert [(row[0], row[1]) for row in rows if row[2] == "9999"] == [
        ("free", "*"),
        ("free", "p9"),
        ("free", "rpeksos"),
        ("given", "*"),
        ("given", "p7"),
        ("given", "p8"),
        ("sri", "*"),
        ("sri", "p7"),
    ]
    assert [tuple(row) for row in rows if row[2] != "9999"] == [("closed", "*", DAY), ("closed", "p7", DAY)]
    assert [tuple(row) for row in kept] == [("closed", 3, None), ("free", 3, 9), ("given", 3, None), ("sri", 3, None)]
    assert versions == 1
