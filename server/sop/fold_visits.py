"""Opening and withdrawing visits of steps."""

from datetime import date

from forms.expression import number
from forms.sop import Step
from server.sop.fold_run import MOST_VISITS, SUPERVISOR, OpenVisit, Run, Scope

MOST_DAYS_AHEAD = 3_650


def open_step(run: Run, step: Step, by: str | None, scope: Scope = (), *, anew: bool = False) -> None:
    """Opens a visit, unless the step is open already, or done and not repeated (`anew`: whatever was)."""
    earlier = run.of.setdefault(step.name, [])
    if (earlier and run.open_visit(step.name)) or len(run.visits) >= MOST_VISITS:
        return
    if earlier and step.repeat == "once" and not anew:
        return
    visit = OpenVisit(step, len(earlier) + 1, run.moment, run.day, by, len(run.clocks) - 1, scope)
    visit.assignee = run.assignees.get(step.name)
    if step.not_before:
        days = number(run.facts.value_of(step.not_before))
        if days == days and days > 0:
            visit.not_before = date.fromordinal(run.day.toordinal() + int(min(days, MOST_DAYS_AHEAD)))
    if step.max_visits and visit.visit > step.max_visits:
        run.notice("notice.max_visits", SUPERVISOR, step=step.name, visit=str(visit.visit))
    earlier.append(visit)
    run.visits.append(visit)
    run.open.append(visit)
    run.queue.append(visit)
    run.facts.forget()


def withdraw(run: Run, visit: OpenVisit) -> None:
    """Takes an open visit back; what belongs to it stays on record."""
    visit.state = "withdrawn"
    visit.ended = run.moment
    visit.heard = run.heard
    visit.waits_for = None
    visit.lacks = ()
    run.open.remove(visit)
    run.facts.forget()


def branch(run: Run, key: str, targets: set[str]) -> list[OpenVisit]:
    """The open visits that came of a decision, through whatever was done since."""
    keys = {key}
    found = []
    for visit in run.visits:
        if visit.opened_by in keys and (visit.opened_by != key or visit.step.name in targets):
            keys.add(visit.key)
            if visit.state == "open":
                found.append(visit)
    return found
