"""What would follow if these answers were given for an open case, for programs."""

from collections.abc import Mapping

from flask import Response

from server.api.answers import answer, json_body, language, text_of
from server.api.cases import decision_json, teller
from server.api.door import Route, runtime, viewer
from server.api.identity import address
from server.api.names import step_name
from server.problems import Problem
from server.queries import cases_api
from server.queries.what_if import what_if
from server.sop.state import Visit


def create_what_if(project_id: int, case_id: str) -> Response:
    """Body: {form, answers: {question: value}}. Nothing is written."""
    now, body = runtime(), json_body()
    given = body.get("answers") or {}
    if not isinstance(given, Mapping):
        raise Problem("request.bad_type", field="answers", value=str(given)[:100], expected="object")
    form = text_of(body, "form") or ""
    found = what_if(now.store, viewer(), now.definitions, project_id, case_id, form, given, address=address())
    case = cases_api.one_case(now.store, viewer(), now.definitions, project_id, case_id, address=address())
    told = teller(project_id, case)

    def visit(item: Visit) -> dict[str, object]:
        label = step_name(case.sop, item.step, language())
        return {"name": item.step, "label": label, "visit": item.visit, "role": item.role, "dueAt": item.due_at}

    return answer(
        {
            "waits": found.waits,
            "decisions": [decision_json(case, item, told) for item in found.decisions],
            "opens": [visit(item) for item in found.opened],
            "withdraws": [visit(item) for item in found.withdrawn],
            "papers": [item.document for item in found.papers],
            "conflicts": [
                {"step": one.step, "old": list(one.old.to), "new": list(one.new.to)} for one in found.conflicts
            ],
            "closes": found.closes,
            "dueAt": found.due_at,
        }
    )


ROUTES = (Route("POST", "/v1/projects/<int:project_id>/cases/<case_id>/what-if", create_what_if, "case.read"),)
