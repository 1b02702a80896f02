"""Rows the checker proposes for the `tests` sheet: every decision at its boundaries (age 11, 12, 13) and choices.

An admin who cannot read rules can read such rows: what comes out is what the rules say now, to be looked at.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice, product

from forms.expression import Name, string
from forms.schema import Schema
from forms.sop import CASE, Route, Sop
from forms.values import Value, from_json
from server.sop.cells import Domain
from server.sop.check.flow import Flow, StepRules
from server.sop.check.model import Checked, instant
from server.sop.clock import Calendar
from server.sop.state import CaseState, Decision
from server.sop.trials import FIRST_DAY, play

MOST_OF_ONE_STEP = 12
_ZONE = "Asia/Jakarta"
_NOON = datetime.combine(FIRST_DAY, datetime.min.time(), UTC)


@dataclass(frozen=True, slots=True)
class Proposed:
    """One row for `tests`, column by column; only the last row of a case says what is expected."""

    case: str
    form: str
    at: date | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    expect_open: tuple[str, ...] | None = None
    expect_close: str | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """The arrows from the beginning to a step."""

    start: str
    arrows: tuple[Route, ...]

    @property
    def steps(self) -> tuple[str, ...]:
        return (self.start, *(route.to for route in self.arrows))


def proposals(sop: Sop, schemas: Mapping[str, Schema], calendar: Calendar | None = None) -> tuple[Proposed, ...]:
    """Rows for every decision of a checked SOP that its `tests` do not cover yet, ready to be written down.

    For a number the values below, at and above each constant of the rules, for a choice each choice; at most
    MOST_OF_ONE_STEP cases for each step. A decision that forms alone cannot reach (behind a confirmation, or
    by what the server counts) gets none. calendar: as for `run_tests`.
    """
    calendar = calendar or Calendar(_ZONE)
    checked = Checked(sop, schemas)
    flow = Flow(checked)
    ways = _ways(flow)
    covered = _covered(checked, flow, calendar)
    taken = {test.case for test in sop.tests}
    found: list[Proposed] = []
    for step in sop.steps:
        rules = flow.rules[step.name]
        if rules is None or step.name not in ways or not rules.table.domains:
            continue
        made = 0
        for wanted in islice(_variants(rules), 4 * MOST_OF_ONE_STEP):
            if made == MOST_OF_ONE_STEP:
                break
            if wanted in covered.get(step.name, set()):
                continue
            case = next(name for n in range(1, 10_000) if (name := f"usul_{step.name}_{made + n}") not in taken)
            rows = _case(checked, flow, ways[step.name], rules, wanted, case, calendar)
            if rows:
                taken.add(case)
                found += rows
                made += 1
    return tuple(found)


def _ways(flow: Flow) -> dict[str, _Way]:
    """The shortest way to each step."""
    found = {start: _Way(start, ()) for start in flow.starts}
    waiting = deque(found)
    while waiting:
        name = waiting.popleft()
        for route, possible in flow.arrows[name]:
            if possible and route.to in flow.arrows and route.to not in found:
                found[route.to] = replace(found[name], arrows=(*found[name].arrows, route))
                waiting.append(route.to)
    return found


def _covered(checked: Checked, flow: Flow, calendar: Calendar) -> dict[str, set[tuple[int | None, ...]]]:
    """The cells of each decision that the sheet's own rows reach."""
    found: dict[str, set[tuple[int | None, ...]]] = {}
    cases: dict[str, list] = {}
    for test in checked.sop.tests:
        cases.setdefault(test.case, []).append(test)
    for case, rows in cases.items():
        for state in play(checked.sop, calendar, case, rows, checked.schemas):
            for decision in state.current_decisions:
                rules = flow.rules.get(decision.step)
                if rules is not None:
                    found.setdefault(decision.step, set()).add(_place(rules, decision))
    return found


def _place(rules: StepRules, decision: Decision) -> tuple[int | None, ...]:
    read = {item.name: item.value if item.raw is None else from_json(item.raw) for item in decision.inputs}

    def lookup(name: Name) -> Value:
        return read.get(f"{name.form}#{name.field}" if name.form else name.field, "")

    return rules.table.locate(lookup, date.fromisoformat(decision.today or decision.on), _NOON)


def _variants(rules: StepRules) -> Iterator[tuple[int | None, ...]]:
    """Cells to try together: all combinations while they are few, else one question at a time."""
    real = [_real(domain) for domain in rules.table.domains]
    if not all(real):
        return
    count = 1
    for cells in real:
        count *= len(cells)
    if count <= MOST_OF_ONE_STEP:
        yield from product(*real)
        return
    base = tuple(cells[0] for cells in real)
    yield base
    for i, cells in enumerate(real):
        for cell in cells[1:]:
            yield (*base[:i], cell, *base[i + 1 :])


def _real(domain: Domain) -> list[int]:
    """The cells an answer can be chosen from: a comparison that is only true or false offers none."""
    if domain.free or len(domain.names) != 1 or domain.names[0].form == CASE:
        return []
    return [i for i, cell in enumerate(domain.cells) if cell.kind in ("number", "choice")]


def _case(
    checked: Checked,
    flow: Flow,
    way: _Way,
    rules: StepRules,
    wanted: Sequence[int | None],
    case: str,
    calendar: Calendar,
) -> tuple[Proposed, ...]:
    """The rows that bring a case to the step with these answers, and what comes of it; none if that cannot be."""
    last = way.steps[-1]
    chosen: dict[Name, str] = {}
    for domain, cell in zip(rules.table.domains, wanted, strict=True):
        if cell is not None:
            chosen[domain.names[0]] = string(domain.cells[cell].value)
    for name, route in zip(way.steps, way.arrows, strict=False):
        if not _steer(flow, name, route, chosen):
            return ()
    steps = [checked.steps[name] for name in way.steps if not instant(checked.steps[name])]
    if any(not step.form or step.confirm_by for step in steps):
        return ()
    rows = [Proposed(case, checked.sop.short(step.form)) for step in steps]
    for asked, value in chosen.items():
        if not _write(checked, rows, asked, value):
            return ()
    states = list(play(checked.sop, calendar, case, rows, checked.schemas))
    reached = _expected(states[-1], last)
    return (*rows[:-1], replace(rows[-1], expect_open=reached[0], expect_close=reached[1])) if reached else ()


def _steer(flow: Flow, step: str, route: Route, chosen: dict[Name, str]) -> bool:
    """Adds the answers that make a step on the way take its arrow, keeping to those already chosen."""
    rules = flow.rules[step]
    if rules is None:
        return route.when is None
    at = next(i for i, other in enumerate(rules.routes) if other is route)
    for box in rules.taken[at]:
        added: dict[Name, str] = {}
        for domain, mask in zip(rules.table.domains, box, strict=True):
            name = domain.names[0] if len(domain.names) == 1 else None
            if name is not None and name in chosen:
                cell = domain.index(chosen[name])
                if cell is None or not mask >> cell & 1:
                    break
            elif mask != domain.full:
                cells = [i for i in _real(domain) if mask >> i & 1]
                if name is None or not cells:
                    break
                added[name] = string(domain.cells[cells[0]].value)
        else:
            chosen.update(added)
            return True
    return False


def _write(checked: Checked, rows: list[Proposed], name: Name, value: str) -> bool:
    """Writes an answer into the last row whose form asks it; a calculated one as a fact."""
    about = checked.about(name)
    if about is None or about.calculated:
        if name.form is not None or (about is None and name.field not in checked.facts):
            return False
        rows[-1] = replace(rows[-1], facts={**rows[-1].facts, name.field: value})
        return True
    wanted = checked.aliases.get(name.form, name.form) if name.form else None
    for i in reversed(range(len(rows))):
        form = checked.aliases[rows[i].form]
        if form in about.forms and wanted in (None, form):
            rows[i] = replace(rows[i], answers={**rows[i].answers, name.field: value})
            return True
    return False


def _expected(state: CaseState, step: str) -> tuple[tuple[str, ...] | None, str | None] | None:
    """What is open, or how the case closed, once the step is decided; None when it never was."""
    if not any(decision.step == step and decision.kind == "rule" for decision in state.current_decisions):
        return None
    return (None, state.close_reason) if state.status == "closed" else (tuple(state.open_steps), None)
