"""The fold: an SOP, the events of a case and the calendar give the state of the case. Pure.

The same events in any order of arrival give the same state. Meaning: sop-engine.md section 6 as amended
by rulings 1-17, 34 and 35. A state that a late fact changed after somebody acted is protected by
`conflict` events, which `server.sop.settle` writes.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from forms.expression import number, string
from forms.sop import CASE, CLOSE, END_BRANCH, Expression, Sop, Step
from forms.values import Value, text
from server.sop.clock import Calendar, Stop
from server.sop.decide import decide
from server.sop.events import Event
from server.sop.facts import NOWHERE, Facts, Source, plain
from server.sop.order import Item, Ordered, canonical
from server.sop.plan import Plan, StepPlan, plan
from server.sop.state import (
    CaseState,
    Conflict,
    Decision,
    Notice,
    Paper,
    Visit,
    Waiting,
    decision_from_json,
)

MOST_VISITS = 5_000
"""Visits of one case after which the fold stops opening more: a loop without a person in it."""
SUPERVISOR = "supervisor"


def fold(sop: Sop, events: Iterable[Event], calendar: Calendar, given: Mapping[str, Value] | None = None) -> CaseState:
    """The state of a case after these events.

    sop: the version the case is pinned to; calendar: the office's days (`clock.Calendar`); given: facts
    that hold whatever the forms say (the column `fakta:name` of `tests`). Raises nothing for strange
    events: what cannot be placed is listed in `waiting` or as a notice.
    """
    case_plan = plan(sop)
    return _Run(case_plan, calendar, canonical(events, calendar, case_plan.opens), given or {}).state()


@dataclass(slots=True)
class _Open:
    """A visit while the case is being folded."""

    step: Step
    visit: int
    opened: datetime
    opened_on: date
    opened_by: str | None
    period: int
    state: str = "open"
    assignee: str | None = None
    not_before: date | None = None
    item: Item | None = None
    done_on: date | None = None
    done_at: datetime | None = None
    ended: datetime | None = None
    waits_for: str | None = None
    early: bool = False
    auto: bool = False
    refused: str | None = None

    @property
    def key(self) -> str:
        return f"{self.step.name}#{self.visit}"


@dataclass(slots=True)
class _Pin:
    """A conflict of one visit's decision: the decision that stays, and how it was resolved."""

    event: Event
    pinned: Decision
    resolution: str | None = None
    reason: str | None = None
    by: str | None = None
    passed: bool = False


@dataclass(slots=True)
class _Decided:
    """The decision of a visit as it changes: what holds now, what the rules say, which pin holds it."""

    now: Decision
    rules: Decision
    pin: int | None = None
    past: list[Decision] = field(default_factory=list)


class _Run:
    def __init__(self, case_plan: Plan, calendar: Calendar, ordered: Ordered, given: Mapping[str, Value]) -> None:
        self.plan = case_plan
        self.calendar = calendar
        self.ordered = ordered
        self.facts = Facts(case_plan, self._engine)
        self.facts.given.update(given)
        self.visits: list[_Open] = []
        self.open: list[_Open] = []
        self.of: dict[str, list[_Open]] = {}
        self.decided: dict[str, _Decided] = {}
        self.pool: list[Item] = []
        self.confirms: list[Item] = []
        self.queue: deque[_Open] = deque()
        self.joins: list[tuple[Step, str]] = []
        self.notices: dict[Notice, None] = {}
        self.raised: set[str] = set()
        self.asked: dict[str, list[Value]] = {}
        self.papers: list[Paper] = []
        self.issued: set[tuple[str, int, str]] = set()
        self.tasks: dict[str, dict[str, object]] = {}
        self.assignees: dict[str, str] = {}
        self.manager: str | None = None
        self.clocks: list[datetime | None] = [None]
        self.stops: list[Stop] = []
        self.stopped: datetime | None = None
        self.opened_on: date | None = None
        self.closed: tuple[date, str] | None = None
        self.closed_at: datetime | None = None
        self.held: tuple[str, str] | None = None
        self.day = date.min
        self.moment = datetime.min.replace(tzinfo=calendar.tz)
        self.pins = self._pins()

    # ------------------------------------------------------------------ the run

    def state(self) -> CaseState:
        for item in self.ordered.items:
            self.day, self.moment = item.day, item.moment
            self._take(item)
            self._settle()
        return self._result()

    def _take(self, item: Item) -> None:
        event = item.event
        match event.type:
            case "submission" | "submission_edit":
                self._form(item)
            case "decision" | "timer":
                if not self._place(item):
                    self.pool.append(item)
            case "confirm":
                self._confirm(item)
            case "override":
                self._override(item)
            case "resolve":
                self._resolve(item)
            case "assign":
                self._assign(event)
            case "pause" | "resume":
                self._pause(event.type == "pause", item)
            case "close" | "move":
                reason = "pindah_layanan" if event.type == "move" else text(event.data.get("closeReason", ""))
                self._close(reason or "lain")
            case "reopen":
                self._reopen(item)
            case "start_at":
                self._start_at(item)
            case "task" | "task_done":
                self._task(item)
            case "document":
                visit = event.data.get("visit", 1)
                if isinstance(visit, int):
                    self.issued.add((event.step or "", visit, text(event.data.get("document", ""))))

    def _settle(self) -> None:
        """Everything that follows by itself: waiting forms, automatic steps, joins, a held close, alerts."""
        self._look(NOWHERE)
        while self.queue or self.joins:
            while self.queue:
                self._fill(self.queue.popleft())
            if not self._join():
                break
        self._close_if_held()
        self._start_clock()
        self._alert()

    def _form(self, item: Item) -> None:
        form = item.event.form or ""
        if self.opened_on is None and item is self.ordered.opening:
            self.opened_on = item.day
            start = self.plan.steps.get(self.plan.starts.get(form, ""))
            if start:
                self._open(start.step, None)
                self.queue.pop()
        if form not in self.plan.takes and form in self.plan.aliases and self.opened_on and not self.closed:
            self.facts.learn(form, item.answers, _source(item))
        elif not self._place(item):
            self.pool.append(item)

    def _start_at(self, item: Item) -> None:
        """A case taken over while running (ruling 43): open where it stood."""
        if self.opened_on is not None:
            self._notice("notice.act_ignored", SUPERVISOR, step=item.event.step or "", act="start_at")
            return
        self.opened_on = item.day
        self.facts.learn("", item.answers, _source(item))
        names = item.event.data.get("steps") or [item.event.step]
        for name in names if isinstance(names, list | tuple) else ():
            if name in self.plan.steps:
                self._open(self.plan.steps[name].step, None)

    # ------------------------------------------------------------------ visits

    def _open(self, step: Step, by: str | None, *, anew: bool = False) -> None:
        """Opens a visit, unless the step is open already, or done and not repeated (`anew`: whatever was)."""
        if any(visit.step.name == step.name for visit in self.open) or len(self.visits) >= MOST_VISITS:
            return
        earlier = self.of.setdefault(step.name, [])
        if earlier and step.repeat == "once" and not anew:
            return
        visit = _Open(step, len(earlier) + 1, self.moment, self.day, by, len(self.clocks) - 1)
        visit.assignee = self.assignees.get(step.name)
        if step.not_before:
            days = number(self.facts.value_of(step.not_before))
            if days == days and days > 0:
                visit.not_before = date.fromordinal(self.day.toordinal() + int(min(days, 3_650)))
        if step.max_visits and visit.visit > step.max_visits:
            self._notice("notice.max_visits", SUPERVISOR, step=step.name, visit=str(visit.visit))
        earlier.append(visit)
        self.visits.append(visit)
        self.open.append(visit)
        self.queue.append(visit)
        self.facts.forget()

    def _withdraw(self, visit: _Open) -> None:
        visit.state = "withdrawn"
        visit.ended = self.moment
        visit.waits_for = None
        self.open.remove(visit)
        self.facts.forget()

    def _fill(self, visit: _Open) -> None:
        """Finishes an automatic visit, or gives it the first form that waited for it."""
        if visit.state != "open" or visit.item:
            return
        if self.plan.steps[visit.step.name].instant:
            visit.auto = True
            self._complete(visit, self._shared(visit))
            return
        for item in self.pool:
            if self._fits(visit, item):
                self.pool.remove(item)
                self._complete(visit, item)
                return

    def _shared(self, visit: _Open) -> Item | None:
        """What completed the step an automatic one goes with: the one named, else the one before."""
        name = visit.step.same_as or (visit.opened_by or "").split("#")[0]
        return next((visit.item for visit in reversed(self.of.get(name, ())) if visit.item), None)

    def _place(self, item: Item) -> bool:
        """Gives a form or an act to the open visit that waits for it; False when there is none."""
        if self.opened_on is None or item.day < self.opened_on:
            return False
        for visit in self.open:
            if not visit.item and self._fits(visit, item):
                self._complete(visit, item)
                return True
        return False

    def _fits(self, visit: _Open, item: Item) -> bool:
        event = item.event
        if event.step and event.type in ("decision", "timer"):
            matches = event.step == visit.step.name
        else:
            matches = bool(event.form) and event.form == visit.step.form
        if not matches or self.opened_on is None or item.day < self.opened_on:
            return False
        return visit.visit == 1 or item.day >= visit.opened_on

    def _complete(self, visit: _Open, item: Item | None) -> None:
        visit.item = item
        if item is not None and not visit.auto:
            if visit.not_before and item.day < visit.not_before:
                visit.early = True
                self._notice("notice.early", visit.step.role, step=visit.step.name, day=visit.not_before.isoformat())
            self.facts.learn(visit.step.form or visit.step.name, item.answers, _source(item))
        if visit.step.confirm_by and not visit.auto:
            visit.waits_for = visit.step.confirm_by
            self._take_confirm(visit)
        else:
            self._finish(visit)

    def _finish(self, visit: _Open) -> None:
        item = visit.item
        visit.state = "done"
        visit.waits_for = None
        self.open.remove(visit)
        confirmed = bool(visit.step.confirm_by) and not visit.auto
        visit.done_on = self.day if confirmed or item is None else item.day
        visit.done_at = self.moment if confirmed or item is None else item.moment
        visit.ended = self.moment
        self._look_from(visit)
        self._decide(visit)
        self._draft_papers(visit)
        self._look(NOWHERE)

    def _look_from(self, visit: _Open) -> None:
        item = visit.item
        if item is None:
            self._look(NOWHERE)
            return
        form = item.event.form or visit.step.form or visit.step.name
        self.facts.look_from(form, item.answers, _source(item), item.day, item.moment)

    def _look(self, source: Source) -> None:
        self.facts.look_from(None, {}, source, self.day, self.moment)

    # ------------------------------------------------------------------ confirmations

    def _confirm(self, item: Item) -> None:
        for visit in self.open:
            if visit.waits_for and visit.step.name == item.event.step:
                self._heed(visit, item)
                return
        self.confirms.append(item)

    def _take_confirm(self, visit: _Open) -> None:
        for item in self.confirms:
            if item.event.step == visit.step.name and visit.item and item.first >= visit.item.first:
                self.confirms.remove(item)
                self._heed(visit, item)
                return

    def _heed(self, visit: _Open, item: Item) -> None:
        """A yes finishes the visit; a no opens it again, unless the form was edited since (ruling 11)."""
        if boolean_of(item.event.data.get("ok", True)):
            self._finish(visit)
        elif visit.item and visit.item.newest <= item.first:
            visit.item = None
            visit.waits_for = None
            visit.refused = text(item.event.data.get("reason", ""))
            self.queue.append(visit)

    # ------------------------------------------------------------------ decisions

    def _decide(self, visit: _Open) -> None:
        step = self.plan.steps[visit.step.name]
        rules = self._by_rules(visit, step)
        decided = _Decided(rules, rules)
        self.decided[visit.key] = decided
        for pin in self.pins.get(visit.key, ()):
            if pin.pinned.kind == "rerouted" and set(pin.pinned.to) != set(rules.to):
                decided.past.append(replace(pin.pinned, kind="rule", superseded_by=pin.event.id))
        held = self._next_pin(visit.key, 0)
        if held is not None:
            decided.pin = held
            decided.now = self._pinned(visit.key, held, rules)
        self._go(decided.now)

    def _by_rules(self, visit: _Open, step: StepPlan) -> Decision:
        decided = decide(step, self.facts)
        outcome = decided.outcome
        item = visit.item
        event = item.event if item else None
        by = event.data.get("decidedBy") or event.actor if event and event.type == "decision" else None
        return Decision(
            step=visit.step.name,
            visit=visit.visit,
            routes=outcome.routes,
            to=outcome.to,
            on=self.day.isoformat(),
            event_id=event.id if event else "",
            kind=outcome.kind,
            source=outcome.source,
            interpretation=outcome.interpretation,
            by=text(by) if by else None,
            inputs=decided.inputs,
            tried=outcome.tried,
            what_if=outcome.what_if,
            close_reason=outcome.close_reason,
            uncertain=decided.uncertain,
            today=self.facts.today.isoformat(),
        )

    def _go(self, decision: Decision, *, anew: bool = False) -> None:
        """Opens what a decision leads to."""
        for name in decision.to:
            if name == CLOSE:
                self.held = (decision.close_reason or "", decision.key)
            elif name != END_BRANCH and name in self.plan.steps:
                step = self.plan.steps[name].step
                if step.join == "all" and not anew:
                    self.joins.append((step, decision.key))
                else:
                    self._open(step, decision.key, anew=anew)

    def _join(self) -> bool:
        """Opens the steps that wait for all branches, once none is open; whether one was opened."""
        if self.open or not self.joins:
            return False
        waiting, self.joins = self.joins, []
        for step, by in waiting:
            self._open(step, by)
        return bool(self.queue)

    # ------------------------------------------------------------------ conflicts and overrides

    def _pins(self) -> dict[str, list[_Pin]]:
        """The conflicts of each visit in the order they were received, with their resolutions."""
        pins: dict[str, list[_Pin]] = {}
        for event in self.ordered.conflicts:
            pinned = decision_from_json(event.data["pinned"])  # type: ignore[arg-type]
            if not event.data.get("acted", True):
                pinned = replace(pinned, kind="rerouted")
            pins.setdefault(pinned.key, []).append(_Pin(event, pinned))
        for item in self.ordered.items:
            if item.event.type == "resolve":
                self._note_resolution(pins, item.event)
        return pins

    def _note_resolution(self, pins: dict[str, list[_Pin]], event: Event) -> None:
        for key, of_visit in pins.items():
            if key.split("#")[0] != event.step:
                continue
            for pin in of_visit:
                real = pin.pinned.kind != "rerouted" and pin.resolution is None
                if real and pin.event.received_at <= event.received_at:
                    pin.resolution = text(event.data.get("resolution", "keep"))
                    pin.reason = text(event.data.get("reason", "")) or None
                    pin.by = event.actor

    def _next_pin(self, key: str, start: int) -> int | None:
        """The next conflict from `start` on that holds the decision of a visit."""
        of_visit = self.pins.get(key)
        if not of_visit:
            return None
        holds = [pin.pinned.kind != "rerouted" and not pin.passed for pin in of_visit]
        return next((i for i in range(start, len(holds)) if holds[i]), None)

    def _pinned(self, key: str, index: int, rules: Decision) -> Decision:
        """The decision a pin holds; the rules' own when both lead to the same."""
        pin = self.pins[key][index]
        if set(pin.pinned.to) == set(rules.to):
            return rules
        if pin.resolution != "keep":
            return replace(pin.pinned, kind="pinned", superseded_by=None)
        return replace(pin.pinned, kind="kept", reason=pin.reason, by=pin.by, superseded_by=None)

    def _resolve(self, item: Item) -> None:
        """Accepting a conflict withdraws the old branch and opens what the rules say (ruling 4)."""
        if item.event.data.get("resolution") != "accept":
            return
        for key, of_visit in self.pins.items():
            for pin in of_visit if key.split("#")[0] == item.event.step else ():
                pin.passed |= pin.resolution == "accept" and pin.event.received_at <= item.event.received_at
        for key, decided in self.decided.items():
            held = self.pins[key][decided.pin] if decided.pin is not None else None
            if key.split("#")[0] != item.event.step or held is None or held.resolution != "accept":
                continue
            if not held.passed:
                continue
            following = self._next_pin(key, (decided.pin or 0) + 1)
            decided.pin = following
            new = decided.rules if following is None else self._pinned(key, following, decided.rules)
            if set(new.to) != set(decided.now.to):
                self._replace(decided, replace(new, on=self.day.isoformat()), item.event.id)

    def _override(self, item: Item) -> None:
        """A person leads a case elsewhere: from a decision, from an open step, or to one more step."""
        event = item.event
        to = tuple(str(name) for name in _listed(event.data.get("to")))
        latest = next(reversed(self.of.get(event.step or "", [])), None)
        base = Decision(
            step=latest.step.name if latest else event.step or "",
            visit=latest.visit if latest else 0,
            routes=(),
            to=to,
            on=self.day.isoformat(),
            event_id=event.id,
            kind="override",
            reason=text(event.data.get("reason", "")) or None,
            by=event.actor,
            close_reason=text(event.data.get("closeReason", "")) or None,
        )
        decided = self.decided.get(latest.key) if latest else None
        if self.closed or self.opened_on is None or not to:
            self._notice("notice.act_ignored", SUPERVISOR, step=event.step or "", act="override")
        elif not event.step:
            self._go(base, anew=True)
        elif latest and latest.state == "open":
            self._withdraw(latest)
            self.decided[latest.key] = _Decided(base, base)
            self._go(base, anew=True)
        elif decided and self._may_turn(decided):
            self._replace(decided, replace(base, inputs=decided.now.inputs, tried=decided.now.tried), event.id)
        else:
            self._notice("notice.act_ignored", SUPERVISOR, step=event.step, act="override")

    def _may_turn(self, decided: _Decided) -> bool:
        """Ruling 13: while a target is still open, nothing was opened at all, or the closing is held."""
        key = decided.now.key
        waits = decided.now.kind == "stuck" or (self.held is not None and self.held[1] == key)
        return waits or any(visit.opened_by == key for visit in self.open)

    def _replace(self, decided: _Decided, new: Decision, by: str) -> None:
        """Another decision takes the place of the one that holds: open visits of its branch are withdrawn."""
        old = decided.now
        decided.past.append(replace(old, superseded_by=by))
        decided.now = new
        if self.held and self.held[1] == old.key:
            self.held = None
        self.joins = [(step, key) for step, key in self.joins if key != old.key]
        staying = set(new.to) & set(old.to)
        for visit in self._branch(old.key, set(old.to) - staying):
            self._withdraw(visit)
        self._go(replace(new, to=tuple(name for name in new.to if name not in staying)), anew=True)

    def _branch(self, key: str, targets: set[str]) -> list[_Open]:
        """The open visits that came of a decision, through whatever was done since."""
        keys = {key}
        found = []
        for visit in self.visits:
            if visit.opened_by in keys and (visit.opened_by != key or visit.step.name in targets):
                keys.add(visit.key)
                if visit.state == "open":
                    found.append(visit)
        return found

    # ------------------------------------------------------------------ closing, pausing, people

    def _close_if_held(self) -> None:
        if self.held and not self.open and not self.closed:
            self._close(self.held[0])

    def _close(self, reason: str) -> None:
        if self.closed or self.opened_on is None:
            return
        for visit in list(self.open):
            self._withdraw(visit)
        self.joins.clear()
        self.held = None
        self.closed = (self.day, reason)
        self.closed_at = self.moment

    def _reopen(self, item: Item) -> None:
        """A new visit of the named step, whatever was done before; a closed case starts a new clock."""
        step = self.plan.steps.get(item.event.step or "")
        if step is None or self.opened_on is None:
            self._notice("notice.act_ignored", SUPERVISOR, step=item.event.step or "", act="reopen")
            return
        if self.closed:
            self.closed = None
            self.clocks.append(self.moment if step.step.clock == "service" else self.clocks[-1])
        self.held = None
        self._open(step.step, None, anew=True)

    def _pause(self, begins: bool, item: Item) -> None:
        if begins:
            self.stopped = self.stopped or item.moment
        elif self.stopped:
            self.stops.append((self.stopped, item.moment))
            self.stopped = None

    def _assign(self, event: Event) -> None:
        assignee = event.data.get("assignee")
        name = None if assignee is None else text(assignee)
        step = event.step or text(event.data.get("step", ""))
        if not step:
            self.manager = name
            return
        if name is None:
            self.assignees.pop(step, None)
        else:
            self.assignees[step] = name
        for visit in self.open:
            if visit.step.name == step:
                visit.assignee = name

    def _task(self, item: Item) -> None:
        event, data = item.event, item.event.data
        if event.type == "task":
            self.tasks[event.id] = {
                "id": event.id,
                "text": text(data.get("text", "")),
                "assignee": data.get("assignee"),
                "due": text(data.get("due", "")) or None,
                "on": item.day.isoformat(),
                "done_on": None,
            }
        elif text(data.get("task", "")) in self.tasks:
            self.tasks[text(data["task"])]["done_on"] = item.day.isoformat()

    # ------------------------------------------------------------------ clock, alerts, papers

    def _start_clock(self) -> None:
        if self.clocks[-1] is not None or self.opened_on is None:
            return
        start = self.plan.sop.clock_start
        if isinstance(start, Expression):
            if self.facts.holds(start):
                self.clocks[-1] = self.moment
            return
        first = next((v for v in self.visits if not start or v.step.name == start), None)
        if first:
            self.clocks[-1] = first.opened

    def _alert(self) -> None:
        if self.opened_on is None:
            return
        for alert, when, timed in self.plan.alerts:
            values = [self.facts.lookup(name) for name in when.names]
            if not timed and values == self.asked.get(alert.name):
                continue
            self.asked[alert.name] = values
            if not self.facts.holds(when):
                self.raised.discard(alert.name)
            elif alert.name not in self.raised:
                self.raised.add(alert.name)
                self._notice("notice.alert", alert.to, alert=alert.name)

    def _draft_papers(self, visit: _Open) -> None:
        for row in self.plan.papers.get(visit.step.name, ()):
            if row.required is True or (isinstance(row.required, Expression) and self.facts.holds(row.required)):
                self.papers.append(Paper(row.name, visit.step.name, visit.visit, self.day.isoformat()))

    def _notice(self, code: str, to: str | None, **args: str) -> None:
        self.notices.setdefault(Notice(code, self.day.isoformat(), to, tuple(sorted(args.items()))))

    def _engine(self, subject: str, field: str) -> Value:
        """`${kasus#…}` and `${s06#…}`; blank for anything else."""
        if subject == CASE:
            return self._case_engine(field)
        visits = self.of.get(subject, [])
        if field == "visits":
            return len(visits)
        if not visits:
            return ""
        if field == "status":
            return visits[-1].state
        if field == "opened_on":
            return visits[-1].opened_on
        if field == "done_on":
            return next((visit.done_on for visit in reversed(visits) if visit.done_on), "")
        return ""

    def _case_engine(self, field: str) -> Value:
        if field == "langkah_layanan_terbuka":
            return sum(visit.step.clock == "service" for visit in self.open)
        if field == "langkah_terbuka":
            return len(self.open)
        if self.opened_on is None:
            return ""
        if field == "hari_kerja_berjalan":
            start = self.clocks[-1]
            return self.calendar.working_days_between(start.date(), self.day) if start else ""
        if field == "hari_berjalan":
            return (self.day - self.opened_on).days
        return self.opened_on if field == "dibuka" else ""

    # ------------------------------------------------------------------ the result

    def _result(self) -> CaseState:
        self._last_notices()
        stops = self._all_stops()
        visits = tuple(self._visit(visit, stops) for visit in self.visits)
        due, service_done = self._service(stops)
        open_due = min((v.due_at for v in visits if v.state == "open" and v.due_at), default=None)
        service_runs = service_done is None
        first = next((item.day for item in self.ordered.items), None)
        sop = self.plan.sop
        clock = self.clocks[-1]
        return CaseState(
            sop=sop.sop_id,
            version=sop.version,
            label=self._label(),
            status="closed" if self.closed else "open",
            opened_on=(self.opened_on or first or date.min).isoformat(),
            closed_on=self.closed[0].isoformat() if self.closed else None,
            close_reason=self.closed[1] if self.closed else None,
            due_at=None if self.closed or self.stopped else (due if service_runs else open_due),
            clock_started=clock.isoformat() if clock else None,
            paused=self.stopped is not None,
            manager=self.manager,
            facts=self.facts.all(),
            visits=visits,
            decisions=tuple(d for decided in self.decided.values() for d in (*decided.past, decided.now)),
            waiting=tuple(self._waiting(item) for item in self.pool),
            conflicts=self._conflicts(),
            notices=tuple(self.notices),
            tasks=tuple(self.tasks.values()),
            papers=tuple(replace(paper, issued=paper.key in self.issued) for paper in self.papers),
            service_due_at=due,
            service_done_on=service_done,
            held_close=self.held[0] if self.held else None,
        )

    def _last_notices(self) -> None:
        for item in self.ordered.odd:
            self._notice("notice.device_clock", SUPERVISOR, form=item.event.form or "", day=item.day.isoformat())
        for item in self.confirms:
            self._notice("notice.act_ignored", SUPERVISOR, step=item.event.step or "", act="confirm")
        stuck = [decided.now for decided in self.decided.values() if decided.now.kind == "stuck"]
        for decision in stuck:
            count = sum(tried.holds for tried in decision.tried)
            self._notice("notice.stuck", SUPERVISOR, step=decision.step, rules=str(count))
        if self.held:
            self._notice("notice.close_held", SUPERVISOR, reason=self.held[0])
        if self.opened_on and not self.closed and not self.open and not stuck:
            self._notice("notice.nothing_open", SUPERVISOR)

    def _all_stops(self) -> tuple[Stop, ...]:
        """Explicit pauses and the spans of steps whose clock is `pause`."""
        spans = [(visit.opened, visit.ended) for visit in self.visits if visit.step.clock == "pause" and visit.ended]
        return tuple(sorted([*self.stops, *spans]))

    def _standing(self) -> bool:
        return self.stopped is not None or any(visit.step.clock == "pause" for visit in self.open)

    def _service(self, stops: tuple[Stop, ...]) -> tuple[str | None, str | None]:
        """When the published service time ends, and the day service was done."""
        service = [visit for visit in self.visits if visit.step.clock == "service"]
        last = len(self.clocks) - 1
        open_ = any(visit.state == "open" for visit in service)
        done = [visit.done_on for visit in service if visit.done_on and visit.period == last]
        stuck = any(
            d.now.kind == "stuck" and self.plan.steps[d.now.step].step.clock == "service" for d in self.decided.values()
        )
        finished = max(done).isoformat() if done and not open_ and not stuck else None
        start, limit = self.clocks[-1], self.plan.sop.service_time
        if start is None or limit is None:
            return None, finished
        due = self.calendar.due(start, limit, self.plan.sop.service_time_unit, stops)
        return due.isoformat(), finished

    def _visit(self, visit: _Open, stops: tuple[Stop, ...]) -> Visit:
        due = self._due(visit, stops)
        item = visit.item
        step = visit.step
        late = False
        if due and visit.done_on and visit.done_at:
            late = visit.done_at > due if step.limit_unit in ("minute", "hour") else visit.done_on > due.date()
        return Visit(
            step=step.name,
            visit=visit.visit,
            state=visit.state,
            opened_at=visit.opened.isoformat(),
            opened_on=visit.opened_on.isoformat(),
            form=step.form or None,
            role=step.role or None,
            assignee=visit.assignee,
            due_at=due.isoformat() if due else None,
            estimate=bool(due) and visit.state == "open" and self.calendar.is_estimate(due or visit.opened),
            not_before=visit.not_before.isoformat() if visit.not_before else None,
            done_on=visit.done_on.isoformat() if visit.done_on else None,
            recorded_at=item.first.isoformat() if item else None,
            instance_id=item.event.instance_id if item else None,
            event_id=item.event.id if item else None,
            waits_for=visit.waits_for,
            late=late,
            early=visit.early,
            opened_by=visit.opened_by,
            clock=step.clock,
            auto=visit.auto,
            refused=visit.refused if visit.state == "open" and not visit.waits_for else None,
        )

    def _due(self, visit: _Open, stops: tuple[Stop, ...]) -> datetime | None:
        step = visit.step
        if visit.state == "open" and step.clock != "pause" and self._standing():
            return None
        if step.limit is None:
            # A visit planned for a day is due on it (003 s11: every `interval_monitoring` days).
            return self.calendar.end_of(visit.not_before) if visit.not_before else None
        start = self.clocks[visit.period] if step.limit_from == "clock" else visit.opened
        if start is None:
            return None
        if step.limit_from == "step" and visit.not_before:
            start = self.calendar.end_of(visit.not_before)
        return self.calendar.due(start, step.limit, step.limit_unit, stops)

    def _waiting(self, item: Item) -> Waiting:
        form = item.event.form or item.event.step or ""
        return Waiting(item.instance, form, item.day.isoformat(), self._why_waiting(item))

    def _why_waiting(self, item: Item) -> str:
        if self.opened_on is None:
            return "no_intake"
        if item.day < self.opened_on:
            return "before_opening"
        steps = (item.event.step,) if item.event.step else self.plan.takes.get(item.event.form or "", ())
        if not steps:
            return "form_not_in_sop"
        done = any(visit.item for name in steps for visit in self.of.get(name or "", ()))
        if self.closed:
            return "already_done" if done else "case_closed"
        if done:
            return "already_done"
        return "stuck" if any(d.now.kind == "stuck" for d in self.decided.values()) else "step_not_open"

    def _conflicts(self) -> tuple[Conflict, ...]:
        found = []
        for key, decided in self.decided.items():
            pin = self.pins[key][decided.pin] if decided.pin is not None else None
            if pin and pin.resolution is None and decided.now.kind == "pinned":
                found.append(Conflict(decided.now.step, decided.now.visit, decided.now, decided.rules, pin.event.id))
        return tuple(found)

    def _label(self) -> str:
        label = self.plan.sop.case_label
        shown = string(plain(self.facts.value_of(label))).strip() if label else ""
        return shown or self.plan.sop.title


def _source(item: Item) -> Source:
    return Source(item.event.form, item.event.instance_id, item.day.isoformat())


def _listed(value: Value) -> Iterable[Value]:
    return value if isinstance(value, list | tuple) else (value,) if value else ()


def boolean_of(value: Value) -> bool:
    """A yes/no in the data of an event: JSON true or false, or the words a form would give."""
    return value if isinstance(value, bool) else text(value).casefold() not in ("", "no", "tidak", "false", "0")
