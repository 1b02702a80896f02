"""The fold: an SOP, the events of a case and the calendar give the state of the case. Pure.

The same events in any order of arrival give the same state. Meaning: sop-engine.md section 6 as amended
by rulings 1-17 and 27-44. A state that a late fact changed after somebody acted is protected by `conflict`
events, which `server.sop.settle` writes.

    fold_run        what a walk knows            fold_visits     opening and withdrawing
    fold_steps      forms find their steps       fold_decisions  what follows from a finished step
    fold_pins       conflicts that hold          fold_turns      overrides, resolutions
    fold_papers     documents                    fold_records    referrals and stays
    fold_acts       closing, people, time        fold_clock      deadlines
    fold_result     the state
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from forms.expression import Expression
from forms.renames import with_new_names
from forms.sop import Alert, Sop
from forms.values import Value
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.fold_acts import assign, choose, close_by_hand, close_if_held, pause, reopen, task, timer
from server.sop.fold_clock import start_clock
from server.sop.fold_decisions import open_joins
from server.sop.fold_papers import document
from server.sop.fold_pins import pins_of
from server.sop.fold_records import record
from server.sop.fold_result import result
from server.sop.fold_run import Run
from server.sop.fold_steps import confirm, fill, place, recheck, start_at, submission
from server.sop.fold_turns import override, resolve
from server.sop.order import Item, canonical
from server.sop.plan import plan
from server.sop.state import CaseState


def fold(sop: Sop, events: Iterable[Event], calendar: Calendar, given: Mapping[str, Value] | None = None) -> CaseState:
    """The state of a case after these events.

    sop: the version the case is pinned to; calendar: the office's days (`clock.Calendar`); given: facts
    that hold whatever the forms say (the column `fakta:name` of `tests`). Raises nothing for strange
    events: what cannot be placed is listed in `waiting` or as a notice.
    """
    case_plan = plan(sop)
    if sop.renames:
        events = [replace(e, answers=with_new_names(sop.renames, e.form or "", e.answers)) for e in events]
    ordered = canonical(events, calendar, case_plan.opens)
    run = Run(case_plan, calendar, ordered, given or {}, pins_of(ordered))
    for item in ordered.items:
        run.begin(item)
        take = _TAKES.get(item.event.type)
        if take:
            take(run, item)
        _settle(run)
        _alert(run, item)
    return result(run)


def _decision(run: Run, item: Item) -> None:
    if not place(run, item):
        run.pool.append(item)


_TAKES: Mapping[str, Callable[[Run, Item], None]] = {
    "submission": submission,
    "submission_edit": submission,
    "decision": _decision,
    "timer": timer,
    "confirm": confirm,
    "override": override,
    "resolve": resolve,
    "choose": choose,
    "assign": lambda run, item: assign(run, item.event),
    "pause": pause,
    "resume": pause,
    "close": close_by_hand,
    "move": close_by_hand,
    "merge": close_by_hand,
    "reopen": reopen,
    "start_at": start_at,
    "task": task,
    "task_done": task,
    "document": document,
    "record": record,
}


def _settle(run: Run) -> None:
    """Everything that follows by itself: papers that came, waiting forms, automatic steps, joins, a held close."""
    run.look()
    while True:
        while run.queue:
            fill(run, run.queue.popleft())
        if run.plan.blocking and recheck(run):
            continue
        if not run.joins or not open_joins(run):
            break
    close_if_held(run)
    start_clock(run)


def _alert(run: Run, item: Item) -> None:
    """Puts the case in front of a person when a rule of the `alerts` sheet begins to hold; daily ones by timer."""
    if run.opened_on is None:
        return
    _ask(run, run.plan.alerts)
    if run.plan.daily and item.event.type == "timer" and item.event.data.get("kind") == "alert":
        _ask(run, run.plan.daily)


def _ask(run: Run, alerts: tuple[tuple[Alert, Expression, bool], ...]) -> None:
    for alert, when, timed in alerts:
        values = [run.facts.lookup(name) for name in when.names]
        if not timed and values == run.asked.get(alert.name):
            continue
        run.asked[alert.name] = values
        if not run.facts.holds(when):
            run.raised.discard(alert.name)
        elif alert.name not in run.raised:
            run.raised.add(alert.name)
            run.notice("notice.alert", alert.to, alert=alert.name)
