"""Who did what (`audit`, in the transaction of the act) and who looked at whom (`read_log`, before the answer)."""

from contextvars import ContextVar

from sqlalchemy import Column, Index, Integer, Table, Text

from server.store.schema import metadata

note: ContextVar[str | None] = ContextVar("audit_note", default=None)
"""What whoever asks for the changes of this moment says about them; kept with their audit lines."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor_id", Integer),
    Column("action", Text, nullable=False),
    Column("project_id", Integer),
    Column("subject", Text),
    Column("details", Text, nullable=False, server_default="{}"),
    Index(None, "project_id", "id"),
    Index(None, "subject", "id"),
)

read_log = Table(
    "read_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor_id", Integer, nullable=False),
    Column("project_id", Integer),
    Column("case_id", Text),
    Column("what", Text, nullable=False),
    Column("address", Text),
    Index(None, "case_id", "id"),
)
