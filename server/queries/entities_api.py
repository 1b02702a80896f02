"""Rows of entity lists as programs read them (central-api.md section 8). Who looks at rows of people is logged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, tuple_

from server.access import Viewer, require
from server.cases.entity_history import Told, differences
from server.problems import Problem
from server.queries.audits_api import AuditRow, of_entity
from server.queries.entity_lists_api import known
from server.queries.masking import ListMask, Named, extent_of, list_mask_of, named
from server.queries.odata_filter import ROWS, conditions_of
from server.queries.row_history import told
from server.queries.sight import sight_of_case
from server.store import Store
from server.store.entities import EntityList, entity, entity_version
from server.store.forms import form
from server.store.people import actor
from server.store.reading import log_read
from server.store.schema import loads
from server.store.submissions import revision, submission

PIECE = 500
MOST_ASKED = 1000


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made something, as programs are told: `type` as ODK Central names it."""

    id: int
    type: str
    name: str | None


@dataclass(frozen=True, slots=True)
class EntityRow:
    """A row of a list as it stands; `data` with what forms wrote and what the server decided. `current_*` are of its
    newest version."""

    id: str
    label: str
    version: int
    conflict: str | None
    creator: Actor
    created_at: str
    updated_at: str | None
    deleted_at: str | None
    current_at: str
    current_by: Actor
    current_agent: str | None
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str]:
        """Its place in the order of rows, newest first."""
        return self.created_at, self.id


@dataclass(frozen=True, slots=True)
class SentWith:
    """The submission a version was written with."""

    form_id: str
    instance_id: str
    instance_name: str | None
    at: str
    edit: bool


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """One version of a row and where it came from: a submission, a program that read a `source`, or the server."""

    told: Told
    current: bool
    by: Actor
    user_agent: str | None
    sent: SentWith | None
    source: Mapping[str, object]


_by = actor.alias("by")


def _rows() -> Select[Any]:
    newest = and_(entity_version.c.entity_id == entity.c.id, entity_version.c.version == entity.c.version)
    return (
        select(
            entity,
            actor.c.type,
            actor.c.display_name,
            entity_version.c.created_at.label("current_at"),
            entity_version.c.creator_id.label("by_id"),
            _by.c.type.label("by_type"),
            _by.c.display_name.label("by_name"),
            func.coalesce(entity_version.c.user_agent, revision.c.user_agent).label("agent"),
        )
        .outerjoin(actor, actor.c.id == entity.c.creator_id)
        .outerjoin(entity_version, newest)
        .outerjoin(_by, _by.c.id == entity_version.c.creator_id)
        .outerjoin(revision, revision.c.id == entity_version.c.revision_id)
    )


def _entity(row: Row, *, whole: bool) -> EntityRow:
    return EntityRow(
        row.id,
        row.label,
        row.version,
        row.conflict,
        _actor(row.creator_id, row.type, row.display_name),
        row.created_at,
        row.updated_at,
        row.deleted_at,
        row.current_at or row.updated_at or row.created_at,
        _actor(row.by_id, row.by_type, row.by_name),
        row.agent,
        {**loads(row.data), **loads(row.workflow)} if whole else {},
    )


def _actor(key: int | None, kind: str | None, name: str | None) -> Actor:
    # The server itself is actor 0, as in the audit.
    return Actor(key or 0, kind or "system", name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a list: living ones unless `condition` speaks of deleted ones (`deleted` None) or only those are
    asked for (True); `after`: the place to go on behind; `order`: another order than newest first."""

    condition: ColumnElement[bool] | None = None
    deleted: bool | None = False
    after: tuple[str, str] | None = None
    order: tuple[ColumnElement[Any], ...] = ()
    offset: int = 0
    limit: int | None = None


def wanted_by(store: Store, project_id: int, condition: str | None) -> Wanted:
    """The rows a `$filter` means. Raises `odata.*`."""
    if not condition:
        return Wanted()
    found, speaks = conditions_of(store, project_id, fields=ROWS).filter(condition)
    return Wanted(found, None if speaks else False)


def matching(list_id: int, wanted: Wanted) -> ColumnElement[bool]:
    """The condition that a row is of the list and wanted, wherever the page begins."""
    parts = [entity.c.list_id == list_id]
    if wanted.deleted is not None:
        parts.append(entity.c.deleted_at.is_not(None) if wanted.deleted else entity.c.deleted_at.is_(None))
    if wanted.condition is not None:
        parts.append(wanted.condition)
    return and_(*parts)


def walk(store: Store, list_id: int, wanted: Wanted, mask: ListMask | None, *, whole: bool) -> Iterator[EntityRow]:
    """The rows wanted, one after another, read in small pieces and seen through the mask; `whole`: with their data."""
    query = _rows().where(matching(list_id, wanted))
    query = query.order_by(*wanted.order, entity.c.created_at.desc(), entity.c.id.desc())
    after, offset, left = wanted.after, wanted.offset, wanted.limit
    while left is None or left > 0:
        most = PIECE if left is None else min(left, PIECE)
        page = query.limit(most).offset(offset)
        if after is not None:
            page = page.where(tuple_(entity.c.created_at, entity.c.id) < after)
        with store.read() as db:
            piece = [_entity(row, whole=whole) for row in db.execute(page)]
        yield from piece if mask is None else (_behind(mask, row) for row in piece)
        if len(piece) < most:
            return
        left = None if left is None else left - len(piece)
        if wanted.order:
            offset += len(piece)
        else:
            after, offset = piece[-1].place, 0


def _behind(mask: ListMask, row: EntityRow) -> EntityRow:
    return replace(row, label=mask.label(row.label), data=mask.values(row.data))


@dataclass(frozen=True, slots=True)
class SeenList:
    """A list, who looks at it, and the mask they see many rows of it through (None: they may have everything)."""

    viewer: Viewer
    list: EntityList
    mask: ListMask | None


def find_list(store: Store, viewer: Viewer | None, project_id: int, name: str) -> SeenList:
    """The list as this person may see it. Raises `request.not_found`."""
    viewer = require(viewer, "case.read", project_id)
    with store.read() as db:
        return SeenList(viewer, known(db, project_id, name), list_mask_of(db, store, viewer, project_id))


def entities(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    *,
    limit: int | None = None,
    offset: int | None = None,
    deleted: bool = False,
) -> Iterator[EntityRow]:
    """The rows of a list without their data, newest first. Raises `request.not_found`."""
    seen = find_list(store, viewer, project_id, name)
    wanted = Wanted(deleted=deleted, offset=offset or 0, limit=limit)
    return walk(store, seen.list.id, wanted, seen.mask, whole=False)


def one_entity(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    entity_id: str,
    *,
    deleted: bool = False,
    address: str | None = None,
    reason: str = "",
) -> EntityRow:
    """One row with its data, for who may not have everything as pages show it unless a `reason` is given; logged.
    Raises `request.not_found`."""
    viewer = require(viewer, "case.read", project_id)
    with store.read() as db:
        found = _entity(one_row(db, project_id, name, entity_id, deleted=deleted), whole=True)
    shown = opened(store, viewer, project_id, entity_id, address, reason)
    return replace(found, data=shown.tree(found.data)) if shown else found


def opened(
    store: Store, viewer: Viewer, project_id: int, entity_id: str, address: str | None, reason: str
) -> Named | None:
    """Notes that somebody sees a row; how its values may be shown, None for all of them."""
    whole = extent_of(store, viewer, project_id) == "whole"
    what = f"unmasked:{entity_id} {reason}" if reason and not whole else f"entity:{entity_id}"
    log_read(store, viewer.id, project_id, entity_id, what, address)
    if whole or reason:
        return None
    with store.read() as db:
        return named(db, store, project_id, sight_of_case(db, store, viewer, project_id, entity_id))


def one_row(db: Connection, project_id: int, name: str, entity_id: str, *, deleted: bool = False) -> Row:
    """The row of a list that is not `deleted`, or is. Raises `request.not_found`."""
    here = matching(known(db, project_id, name).id, Wanted(entity.c.id == entity_id, deleted))
    row = db.execute(_rows().where(here)).first()
    if row is None:
        raise Problem("request.not_found")
    return row


def integrity(
    store: Store, viewer: Viewer | None, project_id: int, name: str, ids: Sequence[str]
) -> list[tuple[str, bool]]:
    """Of the rows asked about (all without any), whether they were deleted; unknown ids are left out. Raises
    `request.not_found`."""
    found = find_list(store, viewer, project_id, name).list
    query = select(entity.c.id, entity.c.deleted_at).where(entity.c.list_id == found.id).order_by(entity.c.id)
    with store.read() as db:
        rows = db.execute(query.where(entity.c.id.in_(ids[:MOST_ASKED])) if ids else query)
        return [(row.id, row.deleted_at is not None) for row in rows]


def creators(store: Store, viewer: Viewer | None, project_id: int, name: str) -> list[Actor]:
    """Who made rows of the list, by name. Raises `request.not_found`."""
    found = find_list(store, viewer, project_id, name).list
    made = select(entity.c.creator_id).where(entity.c.list_id == found.id, entity.c.deleted_at.is_(None)).distinct()
    query = select(actor.c.id, actor.c.type, actor.c.display_name).where(actor.c.id.in_(made))
    with store.read() as db:
        return [_actor(*row) for row in db.execute(query.order_by(actor.c.display_name, actor.c.id))]


@dataclass(frozen=True, slots=True)
class History:
    """The versions of a row, the first one first, and what each but the first changed."""

    versions: Sequence[EntityVersion]
    diffs: Sequence[Sequence[Mapping[str, str | None]]]


def row_history(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    entity_id: str,
    *,
    address: str | None = None,
    reason: str = "",
) -> History:
    """How a row came to be what it is; masked and logged as `one_entity`. Raises `request.not_found`."""
    viewer = require(viewer, "case.read", project_id)
    with store.read() as db:
        found = _versions(db, one_row(db, project_id, name, entity_id))
    shown = opened(store, viewer, project_id, entity_id, address, reason)
    found = found if shown is None else _unnamed(found)
    told = list(differences([one.told for one in found]))
    if shown is None:
        return History(found, told)
    behind = (
        replace(one.told, data=shown.tree(one.told.data), received=shown.tree(one.told.received)) for one in found
    )
    return History(
        [replace(one, told=told_so) for one, told_so in zip(found, behind, strict=True)],
        [[{**item, **_sides(shown, item)} for item in changed] for changed in told],
    )


def _sides(shown: Named, item: Mapping[str, str | None]) -> dict[str, str | None]:
    name = str(item["propertyName"])
    return {side: None if (text := item[side]) is None else shown.text(name, text) for side in ("old", "new")}


def _versions(db: Connection, row: Row) -> list[EntityVersion]:
    query = (
        select(
            entity_version,
            actor.c.type,
            actor.c.display_name,
            revision.c.user_agent.label("phone_agent"),
            revision.c.instance_name,
            revision.c.received_at,
            revision.c.deprecated_id,
            submission.c.instance_id,
            form.c.xml_form_id,
        )
        .outerjoin(actor, actor.c.id == entity_version.c.creator_id)
        .outerjoin(revision, revision.c.id == entity_version.c.revision_id)
        .outerjoin(submission, submission.c.id == revision.c.submission_id)
        .outerjoin(form, form.c.id == submission.c.form_id)
        .where(entity_version.c.entity_id == row.id)
        .order_by(entity_version.c.version)
    )
    rows = db.execute(query).all()
    versions = told(db, row.id, rows, in_conflict=row.conflict is not None)
    return [
        EntityVersion(
            one,
            kept.version == row.version,
            _actor(kept.creator_id, kept.type, kept.display_name),
            kept.user_agent or kept.phone_agent,
            _sent(kept),
            loads(kept.source) if kept.source else {},
        )
        for one, kept in zip(versions, rows, strict=True)
    ]


def _sent(row: Row) -> SentWith | None:
    if row.instance_id is None:
        return None
    edit = row.deprecated_id is not None
    return SentWith(row.xml_form_id, row.instance_id, row.instance_name, row.received_at, edit)


def _unnamed(versions: Sequence[EntityVersion]) -> list[EntityVersion]:
    """Versions without what forms call their submissions, which counts as secret."""
    return [replace(one, sent=replace(one.sent, instance_name=None)) if one.sent else one for one in versions]


def audits(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    entity_id: str,
    *,
    address: str | None = None,
    reason: str = "",
) -> tuple[Sequence[EntityVersion], Sequence[AuditRow]]:
    """What made a row what it is: its versions, and what was done to it beside (deleted, restored, a conflict settled),
    the newest first. Masked and logged as `one_entity`. Raises `request.not_found`."""
    viewer = require(viewer, "case.read", project_id)
    with store.read() as db:
        row = one_row(db, project_id, name, entity_id)
        made, done = _versions(db, row), of_entity(db, project_id, entity_id)
    shown = opened(store, viewer, project_id, entity_id, address, reason)
    return made if shown is None else _unnamed(made), done
