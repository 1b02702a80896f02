"""The schema of a database, and bringing it to the newest one. Forward only, one head, all or nothing."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from server.store.database import Store

FOLDER = Path(__file__).parent / "migrations"

# Any number will do, as long as all hosts use the same one: it keeps two of them from migrating at once.
_ADVISORY_LOCK = 0x616C7572


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings, made in code because the package holds everything it needs."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


@cache
def head() -> str:
    """The revision this program needs."""
    newest = ScriptDirectory.from_config(config()).get_current_head()
    if newest is None:
        raise RuntimeError("the package holds no migrations")
    return newest


def revision(store: Store) -> str | None:
    """The revision the database is at; None for an empty one."""
    with store.read() as connection:
        return _revision(connection)


def is_current(store: Store) -> bool:
    """Whether the database has exactly the schema this program needs (an older and a newer one both answer no)."""
    return revision(store) == head()


def migrate(store: Store) -> None:
    """Brings the database to `head()` in one write transaction with its audit line; nothing when it is there.

    Raises alembic.util.CommandError when the database was made by a newer program, Problem('store.busy')
    when somebody else writes for too long.
    """
    if is_current(store):
        return
    with store.write() as transaction:
        connection = transaction.connection
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        before = _revision(connection)
        if before != head():
            command.upgrade(config(connection), "head")
        transaction.audit(None, "store.migrate", details={"from": before, "to": head()})


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
