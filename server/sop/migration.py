"""What happens to a running case that moves to another version of its SOP (sop-engine.md section 6, Versions).

A case moves by an event; before it does, its events are folded under both versions and the case is put into one of
three classes: `same`, `future_only`, `conflict`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

from forms.expression import Expression
from forms.sop import Route, Sop, Step
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.history import inverse, step_map
from server.sop.plan import plan
from server.sop.simulate import NEW, NO_RULE, SAME, UNREACHED, CaseDifference, compare
from server.sop.state import CaseState

CLASS_SAME, FUTURE_ONLY, CONFLICT = "same", "future_only", "conflict"
CLASSES = (CLASS_SAME, FUTURE_ONLY, CONFLICT)

StepMap = Mapping[str, str]

# What a step says to people only: another wording is not another step (ruling 31).
_WORDING = frozenset({"row", "labels", "source", "source_text", "participants", "interpretation", "name", "same_as"})
_ROUTE_WORDING = frozenset({"row", "labels", "source", "interpretation", "name", "from_step", "to", "when"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case is not simply the same. `code`: decision (a past decision would lead elsewhere), no_rule (it would
    have no rule), new_decision, missing_step (an open step the newer version lacks), leaves (a step open now would
    not be), opens (a step not open now would be), close (it would be closed or not), unplaced (a form would wait),
    ahead (rules of a step still to come differ), due (an open deadline moves by `days` calendar days)."""

    code: str
    step: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    days: int | None = None

    @property
    def is_conflict(self) -> bool:
        return self.code not in ("ahead", "due")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class of a case and why; `missing`: its steps the newer version has no step for."""

    kind: str
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()


def missing_steps(state: CaseState, new: Sop, names: StepMap) -> tuple[str, ...]:
    """The steps a case has been in that the newer version does not know, not even by another name."""
    known = {step.name for step in new.steps}
    passed = dict.fromkeys(visit.step for visit in state.visits)
    return tuple(name for name in passed if names.get(name, name) not in known)


def proposed(old: Sop, new: Sop) -> dict[str, str]:
    """Where the steps of the older version that the newer one lacks have gone: to the one new step with the same
    form, else with the same number in the printed SOP; left out where that is nobody or more than one."""
    fresh = [step for step in new.steps if old.step(step.name) is None]
    found = {}
    for step in old.steps:
        if new.step(step.name) is not None:
            continue
        same = [one for one in fresh if step.form and one.form == step.form]
        same = same or [one for one in fresh if step.source and one.source == step.source]
        if len(same) == 1:
            found[step.name] = same[0].name
    return found


def classify(
    old_sop: Sop,
    new_sop: Sop,
    events: Iterable[Event],
    old_calendar: Calendar,
    new_calendar: Calendar,
    migrate: Event,
) -> Verdict:
    """The class of a case before it moves.

    migrate: the event that would move it, with `data.map` {older step: newer step}; it is not kept. The case counts
    as it is under the older version, conflicts that were decided included.
    """
    kept = tuple(events)
    names = step_map(migrate)
    old = fold(old_sop, kept, old_calendar)
    missing = missing_steps(old, new_sop, names)
    new = fold(new_sop, (*kept, migrate), new_calendar)
    found = compare(renamed(old, names), new)
    open_ = [names.get(name, name) for name in old.open_steps]
    reasons = (
        *(Reason("missing_step", name) for name in missing if name in old.open_steps),
        *_past(found, missing),
        *(Reason("ahead", name) for name in ahead(old_sop, new_sop, open_, names)),
        *(Reason("due", due.step, days=due.days) for due in found.dues if due.step in open_),
    )
    if any(reason.is_conflict for reason in reasons):
        return Verdict(CONFLICT, reasons, missing)
    return Verdict(FUTURE_ONLY if reasons else CLASS_SAME, reasons, missing)


def _past(found: CaseDifference, missing: Iterable[str]) -> Iterable[Reason]:
    """What would not have happened as it did."""
    codes = {NO_RULE: "no_rule", NEW: "new_decision"}
    for one in found.decisions:
        if one.verdict != SAME and not (one.verdict == UNREACHED and one.step in missing):
            yield Reason(codes.get(one.verdict, "decision"), one.step, one.before, one.after)
    yield from (Reason("leaves", name) for name in found.leaves if name not in missing)
    yield from (Reason("opens", name) for name in found.opens)
    if found.close:
        yield Reason("close", before=(found.close[0],), after=(found.close[1],))
    yield from (Reason("unplaced", form) for form in found.unplaced)


def renamed(state: CaseState, names: StepMap) -> CaseState:
    """The state with its steps called as the newer version calls them."""
    if not names:
        return state

    def name(step: str) -> str:
        return names.get(step, step)

    return replace(
        state,
        visits=tuple(replace(visit, step=name(visit.step)) for visit in state.visits),
        decisions=tuple(
            replace(one, step=name(one.step), to=tuple(name(target) for target in one.to)) for one in state.decisions
        ),
    )


def ahead(old: Sop, new: Sop, open_steps: Iterable[str], names: StepMap) -> tuple[str, ...]:
    """The steps from the open ones on (newer names) whose rules, limits, forms or papers are not the same in both
    versions. Wording is no difference."""
    back = inverse(names)
    waiting = [name for name in open_steps if new.step(name)]
    seen = dict.fromkeys(waiting)
    different = []
    while waiting:
        name = waiting.pop(0)
        if _rules(old, back.get(name, name), names) != _rules(new, name, {}):
            different.append(name)
        for route in new.routes_from(name):
            if new.step(route.to) and route.to not in seen:
                seen[route.to] = None
                waiting.append(route.to)
    return tuple(different)


def _rules(sop: Sop, name: str, names: StepMap) -> tuple[object, ...] | None:
    """Everything of a step that can make a difference, in a form that can be compared across versions."""
    step = sop.step(name)
    if step is None:
        return None
    routes = sop.routes_from(name)
    papers = tuple((paper.name, _text(paper.required)) for paper in plan(sop).papers.get(name, ()))
    return (
        _plain(step),
        names.get(step.same_as, step.same_as),
        tuple(_route(route, names) for route in routes),
        _calculations(sop, routes),
        papers,
    )


def _plain(step: Step) -> tuple[tuple[str, object], ...]:
    return tuple((item.name, _text(getattr(step, item.name))) for item in fields(step) if item.name not in _WORDING)


def _route(route: Route, names: StepMap) -> tuple[object, ...]:
    kept = (_text(getattr(route, item.name)) for item in fields(route) if item.name not in _ROUTE_WORDING)
    return (_text(route.when), names.get(route.to, route.to), *kept)


def _text(value: object) -> object:
    return " ".join(value.text.split()) if isinstance(value, Expression) else value


def _calculations(sop: Sop, routes: Iterable[Route]) -> tuple[tuple[str, object], ...]:
    """The calculations the rules rest on, also through one another."""
    calculations = {fact.name: fact.calculation for fact in sop.facts if fact.calculation}
    waiting = [name.field for route in routes if route.when for name in route.when.names]
    found: dict[str, object] = {}
    while waiting:
        name = waiting.pop()
        calculation = calculations.get(name)
        if calculation is not None and name not in found:
            found[name] = _text(calculation)
            waiting += [inner.field for inner in calculation.names]
    return tuple(sorted(found.items()))
