"""What one form asks, as a tree people can read: groups and repeats with their questions, choices and conditions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from forms.expression import Expression
from forms.questionnaire import Node, Questionnaire
from forms.schema import DEFAULT_LANGUAGE, Field, Labels, Schema
from server.access import Viewer, require
from server.cases import privacy
from server.queries.definitions import Definitions
from server.queries.form_head import FormHead
from server.queries.list_labels import choices_of
from server.store.database import Store

MOST_CHOICES = 100


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One row of the tree. `level` indents; `type` as `forms.schema.Field.type`, `note` for what is only read,
    `group`, `repeat`, `calculate`.

    `choices` are the first MOST_CHOICES of `choice_count`, `choice_file` the file they come from. Conditions are
    None where there is none; `unread`: a condition only phones understand, as it is written. `save_to`: the property
    of the case's row that keeps the answer.
    """

    level: int
    name: str
    path: str
    type: str
    labels: Labels
    hints: Labels
    choices: tuple[tuple[str, Labels], ...]
    choice_count: int
    choice_file: str | None
    required: bool
    required_when: Expression | None
    relevant: Expression | None
    constraint: Expression | None
    constraint_said: Labels
    calculate: Expression | None
    unread: str | None
    private: privacy.Kind
    sensitivity: str
    save_to: str | None


@dataclass(frozen=True, slots=True)
class QuestionTree:
    """The questions of one version, in the form's order. `asked` says what conditions call a question by, `choices`
    what they call its answers by; `system` are the fields a phone fills by itself; `languages` those the form is
    written in."""

    rows: tuple[QuestionRow, ...]
    asked: Mapping[str, Labels]
    choices: Mapping[str, Mapping[str, Labels]]
    system: tuple[str, ...]
    languages: tuple[str, ...]
    questions: int


def form_questions(store: Store, viewer: Viewer, definitions: Definitions, head: FormHead) -> QuestionTree:
    """The questions of the version that is live (of the draft before the first publication)."""
    require(viewer, "form.read", head.office.id)
    schema = definitions.form_version(head.version_id).schema
    questionnaire = definitions.questionnaire(head.version_id)
    with store.read() as db:
        choices = choices_of(db, definitions, head.office.id, head.version_id)
        known = {field.path: dict(choices(field)) if field.type in _CHOSEN else {} for field in schema.fields}
    nodes = {node.path: node for node in questionnaire.nodes}
    rows = tuple(_rows(schema, nodes, known))
    system = tuple(
        field.name
        for field in schema.questions()
        if field.path in nodes and nodes[field.path].system and not field.labels
    )
    questions = sum(row.type not in ("group", "repeat", "note", "calculate") for row in rows)
    answers = {f"q.{number}": known.get(node.path, {}) for number, node in enumerate(questionnaire.nodes)}
    return QuestionTree(rows, _asked(schema, questionnaire), answers, system, schema.languages, questions)


_CHOSEN = frozenset({"select", "select_multiple", "rank"})


def _asked(schema: Schema, questionnaire: Questionnaire) -> Mapping[str, Labels]:
    found: dict[str, Labels] = {}
    for number, node in enumerate(questionnaire.nodes):
        field = schema.field(node.path)
        labels = field.labels if field else {}
        found[f"q.{number}"] = labels or {DEFAULT_LANGUAGE: node.name.replace("_", " ")}
    return found


def _rows(
    schema: Schema, nodes: Mapping[str, Node], choices: Mapping[str, Mapping[str, Labels]]
) -> Iterator[QuestionRow]:
    levels: dict[str, int] = {"": -1}
    for field in schema.fields:
        above = field.path.rpartition("/")[0]
        node = nodes.get(field.path)
        if field.path.startswith("/meta") or node is None:
            continue
        if field.kind != "field" and not field.labels and field.kind != "repeat":
            levels[field.path] = levels.get(above, -1)  # a group without a label only bundles
            continue
        level = levels[field.path] = levels.get(above, -1) + 1
        if field.kind == "field" and not field.labels and not (field.calculated and not node.system):
            continue
        yield _row(field, node, level, choices[field.path])


def _row(field: Field, node: Node, level: int, choices: Mapping[str, Labels]) -> QuestionRow:
    kind = field.type
    if field.kind == "field" and not field.labels:
        kind = "calculate"
    elif field.kind == "field" and field.readonly and field.type == "string":
        kind = "note" if not field.calculated else "string"
    shown = () if field.choice_list and not field.choices and len(choices) > MOST_CHOICES else _first(choices.items())
    always = node.required is not None and node.required.text.strip() in ("true()", "true")
    return QuestionRow(
        level=level,
        name=field.name,
        path=field.path,
        type=kind,
        labels=field.labels,
        hints=_texts(node.hints),
        choices=shown,
        choice_count=len(choices),
        choice_file=f"{field.choice_list}.csv" if field.choice_list and not field.choices else None,
        required=field.required,
        required_when=None if always else node.required,
        relevant=node.relevant,
        constraint=node.constraint,
        constraint_said=_texts(node.constraint_messages),
        calculate=node.calculate,
        unread=node.unreadable,
        private=privacy.kind_of(field),
        sensitivity=field.sensitivity,
        save_to=node.save_to,
    )


def _first(choices: Iterable[tuple[str, Labels]]) -> tuple[tuple[str, Labels], ...]:
    return tuple(choices)[:MOST_CHOICES]


def _texts(said: Mapping[str, tuple[str | Expression, ...]]) -> Labels:
    return {
        language: "".join(piece if isinstance(piece, str) else "…" for piece in pieces)
        for language, pieces in said.items()
    }
