"""E12 and E16: whether somebody, or time, finishes every step."""

from collections.abc import Collection

from forms.findings import Finding
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
