"""Recaps as they were issued: what was handed in stays, also when its figures change later (ruling 35)."""

from sqlalchemy import Column, ForeignKey, Integer, Table, Text, UniqueConstraint

from server.store.schema import metadata

# `period` is the month (2026-11), `revision` 0 for the first, n for *Perbaikan ke-n*. `figures`: {month: figures} of
# the month itself and of earlier months whose late facts it told; `blob` is the workbook.
recap_issue = Table(
    "recap_issue",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("period", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("figures", Text, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("blob", Text, nullable=False),
    Column("issued_at", Text, nullable=False),
    Column("issued_by", Integer, nullable=False),
    UniqueConstraint("project_id", "period", "revision"),
)
