"""Who did what (`audit`, in the transaction of the act) and who looked at whom (`read_log`, before the answer)."""

from contextvars import ContextVar

from sqlalchemy import Column, Index, Integer, Table, Text, text

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
)
# What was done to one subject is looked for by it; the arrival of a submission only when something was noted with it,
# because its own row tells the rest and every one has it. A literal, so that the partial index serves.
TOLD = text("(audit.action <> 'submission.create' OR audit.details <> '{}')")
_TOLD = text("action <> 'submission.create' OR details <> '{}'")
Index("ix_audit_subject", audit.c.subject, audit.c.id, sqlite_where=_TOLD, postgresql_where=_TOLD)

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
