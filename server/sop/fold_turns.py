"""A person turns a case: overrides and resolved conflicts (rulings 4 and 13)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from forms.values import Value, text
from server.sop.fold_decisions import lead, put_in_place
from server.sop.fold_pins import next_pin, pinned
from server.sop.fold_run import Decided, OpenVisit, Run
from server.sop.fold_visits import withdraw
from server.sop.order import Item
from server.sop.state import Decision


def resolve(run: Run, item: Item) -> None:
    """Accepting a conflict withdraws the old branch and opens what the rules say (ruling 4)."""
    if item.event.data.get("resolution") != "accept":
        return
    for key, of_visit in run.pins.items():
        for pin in of_visit if key.split("#")[0] == item.event.step else ():
            pin.passed |= pin.resolution == "accept" and pin.event.received_at <= item.event.received_at
    for key, decided in run.decided.items():
        held = run.pins[key][decided.pin] if decided.pin is not None else None
        if key.split("#")[0] != item.event.step or held is None or held.resolution != "accept" or not held.passed:
            continue
        following = next_pin(run, key, (decided.pin or 0) + 1)
        decided.pin = following
        new = decided.rules if following is None else pinned(run, key, following, decided.rules)
        if set(new.to) != set(decided.now.to):
            put_in_place(run, decided, replace(new, on=run.day.isoformat()), item.event.id)


def override(run: Run, item: Item) -> None:
    """A person leads a case elsewhere: from a decision, from an open step, or to one more step; or gives time."""
    event = item.event
    to = tuple(str(name) for name in _listed(event.data.get("to")))
    latest = run.latest(event.step or "")
    if run.closed or run.opened_on is None:
        run.ignored(item)
    elif not to:
        _extend(run, item, latest)
    elif latest is None and event.step:
        run.ignored(item)
    else:
        _turn(run, item, latest, to)


def _turn(run: Run, item: Item, latest: OpenVisit | None, to: tuple[str, ...]) -> None:
    event = item.event
    base = Decision(
        step=latest.step.name if latest else "",
        visit=latest.visit if latest else 0,
        routes=(),
        to=to,
        on=run.day.isoformat(),
        event_id=event.id,
        kind="override",
        reason=text(event.data.get("reason", "")) or None,
        by=event.actor,
        close_reason=text(event.data.get("closeReason", "")) or None,
    )
    decided = run.decided.get(latest.key) if latest else None
    if latest is None:
        lead(run, base, (), anew=True)
    elif latest.state == "open":
        withdraw(run, latest)
        run.decided[latest.key] = Decided(base, base, latest.scope, run.told)
        lead(run, base, latest.scope, anew=True)
    elif decided and _may_turn(run, decided):
        put_in_place(run, decided, replace(base, inputs=decided.now.inputs, tried=decided.now.tried), event.id)
    else:
        run.ignored(item)


def _may_turn(run: Run, decided: Decided) -> bool:
    """Ruling 13: while a target is still open, nothing was opened at all, or the closing is held."""
    key = decided.now.key
    waits = decided.now.kind == "stuck" or (run.held is not None and run.held[1] == key)
    return waits or any(visit.opened_by == key for visit in run.open) or any(join.by == key for join in run.joins)


def _extend(run: Run, item: Item, latest: OpenVisit | None) -> None:
    """An open visit gets more time (or less): due at the end of the named day."""
    day = _day(item.event.data.get("due"))
    if day is None or latest is None or latest.state != "open":
        run.ignored(item)
        return
    latest.extended_to = day
    latest.extended = text(item.event.data.get("reason", ""))
    latest.escalated_on = None


def _day(value: Value) -> date | None:
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


def _listed(value: Value) -> Iterable[Value]:
    return value if isinstance(value, list | tuple) else (value,) if value else ()
