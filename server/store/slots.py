"""Tables of files: a row per file of something a phone sent."""

from sqlalchemy import Column, Integer, Table, Text

from server.store.schema import metadata


def slot_table(name: str, owner: Column[int]) -> Table:
    """A table of the files of its `owner`, each under its name: every file the XML names (`expected`) or a phone sent
    (`blob` not NULL)."""
    return Table(
        name,
        metadata,
        owner,
        Column("name", Text, primary_key=True),
        Column("expected", Integer, nullable=False),
        Column("blob", Text),
        Column("size", Integer),
        Column("type", Text),
        Column("received_at", Text),
        sqlite_with_rowid=False,
    )
