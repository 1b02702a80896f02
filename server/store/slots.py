"""Tables of files: a row per file of something a phone sent."""

from zlib import crc32

from sqlalchemy import Column, Integer, Table, Text

from server.store.schema import metadata

# Longer names do not fit an index.
MAX_NAME = 500


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


def slot_name(sent: str) -> str:
    """The name of a file as it is kept: without NUL, which PostgreSQL refuses, without bytes that are no UTF-8 (an old
    card has such names), and short enough for an index."""
    name = sent.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
    if len(name) <= MAX_NAME:
        return name
    # Two long names that begin alike stay two files.
    return f"{name[: MAX_NAME - 9]}~{crc32(name.encode()):08x}"
