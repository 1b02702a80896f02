"""E21: a form about to be published against the SOP versions that cases still run under (ruling 31)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from forms.findings import Finding, Level, Place
from forms.schema import Schema
from forms.sop import Rename, Sop
from server.sop.cells import Info
from server.sop.check.model import nearest_name, question_info
from server.sop.check.papers import Letter
from server.sop.check.uses import Use, asks, uses

MOST_NUMBERS = 10


@dataclass(frozen=True, slots=True)
class Running:
    """An SOP version with open cases: how many, the numbers of the first of them, and the letters they are told in."""

    sop: Sop
    cases: int
    numbers: tuple[str, ...]
    letters: Mapping[str, Letter] = field(default_factory=dict)


def against_running(
    new: Schema,
    old: Schema,
    running: Running,
    schemas: Mapping[str, Schema],
    renames: Sequence[Rename] = (),
) -> tuple[Finding, ...]:
    """E21: what a new form version takes away from cases that run under an SOP version.

    old: the version now published; schemas: all forms as they will be; renames: the rows of the SOP workbook
    that goes live with it, or that is in force. The place is the form's `survey`; `args['name']` the question.
    """
    form_id = new.form_id
    if running.sop.form(form_id) is None:
        return ()
    mine = (item for item in renames if running.sop.short(form_id) == running.sop.short(item.form))
    known = {(item.field, item.choice): item for item in mine}
    found: dict[tuple[str, str], Finding] = {}
    for use in uses(running.sop, running.letters):
        if use.test or use.form not in (None, form_id) or not asks(old, use.field):
            continue
        elsewhere = use.form is None and any(asks(s, use.field) for name, s in schemas.items() if name != form_id)
        for finding in _lost(new, old, running, use, known, "warning" if elsewhere else "error"):
            key = (use.field, str(finding.args.get("value", "")))
            if key not in found or found[key].level == "warning":
                found[key] = finding
    return tuple(found.values())


def _lost(
    new: Schema, old: Schema, running: Running, use: Use, renames: Mapping[tuple[str, str], Rename], level: Level
) -> Iterator[Finding]:
    renamed = renames.get((use.field, ""))
    name = renamed.new_field if renamed else use.field
    numbers = ", ".join(running.numbers[:MOST_NUMBERS]) + (", …" if running.cases > MOST_NUMBERS else "")
    about = {
        "name": use.field,
        "sop": running.sop.sop_id,
        "version": running.sop.version,
        "cases": running.cases,
        "numbers": numbers,
    }
    if not asks(new, name):
        near = nearest_name(use.field, [item.name for item in new.questions() if not asks(old, item.name)])
        yield Finding("sop.E21", level, Place("survey"), {**about, "problem": "missing", **near})
        return
    if use.letter:
        return  # a letter tells an answer of any kind
    was, now = _info(old, use.field), _info(new, name)
    if was.type and now.type != was.type:
        more = {"problem": "retyped", "was": was.type, "now": now.type or "text"}
        yield Finding("sop.E21", level, Place("survey"), {**about, **more})
        return
    for value in use.choices:
        choice = renames.get((use.field, value))
        wanted = choice.new_choice if choice else value
        if was.choices and value in was.choices and wanted not in now.choices:
            near = nearest_name(value, [item for item in now.choices if item not in was.choices])
            yield Finding("sop.E21", level, Place("choices"), {**about, "problem": "choice", "value": value, **near})


def _info(schema: Schema, field: str) -> Info:
    item = next(item for item in schema.questions() if item.name == field)
    return question_info(item)
