"""What phones sent while a draft was tried, in the shapes of real submissions (central-api.md section 5)."""

from flask import Response

from server.api.answers import answer, etagged, number, reason
from server.api.door import Route, runtime, viewer
from server.api.submissions import file_answer, submission_json
from server.queries import draft


def trials(project_id: int, form_id: str) -> Response:
    page = {"limit": number("limit"), "offset": number("offset")}
    rows = draft.trials(runtime().store, viewer(), project_id, form_id, **page)
    return etagged(answer([submission_json(row) for row in rows]))


def one_trial(project_id: int, form_id: str, instance_id: str) -> Response:
    return answer(submission_json(draft.one_trial(runtime().store, viewer(), project_id, form_id, instance_id)[0]))


def trial_xml(project_id: int, form_id: str, instance_id: str) -> Response:
    data = draft.trial_xml(runtime().store, viewer(), project_id, form_id, instance_id, reason())
    return Response(data, content_type="application/xml; charset=utf-8")


def trial_files(project_id: int, form_id: str, instance_id: str) -> Response:
    rows = draft.one_trial(runtime().store, viewer(), project_id, form_id, instance_id)[2]
    return answer([{"name": row.name, "exists": row.blob is not None} for row in rows])


def trial_file(project_id: int, form_id: str, instance_id: str, name: str) -> Response:
    return file_answer(*draft.trial_file(runtime().store, viewer(), project_id, form_id, instance_id, name, reason()))


_TRIALS = "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions"

ROUTES = (
    Route("GET", _TRIALS, trials, "form.read"),
    Route("GET", f"{_TRIALS}/<instance_id>", one_trial, "form.read"),
    Route("GET", f"{_TRIALS}/<instance_id>.xml", trial_xml, "form.read"),
    Route("GET", f"{_TRIALS}/<instance_id>/attachments", trial_files, "form.read"),
    Route("GET", f"{_TRIALS}/<instance_id>/attachments/<path:name>", trial_file, "form.read"),
)
