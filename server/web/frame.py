"""The frame of a page for this request: navigation, person, languages."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import g, jsonify, request
from werkzeug.wrappers import Response

from server.access import ACTS, Viewer
from server.locale import LANGUAGES
from server.problems import Problem
from server.queries.home import Around, around
from server.web import render
from server.web.guard import came_from
from server.web.render import Frame, Link


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error page says: status and sentence."""

    status: int
    text: str


# key, address, icon, act that shows it
PLACES = (
    ("home", "/", "house", "case.read"),
    ("tasks", "/tugas", "list-checks", "submission.read"),
    ("cases", "/kasus", "folder-open", "case.read"),
    ("papers", "/dokumen", "file-text", "document.read"),
    ("reports", "/laporan", "chart-column", "report.read"),
    ("sops", "/sop", "workflow", "sop.read"),
    ("forms", "/formulir", "clipboard-list", "form.read"),
    ("phones", "/petugas/ponsel", "smartphone", "phone.manage"),
)


def _may_anywhere(viewer: Viewer, act: str) -> bool:
    kinds = ACTS[act]
    for roles in viewer.roles.values():
        if any((role if role in ("admin", "supervisor", "phone") else "officer") in kinds for role in roles):
            return True
    return False


def _current(href: str) -> bool:
    return request.path == href if href == "/" else request.path == href or request.path.startswith(f"{href}/")


def frame() -> Frame:
    """What surrounds the page that is being answered."""
    viewer: Viewer | None = g.get("viewer")
    seen: Around = around(render.runtime().store, viewer) if viewer else Around("", 0)
    language = render.language()
    links = tuple(
        Link(key, href, icon, _current(href), seen.tasks if key == "tasks" else 0)
        for key, href, icon, act in PLACES
        if viewer and _may_anywhere(viewer, act)
    )
    others = tuple((name, _with_language(name)) for name in LANGUAGES)
    admin = viewer is not None and any("admin" in roles for roles in viewer.roles.values())
    address = came_from() if request.method == "POST" else ""
    return Frame(language, others, viewer, seen.office, links, admin and render.runtime().lan_warning, address)


def _with_language(name: str) -> str:
    """This page in another language; a page that answers a POST cannot be asked for again, so home."""
    if request.method != "GET":
        return f"/?bahasa={name}"
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key != "bahasa"]
    return f"{request.path}?{urlencode([*pairs, ('bahasa', name)])}"


def page(template: str, status: int = 200, /, **parts: object) -> Response:
    """A whole page with its frame."""
    return render.page(template, frame(), status, **parts)


def problem_page(problem: Problem) -> Response:
    """A refusal as a page in our words, or for a script as JSON."""
    status = problem.kind.status
    if g.get("streams"):
        answer = jsonify(text=render.problem_text(problem, "web.fill.refused"), code=problem.code)
        answer.status_code = status
        return answer
    return page("problem.html", status, problem=Refusal(status, render.problem_text(problem)))
