"""Whether an entity block of a form can be applied to a list an author keeps, and on which version. Pure.

Follows openrosa.md 8.5 but for one thing: what came before its base waits, however long, for its base or for a person
(ruling 49). Rows of cases need no base: every form of a case is an event of it and finds its place in the fold.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.entities import FIRST, EntityAct

UNKNOWN = "entity.base_unknown"
MISSING = "entity.link_missing"
AHEAD = "entity.version_ahead"
EXISTS = "entity.exists"
DELETED = "entity.deleted"
BAD_ID = "entity.bad_id"
CONFLICT = "entity.conflict"
"""Not a reason to wait: two phones wrote different values, the newer stands, a person looks at both."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of the row: its `version` (0: there is none), whether it was deleted, and of the block's branch
    {the phone's count: our version}."""

    version: int = 0
    deleted: bool = False
    branch: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Applies:
    """The block applies: `creates` a row, or updates it as it was at version `base`."""

    creates: bool = False
    base: int = 0


@dataclass(frozen=True, slots=True)
class Waits:
    """The block waits for a person (`reason`); `held`: it goes on by itself when what it lacks arrives."""

    reason: str
    held: bool = False


def decide(act: EntityAct, row: Row) -> Applies | Waits | None:
    """What becomes of a block; None when it asks for nothing."""
    if not (act.create or act.update):
        return None
    if not act.has_valid_id:
        return Waits(BAD_ID)
    if row.deleted:
        return Waits(DELETED)
    if not row.version:
        return Applies(creates=True) if act.create else Waits(UNKNOWN, held=True)
    if not act.update:
        return Waits(EXISTS)
    return _update(act, row)


def _update(act: EntityAct, row: Row) -> Applies | Waits:
    base = act.base_version
    if base is None:
        return Applies(base=row.version)
    trunk = act.trunk_version
    if trunk is not None and trunk > row.version:
        return Waits(AHEAD)
    if not act.branch_id:
        return Applies(base=base) if base <= row.version else Waits(AHEAD)
    if base == (FIRST if trunk is None else trunk):
        return Applies(base=base)
    before = (row.branch or {}).get(base)
    return Waits(MISSING, held=True) if before is None else Applies(base=before)
