"""Writing one row of an entity list with its version: of a case, or of a list an author keeps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam

from forms.entities import EntityAct, short_label
from server.cases.entity_merge import EntityState, Merged, merge
from server.cases.holding import EVERYBODY, moves
from server.store import Transaction, holders
from server.store.entities import EntityRow, changed_since, entity, entity_version
from server.store.hot import Hot
from server.store.schema import dumps, stamp

_ENTITY = ["label", "version", "data", "workflow", "conflict", "updated_at"]
_INSERT_ENTITY = Hot(entity.insert(), ["id", "list_id", "creator_id", "created_at", *_ENTITY])
_UPDATE_ENTITY = Hot(entity.update().where(entity.c.id == bindparam("row")), _ENTITY)
_INSERT_VERSION = Hot(
    entity_version.insert(),
    [
        "entity_id",
        "version",
        "label",
        "changed",
        "same",
        "base_version",
        "trunk_version",
        "branch_id",
        "branch_version",
        "revision_id",
        "creator_id",
        "created_at",
        "user_agent",
        "source",
    ],
)


@dataclass(frozen=True, slots=True)
class Cause:
    """What made a new version: the entity block of a form, its kept revision, who acted; of a program what it calls
    itself and, as JSON, the file it read."""

    act: EntityAct | None
    revision_id: int | None
    actor: int | None
    user_agent: str | None = None
    source: str | None = None


def write(
    tx: Transaction,
    list_id: int,
    entity_id: str,
    before: EntityRow | None,
    merged: Merged,
    cause: Cause,
    made_by: int | None = None,
) -> None:
    """Writes the new state of a row, and the version that tells what changed. `made_by`: whose phone made the row."""
    now, state = stamp(tx.now), merged.state
    if before is None:
        tx.run(_INSERT_ENTITY, _made(list_id, entity_id, state, now, made_by))
    else:
        tx.run(_UPDATE_ENTITY, {"row": entity_id, **_state(state, now)})
    tx.run(_INSERT_VERSION, _version(entity_id, merged, cause, now))


Made = tuple[dict[str, object], dict[str, object]]
"""A row to insert and its first version."""


def new_rows(list_id: int, acts: Iterable[EntityAct], cause: Cause, now: datetime) -> list[Made]:
    """New rows of a list an author keeps, as `apply` makes one; reckoned before the write lock."""
    at = stamp(now)
    merged = ((act.id, _applied(None, act, {})) for act in acts)
    return [(_made(list_id, key, one.state, at, cause.actor), _version(key, one, cause, at)) for key, one in merged]


def insert_rows(tx: Transaction, list_id: int, rows: Sequence[Made]) -> None:
    """Writes new rows; every phone gets them. Raises IntegrityError for an id that is taken."""
    _INSERT_ENTITY.many(tx.connection, [row for row, _ in rows])
    _INSERT_VERSION.many(tx.connection, [version for _, version in rows])
    holders.give(tx, list_id, (str(row["id"]) for row, _ in rows), EVERYBODY)


def _state(state: EntityState, now: str) -> dict[str, object]:
    return {
        "label": state.label,
        "version": state.version,
        "data": dumps(dict(state.data)),
        "workflow": dumps(dict(state.workflow)),
        "conflict": state.conflict,
        "updated_at": now,
    }


def _made(list_id: int, entity_id: str, state: EntityState, now: str, by: int | None) -> dict[str, object]:
    made = {"id": entity_id, "list_id": list_id, "creator_id": by, "created_at": now}
    return {**made, **_state(state, now), "updated_at": None}


def _version(entity_id: str, merged: Merged, cause: Cause, now: str) -> dict[str, object]:
    act = cause.act
    return {
        "entity_id": entity_id,
        "version": merged.state.version,
        "label": merged.state.label,
        "changed": dumps(dict(merged.changed)),
        "same": dumps(sorted(merged.same)) if act and act.branch_id and merged.same else None,
        "base_version": act.base_version if act else None,
        "trunk_version": act.trunk_version if act else None,
        "branch_id": act.branch_id if act else None,
        "branch_version": act.branch_version if act else None,
        "revision_id": cause.revision_id,
        "creator_id": cause.actor,
        "created_at": now,
        "user_agent": cause.user_agent,
        "source": cause.source,
    }


def apply(tx: Transaction, list_id: int, row: EntityRow | None, act: EntityAct, base: int, cause: Cause) -> Merged:
    """Makes or updates a row of a list an author keeps, written on its version `base`; every phone gets it."""
    interrupting = changed_since(tx.connection, act.id, base, act.branch_id) if row and base < row.version else {}
    merged = _applied(row, act, interrupting)
    write(tx, list_id, act.id, row, merged, cause, cause.actor)
    tell_everybody(tx, list_id, act.id)
    return merged


def _applied(row: EntityRow | None, act: EntityAct, interrupting: Mapping[str, str]) -> Merged:
    label = short_label(act.label or "") or (row.label if row else "")
    before = EntityState(row.version, row.data, {}, label, row.conflict) if row else EntityState(label=label)
    return merge(before, act, {}, label, interrupting, served=frozenset())


def tell_everybody(tx: Transaction, list_id: int, entity_id: str) -> None:
    """A row of a list an author keeps has changed: it is everybody's, and every phone shall see it."""
    held = holders.held(tx.connection, entity_id)
    holders.move(tx, list_id, entity_id, moves(held, frozenset({EVERYBODY})), told=True)
