"""The log of who looked at whom, written before the answer leaves.

On SQLite it is a file of its own, `reads.sqlite` beside the database, so that reading never waits for those who
write; on PostgreSQL, where writers do not queue, it is the table `read_log` of the database.
"""

import sqlite3
import threading
from collections.abc import Mapping

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from server.problems import Problem
from server.store.audit import read_log
from server.store.database import QUEUE_SECONDS, Store
from server.store.schema import stamp

FILE = "reads.sqlite"

_COLUMNS = ("at", "actor_id", "project_id", "case_id", "what", "address")
_INSERT = str(read_log.insert().compile(dialect=sqlite.dialect(paramstyle="named"), column_keys=_COLUMNS))


class _Book:
    """The file, held open by this process; one line is one commit."""

    def __init__(self, store: Store) -> None:
        self._lock = threading.Lock()
        self._file = sqlite3.connect(
            store.data / FILE, timeout=QUEUE_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        dialect = sqlite.dialect()
        self._file.execute(str(CreateTable(read_log, if_not_exists=True).compile(dialect=dialect)))
        for index in read_log.indexes:
            self._file.execute(str(CreateIndex(index, if_not_exists=True).compile(dialect=dialect)))

    def write(self, row: Mapping[str, object]) -> None:
        with self._lock:
            self._file.execute(_INSERT, row)

    def close(self) -> None:
        with self._lock:
            self._file.close()


def log_read(
    store: Store, actor_id: int, project_id: int, case_id: str | None, what: str, address: str | None = None
) -> None:
    """Notes that `actor_id` saw `what` (`case`, `submission:<instance>`, `document:<id>`) of a case.

    Durable on return. Raises Problem('store.busy'), ('store.full') or ('store.unavailable') when it cannot be
    noted: then nothing is shown.
    """
    row = {
        "at": stamp(store.now()),
        "actor_id": actor_id,
        "project_id": project_id,
        "case_id": case_id,
        "what": what,
        "address": address,
    }
    if store.engine.dialect.name != "sqlite":
        with store.write() as tx:
            tx.housekeeping()
            tx.execute(read_log.insert(), row)
        return
    try:
        store.kept(_Book).write(row)
    except sqlite3.Error as error:
        reason = str(error)
        kind = "full" if "full" in reason else "busy" if "locked" in reason else "unavailable"
        raise Problem(f"store.{kind}") from error
