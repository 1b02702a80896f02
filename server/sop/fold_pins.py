"""Conflicts: decisions that stay although the facts have changed since (rulings 3 and 4)."""

from dataclasses import replace

from forms.values import text
from server.sop.events import Event
from server.sop.fold_run import Pin, Run
from server.sop.order import Ordered
from server.sop.state import Conflict, Decision, decision_from_json

REROUTED = "rerouted"
"""A pin that holds nothing: nobody had acted, it only keeps what had been decided."""


def pins_of(ordered: Ordered) -> dict[str, list[Pin]]:
    """The conflicts of each visit in the order they were received, with their resolutions."""
    pins: dict[str, list[Pin]] = {}
    for event in ordered.conflicts:
        pinned = decision_from_json(event.data["pinned"])  # type: ignore[arg-type]
        if not event.data.get("acted", True):
            pinned = replace(pinned, kind=REROUTED)
        pin = Pin(event, pinned)
        if event.data.get("resolution") == "keep":
            pin.resolution, pin.reason, pin.by = "keep", text(event.data.get("reason", "")) or None, event.actor
        pins.setdefault(pinned.key, []).append(pin)
    if pins:
        for item in ordered.items:
            if item.event.type == "resolve":
                _note_resolution(pins, item.event)
    return pins


def _note_resolution(pins: dict[str, list[Pin]], event: Event) -> None:
    for key, of_visit in pins.items():
        if key.split("#")[0] != event.step:
            continue
        for pin in of_visit:
            real = pin.pinned.kind != REROUTED and pin.resolution is None
            if real and pin.event.received_at <= event.received_at:
                pin.resolution = text(event.data.get("resolution", "keep"))
                pin.reason = text(event.data.get("reason", "")) or None
                pin.by = event.actor


def next_pin(run: Run, key: str, start: int) -> int | None:
    """The next conflict from `start` on that holds the decision of a visit."""
    of_visit = run.pins.get(key)
    if not of_visit:
        return None
    holds = [pin.pinned.kind != REROUTED and not pin.passed for pin in of_visit]
    return next((i for i in range(start, len(holds)) if holds[i]), None)


def pinned(run: Run, key: str, index: int, rules: Decision) -> Decision:
    """The decision a pin holds; the rules' own when both lead to the same."""
    pin = run.pins[key][index]
    if set(pin.pinned.to) == set(rules.to):
        return rules
    if pin.resolution != "keep":
        return replace(pin.pinned, kind="pinned", superseded_by=None)
    return replace(pin.pinned, kind="kept", reason=pin.reason, by=pin.by, superseded_by=None)


def open_conflicts(run: Run) -> tuple[Conflict, ...]:
    """The conflicts nobody has resolved yet."""
    found = []
    for key, decided in run.decided.items():
        pin = run.pins[key][decided.pin] if decided.pin is not None else None
        if pin and pin.resolution is None and decided.now.kind == "pinned":
            found.append(Conflict(decided.now.step, decided.now.visit, decided.now, decided.rules, pin.event.id))
    return tuple(found)
