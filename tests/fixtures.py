"""Fixtures over the published office, for tests that may use everything (doors, whole)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import Office, open_office, settle
from tests.world import Clock, Database, Databases, watched


@pytest.fixture
def office_database(
    kind: str, databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A database with the office of tests/office.py published, and its people."""
    yield from watched(databases, databases.prepared("office", settle, kind, tmp_path / "office"), request)


@pytest.fixture(scope="module")
def shared_office(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Office]:
    """One office on SQLite for all tests of a module: for those that read, or touch only what they made themselves."""
    folder = tmp_path_factory.mktemp("shared") / "office"
    for database in watched(databases, databases.prepared("office", settle, "sqlite", folder), request):
        with open_office(database, Clock()) as made:
            yield made


@pytest.fixture
def office(office_database: Database, clock: Clock) -> Iterator[Office]:
    """The office of Kota Pasuruan, published and open for business on a running server."""
    with open_office(office_database, clock) as made:
        yield made
