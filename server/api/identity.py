"""Who a request of a program comes from: bearer token, HTTP Basic, or the cookie of the pages."""

import hmac
import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import request

from server.access import Viewer
from server.actions.runtime import Runtime
from server.actions.sign_in import resume, viewer_of_basic
from server.problems import Problem
from server.queries.viewers import LAN_SESSION_COOKIE, SESSION_COOKIE, digest

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def address() -> str:
    """The address the request came from, as the limits on guessing count it."""
    return request.remote_addr or "-"


def is_loopback(text: str) -> bool:
    """Whether an address is this machine."""
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def cookie_name(runtime: Runtime) -> str:
    """The name of the session's cookie (ruling 42)."""
    return SESSION_COOKIE if runtime.secure_cookies else LAN_SESSION_COOKIE


def csrf_of(token: str) -> str:
    """The CSRF token of a session: derived from its secret token, so it is kept nowhere."""
    return digest(f"csrf:{token}")


def basic_viewer(runtime: Runtime) -> Callable[[], Viewer | None]:
    """A function that answers who the Authorization header of the current request names by HTTP Basic, or None.

    It raises Problem `auth.wrong`, `auth.locked`, or `auth.https_required` when a public installation is
    asked over plain http.
    """

    def viewer() -> Viewer | None:
        given = request.authorization
        if given is None or given.type != "basic" or given.username is None:
            return None
        if runtime.secure_cookies and not request.is_secure and not is_loopback(address()):
            raise Problem("auth.https_required")
        return viewer_of_basic(runtime.store, given.username, given.password or "", address())

    return viewer


def api_viewer(runtime: Runtime) -> Callable[[], Viewer]:
    """A function that answers who the current request comes from, by any of the three ways.

    It raises `auth.required` (nobody, or an expired token), `access.csrf` (a changing request with a cookie
    but neither the CSRF token nor X-Requested-With, or from another site), and what `basic_viewer` raises.
    """
    basic = basic_viewer(runtime)

    def viewer() -> Viewer:
        if request.authorization is not None:
            found = _bearer(runtime) if request.authorization.type == "bearer" else basic()
        else:
            found = _cookie(runtime)
        if found is None:
            raise Problem("auth.required")
        return found

    return viewer


def bearer_token() -> str | None:
    """The bearer token of the current request."""
    given = request.authorization
    return given.token if given is not None and given.type == "bearer" else None


def _bearer(runtime: Runtime) -> Viewer | None:
    token = bearer_token()
    return resume(runtime.store, token) if token else None


def _cookie(runtime: Runtime) -> Viewer | None:
    token = request.cookies.get(cookie_name(runtime))
    if not token:
        return None
    found = resume(runtime.store, token)
    if found is not None and request.method not in SAFE_METHODS:
        _refuse_forged(token)
    return found


def _refuse_forged(token: str) -> None:
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Problem("access.csrf")
    given = request.headers.get("X-CSRF-Token", "")
    by_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    if not by_script and not hmac.compare_digest(given.encode(), csrf_of(token).encode()):
        raise Problem("access.csrf")
