"""Connection, transaction, tables, migrations, blobs, jobs, audit. The only SQL that writes is here and in actions."""

from server.store import (
    audit,
    cases,
    documents,
    drafts,
    entities,
    forms,
    holders,
    jobs,
    once,
    people,
    projects,
    reports,
    submissions,
)
from server.store.database import Store
from server.store.schema import metadata
from server.store.transaction import Transaction

__all__ = [
    "Store",
    "Transaction",
    "audit",
    "cases",
    "documents",
    "drafts",
    "entities",
    "forms",
    "holders",
    "jobs",
    "metadata",
    "once",
    "people",
    "projects",
    "reports",
    "submissions",
]
