"""The names programs are told: steps by their label, fields without the form they are qualified by."""

from forms.schema import pick_label
from forms.sop import CLOSE, END_BRANCH, Sop
from server.locale import say


def step_name(sop: Sop, name: str, language: str) -> str:
    """The label of a step; closing and the end of a branch in words."""
    if name in (CLOSE, END_BRANCH):
        return say(language, f"api.explain.{name}")
    step = sop.step(name)
    return (pick_label(step.labels, language) if step else "") or name


def bare(name: str) -> str:
    """The field's own name of one qualified by its form (`konferensi_kasus#berat_tindakan`)."""
    return name.rpartition("#")[2]
