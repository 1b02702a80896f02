"""The versions of a row of a list as `cases.entity_history` reads them."""

from collections.abc import Iterable

from sqlalchemy import Connection, Row, func, select

from server.cases.entity_history import Told, Written, history
from server.store.audit import TOLD, audit
from server.store.schema import loads

RESOLVED = "entity.update.resolve"
"""The act that settles what two wrote differently."""


def told(db: Connection, entity_id: str, versions: Iterable[Row], *, in_conflict: bool) -> list[Told]:
    """What the versions of a row (rows of `entity_version`, the first one first) tell, also of each other."""
    settled = (audit.c.subject == f"entity:{entity_id}", audit.c.action == RESOLVED, TOLD)
    resolved_at = db.execute(select(func.max(audit.c.at)).where(*settled)).scalar()
    return history(map(_written, versions), in_conflict=in_conflict, resolved_at=resolved_at)


def _written(row: Row) -> Written:
    return Written(
        row.version,
        row.label,
        loads(row.changed),
        row.created_at,
        row.base_version,
        row.trunk_version,
        row.branch_id,
        row.branch_version,
        frozenset(loads(row.same or "[]")),
    )
