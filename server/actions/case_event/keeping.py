"""Acts on the case as a whole: whose it is, whether its clock runs, its end, and what is noted beside the steps."""

from sqlalchemy import or_, select

from forms.sop import CLOSE_REASONS, SEARCHED
from server.access import require
from server.actions import attention
from server.actions.case_event.acting import Act, Read
from server.problems import Problem
from server.store.cases import alias, case, task

DUPLICATE = "duplikat"


def assign(act: Act) -> Read:
    require(act.viewer, "case.assign", act.file.project_id)
    act.open_case()
    step = act.step().name if act.text("step") else None
    return step, {}, {"assignee": act.person(), **act.reason()}


def pause(act: Act) -> Read:
    return _stop(act, begins=True)


def resume(act: Act) -> Read:
    return _stop(act, begins=False)


def _stop(act: Act, *, begins: bool) -> Read:
    act.open_case()
    if act.state.paused == begins:
        raise Problem("case.bad_event", type=act.kind)
    return None, {}, act.reason(needed=begins)


def close(act: Act) -> Read:
    """Ends the case for one of the reasons a person may give (ruling 44, sop-engine.md section 6)."""
    act.needs("may_close")
    act.open_case()
    reason = act.one_of("closeReason", CLOSE_REASONS)
    data: dict[str, object] = {"closeReason": reason, **act.reason(needed=True)}
    if reason == DUPLICATE:
        data |= _surviving(act)
    if reason in SEARCHED:
        if not act.text("search"):
            raise Problem("case.search_required")
        data["search"] = act.text("search")
    return None, {}, data


def _surviving(act: Act) -> dict[str, object]:
    """The case of this office that goes on in the place of a duplicate, named by its id or number."""
    wanted = act.needed("case")
    named = or_(
        case.c.id == wanted,
        case.c.number == wanted.upper(),
        case.c.id.in_(select(alias.c.case_id).where(alias.c.id == wanted)),
    )
    found = act.db.execute(select(case.c.id, case.c.number).where(case.c.project_id == act.file.project_id, named))
    row = found.first()
    if row is None or row.id == act.file.id:
        raise Problem("case.unknown_survivor", value=wanted[:100])
    return {"case": row.id, "number": row.number}


def reopen(act: Act) -> Read:
    act.needs("may_reopen")
    if act.state.status == "open":
        raise Problem("case.bad_event", type="reopen")
    return act.step().name, {}, act.reason(needed=True)


def free_task(act: Act) -> Read:
    data: dict[str, object] = {"text": act.needed("text")}
    due = act.any_day("due")
    data["due"] = due.isoformat() if due else None
    if act.body.get("assignee"):
        data["assignee"] = act.person()
    return None, {}, data


def task_done(act: Act) -> Read:
    """Ends a free task of the case, or something the program put in front of a person."""
    wanted = act.needed("task")
    if not any(known["id"] == wanted for known in act.state.tasks):
        row = act.db.execute(
            select(task).where(task.c.id == wanted, task.c.case_id == act.file.id, task.c.done_at.is_(None))
        ).first()
        if row is None or row.kind not in attention.KINDS:
            raise Problem("request.bad_value", field="task", value=wanted[:100], reason="-")
        mine = row.assignee_id in (None, act.viewer.id) and (row.role is None or row.role in act.held)
        if not mine:
            raise Problem("access.denied")
        act.after.append(lambda tx, file: attention.end(tx, wanted, act.viewer.id))
    return None, {}, {"task": wanted}


def note(act: Act) -> Read:
    return None, {}, {"text": act.needed("text")}
