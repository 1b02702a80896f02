"""The folded state of a case as somebody may be shown it: its facts, what decisions read, what people wrote."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from forms import values
from server.cases.privacy import MARK
from server.queries.masking import Named
from server.sop.state import CaseState, Decision, Input, Notice, Part, Visit

_NAMES = re.compile(r"\$\{\s*([^}]*?)\s*\}")


def masked_state(state: CaseState, shown: Named) -> CaseState:
    """The state with everything that repeats an answer, or was written freely, as it may be shown."""
    return replace(
        state,
        facts=shown.tree(plain(state.facts)),
        visits=tuple(_visit(item, shown) for item in state.visits),
        decisions=tuple(_decision(item, shown) for item in state.decisions),
        conflicts=tuple(
            replace(item, old=_decision(item.old, shown), new=_decision(item.new, shown)) for item in state.conflicts
        ),
        notices=tuple(_notice(item, shown) for item in state.notices),
        tasks=tuple(shown.tree(plain(state.tasks))),
        records=tuple(replace(item, entries=tuple(shown.tree(plain(item.entries)))) for item in state.records),
    )


def _text(shown: Named, name: str, text: str) -> str:
    return shown.text(name.rpartition("#")[2], text)


def _written(shown: Named, text: str | None) -> str | None:
    return text and shown.text("reason", text)


def _visit(visit: Visit, shown: Named) -> Visit:
    return replace(visit, refused=_written(shown, visit.refused), extended=_written(shown, visit.extended))


def _decision(item: Decision, shown: Named) -> Decision:
    others = (
        replace(other, changes=tuple((name, _text(shown, name, value)) for name, value in other.changes))
        for other in item.what_if
    )
    return replace(
        item,
        reason=_written(shown, item.reason),
        inputs=tuple(_input(read, shown) for read in item.inputs),
        tried=tuple(replace(rule, parts=tuple(_part(part, shown) for part in rule.parts)) for rule in item.tried),
        what_if=tuple(others),
    )


def _input(read: Input, shown: Named) -> Input:
    told = _text(shown, read.name, read.value)
    return read if told == read.value else replace(read, value=told, raw=None)


def _part(part: Part, shown: Named) -> Part:
    """A part of a rule: what it compared is hidden where it reads something hidden."""
    hides = any(_text(shown, name, part.value) != part.value for name in _NAMES.findall(part.text))
    return replace(part, value=MARK) if hides else part


def _notice(notice: Notice, shown: Named) -> Notice:
    args = dict(notice.args)
    if "question" in args and "value" in args:
        args["value"] = _text(shown, args["question"], args["value"])
    return replace(notice, args=tuple(args.items()))


def plain(value: object) -> object:
    """A value of facts or events as programs read it: days and moments as ISO text."""
    value = values.from_json(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
