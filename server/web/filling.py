"""Forms filled in a browser: ODK Web Forms on pages of its own under `/isi/`, with a policy of their own.

The engine compiles a parser at run time and writes its styles into the page, so these pages allow both, and nothing of
it is loaded anywhere else.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import Blueprint, g, jsonify, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response

from forms.browser import Gap
from forms.collect_settings import collect_settings, settings_qr_text
from server import receipts
from server.access import Viewer, require
from server.actions.received import Sender
from server.handing_out import stream
from server.locale import catalogue
from server.problems import Problem
from server.queries.browser_edit import browser_edit, check_edit, edit_file, edit_xform, edited_in
from server.queries.browser_form import BrowserForm, LinkForm, draft_to_try, form_to_fill, link_form, version_file
from server.queries.phone import MediaBytes
from server.upload import read_upload
from server.web import assets, opened
from server.web.frame import page
from server.web.guard import by_address, streaming, viewer
from server.web.phones import base_url, picture
from server.web.render import FieldError, label, language, runtime, t
from server.web.submissions import MOST

# What one request carries at most of a submission; the engine shares its files out over several (openrosa.md 6.3).
MOST_BYTES = 90_000_000
STATUS = {"closing": 409, "closed": 409, "reads_cases": 409}


@dataclass(frozen=True, slots=True)
class FillView:
    """The page: `what` it is for, `settings` for the script, `gaps` to tell, `collect` the QR code for phones, ''
    without one."""

    form: BrowserForm
    what: str
    settings: Mapping[str, object]
    import_map: Markup
    main: str
    gaps: tuple[tuple[str, tuple[Gap, ...]], ...] = ()
    collect: str = ""


@dataclass(frozen=True, slots=True)
class ClosedView:
    """Why a form cannot be filled here: a key under `fill.closed`; `form` None for a link that is not known."""

    reason: str
    form: BrowserForm | None = None
    collect: str = ""


def _import_map() -> str:
    names = {"vue": "vue.runtime.esm-browser.prod.js", "web-forms": "web-forms", "kept": "kept.js"}
    return json.dumps({"imports": {name: f"/aset/{assets.file_name(file)}" for name, file in names.items()}})


def _policy(import_map: str) -> str:
    known = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{known}' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; "
        "worker-src blob:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def show(form: BrowserForm, settings: Mapping[str, object], collect: str = "", *, what: str = "public") -> Response:
    """The page on which this form is filled; `what` it is for: `public`, `entry`, `edit`, or to be looked at, `live`
    and `draft`."""
    import_map = _import_map()
    whole = {
        **settings,
        "words": _sentences("web.engine."),
        "says": _sentences("web.fill.says."),
        "language": language(),
        "formLanguage": _form_language(form),
        "mostBytes": MOST_BYTES,
    }
    # Whether a log is made of how long each answer took is of no concern to a citizen.
    gaps = _grouped(tuple(gap for gap in form.gaps if what != "public" or gap.code != "log"))
    g.zone = form.zone
    main = assets.file_name("web-forms-main")
    view = FillView(form, what, whole, Markup(import_map), main, gaps, collect)  # noqa: S704 - our own names
    answer = page("fill.html", page=view)
    answer.headers["Content-Security-Policy"] = _policy(import_map)
    answer.headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=(self)"
    return answer


def _sentences(start: str) -> dict[str, str]:
    """The sentences the script fills in itself, by what follows `start` in their keys."""
    return {key[len(start) :]: text for key, text in catalogue(language()).items() if key.startswith(start)}


def _form_language(form: BrowserForm) -> str:
    """The form's own language to begin in: the reader's, when somebody chose one and the form speaks it."""
    if language() == runtime().language:
        return ""
    wanted = language()
    return next((name for name in form.languages if name == wanted or f"({wanted})" in name), "")


def _grouped(gaps: tuple[Gap, ...]) -> tuple[tuple[str, tuple[Gap, ...]], ...]:
    codes = dict.fromkeys(gap.code for gap in gaps)
    return tuple((code, tuple(gap for gap in gaps if gap.code == code)) for code in codes)


def _link(token: str) -> LinkForm:
    return link_form(runtime().store, runtime().definitions, token)


def _collect(form: BrowserForm, token: str) -> str:
    """The QR code by which a phone opens the same link."""
    url = f"{base_url()}/v1/key/{token}/projects/{form.project_id}"
    return picture(settings_qr_text(collect_settings(url, f"{form.title} – {form.office.name}")))


@by_address
def show_link(token: str) -> Response:
    """A public link, opened in a browser."""
    try:
        found = _link(token)
    except Problem as problem:
        return page("fill_closed.html", problem.kind.status, page=ClosedView("gone"))
    form = found.form
    if form.closed:
        collect = _collect(form, token) if form.closed not in ("closing", "closed", "reads_cases") else ""
        status = STATUS.get(form.closed, 501)
        return page("fill_closed.html", status, page=ClosedView(form.closed, form, collect))
    files = f"/v1/key/{token}/projects/{form.project_id}/openrosa/{form.version_id}"
    settings = {
        "form": f"{files}.xml",
        "files": f"{files}/media/",
        "send": f"/isi/{quote(token)}/kirim",
        "once": f"alur-once-{found.viewer.id}" if found.once else "",
    }
    return show(form, settings, _collect(form, token))


@by_address
@streaming
def do_link(token: str) -> Response:
    """Takes what somebody sent who holds a public link."""
    try:
        found = _link(token)
    except Problem:
        raise Problem("link.gone") from None
    return take(found.form.project_id, found.viewer)


def _own(version_id: int) -> dict[str, str]:
    """Where somebody who is signed in reads a published version and what lies beside it."""
    return {"form": f"/formulir/xform/{version_id}", "files": f"/isi/versi/{version_id}/"}


def show_preview(form_row: int) -> Response:
    """A published form as whoever manages it sees it without a phone; nothing is sent."""
    form = form_to_fill(runtime().store, runtime().definitions, viewer(), form_row, "phone.manage")
    return _tried(form, _own(form.version_id), "live")


def show_draft(form_row: int) -> Response:
    """A draft, with the rows made up for phones that try it; nothing is sent."""
    form, draft = draft_to_try(runtime().store, runtime().definitions, viewer(), form_row)
    place = f"/v1/test/{draft.token}/projects/{draft.project_id}/forms/{quote(draft.xml_form_id, safe='')}/draft"
    return _tried(form, {"form": f"{place}.xml", "files": f"{place}/attachments/"}, "draft")


def _tried(form: BrowserForm, settings: Mapping[str, object], what: str) -> Response:
    # What is never sent need not be locked.
    if form.closed not in ("", "encrypted"):
        return page("fill_closed.html", STATUS.get(form.closed, 501), page=ClosedView(form.closed, form))
    return show(form, {**settings, "send": ""}, what=what)


def get_file(version_id: int, name: str) -> Response:
    """A file beside a published version, for who may fill it."""
    return _file(version_file(runtime().store, viewer(), version_id, name), name)


def _file(found: MediaBytes, name: str) -> Response:
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else "application/octet-stream"
    made = found.text.encode() if isinstance(found.text, str) else found.text
    data = made if made is not None else found.file
    assert data is not None
    return stream(data, kind, etag=found.md5)


def show_entry(form_row: int) -> Response:
    """A new submission by somebody of the office."""
    form = form_to_fill(runtime().store, runtime().definitions, viewer(), form_row)
    if form.closed:
        return page("fill_closed.html", STATUS.get(form.closed, 501), page=ClosedView(form.closed, form))
    settings = {**_own(form.version_id), "send": f"/isi/formulir/{form_row}/kirim", **_person(), "keep": _keep()}
    return show(form, settings, what="entry")


def _person() -> dict[str, object]:
    """What the form may know of whoever fills it, and the token with which it is sent."""
    login = viewer().login or ""
    email = login if "@" in login else ""
    return {"csrf": generate_csrf(), "person": {"username": login, "email": email, "deviceID": "alur-web"}}


def _keep() -> dict[str, object]:
    """With what the browser seals answers that are not sent yet: the same for this person on every device, and known
    to nobody who is not signed in as them (decision 0037)."""
    key = hmac.digest(runtime().secret, f"unsent answers of {viewer().id}".encode(), "sha256")
    return {"owner": viewer().id, "key": base64.b64encode(key).decode()}


@streaming
def do_entry(form_row: int) -> Response:
    """Takes what somebody of the office filled."""
    form = form_to_fill(runtime().store, runtime().definitions, viewer(), form_row)
    return take(form.project_id, viewer())


@dataclass(frozen=True, slots=True)
class ReasonView:
    """Asks why masked answers are opened for correction."""

    submission_id: int
    form: BrowserForm
    errors: tuple[FieldError, ...] = ()


def show_edit(submission_id: int) -> Response:
    """A submission, opened for correction; where answers are masked a reason is asked first."""
    return _edit(submission_id, "")


def do_open_edit(submission_id: int) -> Response:
    reason = " ".join(request.form.get("alasan", "").split())[:200]
    return _edit(submission_id, reason, () if reason else (FieldError("alasan", t("reveal.missing")),))


def _edit(submission_id: int, reason: str, errors: tuple[FieldError, ...] = ()) -> Response:
    made = runtime()
    found = browser_edit(made.store, made.definitions, viewer(), submission_id, request.remote_addr, reason=reason)
    if found.refused or found.form is None:
        return page("fill_closed.html", 409, page=ClosedView(f"edit_{found.refused}", found.form))
    if found.hides:
        return page("fill_reason.html", 400 if errors else 200, page=ReasonView(submission_id, found.form, errors))
    here = f"/isi/kiriman/{submission_id}"
    settings = {
        **_person(),
        "keep": _keep(),
        "form": f"{here}/formulir.xml",
        "files": f"{here}/media/",
        "send": f"{here}/kirim",
        "edit": {
            "xml": found.xml,
            "files": found.files,
            "missing": found.missing,
            "place": f"/kiriman/{submission_id}/berkas/",
            "opened": urlencode({opened.NAME: opened.key_of(submission_id)}),
            "labels": {path: label(labels, path.rpartition("/")[2]) for path, labels in found.labels.items()},
            "repeats": found.repeats,
        },
        "next": f"/kiriman/{submission_id}",
    }
    return show(found.form, settings, what="edit")


def get_edit_form(submission_id: int) -> Response:
    """The form of a submission that is corrected."""
    text = edit_xform(runtime().store, runtime().definitions, viewer(), submission_id)
    return Response(text, content_type="text/xml; charset=utf-8")


def get_edit_file(submission_id: int, name: str) -> Response:
    """A file beside the form of a submission that is corrected."""
    return _file(edit_file(runtime().store, viewer(), submission_id, name), name)


@streaming
def do_edit(submission_id: int) -> Response:
    """Takes a correction, as a phone's edit."""
    store = runtime().store
    project_id = edited_in(store, viewer(), submission_id)
    return take(project_id, viewer(), lambda xml: check_edit(store, viewer(), submission_id, xml))


def take(project_id: int, sender: Viewer, check: Callable[[bytes], None] | None = None) -> Response:
    """A submission, or a part of one, as phones send it; the answer says in the page's language what became of it.
    `check` reads it first."""
    # Before anything is stored for somebody who has no business here.
    require(sender, "submission.create", project_id)
    xml, files = read_upload(request, runtime().store.blobs.put_stream)
    if check is not None:
        check(xml)
    client = Sender(sender, request.args.get("deviceID"), request.headers.get("User-Agent"))
    receipt = runtime().intake.receive(client, project_id, xml, files)
    answer = jsonify(text=receipts.told(receipt, sender, language()), code=receipt.code, instance=receipt.instance_id)
    answer.status_code = 201
    return answer


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/isi/pratinjau/<int:form_row>", "preview", show_preview)
    blueprint.add_url_rule("/isi/pratinjau/<int:form_row>/draf", "preview_draft", show_draft)
    blueprint.add_url_rule("/isi/versi/<int:version_id>/<path:name>", "version_file", get_file)
    blueprint.add_url_rule("/isi/formulir/<int:form_row>", "entry", show_entry)
    blueprint.add_url_rule("/isi/formulir/<int:form_row>/kirim", "do_entry", do_entry, methods=["POST"])
    one = f"/isi/kiriman/<int(max={MOST}):submission_id>"
    blueprint.add_url_rule(one, "edit", show_edit)
    blueprint.add_url_rule(one, "open_edit", do_open_edit, methods=["POST"])
    blueprint.add_url_rule(f"{one}/formulir.xml", "edit_form", get_edit_form)
    blueprint.add_url_rule(f"{one}/media/<path:name>", "edit_file", get_edit_file)
    blueprint.add_url_rule(f"{one}/kirim", "do_edit", do_edit, methods=["POST"])
    blueprint.add_url_rule("/isi/<token>", "fill_link", show_link)
    blueprint.add_url_rule("/isi/<token>/kirim", "do_fill_link", do_link, methods=["POST"])
