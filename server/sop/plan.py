"""What can be worked out from an SOP once, before any case is folded under it."""

from dataclasses import dataclass, field
from functools import lru_cache

from forms.expression import Call, Expression, Name, walk
from forms.sop import CASE, Alert, Route, Sop, Step
from forms.sop import Paper as PaperRow
from server.sop.cells import Box, Info, Table, TooWide, minus

AGE_FACTS = frozenset({"usia", "usia_saat_kejadian"})
"""Facts that stand for an age; when it is estimated, both ends of it are tried (ruling 34)."""
AGE_ENDS = ("usia_min", "usia_maks")

_TIMED = frozenset({"today", "now"})


@dataclass(slots=True)
class StepPlan:
    """A step with its arrows, the names they read and, once per kind of case, what was decided."""

    step: Step
    routes: tuple[Route, ...]
    names: tuple[Name, ...]
    reads_age: bool
    timed: bool
    table: Table | None
    reach: tuple[tuple[Box, ...], ...]
    memory: dict[tuple, object] = field(default_factory=dict, repr=False)

    @property
    def instant(self) -> bool:
        """Whether the step is done together with the one that opened it."""
        return self.step.kind == "auto" or bool(self.step.same_as)


@dataclass(slots=True, eq=False)
class Plan:
    """An SOP by name. `takes`: form -> steps it completes; `aliases`: how rules may call a form -> form id;
    `alerts` (and `daily` ones) with their rule and whether the day alone may change it; `papers`: outgoing
    documents by step; `blocking`: documents by the step that may not finish without them; `authority`: those that
    go to police or court; `records`: form -> what it records; `starts`: intake form -> first step; `gathers`:
    step with `join = all` -> the forks several of whose branches lead to it."""

    sop: Sop
    steps: dict[str, StepPlan]
    takes: dict[str, tuple[str, ...]]
    aliases: dict[str, str]
    calculations: dict[str, Expression]
    alerts: tuple[tuple[Alert, Expression, bool], ...]
    daily: tuple[tuple[Alert, Expression, bool], ...]
    papers: dict[str, tuple[PaperRow, ...]]
    blocking: dict[str, tuple[PaperRow, ...]]
    authority: frozenset[str]
    records: dict[str, str]
    gathers: dict[str, frozenset[str]]
    opens: frozenset[str]
    starts: dict[str, str]


@lru_cache(maxsize=256)
def plan(sop: Sop) -> Plan:
    """The plan of an SOP, made once for each reading of its workbook."""
    takes: dict[str, list[str]] = {}
    for step in sop.steps:
        if step.form and not (step.kind == "auto" or step.same_as):
            takes.setdefault(step.form, []).append(step.name)
    aliases = {sop.short(form.form_id): form.form_id for form in sop.forms}
    aliases |= {form.form_id: form.form_id for form in sop.forms}
    papers: dict[str, list[PaperRow]] = {}
    blocking: dict[str, list[PaperRow]] = {}
    for paper in sop.documents:
        if paper.blocks and paper.required is not False:
            blocking.setdefault(paper.blocks, []).append(paper)
        if paper.direction == "out" and paper.required is not False:
            papers.setdefault(paper.step, []).append(paper)
    first = sop.steps[0].name if sop.steps else ""
    return Plan(
        sop=sop,
        steps={step.name: _step_plan(sop, step) for step in sop.steps},
        takes={form: tuple(names) for form, names in takes.items()},
        aliases=aliases,
        calculations={fact.name: fact.calculation for fact in sop.facts if fact.calculation},
        alerts=_alerts(sop, "event"),
        daily=_alerts(sop, "daily"),
        papers={step: tuple(rows) for step, rows in papers.items()},
        blocking={step: tuple(rows) for step, rows in blocking.items()},
        authority=frozenset(paper.name for paper in sop.documents if paper.to_authority),
        records={form.form_id: form.record for form in sop.forms if form.record},
        gathers=_gathers(sop),
        opens=frozenset(form.form_id for form in sop.intakes),
        starts={form.form_id: takes.get(form.form_id, [first])[0] for form in sop.intakes},
    )


def _alerts(sop: Sop, at: str) -> tuple[tuple[Alert, Expression, bool], ...]:
    return tuple((a, a.when, _is_timed(a.when)) for a in sop.alerts if a.at == at and a.when)


def _gathers(sop: Sop) -> dict[str, frozenset[str]]:
    """For every step that joins: the forks from which two or more targets lead to it."""
    joins = [step.name for step in sop.steps if step.join == "all"]
    if not joins:
        return {}
    targets = {step.name: {route.to for route in sop.routes_from(step.name)} for step in sop.steps}
    forks = [step.name for step in sop.steps if step.choose == "each"]
    found: dict[str, set[str]] = {}
    for fork in forks:
        reached = [_reach(targets, target, fork) for target in targets[fork]]
        for join in joins:
            if sum(join in names for names in reached) > 1:
                found.setdefault(join, set()).add(fork)
    return {join: frozenset(forks) for join, forks in found.items()}


def _reach(targets: dict[str, set[str]], start: str, without: str) -> set[str]:
    """The steps that can follow from `start` (itself among them) without going through another one again."""
    found = {start}
    waiting = [start]
    while waiting:
        for name in targets.get(waiting.pop(), ()):
            if name not in found and name != without:
                found.add(name)
                waiting.append(name)
    return found


def _step_plan(sop: Sop, step: Step) -> StepPlan:
    routes = sop.routes_from(step.name)
    rules = [route.when for route in routes if route.when]
    names = tuple(dict.fromkeys(name for rule in rules for name in rule.names))
    table, reach = _table(sop, step, routes, rules)
    deep = _deep_names(sop, names)
    return StepPlan(
        step=step,
        routes=routes,
        names=names,
        reads_age=any(name.field in AGE_FACTS for name in deep if name.form != CASE),
        timed=any(map(_is_timed, rules)),
        table=table,
        reach=reach,
    )


def _is_timed(expression: Expression) -> bool:
    """Whether the day itself may change the answer."""
    return any(isinstance(node, Call) and node.name in _TIMED for node in walk(expression.tree))


def _deep_names(sop: Sop, names: tuple[Name, ...]) -> tuple[Name, ...]:
    """The names and, where they are calculated, what their calculations name."""
    calculations = {fact.name: fact.calculation for fact in sop.facts if fact.calculation}
    found = dict.fromkeys(names)
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        calculation = calculations.get(name.field) if name.form is None else None
        for inner in calculation.names if calculation else ():
            if inner not in found:
                found[inner] = None
                waiting.append(inner)
    return tuple(found)


def fact_info(sop: Sop) -> dict[str, Info]:
    """What the `facts` sheet says of its values."""
    types = {"integer": "integer", "decimal": "decimal", "date": "date", "text": "", "select_one": ""}
    return {fact.name: Info(types[fact.type]) for fact in sop.facts}


def _table(
    sop: Sop, step: Step, routes: tuple[Route, ...], rules: list[Expression]
) -> tuple[Table | None, tuple[tuple[Box, ...], ...]]:
    """The grid of a step's rules, and where each rule is the one that is taken."""
    if not rules:
        return None, ()
    known = fact_info(sop)
    try:
        table = Table(rules, lambda name: known.get(name.field) if name.form is None else None)
        boxes = [table.boxes(route.when) for route in routes]
        if step.choose == "first":
            before: list[Box] = []
            for i, own in enumerate(boxes):
                boxes[i] = [left for box in own for left in minus(box, before)]
                before += own
    except TooWide:
        return None, ()
    return table, tuple(tuple(own) for own in boxes)
