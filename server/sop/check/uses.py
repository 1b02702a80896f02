"""Where an SOP uses a question of a form: what breaks when its form renames or drops it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.expression import Binary, Call, Expression, ExpressionError, Literal, Name, parse, string, walk
from forms.findings import Place
from forms.schema import Schema
from forms.sop import Sop
from server.sop.check.model import Checked
from server.sop.check.papers import Letter, letter_of, renamed


@dataclass(frozen=True, slots=True)
class Use:
    """One place that names a question. `form` is None where the case's last answer is meant, whoever asked it;
    `choices` are those it is compared with, `test` tells a row of `tests`, `letter` a letter."""

    place: Place
    field: str
    form: str | None
    choices: tuple[str, ...] = ()
    test: bool = False
    letter: bool = False


def uses(sop: Sop, letters: Mapping[str, Letter] | None = None) -> tuple[Use, ...]:
    """Every use of a question in an SOP: rules, facts, alerts, papers, label, tests, and its letters."""
    checked = Checked(sop, {})
    return (*_in_expressions(checked), *_in_columns(checked), *_in_letters(checked, letters or {}))


def _in_expressions(checked: Checked) -> Iterator[Use]:
    for row, column, expression in checked.expressions():
        compared = _compared(expression)
        for name in dict.fromkeys(expression.names):
            form, field = checked.key(name)
            if form in checked.steps or (form is not None and form not in checked.forms):
                continue
            if form is None and field in checked.facts and checked.facts[field].calculation is not None:
                continue
            yield Use(row.place(column), field, form, tuple(dict.fromkeys(compared.get(name, ()))))


def _in_columns(checked: Checked) -> Iterator[Use]:
    for form in checked.sop.forms:
        named = [("event_date", form.event_date), ("case_field", form.case_field)]
        named += [("person_fields", name) for name in form.person_fields]
        for column, field in named:
            if field:
                yield Use(form.row.place(column), field, form.form_id)
    if checked.sop.assign_by and checked.sop.assign_by not in checked.facts:
        yield Use(checked.sop.row.place("assign_by"), checked.sop.assign_by, None)
    for test in checked.sop.tests:
        for field, value in test.answers.items():
            form_id = checked.aliases.get(test.form, test.form)
            yield Use(test.row.place(field), field, form_id, (value,) if value else (), True)


def _in_letters(checked: Checked, letters: Mapping[str, Letter]) -> Iterator[Use]:
    for paper in checked.sop.documents:
        letter = letter_of(paper, letters)
        for written, place in letter.reads if letter else ():
            name = _name(written)
            if name is not None and "." not in name.field:
                form, field = checked.key(name)
                yield Use(place, field, form, letter=True)
        for form, field in letter.drawn if letter else ():
            if form is None or form in checked.aliases:
                at = paper.row.place("template")
                yield Use(at, renamed(checked.sop, form, field), checked.aliases[form] if form else None, letter=True)


def _name(written: str) -> Name | None:
    try:
        tree = parse(written, sop=True).tree
    except ExpressionError:
        return None
    return tree if isinstance(tree, Name) else None


def _compared(expression: Expression) -> dict[Name, list[str]]:
    """The literals each name is compared with."""
    found: dict[Name, list[str]] = {}
    for node in walk(expression.tree):
        match node:
            case Binary(op="=" | "!=", left=Name() as name, right=Literal(value=value)):
                found.setdefault(name, []).append(string(value))
            case Binary(op="=" | "!=", left=Literal(value=value), right=Name() as name):
                found.setdefault(name, []).append(string(value))
            case Call(name="selected", args=(Name() as name, Literal(value=value))):
                found.setdefault(name, []).append(string(value))
    return found


def asks(schema: Schema, field: str) -> bool:
    """Whether a form asks a question of this name."""
    return any(item.name == field for item in schema.questions())
