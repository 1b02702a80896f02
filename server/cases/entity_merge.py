"""How a form's entity block and the server's workflow change a case's row on the phones. Pure (ruling 22)."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from forms.entities import FIRST, EntityAct

# Columns only the server writes; a form that sends them predicts, it does not decide.
WORKFLOW = (
    "nomor",
    "langkah",
    "formulir",
    "jatuh_tempo",
    "petugas",
    "wilayah",
    "terbuka",
    "selesai",
    "menutup",
    "versi",
)

# A phone counts one version per form it fills; a base further ahead of the row than this is no count of a phone.
PLAUSIBLE_LEAD = 1000


@dataclass(frozen=True, slots=True)
class EntityState:
    """What a row holds: version, properties by forms, properties by the server, conflict mark."""

    version: int = 0
    data: Mapping[str, str] = field(default_factory=dict)
    workflow: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    conflict: str | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """The new state of a row, what this step `changed` of the forms' properties, which of them it sent as they were
    (`same`), and whether anything differs."""

    state: EntityState
    changed: Mapping[str, str]
    new_version: bool
    same: Set[str] = frozenset()


def merge(
    before: EntityState | None,
    act: EntityAct | None,
    workflow: Mapping[str, str],
    label: str,
    interrupting: Mapping[str, str],
    *,
    tells: bool = False,
    later: Set[str] = frozenset(),
    served: Set[str] = frozenset(WORKFLOW),
) -> Merged:
    """The row after this submission (`act`) and this fold (`workflow`, `label`).

    `interrupting` holds the properties others wrote since the version the phone started from; `later` those the same
    phone wrote after this form, in forms that arrived before it; `served` what only the server writes in this row (in
    lists an author keeps: nothing). Values are merged property by property, the last
    writer wins; a differing property is a hard conflict, an interruption elsewhere a soft one, and hard is never
    softened. A received form that names the case
    always raises the version to at least its base + 1, and what the server itself decides (workflow,
    label, who holds the row: `tells`) raises it once more, so that the phone takes it; an unchanged row gets no
    new version.
    """
    row = before or EntityState()
    settled = served | later
    written = {name: value for name, value in act.data.items() if name not in settled} if act else {}
    changed = {name: value for name, value in written.items() if row.data.get(name) != value}
    decided = before is None or dict(workflow) != dict(row.workflow) or label != row.label or tells
    version = row.version
    if act is not None:
        # The phone counts its own form as base + 1 and keeps its row on equal versions.
        base = act.base_version or 0
        version = max(version, base if base <= version + PLAUSIBLE_LEAD else 0) + 1
    if decided:
        version += 1
    return Merged(
        EntityState(version, {**row.data, **written}, dict(workflow), label, _conflict(row, written, interrupting)),
        changed,
        version > row.version,
        written.keys() - changed.keys(),
    )


def _conflict(row: EntityState, written: Mapping[str, str], interrupting: Mapping[str, str]) -> str | None:
    if row.conflict == "hard" or not interrupting or not written:
        return row.conflict
    if any(name in interrupting and interrupting[name] != value for name, value in written.items()):
        return "hard"
    return "soft"


def started_from(act: EntityAct) -> int | None:
    """The server's version the phone's work began with: of an offline chain its trunk, else its base.

    A chain without a trunk began on the phone itself, with the row's first version.
    """
    if act.branch_id:
        return act.trunk_version if act.trunk_version is not None else FIRST
    return act.base_version
