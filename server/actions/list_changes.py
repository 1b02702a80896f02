"""Rows of lists an author keeps, made and changed by programs: through the same decisions as those of forms
(`cases/entity_chain.py`, `entity_rows.apply`), so that versions, conflicts and phones agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import uuid4

from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError

from forms.entities import MAX_LABEL, EntityAct, normal_id
from server.access import Viewer, require
from server.actions import entity_rows, list_rows
from server.actions.entity_lists import writable
from server.actions.entity_rows import Cause
from server.cases import entity_chain
from server.cases.entity_chain import Applies
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.store import Store, Transaction
from server.store.entities import EntityList, entity, read_entity
from server.store.schema import dumps, stamp

MOST = 5_000
"""Rows made in one request: all of them or none, so they share one commit."""
MOST_NAMED = 1_000
"""Rows in one request that bring ids of their own: each is held against forms that name it at this moment."""
PIECE = 200


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to make; `id` None: it gets one."""

    label: str
    data: Mapping[str, str]
    id: str | None = None


def create_rows(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    rows: Sequence[NewRow],
    *,
    user_agent: str | None = None,
    source: Mapping[str, object] | None = None,
) -> list[str]:
    """Makes rows, all or none; their ids. `source`: the file they were read from, of several at once.

    Raises `request.not_found`, `list.served`, `request.bad_type` for an id that is no UUID v4, `request.bad_value` for
    too many, `entity.long_label`, `entity.invalid`, `entity.id_taken`, `entity.id_deleted`.
    """
    viewer = require(viewer, "list.write", project_id)
    named = [row.id for row in rows if row.id is not None]
    for given, most in ((rows, MOST), (named, MOST_NAMED)):
        if len(given) > most:
            raise Problem("request.bad_value", field="entities", value=str(len(given)), reason=f"<= {most}")
    acts = [_create(name, row) for row in rows]
    ids = {normal_id(key) for key in named}
    if len(ids) < len(named):
        raise Problem("entity.id_taken", fields=["uuid"], values=sorted(ids)[:PIECE])
    cause = Cause(None, None, viewer.id, user_agent, dumps(dict(source)) if source else None)
    with store.read() as db:
        found = writable(db, project_id, name)
    for act in acts:
        _refuse_unknown(found, act.data)
    made = entity_rows.new_rows(found.id, acts, cause, store.now())
    try:
        with store.write() as tx:
            if writable(tx.connection, project_id, name).id != found.id:
                raise Problem("request.not_found")  # put away a moment ago
            tx.lock_cases(ids)
            _refuse_taken(tx, ids)
            entity_rows.insert_rows(tx, found.id, made)
            for key in _waited_for(tx, ids):
                list_rows.release(tx, definitions_of(store), project_id, key)
            if source is None:
                _told(tx, viewer, project_id, found, "entity.create", acts[0].id)
            else:
                details = {"list": name, "count": len(acts), "source": dict(source)}
                bulk = ("entity.bulk.create", project_id, f"list:{found.id}")
                tx.audit(viewer.id, bulk[0], project=bulk[1], subject=bulk[2], details=details)
    except IntegrityError:
        raise Problem("entity.id_taken", fields=["uuid"], values=sorted(ids)[:PIECE]) from None
    return [act.id for act in acts]


def _create(name: str, row: NewRow) -> EntityAct:
    key = str(uuid4()) if row.id is None else normal_id(row.id)
    _refuse_long(row.label)
    act = EntityAct(name, key, True, False, row.label, None, None, None, row.data)
    if not act.has_valid_id:
        raise Problem("request.bad_type", field="uuid", value=str(row.id)[:100], expected="UUID v4")
    return act


def _refuse_long(label: str) -> None:
    if len(label) > MAX_LABEL:
        raise Problem("entity.long_label", field="label", value=label[:40], got=len(label), most=MAX_LABEL)


def _refuse_unknown(found: EntityList, data: Mapping[str, str]) -> None:
    unknown = next((name for name in data if name not in found.properties), None)
    if unknown is not None:
        raise Problem("entity.invalid", property=unknown[:100], list=found.name)


def _pieces(ids: Iterable[str]) -> Iterable[list[str]]:
    left = iter(sorted(ids))
    while piece := list(islice(left, PIECE)):
        yield piece


def _refuse_taken(tx: Transaction, ids: Iterable[str]) -> None:
    for piece in _pieces(ids):
        there = tx.execute(select(entity.c.id, entity.c.deleted_at).where(entity.c.id.in_(piece))).all()
        gone = [row.id for row in there if row.deleted_at is not None]
        if gone:
            raise Problem("entity.id_deleted", entityUuids=gone)
        if there:
            raise Problem("entity.id_taken", fields=["uuid"], values=[row.id for row in there])


def _waited_for(tx: Transaction, ids: Iterable[str]) -> Iterable[str]:
    for piece in _pieces(ids):
        yield from list_rows.waited_for(tx, piece)


def change_row(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    entity_id: str,
    *,
    label: str | None = None,
    data: Mapping[str, str] | None = None,
    base_version: str | None = None,
    force: bool = False,
    resolve: bool = False,
    user_agent: str | None = None,
) -> None:
    """Changes a row, as it stood at `base_version` or (`force`) whatever it says by now. `resolve`: its conflict has
    been looked at; then nothing needs to change.

    Raises `request.not_found`, `list.served`, `entity.no_conflict`, `entity.version_differs`, `entity.invalid`,
    `entity.long_label`.
    """
    viewer = require(viewer, "list.write", project_id)
    with store.write() as tx:
        found = writable(tx.connection, project_id, name)
        tx.lock_cases([entity_id])
        row = read_entity(tx.connection, entity_id)
        if row is None or row.list_id != found.id or list_rows.is_deleted(tx.connection, entity_id):
            raise Problem("request.not_found")
        if resolve and row.conflict is None:
            raise Problem("entity.no_conflict")
        if not force and base_version != str(row.version):
            raise Problem("entity.version_differs", current=str(row.version), provided=base_version)
        if label is not None or data is not None:
            _refuse_unknown(found, data or {})
            _refuse_long(label or "")
            act = EntityAct(name, entity_id, False, True, label, row.version, None, None, data or {})
            decided = entity_chain.decide(act, entity_chain.Row(row.version))
            assert isinstance(decided, Applies)
            entity_rows.apply(tx, found.id, row, act, decided.base, Cause(act, None, viewer.id, user_agent))
            list_rows.release(tx, definitions_of(store), project_id, entity_id)
            _told(tx, viewer, project_id, found, "entity.update.version", entity_id)
        elif not resolve:
            raise Problem("entity.invalid", property="label, data", list=name)
        if resolve:
            list_rows.end_conflict(tx, entity_id, viewer.id)
            _told(tx, viewer, project_id, found, "entity.update.resolve", entity_id)


def delete_row(store: Store, viewer: Viewer | None, project_id: int, name: str, entity_id: str) -> None:
    """Takes a row off all phones; nothing of it is destroyed. Raises `request.not_found`, `list.served`."""
    if not _put_away(store, viewer, project_id, name, [entity_id], away=True):
        raise Problem("request.not_found")


def restore_row(store: Store, viewer: Viewer | None, project_id: int, name: str, entity_id: str) -> None:
    """Brings a deleted row back. Raises `request.not_found`, `list.served`."""
    if not _put_away(store, viewer, project_id, name, [entity_id], away=False):
        raise Problem("request.not_found")


def delete_rows(store: Store, viewer: Viewer | None, project_id: int, name: str, ids: Iterable[str]) -> int:
    """Deletes those of the rows that are there, piece by piece; how many. Raises `request.not_found`, `list.served`."""
    return _put_away(store, viewer, project_id, name, ids, away=True)


def restore_rows(store: Store, viewer: Viewer | None, project_id: int, name: str, ids: Iterable[str]) -> int:
    """Restores those of the rows that are deleted, piece by piece; how many. Raises `request.not_found`,
    `list.served`."""
    return _put_away(store, viewer, project_id, name, ids, away=False)


def _put_away(
    store: Store, viewer: Viewer | None, project_id: int, name: str, ids: Iterable[str], *, away: bool
) -> int:
    viewer = require(viewer, "list.write", project_id)
    count = 0
    for piece in _pieces({normal_id(key) for key in ids} or {""}):
        with store.write() as tx:
            found = writable(tx.connection, project_id, name)
            tx.lock_cases(piece)
            moved = _move(tx, found, piece, away=away)
            for row in moved:
                _told(tx, viewer, project_id, found, "entity.delete" if away else "entity.restore", row.id)
            tx.housekeeping()
        count += len(moved)
    return count


def _move(tx: Transaction, found: EntityList, ids: Sequence[str], *, away: bool) -> Sequence[Row]:
    state = entity.c.deleted_at.is_(None) if away else entity.c.deleted_at.is_not(None)
    here = (entity.c.list_id == found.id, entity.c.id.in_(ids), state)
    rows = tx.execute(select(entity.c.id).where(*here)).all()
    tx.execute(entity.update().where(*here), {"deleted_at": stamp(tx.now) if away else None})
    for row in rows:
        entity_rows.tell_everybody(tx, found.id, row.id)
    return rows


def _told(tx: Transaction, viewer: Viewer, project_id: int, found: EntityList, action: str, entity_id: str) -> None:
    details = {"entity": {"uuid": entity_id, "dataset": found.name}}
    tx.audit(viewer.id, action, project=project_id, subject=f"entity:{entity_id}", details=details)
