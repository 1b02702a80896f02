"""Writing one row of an entity list with its version: of a case, or of a list an author keeps."""

from dataclasses import dataclass

from sqlalchemy import bindparam

from forms.entities import EntityAct
from server.cases.entity_merge import Merged
from server.store import Transaction
from server.store.entities import EntityRow, entity, entity_version
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
    ],
)


@dataclass(frozen=True, slots=True)
class Cause:
    """What made a new version: the entity block of a form, its kept revision, who acted."""

    act: EntityAct | None
    revision_id: int | None
    actor: int | None


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
    now, state, act = stamp(tx.now), merged.state, cause.act
    written = {
        "label": state.label,
        "version": state.version,
        "data": dumps(dict(state.data)),
        "workflow": dumps(dict(state.workflow)),
        "conflict": state.conflict,
        "updated_at": now,
    }
    if before is None:
        place = {"id": entity_id, "list_id": list_id, "creator_id": made_by, "created_at": now}
        tx.run(_INSERT_ENTITY, {**place, **written})
    else:
        tx.run(_UPDATE_ENTITY, {"row": entity_id, **written})
    tx.run(
        _INSERT_VERSION,
        {
            "entity_id": entity_id,
            "version": state.version,
            "label": state.label,
            "changed": dumps(dict(merged.changed)),
            "same": dumps(sorted(merged.same)) if act and act.branch_id and merged.same else None,
            "base_version": act.base_version if act else None,
            "trunk_version": act.trunk_version if act else None,
            "branch_id": act.branch_id if act else None,
            "branch_version": act.branch_version if act else None,
            "revision_id": cause.revision_id,
            "creator_id": cause.actor,
            "created_at": now,
        },
    )
