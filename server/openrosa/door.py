"""The routes. With a token in the path (`/v1/key/<token>/…`), or with a log-in: Digest, and Basic where a password may
travel (Collect itself answers Basic over https only)."""

import hmac
import secrets
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from forms import openrosa as wire
from server import receipts
from server.access import Viewer, require
from server.actions.digest_use import first_use
from server.actions.draft_trials import receive_trial
from server.actions.holding import stand_in
from server.actions.phones import seen
from server.actions.received import Sender
from server.actions.runtime import Runtime
from server.actions.sign_in import viewer_of_collect
from server.handing_out import REVALIDATE, disposition, stream
from server.locale import say
from server.openrosa import digest
from server.problems import Problem
from server.queries import briefcase, draft, phone, phone_lists
from server.queries.draft import Draft
from server.queries.phone import MediaBytes, PhoneFile, PhoneForm
from server.queries.viewers import viewer_of_phone
from server.upload import read_upload

# Advertised for splitting; a single larger file still arrives whole (openrosa.md 6.3).
ACCEPT_LENGTH = 90_000_000
KEY = "/v1/key/<token>/projects/<int:project_id>"
OPEN = "/v1/projects/<int:project_id>"
TRIAL = "/v1/test/<token>/projects/<int:project_id>/forms/<form_id>/draft"
XML = "text/xml; charset=utf-8"

View = Callable[..., Response]


def create_blueprint(runtime: Runtime, basic: Callable[[], Viewer | None]) -> Blueprint:
    """The blueprint over a runtime; `basic` answers who the Authorization header names, or None."""
    door = Blueprint("openrosa", __name__)
    routes = _Routes(runtime)
    for rule, view, methods in (
        ("/formList", routes.form_list, ["GET", "HEAD"]),
        ("/openrosa/<int:version_id>.xml", routes.xform, ["GET", "HEAD"]),
        ("/openrosa/<int:version_id>/manifest", routes.manifest, ["GET", "HEAD"]),
        ("/openrosa/<int:version_id>/media/<path:name>", routes.media, ["GET", "HEAD"]),
        ("/openrosa/lists/<name>/integrity", routes.integrity, ["GET", "HEAD"]),
        ("/submission", routes.submission, ["GET", "HEAD", "POST"]),
        ("/view/submissionList", routes.submission_list, ["GET"]),
        ("/view/downloadSubmission", routes.download_submission, ["GET"]),
        ("/view/attachments/<form_id>/<instance_id>/<path:name>", routes.submission_file, ["GET"]),
    ):
        name = view.__name__
        door.add_url_rule(KEY + rule, f"{name}_key", _by_token(runtime, view), methods=methods)
        door.add_url_rule(OPEN + rule, f"{name}_open", _by_login(runtime, basic, view), methods=methods)
    trial = _Trial(runtime)
    for rule, shown, methods in (
        ("/formList", trial.form_list, ["GET", "HEAD"]),
        (".xml", trial.xform, ["GET", "HEAD"]),
        ("/manifest", trial.manifest, ["GET", "HEAD"]),
        ("/attachments/<path:name>", trial.media, ["GET", "HEAD"]),
        ("/lists/<name>/integrity", trial.integrity, ["GET", "HEAD"]),
        ("/submission", trial.submission, ["GET", "HEAD", "POST"]),
    ):
        door.add_url_rule(TRIAL + rule, f"{shown.__name__}_trial", _by_draft(runtime, shown), methods=methods)
    door.after_request(_headers)
    door.register_error_handler(Problem, refuse)
    door.register_error_handler(HTTPException, _http_error)
    door.register_error_handler(Exception, _fault)
    return door


def _by_token(runtime: Runtime, view: View) -> View:
    @wraps(view)
    def guarded(token: str, project_id: int, **parts: Any) -> Response:
        viewer = viewer_of_phone(runtime.store, token, project_id)
        if viewer is None:
            raise Problem("auth.token_revoked")
        return view(viewer, project_id, f"{request.host_url}v1/key/{token}/projects/{project_id}", **parts)

    return guarded


def _by_login(runtime: Runtime, basic: Callable[[], Viewer | None], view: View) -> View:
    @wraps(view)
    def guarded(project_id: int, **parts: Any) -> Response:
        viewer = _by_collect(runtime) or basic()
        if viewer is None:
            raise Problem("auth.required")
        return view(viewer, project_id, f"{request.host_url}v1/projects/{project_id}", **parts)

    return guarded


def _by_collect(runtime: Runtime) -> Viewer | None:
    """Who logs in with the password for Collect, by Digest or Basic; None leaves it to the account's own password."""
    given, address = request.authorization, request.remote_addr or "-"
    if given is None or given.type not in ("digest", "basic"):
        return None
    store, secret = runtime.store, runtime.secret
    if given.type == "basic":
        if not _may_send_passwords(runtime):
            return None
        sent = (given.password or "").encode()
        same = partial(_same, sent)
        return viewer_of_collect(store, secret, given.username or "", same, address, count=False)
    parts = dict(given.parameters)
    made = digest.fresh_since(secret, parts, store.now())
    if made is None:
        # Not looked at: an old nonce must not tell whether a guess was right.
        raise Problem("auth.required", stale=True)
    right = partial(digest.proves, request, parts)
    found = viewer_of_collect(store, secret, parts.get("username") or "", right, address)
    if found is None:
        raise Problem("auth.wrong")
    if not first_use(store, made, digest.proof(parts), digest.LIFETIME_SECONDS):
        # Recorded and sent again, or sent twice by a client whose connection broke: that one asks again by itself.
        raise Problem("auth.required", stale=True)
    return found


def _same(sent: bytes, password: str) -> bool:
    return hmac.compare_digest(password.encode(), sent)


def _may_send_passwords(runtime: Runtime) -> bool:
    """Whether a password may travel as it is: over https, and inside an office's own network (ruling 42)."""
    return request.is_secure or not runtime.secure_cookies


def _by_draft(runtime: Runtime, view: View) -> View:
    @wraps(view)
    def guarded(token: str, project_id: int, form_id: str, **parts: Any) -> Response:
        found = draft.draft_of(runtime.store, token, project_id, form_id)
        base = f"{request.host_url}v1/test/{token}/projects/{project_id}/forms/{quote(form_id, safe='')}/draft"
        return view(found, base, **parts)

    return guarded


class _Trial:
    """A draft on the phones of those who try it: one form, no log-in, nothing of real cases in or out."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def form_list(self, found: Draft, base: str) -> Response:
        return _listed(
            [draft.draft_form(self._runtime.store, found)],
            lambda _form: f"{base}.xml",
            lambda _form: f"{base}/manifest",
        )

    def xform(self, found: Draft, base: str) -> Response:
        text, md5 = draft.draft_xform(self._runtime.store, found)
        return _revalidated(md5, text, XML)

    def manifest(self, found: Draft, base: str) -> Response:
        files = draft.draft_files(self._runtime.store, found)
        return _manifest(files, f"{base}/attachments", f"{base}/lists")

    def media(self, found: Draft, base: str, name: str) -> Response:
        return _file(draft.draft_media(self._runtime.store, found, name), name)

    def integrity(self, found: Draft, base: str, name: str) -> Response:
        # Rows made up are never deleted, and rows a trial makes live on its phone only.
        return Response(wire.integrity([]), content_type=XML)

    def submission(self, found: Draft, base: str) -> Response:
        if request.method != "POST":
            return Response(status=204)
        xml, files = read_upload(request, self._runtime.store.blobs.put_stream)
        client = (request.args.get("deviceID"), request.headers.get("User-Agent"))
        receipt = receive_trial(self._runtime.store, found, xml, files, *client)
        sentence = receipts.sentence(receipt, current_app.config.get("ALUR_LANGUAGE", "id"))
        return Response(wire.response(sentence), status=201, content_type=XML)


class _Routes:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def form_list(self, viewer: Viewer, project_id: int, base: str) -> Response:
        if viewer.kind == "phone" and request.method == "GET":
            seen(self._runtime.store, viewer.id)
        stand_in(self._runtime.store, project_id)
        forms = phone.form_list(self._runtime.store, viewer, project_id, request.args.get("formID"))
        here = f"{base}/openrosa"
        return _listed(
            forms, lambda form: f"{here}/{form.version_id}.xml", lambda form: f"{here}/{form.version_id}/manifest"
        )

    def xform(self, viewer: Viewer, project_id: int, base: str, version_id: int) -> Response:
        text, md5 = phone.xform(self._runtime.store, viewer, project_id, version_id)
        return _revalidated(md5, text, XML)

    def manifest(self, viewer: Viewer, project_id: int, base: str, version_id: int) -> Response:
        files = phone.files(self._runtime.store, viewer, project_id, version_id)
        return _manifest(files, f"{base}/openrosa/{version_id}/media", f"{base}/openrosa/lists")

    def media(self, viewer: Viewer, project_id: int, base: str, version_id: int, name: str) -> Response:
        found = phone.media(self._runtime.store, viewer, project_id, version_id, name)
        return _file(found, name)

    def integrity(self, viewer: Viewer, project_id: int, base: str, name: str) -> Response:
        ids = [part.strip() for part in request.args.get("id", "").split(",") if part.strip()]
        return Response(
            wire.integrity(phone_lists.integrity(self._runtime.store, viewer, project_id, name, ids)), content_type=XML
        )

    def submission(self, viewer: Viewer, project_id: int, base: str) -> Response:
        if request.method != "POST":
            # Any 2xx but 204 makes Collect abort the send, so HEAD (and GET, of which it is made) answer 204.
            return Response(status=204)
        # Before anything is stored for somebody who has no business here.
        require(viewer, "submission.create", project_id)
        xml, files = read_upload(request, self._runtime.store.blobs.put_stream)
        sender = Sender(viewer, request.args.get("deviceID"), request.headers.get("User-Agent"))
        receipt = self._runtime.intake.receive(sender, project_id, xml, files)
        return Response(wire.response(receipts.told(receipt, viewer, viewer.language)), status=201, content_type=XML)

    def submission_list(self, viewer: Viewer, project_id: int, base: str) -> Response:
        asked = request.args
        count = asked.get("numEntries", "")
        found = briefcase.instance_ids(
            self._runtime.store,
            viewer,
            project_id,
            asked.get("formId", ""),
            asked.get("cursor", ""),
            int(count) if count.isdecimal() and len(count) < 7 else 100,
            incomplete=asked.get("includeIncomplete", "").lower() == "true",
        )
        return Response(wire.id_chunk(found.ids, found.cursor), content_type=XML)

    def download_submission(self, viewer: Viewer, project_id: int, base: str) -> Response:
        asked = briefcase.asked_for(request.args.get("formId", ""))
        address = request.remote_addr
        found = briefcase.pulled(self._runtime.store, viewer, project_id, *asked, address=address)
        place = f"{base}/view/attachments/{quote(found.form_id, safe='')}/{quote(found.instance_id, safe='')}"
        files = (wire.ListedFile(file.name, file.md5, f"{place}/{quote(file.name, safe='')}") for file in found.files)
        return Response(wire.one_submission(found.root, files), content_type=XML)

    def submission_file(
        self, viewer: Viewer, project_id: int, base: str, form_id: str, instance_id: str, name: str
    ) -> Response:
        file = briefcase.pulled_file(
            self._runtime.store, viewer, project_id, form_id, instance_id, name, address=request.remote_addr
        )
        response = stream(file, "application/octet-stream")
        response.headers["Content-Disposition"] = disposition("attachment", name)
        return response


def _listed(
    forms: Iterable[PhoneForm], download: Callable[[PhoneForm], str], manifest: Callable[[PhoneForm], str]
) -> Response:
    listed = (
        wire.ListedForm(
            form.form_id,
            form.title,
            form.version,
            form.md5,
            download(form),
            manifest(form) if form.has_files else None,
        )
        for form in forms
    )
    return Response(wire.form_list(listed), content_type=XML)


def _manifest(files: Iterable[PhoneFile], media: str, lists: str) -> Response:
    listed = (
        wire.ListedFile(
            file.name,
            file.md5,
            f"{media}/{quote(file.name, safe='')}",
            "entityList" if file.is_entity_list else None,
            f"{lists}/{quote(file.name.removesuffix('.csv'), safe='')}/integrity" if file.is_entity_list else None,
        )
        for file in files
    )
    return Response(wire.manifest(listed), content_type=XML)


def _file(found: MediaBytes, name: str) -> Response:
    if found.text is not None:
        return _revalidated(found.md5, found.text, "text/csv; charset=utf-8")
    assert found.file is not None
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else "application/octet-stream"
    return stream(found.file, kind, etag=found.md5)


def _revalidated(md5: str, body: str | bytes, content_type: str) -> Response:
    response = Response(body, content_type=content_type)
    response.set_etag(md5)
    response.headers["Cache-Control"] = REVALIDATE
    response.make_conditional(request)
    return response


def _headers(response: Response) -> Response:
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(ACCEPT_LENGTH)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def refuse(problem: Problem) -> Response:
    """A problem as OpenRosaResponse: the sentence says what happened and what to do."""
    language = current_app.config.get("ALUR_LANGUAGE", "id")
    sentence = say(language, f"problem.{problem.code}", **problem.args_)
    response = Response(wire.response(sentence, "submit_error"), status=problem.kind.status, content_type=XML)
    if problem.kind.status == 401:
        runtime: Runtime = current_app.extensions["alur"]
        stale = bool(problem.args_.get("stale"))
        response.headers.add("WWW-Authenticate", digest.challenge(runtime.secret, runtime.store.now(), stale=stale))
        if _may_send_passwords(runtime):
            response.headers.add("WWW-Authenticate", f'Basic realm="{digest.REALM}", charset="UTF-8"')
    if problem.kind.status == 503:
        response.headers["Retry-After"] = "10"
    return response


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return refuse(Problem("submission.too_large", limit=100))
    if error.code == 405:
        return refuse(Problem("request.method"))
    if error.code == 404:
        return refuse(Problem("request.not_found"))
    return refuse(Problem("submission.broken_multipart"))


def _fault(error: Exception) -> Response:
    incident = secrets.token_hex(4)
    current_app.logger.exception("a request of a phone failed", extra={"incident": incident})
    return refuse(Problem("internal", incident=incident))
