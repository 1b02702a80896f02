"""The folded state of one case: what the database caches, pages show and the API answers.

All moments are ISO text so that the state is plain JSON; days are local days of the project.
"""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of one step. `state`: open, done or withdrawn.

    `opened_at`, `due_at` are moments with the project's offset, `done_on` the claimed day,
    `recorded_at` when its event was first received; `not_before` the earliest wished day;
    `waits_for` the role whose confirmation is missing (ruling 11).
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


@dataclass(frozen=True, slots=True)
class Input:
    """One answer a rule read: `name` as written in the rule, its value as text, where it came from."""

    name: str
    value: str
    form: str | None = None
    instance_id: str | None = None
    day: str | None = None


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

    `kind`: rule, override, kept (pinned by a resolved conflict), stuck (zero or two rules true).
    `fingerprint` identifies routes and targets, so that a later fold can tell whether it changed.
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
class Notice:
    """Something a person should see: an alert of the workbook, an early or backdated form, a clock oddity."""

    code: str
    on: str
    to: str | None = None
    args: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseState:
    """Everything that follows from the events of a case under its SOP version."""

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

    @property
    def open_steps(self) -> tuple[str, ...]:
        return tuple(v.step for v in self.visits if v.state == "open")

    @property
    def wanted_forms(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v.form for v in self.visits if v.state == "open" and v.form))


def to_json(state: CaseState) -> dict[str, object]:
    """The state as plain JSON (facts as forms.values writes them)."""
    return asdict(state)


def _decision(row: dict) -> Decision:
    return Decision(
        **{
            **row,
            "routes": tuple(row["routes"]),
            "to": tuple(row["to"]),
            "inputs": tuple(Input(**i) for i in row["inputs"]),
            "tried": tuple(Tried(**{**t, "parts": tuple(Part(**p) for p in t["parts"])}) for t in row["tried"]),
            "what_if": tuple(
                WhatIf(w["route"], tuple(w["to"]), tuple((a, b) for a, b in w["changes"])) for w in row["what_if"]
            ),
        }
    )


def from_json(row: dict) -> CaseState:
    """The inverse of `to_json`."""
    return CaseState(
        **{
            **row,
            "visits": tuple(Visit(**v) for v in row["visits"]),
            "decisions": tuple(_decision(d) for d in row["decisions"]),
            "waiting": tuple(Waiting(**w) for w in row["waiting"]),
            "conflicts": tuple(
                Conflict(**{**c, "old": _decision(c["old"]), "new": _decision(c["new"])}) for c in row["conflicts"]
            ),
            "notices": tuple(Notice(**{**n, "args": tuple(map(tuple, n["args"]))}) for n in row["notices"]),
            "tasks": tuple(row["tasks"]),
        }
    )
