"""Submissions put away and brought back, what was done to them, and the server's audit, for programs."""

from datetime import UTC, datetime

from flask import Response, request

from server.actions import reviews
from server.api.answers import answer, number, success
from server.api.door import Route, runtime, viewer
from server.problems import Problem
from server.queries import audits_api, submissions_api
from server.queries.audits_api import AuditRow


def delete_submission(project_id: int, form_id: str, instance_id: str) -> Response:
    reviews.delete(runtime().store, viewer(), project_id, form_id, instance_id)
    return success()


def restore_submission(project_id: int, form_id: str, instance_id: str) -> Response:
    reviews.restore(runtime().store, viewer(), project_id, form_id, instance_id)
    return success()


def submitters(project_id: int, form_id: str) -> Response:
    rows = submissions_api.submitters(runtime().store, viewer(), project_id, form_id)
    return answer([{"id": key, "type": kind, "displayName": name} for key, kind, name in rows])


def keys(project_id: int, form_id: str) -> Response:
    """The keys an export may have to decrypt with."""
    rows = submissions_api.keys(runtime().store, viewer(), project_id, form_id)
    return answer(
        [
            {"id": row.id, "public": row.public, "managed": False, "hint": None, "createdAt": row.created_at}
            for row in rows
        ]
    )


def audit_json(row: AuditRow) -> dict[str, object]:
    """A line of the audit as ODK Central writes it."""
    told: dict[str, object] = {
        "actorId": row.actor_id,
        "action": row.action,
        "acteeId": row.subject,
        "details": dict(row.details),
        "notes": row.details.get("notes"),
        "loggedAt": row.at,
    }
    if row.actor is not None:
        told["actor"] = {"id": row.actor_id, "displayName": row.actor}
    return told


def submission_audits(project_id: int, form_id: str, instance_id: str) -> Response:
    rows = audits_api.of_submission(runtime().store, viewer(), project_id, form_id, instance_id)
    return answer([audit_json(row) for row in rows])


def audits() -> Response:
    rows = audits_api.audits(
        runtime().store,
        viewer(),
        action=request.args.get("action") or None,
        start=_moment("start"),
        end=_moment("end"),
        limit=number("limit"),
        offset=number("offset"),
    )
    return answer([audit_json(row) for row in rows])


def _moment(name: str) -> datetime | None:
    """A moment of the query; without an offset it is meant in UTC. Raises `request.bad_type` (400.11)."""
    text = request.args.get(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Problem("request.bad_type", field=name, value=text[:100], expected="timestamp") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_ALL = "/v1/projects/<int:project_id>/forms/<form_id>/submissions"
_ONE = f"{_ALL}/<instance_id>"

ROUTES = (
    Route("GET", "/v1/audits", audits),
    Route("GET", f"{_ALL}/submitters", submitters, "submission.read"),
    Route("GET", f"{_ALL}/keys", keys, "submission.read"),
    Route("DELETE", _ONE, delete_submission, "submission.delete"),
    Route("POST", f"{_ONE}/restore", restore_submission, "submission.delete"),
    Route("GET", f"{_ONE}/audits", submission_audits, "submission.read"),
)
