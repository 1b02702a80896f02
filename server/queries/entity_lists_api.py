"""Entity lists as programs read them (central-api.md section 8). Who looks at the rows of people is logged."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from forms.answer_csv import guarded
from forms.correction_form import LIST as RETURNED
from server.access import Viewer, require
from server.problems import Problem
from server.queries.masking import ListMask, Named, extent_of, list_mask_of, named
from server.store import Store
from server.store.entities import entity, entity_list, entity_version
from server.store.people import actor
from server.store.reading import log_read
from server.store.schema import loads

COLUMNS_BEFORE = ("__id", "label")
COLUMNS_AFTER = ("__createdAt", "__creatorId", "__creatorName", "__updates", "__updatedAt", "__version")


@dataclass(frozen=True, slots=True)
class ListRow:
    """An entity list: its properties in the order they became known, how many rows it has, when one last changed."""

    name: str
    project_id: int
    created_at: str
    properties: tuple[str, ...]
    entities: int
    last_entity: str | None


@dataclass(frozen=True, slots=True)
class EntityRow:
    """A row of a list; `data` with what forms wrote and what the server decided."""

    id: str
    label: str
    version: int
    conflict: str | None
    creator_id: int
    creator: str | None
    created_at: str
    updated_at: str | None
    deleted_at: str | None
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """One version of a row: what it `changed`, and all that forms had written by then."""

    version: int
    label: str
    changed: Mapping[str, str]
    data: Mapping[str, str]
    base_version: int | None
    trunk_version: int | None
    branch_id: str | None
    branch_version: int | None
    creator_id: int
    created_at: str
    current: bool


def _lists(project_id: int) -> Select[Any]:
    """All but the list of returned reports, which holds answers for their senders alone."""
    living = (entity.c.list_id == entity_list.c.id, entity.c.deleted_at.is_(None))
    return (
        select(
            entity_list,
            select(func.count()).where(*living).scalar_subquery().label("entities"),
            select(func.max(func.coalesce(entity.c.updated_at, entity.c.created_at)))
            .where(*living)
            .scalar_subquery()
            .label("last_entity"),
        )
        .where(entity_list.c.project_id == project_id, entity_list.c.name != RETURNED)
        .order_by(entity_list.c.name)
    )


def _list(row: Row) -> ListRow:
    return ListRow(
        row.name, row.project_id, row.created_at, tuple(loads(row.properties)), row.entities, row.last_entity
    )


def lists(store: Store, viewer: Viewer | None, project_id: int) -> list[ListRow]:
    """The entity lists of a project, by name."""
    require(viewer, "case.read", project_id)
    with store.read() as db:
        return [_list(row) for row in db.execute(_lists(project_id))]


def one_list(store: Store, viewer: Viewer | None, project_id: int, name: str) -> ListRow:
    """One entity list. Raises `request.not_found`."""
    require(viewer, "case.read", project_id)
    with store.read() as db:
        return _list(_known(db, project_id, name))


def _known(db: Connection, project_id: int, name: str) -> Row:
    row = db.execute(_lists(project_id).where(entity_list.c.name == name)).first()
    if row is None:
        raise Problem("request.not_found")
    return row


def _rows(list_id: int) -> Select[Any]:
    return (
        select(entity, actor.c.display_name)
        .outerjoin(actor, actor.c.id == entity.c.creator_id)
        .where(entity.c.list_id == list_id)
    )


def _entity(row: Row, *, whole: bool) -> EntityRow:
    data = {**loads(row.data), **loads(row.workflow)} if whole else {}
    return EntityRow(
        row.id,
        row.label,
        row.version,
        row.conflict,
        row.creator_id or 0,
        row.display_name,
        row.created_at,
        row.updated_at,
        row.deleted_at,
        data,
    )


def entities(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    *,
    limit: int | None = None,
    offset: int | None = None,
    deleted: bool = False,
) -> list[EntityRow]:
    """The rows of a list without their data, newest first. Raises `request.not_found`."""
    viewer = require(viewer, "case.read", project_id)
    with store.read() as db:
        mask = list_mask_of(db, store, viewer, project_id)
        gone = entity.c.deleted_at.is_not(None) if deleted else entity.c.deleted_at.is_(None)
        query = _rows(_known(db, project_id, name).id).where(gone)
        query = query.order_by(entity.c.created_at.desc(), entity.c.id).limit(limit).offset(offset)
        rows = [_entity(row, whole=False) for row in db.execute(query)]
        return rows if mask is None else [replace(row, label=mask.label(row.label)) for row in rows]


def one_entity(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    entity_id: str,
    *,
    address: str | None = None,
    reason: str = "",
) -> EntityRow:
    """One row with its data, for who may not have everything as pages show it unless a `reason` is given; logged.
    Raises `request.not_found`."""
    viewer = require(viewer, "case.read", project_id)
    with store.read() as db:
        found = _entity(_one(db, project_id, name, entity_id), whole=True)
    shown = _opened(store, viewer, project_id, entity_id, address, reason)
    return replace(found, data=shown.tree(found.data)) if shown else found


def _opened(
    store: Store, viewer: Viewer, project_id: int, entity_id: str, address: str | None, reason: str
) -> Named | None:
    """Notes that somebody sees a row; how its values may be shown, None for all of them."""
    whole = extent_of(store, viewer, project_id) == "whole"
    what = f"unmasked:{entity_id} {reason}" if reason and not whole else f"entity:{entity_id}"
    log_read(store, viewer.id, project_id, entity_id, what, address)
    if whole or reason:
        return None
    with store.read() as db:
        return named(db, store, project_id)


def _one(db: Connection, project_id: int, name: str, entity_id: str) -> Row:
    row = db.execute(_rows(_known(db, project_id, name).id).where(entity.c.id == entity_id)).first()
    if row is None:
        raise Problem("request.not_found")
    return row


def versions(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    entity_id: str,
    *,
    address: str | None = None,
    reason: str = "",
) -> list[EntityVersion]:
    """The versions of a row, the first one first; masked and logged as `one_entity`. Raises `request.not_found`."""
    viewer = require(viewer, "case.read", project_id)
    with store.read() as db:
        current = _one(db, project_id, name, entity_id).version
        query = select(entity_version).where(entity_version.c.entity_id == entity_id)
        rows = db.execute(query.order_by(entity_version.c.version)).all()
    shown = _opened(store, viewer, project_id, entity_id, address, reason)
    found = list(_versions(rows, current))
    return (
        [replace(one, changed=shown.tree(one.changed), data=shown.tree(one.data)) for one in found] if shown else found
    )


def _versions(rows: Iterable[Row], current: int) -> Iterator[EntityVersion]:
    data: dict[str, str] = {}
    for row in rows:
        changed = loads(row.changed)
        data = {**data, **changed}
        yield EntityVersion(
            row.version,
            row.label,
            changed,
            data,
            row.base_version,
            row.trunk_version,
            row.branch_id,
            row.branch_version,
            row.creator_id or 0,
            row.created_at,
            row.version == current,
        )


def table(
    store: Store, viewer: Viewer | None, project_id: int, name: str, *, address: str | None = None
) -> Iterator[str]:
    """The list as CSV, line by line, newest first, masked for who may not have everything; logged before the first.
    Raises `request.not_found`."""
    viewer = require(viewer, "case.read", project_id)
    with store.read() as db:
        found = _known(db, project_id, name)
        mask = list_mask_of(db, store, viewer, project_id)
    log_read(store, viewer.id, project_id, None, f"entities:{name}", address)
    return _lines(store, found.id, tuple(loads(found.properties)), mask)


def _lines(store: Store, list_id: int, properties: tuple[str, ...], mask: ListMask | None) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)

    def written(cells: list[str]) -> str:
        line.seek(0)
        line.truncate()
        writer.writerow([guarded(cell) for cell in cells])
        return line.getvalue()

    yield written([*COLUMNS_BEFORE, *properties, *COLUMNS_AFTER])
    query = _rows(list_id).where(entity.c.deleted_at.is_(None)).order_by(entity.c.created_at.desc(), entity.c.id)
    with store.read() as db:
        for row in db.execute(query.execution_options(yield_per=500)):
            held = _entity(row, whole=True)
            if mask is not None:
                held = replace(held, label=mask.label(held.label), data=mask.values(held.data))
            told = [held.data.get(name, "") for name in properties]
            about = [held.created_at, held.creator_id, held.creator or "", held.version - 1, held.updated_at or ""]
            yield written([held.id, held.label, *told, *map(str, about), str(held.version)])
