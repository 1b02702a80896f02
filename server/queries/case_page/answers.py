"""Answers with the labels of their form, as people read them."""

from collections.abc import Mapping

from forms import values
from forms.schema import Field, Labels, Schema
from server.cases import privacy
from server.cases.linking import PLUMBING
from server.cases.privacy import Sight
from server.queries.case_page.values import Answer
from server.queries.list_labels import Choices, plain_choices

# The case's own key and what names the submission say nothing to a reader.
SILENT = PLUMBING | {"instanceID", "instanceName"}


def readable(
    schema: Schema | None,
    answers: Mapping[str, object],
    choices: Choices = plain_choices,
    sight: Sight = "listed",
    level: int = 0,
) -> list[Answer]:
    """Answers with the labels of their form, in the form's order, as much of them as somebody with this sight reads;
    rows of repeats follow their heading.

    Without a schema (unknown form version) names stand for labels.
    """
    order = {field.name: place for place, field in enumerate(schema.fields)} if schema else {}
    made: list[Answer] = []
    for name in sorted(answers, key=lambda key: order.get(key, len(order))):
        if name in SILENT:
            continue
        field, value = schema.by_name(name) if schema else None, answers[name]
        if field is not None and _silent(field, value):
            continue
        labels = field.labels if field else {}
        if isinstance(value, list) and schema is not None:
            for number, row in enumerate(value, 1):
                made.append(Answer(labels, name, str(number), (), "row", level))
                made.extend(readable(schema, row, choices, sight, level + 1))
        else:
            made.append(_answer(field, labels, name, value, choices, sight, level))
    return made


def _silent(field: Field, value: object) -> bool:
    """Rows of the form that ask nobody anything: notes, and calculations and meta fields without a label."""
    if isinstance(value, list):
        return False
    return not field.labels or (field.readonly and value in ("", None))


def _answer(
    field: Field | None, labels: Labels, name: str, value: object, choices: Choices, sight: Sight, level: int
) -> Answer:
    text = values.text(value)
    private = privacy.seen_as(field, sight) if field else privacy.stray(f"/{name}")
    shown = privacy.on_page(private, text, sight)
    kind = field.type if field else "string"
    portrait = privacy.portrait(field) if field else 0
    if text and private in privacy.HIDDEN[sight]:
        return Answer(labels, name, shown, (), kind, level, hidden=True, sent=text, portrait=portrait)
    known = choices(field) if field else {}
    picked = text.split() if kind in ("select_multiple", "rank") else [text]
    chosen = tuple(known[word] for word in picked if word in known)
    return Answer(labels, name, text, chosen, kind, level, sent=text, portrait=portrait)
