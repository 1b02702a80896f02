"""The flow of an SOP as a picture for a page, with the steps where a case stands lit."""

import re
from collections.abc import Collection, Mapping

from markupsafe import Markup

from forms.sop import CLOSE, END_BRANCH, Route, Sop, Step
from reports.flow import Box, Exit, draw
from server.sop.state import CaseState
from server.sop.wording import in_words, plain_name
from server.web.render import label, said, t

_PRINTED = re.compile(r"s0*(\d+[a-z]?)")


def step_number(step: Step) -> str:
    """The number of a step as the SOP prints it; `13a` where one printed step has two parts."""
    match = _PRINTED.fullmatch(step.name)
    return match[1] if match and match[1].startswith(step.source) else step.source or step.name


def step_time(step: Step) -> str:
    """How long a step may take, in words; blank when nothing is set."""
    return t(f"sop.limit.{step.limit_unit}", n=step.limit) if step.limit is not None else ""


def role_name(sop: Sop, name: str) -> str:
    """What the office calls a role."""
    role = next((role for role in sop.roles if role.name == name), None)
    return label(role.labels, name) if role else name


def states_of(state: CaseState) -> Mapping[str, str]:
    """{step: open or done} of a case: open where any visit is."""
    found: dict[str, str] = {}
    for visit in state.visits:
        if visit.state == "open" or found.get(visit.step) != "open":
            found[visit.step] = visit.state
    return {step: now for step, now in found.items() if now in ("open", "done")}


def picture(
    sop: Sop, states: Mapping[str, str] | None = None, *, faulty: Collection[str] = (), links: bool = False
) -> Markup:
    """The flow as SVG. `states`: where a case stands; `faulty`: names of steps and routes with a finding."""
    at = states or {}
    numbers = {step.name: step_number(step) for step in sop.steps}
    boxes = [_box(sop, step, numbers, at, faulty, links) for step in sop.steps]
    if any(route.to == CLOSE for route in sop.routes):
        boxes.append(Box(CLOSE, "", t("sop.closed")))
    description = t("sop.picture_text", steps=len(sop.steps), routes=len(sop.routes))
    return draw(boxes, title=t("sop.picture_of", title=sop.title), description=description)


def _box(
    sop: Sop, step: Step, numbers: Mapping[str, str], states: Mapping[str, str], faulty: Collection[str], links: bool
) -> Box:
    state = states.get(step.name, "")
    routes = sop.routes_from(step.name)
    note = " · ".join(part for part in (role_name(sop, step.role), step_time(step)) if part)
    return Box(
        name=step.name,
        number=numbers[step.name],
        title=label(step.labels, step.name),
        note=note,
        exits=tuple(_exit(route, numbers, alone=len(routes) == 1, faulty=faulty) for route in routes),
        state=state,
        state_text=t(f"sop.state.{state}") if state else "",
        reading=bool(step.interpretation),
        faulty=step.name in faulty,
        href=f"#langkah-{step.name}" if links else "",
    )


def _exit(route: Route, numbers: Mapping[str, str], *, alone: bool, faulty: Collection[str]) -> Exit:
    mark = "■" if route.to == END_BRANCH else "→ " + numbers.get(route.to, "")
    return Exit(
        to=None if route.to == END_BRANCH else route.to,
        text=_exit_words(route, alone),
        mark=mark.strip(),
        reading=bool(route.interpretation),
        faulty=route.name in faulty,
    )


def _exit_words(route: Route, alone: bool) -> str:
    ending = {END_BRANCH: t("sop.branch_ends"), CLOSE: t("sop.closes")}.get(route.to, "")
    if route.labels:
        when = label(route.labels, route.name)
    elif route.when is None:
        when = "" if alone else in_words(None, said)
    else:
        when = t("sop.when", condition=in_words(route.when, said))
    return ": ".join(part for part in (ending, when) if part)


GLOBALS = {
    "flow_picture": picture,
    "step_number": step_number,
    "step_time": step_time,
    "role_name": role_name,
    "condition": lambda expression: in_words(expression, said),
    "plain_name": plain_name,
}
