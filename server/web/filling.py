"""Forms filled in a browser: ODK Web Forms on pages of its own under `/isi/`, with a policy of their own.

The engine compiles a parser at run time and writes its styles into the page, so these pages allow both, and nothing of
it is loaded anywhere else.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, g, jsonify, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from forms.browser import Gap
from forms.collect_settings import collect_settings, settings_qr_text
from server import receipts
from server.access import Viewer, require
from server.actions.received import Sender
from server.locale import catalogue
from server.problems import Problem
from server.queries.browser_form import BrowserForm, LinkForm, link_form
from server.upload import read_upload
from server.web import assets
from server.web.frame import page
from server.web.guard import by_address, streaming
from server.web.phones import base_url, picture
from server.web.render import language, runtime

# What one request carries at most of a submission; the engine shares its files out over several (openrosa.md 6.3).
MOST_BYTES = 90_000_000
STATUS = {"closing": 409, "closed": 409, "reads_cases": 409}


@dataclass(frozen=True, slots=True)
class FillView:
    """The page: `settings` for the script, `gaps` to tell, `collect` the QR code for phones, '' without one."""

    form: BrowserForm
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
    names = {"vue": "vue.runtime.esm-browser.prod.js", "web-forms": "web-forms"}
    return json.dumps({"imports": {name: f"/aset/{assets.file_name(file)}" for name, file in names.items()}})


def _policy(import_map: str) -> str:
    known = base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{known}' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def show(form: BrowserForm, settings: Mapping[str, object], collect: str = "", *, told: bool = True) -> Response:
    """The page on which this form is filled; `told` False leaves out what only the office cares about."""
    import_map = _import_map()
    whole = {
        **settings,
        "words": _sentences("web.engine."),
        "says": _sentences("web.fill.says."),
        "language": language(),
        "formLanguage": _form_language(form),
        "mostBytes": MOST_BYTES,
    }
    gaps = _grouped(tuple(gap for gap in form.gaps if told or gap.code != "log"))
    g.zone = form.zone
    view = FillView(form, whole, Markup(import_map), assets.file_name("web-forms-main"), gaps, collect)  # noqa: S704
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
    return show(form, settings, _collect(form, token), told=False)


@by_address
@streaming
def do_link(token: str) -> Response:
    """Takes what somebody sent who holds a public link."""
    try:
        found = _link(token)
    except Problem:
        raise Problem("link.gone") from None
    return take(found.form.project_id, found.viewer)


def take(project_id: int, viewer: Viewer) -> Response:
    """A submission, or a part of one, as phones send it; the answer says in the page's language what became of it."""
    # Before anything is stored for somebody who has no business here.
    require(viewer, "submission.create", project_id)
    xml, files = read_upload(request, runtime().store.blobs.put_stream)
    sender = Sender(viewer, request.args.get("deviceID"), request.headers.get("User-Agent"))
    receipt = runtime().intake.receive(sender, project_id, xml, files)
    answer = jsonify(text=receipts.told(receipt, viewer, language()), code=receipt.code, instance=receipt.instance_id)
    answer.status_code = 201
    return answer


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/isi/<token>", "fill_link", show_link)
    blueprint.add_url_rule("/isi/<token>/kirim", "do_fill_link", do_link, methods=["POST"])
