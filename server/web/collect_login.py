"""One's own log-in for ODK Collect, for those who use their account and no phone of the office's list."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from server.actions.sign_in import turn_off_collect, turn_on_collect
from server.queries.collect_login import CollectLogin, collect_login
from server.web.frame import page
from server.web.guard import viewer
from server.web.phones import base_url, picture
from server.web.render import runtime


@dataclass(frozen=True, slots=True)
class CollectLoginView:
    """The page with the QR code of each office as a picture."""

    found: CollectLogin
    pictures: tuple[str, ...]


def show_collect_login() -> Response:
    found = collect_login(runtime().store, viewer(), runtime().secret, base_url())
    view = CollectLoginView(found, tuple(picture(code.qr) for code in found.offices))
    return page("collect_login.html", page=view)


def do_collect_login() -> Response:
    change = turn_off_collect if request.form.get("mati") else turn_on_collect
    change(runtime().store, viewer())
    return redirect("/sandi/collect", 303)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/sandi/collect", "collect_login", show_collect_login)
    blueprint.add_url_rule("/sandi/collect", "do_collect_login", do_collect_login, methods=["POST"])
