"""A draft SOP replayed over a past case: where it would have led elsewhere (sop-engine.md section 6, Simulation).

One case gives a `CaseDifference`; a `Tally` adds them up, in any order and in parts, without keeping the cases.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from forms.sop import Sop
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.state import CaseState, Decision

MOST_EXAMPLES = 20
STUCK = "stuck"
OPEN = "open"

SAME, ELSEWHERE, NO_RULE, RULED, UNREACHED, NEW = "same", "elsewhere", "no_rule", "ruled", "unreached", "new"
VERDICTS = (SAME, ELSEWHERE, NO_RULE, RULED, UNREACHED, NEW)
"""What became of a decision: the same target; another target; no rule (or two that disagree) any more; a rule
where there was none; not taken at all, because an earlier decision led elsewhere; taken where there was none."""


@dataclass(frozen=True, slots=True)
class DecisionDifference:
    """One decision of a case under both versions. `before` and `after` are targets; both blank where there was no
    rule or no decision; `routes` are those of the older version (of the newer one when it is `new`)."""

    step: str
    visit: int
    verdict: str
    routes: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueDifference:
    """A deadline that moved by so many calendar days (later is positive); None: only one version has one."""

    step: str
    visit: int
    days: int | None


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """One case under two versions. `close`: how it ended or `open`, before and after, when that differs.

    `opens` and `leaves`: steps open only under the newer, only under the older version; `unplaced`: forms that
    were taken by a step and would wait.
    """

    decisions: tuple[DecisionDifference, ...] = ()
    dues: tuple[DueDifference, ...] = ()
    close: tuple[str, str] | None = None
    opens: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[DecisionDifference, ...]:
        """The decisions that are not the same."""
        return tuple(one for one in self.decisions if one.verdict != SAME)

    @property
    def is_same(self) -> bool:
        """Whether nothing at all differs."""
        return not (self.changed or self.dues or self.close or self.opens or self.leaves or self.unplaced)


def replay(
    old_sop: Sop, new_sop: Sop, events: Iterable[Event], old_calendar: Calendar, new_calendar: Calendar
) -> CaseDifference:
    """The case under the version it ran under, and under another one.

    Both are folded from the same events, so that only the SOP (and its own free days) can make a difference, not
    what was decided about a conflict or how an earlier program wrote the state.
    """
    kept = tuple(events)
    return compare(fold(old_sop, kept, old_calendar), fold(new_sop, kept, new_calendar))


def compare(old: CaseState, new: CaseState) -> CaseDifference:
    """What differs between two states of one case."""
    before, after = _end(old), _end(new)
    waited = {waiting.instance_id for waiting in old.waiting}
    return CaseDifference(
        decisions=(*_decisions(old, new), *_new_decisions(old, new)),
        dues=tuple(_dues(old, new)),
        close=None if before == after else (before, after),
        opens=tuple(step for step in new.open_steps if step not in old.open_steps),
        leaves=tuple(step for step in old.open_steps if step not in new.open_steps),
        unplaced=tuple(sorted({w.form for w in new.waiting if w.instance_id not in waited})),
    )


def _end(state: CaseState) -> str:
    return (state.close_reason or "lain") if state.status == "closed" else OPEN


def _decisions(old: CaseState, new: CaseState) -> Iterable[DecisionDifference]:
    now = {decision.key: decision for decision in new.current_decisions}
    for decision in old.current_decisions:
        other = now.get(decision.key)
        after = other.to if other else ()
        yield DecisionDifference(
            decision.step, decision.visit, _verdict(decision, other), decision.routes, decision.to, after
        )


def _verdict(old: Decision, new: Decision | None) -> str:
    if new is None:
        return UNREACHED
    if (old.kind == STUCK) != (new.kind == STUCK):
        return NO_RULE if new.kind == STUCK else RULED
    return SAME if set(old.to) == set(new.to) else ELSEWHERE


def _new_decisions(old: CaseState, new: CaseState) -> Iterable[DecisionDifference]:
    known = {decision.key for decision in old.current_decisions}
    for decision in new.current_decisions:
        if decision.key not in known:
            verdict = NO_RULE if decision.kind == STUCK else NEW
            yield DecisionDifference(decision.step, decision.visit, verdict, decision.routes, (), decision.to)


def _dues(old: CaseState, new: CaseState) -> Iterable[DueDifference]:
    now = {visit.key: visit for visit in new.visits}
    for visit in old.visits:
        other = now.get(visit.key)
        if other is not None and other.due_at != visit.due_at and other.state == visit.state:
            yield DueDifference(visit.step, visit.visit, _days(visit.due_at, other.due_at))


def _days(before: str | None, after: str | None) -> int | None:
    if before is None or after is None:
        return None
    return (date.fromisoformat(after[:10]) - date.fromisoformat(before[:10])).days


@dataclass(slots=True)
class Row:
    """What became of the decisions that took the same route of a step: counts and examples by verdict, and for
    those that go elsewhere how many go where."""

    counts: Counter[str] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def changed(self) -> int:
        """How many are not the same."""
        return self.total - self.counts[SAME]


@dataclass(slots=True)
class Tally:
    """The differences of many cases. `rows` by (step, routes joined by a blank), in the order first met;
    `flow` counts (step, targets before, targets after); `dues` how many deadlines move by how many days
    (None: appears or vanishes); `closes` (before, after) endings; `unplaced` forms that would wait."""

    cases: int = 0
    changed: int = 0
    moved: int = 0
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    flow: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    dues: Counter[int | None] = field(default_factory=Counter)
    closes: Counter[tuple[str, str]] = field(default_factory=Counter)
    unplaced: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, case_id: str, found: CaseDifference) -> None:
        """Counts one case in. `changed` cases differ in a decision or their ending, `moved` ones in a deadline."""
        self.cases += 1
        self.changed += bool(found.changed or found.close)
        self.moved += bool(found.dues)
        for one in found.decisions:
            self._decision(case_id, one)
        for due in found.dues:
            self.dues[due.days] += 1
            _keep(self.examples, "due", case_id)
        if found.close:
            self.closes[found.close] += 1
            _keep(self.examples, "close", case_id)
        for form in found.unplaced:
            self.unplaced[form] += 1
            _keep(self.examples, "unplaced", case_id)

    def _decision(self, case_id: str, one: DecisionDifference) -> None:
        row = self.rows.setdefault((one.step, " ".join(one.routes)), Row())
        row.counts[one.verdict] += 1
        self.flow[(one.step, " ".join(one.before), " ".join(one.after))] += 1
        if one.verdict != SAME:
            _keep(row.examples, one.verdict, case_id)
        if one.verdict == ELSEWHERE:
            row.targets[" ".join(one.after)] += 1

    def merge(self, other: "Tally") -> None:
        """Adds what another part of the cases gave."""
        self.cases += other.cases
        self.changed += other.changed
        self.moved += other.moved
        for key, theirs in other.rows.items():
            row = self.rows.setdefault(key, Row())
            row.counts.update(theirs.counts)
            row.targets.update(theirs.targets)
            _keep_all(row.examples, theirs.examples)
        self.flow.update(other.flow)
        self.dues.update(other.dues)
        self.closes.update(other.closes)
        self.unplaced.update(other.unplaced)
        _keep_all(self.examples, other.examples)

    def count(self, verdict: str) -> int:
        """How many decisions of all steps got this verdict."""
        return sum(row.counts[verdict] for row in self.rows.values())

    @property
    def is_same(self) -> bool:
        """Whether no case differs in anything."""
        return not (self.changed or self.moved or self.unplaced)


def _keep(examples: dict[str, list[str]], name: str, case_id: str) -> None:
    kept = examples.setdefault(name, [])
    if len(kept) < MOST_EXAMPLES and case_id not in kept:
        kept.append(case_id)


def _keep_all(mine: dict[str, list[str]], theirs: Mapping[str, Iterable[str]]) -> None:
    for name, ids in theirs.items():
        for case_id in ids:
            _keep(mine, name, case_id)


def tally_to_json(tally: Tally) -> dict[str, object]:
    """The tally as plain JSON, with case ids as examples."""
    return {
        "cases": tally.cases,
        "changed": tally.changed,
        "moved": tally.moved,
        "rows": [
            {
                "step": step,
                "routes": routes.split(),
                "counts": dict(row.counts),
                "targets": dict(row.targets),
                "examples": row.examples,
            }
            for (step, routes), row in tally.rows.items()
        ],
        "flow": [[*key, count] for key, count in tally.flow.items()],
        "dues": [[days, count] for days, count in tally.dues.items()],
        "closes": [[*key, count] for key, count in tally.closes.items()],
        "unplaced": dict(tally.unplaced),
        "examples": tally.examples,
    }


def tally_from_json(kept: Mapping) -> Tally:
    """The inverse of `tally_to_json`."""
    return Tally(
        cases=kept["cases"],
        changed=kept["changed"],
        moved=kept["moved"],
        rows={
            (row["step"], " ".join(row["routes"])): Row(
                Counter(row["counts"]), Counter(row["targets"]), dict(row["examples"])
            )
            for row in kept["rows"]
        },
        flow=Counter({(step, before, after): count for step, before, after, count in kept["flow"]}),
        dues=Counter(dict(kept["dues"])),
        closes=Counter({(before, after): count for before, after, count in kept["closes"]}),
        unplaced=Counter(kept["unplaced"]),
        examples=dict(kept["examples"]),
    )
