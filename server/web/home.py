"""The home page: what waits for me."""

from flask import Blueprint, g
from werkzeug.wrappers import Response

from server.queries.home import home
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import runtime


def show_home() -> Response:
    found = home(runtime().store, viewer(), runtime().definitions)
    g.zone = found.zone
    return page("home.html", page=found)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/", "home", show_home)
