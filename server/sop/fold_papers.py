"""Documents of a case: called for, issued, received, missing, held back."""

from dataclasses import replace

from forms.sop import Expression
from forms.sop import Paper as PaperRow
from forms.values import text
from server.sop.fold_run import OpenVisit, Run
from server.sop.order import Item
from server.sop.state import Paper

UNCERTAIN_AGE = "uncertain_age"
_NOW_THERE = {"out": frozenset({"issued"}), "in": frozenset({"issued", "received"})}


def document(run: Run, item: Item) -> None:
    """A document was issued, received or voided."""
    data = item.event.data
    visit = data.get("visit", 1)
    if isinstance(visit, int):
        key = (item.event.step or "", visit, text(data.get("document", "")))
        run.documents[key] = text(data.get("action") or "issued")


def draft(run: Run, visit: OpenVisit, *, finished: bool) -> None:
    """Calls for the outgoing documents of a visit: those it cannot finish without when its form has come."""
    rows = run.plan.papers.get(visit.step.name)
    if not rows:
        return
    drafted = {paper.document for paper in run.papers if (paper.step, paper.visit) == (visit.step.name, visit.visit)}
    for row in rows:
        in_time = finished or row.blocks == visit.step.name
        if in_time and row.name not in drafted and _wanted(run, row):
            run.papers.append(Paper(row.name, visit.step.name, visit.visit, run.day.isoformat()))


def missing(run: Run, visit: OpenVisit) -> tuple[str, ...]:
    """The documents a visit may not finish without and that are not there."""
    rows = run.plan.blocking.get(visit.step.name, ())
    return tuple(row.name for row in rows if _wanted(run, row) and not _there(run, row))


def _wanted(run: Run, row: PaperRow) -> bool:
    return row.required is True or (isinstance(row.required, Expression) and run.facts.holds(row.required))


def _there(run: Run, row: PaperRow) -> bool:
    there = _NOW_THERE[row.direction]
    if any(name == row.name and how in there for (_, _, name), how in run.documents.items()):
        return True
    if row.direction == "out":
        return False
    answer = run.facts.answer(row.name)
    if answer is not None:
        return answer not in ("", [], ())
    step = run.plan.steps.get(row.step)
    by_form = step is not None and bool(step.step.form) and not row.template
    return by_form and any(visit.came for visit in run.of.get(row.step, ()))


def papers(run: Run) -> tuple[Paper, ...]:
    """Every document called for, with whether it was issued and whether it is held (ruling 34)."""
    if not run.papers:
        return ()
    unsure: dict[str, bool] = {}
    so_far = False
    for key, decided in run.decided.items():
        so_far = so_far or (decided.now.uncertain and not decided.now.confirmed_by)
        unsure[key] = so_far
    shown = []
    for paper in run.papers:
        issued = run.documents.get(paper.key) == "issued"
        # A visit that waits for this very paper is not decided yet: everything before it counts.
        doubt = unsure.get(f"{paper.step}#{paper.visit}", so_far)
        held = UNCERTAIN_AGE if paper.document in run.plan.authority and doubt and not issued else None
        shown.append(replace(paper, issued=issued, held=held))
    return tuple(shown)
