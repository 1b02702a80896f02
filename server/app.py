"""Wires the doors to one store; nothing else."""

from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map, PathConverter, UnicodeConverter

from server.actions.runtime import make_runtime
from server.settings import Settings
from server.store import Store

# Flask answers 413 itself; the server in front must let a little more through (dependencies.md section 3).
MAX_BODY = 100 * 1024 * 1024


# The largest id a row can have: a greater number in an address names nothing, on either database.
MAX_ID = 2**31 - 1


class RowId(IntegerConverter):
    """`<int:…>` in an address: the id of a row."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": MAX_ID, **options})


# What a slash inside a name is until its route is found: the version `1/2` of a form is written `1%2F2` in an address,
# which the server in front has decoded by then.
_SLASH = "\ue02f"


class Name(UnicodeConverter):
    """`<…>` in an address: a name, which may hold a slash."""

    def to_python(self, value: str) -> str:
        return value.replace(_SLASH, "/")


class Way(PathConverter):
    """`<path:…>` in an address."""

    def to_python(self, value: str) -> str:
        return value.replace(_SLASH, "/")


def _read_address(app: Any) -> Any:
    """No text column holds NUL (PostgreSQL refuses it): in an address it reads as U+FFFD, which nothing is named.
    A slash that is part of a name stays apart from those between names."""

    def read(environ: dict[str, Any], start_response: Any) -> Any:
        environ["QUERY_STRING"] = environ.get("QUERY_STRING", "").replace("%00", "%EF%BF%BD")
        way = environ.get("REQUEST_URI", "").partition("?")[0]
        if "%2f" in way.lower():
            way = way if way.startswith("/") else urlsplit(way).path  # the whole address, as proxies are asked
            names = (
                unquote_to_bytes(name).replace(b"/", _SLASH.encode()) for name in way.encode("latin-1").split(b"/")
            )
            environ["PATH_INFO"] = b"/".join(names).decode("latin-1")
        environ["PATH_INFO"] = environ.get("PATH_INFO", "").replace("\0", "\u00ef\u00bf\u00bd")
        return app(environ, start_response)

    return read


def open_store(settings: Settings) -> Store:
    """The store these settings name."""
    return Store(settings.data, settings.database_url)


def create_app(settings: Settings, store: Store | None = None) -> Flask:
    """The web application of one installation. `store` lets tests pass their own, with its clock."""
    from server import api, openrosa, web
    from server.api.identity import basic_viewer

    runtime = make_runtime(
        store or open_store(settings),
        secret=settings.secret,
        public_url=settings.base_url,
        language=settings.lang,
        metrics_token=settings.metrics_token,
    )
    app = Flask("alur", static_folder=None, template_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SECRET_KEY=settings.secret,
        ALUR_LANGUAGE=settings.lang,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["alur"] = runtime
    app.url_map.converters["int"] = RowId
    app.url_map.converters.update(default=Name, string=Name, path=Way)
    app.wsgi_app = _read_address(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.register_blueprint(openrosa.create_blueprint(runtime, basic_viewer(runtime)))
    app.register_blueprint(api.create_blueprint(runtime))
    web.register(app, runtime)
    return app
