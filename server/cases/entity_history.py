"""What the versions of a row tell: its data by then, what each changed, and where two contradict each other. Pure.

The same rules as when a form arrives (`entity_chain`, `entity_merge`), read backwards from what was kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise

from forms.entities import FIRST

LABEL = "label"


@dataclass(frozen=True, slots=True)
class Written:
    """A version as kept. `base`, `trunk`, `branch` are what the form said; `branch_version` the phone's own count;
    `same`: names of what was sent as it was."""

    version: int
    label: str
    changed: Mapping[str, str]
    created_at: str
    base: int | None = None
    trunk: int | None = None
    branch: str | None = None
    branch_version: int | None = None
    same: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """A version in the light of the others.

    `data`: the row's properties by then; `received`: what was sent (with the label where it changed); `base`: the
    row's version it was written on; `conflict`: `soft`, `hard` or None, with the properties two wrote differently;
    `base_diff` and `server_diff`: names of `received` that differ from the base and from the version before;
    `last_good`: the newest version before any open conflict; `relevant`: what a person needs to settle it.
    """

    written: Written
    data: Mapping[str, str]
    received: Mapping[str, str] = field(default_factory=dict)
    base: int | None = None
    conflict: str | None = None
    conflicting: tuple[str, ...] = ()
    base_diff: tuple[str, ...] = ()
    server_diff: tuple[str, ...] = ()
    resolved: bool = False
    last_good: bool = False
    relevant: bool = False


def history(versions: Iterable[Written], *, in_conflict: bool, resolved_at: str | None = None) -> list[Told]:
    """The versions of a row, the first one first. `in_conflict`: nobody has settled its newest conflict;
    `resolved_at`: when somebody settled one last."""
    told: list[Told] = []
    for written in versions:
        one = _told(written, told)
        if one.conflict:
            settled = not in_conflict or (resolved_at is not None and written.created_at <= resolved_at)
            one = replace(one, resolved=settled)
        told.append(one)
    return _with_relevance(told)


def _told(written: Written, before: Sequence[Told]) -> Told:
    if not before:
        received = {**written.changed, LABEL: written.label}
        return Told(written, dict(written.changed), received)
    last = before[-1]
    data = {**last.data, **written.changed}
    received = {**{name: data[name] for name in written.same if name in data}, **written.changed}
    base = _base(written, before)
    others = _others(written, before, base)
    conflict: str | None = None
    conflicting: tuple[str, ...] = ()
    if others and received:
        conflicting = tuple(name for name, value in received.items() if others.get(name, value) != value)
        conflict = "hard" if conflicting else "soft"
    if written.label != last.written.label:
        received[LABEL] = written.label
    return Told(
        written,
        data,
        received,
        base,
        conflict,
        conflicting,
        _differing(received, next((one for one in reversed(before) if one.written.version <= base), before[0])),
        _differing(received, last),
    )


def _base(written: Written, before: Sequence[Told]) -> int:
    """The row's own version that the form's base means."""
    last = before[-1].written.version
    if written.base is None:
        return last
    if written.branch is None or written.base == (FIRST if written.trunk is None else written.trunk):
        return min(written.base, last)
    chain = (one.written for one in before if one.written.branch == written.branch)
    return {one.branch_version: one.version for one in chain}.get(written.base, last)


def _others(written: Written, before: Sequence[Told], base: int) -> dict[str, str]:
    """What others wrote between the base and this version."""
    found: dict[str, str] = {}
    for one in before[1:]:  # whoever changes a row knows how it was made
        if one.written.version > base and (written.branch is None or one.written.branch != written.branch):
            found.update(one.written.changed)
    return found


def _differing(received: Mapping[str, str], other: Told) -> tuple[str, ...]:
    there = {**other.data, LABEL: other.written.label}
    return tuple(name for name, value in received.items() if there.get(name) != value)


def _with_relevance(told: list[Told]) -> list[Told]:
    open_at = next((place for place, one in enumerate(told) if one.conflict and not one.resolved), None)
    if open_at is None:
        return [*told[:-1], replace(told[-1], last_good=True)] if told else told
    good = max(open_at - 1, 0)
    bases = {one.base for one in told[open_at:]}
    return [
        replace(one, last_good=place == good, relevant=place >= good or one.written.version in bases)
        for place, one in enumerate(told)
    ]


def differences(told: Sequence[Told]) -> Iterator[list[dict[str, str | None]]]:
    """What each version but the first changed against the one before: {old, new, propertyName}."""
    for before, after in pairwise(told):
        old = {LABEL: before.written.label, **before.data}
        new = {LABEL: after.written.label, **after.data}
        yield [
            {"old": old.get(name), "new": value, "propertyName": name}
            for name, value in new.items()
            if old.get(name) != value
        ]
