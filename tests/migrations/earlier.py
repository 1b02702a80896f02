"""The database of an office that has worked with an earlier version of the tables."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command

from server.store import Store
from server.store.migrate import config
from tests.world import Clock, Databases


@contextmanager
def office_at(
    revision: str, rows: Iterable[str], kind: str, databases: Databases, data: Path, clock: Clock
) -> Iterator[Store]:
    """A store whose tables are those of `revision`, holding what the statements in `rows` insert."""
    made = databases.empty(kind, data)
    store = Store(made.data, made.url, clock)
    with store.write() as tx:
        command.upgrade(config(tx.connection), revision)
        for statement in rows:
            tx.connection.exec_driver_sql(statement)
        tx.audit(None, "test")
    yield store
    store.close()
    databases.drop(made)
