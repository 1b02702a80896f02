"""E04, E05, E10, E11 and E20: whether every step is reached, leads out, and goes round only where it may."""

from collections.abc import Iterable, Mapping

from forms.sop import CLOSE, END_BRANCH
from server.sop.check.flow import Flow, backwards
from server.sop.check.model import Checked, instant, reach


def check_ways(checked: Checked, flow: Flow) -> None:
    """E04: steps no way leads to; E05: steps from which no way leads out."""
    reached = reach(flow.starts, flow.forward)
    leads_out = reach((CLOSE, END_BRANCH), backwards(flow.forward))
    for name, step in checked.steps.items():
        if name not in reached:
            checked.add("E04", step.row, "name", step=name)
        elif not flow.forward[name]:
            checked.add("E05", step.row, "name", step=name, problem="nowhere")
        elif name not in leads_out:
            checked.add("E05", step.row, "name", step=name, problem="no_close")
    if reached and CLOSE not in reached and END_BRANCH in reached:
        # Branches end, and the case stays open for ever.
        checked.add("E05", checked.sop.steps[0].row, "name", step=checked.sop.steps[0].name, problem="never_closes")


def check_circles(checked: Checked, flow: Flow) -> None:
    """E10: a circle nobody waits in; E11: a circle without a way out or a brake; E20: `once` on a circle."""
    for circle in circles(checked.steps, flow.forward):
        first = next(step for step in checked.sop.steps if step.name in circle)
        others = ", ".join(sorted(circle))
        for step in checked.sop.steps:
            if step.name not in circle:
                continue
            if step.repeat == "once":
                checked.add("E20", step.row, "repeat", step=step.name, others=others)
            elif step.not_before is None and step.max_visits is None and step.kind != "auto":
                checked.add("E11", step.row, "max_visits", "warning", step=step.name, problem="no_brake")
        if all(instant(checked.steps[at]) for at in circle):
            checked.add("E10", first.row, "name", step=first.name, others=others)
        if not any(target not in circle for at in circle for target in flow.forward[at]):
            checked.add("E11", first.row, "name", step=first.name, problem="no_exit", others=others)


def circles(names: Iterable[str], arrows: Mapping[str, Iterable[str]]) -> list[frozenset[str]]:
    """The groups of steps that lead to each other (Tarjan), a step that leads to itself included."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    held: set[str] = set()
    found: list[frozenset[str]] = []
    known = set(names)
    for root in names:
        if root in order:
            continue
        work = [(root, iter(arrows.get(root, ())))]
        order[root] = low[root] = len(order)
        stack.append(root)
        held.add(root)
        while work:
            name, targets = work[-1]
            for target in targets:
                if target not in known:
                    continue
                if target not in order:
                    order[target] = low[target] = len(order)
                    stack.append(target)
                    held.add(target)
                    work.append((target, iter(arrows.get(target, ()))))
                    break
                if target in held:
                    low[name] = min(low[name], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == order[name]:
                    group = set()
                    while name not in group:
                        group.add(stack.pop())
                    held -= group
                    if len(group) > 1 or name in arrows.get(name, ()):
                        found.append(frozenset(group))
    return found
