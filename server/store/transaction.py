"""One write transaction: its connection, its moment, its audit line, its savepoints, the cases it holds."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from server.store import once
from server.store.audit import audit, note
from server.store.hot import Hot
from server.store.schema import dumps, stamp

# How long anybody waits for the writer before being told to come again.
QUEUE_SECONDS = 5.0

Part = TypeVar("Part")

_AUDIT = Hot(audit.insert(), ["at", "actor_id", "action", "project_id", "subject", "details"])


class Transaction:
    """One write transaction. `audit` must be called at least once before it may commit."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.execute = connection.execute
        self._audited = False
        # Rows of `entity_holder` made in this transaction (entity, holder): no phone has seen them yet.
        self.unseen: set[tuple[str, str]] = set()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone alone when it fails; the transaction goes on.

        Raises OperationalError when the transaction is gone (SQLite rolls all of it back by itself on a full
        disk): then nothing of it may count as kept.
        """
        self._savepoint("SAVEPOINT part")
        try:
            yield
        except OperationalError:
            raise  # the database's trouble: the whole transaction is given up, there is nothing to save
        except BaseException:
            self._savepoint("ROLLBACK TO SAVEPOINT part", "RELEASE SAVEPOINT part")
            raise
        self._savepoint("RELEASE SAVEPOINT part")

    def _savepoint(self, *statements: str) -> None:
        cursor = self.connection.connection.cursor()
        for statement in statements:
            try:
                cursor.execute(statement)
            except self.connection.dialect.loaded_dbapi.Error as error:
                raise OperationalError(statement, None, error) from error

    def run(self, statement: Hot, values: Mapping[str, object]) -> Any:
        """Runs a statement of the hot path; the driver's cursor."""
        return statement.run(self.connection, values)

    def audit(
        self,
        actor: int | None,
        action: str,
        *,
        project: int | None = None,
        subject: str | None = None,
        details: dict | None = None,
    ) -> None:
        """Writes who did what to which thing (`form.publish`, subject 'form:12') into this transaction.

        Raises `once.SentBefore` when the page that asks for it was sent before.
        """
        once.take(self.connection, self.now)
        said = note.get()
        self.run(
            _AUDIT,
            {
                "at": stamp(self.now),
                "actor_id": actor,
                "action": action,
                "project_id": project,
                "subject": subject,
                "details": dumps({**(details or {}), **({"notes": said} if said else {})}),
            },
        )
        self._audited = True

    def audited_part(self, do: Callable[["Transaction"], Part]) -> Part:
        """Does a part of this transaction that must write its own audit line."""
        before, self._audited = self._audited, False
        try:
            result = do(self)
            if not self._audited:
                raise RuntimeError("a part of a transaction without an audit line may not commit")
            before = True
            return result
        finally:
            self._audited = before

    def housekeeping(self) -> None:
        """Lets this transaction commit without an audit line: for leases and progress, which are nobody's act."""
        self._audited = True

    @property
    def audited(self) -> bool:
        return self._audited

    def lock_cases(self, case_ids: Iterable[str]) -> None:
        """Holds the named cases until commit (PostgreSQL; on SQLite the write queue already does)."""
        if self.connection.dialect.name != "postgresql":
            return
        for case_id in sorted(set(case_ids)):
            self.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(case_id.encode())})
