"""What the form of an open step asks with the answers so far, for programs that decide or fill it (ruling 24)."""

from collections.abc import Mapping

from flask import Response

from forms.answering import Question
from forms.schema import pick_label
from server.api.answers import answer, json_body, language, text_of
from server.api.door import Route, runtime, viewer
from server.api.identity import address
from server.locale import findings
from server.problems import Problem
from server.queries.answerable import questions


def ask(project_id: int, case_id: str) -> Response:
    """Body: {step, answers: {question: value or list of choices}}. Nothing is written."""
    body = json_body()
    given = body.get("answers") or {}
    if not isinstance(given, Mapping):
        raise Problem("request.bad_type", field="answers", value=str(given)[:100], expected="object")
    step = text_of(body, "step") or ""
    found = questions(runtime().store, viewer(), project_id, case_id, step, given, address=address())
    return answer(
        {
            "step": found.step,
            "form": found.form_id,
            "title": found.title,
            "questions": [_question(item) for item in found.questions],
            "errors": [findings.as_json(item, language()) for item in found.errors],
            "onPhones": [pick_label(labels, language()) for labels in found.on_phones],
        }
    )


def _question(item: Question) -> dict[str, object]:
    return {
        "name": item.name,
        "type": item.type,
        "label": pick_label(item.labels, language()),
        "hint": pick_label(item.hints, language()),
        "group": pick_label(item.group.labels, language()) if item.group else "",
        "value": item.value,
        "required": item.required,
        "readonly": item.readonly,
        "onPhones": item.phone_only,
        "choices": [{"value": value, "label": pick_label(labels, language())} for value, labels in item.choices],
    }


ROUTES = (Route("POST", "/v1/projects/<int:project_id>/cases/<case_id>/questions", ask, "case.act"),)
