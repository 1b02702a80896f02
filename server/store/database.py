"""Connections and transactions on SQLite (embedded) or PostgreSQL.

Writers of all processes queue on a file lock before `BEGIN IMMEDIATE`, because SQLite's own busy
handler starves them; on PostgreSQL `lock_cases` takes advisory locks in id order instead.
Every write transaction carries an audit line, or it may not commit.
"""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from server.problems import Problem
from server.store.blobs import Blobs
from server.store.schema import utcnow
from server.store.shared import Result, SharedWrites
from server.store.transaction import QUEUE_SECONDS, Transaction

# Durable before fast; then: checkpoint every 32 MB instead of 4 (a checkpoint syncs the whole database and
# makes one submission wait for it), and room in memory for the indexes every submission touches.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "wal_autocheckpoint=8000",
    "cache_size=-32000",
    "temp_store=MEMORY",
)

log = logging.getLogger("alur.store")

Kept = TypeVar("Kept")


class _Queue:
    """One writer at a time, over all threads and processes that share the data folder."""

    def __init__(self, path: Path) -> None:
        self._thread = threading.Lock()
        self._path = path
        self._file: int | None = None

    def _open(self) -> int:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file

    def close(self) -> None:
        with self._thread:
            if self._file is not None:
                os.close(self._file)
                self._file = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        deadline = time.monotonic() + QUEUE_SECONDS
        if not self._thread.acquire(timeout=QUEUE_SECONDS):
            raise Problem("store.busy")
        try:
            pause = 0.0005
            file = self._open()
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise Problem("store.busy") from None
                    time.sleep(pause)
                    pause = min(pause * 1.5, 0.005)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
        finally:
            self._thread.release()


class Store:
    """The office's memory: a database and the folder of blobs beside it.

    `clock` gives the present moment (UTC); tests pass their own.
    """

    def __init__(self, data: Path, url: str | None = None, clock: Callable[[], datetime] = utcnow) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.data = data
        self.clock = clock
        self.url = url or f"sqlite:///{data / 'alur.sqlite'}"
        self.engine = _engine(self.url)
        self.blobs = Blobs(data / "blobs")
        self._shared = SharedWrites(self.write)
        self._queue = _Queue(data / "write.lock") if self.engine.dialect.name == "sqlite" else None
        self._kept: dict[object, Any] = {}
        self._keeping = threading.RLock()

    def kept(self, make: Callable[["Store"], Kept]) -> Kept:
        """What a module keeps for as long as this store is open, made at its first use; `make` is its name.

        What has a method `close` is closed with the store.
        """
        found = self._kept.get(make)
        if found is None:
            with self._keeping:
                found = self._kept.get(make)
                if found is None:
                    found = self._kept[make] = make(self)
        return found

    def now(self) -> datetime:
        return self.clock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for answering; it sees one consistent state and can change nothing.

        Raises Problem('store.busy'), ('store.full') or ('store.unavailable') when the database does not answer.
        """
        try:
            with self.engine.connect() as connection:
                yield connection
                connection.rollback()
        except OperationalError as error:
            raise _refused(error) from error

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction; commits at the end, rolls back on any exception.

        Raises Problem('store.busy') after 5 s in the queue, ('store.full') on a full disk, ('store.unavailable')
        when the database cannot be written for another reason.
        """
        if self._queue is None:
            with self._transaction() as transaction:
                yield transaction
        else:
            with self._queue.turn(), self._transaction() as transaction:
                yield transaction

    def write_shared(self, do: Callable[[Transaction], Result]) -> Result:
        """What `do` returns, once committed; on SQLite those who wait at the same time share one commit.

        `do` runs in a savepoint and must audit for itself; it may run in another caller's thread. Raises
        what `do` and `write` raise; then nothing of it is kept.
        """
        if self._queue is not None:
            return self._shared.run(do)
        with self.write() as transaction:
            return do(transaction)

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        try:
            with self.engine.connect() as connection:
                connection.info["writing"] = True
                try:
                    with connection.begin():
                        transaction = Transaction(connection, self.now())
                        yield transaction
                        if not transaction.audited:
                            raise RuntimeError("a transaction without an audit line may not commit")
                finally:
                    connection.info["writing"] = False
        except OperationalError as error:
            raise _refused(error) from error

    def close(self) -> None:
        """Gives back every file and connection; a store that is used again opens them again."""
        with self._keeping:
            kept, self._kept = self._kept, {}
        for item in kept.values():
            if hasattr(item, "close"):
                item.close()
        self.engine.dispose()
        if self._queue is not None:
            self._queue.close()


def _refused(error: OperationalError) -> Problem:
    """What to tell of a database that does not do its work; the operator finds the reason in the log."""
    reason = str(error.orig)
    # Codes only: what a database says may quote what people wrote.
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    log.error("the database refused", extra={"fault": code or type(error.orig).__name__})
    if "full" in reason or "No space" in reason:
        return Problem("store.full")
    # Of two that wait for each other PostgreSQL sends one away: it may come again.
    if "locked" in reason or "busy" in reason or "deadlock" in reason:
        return Problem("store.busy")
    return Problem("store.unavailable")


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=16, max_overflow=16)
    engine = create_engine(
        url, pool_size=32, max_overflow=32, connect_args={"check_same_thread": False, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.get("writing") else "BEGIN")

    return engine
