"""Entity lists as programs read them (central-api.md section 8): what they are called, hold and are used for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from forms.correction_form import LIST as RETURNED
from server.access import Viewer, require
from server.problems import Problem
from server.queries.list_uses import ListUse, list_uses
from server.queries.masking import extent_of
from server.store import Store
from server.store.entities import EntityList, entity, entity_list, read_list
from server.store.holders import holder
from server.store.schema import loads


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows a list has, how many are in conflict, when one was last made."""

    entities: int
    conflicts: int
    last_entity: str | None


@dataclass(frozen=True, slots=True)
class ListRow:
    """An entity list: its properties in the order they became known; `counted` where it was asked for."""

    name: str
    project_id: int
    created_at: str
    properties: tuple[str, ...]
    approval: bool = False
    counted: Counted | None = None


@dataclass(frozen=True, slots=True)
class WholeList:
    """A list with the forms that write and read it, and when a row of it last changed."""

    row: ListRow
    writers: Sequence[ListUse]
    readers: Sequence[ListUse]
    last_update: str | None


def lists(store: Store, viewer: Viewer | None, project_id: int, *, extended: bool = False) -> list[ListRow]:
    """The entity lists of a project, by name; `extended`: with their rows counted."""
    require(viewer, "case.read", project_id)
    query = select(entity_list).where(entity_list.c.project_id == project_id, entity_list.c.deleted_at.is_(None))
    with store.read() as db:
        rows = db.execute(query.where(entity_list.c.name != RETURNED).order_by(entity_list.c.name)).all()
        counted = _counted(db, [row.id for row in rows]) if extended else {}
        return [_row(project_id, row, counted.get(row.id)) for row in rows]


def _row(project_id: int, row: Row | EntityList, counted: Counted | None) -> ListRow:
    properties = row.properties if isinstance(row, EntityList) else tuple(loads(row.properties))
    return ListRow(row.name, project_id, row.created_at, properties, bool(row.approval), counted)


def _counted(db: Connection, list_ids: Sequence[int]) -> Mapping[int, Counted]:
    living = (entity.c.list_id.in_(list_ids), entity.c.deleted_at.is_(None))
    query: Select[Any] = select(entity.c.list_id, func.count(), func.max(entity.c.created_at)).where(*living)
    conflicts = select(entity.c.list_id, func.count()).where(*living, entity.c.conflict.is_not(None))
    in_conflict = {row[0]: row[1] for row in db.execute(conflicts.group_by(entity.c.list_id))}
    found = {row[0]: row for row in db.execute(query.group_by(entity.c.list_id))}
    counted = ((key, found.get(key, (key, 0, None))) for key in list_ids)
    return {key: Counted(count, in_conflict.get(key, 0), last) for key, (_, count, last) in counted}


def one_list(store: Store, viewer: Viewer | None, project_id: int, name: str) -> WholeList:
    """One entity list. Raises `request.not_found`."""
    require(viewer, "case.read", project_id)
    with store.read() as db:
        found = known(db, project_id, name)
        writers, readers = list_uses(db, project_id, name)
        newest = select(func.max(func.coalesce(entity.c.updated_at, entity.c.created_at)))
        last = db.execute(newest.where(entity.c.list_id == found.id)).scalar()
        counted = _counted(db, [found.id])[found.id]
    return WholeList(_row(project_id, found, counted), writers, readers, last)


def known(db: Connection, project_id: int, name: str) -> EntityList:
    """The list of this name, but for that of returned reports, whose answers are for their senders alone. Raises
    `request.not_found`."""
    found = read_list(db, project_id, name)
    if found is None or name == RETURNED:
        raise Problem("request.not_found")
    return found


def state(store: Store, viewer: Viewer | None, project_id: int, name: str) -> str:
    """A text that changes with every row of the list, and differs for who may see another part of it. Raises
    `request.not_found`."""
    viewer = require(viewer, "case.read", project_id)
    with store.read() as db:
        found = known(db, project_id, name)
        # Every change of a row gives its holders a new tag (`store/holders.py`); only settling a conflict tells nobody.
        tags = db.execute(select(func.count(), func.sum(holder.c.tag)).where(holder.c.list_id == found.id)).one()
        query = select(func.count()).where(entity.c.list_id == found.id, entity.c.conflict.is_not(None))
        conflicts = db.execute(query).scalar_one()
    how_much = extent_of(store, viewer, project_id)
    return repr((how_much, found.id, found.properties, tags[0], int(tags[1] or 0), conflicts))
