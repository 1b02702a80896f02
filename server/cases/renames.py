"""Answers under the names older SOP versions know them by (ruling 31)."""

from collections.abc import Iterable, Mapping

from forms.sop import Rename
from forms.values import Answers, Value


def with_old_names(renames: Iterable[Rename], form: str, answers: Answers) -> Answers:
    """The answers of a form, each renamed question also under its old name with its old choices.

    renames: the rows of the SOP workbook in force. An answer that already has the old name is left alone.
    """
    found: dict[str, Value] = dict(answers)
    choices: dict[tuple[str, str], dict[str, str]] = {}
    mine = [item for item in renames if form == item.form or form.endswith(f"_{item.form}")]
    for item in mine:
        if item.choice:
            choices.setdefault((item.field, item.new_field), {})[item.new_choice] = item.choice
        else:
            choices.setdefault((item.field, item.new_field), {})
    for (old, new), back in choices.items():
        if new in answers and (old == new or old not in answers):
            found[old] = _old(answers[new], back)
    return found


def _old(value: Value, back: Mapping[str, str]) -> Value:
    if not isinstance(value, str) or not back:
        return value
    return " ".join(back.get(word, word) for word in value.split(" "))
