"""What a fold knows while it walks through the events of a case."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from forms.sop import CASE, Step
from forms.values import Value
from server.sop.clock import Calendar, Stop
from server.sop.events import Event
from server.sop.facts import NOWHERE, Facts, Source
from server.sop.order import Item, Ordered
from server.sop.plan import Plan
from server.sop.state import Decision, Notice, Paper, Report

MOST_VISITS = 5_000
"""Visits of one case after which the fold stops opening more: a loop without a person in it."""
SUPERVISOR = "supervisor"

Scope = tuple[str, ...]
"""The forks a visit stands in, outermost first, each by the key of its decision."""


@dataclass(slots=True)
class OpenVisit:
    """A visit while the case is being folded. `came`: its form, act or cause is there; `held_up`: it could not
    finish with that alone; `heard`: when the server knew that it ended."""

    step: Step
    visit: int
    opened: datetime
    opened_on: date
    opened_by: str | None
    period: int
    scope: Scope = ()
    state: str = "open"
    assignee: str | None = None
    not_before: date | None = None
    item: Item | None = None
    came: bool = False
    held_up: bool = False
    done_on: date | None = None
    done_at: datetime | None = None
    ended: datetime | None = None
    heard: datetime | None = None
    waits_for: str | None = None
    lacks: tuple[str, ...] = ()
    early: bool = False
    auto: bool = False
    refused: str | None = None
    extended_to: date | None = None
    extended: str | None = None
    escalated_on: date | None = None

    @property
    def key(self) -> str:
        return f"{self.step.name}#{self.visit}"


@dataclass(slots=True)
class Pin:
    """A conflict of one visit's decision: the decision that stays, and how it was resolved."""

    event: Event
    pinned: Decision
    resolution: str | None = None
    reason: str | None = None
    by: str | None = None
    passed: bool = False


@dataclass(slots=True)
class Decided:
    """The decision of a visit as it changes: what holds now, what the rules say, which pin holds it, the newest
    word the server had by then."""

    now: Decision
    rules: Decision
    scope: Scope = ()
    told: datetime | None = None
    pin: int | None = None
    past: list[Decision] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Join:
    """A step that waits until the fork it gathers is quiet (None: nothing to wait for)."""

    step: Step
    by: str
    fork: str | None
    outer: Scope
    anew: bool


class Run:
    """One walk. The modules `fold_*` read and change it; only `fold` makes one."""

    def __init__(
        self,
        case_plan: Plan,
        calendar: Calendar,
        ordered: Ordered,
        given: Mapping[str, Value],
        pins: dict[str, list[Pin]],
    ) -> None:
        self.plan = case_plan
        self.calendar = calendar
        self.ordered = ordered
        self.facts = Facts(case_plan, self._engine)
        self.facts.given.update(given)
        self.visits: list[OpenVisit] = []
        self.open: list[OpenVisit] = []
        self.of: dict[str, list[OpenVisit]] = {}
        self.decided: dict[str, Decided] = {}
        self.pins = pins
        self.pool: list[Item] = []
        self.confirms: list[Item] = []
        self.queue: deque[OpenVisit] = deque()
        self.joins: list[Join] = []
        self.notices: dict[Notice, None] = {}
        self.raised: set[str] = set()
        self.asked: dict[str, list[Value]] = {}
        self.papers: list[Paper] = []
        self.documents: dict[tuple[str, int, str], str] = {}
        self.reports: list[Report] = []
        self.records: dict[str, tuple[str, list[dict[str, object]]]] = {}
        self.tasks: dict[str, dict[str, object]] = {}
        self.assignees: dict[str, str] = {}
        self.manager: str | None = None
        self.begun = "report"
        self.clocks: list[datetime | None] = [None]
        self.stops: list[Stop] = []
        self.stopped: datetime | None = None
        self.opened_on: date | None = None
        self.closed: tuple[date, str] | None = None
        self.closed_heard: datetime | None = None
        self.held: tuple[str, str] | None = None
        self.day = date.min
        self.moment = datetime.min.replace(tzinfo=calendar.tz)
        self.heard = self.told = self.moment

    def begin(self, item: Item) -> None:
        """From here on it is the day of this item; when the server `heard` (first) and was `told` (last) only grow."""
        self.day, self.moment = item.day, item.moment
        if item.first > self.heard:
            self.heard = item.first
        if item.newest > self.told:
            self.told = item.newest

    def notice(self, code: str, to: str | None, **args: str) -> None:
        self.notices.setdefault(Notice(code, self.day.isoformat(), to, tuple(sorted(args.items()))))

    def ignored(self, item: Item) -> None:
        """An act that fits nothing any more: kept, shown, without effect."""
        self.notice("notice.act_ignored", SUPERVISOR, step=item.event.step or "", act=item.event.type)

    def look(self) -> None:
        """Rules are asked on the day of the walk, with the case's facts alone."""
        self.facts.look_from(None, {}, NOWHERE, self.day, self.moment)

    def look_from(self, visit: OpenVisit) -> None:
        """Rules are asked on the day of the form that completes a visit, its own answers first (ruling 8)."""
        item = visit.item
        if item is None:
            self.look()
            return
        form = item.event.form or visit.step.form or visit.step.name
        self.facts.look_from(form, item.answers, source(item), item.day, item.moment)

    def latest(self, step: str) -> OpenVisit | None:
        visits = self.of.get(step)
        return visits[-1] if visits else None

    def open_visit(self, step: str, number: object = None) -> OpenVisit | None:
        """The open visit of a step; None also when it is not the one of that number."""
        return next((v for v in self.open if v.step.name == step and number in (None, v.visit)), None)

    def stuck(self, fork: str | None = None) -> bool:
        """Whether the case, or a branch of a fork, waits for a supervisor because no single rule holds."""
        return any(d.now.kind == "stuck" and fork in (None, *d.scope) for d in self.decided.values())

    def _engine(self, subject: str, name: str) -> Value:
        """`${kasus#…}` and `${s06#…}`; blank for anything else."""
        if subject == CASE:
            return self._case_engine(name)
        visits = self.of.get(subject, [])
        if name == "visits":
            return len(visits)
        if not visits:
            return ""
        if name == "status":
            return visits[-1].state
        if name == "opened_on":
            return visits[-1].opened_on
        if name == "done_on":
            return next((visit.done_on for visit in reversed(visits) if visit.done_on), "")
        return ""

    def _case_engine(self, name: str) -> Value:
        if name == "langkah_layanan_terbuka":
            return sum(visit.step.clock == "service" for visit in self.open)
        if name == "langkah_terbuka":
            return len(self.open)
        if self.opened_on is None:
            return ""
        if name == "hari_kerja_berjalan":
            start = self.clocks[-1]
            return self.calendar.as_of(self.heard).working_days_between(start.date(), self.day) if start else ""
        if name == "hari_berjalan":
            return (self.day - self.opened_on).days
        return self.opened_on if name == "dibuka" else ""


def source(item: Item) -> Source:
    """Where the answers of an item came from."""
    return Source(item.event.form, item.event.instance_id, item.day.isoformat())
