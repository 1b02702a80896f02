"""Folding a new event into a case that people may already have acted on (rulings 3 and 4).

When a late fact changes a decision, the change is written down as a `conflict` event. If somebody acted
on the old branch, the event holds that branch until a supervisor resolves it; if nobody did, the case is
rerouted by itself and the event keeps what had been decided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import NAMESPACE_URL, uuid5

from forms.sop import Sop
from forms.values import text
from server.sop.changes import Changes, differences
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.history import inverse, renamed_key, step_map
from server.sop.state import CaseState, Decision, decision_to_json

_MEANT = frozenset({"override", "resolve", "reopen", "close", "move", "merge", "review", "confirm"})
MOST_CONFLICTS = 50
MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """The state to keep, the `conflict` events to write beside the cause, and what differs from before."""

    state: CaseState
    events: tuple[Event, ...]
    changes: Changes


def settle(sop: Sop, old: CaseState | None, events: Iterable[Event], calendar: Calendar, cause: Event) -> Settled:
    """The case after `cause`.

    sop: the version the case has from now on; old: the state before it (None: the case is new); events: all
    events of the case, `cause` among them. An act that is meant to lead elsewhere (override, resolve, reopen,
    close, review …) makes no conflict. A migration, or its undoing, changes no decision taken before it: what
    would lead elsewhere under the other version is kept, with the reason of the migration.
    """
    all_events = list(events)
    if old and cause.type == "migrate":
        return _migrated(sop, old, all_events, calendar, cause)
    state = fold(sop, all_events, calendar)
    written: list[Event] = []
    while old and cause.type not in _MEANT and len(written) < MOST_CONFLICTS:
        flipped = _first_flip(old, state, {event.data["key"] for event in written})
        if flipped is None:
            break
        written.append(_conflict(flipped, acted(sop, old, flipped, all_events), cause))
        state = fold(sop, [*all_events, *written], calendar)
    return Settled(state, tuple(written), differences(old, state))


def _migrated(sop: Sop, old: CaseState, events: list[Event], calendar: Calendar, cause: Event) -> Settled:
    names = _names_of(cause, events)
    taken = {
        renamed_key(decision.key, names): replace(
            decision,
            step=names.get(decision.step, decision.step),
            to=tuple(names.get(target, target) for target in decision.to),
        )
        for decision in old.current_decisions
        if decision.kind != "stuck"
    }
    state = fold(sop, events, calendar)
    written: list[Event] = []
    while len(written) < MOST_KEPT:
        known = {event.data["key"] for event in written}
        flipped = next(
            (
                taken[decision.key]
                for decision in state.current_decisions
                if decision.key in taken
                and decision.key not in known
                and set(decision.to) != set(taken[decision.key].to)
            ),
            None,
        )
        if flipped is None:
            break
        kept = _conflict(flipped, True, cause)
        more = {"resolution": "keep", "reason": text(cause.data.get("reason", ""))}
        written.append(replace(kept, actor=cause.actor, data={**kept.data, **more}))
        state = fold(sop, [*events, *written], calendar)
    return Settled(state, tuple(written), differences(old, state))


def _names_of(migration: Event, events: Iterable[Event]) -> Mapping[str, str]:
    """How the steps known before a migration are called after it; for one that undoes, the other way round."""
    undoes = migration.data.get("undoes")
    if not undoes:
        return step_map(migration)
    undone = next((event for event in events if event.id == undoes), None)
    return inverse(step_map(undone)) if undone else {}


def _first_flip(old: CaseState, new: CaseState, known: set[object]) -> Decision | None:
    """The earliest decision of before that now leads elsewhere."""
    now = {decision.key: decision for decision in new.current_decisions}
    for decision in old.current_decisions:
        other = now.get(decision.key)
        changed = other is not None and set(other.to) != set(decision.to)
        if changed and decision.kind in ("rule", "kept", "pinned") and decision.key not in known:
            return decision
    return None


def acted(sop: Sop, state: CaseState, decision: Decision, events: Sequence[Event]) -> bool:
    """Whether a form, document, approval or manual act lies on the branch a decision opened."""
    keys = {decision.key}
    for visit in state.visits:
        if visit.opened_by in keys:
            keys.add(visit.key)
            if visit.event_id and not visit.auto:
                return True
    branch = keys - {decision.key}
    return any(f"{e.step}#{e.data.get('visit', 1)}" in branch for e in events if e.type == "document")


def _conflict(old: Decision, somebody_acted: bool, cause: Event) -> Event:
    return Event(
        id=str(uuid5(NAMESPACE_URL, f"conflict:{cause.id}:{old.key}")),
        type="conflict",
        effective=cause.effective,
        received_at=cause.received_at,
        step=old.step,
        data={"key": old.key, "acted": somebody_acted, "pinned": decision_to_json(old), "cause": cause.id},
    )
