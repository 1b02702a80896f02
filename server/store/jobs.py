"""Long work: a row written in the transaction that asks for it, claimed by a worker with a lease."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text

from server.store.schema import metadata

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("project_id", Integer),
    Column("args", Text, nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        nullable=False,
    ),
    Column("progress", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Text, nullable=False),
    Column("lease_until", Text),
    Column("worker", Text),
    Column("result", Text),
    Column("fault", Text),
    Column("created_at", Text, nullable=False),
    Column("created_by", Integer),
    Column("done_at", Text),
    Index(None, "state", "not_before"),
)
