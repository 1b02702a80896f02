"""The page of one SOP: standard, flow, interpretations, what really happens, tests and versions."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from server.actions.readings import confirm_reading
from server.problems import Problem
from server.queries.sop_page import SopPage, sop_page
from server.web.flow import picture
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import runtime

PARTS = ("standar", "alur", "tafsir", "kenyataan", "uji", "versi")


@dataclass(frozen=True, slots=True)
class SopView:
    """The SOP, the part of the page that is shown, and whether something was just confirmed."""

    found: SopPage
    part: str
    confirmed: bool


def _asked(name: str) -> int | None:
    value = request.args.get(name, "")
    if not value:
        return None
    if not value.isdecimal() or len(value) > 10:
        raise Problem("request.not_found")
    return int(value)


def show_sop(code: str) -> Response:
    part = request.args.get("bagian", PARTS[0])
    if part not in PARTS:
        raise Problem("request.not_found")
    found = sop_page(runtime().store, viewer(), code, _asked("kantor"), _asked("versi"), _asked("banding"))
    return page("sop.html", page=SopView(found, part, "dikukuhkan" in request.args))


def get_picture(code: str) -> Response:
    found = sop_page(runtime().store, viewer(), code, _asked("kantor"), _asked("versi"))
    answer = Response(str(picture(found.sop)), mimetype="image/svg+xml")
    answer.headers["Content-Disposition"] = f'attachment; filename="alur-{found.item.code}.svg"'
    return answer


def do_confirm(code: str) -> Response:
    found = sop_page(runtime().store, viewer(), code, _asked("kantor"))
    office = found.item.office.id
    confirm_reading(runtime().store, viewer(), office, code, request.form.get("butir", ""))
    return redirect(f"/sop/{code}?kantor={office}&bagian=tafsir&dikukuhkan=ya", 303)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/sop/<code>", "sop", show_sop)
    blueprint.add_url_rule("/sop/<code>/alur.svg", "sop_picture", get_picture)
    blueprint.add_url_rule("/sop/<code>/tafsir", "sop_confirm", do_confirm, methods=["POST"])
