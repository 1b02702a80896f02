"""0001: from nothing to the first tables, the same on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.util import CommandError
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from server.store import Store
from server.store.audit import audit
from server.store.migrate import head, is_current, migrate, revision
from tests.migrations.comparison import differences
from tests.world import Clock, Databases


@pytest.fixture
def empty(kind: str, databases: Databases, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    made = databases.empty(kind, tmp_path / "data")
    store = Store(made.data, made.url, clock)
    yield store
    store.close()
    databases.drop(made)


def test_an_empty_database_is_not_current_and_migrating_makes_it_so(empty: Store) -> None:
    assert revision(empty) is None
    assert not is_current(empty)
    migrate(empty)
    assert revision(empty) == head()
    assert is_current(empty)


def test_the_migrated_tables_are_the_tables_the_program_writes(empty: Store) -> None:
    migrate(empty)
    with empty.read() as db:
        assert differences(db) == []


def test_migrating_is_audited_once_and_doing_it_again_changes_nothing(empty: Store) -> None:
    migrate(empty)
    migrate(empty)
    with empty.read() as db:
        assert db.execute(select(audit.c.action)).scalars().all() == ["store.migrate"]


def test_the_database_itself_refuses_a_state_no_case_has(store: Store) -> None:
    row = "INSERT INTO actor (type, display_name, created_at) VALUES ('ghost', 'X', '2026-03-02T02:00:00.000Z')"
    with store.write() as tx:
        tx.audit(None, "test")
        with pytest.raises(IntegrityError, match="ck_actor_type"), tx.savepoint():
            tx.execute(text(row))


def test_a_database_of_a_newer_program_is_refused_untouched(store: Store) -> None:
    with store.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        tx.audit(None, "test")
    assert not is_current(store)
    with pytest.raises(CommandError):
        migrate(store)
    assert revision(store) == "9999"
