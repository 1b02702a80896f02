"""Issued papers and the registers their numbers come from (gapless, one series per register and year)."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from server.store.schema import metadata

register = Table(
    "register",
    metadata,
    Column("project_id", ForeignKey("project.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

# `key` makes issuing idempotent (case, step visit, kind). `values` is the data snapshot; `blob` the PDF
# once a worker has rendered it; `check_code` is what the QR of the paper carries.
document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("case_id", ForeignKey("kasus.id")),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text),
    Column("register", Text),
    Column("year", Integer),
    Column("sequence", Integer),
    Column("dated", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("values", Text, nullable=False),
    Column("check_code", Text, nullable=False, unique=True),
    Column("blob", Text),
    Column("sha256", Text),
    Column("status", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("created_by", Integer),
    UniqueConstraint("project_id", "register", "year", "sequence"),
    Index(None, "case_id"),
    Index(None, "project_id", "created_at"),
)
