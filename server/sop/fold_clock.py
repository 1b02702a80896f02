"""When things are due: the case's clock, pauses, waits and escalations (rulings 2, 14, 36)."""

from datetime import date, datetime

from forms.expression import boolean
from forms.sop import Expression
from server.sop.clock import Calendar, Stop
from server.sop.fold_run import OpenVisit, Run


def start_clock(run: Run) -> None:
    """The service clock starts with its step, the first one, or once its rule holds ("the file is complete").

    A rule whose value is a day starts it on that day: a correction of the report may say that the file has become
    complete since (001 B4), and counts itself on the day of the report.
    """
    if run.clocks[-1] is not None or run.opened_on is None:
        return
    start = run.plan.sop.clock_start
    if isinstance(start, Expression):
        value = run.facts.value_of(start)
        day = value.date() if isinstance(value, datetime) else value
        if isinstance(day, date):
            run.clocks[-1] = run.moment if day == run.day else run.calendar.start_of(max(day, run.opened_on))
        elif boolean(value):
            run.clocks[-1] = run.moment
        return
    anywhere = not start or run.begun == "import"  # a case taken over has passed its first step elsewhere
    first = next((v for v in run.visits if anywhere or v.step.name == start), None)
    if first:
        run.clocks[-1] = first.opened


def stops(run: Run) -> tuple[Stop, ...]:
    """Explicit pauses and the spans of steps whose clock is `pause`."""
    spans = [(visit.opened, visit.ended) for visit in run.visits if visit.step.clock == "pause" and visit.ended]
    return tuple(sorted([*run.stops, *spans]))


def standing(run: Run) -> bool:
    """Whether the clock stands now."""
    return run.stopped is not None or any(visit.step.clock == "pause" for visit in run.open)


def calendar_of_visit(run: Run, visit: OpenVisit) -> Calendar:
    """A finished visit keeps the calendar it ended under; an open one has the newest (ruling 36)."""
    return run.calendar if visit.heard is None else run.calendar.as_of(visit.heard)


def due(run: Run, visit: OpenVisit, stopped: tuple[Stop, ...]) -> datetime | None:
    """When a visit is due; None without a limit, before the clock has started and while it stands."""
    step = visit.step
    if visit.state == "open" and step.clock != "pause" and standing(run):
        return None
    calendar = calendar_of_visit(run, visit)
    if visit.extended_to:
        return calendar.end_of(visit.extended_to)
    if step.limit is None:
        # A visit planned for a day is due on it (003 s11: every `interval_monitoring` days).
        return calendar.end_of(visit.not_before) if visit.not_before else None
    start = _limit_start(run, visit, calendar)
    return calendar.due(start, step.limit, step.limit_unit, stopped) if start else None


def _limit_start(run: Run, visit: OpenVisit, calendar: Calendar) -> datetime | None:
    if visit.step.limit_from == "clock":
        return run.clocks[visit.period]
    return calendar.end_of(visit.not_before) if visit.not_before else visit.opened


def escalates(run: Run, visit: OpenVisit, stopped: tuple[Stop, ...], due_at: datetime | None) -> datetime | None:
    """When somebody above is told of an open visit: that share of its limit, or its end where it was put off."""
    step = visit.step
    if step.escalate_at is None or due_at is None or visit.came or visit.state != "open" or visit.escalated_on:
        return None
    if visit.extended_to or step.limit is None:
        return due_at
    start = _limit_start(run, visit, run.calendar)
    return run.calendar.partway(start, step.limit, step.limit_unit, step.escalate_at, stopped) if start else None


def wait_end(run: Run, visit: OpenVisit) -> datetime | None:
    """When a `wait` step is over: the morning of its day, or the end of its limit; None: a person ends it.

    Worked out under the calendar of the moment, so that a wait that is over stays over (ruling 36).
    """
    if visit.not_before and not visit.extended_to:
        return run.calendar.start_of(visit.not_before)
    if visit.extended_to:
        return run.calendar.end_of(visit.extended_to)
    calendar = run.calendar.as_of(run.heard)
    start = _limit_start(run, visit, calendar)
    if visit.step.limit is None or start is None:
        return None
    return calendar.due(start, visit.step.limit, visit.step.limit_unit, stops(run))


def service(run: Run, stopped: tuple[Stop, ...]) -> tuple[str | None, str | None]:
    """When the published service time ends, and the day service was done. An imported case has neither (43)."""
    if run.begun == "import":
        return None, None
    visits = [visit for visit in run.visits if visit.step.clock == "service"]
    last = len(run.clocks) - 1
    open_ = any(visit.state == "open" for visit in visits)
    done = [visit for visit in visits if visit.done_on and visit.period == last]
    stuck = any(
        d.now.kind == "stuck" and run.plan.steps[d.now.step].step.clock == "service" for d in run.decided.values()
    )
    finished = max(v.done_on for v in done if v.done_on).isoformat() if done and not open_ and not stuck else None
    start, limit = run.clocks[-1], run.plan.sop.service_time
    if start is None or limit is None:
        return None, finished
    calendar = run.calendar
    if finished:
        calendar = calendar.as_of(max(v.heard for v in done if v.heard))
    elif run.closed:
        calendar = calendar.as_of(run.closed_heard or run.heard)
    return calendar.due(start, limit, run.plan.sop.service_time_unit, stopped).isoformat(), finished
