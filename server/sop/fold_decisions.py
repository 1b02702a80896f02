"""What follows from a finished step: its decision, the branches it opens, the joins that gather them."""

from dataclasses import replace

from forms.sop import CLOSE, END_BRANCH, Step
from forms.values import text
from server.sop.decide import decide
from server.sop.fold_pins import REROUTED, next_pin, pinned
from server.sop.fold_run import Decided, Join, OpenVisit, Run, Scope
from server.sop.fold_visits import branch, open_step, withdraw
from server.sop.plan import StepPlan
from server.sop.state import Decision


def decide_visit(run: Run, visit: OpenVisit) -> None:
    """Decides a finished visit by the rules, or as an open or kept conflict holds it, and opens what follows."""
    rules = _by_rules(run, visit, run.plan.steps[visit.step.name])
    decided = Decided(rules, rules, visit.scope, run.told)
    run.decided[visit.key] = decided
    for pin in run.pins.get(visit.key, ()):
        if pin.pinned.kind == REROUTED and set(pin.pinned.to) != set(rules.to):
            decided.past.append(replace(pin.pinned, kind="rule", superseded_by=pin.event.id))
    held = next_pin(run, visit.key, 0)
    if held is not None:
        decided.pin = held
        decided.now = pinned(run, visit.key, held, rules)
    lead(run, decided.now, visit.scope)


def _by_rules(run: Run, visit: OpenVisit, step: StepPlan) -> Decision:
    decided = decide(step, run.facts)
    outcome = decided.outcome
    event = visit.item.event if visit.item else None
    by = recorded_by = None
    if event and event.type == "decision":
        decider = text(event.data.get("decidedBy") or "")
        by = decider or event.actor
        recorded_by = (text(event.data.get("recordedBy") or "") or event.actor) if decider else None
    return Decision(
        step=visit.step.name,
        visit=visit.visit,
        routes=outcome.routes,
        to=outcome.to,
        on=run.day.isoformat(),
        event_id=event.id if event else "",
        kind=outcome.kind,
        source=outcome.source,
        interpretation=outcome.interpretation,
        by=by,
        recorded_by=recorded_by,
        inputs=decided.inputs,
        tried=outcome.tried,
        what_if=outcome.what_if,
        close_reason=outcome.close_reason,
        uncertain=decided.uncertain,
        today=run.facts.today.isoformat(),
    )


def lead(run: Run, decision: Decision, within: Scope, *, anew: bool = False) -> None:
    """Opens what a decision leads to. A step that forks begins a scope of its own inside the one it stands in."""
    step = run.plan.steps.get(decision.step)
    scope = (*within, decision.key) if step and step.step.choose == "each" else within
    for name in decision.to:
        if name == CLOSE:
            run.held = (decision.close_reason or "", decision.key)
        elif name != END_BRANCH and name in run.plan.steps:
            target = run.plan.steps[name].step
            # A person who names the step has decided not to wait for the others.
            if target.join == "all" and decision.kind != "override":
                run.joins.append(_join(run, target, decision.key, scope, anew))
            else:
                open_step(run, target, decision.key, scope, anew=anew)


def _join(run: Run, step: Step, by: str, scope: Scope, anew: bool) -> Join:
    """The outermost fork several of whose branches lead to the step; else the one it stands in."""
    gathered = run.plan.gathers.get(step.name, frozenset())
    at = next((i for i, key in enumerate(scope) if key.split("#")[0] in gathered), len(scope) - 1)
    return Join(step, by, scope[at], scope[:at], anew) if scope else Join(step, by, None, (), anew)


def open_joins(run: Run) -> bool:
    """Opens the first step whose fork is quiet, the innermost first; whether there was one."""
    for join in sorted(run.joins, key=lambda join: -len(join.outer)):
        if join.fork is not None and _busy(run, join.fork):
            continue
        run.joins = [other for other in run.joins if (other.step, other.fork) != (join.step, join.fork)]
        open_step(run, join.step, join.by, join.outer, anew=join.anew)
        return True
    return False


def _busy(run: Run, fork: str) -> bool:
    return any(fork in visit.scope for visit in run.open) or run.stuck(fork)


def put_in_place(run: Run, decided: Decided, new: Decision, by: str) -> None:
    """Another decision takes the place of the one that holds: open visits of its branch are withdrawn."""
    old = decided.now
    decided.past.append(replace(old, superseded_by=by))
    decided.now = new
    decided.told = run.told
    if run.held and run.held[1] == old.key:
        run.held = None
    run.joins = [join for join in run.joins if join.by != old.key]
    staying = set(new.to) & set(old.to)
    for visit in branch(run, old.key, set(old.to) - staying):
        withdraw(run, visit)
    lead(run, replace(new, to=tuple(name for name in new.to if name not in staying)), decided.scope, anew=True)
