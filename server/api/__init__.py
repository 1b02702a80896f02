"""Door for programs: the Central-compatible REST API under /v1, and what machines ask about our health."""

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from server.access import require
from server.actions.audit_notes import note_changes
from server.actions.runtime import Runtime
from server.api.accounts import ROUTES as ACCOUNTS
from server.api.answers import fault, refuse, refuse_http
from server.api.cases import ROUTES as CASES
from server.api.datasets import ROUTES as DATASETS
from server.api.door import Route, View
from server.api.drafts import ROUTES as DRAFTS
from server.api.entities import ROUTES as ENTITIES
from server.api.exports import ROUTES as EXPORTS
from server.api.forms import ROUTES as FORMS
from server.api.health import ROUTES as HEALTH
from server.api.identity import api_viewer
from server.api.importing import ROUTES as IMPORTING
from server.api.keeping import ROUTES as KEEPING
from server.api.linking import ROUTES as LINKING
from server.api.odata import ROUTES as ODATA
from server.api.office import ROUTES as OFFICE
from server.api.officers import ROUTES as OFFICERS
from server.api.projects import ROUTES as PROJECTS
from server.api.public_links import ROUTES as LINKS
from server.api.questions import ROUTES as QUESTIONS
from server.api.sessions import ROUTES as SESSIONS
from server.api.sop_template import ROUTES as TEMPLATES
from server.api.sops import ROUTES as SOPS
from server.api.submissions import ROUTES as SUBMISSIONS
from server.api.what_if import ROUTES as WHAT_IF
from server.problems import Problem

__all__ = ["create_blueprint"]


def create_blueprint(runtime: Runtime) -> Blueprint:
    """All routes of this door over one runtime. Nothing answers a stranger unless its route says so."""
    door = Blueprint("api", __name__)
    routes = (
        *SESSIONS,
        *ACCOUNTS,
        *PROJECTS,
        *OFFICE,
        *OFFICERS,
        *FORMS,
        *DRAFTS,
        *LINKS,
        *TEMPLATES,
        *SUBMISSIONS,
        *KEEPING,
        *DATASETS,
        *ENTITIES,
        *EXPORTS,
        *ODATA,
        *CASES,
        *LINKING,
        *IMPORTING,
        *SOPS,
        *QUESTIONS,
        *WHAT_IF,
        *HEALTH,
        *_UNKNOWN,
    )
    for route in routes:
        door.add_url_rule(route.rule, _name(route), route.view, methods=[route.method])
    known = {f"api.{_name(route)}": route for route in routes}
    who = api_viewer(runtime)

    @door.before_request
    def _identify() -> None:
        g.alur = runtime
        g.viewer = None
        note_changes(request.headers.get("X-Action-Notes"))
        route = known[request.endpoint or ""]
        if not route.open:
            g.viewer = who()
        if route.act is not None:
            require(g.viewer, route.act, (request.view_args or {}).get("project_id"))

    # The next request of this thread may come through another door.
    door.teardown_request(lambda _error: note_changes(None))
    door.after_request(_headers)
    door.register_error_handler(Problem, refuse)
    door.register_error_handler(HTTPException, refuse_http)
    door.register_error_handler(Exception, fault)
    return door


def _name(route: Route) -> str:
    module = route.view.__module__.rpartition(".")[2]
    return f"{module}_{route.view.__name__}_{route.method}_{abs(hash(route.rule))}"


def _nothing(rest: str = "") -> Response:
    raise Problem("request.not_found")


def _other_version(got: int, rest: str) -> Response:
    raise Problem("request.other_version", got=got)


def _no_version(rest: str = "") -> Response:
    raise Problem("request.no_version")


# An address we do not know is answered as programs expect it, not with a page; so is one of ODK Central without `/v1`.
_STRAY: tuple[tuple[str, View], ...] = (
    ("/v1/<path:rest>", _nothing),
    ("/v<int:got>/<path:rest>", _other_version),
    *((f"/{word}{more}", _no_version) for word in ("projects", "sessions", "users") for more in ("", "/<path:rest>")),
)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_UNKNOWN = tuple(Route(method, rule, view, open=True) for method in _METHODS for rule, view in _STRAY)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response
