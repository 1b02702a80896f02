"""Who may come in: sessions as Flask-Login sees them, CSRF, and the headers of every page."""

import hashlib
import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response
from wtforms import ValidationError

from server.access import Viewer
from server.actions import once
from server.actions.sign_in import resume
from server.problems import Problem
from server.queries.viewers import LAN_SESSION_COOKIE, SESSION_COOKIE, Session, session_of
from server.web.runtime import Runtime

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

# The field in which a form carries what tells two sendings of it from two acts.
ONCE = "sekali"

log = logging.getLogger("alur.web")
csrf = CSRFProtect()

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class Person(UserMixin):
    """The signed-in person as Flask-Login wants one."""

    session: Session

    def get_id(self) -> str:
        return str(self.session.viewer.id)


def anyone(view: View) -> View:
    """Marks a view that answers people who are not signed in; every other view asks for a session."""
    view.open_to_anyone = True  # type: ignore[attr-defined]
    return view


def by_address(view: View) -> View:
    """Marks a view whose address is its key: whoever knows it may use it. No cookie speaks for anybody there, so there
    is nothing to forge."""
    view.key_in_address = True  # type: ignore[attr-defined]
    return anyone(view)


def streaming(view: View) -> View:
    """Marks a view that a script asks: it reads its body itself, its CSRF token comes as the header `X-CSRFToken`, and
    a refusal is JSON."""
    view.streams = True  # type: ignore[attr-defined]
    return view


def cookie_name(runtime: Runtime) -> str:
    """Browsers refuse `__Host-` over plain http, so the LAN has a name of its own."""
    return SESSION_COOKIE if runtime.secure_cookies else LAN_SESSION_COOKIE


def token() -> str:
    """The session token this browser sent, or ''."""
    return request.cookies.get(cookie_name(current_app.extensions["alur.web"]), "")


def _load(_request: object) -> Person | None:
    sent = token()
    found = session_of(current_app.extensions["alur.web"].store, sent) if sent else None
    return Person(found) if found and found.kind == "web" else None


def viewer() -> Viewer:
    """Who asks. Raises `auth.required` for nobody."""
    if g.viewer is None:
        raise Problem("auth.required")
    return g.viewer


def _same_site() -> None:
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        raise Problem("access.csrf")


def _not_forged(view: object) -> None:
    if getattr(view, "key_in_address", False):
        return
    if g.streams:
        try:
            validate_csrf(request.headers.get("X-CSRFToken"))
        except ValidationError:
            raise Problem("access.csrf") from None
        return
    csrf.protect()
    if any("\0" in text for text in request.form.values()):
        # PostgreSQL holds no NUL, and no keyboard writes one.
        raise Problem("request.bad_value", field="-", value="-", reason="NUL")


def _before() -> Response | None:
    person = current_user if current_user.is_authenticated else None
    g.viewer = person.session.viewer if person else None
    view = current_app.view_functions[request.endpoint] if request.endpoint else None
    g.streams = getattr(view, "streams", False)
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        _same_site()
        _not_forged(view)
    if view is None or getattr(view, "open_to_anyone", False):
        return None
    if person is None and g.streams:
        raise Problem("auth.required")
    if person is None:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("web.sign_in", lanjut=wanted if wanted != "/" else None))
    resume(current_app.extensions["alur.web"].store, token())
    if person.session.must_change and request.endpoint not in ("web.password", "web.do_password"):
        return redirect(url_for("web.password"))
    if request.method == "POST" and not g.streams and request.form.get(ONCE):
        g.post = once.expect(person.session.viewer, request.form[ONCE], request.full_path, _fields())
    return None


def _fields() -> Iterator[tuple[str, str]]:
    yield from ((name, text) for name, text in request.form.items(multi=True) if name != "csrf_token")
    for name, file in request.files.items(multi=True):
        # A workbook mended after its check has the same name.
        yield name, f"{file.filename} {hashlib.sha256(file.read()).hexdigest()}"
        file.seek(0)


def once_token() -> str:
    """What the forms of this page carry so that each is done once."""
    if "once_token" not in g:
        g.once_token = token_urlsafe(12)
    return str(g.once_token)


def _after(response: Response) -> Response:
    sent: once.Post | None = g.get("post")
    if sent is not None and sent.taken and response.status_code == 303:
        store, location = current_app.extensions["alur.web"].store, response.headers["Location"]
        response.call_on_close(lambda: once.led_to(store, sent, location))
    return protect(response)


def came_from() -> str:
    """The page of ours this form was on, '' when the browser does not say."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.host or not came.path:
        return ""
    return f"{came.path}?{came.query}" if came.query else came.path


def _sent_before(_error: once.SentBefore) -> Response:
    """Where the first sending led; if that is not known, the page it was sent from."""
    location = once.where_it_led(current_app.extensions["alur.web"].store, g.post)
    return redirect(location or came_from() or "/", 303)


def protect(response: Response) -> Response:
    """Gives an answer the headers every page has; pages are never kept by browsers or proxies."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def renew_session() -> None:
    """Forgets what the browser had before signing in or out, so that nothing planted survives."""
    session.clear()
    g.pop("csrf_token", None)


def error_id() -> str:
    """A short id a person can read out on the telephone and the log can be searched for."""
    return uuid.uuid4().hex[:8]


def install(app: Flask, blueprint: Blueprint, runtime: Runtime, show: Callable[[Problem], Response]) -> None:
    """Wires sessions, CSRF, headers and error pages of the pages into the app; `show` renders a refusal."""
    prefix = "__Host-" if runtime.secure_cookies else ""
    app.config.update(
        SESSION_COOKIE_NAME=f"{prefix}alur-form",
        SESSION_COOKIE_SECURE=runtime.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    csrf.init_app(app)
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_load)
    manager.init_app(app)
    blueprint.before_request(_before)

    @app.errorhandler(404)
    @app.errorhandler(405)
    def _nowhere(error: HTTPException) -> Response | HTTPException:
        """An address no door has, or that only takes what a form sends (somebody loads again the page that answered
        it); programs and phones get the plain answer of their own doors."""
        if request.path.startswith(("/v1/", "/healthz", "/metrics")):
            return error
        g.viewer = current_user.session.viewer if current_user.is_authenticated else None
        return protect(show(Problem("request.method" if error.code == 405 else "request.not_found")))

    app.jinja_env.globals["once_token"] = once_token
    blueprint.after_request(_after)
    blueprint.teardown_request(lambda _error: once.forget())
    blueprint.register_error_handler(once.SentBefore, _sent_before)

    @blueprint.errorhandler(Problem)
    def _refused(problem: Problem) -> Response:
        if problem.code == "auth.required" and not g.get("streams"):
            return redirect(url_for("web.sign_in"))
        return show(problem)

    @blueprint.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> Response:
        return show(Problem("access.csrf"))

    @blueprint.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        codes = {404: "request.not_found", 405: "request.method", 413: "request.too_large"}
        return show(Problem(codes.get(error.code or 500, "request.missing")))

    @blueprint.errorhandler(Exception)
    def _failed(error: Exception) -> Response:
        name = error_id()
        log.error("page failed", exc_info=error, extra={"error_id": name, "endpoint": request.endpoint})
        return show(Problem("internal", incident=name))
