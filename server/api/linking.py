"""Which submissions and cases belong together, for programs (rulings 16, 28, 29 and 33)."""

from flask import Response

from server.actions.merge_cases import merge, unmerge
from server.actions.move_case import move, undo_move
from server.actions.proposals import dismiss
from server.actions.relink import relink
from server.api.answers import answer, json_body, success, text_of
from server.api.door import Route, runtime, viewer
from server.problems import Problem
from server.queries.lineage import Relative, lineage
from server.queries.proposals import Proposal, Side, proposals


def join(project_id: int, case_id: str) -> str:
    """A `merge` of the body: with another case, or with `undo` apart again. The id of the case to show."""
    body = json_body()
    if body.get("undo"):
        unmerge(runtime().store, viewer(), project_id, case_id, body)
        return case_id
    return merge(runtime().store, viewer(), project_id, case_id, body)


def change_service(project_id: int, case_id: str) -> str:
    """A `move` of the body: to another SOP, or with `undo` back. The id of the case to show."""
    body = json_body()
    done = undo_move if body.get("undo") else move
    return done(runtime().store, viewer(), project_id, case_id, body)


def _side(side: Side) -> dict[str, object]:
    return {
        "id": side.id,
        "number": side.number,
        "label": side.label,
        "status": side.status,
        "openedAt": side.opened_on,
    }


def _proposal(item: Proposal) -> dict[str, object]:
    return {
        "id": item.id,
        "older": _side(item.older),
        "younger": _side(item.younger),
        "score": item.score,
        "reasons": list(item.reasons),
        "createdAt": item.created_at,
    }


def proposed(project_id: int) -> Response:
    return answer([_proposal(item) for item in proposals(runtime().store, viewer(), project_id)])


def not_the_same(project_id: int, task_id: str) -> Response:
    dismiss(runtime().store, viewer(), project_id, task_id, text_of(json_body(), "reason", required=False) or "")
    return success()


def _relative(item: Relative) -> dict[str, object]:
    return {
        "id": item.id,
        "number": item.number,
        "sop": item.sop,
        "how": item.how,
        "status": item.status,
        "closeReason": item.close_reason,
        "openedAt": item.opened_on,
        "closedAt": item.closed_on,
        "dueAt": item.due_at,
    }


def relatives(project_id: int, case_id: str) -> Response:
    return answer([_relative(item) for item in lineage(runtime().store, viewer(), project_id, case_id)])


def put_right(project_id: int, form_id: str, instance_id: str) -> Response:
    """Moves a submission to the case it is about."""
    body = json_body()
    to_case, from_case = text_of(body, "caseId"), text_of(body, "fromCaseId", required=False)
    if to_case is None:
        raise Problem("request.missing", field="caseId")
    reason = text_of(body, "reason", required=False) or ""
    key = relink(runtime().store, viewer(), project_id, instance_id, form_id, to_case, reason, from_case)
    return answer({"caseId": key})


_PROJECT = "/v1/projects/<int:project_id>"

ROUTES = (
    Route("GET", f"{_PROJECT}/merge-proposals", proposed, "case.read"),
    Route("POST", f"{_PROJECT}/merge-proposals/<task_id>/dismiss", not_the_same, "case.act"),
    Route("GET", f"{_PROJECT}/cases/<case_id>/lineage", relatives, "case.read"),
    Route("POST", f"{_PROJECT}/forms/<form_id>/submissions/<instance_id>/relink", put_right, "case.assign"),
)
