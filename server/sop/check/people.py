"""E12 and E16: whether somebody, or time, finishes every step."""

from collections.abc import Callable, Collection, Mapping

from forms.findings import Finding
from forms.schema import Schema
from forms.sop import Sop
from server.sop.check.model import Checked, instant


def check_people(checked: Checked) -> None:
    """E12: a person's step without a role; E16: a waiting step that neither a person nor a date ends."""
    for step in checked.sop.steps:
        if instant(step) or step.role:
            continue
        if step.kind != "wait":
            checked.add("E12", step.row, "role", step=step.name, problem="no_role")
        elif step.not_before is None and step.limit is None:
            checked.add("E16", step.row, "role", step=step.name)


def unheld_roles(sop: Sop, held: Collection[str]) -> tuple[Finding, ...]:
    """E12 at publish: roles whose steps would lie in nobody's queue, because nobody of the project holds them.

    held: the roles somebody active holds there.
    """
    found: dict[tuple[str, str], Finding] = {}
    for step in sop.steps:
        if instant(step):
            continue
        for column, role in (("role", step.role), ("confirm_by", step.confirm_by)):
            if role and role not in held and not any(other in held for other in step.assign_to):
                args = {"step": step.name, "role": role, "problem": "nobody"}
                found.setdefault((column, role), Finding("sop.E12", "warning", step.row.place(column), args))
    return tuple(found.values())


def named_by_none(
    sop: Sop, schemas: Mapping[str, Schema], names_somebody: Callable[[str], bool]
) -> tuple[Finding, ...]:
    """E12 at publish: choices of the question cases are given by that name nobody of this office."""
    asked = (item for use in sop.forms if use.form_id in schemas for item in schemas[use.form_id].questions())
    choices = dict.fromkeys(choice for item in asked if item.name == sop.assign_by for choice, _ in item.choices)
    lost = [choice for choice in choices if not names_somebody(choice)]
    if not sop.assign_by or not lost:
        return ()
    args = {"name": sop.assign_by, "values": ", ".join(lost[:20]), "problem": "assign_nobody"}
    return (Finding("sop.E12", "warning", sop.row.place("assign_by"), args),)
