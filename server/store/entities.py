"""Entity lists: what phones may pick from offline. A case's row has the id of the case."""

from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    exists,
    literal,
    select,
)

from server.cases.linking import case_list
from server.store.hot import Hot
from server.store.projects import sop
from server.store.schema import BigId, loads, metadata

entity_list = Table(
    "entity_list",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("project.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("properties", Text, nullable=False, server_default="[]"),
    Column("created_at", Text, nullable=False),
    Column("deleted_at", Text),
    Column("approval", Integer, nullable=False, server_default="0"),
    UniqueConstraint("project_id", "name"),
)

# `data` holds all properties as strings; `workflow` those only the server writes (ruling 22). `creator_id`: the phone
# whose form made it, or who did by a program. Which phones hold it: `entity_holder`.
entity = Table(
    "entity",
    metadata,
    Column("id", Text, primary_key=True),
    Column("list_id", ForeignKey("entity_list.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("workflow", Text, nullable=False, server_default="{}"),
    Column("creator_id", Integer),
    Column("conflict", Text),
    Column("created_at", Text, nullable=False),
    Column("updated_at", Text),
    Column("deleted_at", Text),
    Index(None, "list_id", "deleted_at", "created_at", "id"),
)
Index(
    "ix_entity_conflict",
    entity.c.list_id,
    sqlite_where=entity.c.conflict.is_not(None),
    postgresql_where=entity.c.conflict.is_not(None),
)

# Every version, with where it came from; `branch_version` is the phone's own count on its branch. `changed`: what the
# form changed of the row; `same`: names of what it sent as it was, kept of forms filled offline. Of a version a program
# made, `user_agent` is what it calls itself and `source` the file it read.
entity_version = Table(
    "entity_version",
    metadata,
    Column("entity_id", ForeignKey("entity.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("label", Text, nullable=False),
    Column("changed", Text, nullable=False),
    Column("same", Text),
    Column("base_version", Integer),
    Column("trunk_version", Integer),
    Column("branch_id", Text),
    Column("branch_version", Integer),
    Column("revision_id", BigId),
    Column("creator_id", Integer),
    Column("created_at", Text, nullable=False),
    Column("user_agent", Text),
    Column("source", Text),
    sqlite_with_rowid=False,
)


# A block that makes a row of a list with `approval`, until its submission is approved: the newest revision says how.
entity_pending = Table(
    "entity_pending",
    metadata,
    Column("submission_id", BigId, ForeignKey("submission.id"), primary_key=True),
    Column("block", Integer, primary_key=True),
    Column("list_id", ForeignKey("entity_list.id"), nullable=False),
    Column("revision_id", BigId, nullable=False),
    Index(None, "list_id"),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class EntityList:
    """A list as it stands: its `properties` in the order they became known; `of_cases`: its rows are the cases of an
    SOP, which the server keeps; `approval`: forms make its rows when their submission is approved."""

    id: int
    name: str
    properties: tuple[str, ...]
    of_cases: bool
    created_at: str
    approval: bool


@dataclass(frozen=True, slots=True)
class EntityRow:
    """One entity as it stands: `data` written by forms, `workflow` by the server."""

    id: str
    list_id: int
    label: str
    version: int
    data: dict[str, str]
    workflow: dict[str, str]
    creator: int | None
    conflict: str | None


_ENTITY = Hot(
    select(
        entity.c.id,
        entity.c.list_id,
        entity.c.label,
        entity.c.version,
        entity.c.data,
        entity.c.workflow,
        entity.c.creator_id,
        entity.c.conflict,
    ).where(entity.c.id == bindparam("entity"))
)
_LIST = Hot(
    select(entity_list.c.id, entity_list.c.approval).where(
        entity_list.c.project_id == bindparam("project"), entity_list.c.name == bindparam("name")
    )
)
OF_CASES = (
    select(sop.c.id)
    .where(sop.c.project_id == entity_list.c.project_id, literal(case_list("")) + sop.c.sop_id == entity_list.c.name)
    .exists()
)
"""The condition that a list holds the cases of an SOP."""
_WHOLE_LIST = Hot(
    select(
        entity_list.c.id,
        entity_list.c.name,
        entity_list.c.properties,
        OF_CASES.label("of_cases"),
        entity_list.c.created_at,
        entity_list.c.approval,
    ).where(entity_list.c.project_id == bindparam("project"), entity_list.c.name == bindparam("name"))
)
_earlier = entity_version.alias("earlier")
_SINCE = Hot(
    select(entity_version.c.version, entity_version.c.changed, entity_version.c.branch_id).where(
        entity_version.c.entity_id == bindparam("entity"),
        entity_version.c.version > bindparam("version"),
        # Whoever changes a row knows how it was made, also where the server counted that version up.
        exists().where(
            _earlier.c.entity_id == entity_version.c.entity_id, _earlier.c.version < entity_version.c.version
        ),
    )
)
_LATER = Hot(
    select(entity_version.c.changed, entity_version.c.same).where(
        entity_version.c.entity_id == bindparam("entity"),
        entity_version.c.branch_id == bindparam("branch"),
        entity_version.c.branch_version > bindparam("version"),
    )
)
_BRANCH = Hot(
    select(entity_version.c.branch_version, entity_version.c.version).where(
        entity_version.c.entity_id == bindparam("entity"),
        entity_version.c.branch_id == bindparam("branch"),
        entity_version.c.branch_version.is_not(None),
    )
)


def read_entity(db: Connection, entity_id: str) -> EntityRow | None:
    """The entity with this id, or None."""
    row = _ENTITY.first(db, {"entity": entity_id})
    if row is None:
        return None
    key, lists, label, version, data, workflow, creator, conflict = row
    return EntityRow(key, lists, label, version, loads(data), loads(workflow), creator, conflict)


def read_list(db: Connection, project_id: int, name: str) -> EntityList | None:
    """The list of this name in the project, or None."""
    row = _WHOLE_LIST.first(db, {"project": project_id, "name": name})
    if row is None:
        return None
    key, called, properties, of_cases, created_at, approval = row
    return EntityList(key, called, tuple(loads(properties)), bool(of_cases), created_at, bool(approval))


def list_id(db: Connection, project_id: int, name: str) -> int | None:
    """The row id of an entity list of the project."""
    found = list_for_rows(db, project_id, name)
    return found[0] if found else None


def list_for_rows(db: Connection, project_id: int, name: str) -> tuple[int, bool] | None:
    """The row id of an entity list of the project, and whether forms make its rows only when they are approved."""
    row = _LIST.first(db, {"project": project_id, "name": name})
    return (row[0], bool(row[1])) if row else None


def changed_since(db: Connection, entity_id: str, version: int, branch: str | None) -> dict[str, str]:
    """Properties forms wrote after `version`, outside this offline branch, with their newest value.

    Versions the server made alone change no such property and so never count (ruling 22), nor does the one that made
    the row: a phone that works on with its own new row starts before it.
    """
    changed: dict[str, str] = {}
    for _version, told, written_on in _SINCE.all(db, {"entity": entity_id, "version": version}):
        if branch is None or written_on != branch:
            changed.update(loads(told))
    return changed


def written_later(db: Connection, entity_id: str, branch: str | None, version: int | None) -> set[str]:
    """Properties the same offline branch wrote in forms a phone filled after its own count `version`."""
    if branch is None or version is None:
        return set()
    rows = _LATER.all(db, {"entity": entity_id, "branch": branch, "version": version})
    return {name for changed, same in rows for name in (*loads(changed), *loads(same or "[]"))}


def branch_versions(db: Connection, entity_id: str, branch: str) -> dict[int, int]:
    """{the phone's count: the row's version} of the forms of a branch that have arrived."""
    return dict(_BRANCH.all(db, {"entity": entity_id, "branch": branch}))
