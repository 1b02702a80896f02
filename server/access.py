"""Who may do what. What is not listed is refused.

A viewer carries roles per project; every query takes the viewer and answers only what lies in its
scope, every action asks `require` first. A foreign id is answered like an absent one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from server.problems import Problem

# Acts and the roles that may do them. Roles an SOP names (peksos_kasi, kabid, staf_datin, …) count as
# 'officer': what they may do on a step is the SOP's word (steps.role), not this table's.
ACTS: dict[str, frozenset[str]] = {
    "office.publish": frozenset({"admin"}),
    "form.publish": frozenset({"admin"}),
    "form.read": frozenset({"admin", "supervisor", "officer"}),
    "sop.publish": frozenset({"admin"}),
    "sop.read": frozenset({"admin", "supervisor", "officer"}),
    "sop.confirm": frozenset({"admin", "supervisor"}),
    "phone.manage": frozenset({"admin", "supervisor"}),
    "user.manage": frozenset({"admin"}),
    "submission.create": frozenset({"admin", "supervisor", "officer", "phone"}),
    "submission.read": frozenset({"admin", "supervisor", "officer"}),
    "submission.review": frozenset({"admin", "supervisor"}),
    "submission.delete": frozenset({"admin", "supervisor"}),
    "case.read": frozenset({"admin", "supervisor", "officer"}),
    "case.act": frozenset({"supervisor", "officer"}),
    "case.override": frozenset({"supervisor"}),
    "case.assign": frozenset({"supervisor"}),
    "case.import": frozenset({"admin", "supervisor"}),
    "document.read": frozenset({"admin", "supervisor", "officer"}),
    "report.read": frozenset({"admin", "supervisor", "officer"}),
    "report.issue": frozenset({"supervisor"}),
    "audit.read": frozenset({"admin"}),
    "list.manage": frozenset({"admin"}),
    "list.write": frozenset({"admin", "supervisor"}),
    "project.read": frozenset({"admin", "supervisor", "officer"}),
    "project.create": frozenset({"admin"}),
}

PLAIN_ROLES = frozenset({"admin", "supervisor", "phone"})

Extent = Literal["whole", "listed", "figures"]
"""How much of the answers about people somebody may take away at once: as they were sent, as lists on pages show
them, or without what names a person (decision 33)."""

# They answer for all data of an office; its workbook may name further roles (`whole_answers`).
WHOLE_ROLES = frozenset({"admin", "supervisor"})
# They count, and need nobody's name for it.
FIGURES_ROLES = frozenset({"staf_datin"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody (or a phone) with roles: {project id or None for all: {role, …}}.

    `forms` are the forms (row ids) a phone or a public link may fill; None: all of its project.
    """

    id: int
    name: str
    kind: str = "user"
    language: str = "id"
    roles: Mapping[int | None, frozenset[str]] = field(default_factory=dict)
    login: str | None = None
    forms: frozenset[int] | None = None

    def may_fill(self, form_id: int) -> bool:
        """Whether this form (row id) is among those this phone was given."""
        return self.forms is None or form_id in self.forms

    def roles_in(self, project: int | None) -> frozenset[str]:
        return self.roles.get(project, frozenset()) | self.roles.get(None, frozenset())

    def may(self, act: str, project: int | None) -> bool:
        held = self.roles_in(project)
        kinds = {role if role in PLAIN_ROLES else "officer" for role in held}
        return bool(kinds & ACTS[act])

    @property
    def projects(self) -> frozenset[int] | None:
        """Projects this viewer has a role in; None = all."""
        return None if None in self.roles else frozenset(p for p in self.roles if p is not None)


def extent(viewer: Viewer, project: int | None, whole: Collection[str] = ()) -> Extent:
    """How much of a project's answers this viewer may take away. `whole`: the roles its workbook adds for all."""
    held = viewer.roles_in(project)
    if held & (WHOLE_ROLES | frozenset(whole)):
        return "whole"
    return "figures" if held <= FIGURES_ROLES else "listed"


# Whoever may run the command on the server's own machine; actor 0 in the audit.
OPERATOR = Viewer(0, "operator", "operator", roles={None: frozenset({"admin"})})


def require(viewer: Viewer | None, act: str, project: int | None) -> Viewer:
    """The viewer, if it may. Raises `auth.required`, `request.not_found` (no role there) or `access.denied`."""
    if viewer is None:
        raise Problem("auth.required")
    if viewer.may(act, project):
        return viewer
    raise Problem("access.denied" if viewer.roles_in(project) else "request.not_found")
