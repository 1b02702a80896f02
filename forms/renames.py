"""Questions and choices that got another name in a newer version of their form (ruling 31).

A case goes on under its SOP version, so both directions are needed: an older version reads answers of the new
form under the old names, a newer version reads answers of the old form under the new ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forms.sop import Rename
from forms.values import Answers, Value


@dataclass(frozen=True, slots=True)
class _Change:
    """One question's new name, and its changed choices from old to new."""

    old: str
    new: str
    choices: Mapping[str, str]


def with_old_names(renames: Iterable[Rename], form: str, answers: Answers) -> Answers:
    """The answers of a form, each renamed question also under its old name with its old choices."""
    found: dict[str, Value] = dict(answers)
    for change in _changes(renames, form):
        if change.new in answers and (change.old == change.new or change.old not in answers):
            back = {new: old for old, new in change.choices.items()}
            found[change.old] = _chosen(answers[change.new], back)
    return found


def with_new_names(renames: Iterable[Rename], form: str, answers: Answers) -> Answers:
    """The answers of a form, each renamed question also under its new name with its new choices."""
    found: dict[str, Value] = dict(answers)
    for change in _changes(renames, form):
        if change.old in answers and (change.old == change.new or change.new not in answers):
            found[change.new] = _chosen(answers[change.old], change.choices)
    return found


def _changes(renames: Iterable[Rename], form: str) -> list[_Change]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for item in renames:
        if form == item.form or form.endswith(f"_{item.form}"):
            choices = found.setdefault((item.field, item.new_field), {})
            if item.choice:
                choices[item.choice] = item.new_choice
    return [_Change(old, new, choices) for (old, new), choices in found.items()]


def _chosen(value: Value, choices: Mapping[str, str]) -> Value:
    """A choice, or several of them, under their other names."""
    if not isinstance(value, str) or not choices:
        return value
    return " ".join(choices.get(word, word) for word in value.split(" "))
