"""How tables are compared with the database: as Alembic does, and where it looks away, by ourselves."""

from alembic.autogenerate import compare_metadata
from alembic.operations.ops import CreateTableOp, MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, Connection, Table, inspect

from server.store import metadata


def checks(table: Table) -> list[CheckConstraint]:
    everywhere = [*table.constraints, *(c for column in table.columns for c in column.constraints)]
    return sorted((c for c in everywhere if isinstance(c, CheckConstraint)), key=lambda c: str(c.name))


def _default_differs(
    _context: MigrationContext,
    _inspected: Column,
    _column: Column,
    found: str | None,
    _default: object,
    wanted: str | None,
) -> bool | None:
    """None leaves it to Alembic, which takes SQLite's empty text for a difference."""
    return False if found in ("''", "('')") and wanted == "" else None


COMPARISON = {"compare_type": True, "compare_server_default": _default_differs}


def differences(connection: Connection) -> list[object]:
    """What the database lacks or has too much, measured by the tables the program writes. Empty when equal."""
    found: list[object] = list(compare_metadata(MigrationContext.configure(connection, opts=COMPARISON), metadata))
    seen = inspect(connection)
    for table in metadata.tables.values():
        wanted = {str(c.name) for c in checks(table)}
        there = {str(c["name"]) for c in seen.get_check_constraints(table.name)}
        if wanted != there:
            found.append((table.name, wanted ^ there))
    return found


def add_checks(script: MigrationScript) -> None:
    """Puts the CHECK constraints into the tables a draft creates, since Alembic leaves them out."""
    for operations in script.upgrade_ops_list:
        for operation in operations.ops:
            if isinstance(operation, CreateTableOp):
                table = metadata.tables[operation.table_name]
                added = [CheckConstraint(str(c.sqltext), name=c.name) for c in checks(table)]
                operation.columns = [*operation.columns, *added]
