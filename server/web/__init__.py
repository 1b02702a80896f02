"""The door for people: pages made on the server, in Indonesian and English. Never opens the store."""

from flask import Blueprint, Flask, request, send_from_directory
from jinja2 import StrictUndefined
from werkzeug.wrappers import Response

from server.web import (
    assets,
    case,
    case_pair,
    case_words,
    cases,
    collect_login,
    collection,
    early,
    filling,
    flow,
    forms,
    guard,
    home,
    migration,
    officers,
    papers,
    phones,
    places,
    publish,
    render,
    reports,
    signing,
    simulation,
    sops,
    submissions,
    what_if,
)
from server.web.frame import problem_page
from server.web.guard import anyone, protect
from server.web.runtime import Runtime

__all__ = ["Runtime", "problem_page", "protect", "register"]


@anyone
def _asset(name: str) -> Response:
    packed = name in assets.packed() and request.accept_encodings["gzip"] > 0
    answer = send_from_directory(assets.BUILT, f"{name}.gz" if packed else name, max_age=31_536_000)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Type"] = f"text/{'css' if name.endswith('.css') else 'javascript'}; charset=utf-8"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def create_blueprint() -> Blueprint:
    """All pages."""
    blueprint = Blueprint("web", __name__, template_folder="templates")
    blueprint.add_url_rule("/aset/<path:name>", "asset", _asset)
    for part in (
        signing,
        home,
        case,
        case_pair,
        cases,
        submissions,
        early,
        papers,
        publish,
        forms,
        sops,
        simulation,
        migration,
        what_if,
        officers,
        phones,
        collection,
        filling,
        collect_login,
        reports,
    ):
        part.routes(blueprint)
    return blueprint


def register(app: Flask, runtime: Runtime) -> None:
    """Puts the pages into the app. `app.secret_key` must be set before the first request.

    Failures on addresses no door knows can be answered with `problem_page` and `protect`.
    """
    app.extensions["alur.web"] = runtime
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for named in (render, case_words, flow, simulation, forms, places):
        app.jinja_env.globals.update(named.GLOBALS)
    app.jinja_env.globals.update(icon=assets.icon, asset=_asset_address)
    blueprint = create_blueprint()
    guard.install(app, blueprint, runtime, problem_page)
    app.register_blueprint(blueprint)


def _asset_address(name: str) -> str:
    return f"/aset/{assets.file_name(name)}"
