"""Acts on the case as a whole: closing, reopening, pausing, people, free tasks, and time itself."""

from collections.abc import Mapping

from forms.renames import with_new_names
from forms.values import text
from server.sop.events import Event
from server.sop.facts import Source
from server.sop.fold_clock import wait_end
from server.sop.fold_run import SUPERVISOR, Run
from server.sop.fold_steps import complete
from server.sop.fold_visits import open_step, withdraw
from server.sop.order import Item

MOVED = "pindah_layanan"
MERGED = "digabung"
OTHER = "lain"


def close(run: Run, reason: str) -> None:
    """Ends the case; what is open is withdrawn. Also of a case whose report was rejected: it must end somehow."""
    for visit in list(run.open):
        withdraw(run, visit)
    run.joins.clear()
    run.held = None
    run.closed = (run.day, reason)
    run.closed_heard = run.heard


def close_by_hand(run: Run, item: Item) -> None:
    """A person closes the case, moves it to another service (29), or it went into another case (33)."""
    if item.event.type == "merge":
        close(run, MERGED)
    elif not run.closed:
        reason = MOVED if item.event.type == "move" else text(item.event.data.get("closeReason", ""))
        close(run, reason or OTHER)


def close_if_held(run: Run) -> None:
    """A closing that waited for the other branches (ruling 9)."""
    if run.held and not run.open and not run.closed and not run.stuck():
        close(run, run.held[0])


def reopen(run: Run, item: Item) -> None:
    """A new visit of the named step, whatever was done before; a closed case starts a new clock."""
    step = run.plan.steps.get(item.event.step or "")
    merged = run.closed is not None and run.closed[1] == MERGED
    if step is None or run.opened_on is None or merged:
        run.ignored(item)
        return
    if run.closed:
        run.closed = None
        run.clocks.append(run.moment if step.step.clock == "service" else run.clocks[-1])
    run.held = None
    open_step(run, step.step, None, anew=True)


def pause(run: Run, item: Item) -> None:
    if item.event.type == "pause":
        run.stopped = run.stopped or item.moment
    elif run.stopped:
        run.stops.append((run.stopped, item.moment))
        run.stopped = None


def assign(run: Run, event: Event) -> None:
    """Gives the case to a manager, or a step to an officer: they differ (ruling 41).

    What the workbook's `assign_by` says takes no case from whom a person gave it.
    """
    assignee = event.data.get("assignee")
    name = None if assignee is None else text(assignee)
    step = event.step or text(event.data.get("step", ""))
    if not step:
        if "by" not in event.data:
            run.manager = name
        elif name is None:
            told = {"question": text(event.data["by"]), "value": text(event.data.get("value", ""))}
            run.notice("notice.undivided", SUPERVISOR, **told)
        else:
            run.manager = run.manager or name
        return
    if name is None:
        run.assignees.pop(step, None)
    else:
        run.assignees[step] = name
    for visit in run.open:
        if visit.step.name == step:
            visit.assignee = name


def choose(run: Run, item: Item) -> None:
    """Of what two phones said differently, what a person says holds is the fact from here on."""
    listed = item.event.data.get("chosen")
    for one in listed if isinstance(listed, list | tuple) else ():
        if not isinstance(one, Mapping) or one.get("question") not in item.answers:
            continue
        form, question = text(one.get("form", "")), text(one["question"])
        answers = with_new_names(run.plan.sop.renames, form, {question: item.answers[question]})
        run.facts.learn(form, answers, Source(form, None, item.day.isoformat()))


def task(run: Run, item: Item) -> None:
    """A free task beside the steps (ruling 39)."""
    event, data = item.event, item.event.data
    if event.type == "task":
        run.tasks[event.id] = {
            "id": event.id,
            "text": text(data.get("text", "")),
            "assignee": data.get("assignee"),
            "due": text(data.get("due", "")) or None,
            "on": item.day.isoformat(),
            "done_on": None,
        }
    elif text(data.get("task", "")) in run.tasks:
        run.tasks[text(data["task"])]["done_on"] = item.day.isoformat()


def timer(run: Run, item: Item) -> None:
    """Time itself: a wait is over, or a deadline comes near. One that fits nothing any more says nothing.

    (A case that has moved on since the timer was planned gets another one from `server.sop.timers`.)
    """
    data = item.event.data
    visit = run.open_visit(item.event.step or "", data.get("visit"))
    if visit is None or visit.came:
        return
    kind = data.get("kind", "wait")
    if kind == "escalation" and not visit.escalated_on:
        visit.escalated_on = item.day
        to = visit.step.escalate_to or SUPERVISOR
        run.notice("notice.escalated", to, step=visit.step.name, visit=str(visit.visit))
    elif kind == "wait" and visit.step.kind == "wait":
        end = wait_end(run, visit)
        if end is None or item.moment >= end:
            complete(run, visit, item)
