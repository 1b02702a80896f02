"""How a form's entity block and the server's workflow change a case's row on the phones. Pure (ruling 22)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.entities import EntityAct

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
    """The new state of a row, what this step `changed` of the forms' properties, and whether anything differs."""

    state: EntityState
    changed: Mapping[str, str]
    new_version: bool


def merge(
    before: EntityState | None,
    act: EntityAct | None,
    workflow: Mapping[str, str],
    label: str,
    interrupting: Mapping[str, str],
    *,
    tells: bool = False,
) -> Merged:
    """The row after this submission (`act`) and this fold (`workflow`, `label`).

    `interrupting` holds the properties others wrote since the version the phone started from. Values
    are merged property by property, the last writer wins; a differing property is a hard conflict, an
    interruption elsewhere a soft one, and hard is never softened. A received form that names the case
    always raises the version to at least its base + 1, and what the server itself decides (workflow,
    label, who holds the row: `tells`) raises it once more, so that the phone takes it; an unchanged row gets no
    new version.
    """
    row = before or EntityState()
    written = {name: value for name, value in act.data.items() if name not in WORKFLOW} if act else {}
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
    )


def _conflict(row: EntityState, written: Mapping[str, str], interrupting: Mapping[str, str]) -> str | None:
    if row.conflict == "hard" or not interrupting or not written:
        return row.conflict
    if any(name in interrupting and interrupting[name] != value for name, value in written.items()):
        return "hard"
    return "soft"
