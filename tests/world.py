"""What every test shares: the clock, the two databases, the people. Fixtures over it are in conftest.py."""

import itertools
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from server.store import Store, cases
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
    """Hands out fresh migrated databases; migrates once per engine and copies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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

    def copy(self, template: Database, data: Path) -> Database:
        """A fresh PostgreSQL database with everything the template's has."""
        assert template.url is not None
        original = template.url.partition("?")[0].rpartition("/")[2]
        name = f"test_{next(self._numbers)}"
        self.cluster.execute(f"CREATE DATABASE {name} TEMPLATE {original}")
        return Database(template.kind, data, self.cluster.url(name))

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
            with store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            store.close()
        return folder / "alur.sqlite"

    def _postgres_template(self) -> str:
        folder = self._folder / "template-postgresql"
        if not folder.exists():
            self.cluster.execute("CREATE DATABASE migrated")
            store = Store(folder, self.cluster.url("migrated"))
            migrate(store)
            store.close()
        return "migrated"


def program_faults(store: Store) -> int:
    """How many tasks blame a defect of ours: zero at the end of every test, of the suite and of the demo."""
    with store.read() as db:
        return db.execute(select(func.count()).where(cases.task.c.fault == "program")).scalar_one()
