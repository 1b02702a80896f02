"""Connection, transaction, tables, migrations, blobs, jobs, audit. The only SQL that writes is here and in actions."""

from server.store import audit, cases, documents, entities, forms, jobs, people, projects, submissions
from server.store.database import Store, Transaction
from server.store.schema import metadata

__all__ = [
    "Store",
    "Transaction",
    "audit",
    "cases",
    "documents",
    "entities",
    "forms",
    "jobs",
    "metadata",
    "people",
    "projects",
    "submissions",
]
