"""Answers given on the web or by a program, as values of the form they belong to."""

from collections.abc import Mapping

from forms.schema import Schema
from forms.submission import typed
from server.problems import Problem


def typed_answers(schema: Schema, given: Mapping[str, object]) -> dict[str, object]:
    """The answers by the types of their questions. Raises `request.bad_value` and `request.bad_type`, which name the
    question."""
    return {str(name): _typed(schema, str(name), value) for name, value in given.items()}


def _typed(schema: Schema, name: str, value: object) -> object:
    field = schema.by_name(name)
    if field is None:
        raise Problem("request.bad_value", field=name, value=str(value), reason="-")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Problem("request.bad_type", field=name, value=str(value))
    if field.choices and str(value) and str(value) not in {choice for choice, _ in field.choices}:
        raise Problem("request.bad_value", field=name, value=str(value), reason="-")
    read = typed(str(value), field.type)
    if read is None:
        raise Problem("request.bad_value", field=name, value=str(value), reason=field.type)
    return read
