"""Forms and acts find their steps: placing, completing, confirming, finishing."""

from dataclasses import replace

from forms.values import text
from server.sop import fold_papers
from server.sop.fold_decisions import decide_visit
from server.sop.fold_records import of_form
from server.sop.fold_run import SUPERVISOR, OpenVisit, Run, source
from server.sop.fold_visits import open_step
from server.sop.order import Item
from server.sop.state import Report


def submission(run: Run, item: Item) -> None:
    """A form: it opens the case, completes a step, is another report, tells facts only, or waits."""
    event = item.event
    form = event.form or ""
    if run.opened_on is None and item is run.ordered.opening:
        run.opened_on = item.day
        start = run.plan.steps.get(run.plan.starts.get(form, ""))
        if start:
            open_step(run, start.step, None)
            run.queue.pop()
    report = form in run.plan.opens and run.opened_on is not None
    if report:
        run.reports.append(Report(item.instance, form, item.day.isoformat(), event.id))
    if place(run, item):
        return
    if report:
        run.facts.learn_blank(form, item.answers, source(item))
        of_form(run, item)
    elif form not in run.plan.takes and form in run.plan.aliases and run.opened_on and _tells(run, form):
        run.facts.learn(form, item.answers, source(item))
        of_form(run, item)
    else:
        run.pool.append(item)


def _tells(run: Run, form: str) -> bool:
    """Whether a form no step takes is heard: while the case is open, or always where it is a record (44)."""
    return not run.closed or form in run.plan.records


def start_at(run: Run, item: Item) -> None:
    """A case taken over while running (ruling 43) or moved here (29): open where it stands."""
    data = item.event.data
    if run.opened_on is not None:
        if item.event.case:
            run.facts.learn_blank("", item.answers, source(item))
        else:
            run.ignored(item)
        return
    run.opened_on = item.day
    run.begun = "move" if data.get("fromCase") else "import"
    run.facts.learn("", item.answers, source(item))
    if data.get("corrected"):
        run.notice("notice.corrected_before", SUPERVISOR, questions=text(data["corrected"]))
    names = data.get("steps") or [item.event.step]
    for name in names if isinstance(names, list | tuple) else ():
        if isinstance(name, str) and name in run.plan.steps:
            open_step(run, run.plan.steps[name].step, None)


def place(run: Run, item: Item) -> bool:
    """Gives a form or an act to the open visit that waits for it; False when there is none."""
    if run.opened_on is None or item.day < run.opened_on:
        return False
    for visit in run.open:
        if not visit.came and _fits(run, visit, item):
            complete(run, visit, item)
            return True
    return False


def _fits(run: Run, visit: OpenVisit, item: Item) -> bool:
    event = item.event
    if event.step and event.type == "decision":
        matches = event.step == visit.step.name
    else:
        matches = bool(event.form) and event.form == visit.step.form
    if not matches or run.opened_on is None or item.day < run.opened_on:
        return False
    return visit.visit == 1 or item.day >= visit.opened_on


def fill(run: Run, visit: OpenVisit) -> None:
    """Finishes an automatic visit, or gives it the first form that waited for it."""
    if visit.state != "open" or visit.came:
        return
    if run.plan.steps[visit.step.name].instant:
        visit.auto = True
        complete(run, visit, _shared(run, visit))
        return
    for item in run.pool:
        if _fits(run, visit, item):
            run.pool.remove(item)
            complete(run, visit, item)
            return


def _shared(run: Run, visit: OpenVisit) -> Item | None:
    """What completed the step an automatic one goes with: the one named, else the one before."""
    name = visit.step.same_as or (visit.opened_by or "").split("#")[0]
    return next((visit.item for visit in reversed(run.of.get(name, ())) if visit.item), None)


def complete(run: Run, visit: OpenVisit, item: Item | None) -> None:
    """What a visit waited for is there; it finishes once it is confirmed (ruling 11) and its papers are there."""
    visit.item = item
    visit.came = True
    if item is not None and not visit.auto:
        if visit.not_before and item.day < visit.not_before:
            visit.early = True
            run.notice("notice.early", visit.step.role, step=visit.step.name, day=visit.not_before.isoformat())
        run.facts.learn(visit.step.form or visit.step.name, item.answers, source(item))
        of_form(run, item)
    if visit.step.name in run.plan.blocking:
        fold_papers.draft(run, visit, finished=False)
        visit.lacks = fold_papers.missing(run, visit)
        visit.held_up = bool(visit.lacks)
    if visit.step.confirm_by and not visit.auto:
        visit.waits_for = visit.step.confirm_by
        visit.held_up = True
        _take_confirm(run, visit)
    else:
        _finish_if_ready(run, visit)


def recheck(run: Run) -> bool:
    """Finishes the visits whose last paper has come; whether there was one."""
    before = len(run.open)
    for visit in [visit for visit in run.open if visit.lacks]:
        visit.lacks = fold_papers.missing(run, visit)
        _finish_if_ready(run, visit)
    return len(run.open) < before


def _finish_if_ready(run: Run, visit: OpenVisit) -> None:
    if visit.waits_for or visit.lacks:
        return
    item = None if visit.held_up else visit.item
    visit.state = "done"
    run.open.remove(visit)
    visit.done_on = item.day if item else run.day
    visit.done_at = item.moment if item else run.moment
    visit.ended = run.moment
    visit.heard = run.heard
    run.look_from(visit)
    decide_visit(run, visit)
    fold_papers.draft(run, visit, finished=True)
    run.look()


# ---------------------------------------------------------------------- confirmations


def confirm(run: Run, item: Item) -> None:
    """A role's word on a finished form, or a supervisor's on every decision taken on an uncertain age."""
    if item.event.data.get("about") == "age":
        _confirm_age(run, item)
        return
    for visit in run.open:
        if visit.waits_for and visit.step.name == item.event.step:
            _heed(run, visit, item)
            return
    run.confirms.append(item)


def _confirm_age(run: Run, item: Item) -> None:
    """Counts for the decisions the server knew of when the word was given; later ones need their own."""
    if not says_yes(item.event.data.get("ok", True)):
        return
    for decided in run.decided.values():
        if decided.now.uncertain and decided.told and decided.told <= item.first:
            decided.now = replace(decided.now, confirmed_by=item.event.actor or "")


def _take_confirm(run: Run, visit: OpenVisit) -> None:
    for item in run.confirms:
        if item.event.step == visit.step.name and visit.item and item.first >= visit.item.first:
            run.confirms.remove(item)
            _heed(run, visit, item)
            return


def _heed(run: Run, visit: OpenVisit, item: Item) -> None:
    """A yes finishes the visit; a no opens it again, unless the form was edited since (ruling 11)."""
    if says_yes(item.event.data.get("ok", True)):
        visit.waits_for = None
        _finish_if_ready(run, visit)
    elif visit.item and visit.item.newest <= item.first:
        visit.item = None
        visit.came = False
        visit.lacks = ()
        visit.waits_for = None
        visit.refused = text(item.event.data.get("reason", ""))
        run.queue.append(visit)


def says_yes(value: object) -> bool:
    """A yes/no in the data of an event: JSON true or false, or the words a form would give."""
    return value if isinstance(value, bool) else text(value).casefold() not in ("", "no", "tidak", "false", "0")
