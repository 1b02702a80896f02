"""The state that follows from a walk."""

from datetime import date

from forms.entities import short_label
from forms.expression import string
from server.sop.clock import Stop
from server.sop.facts import plain
from server.sop.fold_clock import due, escalates, service, stops
from server.sop.fold_papers import papers
from server.sop.fold_pins import open_conflicts
from server.sop.fold_run import SUPERVISOR, OpenVisit, Run
from server.sop.order import Item
from server.sop.state import CaseState, Record, Visit, Waiting


def result(run: Run) -> CaseState:
    """The state of the case at the end of the walk."""
    _last_notices(run)
    stopped = stops(run)
    visits = tuple(_visit(run, visit, stopped) for visit in run.visits)
    service_due, service_done = service(run, stopped)
    open_due = min((v.due_at for v in visits if v.state == "open" and v.due_at), default=None)
    due_at = service_due if service_done is None and run.begun != "import" else open_due
    sop = run.plan.sop
    clock = run.clocks[-1]
    return CaseState(
        sop=sop.sop_id,
        version=sop.version,
        label=_label(run),
        status="closed" if run.closed else "open",
        opened_on=(run.opened_on or run.ordered.since or date.min).isoformat(),
        closed_on=run.closed[0].isoformat() if run.closed else None,
        close_reason=run.closed[1] if run.closed else None,
        due_at=None if run.closed or run.stopped else due_at,
        clock_started=clock.isoformat() if clock else None,
        paused=run.stopped is not None,
        manager=run.manager,
        facts=run.facts.all(),
        visits=visits,
        decisions=tuple(d for decided in run.decided.values() for d in (*decided.past, decided.now)),
        waiting=tuple(_waiting(run, item) for item in run.pool),
        conflicts=open_conflicts(run),
        notices=tuple(run.notices),
        tasks=tuple(run.tasks.values()),
        papers=papers(run),
        service_due_at=service_due,
        service_done_on=service_done,
        held_close=run.held[0] if run.held else None,
        reports=tuple(run.reports),
        records=tuple(Record(name, kind, tuple(entries)) for name, (kind, entries) in run.records.items()),
        begun=run.begun,
    )


def _last_notices(run: Run) -> None:
    for item in run.ordered.odd:
        run.notice("notice.device_clock", SUPERVISOR, form=item.event.form or "", day=item.day.isoformat())
    for item in run.confirms:
        run.ignored(item)
    stuck = [decided.now for decided in run.decided.values() if decided.now.kind == "stuck"]
    for decision in stuck:
        count = sum(tried.holds for tried in decision.tried)
        run.notice("notice.stuck", SUPERVISOR, step=decision.step, rules=str(count))
    if run.held:
        run.notice("notice.close_held", SUPERVISOR, reason=run.held[0])
    if run.opened_on and not run.closed and not run.open and not stuck:
        run.notice("notice.nothing_open", SUPERVISOR)


def _visit(run: Run, visit: OpenVisit, stopped: tuple[Stop, ...]) -> Visit:
    due_at = due(run, visit, stopped)
    escalate_at = escalates(run, visit, stopped, due_at)
    item = visit.item
    step = visit.step
    is_open = visit.state == "open"
    late = False
    if due_at and visit.done_on and visit.done_at:
        late = visit.done_at > due_at if step.limit_unit in ("minute", "hour") else visit.done_on > due_at.date()
    return Visit(
        step=step.name,
        visit=visit.visit,
        state=visit.state,
        opened_at=visit.opened.isoformat(),
        opened_on=visit.opened_on.isoformat(),
        form=step.form or None,
        role=step.role or None,
        assignee=visit.assignee,
        due_at=due_at.isoformat() if due_at else None,
        estimate=bool(due_at) and is_open and run.calendar.is_estimate(due_at or visit.opened),
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
        refused=visit.refused if is_open and not visit.waits_for else None,
        gap_days=max((item.recorded - item.day).days, 0) if item else 0,
        lacks=visit.lacks,
        escalate_at=escalate_at.isoformat() if escalate_at else None,
        escalated_on=visit.escalated_on.isoformat() if visit.escalated_on else None,
        extended=visit.extended,
    )


def _waiting(run: Run, item: Item) -> Waiting:
    form = item.event.form or item.event.step or ""
    return Waiting(item.instance, form, item.day.isoformat(), _why_waiting(run, item))


def _why_waiting(run: Run, item: Item) -> str:
    if run.opened_on is None:
        return "no_intake"
    if item.day < run.opened_on:
        return "before_opening"
    steps = (item.event.step,) if item.event.step else run.plan.takes.get(item.event.form or "", ())
    if not steps:
        return "form_not_in_sop"
    done = any(visit.item for name in steps for visit in run.of.get(name or "", ()))
    if run.closed:
        return "already_done" if done else "case_closed"
    if done:
        return "already_done"
    return "stuck" if run.stuck() else "step_not_open"


def _label(run: Run) -> str:
    label = run.plan.sop.case_label
    shown = string(plain(run.facts.value_of(label))).strip() if label else ""
    return short_label(shown) or run.plan.sop.title
