"""What every test shares: the clock and the two databases. Fixtures over it are in conftest.py."""

import fcntl
import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, inspect, select, text

from server.store import Store, cases, metadata
from server.store.migrate import migrate
from tests.postgres import Cluster

# A Monday, 09:00 in Jakarta.
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


class Clock:
    """The office's clock: stands still until a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        self.now = now

    def advance(self, **units: float) -> None:
        """`clock.advance(days=3)`; units as of timedelta."""
        self.now += timedelta(**units)


@dataclass(frozen=True, slots=True)
class Database:
    """An empty, migrated database and its data folder: what `ALUR_DATA` and `ALUR_DATABASE_URL` name."""

    kind: str
    data: Path
    url: str | None


class Databases:
    """Hands out fresh databases; each kind is made once and copied.

    `folder` is this process's own, `shared` that of the whole test run: what takes long is prepared once for all
    workers.
    """

    def __init__(self, folder: Path, shared: Path) -> None:
        self._folder = folder
        self._shared = shared
        self._cluster: Cluster | None = None
        self._numbers = itertools.count(1)

    @property
    def cluster(self) -> Cluster:
        if self._cluster is None:
            self._cluster = Cluster()
        return self._cluster

    def empty(self, kind: str, data: Path) -> Database:
        """One without any table."""
        data.mkdir(parents=True, exist_ok=True)
        if kind == "sqlite":
            return Database(kind, data, None)
        name = f"test_{next(self._numbers)}"
        self.cluster.execute(f"CREATE DATABASE {name}")
        return Database(kind, data, self.cluster.url(name))

    def migrated(self, kind: str, data: Path) -> Database:
        data.mkdir(parents=True, exist_ok=True)
        if kind == "sqlite":
            shutil.copy(self._sqlite_template(), data / "alur.sqlite")
            return Database(kind, data, None)
        template = self._postgres_template()
        name = f"test_{next(self._numbers)}"
        self.cluster.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return Database(kind, data, self.cluster.url(name))

    def prepared(self, name: str, make: Callable[[Store], None], kind: str, data: Path) -> Database:
        """With what `make` writes; it runs once, on SQLite, and its rows are copied to PostgreSQL."""
        shutil.copytree(self._prepared(name, make), data)
        if kind == "sqlite":
            return Database(kind, data, None)
        (data / "alur.sqlite").unlink()
        template = self._prepared_on_postgres(name, make)
        number = f"test_{next(self._numbers)}"
        self.cluster.execute(f"CREATE DATABASE {number} TEMPLATE {template}")
        return Database(kind, data, self.cluster.url(number))

    def drop(self, database: Database) -> None:
        if database.url:
            name = database.url.partition("?")[0].rpartition("/")[2]
            self.cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        if self._cluster is not None:
            self._cluster.stop()

    def _sqlite_template(self) -> Path:
        folder = self._folder / "template-sqlite"
        if not folder.exists():
            store = Store(folder)
            migrate(store)
            _settle(store)
        return folder / "alur.sqlite"

    def _postgres_template(self) -> str:
        folder = self._folder / "template-postgresql"
        if not folder.exists():
            self.cluster.execute("CREATE DATABASE migrated")
            store = Store(folder, self.cluster.url("migrated"))
            migrate(store)
            store.close()
        return "migrated"

    def _prepared(self, name: str, make: Callable[[Store], None]) -> Path:
        folder = self._shared / f"prepared-{name}"
        with _alone(folder.with_suffix(".lock")):
            if not folder.exists():
                unfinished = folder.with_suffix(".new")
                shutil.rmtree(unfinished, ignore_errors=True)
                store = Store(unfinished, clock=Clock(START - timedelta(days=30)))
                migrate(store)
                make(store)
                _settle(store)
                unfinished.rename(folder)
        return folder

    def _prepared_on_postgres(self, name: str, make: Callable[[Store], None]) -> str:
        folder = self._folder / f"prepared-{name}"
        if not folder.exists():
            self.cluster.execute(f"CREATE DATABASE prepared_{name} TEMPLATE {self._postgres_template()}")
            # A copy of its own: opening the shared one would put SQLite's files beside it while others copy it.
            own = shutil.copytree(self._prepared(name, make), self._folder / f"source-{name}")
            source, target = Store(own), Store(folder, self.cluster.url(f"prepared_{name}"))
            _copy(source, target)
            source.close()
            target.close()
        return f"prepared_{name}"


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _settle(store: Store) -> None:
    """Closes it with everything in the one database file, so that the file can be copied."""
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def _copy(source: Store, target: Store) -> None:
    """All rows of one database into an empty, migrated one."""
    with source.read() as db, target.write() as tx:
        tx.execute(text("DELETE FROM audit"))
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in db.execute(select(table)).mappings()]
            if rows:
                tx.execute(insert(table), rows)
            for column in inspect(tx.connection).get_columns(table.name):
                if str(column.get("default") or "").startswith("nextval"):
                    quoted = f"'{table.name}', '{column['name']}'"
                    highest = f'SELECT coalesce(max("{column["name"]}"), 0) + 1 FROM "{table.name}"'
                    tx.execute(text(f"SELECT setval(pg_get_serial_sequence({quoted}), ({highest}), false)"))
        tx.audit(None, "test.copy")


def program_faults(store: Store) -> int:
    """How many tasks blame a defect of ours: zero at the end of every test, of the suite and of the demo."""
    with store.read() as db:
        return db.execute(select(func.count()).where(cases.task.c.fault == "program")).scalar_one()


def watched(databases: Databases, made: Database, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Lends a database to a test and drops it afterwards; then no task may blame the program."""
    yield made
    after = Store(made.data, made.url)
    faults = program_faults(after)
    after.close()
    databases.drop(made)
    if request.node.get_closest_marker("program_fault") is None:
        assert faults == 0, f"{faults} tasks blame the program"
