"""What the log of readings holds, wherever it is kept."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy import select

from server.store import Store
from server.store.audit import read_log
from server.store.reading import FILE


@dataclass(frozen=True, slots=True)
class Reading:
    """One line: who saw what of which case."""

    actor_id: int
    case_id: str | None
    what: str
    project_id: int | None
    address: str | None


def readings(store: Store) -> list[Reading]:
    """All lines, oldest first."""
    c = read_log.c
    query = select(c.actor_id, c.case_id, c.what, c.project_id, c.address).order_by(c.id)
    if store.engine.dialect.name != "sqlite":
        with store.read() as db:
            return [Reading(*row) for row in db.execute(query)]
    if not (store.data / FILE).exists():
        return []
    with closing(sqlite3.connect(store.data / FILE)) as log:
        return [Reading(*row) for row in log.execute(str(query))]
