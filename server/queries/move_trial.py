"""Running cases put into the three classes against another version of their SOP: tried, counted and told."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, select

from forms.sop import Sop
from server.access import Viewer
from server.queries.definitions import Definitions, SopVersion, definitions_of
from server.queries.past_cases import PastCase
from server.queries.simulation import Example, Stop
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.migration import CLASSES, CONFLICT, Verdict, classify, proposed
from server.store.cases import case
from server.store.database import Store

MOST_EXAMPLES = 20
MOST_CONFLICTS = 200

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Gone:
    """A step of older versions that the newer one lacks; `proposed`: the new step it seems to have become."""

    step: Stop
    proposed: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """Why cases are not simply the same: `code` of `server.sop.migration.Reason`, its step (or form), how many."""

    code: str
    step: Stop
    cases: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The dry run: how many cases of each class, examples, why, and the conflicts one by one (at most 200)."""

    counts: Mapping[str, int]
    examples: Mapping[str, tuple[Example, ...]]
    reasons: Mapping[str, tuple[ReasonRow, ...]]
    conflicts: tuple[tuple[Example, tuple[tuple[str, Stop], ...]], ...]


@dataclass(slots=True)
class Sums:
    """What a dry run counts; case ids stand for examples."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    conflicts: list[tuple[str, list[list[str]]]] = field(default_factory=list)

    def add(self, case_id: str, verdict: Verdict) -> None:
        self.counts[verdict.kind] += 1
        kept = self.examples.setdefault(verdict.kind, [])
        if len(kept) < MOST_EXAMPLES:
            kept.append(case_id)
        why = list(dict.fromkeys((reason.code, reason.step) for reason in verdict.reasons))
        for code, step in why:
            self.reasons[(verdict.kind, code, step)] += 1
        if verdict.kind == CONFLICT and len(self.conflicts) < MOST_CONFLICTS:
            self.conflicts.append((case_id, [list(one) for one in why]))

    def to_json(self) -> dict[str, object]:
        return {
            "counts": dict(self.counts),
            "examples": self.examples,
            "reasons": [[*key, count] for key, count in self.reasons.most_common()],
            "conflicts": [[case_id, why] for case_id, why in self.conflicts],
        }


def intended(case_events: Iterable[Event], today: date, step_map: Mapping[str, str], **data: object) -> Event:
    """The event that would move a case, as received after everything else."""
    last = max((event.received_at for event in case_events), default=datetime.min.replace(tzinfo=UTC))
    return Event(str(uuid4()), "migrate", today, last + timedelta(milliseconds=1), data={**data, "map": dict(step_map)})


class Judge:
    """Puts cases into the three classes against one SOP, in force or about to be; remembers the older calendars."""

    def __init__(self, definitions: Definitions, project_id: int, to: Sop, calendar: Calendar) -> None:
        self._definitions = definitions
        self._project = project_id
        self._to = to
        self._calendar = calendar
        self._calendars: dict[int, Calendar] = {}

    def verdict(
        self, db: Connection, version_id: int, events: tuple[Event, ...], now: datetime, step_map: Mapping[str, str]
    ) -> Verdict:
        old = self._definitions.sop_version(version_id).sop
        if version_id not in self._calendars:
            self._calendars[version_id] = self._definitions.calendar(db, self._project, version_id)
        migrate = intended(events, self._calendar.day(now), step_map)
        return classify(old, self._to, events, self._calendars[version_id], self._calendar, migrate)


def judge_of(store: Store, project_id: int, to: SopVersion) -> Judge:
    """Who puts cases into the classes against a published version."""
    definitions = definitions_of(store)
    with store.read() as db:
        return Judge(definitions, project_id, to.sop, definitions.calendar(db, project_id, to.id))


def tally(
    store: Store, judge: Judge, cases: Iterable[PastCase], total: int, step_map: Mapping[str, str], progress: Progress
) -> Sums:
    """Every case put into its class; about `total` of them."""
    sums = Sums()
    for number, one in enumerate(cases, 1):
        with store.read() as db:
            sums.add(one.id, judge.verdict(db, one.version_id, one.events, store.now(), step_map))
        if number % 100 == 0:
            progress(number, max(total, number))
    progress(total, total)
    return sums


def told(store: Store, viewer: Viewer | None, project_id: int, kept: Mapping, labels: Mapping[str, Stop]) -> Checked:
    """Sums as kept, with cases this viewer may see and steps by these labels."""
    ids = {case_id for some in kept["examples"].values() for case_id in some}
    ids |= {case_id for case_id, _ in kept["conflicts"]}
    numbers = _numbers(store, viewer, project_id, ids)

    def stop(name: str) -> Stop:
        return labels.get(name, Stop(name, {}, ""))

    return Checked(
        counts={kind: kept["counts"].get(kind, 0) for kind in CLASSES},
        examples={
            kind: tuple(Example(one, numbers[one]) for one in some if one in numbers)
            for kind, some in kept["examples"].items()
        },
        reasons={
            kind: tuple(ReasonRow(code, stop(step), n) for of, code, step, n in kept["reasons"] if of == kind)
            for kind in CLASSES
        },
        conflicts=tuple(
            (Example(one, numbers[one]), tuple((code, stop(step)) for code, step in why))
            for one, why in kept["conflicts"]
            if one in numbers
        ),
    )


def _numbers(store: Store, viewer: Viewer | None, project_id: int, ids: Iterable[str]) -> dict[str, str]:
    if viewer is None or not viewer.may("case.read", project_id):
        return {}
    with store.read() as db:
        query = select(case.c.id, case.c.number).where(case.c.project_id == project_id, case.c.id.in_(sorted(ids)))
        return {row.id: row.number for row in db.execute(query)}


def stops_of(known: Sop) -> tuple[Stop, ...]:
    """The steps and forms of an SOP as people know them."""
    return (*step_stops(known), *_forms(known))


def step_stops(known: Sop) -> tuple[Stop, ...]:
    """The steps of an SOP as people know them."""
    return tuple(Stop(step.name, step.labels, step.source) for step in known.steps)


def _forms(known: Sop) -> tuple[Stop, ...]:
    return tuple(Stop(use.form_id, use.labels, "") for use in known.forms)


def gone_steps(olds: Iterable[Sop], to: Sop) -> tuple[Gone, ...]:
    """The steps of older versions that the newer one lacks, each once."""
    found: dict[str, Gone] = {}
    for old in olds:
        guesses = proposed(old, to)
        for step in old.steps:
            if to.step(step.name) is None and step.name not in found:
                found[step.name] = Gone(Stop(step.name, step.labels, step.source), guesses.get(step.name, ""))
    return tuple(found.values())
