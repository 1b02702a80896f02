"""A form's answers to take away: CSV, zip and GeoJSON (central-api.md sections 6 and 8)."""

from collections.abc import Callable, Iterator, Mapping

from flask import Response, request

from server.api.answers import json_body, language, number, tag_of, tagged, unchanged
from server.api.door import Route, runtime, viewer
from server.api.identity import address
from server.handing_out import disposition
from server.locale import say
from server.problems import Problem
from server.queries import exports, masking, submissions_api
from server.queries.exports import Choice, Stream

MAX_KEY = 64 * 1024
Export = Callable[..., Stream]


def _given() -> Mapping[str, str]:
    """The options: of the query and, for POST, of the form or JSON in the body."""
    body: Mapping[str, str] = {}
    if request.method == "POST":
        request.max_content_length = MAX_KEY
        if request.mimetype == "application/json":
            body = {name: str(value) for name, value in json_body().items() if value is not None}
        else:
            body = request.form.to_dict()
    return {**request.args.to_dict(), **body}


def _choice(given: Mapping[str, str], *, draft: bool) -> Choice:
    def is_not(name: str) -> bool:
        return given.get(name, "").lower() != "false"

    def is_so(name: str) -> bool:
        return given.get(name, "").lower() == "true"

    return Choice(
        attachments=is_not("attachments"),
        group_paths=is_not("groupPaths"),
        split=is_so("splitSelectMultiples"),
        deleted_fields=is_so("deletedFields"),
        language=given.get("language") or language() if is_so("labels") else None,
        bom=is_so("bom"),
        guard=is_not("guard"),
        filter=given.get("$filter") or None,
        draft=draft,
    )


def _with_key(choice: Choice, given: Mapping[str, str], project_id: int, form_id: str) -> Choice:
    """The choice with the private key of the body: under `privateKey`, or as in ODK Central under the id of its
    public one."""
    pem, passphrase = given.get("privateKey"), given.get("passphrase")
    if pem is None:
        ids = {str(row.id) for row in submissions_api.keys(runtime().store, viewer(), project_id, form_id)}
        pem = next((given[name] for name in given if name in ids), None)
    if not pem:
        return choice
    made = exports.private_key(pem, passphrase)
    return Choice(**{**{name: getattr(choice, name) for name in Choice.__slots__}, "key": made})


def _streamed(
    project_id: int, form_id: str, start: Export, kind: str, ending: Callable[[Choice], str], *, draft: bool = False
) -> Response:
    given = _given()
    choice = _choice(given, draft=draft)
    store = runtime().store
    how_much = masking.extent_of(store, viewer(), project_id)
    tag = None
    if request.method == "POST":
        choice = _with_key(choice, given, project_id, form_id)
    else:
        tag = tag_of(exports.etag(store, viewer(), project_id, form_id, draft=draft))
        if known := unchanged(tag):
            return known
    stream = start(store, viewer(), project_id, form_id, choice, address())
    response = Response(stream, content_type=kind)  # as an iterable it has `close`
    mark = "" if how_much == "whole" else f"-{say(language(), 'export.masked.mark')}"
    response.headers["Content-Disposition"] = disposition("attachment", f"{form_id}{mark}{ending(choice)}")
    return tagged(response, tag) if tag is not None else response


def csv_root(project_id: int, form_id: str, *, draft: bool = False) -> Response:
    return _streamed(project_id, form_id, exports.csv_root, "text/csv; charset=utf-8", lambda _: ".csv", draft=draft)


def csv_zip(project_id: int, form_id: str, *, draft: bool = False) -> Response:
    def ending(choice: Choice) -> str:
        return ".zip" if choice.attachments else ".csv.zip"

    return _streamed(project_id, form_id, exports.csv_zip, "application/zip", ending, draft=draft)


def trials_csv(project_id: int, form_id: str) -> Response:
    return csv_root(project_id, form_id, draft=True)


def trials_zip(project_id: int, form_id: str) -> Response:
    return csv_zip(project_id, form_id, draft=True)


def places(body: Iterator[bytes]) -> Response:
    """A FeatureCollection as it flows out."""
    return Response(body, content_type="application/geo+json; charset=utf-8")


def _one_path() -> str | None:
    paths = request.args.getlist("fieldpath")
    if len(paths) > 1:
        raise Problem("request.bad_value", field="fieldpath", value=", ".join(paths)[:100], reason="1")
    return paths[0] if paths else None


def geojson(project_id: int, form_id: str) -> Response:
    store = runtime().store
    tag = tag_of(exports.etag(store, viewer(), project_id, form_id))
    if known := unchanged(tag):
        return known
    condition = request.args.get("$filter") or None
    found = exports.geojson(
        store,
        viewer(),
        project_id,
        form_id,
        address(),
        fieldpath=_one_path(),
        condition=condition,
        limit=number("limit"),
    )
    return tagged(places(found), tag)


def geojson_of(project_id: int, form_id: str, instance_id: str) -> Response:
    paths = request.args.getlist("fieldpath")
    found = exports.geojson_of(runtime().store, viewer(), project_id, form_id, instance_id, paths, address())
    return places(found)


_ALL = "/v1/projects/<int:project_id>/forms/<form_id>/submissions"
_TRIALS = "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions"

ROUTES = (
    Route("GET", f"{_ALL}.csv", csv_root, "submission.read"),
    Route("POST", f"{_ALL}.csv", csv_root, "submission.read"),
    Route("GET", f"{_ALL}.csv.zip", csv_zip, "submission.read"),
    Route("POST", f"{_ALL}.csv.zip", csv_zip, "submission.read"),
    Route("GET", f"{_TRIALS}.csv", trials_csv, "submission.read"),
    Route("POST", f"{_TRIALS}.csv", trials_csv, "submission.read"),
    Route("GET", f"{_TRIALS}.csv.zip", trials_zip, "submission.read"),
    Route("POST", f"{_TRIALS}.csv.zip", trials_zip, "submission.read"),
    Route("GET", f"{_ALL}.geojson", geojson, "submission.read"),
    Route("GET", f"{_ALL}/<instance_id>.geojson", geojson_of, "submission.read"),
)
