"""Decisions and confirmations, taken here or on paper (rulings 10, 11, 30, 34), and resolved conflicts."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import select

from forms.sop import Step
from server.access import require
from server.actions import attention
from server.actions.case_event.acting import Act, Read
from server.problems import Problem
from server.queries.typed_answers import fill, finish
from server.sop.state import Visit
from server.store.people import grant

AGE = "age"


def decision(act: Act) -> Read:
    """What a person decides at an open step; a step that waits for a word takes it as that."""
    act.open_case()
    step = act.step()
    visit = act.open_visit(step)
    if visit.waits_for:
        act.kind = "confirm"
        return confirm(act)
    if visit.lacks:
        raise Problem("case.papers_missing", step=step.name, papers=", ".join(visit.lacks))
    paper = _on_paper(act, step, visit, {step.role, *step.assign_to})
    return step.name, _answers(act, step, visit), paper


def confirm(act: Act) -> Read:
    """The word a finished form waits for, or a supervisor's word on an uncertain age."""
    if act.text("about"):
        return _confirm_age(act)
    step = act.step()
    visit = act.open_visit(step)
    if not visit.waits_for:
        raise Problem("case.step_not_open", step=step.name)
    ok = act.yes("ok", True)
    if not ok:
        act.reason(needed=True)
    paper = _on_paper(act, step, visit, {visit.waits_for})
    return step.name, {}, {"ok": ok, **act.reason(), **paper}


def _confirm_age(act: Act) -> Read:
    """Releases what an uncertain age held back (ruling 34)."""
    act.one_of("about", (AGE,))
    require(act.viewer, "case.override", act.file.project_id)
    if not any(decision.uncertain and not decision.confirmed_by for decision in act.state.current_decisions):
        raise Problem("case.age_certain")
    if not act.yes("ok", True):
        raise Problem("request.bad_value", field="ok", value="false", reason="true")
    return None, {}, {"about": AGE, "ok": True, **act.reason(needed=True)}


def _on_paper(act: Act, step: Step, visit: Visit, deciders: set[str]) -> dict[str, object]:
    """Who decides: the viewer, or somebody for whom the viewer enters what was signed on paper (ruling 30)."""
    written = act.text("decidedBy")
    if not written:
        if act.text("decidedOn") or act.scan:
            raise Problem("request.missing", field="decidedBy")
        if not act.held & deciders:
            # Who may enter decisions may not take them: the name of the decider is missing.
            raise Problem("case.decider_missing") if act.held & set(step.recorded_by) else Problem("access.denied")
        act.refuse_drafter(visit, None)
        return {}
    if not act.held & set(step.recorded_by):
        raise Problem("access.denied")
    if act.past_day("decidedOn") is None:
        raise Problem("request.missing", field="decidedOn")
    act.day = act.past_day("decidedOn")
    if act.day and visit.visit > 1 and act.day.isoformat() < visit.opened_on:
        raise Problem("case.bad_date", value=act.day.isoformat())
    decider = _decider(act, written, deciders)
    known = act.find_person(decider) if decider.isdigit() else None
    act.refuse_drafter(visit, known)
    if known is not None:
        told = partial(attention.recorded_for, decider=known, step=step.name, by=act.viewer.id)
        act.after.append(told)
    return {
        "decidedBy": decider,
        "decidedOn": act.day.isoformat() if act.day else "",
        "recordedBy": str(act.viewer.id),
        **act.scan,
    }


def _decider(act: Act, written: str, deciders: set[str]) -> str:
    """The actor id of a user with the role, or the name of an official of the office who held it on that day."""
    person = act.find_person(written)
    if person is not None:
        roles = select(grant.c.role).where(
            grant.c.actor_id == person, (grant.c.project_id == act.file.project_id) | grant.c.project_id.is_(None)
        )
        if deciders & set(act.db.execute(roles).scalars()):
            return str(person)
        raise Problem("case.decider_unknown", name=written[:100])
    office = act.definitions.office(act.db, act.file.project_id)
    assert act.day is not None
    for official in office.officials if office else ():
        same = official.name.casefold() == written.casefold()
        if same and official.role in deciders and official.holds(act.day):
            return official.name
    raise Problem("case.decider_unknown", name=written[:100])


def _answers(act: Act, step: Step, visit: Visit) -> Mapping[str, object]:
    """What the step's form holds when it is filled here as on a phone; it dates the act where nothing else does."""
    given = act.body.get("answers") or {}
    if not isinstance(given, Mapping):
        raise Problem("request.bad_type", field="answers", value="-", expected="{}")
    if not step.form:
        return {}
    act.form = step.form
    day = act.past_day("effectiveAt") or act.day
    filled = finish(fill(act.db, act.definitions, act.file, step.form, given, act.now, day))
    act.entity = filled.act
    act.day = filled.day
    first = visit.opened_on if visit.visit > 1 else act.state.opened_on
    if act.day and not first <= act.day.isoformat() <= act.today.isoformat():
        raise Problem("case.bad_date", value=act.day.isoformat())
    return filled.answers


def resolve(act: Act) -> Read:
    """A late fact changes what somebody acted on: accept it, or keep the old way with a reason (ruling 4)."""
    act.needs("may_override")
    step = act.step()
    resolution = act.one_of("resolution", ("accept", "keep"))
    if not any(conflict.step == step.name for conflict in act.state.conflicts):
        raise Problem("case.step_not_open", step=step.name)
    return step.name, {}, {"resolution": resolution, **act.reason(needed=resolution == "keep")}
