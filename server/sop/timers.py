"""Time itself as events: waits that are over, deadlines that come near, daily alerts. Pure: now is given.

A `timer` event is written only when time drives something, with its planned moment in its id, so that asking
twice writes it once and replays agree (sop-engine.md 6, Deadlines).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from forms.sop import Sop
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.fold_run import SUPERVISOR
from server.sop.state import CaseState, Visit

MORNING = timedelta(minutes=5)
"""Daily alerts are asked this long after local midnight."""

WAIT, ESCALATION, ALERT = "wait", "escalation", "alert"


def due_timers(
    sop: Sop, case_id: str, state: CaseState, calendar: Calendar, now: datetime, *, events: Iterable[Event]
) -> tuple[Event, ...]:
    """The `timer` events that time has brought since the case was last folded, oldest first.

    state: the case as folded from `events`; now: the moment of asking, also when they count as received. A wait
    that ends may open steps whose own time has passed: ask again after folding what is returned.
    """
    if state.status == "closed" or state.paused:
        return ()
    before = list(events)
    made = []
    for visit in state.visits:
        for kind, planned in _planned(sop, visit, calendar):
            if planned <= now:
                made.append(_timer(sop, case_id, visit, kind, planned, now))
    made.sort(key=lambda event: (event.effective, event.id))
    alert = _daily(sop, case_id, calendar, now, [*before, *made])
    known = {event.id for event in before}
    return tuple(event for event in (*made, *alert) if event.id not in known)


def next_timer(sop: Sop, state: CaseState, calendar: Calendar, after: datetime) -> datetime | None:
    """When `due_timers` may next give something; None: never, as the case stands. May lie before `after`."""
    if state.status == "closed" or state.paused:
        return None
    moments = [planned for visit in state.visits for _, planned in _planned(sop, visit, calendar)]
    if any(alert.at == "daily" for alert in sop.alerts):
        today = calendar.start_of(calendar.day(after)) + MORNING
        moments.append(today if after < today else today + timedelta(days=1))
    return min(moments, default=None)


def _planned(sop: Sop, visit: Visit, calendar: Calendar) -> list[tuple[str, datetime]]:
    """What time will do to an open visit nobody has acted on, and when."""
    if visit.state != "open" or visit.waits_for or visit.lacks:
        return []
    found = []
    step = sop.step(visit.step)
    if step and step.kind == "wait":
        if visit.not_before and visit.extended is None:
            found.append((WAIT, calendar.start_of(date.fromisoformat(visit.not_before))))
        elif visit.due_at:
            found.append((WAIT, datetime.fromisoformat(visit.due_at)))
    if visit.escalate_at:
        found.append((ESCALATION, datetime.fromisoformat(visit.escalate_at)))
    return found


def _timer(sop: Sop, case_id: str, visit: Visit, kind: str, planned: datetime, now: datetime) -> Event:
    data: dict[str, object] = {"kind": kind, "visit": visit.visit, "planned": planned.isoformat()}
    step = sop.step(visit.step)
    if kind == ESCALATION:
        data["to"] = (step.escalate_to if step else "") or SUPERVISOR
    key = f"timer:{case_id}:{visit.step}:{visit.visit}:{kind}:{planned.isoformat()}"
    return Event(str(uuid5(NAMESPACE_URL, key)), "timer", planned, now, step=visit.step, data=data)


def _daily(sop: Sop, case_id: str, calendar: Calendar, now: datetime, events: list[Event]) -> tuple[Event, ...]:
    """The alert event of today, where a daily alert begins to hold: a quiet day leaves no trace."""
    planned = calendar.start_of(calendar.day(now)) + MORNING
    if now < planned or not any(alert.at == "daily" for alert in sop.alerts):
        return ()
    key = f"timer:{case_id}:{ALERT}:{planned.isoformat()}"
    data = {"kind": ALERT, "planned": planned.isoformat()}
    asked = Event(str(uuid5(NAMESPACE_URL, key)), "timer", planned, now, data=data)
    before = _alerts(fold(sop, events, calendar))
    return (asked,) if _alerts(fold(sop, [*events, asked], calendar)) - before else ()


def _alerts(state: CaseState) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    return {(notice.on, notice.args) for notice in state.notices if notice.code == "notice.alert"}
