"""Projects (one per office, ruling 18), published office workbooks and SOP versions."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from server.store.schema import metadata

# `code` is the office id its workbooks name (kantor.xlsx `id`, sop.xlsx `settings.office`). `collect_settings` are what
# the QR codes of its phones set otherwise than Alur's defaults.
project = Table(
    "project",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", Text, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("description", Text),
    Column("timezone", Text, nullable=False),
    Column("archived", Integer, nullable=False, server_default="0"),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text),
    Column("office_version_id", Integer),
    Column("collect_settings", Text, nullable=False, server_default="{}"),
)

# `workbook` is the blob of kantor.xlsx as uploaded; `digest` the hash of its normalised content.
office_version = Table(
    "office_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("workbook", Text, nullable=False),
    Column("published_at", Text, nullable=False),
    Column("published_by", Integer),
    UniqueConstraint("project_id", "digest"),
)

# Which office workbook was in force from when (ruling 36); a project that never changed it may have no row.
office_in_force = Table(
    "office_in_force",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("office_version_id", ForeignKey("office_version.id"), nullable=False),
    Column("since", Text, nullable=False),
    Index(None, "project_id"),
)

sop = Table(
    "sop",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("sop_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("current_version_id", Integer),
    UniqueConstraint("project_id", "sop_id"),
)

sop_version = Table(
    "sop_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sop_id", ForeignKey("sop.id"), nullable=False),
    Column("version", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("workbook", Text, nullable=False),
    Column("published_at", Text, nullable=False),
    Column("published_by", Integer),
    Column("accepted", Text, nullable=False, server_default="[]"),
    UniqueConstraint("sop_id", "version"),
    Index(None, "digest"),
)

# An interpretation of the SOP's words the office has confirmed; `digest` is the hash of its text, so that
# a text written anew must be confirmed anew, and one that stays does not. `item` is `routes:r06`.
sop_reading = Table(
    "sop_reading",
    metadata,
    Column("sop_id", ForeignKey("sop.id"), primary_key=True),
    Column("item", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("confirmed_at", Text, nullable=False),
    Column("confirmed_by", Integer, nullable=False),
)
