"""E17: branches that run side by side: where they begin, join, end, and what a closing leaves open."""

from collections.abc import Iterator

from forms.expression import Name
from forms.findings import Level
from forms.sop import CASE, CLOSE, END_BRANCH, Route, Step
from server.sop.cells import Box, TooWide, minus, product
from server.sop.check.decisions import where
from server.sop.check.flow import Flow, StepRules, backwards
from server.sop.check.model import Checked, reach

_SERVICE = Name("langkah_layanan_terbuka", CASE)
_ALL = Name("langkah_terbuka", CASE)


def check_forks(checked: Checked, flow: Flow) -> None:
    """E17. A step with `each` whose arrows can be true together is a fork; the steps they open are its branches."""
    forks = {step.name: branches for step in checked.sop.steps if len(branches := _branches(flow, step)) > 1}
    _joins(checked, flow, forks)
    _ends(checked, flow, forks)
    for name, branches in forks.items():
        _closes(checked, flow, name, branches)


def _branches(flow: Flow, step: Step) -> dict[str, list[Box]]:
    """The steps a fork opens beside each other, and for which answers; without those that exclude all others."""
    rules = flow.rules[step.name]
    if step.choose != "each" or rules is None:
        return {}
    opens: dict[str, list[Box]] = {}
    for route, held in zip(rules.routes, rules.held, strict=True):
        if held and route.to not in (CLOSE, END_BRANCH):
            opens.setdefault(route.to, []).extend(held)
    return {to: held for to, held in opens.items() if any(_meet(held, opens[other]) for other in opens if other != to)}


def _meet(left: list[Box], right: list[Box]) -> bool:
    try:
        return bool(product(left, right))
    except TooWide:
        return True


def _joins(checked: Checked, flow: Flow, forks: dict[str, dict[str, list[Box]]]) -> None:
    """A step that waits for all branches must lie behind a fork."""
    behind = reach((to for branches in forks.values() for to in branches), flow.forward)
    for step in checked.sop.steps:
        if step.join == "all" and step.name not in behind:
            checked.add("E17", step.row, "join", step=step.name, problem="join_without_fork")


def _ends(checked: Checked, flow: Flow, forks: dict[str, dict[str, list[Box]]]) -> None:
    """`end_branch` needs another branch that goes on: else nothing is open and the case never closes."""
    single = {name: [] if name in forks else targets for name, targets in flow.forward.items()}
    line = reach(flow.starts, single) & set(checked.steps)
    for name in line - set(forks):
        for route, possible in flow.arrows[name]:
            if possible and route.to == END_BRANCH:
                checked.add("E17", route.row, "to", step=name, route=route.name, problem="end_without_fork")
    joins = [step.name for step in checked.sop.steps if step.join == "all"]
    goes_on = reach((CLOSE, *joins), backwards(flow.forward))
    for name in line & set(forks):
        rules = flow.rules[name]
        if rules is not None:
            _all_end(checked, checked.steps[name], rules, goes_on)


def _all_end(checked: Checked, step: Step, rules: StepRules, goes_on: set[str]) -> None:
    """Answers for which a fork opens only branches that end."""
    going = [box for route, held in zip(rules.routes, rules.held, strict=True) if route.to in goes_on for box in held]
    for route, held in zip(rules.routes, rules.held, strict=True):
        for box in held if route.to not in goes_on else []:
            try:
                left = minus(box, going, 1)
            except TooWide:
                return
            if left:
                more = {"step": step.name, "route": route.name, "where": where(rules.table, left[0])}
                checked.add("E17", route.row, "to", "error", problem="all_end", **more)
                break


def _closes(checked: Checked, flow: Flow, fork: str, branches: dict[str, list[Box]]) -> None:
    """A closing that one branch reaches while another may be open: it is held until that one ends (ruling 9)."""
    beyond = [reach([to], flow.forward) for to in branches]
    joins = {
        step.name for step in checked.sop.steps if step.join == "all" and sum(step.name in way for way in beyond) > 1
    }
    closing: dict[str, Route] = {}
    left_open: set[str] = set()
    for to, held in branches.items():
        others = [other for other, theirs in branches.items() if other != to and _meet(held, theirs)]
        steps = reach(others, flow.forward) & set(checked.steps)
        in_service = all(checked.steps[name].clock == "service" for name in steps)
        for route in _unguarded(flow, to, joins, _SERVICE if in_service else _ALL):
            closing[route.name] = route
            left_open.update(others)
    if closing:
        more = {"routes": ", ".join(sorted(closing)), "branches": ", ".join(sorted(left_open))}
        row = checked.steps[fork].row
        # A branch that only ever ends by itself holds the closing up and nothing else: worth knowing, not a doubt.
        ends = all(CLOSE not in reach([branch], flow.forward) for branch in left_open)
        level: Level = "note" if ends else "warning"
        checked.add("E17", row, "choose", level, step=fork, problem="close_while_open", **more)


def _unguarded(flow: Flow, start: str, joins: set[str], count: Name) -> Iterator[Route]:
    """The closing arrows a branch reaches without joining the others or asking first whether steps are open."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in flow.arrows or name in joins:
            continue
        seen.add(name)
        rules = flow.rules[name]
        for at, (route, possible) in enumerate(flow.arrows[name]):
            if not possible or (rules is not None and _asks(rules, at, {count, _ALL})):
                continue
            if route.to == CLOSE:
                yield route
            waiting.append(route.to)


def _asks(rules: StepRules, at: int, counts: set[Name]) -> bool:
    """Whether an arrow is taken only while none of the counted steps is open."""
    for i, domain in enumerate(rules.table.domains):
        none_open = domain.index(0)
        if domain.names and domain.names[0] in counts and none_open is not None:
            return all(box[i] == 1 << none_open for box in rules.taken[at])
    return False
