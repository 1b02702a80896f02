"""One decision: which arrows leave a finished step, why, and what would have led elsewhere."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from math import nan

from forms.expression import ExpressionError, Name, boolean, evaluate, number, parts
from forms.sop import CLOSE, Route
from forms.values import Value, from_json
from server.sop.cells import Table, away, nearest
from server.sop.facts import Facts
from server.sop.plan import AGE_ENDS, AGE_FACTS, StepPlan
from server.sop.state import Decision, Input, Part, Tried, WhatIf

MOST_MEMORIES = 1_024
MOST_WHAT_IFS = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules of a step say: the routes taken (none: stuck), where they lead and where the SOP says so,
    and how each rule was tried. Remembered for every combination of answers a step has seen."""

    kind: str
    taken: tuple[Route, ...]
    tried: tuple[Tried, ...]
    what_if: tuple[WhatIf, ...]
    routes: tuple[str, ...]
    to: tuple[str, ...]
    source: str
    interpretation: str
    close_reason: str | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What the rules of a step say of a case. `inputs` is what they read: the age is the end that was taken
    when it is estimated; `uncertain`: the ends lead to different places (ruling 34)."""

    outcome: Outcome
    inputs: tuple[Input, ...]
    uncertain: bool = False


def decide(step: StepPlan, facts: Facts) -> Decided:
    """What follows for the facts as they are."""
    ends = _age_ends(facts) if step.reads_age else None
    if ends is None:
        return Decided(_outcome(step, facts), facts.inputs(step.names))
    low, high = (_with_age(step, facts, end) for end in ends)
    if low.outcome.to == high.outcome.to:
        return low
    return replace(max((low, high), key=_protection), uncertain=True)


def _age_ends(facts: Facts) -> tuple[float, float] | None:
    low, high = (_age(facts.lookup(Name(end))) for end in AGE_ENDS)
    return (low, high) if low < high else None


def _age(value: Value) -> float:
    return number(value) if isinstance(value, int | float | str) else nan


def _with_age(step: StepPlan, facts: Facts, age: float) -> Decided:
    before = dict(facts.given)
    facts.given.update(dict.fromkeys(AGE_FACTS, age))
    facts.forget()
    try:
        ends = tuple(Name(end) for end in AGE_ENDS)
        return Decided(_outcome(step, facts), facts.inputs(tuple(dict.fromkeys((*step.names, *ends)))))
    finally:
        facts.given = before
        facts.forget()


def _protection(decided: Decided) -> int:
    return max((route.protective or 0 for route in decided.outcome.taken), default=-1)


def _outcome(step: StepPlan, facts: Facts) -> Outcome:
    values = tuple(facts.lookup(name) for name in step.names)
    key = (*map(type, values), *values)
    try:
        known = step.memory.get(key)
    except TypeError:  # rows of a repeat cannot be a key
        return _work_out(step, facts)
    if known is not None and not step.timed:
        return known  # type: ignore[return-value]
    outcome = _work_out(step, facts)
    if not step.timed:
        if len(step.memory) >= MOST_MEMORIES:
            step.memory.clear()
        step.memory[key] = outcome
    return outcome


def _work_out(step: StepPlan, facts: Facts) -> Outcome:
    tried = tuple(_try(route, facts) for route in step.routes)
    true = [route for route, result in zip(step.routes, tried, strict=True) if result.holds]
    taken = choose(step.step.choose, true)
    kind = "rule" if taken else "stuck"
    what_if: tuple[WhatIf, ...] = ()
    if step.table is not None:
        place = step.table.locate(facts.lookup, facts.today, facts.now)
        what_if = _what_if(step.table, step, place, {route.to for route in taken})
    return Outcome(
        kind=kind,
        taken=taken,
        tried=tried,
        what_if=what_if,
        routes=tuple(route.name for route in taken),
        to=tuple(dict.fromkeys(route.to for route in taken)),
        source=", ".join(dict.fromkeys(route.source for route in taken if route.source)),
        interpretation="; ".join(dict.fromkeys(r.interpretation for r in taken if r.interpretation)),
        close_reason=next((route.close_reason for route in taken if route.to == CLOSE), None),
    )


def choose(policy: str, true: list[Route]) -> tuple[Route, ...]:
    """The routes a policy takes of those that hold; none when it says nothing or contradicts itself."""
    if policy == "each":
        return tuple(true)
    if policy == "first":
        return tuple(true[:1])
    return tuple(true) if len({route.to for route in true}) == 1 else ()


def _try(route: Route, facts: Facts) -> Tried:
    if route.when is None:
        return Tried(route.name, route.to, True, "", (), route.source, route.interpretation)
    try:
        holds = boolean(evaluate(route.when, facts.lookup, today=facts.today, now=facts.now))
        seen = tuple(
            Part(part.text, part.value, part.holds)
            for part in parts(route.when, facts.lookup, today=facts.today, now=facts.now)
        )
    except ExpressionError:
        holds, seen = False, ()
    return Tried(route.name, route.to, holds, route.when.text, seen, route.source, route.interpretation)


def _what_if(table: Table, step: StepPlan, place: tuple[int | None, ...], now: set[str]) -> tuple[WhatIf, ...]:
    """For every other target the nearest boxes: fewest answers to change, then fewest cells away."""
    best: dict[str, tuple[int, list[WhatIf]]] = {}
    for route, boxes in zip(step.routes, step.reach, strict=True):
        if route.to in now:
            continue
        for box in boxes:
            changes = _changes(table, place, box)
            if not changes:
                continue
            fewest, found = best.get(route.to, (len(changes), []))
            if len(changes) < fewest:
                fewest, found = len(changes), []
            option = WhatIf(route.name, (route.to,), changes)
            if len(changes) == fewest and option not in found:
                found = [*found, option]
            best[route.to] = (fewest, found)
    return tuple(option for _, found in best.values() for option in found)[:MOST_WHAT_IFS]


def _changes(table: Table, place: tuple[int | None, ...], box: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    changes = []
    for i in away(place, box):
        domain = table.domains[i]
        mask = nearest(domain, place[i], box[i])
        if not mask:
            return ()
        name = domain.names[0] if len(domain.names) == 1 and not domain.free else None
        label = (f"{name.form}#{name.field}" if name.form else name.field) if name else domain.subject
        changes.append((label, domain.show(mask)))
    return tuple(changes)


def again(step: StepPlan, decision: Decision, tz: tzinfo) -> tuple[str, ...]:
    """The targets the rules give for the inputs stored with a decision: the proof that it can be recomputed.

    tz: the office's zone; now() counts as the noon of the stored day.
    """
    today = date.fromisoformat(decision.today or decision.on)
    now = datetime.combine(today, time(12), tz)
    stored = {item.name: item.value if item.raw is None else from_json(item.raw) for item in decision.inputs}

    def lookup(name: Name) -> Value:
        return stored.get(f"{name.form}#{name.field}" if name.form else name.field, "")

    def holds(route: Route) -> bool:
        try:
            return route.when is None or boolean(evaluate(route.when, lookup, today=today, now=now))
        except ExpressionError:
            return False

    true = [route for route in step.routes if holds(route)]
    return tuple(dict.fromkeys(route.to for route in choose(step.step.choose, true)))
