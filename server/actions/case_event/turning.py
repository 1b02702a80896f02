"""Leading a case elsewhere by hand: another target, a skipped step, more time, an emergency, a branch taken back."""

from forms.sop import CLOSE, CLOSE_REASONS, END_BRANCH, Step
from server.actions.case_event.acting import Act, Read
from server.problems import Problem
from server.sop.emergency import REASON, duty_roles, emergency_steps


def override(act: Act) -> Read:
    """Another target for a decision or an open step, one more step, a skipped step, or another deadline (13, 27).

    Without a step it opens one more, whatever was decided.
    """
    if act.yes("emergency", False):
        return emergency(act)
    act.needs("may_override")
    act.open_case()
    reason = act.reason(needed=True)
    step = act.step() if act.body.get("step") else None
    if act.text("due"):
        return _extend(act, step, reason)
    if act.yes("skip", False):
        if step is None:
            raise Problem("request.missing", field="step")
        act.open_visit(step)
        return step.name, {}, {"to": list(_onward(act, step)), "skipped": True, **reason}
    targets = _targets(act)
    return step.name if step else None, {}, {"to": targets, **_closing(act, targets), **reason}


def _closing(act: Act, targets: list[str]) -> dict[str, object]:
    """Why a case that is led to its end closes, where the person says it: a reason its SOP knows (ruling 15)."""
    if CLOSE not in targets or not act.text("closeReason"):
        return {}
    sop = act.file.sop.sop
    of_routes = [route.close_reason for route in sop.routes if route.close_reason]
    named = [choice.name for choice in sop.choices if choice.list_name == "close_reason"]
    return {"closeReason": act.one_of("closeReason", tuple(dict.fromkeys([*of_routes, *named, *CLOSE_REASONS])))}


def _extend(act: Act, step: Step | None, reason: dict[str, object]) -> Read:
    if step is None:
        raise Problem("request.missing", field="step")
    visit = act.open_visit(step)
    due = act.any_day("due")
    assert due is not None
    if due.isoformat() < max(visit.opened_on, act.today.isoformat()):
        raise Problem("case.bad_due", value=due.isoformat())
    return step.name, {}, {"due": due.isoformat(), **reason}


def _targets(act: Act) -> list[str]:
    to = act.body.get("to")
    targets = [to] if isinstance(to, str) else to
    if not isinstance(targets, list) or not targets:
        raise Problem("request.missing", field="to")
    for name in targets:
        if name not in (CLOSE, END_BRANCH) and act.file.sop.sop.step(str(name)) is None:
            raise Problem("request.bad_value", field="to", value=str(name)[:100], reason="-")
    return [str(name) for name in targets]


def _onward(act: Act, step: Step) -> tuple[str, ...]:
    """Where a skipped step leads: its only target, or the one the person names."""
    if act.body.get("to"):
        return tuple(_targets(act))
    routes = act.file.sop.sop.routes_from(step.name)
    always = tuple(dict.fromkeys(route.to for route in routes if route.when is None))
    every = tuple(dict.fromkeys(route.to for route in routes))
    if len(every) == 1 or (always and step.choose == "each"):
        return always or every
    raise Problem("case.skip_where", step=step.name, options=", ".join(every))


def emergency(act: Act) -> Read:
    """Opens the emergency step at once (ruling 27): for who may override, or whom an emergency alert names.

    Nothing of what is open waits, ends or is skipped by it.
    """
    sop = act.file.sop.sop
    if not (act.may("may_override") or act.held & duty_roles(sop)):
        raise Problem("access.denied")
    act.kind = "override"
    act.open_case()
    targets = _targets(act) if act.body.get("to") else list(emergency_steps(sop))
    if len(targets) != 1 or targets[0] in (CLOSE, END_BRANCH):
        raise Problem("request.missing", field="to")
    if targets[0] in act.state.open_steps:
        raise Problem("case.step_open", step=targets[0])
    return None, {}, {"to": targets, "reason": REASON, "emergency": True, "note": act.text("reason")}


def withdraw(act: Act) -> Read:
    """Ends the branch of an open step, so that a close that waits for it can happen (ruling 9)."""
    act.needs("may_override")
    act.kind = "override"
    act.open_case()
    step = act.step()
    act.open_visit(step)
    return step.name, {}, {"to": [END_BRANCH], "withdrawn": True, **act.reason(needed=True)}
