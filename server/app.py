"""Wires the doors to one store; nothing else."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server.actions.runtime import make_runtime
from server.settings import Settings
from server.store import Store

# Flask answers 413 itself; the server in front must let a little more through (dependencies.md section 3).
MAX_BODY = 100 * 1024 * 1024


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
    if settings.trusted_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.register_blueprint(openrosa.create_blueprint(runtime, basic_viewer(runtime)))
    app.register_blueprint(api.create_blueprint(runtime))
    web.register(app, runtime)
    return app

