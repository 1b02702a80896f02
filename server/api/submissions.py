"""Submissions: reading, reviewing, noting, and sending them without a phone."""

from dataclasses import replace

from flask import Response, redirect, request

from forms import submission as submission_xml
from forms.differences import Difference
from forms.submission import SubmissionError
from server.actions import reviews
from server.actions.received import MAX_XML, Receipt, Sender, SentFile
from server.api.answers import answer, body_chunks, flag, json_body, listed, number, reason, success, text_of
from server.api.door import Route, runtime, viewer
from server.api.identity import address
from server.handing_out import File, begins, disposition, stream
from server.problems import Problem
from server.queries import submissions_api
from server.queries.submissions_api import CommentRow, FileRow, SubmissionRow, Version

# What a browser may show by itself, with the first bytes such a file has; everything else is a download.
SHOWN = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "image/gif": b"GIF8"}


def _actor(actor_id: int, name: str | None) -> dict[str, object]:
    return {"id": actor_id, "type": "user", "displayName": name}


def _version_json(row: Version) -> dict[str, object]:
    return {
        "instanceId": row.instance_id,
        "instanceName": row.instance_name,
        "submitterId": row.submitter_id,
        "submitter": _actor(row.submitter_id, row.submitter),
        "deviceId": row.device_id,
        "userAgent": row.user_agent,
        "createdAt": row.received_at,
        "current": row.current,
        "formVersion": row.form_version,
    }


def submission_json(row: SubmissionRow) -> dict[str, object]:
    """A submission as ODK Central writes it."""
    return {
        "instanceId": row.instance_id,
        "submitterId": row.submitter_id,
        "submitter": _actor(row.submitter_id, row.submitter),
        "deviceId": row.device_id,
        "userAgent": row.user_agent,
        "reviewState": row.review_state,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "deletedAt": row.deleted_at,
        "currentVersion": _version_json(row.current),
    }


def submissions(project_id: int, form_id: str) -> Response:
    store, by, limit = runtime().store, viewer(), number("limit")
    rows = submissions_api.submissions(
        store, by, project_id, form_id, limit=limit, offset=number("offset"), deleted=flag("deleted")
    )
    return listed(map(submission_json, rows), limit, lambda: submissions_api.state(store, by, project_id, form_id))


def one_submission(project_id: int, form_id: str, instance_id: str) -> Response:
    store = runtime().store
    root = submissions_api.root_of(store, viewer(), project_id, form_id, instance_id)
    if root is not None and root != instance_id:
        return _moved(request.path.rpartition("/")[0] + f"/{root}/versions/{instance_id}")
    return answer(submission_json(submissions_api.one_submission(store, viewer(), project_id, form_id, instance_id)))


def _moved(path: str) -> Response:
    response = redirect(path, 301)
    assert isinstance(response, Response)
    return response


def submission_xml_of(project_id: int, form_id: str, instance_id: str, version: str | None = None) -> Response:
    store, by = runtime().store, viewer()
    data = submissions_api.xml(store, by, project_id, form_id, instance_id, version, address=address(), reason=reason())
    return Response(data, content_type="application/xml; charset=utf-8")


def versions(project_id: int, form_id: str, instance_id: str) -> Response:
    rows = submissions_api.versions(runtime().store, viewer(), project_id, form_id, instance_id)
    return answer([_version_json(row) for row in rows])


def one_version(project_id: int, form_id: str, instance_id: str, version: str) -> Response:
    rows = submissions_api.versions(runtime().store, viewer(), project_id, form_id, instance_id)
    for row in rows:
        if row.instance_id == version:
            return answer(_version_json(row))
    raise Problem("request.not_found")


def _difference_json(item: Difference) -> dict[str, object]:
    told: dict[str, object] = {"path": [step if isinstance(step, str) else list(step) for step in item.path]}
    if item.old is not None:
        told["old"] = item.old
    if item.new is not None:
        told["new"] = item.new
    return told


def diffs(project_id: int, form_id: str, instance_id: str) -> Response:
    """What each edit changed, by the id of the version it made."""
    store, by = runtime().store, viewer()
    found = submissions_api.diffs(store, by, project_id, form_id, instance_id, address=address(), reason=reason())
    return answer({version: [_difference_json(item) for item in items] for version, items in found.items()})


def attachments(project_id: int, form_id: str, instance_id: str, version: str | None = None) -> Response:
    rows = submissions_api.files(runtime().store, viewer(), project_id, form_id, instance_id, version)
    return answer([{"name": row.name, "exists": row.blob is not None} for row in rows])


def attachment(project_id: int, form_id: str, instance_id: str, name: str, version: str | None = None) -> Response:
    row, file = submissions_api.file(
        runtime().store, viewer(), project_id, form_id, instance_id, name, version, address=address(), reason=reason()
    )
    return file_answer(row, file)


def file_answer(row: FileRow, file: File) -> Response:
    """A file somebody sent: pictures that are pictures may be shown, everything else is a download."""
    kind = row.type or "application/octet-stream"
    shown = kind in SHOWN and begins(file).startswith(SHOWN[kind])
    response = stream(file, kind if shown else "application/octet-stream", weak=True)
    response.headers["Content-Disposition"] = disposition("inline" if shown else "attachment", row.name)
    return response


def put_attachment(project_id: int, form_id: str, instance_id: str, name: str) -> Response:
    """Adds a file the submission names: the same XML once more, with that file beside it."""
    now = runtime()
    expected = submissions_api.files(now.store, viewer(), project_id, form_id, instance_id)
    if name not in {row.name for row in expected}:
        raise Problem("request.not_found")
    xml = submissions_api.kept_xml(now.store, viewer(), project_id, form_id, instance_id)
    blob = now.store.blobs.put_stream(body_chunks())
    now.intake.receive(_sender(), project_id, xml, [SentFile.of(name, blob, request.mimetype or None)])
    return success()


def _sender() -> Sender:
    return Sender(viewer(), request.args.get("deviceID"), request.headers.get("User-Agent"))


def _sent(form_id: str) -> tuple[bytes, submission_xml.Head]:
    request.max_content_length = MAX_XML
    data = request.get_data()
    try:
        head = submission_xml.head(data, instance_id_optional=True)
    except SubmissionError as error:
        raise Problem(f"submission.{error.code}", findings=(), **error.details) from None
    if head.form_id != form_id:
        raise Problem("request.bad_value", field="form ID", value=head.form_id[:100], reason=form_id)
    return data, head


def _receive(project_id: int, data: bytes) -> Receipt:
    return runtime().intake.receive(_sender(), project_id, data)


def create_submission(project_id: int, form_id: str) -> Response:
    data, _head = _sent(form_id)
    receipt = _receive(project_id, data)
    if receipt.code == "again":
        raise Problem(
            "submission.exists", instance=receipt.instance_id, fields=["instanceID"], values=[receipt.instance_id]
        )
    return one_submission(project_id, form_id, receipt.instance_id)


def edit_submission(project_id: int, form_id: str, instance_id: str) -> Response:
    data, head = _sent(form_id)
    if head.deprecated_id is None:
        raise Problem("request.missing", field="deprecatedID")
    store = runtime().store
    submissions_api.one_submission(store, viewer(), project_id, form_id, instance_id)
    if submissions_api.root_of(store, viewer(), project_id, form_id, head.deprecated_id) != instance_id:
        raise Problem("submission.edit_base_unknown")
    _receive(project_id, data)
    return answer(submission_json(submissions_api.one_submission(store, viewer(), project_id, form_id, instance_id)))


def review(project_id: int, form_id: str, instance_id: str) -> Response:
    body = json_body()
    if "reviewState" not in body:
        raise Problem("request.missing", field="reviewState")
    state = text_of(body, "reviewState", required=False)
    store = runtime().store
    reviews.review(store, viewer(), project_id, form_id, instance_id, state)
    return answer(submission_json(submissions_api.one_submission(store, viewer(), project_id, form_id, instance_id)))


def _comment_json(row: CommentRow) -> dict[str, object]:
    actor = _actor(row.actor_id, row.actor)
    return {"body": row.body, "actorId": row.actor_id, "actor": actor, "createdAt": row.created_at}


def comments(project_id: int, form_id: str, instance_id: str) -> Response:
    store, by = runtime().store, viewer()
    rows = submissions_api.comments(store, by, project_id, form_id, instance_id, address=address(), reason=reason())
    return answer([_comment_json(row) for row in rows])


def add_comment(project_id: int, form_id: str, instance_id: str) -> Response:
    store, body = runtime().store, text_of(json_body(), "body")
    reviews.add_comment(store, viewer(), project_id, form_id, instance_id, body or "")
    newest = submissions_api.comments(store, viewer(), project_id, form_id, instance_id, address=address())[0]
    return answer(_comment_json(replace(newest, body=body or "")))


_ALL = "/v1/projects/<int:project_id>/forms/<form_id>/submissions"
_ONE = f"{_ALL}/<instance_id>"
_VERSION = f"{_ONE}/versions/<version>"

ROUTES = (
    Route("GET", _ALL, submissions, "submission.read"),
    Route("POST", _ALL, create_submission, "submission.create"),
    Route("GET", _ONE, one_submission, "submission.read"),
    Route("PUT", _ONE, edit_submission, "submission.create"),
    Route("PATCH", _ONE, review, "submission.review"),
    Route("GET", f"{_ONE}.xml", submission_xml_of, "submission.read"),
    Route("GET", f"{_ONE}/attachments", attachments, "submission.read"),
    Route("GET", f"{_ONE}/attachments/<path:name>", attachment, "submission.read"),
    Route("POST", f"{_ONE}/attachments/<path:name>", put_attachment, "submission.create"),
    Route("GET", f"{_ONE}/comments", comments, "submission.read"),
    Route("POST", f"{_ONE}/comments", add_comment, "submission.read"),
    Route("GET", f"{_ONE}/versions", versions, "submission.read"),
    Route("GET", f"{_ONE}/diffs", diffs, "submission.read"),
    Route("GET", _VERSION, one_version, "submission.read"),
    Route("GET", f"{_VERSION}.xml", submission_xml_of, "submission.read"),
    Route("GET", f"{_VERSION}/attachments", attachments, "submission.read"),
    Route("GET", f"{_VERSION}/attachments/<path:name>", attachment, "submission.read"),
)
