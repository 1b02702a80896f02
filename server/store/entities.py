"""Entity lists: what phones may pick from offline. A case's row has the id of the case."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from server.store.schema import BigId, metadata

entity_list = Table(
    "entity_list",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("properties", Text, nullable=False, server_default="[]"),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("project_id", "name"),
)

# `data` holds all properties as strings; `workflow` those only the server writes (ruling 22).
entity = Table(
    "entity",
    metadata,
    Column("id", Text, primary_key=True),
    Column("list_id", ForeignKey("entity_list.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("workflow", Text, nullable=False, server_default="{}"),
    Column("open", Integer, nullable=False, server_default="1"),
    Column("left_at", Text),
    Column("creator_id", Integer),
    Column("conflict", Text),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text),
    Column("deleted_at", Text),
    Index(None, "list_id", "open", "left_at"),
    Index(None, "list_id", "updated_at"),
)

# Every version, with where it came from; `branch_version` is the phone's own count on its branch.
entity_version = Table(
    "entity_version",
    metadata,
    Column("entity_id", ForeignKey("entity.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("label", Text, nullable=False),
    Column("changed", Text, nullable=False),
    Column("base_version", Integer),
    Column("trunk_version", Integer),
    Column("branch_id", Text),
    Column("branch_version", Integer),
    Column("revision_id", BigId),
    Column("creator_id", Integer),
    Column("created_at", Text, nullable=False),
)
