"""What people do on the page of a case, as the bodies that record it (ruling 24)."""

from collections.abc import Callable, Mapping

from werkzeug.datastructures import MultiDict

from server.problems import Problem

Form = MultiDict[str, str]
Reader = Callable[[Form], dict[str, object]]

ANSWER = "isian."
"""What stands before the name of a question in the name of its field."""
FACT = "fakta."
"""What stands before the name of a fact in the field that says which of its values holds."""
SEVERAL = "banyak."
"""What stands before it in the field that says that the question takes several choices."""


def answers_of(form: Form) -> dict[str, object]:
    """The questions somebody answered, one that takes several choices as a list.

    A blank text is an answer too: it takes the place of what the form would put there by itself.
    """
    given: dict[str, object] = {}
    for name in dict.fromkeys(name for name in form if name.startswith(ANSWER)):
        found = [one.strip() for one in form.getlist(name)]
        several = form.get(f"{SEVERAL}{name.removeprefix(ANSWER)}") is not None
        given[name.removeprefix(ANSWER)] = [one for one in found if one] if several else found[-1]
    return given


def _told(form: Form, *names: str) -> dict[str, object]:
    """The fields of these names that say something."""
    return {name: form[name].strip() for name in names if form.get(name, "").strip()}


def _fields(*names: str) -> Reader:
    return lambda form: _told(form, *names)


def _decision(form: Form) -> dict[str, object]:
    return {
        "step": form.get("step", ""),
        "answers": answers_of(form),
        **_told(form, "effectiveAt", "decidedBy", "decidedOn"),
    }


def _confirm(form: Form) -> dict[str, object]:
    said = {"step": form.get("step", ""), "ok": form.get("ok") == "ya", "reason": form.get("reason", "")}
    return {**said, **_told(form, "decidedBy", "decidedOn")}


def _document(form: Form) -> dict[str, object]:
    body = _told(form, "document", "action", "step", "visit", "number", "on", "reason")
    change = {name: form.get(name, "").strip() for name in ("what", "old", "new")}
    return {**body, "changes": [change]} if change["what"] else body


def _age(form: Form) -> dict[str, object]:
    return {"type": "confirm", "about": "age", "ok": True, **_told(form, "reason")}


def _skip(form: Form) -> dict[str, object]:
    return {"type": "override", "skip": True, **_told(form, "step", "to", "reason")}


def _extend(form: Form) -> dict[str, object]:
    # Without a day it would be read as leading the case elsewhere.
    if not form.get("due", "").strip():
        raise Problem("request.missing", field="due")
    return {"type": "override", **_told(form, "step", "due", "reason")}


def _open(form: Form) -> dict[str, object]:
    return {"type": "override", **_told(form, "to", "reason")}


def _choose(form: Form) -> dict[str, object]:
    values = {name.removeprefix(FACT): form[name] for name in form if name.startswith(FACT)}
    return {"values": values, **_told(form, "reason")}


ACTS: Mapping[str, Reader] = {
    "decision": _decision,
    "confirm": _confirm,
    "age": _age,
    "override": _fields("step", "to", "reason"),
    "skip": _skip,
    "extend": _extend,
    "open": _open,
    "withdraw": _fields("step", "reason"),
    "emergency": _fields("to", "reason"),
    "assign": _fields("step", "assignee", "reason"),
    "pause": _fields("reason"),
    "resume": _fields("reason"),
    "close": _fields("closeReason", "reason", "case", "search"),
    "reopen": _fields("step", "reason"),
    "resolve": _fields("step", "resolution", "reason"),
    "choose": _choose,
    "note": _fields("text"),
    "task": _fields("text", "assignee", "due"),
    "task_done": _fields("task"),
    "document": _document,
    "record": _fields("kind", "state", "record", "on", "reason", "lembaga_tujuan", "tempat", "kepada", "cara"),
}
"""Name in the address -> how its form is read. The body's type is that name unless the reader says another."""
