"""Why a case goes where it goes, in one sentence, from the decision's own record."""

from collections.abc import Iterable

from forms.schema import pick_label
from forms.sop import CLOSE, Sop
from server.locale import say
from server.sop.state import Decision, Input

END_BRANCH = "end_branch"


def step_name(sop: Sop, name: str, language: str) -> str:
    """The label of a step; closing and the end of a branch in words."""
    if name in (CLOSE, END_BRANCH):
        return say(language, f"api.explain.{name}")
    step = sop.step(name)
    return (pick_label(step.labels, language) if step else "") or name


def bare(name: str) -> str:
    """The field's own name of one qualified by its form (`konferensi_kasus#berat_tindakan`)."""
    return name.rpartition("#")[2]


def _listed(parts: Iterable[str], language: str) -> str:
    found = list(dict.fromkeys(parts))
    if len(found) < 2:
        return "".join(found)
    return say(language, "api.explain.and", first=", ".join(found[:-1]), last=found[-1])


def _inputs(inputs: Iterable[Input], language: str) -> str:
    blank = say(language, "api.explain.blank")
    return _listed((f"{bare(item.name)} = {item.value or blank}" for item in inputs), language)


def _rules(decision: Decision) -> str:
    return "; ".join(tried.when for tried in decision.tried if tried.holds and tried.when)


def explanation(sop: Sop, decision: Decision, language: str) -> str:
    """One sentence: what was read, which rule held, where the case goes, and where the SOP says so."""
    args = {
        "step": step_name(sop, decision.step, language),
        "to": _listed((step_name(sop, name, language) for name in decision.to), language),
        "inputs": _inputs(decision.inputs, language),
        "rule": _rules(decision),
        "reason": decision.reason or "–",
        "on": decision.on,
    }
    return say(language, f"api.explain.{_kind(decision)}", **args) + _origin(decision, language)


def _kind(decision: Decision) -> str:
    if decision.kind == "rule":
        return "rule" if _rules(decision) and decision.inputs else "always"
    if decision.kind == "stuck":
        return "two_rules" if sum(tried.holds for tried in decision.tried) > 1 else "no_rule"
    return decision.kind


def _origin(decision: Decision, language: str) -> str:
    told = ""
    if decision.source:
        told += " " + say(language, "api.explain.source", source=decision.source)
    if decision.interpretation:
        told += " " + say(language, "api.explain.interpretation", text=decision.interpretation)
    return told
