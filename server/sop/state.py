"""The folded state of one case: what the database caches, pages show and the API answers.

All moments are ISO text so that the state is plain JSON; days are local days of the project.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of one step. `state`: open, done or withdrawn.

    `opened_at`, `due_at` are moments with the project's offset, `done_on` the claimed day,
    `recorded_at` when its event was first received; `not_before` the earliest wished day;
    `waits_for` the role whose confirmation is missing (ruling 11). `opened_by` names the decision that
    opened it as `step#visit` (None: the intake, a reopening); `clock` is the step's (service, outside,
    pause); `auto`: done by the step before it, nobody acted. `late` is known for done visits only: the
    fold has no clock, an open visit is late when `due_at` has passed. `gap_days`: days between the claimed
    day and the first receipt (ruling 35). `lacks`: documents without which it may not finish; its form has
    come. `escalate_at`: the moment at which the step's `escalate_to` is told; `escalated_on`: the day that
    was done; `extended`: why its deadline was put off.
    """

    step: str
    visit: int
    state: str
    opened_at: str
    opened_on: str
    form: str | None = None
    role: str | None = None
    assignee: str | None = None
    due_at: str | None = None
    estimate: bool = False
    not_before: str | None = None
    done_on: str | None = None
    recorded_at: str | None = None
    instance_id: str | None = None
    event_id: str | None = None
    waits_for: str | None = None
    late: bool = False
    early: bool = False
    opened_by: str | None = None
    clock: str = "service"
    auto: bool = False
    refused: str | None = None
    gap_days: int = 0
    lacks: tuple[str, ...] = ()
    escalate_at: str | None = None
    escalated_on: str | None = None
    extended: str | None = None

    @property
    def key(self) -> str:
        return f"{self.step}#{self.visit}"


@dataclass(frozen=True, slots=True)
class Input:
    """One answer a rule read: `name` as written in the rule, its value as text, where it came from.

    `raw` is the value as forms.values writes it, where it is more than text (number, date, rows).
    """

    name: str
    value: str
    form: str | None = None
    instance_id: str | None = None
    day: str | None = None
    raw: object = None


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison of a rule and whether it held (`${usia} < 12`, value '12', false)."""

    text: str
    value: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule of a decision: held or not, its comparisons, its target and where the SOP says it."""

    route: str
    to: str
    holds: bool
    when: str
    parts: tuple[Part, ...] = ()
    source: str = ""
    interpretation: str = ""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The nearest change of answers that would have led elsewhere: `changes` {name: range or value}."""

    route: str
    to: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided when a step visit was done: the routes taken and why.

    `kind`: rule, pinned (an open conflict holds it), kept (a conflict resolved so), override, stuck
    (zero or two rules true: the case waits for a supervisor). `on` is the day it took effect, `today`
    what today() was; `uncertain`: age was estimated and the ends of the estimate differ (ruling 34).
    `superseded_by` is the id of the event that replaced it; only one decision per visit has none.
    `recorded_by`: who entered it for the decider `by` (ruling 30); `confirmed_by`: who confirmed it although
    the age is uncertain.
    """

    step: str
    visit: int
    routes: tuple[str, ...]
    to: tuple[str, ...]
    on: str
    event_id: str
    kind: str = "rule"
    source: str = ""
    interpretation: str = ""
    reason: str | None = None
    by: str | None = None
    inputs: tuple[Input, ...] = ()
    tried: tuple[Tried, ...] = ()
    what_if: tuple[WhatIf, ...] = ()
    superseded_by: str | None = None
    close_reason: str | None = None
    uncertain: bool = False
    today: str = ""
    recorded_by: str | None = None
    confirmed_by: str | None = None

    @property
    def key(self) -> str:
        return f"{self.step}#{self.visit}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A form that is not placed: nothing open takes it yet (`reason` is a catalogue code)."""

    instance_id: str
    form: str
    day: str
    reason: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A late fact would change a decision somebody acted on; the old branch stays until resolved."""

    step: str
    visit: int
    old: Decision
    new: Decision
    event_id: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document a visit calls for (`documents` sheet, direction out); `issued`: its event exists and was not
    voided. `held`: why it may not be issued yet: `uncertain_age` (ruling 34)."""

    document: str
    step: str
    visit: int
    on: str
    issued: bool = False
    held: str | None = None

    @property
    def key(self) -> tuple[str, int, str]:
        """What an outbox uses, so that folding again never sends twice."""
        return (self.step, self.visit, self.document)


@dataclass(frozen=True, slots=True)
class Report:
    """One report of the case: the form that opened it and every further one (rulings 16, 33)."""

    instance_id: str
    form: str
    day: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Record:
    """A referral or a shelter stay, independent of the steps (ruling 44).

    `entries` in the order of their days: {state, on, event_id, by, …words}. States: `REFERRAL_STATES`,
    `STAY_STATES`.
    """

    id: str
    kind: str
    entries: tuple[dict[str, object], ...] = ()

    @property
    def state(self) -> str:
        """The state of the newest entry."""
        return str(self.entries[-1].get("state", "")) if self.entries else ""


REFERRAL_STATES = ("sent", "received", "accepted", "refused", "arrived", "returned")
STAY_STATES = ("in", "out")
STAY_ENDS = ("serah_terima", "dipindah", "melarikan_diri")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should see: an alert of the workbook, an early or backdated form, a clock oddity."""

    code: str
    on: str
    to: str | None = None
    args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseState:
    """Everything that follows from the events of a case under its SOP version.

    `due_at` is the next day that counts: the published service time while service runs, afterwards the
    earliest open step. `service_due_at` and `service_done_on` measure the published time alone.
    `held_close`: the closing reason of a `close` that waits for another branch (ruling 9). `begun`: how the
    case began: `report`, `import` (not counted in service time, ruling 43) or `move`.
    """

    sop: str
    version: str
    label: str
    status: str
    opened_on: str
    closed_on: str | None = None
    close_reason: str | None = None
    due_at: str | None = None
    clock_started: str | None = None
    paused: bool = False
    manager: str | None = None
    facts: dict[str, object] = field(default_factory=dict)
    visits: tuple[Visit, ...] = ()
    decisions: tuple[Decision, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notices: tuple[Notice, ...] = ()
    tasks: tuple[dict[str, object], ...] = ()
    papers: tuple[Paper, ...] = ()
    service_due_at: str | None = None
    service_done_on: str | None = None
    held_close: str | None = None
    reports: tuple[Report, ...] = ()
    records: tuple[Record, ...] = ()
    begun: str = "report"

    @property
    def current_decisions(self) -> tuple[Decision, ...]:
        """Those that hold, without the superseded ones."""
        return tuple(d for d in self.decisions if d.superseded_by is None)

    @property
    def stuck(self) -> tuple[Decision, ...]:
        """Decisions that wait for a supervisor because zero or two rules were true."""
        return tuple(d for d in self.decisions if d.kind == "stuck" and d.superseded_by is None)

    def visit(self, step: str, visit: int | None = None) -> Visit | None:
        """One visit of a step; the latest when no number is given."""
        found = [v for v in self.visits if v.step == step and visit in (None, v.visit)]
        return found[-1] if found else None

    @property
    def open_steps(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v.step for v in self.visits if v.state == "open"))

    @property
    def wanted_forms(self) -> tuple[str, ...]:
        """Forms an open visit still waits for (not those that wait for a confirmation or a paper only)."""
        open_ = (v for v in self.visits if v.state == "open" and v.form and not v.waits_for and not v.lacks)
        return tuple(dict.fromkeys(v.form for v in open_ if v.form))


def to_json(state: CaseState) -> dict[str, object]:
    """The state as plain JSON (facts as forms.values writes them)."""
    row: dict[str, object] = {name: getattr(state, name) for name in CaseState.__slots__}
    row["visits"] = [{**_flat(visit), "lacks": list(visit.lacks)} for visit in state.visits]
    row["decisions"] = [decision_to_json(decision) for decision in state.decisions]
    row["waiting"] = [_flat(waiting) for waiting in state.waiting]
    row["conflicts"] = [
        {**_flat(c), "old": decision_to_json(c.old), "new": decision_to_json(c.new)} for c in state.conflicts
    ]
    row["notices"] = [{**_flat(notice), "args": [list(arg) for arg in notice.args]} for notice in state.notices]
    row["papers"] = [_flat(paper) for paper in state.papers]
    row["tasks"] = list(state.tasks)
    row["reports"] = [_flat(report) for report in state.reports]
    row["records"] = [{**_flat(record), "entries": list(record.entries)} for record in state.records]
    return row


def _flat(
    item: Visit | Waiting | Notice | Paper | Decision | Tried | Part | Input | WhatIf | Conflict | Report | Record,
) -> dict:
    return {name: getattr(item, name) for name in item.__slots__}


def decision_to_json(decision: Decision) -> dict[str, object]:
    """A decision as plain JSON, also for a `conflict` event."""
    row = _flat(decision)
    row["routes"] = list(decision.routes)
    row["to"] = list(decision.to)
    row["inputs"] = [_flat(item) for item in decision.inputs]
    row["tried"] = [{**_flat(t), "parts": [_flat(part) for part in t.parts]} for t in decision.tried]
    row["what_if"] = [
        {"route": w.route, "to": list(w.to), "changes": [list(change) for change in w.changes]}
        for w in decision.what_if
    ]
    return row


def decision_from_json(row: Mapping) -> Decision:
    """The inverse of `decision_to_json`; what an older row lacks has its default, what nobody knows is left out."""
    return _read(
        Decision,
        row,
        routes=tuple(row["routes"]),
        to=tuple(row["to"]),
        inputs=tuple(_read(Input, i) for i in row.get("inputs", ())),
        tried=tuple(_read(Tried, t, parts=tuple(_read(Part, p) for p in t["parts"])) for t in row.get("tried", ())),
        what_if=tuple(
            WhatIf(w["route"], tuple(w["to"]), tuple((a, b) for a, b in w["changes"])) for w in row.get("what_if", ())
        ),
    )


def from_json(row: Mapping) -> CaseState:
    """The inverse of `to_json`, also for a state kept by an earlier version of the program."""
    return _read(
        CaseState,
        row,
        visits=tuple(_read(Visit, v, lacks=tuple(v.get("lacks", ()))) for v in row["visits"]),
        decisions=tuple(decision_from_json(d) for d in row["decisions"]),
        waiting=tuple(_read(Waiting, w) for w in row["waiting"]),
        conflicts=tuple(
            _read(Conflict, c, old=decision_from_json(c["old"]), new=decision_from_json(c["new"]))
            for c in row["conflicts"]
        ),
        notices=tuple(_read(Notice, n, args=tuple(map(tuple, n["args"]))) for n in row["notices"]),
        tasks=tuple(row["tasks"]),
        papers=tuple(_read(Paper, p) for p in row.get("papers", ())),
        reports=tuple(_read(Report, r) for r in row.get("reports", ())),
        records=tuple(_read(Record, r, entries=tuple(r["entries"])) for r in row.get("records", ())),
    )


def _read(kind: type[Kind], row: Mapping, **known: object) -> Kind:
    """An item from its row, with `known` in the place of what JSON cannot say."""
    values = {name: row[name] for name in kind.__slots__ if name in row}  # type: ignore[attr-defined]
    return kind(**{**values, **known})
