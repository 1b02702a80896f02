"""Fixtures of all tests. `store` runs a test once on SQLite and once on PostgreSQL; neither is ever skipped."""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store import Store
from tests.world import Clock, Database, Databases, watched


def _no_network(event: str, arguments: tuple) -> None:
    """Tests talk to this machine only; any other address is a mistake worth a loud failure."""
    if event not in ("socket.connect", "socket.sendto", "socket.getaddrinfo"):
        return
    if event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        # Connecting a datagram socket sends nothing: it asks which of our addresses would be used.
        asks_only = event == "socket.connect" and arguments[0].type == socket.SOCK_DGRAM
        host = arguments[1][0] if isinstance(arguments[1], tuple) and not asks_only else None
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        allowed = name == "localhost"
    else:
        allowed = event == "socket.getaddrinfo" or address.is_loopback or address.is_unspecified
    if not allowed:
        raise RuntimeError(f"a test reaches for {name}")


sys.addaudithook(_no_network)


@pytest.fixture
def clock() -> Clock:
    """The office's clock, Monday 2 March 2026 09:00 in Jakarta; `clock.advance(days=1)`."""
    return Clock()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    base = tmp_path_factory.getbasetemp()
    # Under xdist each worker has a folder inside the one of the run.
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    made = Databases(tmp_path_factory.mktemp("databases"), shared)
    yield made
    made.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which engine this run of the test uses."""
    return request.param


@pytest.fixture
def database(kind: str, databases: Databases, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A fresh migrated database, for tests that start the server or the command themselves.

    At its end no task may blame the program, unless the test says `@pytest.mark.program_fault`.
    """
    yield from watched(databases, databases.migrated(kind, tmp_path / "data"), request)


@pytest.fixture
def store(database: Database, clock: Clock) -> Iterator[Store]:
    """A store on a fresh migrated database, on the test's clock."""
    made = Store(database.data, database.url, clock)
    yield made
    made.close()
