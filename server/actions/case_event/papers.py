"""Documents by hand: received, issued, voided, kept after a second look, corrected (rulings 26, 30, 34, 35)."""

from collections.abc import Mapping

from forms.sop import Paper as PaperRow
from server.access import require
from server.actions import papers
from server.actions.case_event.acting import LONGEST, Act, Read
from server.actions.case_file import CaseFile
from server.problems import Problem
from server.store import Transaction

ACTIONS = ("received", "issued", "voided", "kept", "corrected")
MOST_CHANGES = 50


def document(act: Act) -> Read:
    """An act on one document of the SOP; `action` says which."""
    row = next((paper for paper in act.file.sop.sop.documents if paper.name == act.needed("document")), None)
    if row is None:
        raise Problem("request.bad_value", field="document", value=act.text("document")[:100], reason="-")
    action = act.one_of("action", ACTIONS)
    step, visit = _place(act, row)
    data: dict[str, object] = {"document": row.name, "visit": visit}
    if action == "received":
        data |= _received(act, row)
    elif action == "issued":
        data |= _issued(act, row, step, visit)
    else:
        data |= _looked_at(act, row, step, visit, action)
    return step, {}, data


def _place(act: Act, row: PaperRow) -> tuple[str, int]:
    """The step visit a paper belongs to: its own step's latest, where nothing else is said."""
    step = act.step().name if act.text("step") else row.step
    latest = act.state.visit(step)
    visit = act.body.get("visit", latest.visit if latest else 1)
    if isinstance(visit, str) and visit.isdecimal() and len(visit) < 5:
        visit = int(visit)
    if not isinstance(visit, int) or isinstance(visit, bool) or visit < 1:
        raise Problem("request.bad_type", field="visit", value=str(visit)[:100], expected="1, 2, …")
    return step, visit


def _received(act: Act, row: PaperRow) -> dict[str, object]:
    if row.direction != "in":
        raise Problem("case.paper_direction", document=row.labels.get("id", row.name))
    act.day = act.past_day("on")
    return {"action": "received", **_said(act)}


def _issued(act: Act, row: PaperRow, step: str, visit: int) -> dict[str, object]:
    """Writes the letter, or notes that it was written outside with its number."""
    if row.direction != "out":
        raise Problem("case.paper_direction", document=row.labels.get("id", row.name))
    _refuse_held(act, row, step, visit)
    data = {"action": "issued", **_said(act)}
    if act.text("number"):
        act.day = act.past_day("on")
        return {**data, "number": act.text("number")}
    if not papers.is_drawn(act.file, row.name):
        raise Problem("case.paper_by_hand", document=row.labels.get("id", row.name))
    if act.state.visit(step, visit) is None:
        raise Problem("case.step_not_open", step=step)

    today = act.today

    def write(tx: Transaction, file: CaseFile) -> None:
        if papers.standing(tx, file, step, visit, row.name) is None:
            papers.issue_one(tx, act.definitions, file, step, visit, row.name, today, act.viewer.id)

    act.after.append(write)
    return data


def _refuse_held(act: Act, row: PaperRow, step: str, visit: int) -> None:
    """A letter to police, prosecutor or court waits while an age is uncertain (ruling 34)."""
    held = any(paper.held for paper in act.state.papers if paper.key == (step, visit, row.name))
    doubt = any(decision.uncertain and not decision.confirmed_by for decision in act.state.current_decisions)
    if held or (row.to_authority and doubt):
        raise Problem("case.paper_held", document=row.labels.get("id", row.name))


def _said(act: Act) -> dict[str, object]:
    return {**(act.reason() if act.text("reason") else {}), **act.scan}


def _looked_at(act: Act, row: PaperRow, step: str, visit: int, action: str) -> dict[str, object]:
    """A supervisor voids a paper, lets it stand, or corrects it; each with a reason."""
    require(act.viewer, "case.override", act.file.project_id)
    reason = str(act.reason(needed=True)["reason"])
    changes = _changes(act) if action == "corrected" else []
    issued = any(paper.issued for paper in act.state.papers if paper.key == (step, visit, row.name))

    def write(tx: Transaction, file: CaseFile) -> None:
        paper = papers.standing(tx, file, step, visit, row.name)
        if paper is None:
            # One written outside has only its event; there is nothing to print anew.
            if action == "voided" and issued:
                return
            raise Problem("case.no_paper", document=row.labels.get("id", row.name))
        if action == "voided":
            papers.void(tx, file, paper, reason, act.viewer.id)
        elif action == "kept":
            papers.keep(tx, file, paper, act.viewer.id)
        else:
            made = papers.correct_one(tx, act.definitions, file, paper, reason, changes)
            details: dict[str, object] = {"reason": reason, "changes": changes, "corrects": paper.id}
            subject = f"document:{made}"
            tx.audit(act.viewer.id, "document.correct", project=file.project_id, subject=subject, details=details)

    act.after.append(write)
    # Whatever else is said of it, a paper that is not void is an issued one.
    told = "voided" if action == "voided" else "issued"
    return {"action": told, "reason": reason, **({"corrected": True} if action == "corrected" else {})}


def _changes(act: Act) -> list[dict[str, str]]:
    """What changes: `what`, `old`, `new` per line."""
    given = act.body.get("changes")
    if not isinstance(given, list) or not given or len(given) > MOST_CHANGES:
        raise Problem("request.missing", field="changes")
    rows = []
    for item in given:
        if not isinstance(item, Mapping) or not str(item.get("what") or "").strip():
            raise Problem("request.missing", field="changes")
        bagian, semula, menjadi = (str(item.get(name) or "").strip()[:LONGEST] for name in ("what", "old", "new"))
        rows.append({"bagian": bagian, "semula": semula, "menjadi": menjadi})
    return rows
