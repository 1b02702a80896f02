"""The page on which a form is opened and closed, its draft tried on a phone, and links for anybody made."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from server.actions.forms import set_state
from server.actions.public_links import add_link, revoke_link
from server.problems import Problem
from server.queries.collection import CollectionPage, collection_page
from server.web.frame import page
from server.web.guard import viewer
from server.web.phones import base_url, picture
from server.web.render import FieldError, problem_text, runtime, t


@dataclass(frozen=True, slots=True)
class CollectionView:
    """The page with its QR codes as pictures: of the draft, and of each link for phones and for browsers."""

    form: CollectionPage
    draft_picture: str
    link_pictures: tuple[tuple[str, str], ...]
    errors: tuple[FieldError, ...] = ()
    name: str = ""


def _found(form_row: int) -> CollectionPage:
    found = collection_page(runtime().store, viewer(), runtime().secret, base_url(), form_row)
    g.zone = found.office.zone
    return found


def _view(found: CollectionPage, errors: tuple[FieldError, ...] = (), name: str = "") -> CollectionView:
    pictures = tuple((picture(card.qr), picture(card.page_url)) if card.qr else ("", "") for card in found.links)
    return CollectionView(found, picture(found.draft.qr) if found.draft else "", pictures, errors, name)


def show_collection(form_row: int) -> Response:
    return page("collection.html", page=_view(_found(form_row)))


def do_state(form_row: int) -> Response:
    found = _found(form_row)
    set_state(runtime().store, viewer(), found.office.id, found.code, request.form.get("state", ""))
    return redirect(f"/pengumpulan/{form_row}", 303)


def do_link(form_row: int) -> Response:
    found, name = _found(form_row), request.form.get("name", "").strip()
    try:
        if not name:
            raise Problem("request.missing", field=t("collection.link_name"))
        add_link(runtime().store, viewer(), found.office.id, found.code, name, secret=runtime().secret)
    except Problem as problem:
        wrong = (FieldError("name", problem_text(problem)),)
        return page("collection.html", problem.kind.status, page=_view(found, wrong, name))
    return redirect(f"/pengumpulan/{form_row}#tautan", 303)


def do_revoke_link(form_row: int, link_id: int) -> Response:
    found = _found(form_row)
    revoke_link(runtime().store, viewer(), found.office.id, found.code, link_id)
    return redirect(f"/pengumpulan/{form_row}#tautan", 303)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    here = "/pengumpulan/<int:form_row>"
    blueprint.add_url_rule(here, "collection", show_collection)
    blueprint.add_url_rule(f"{here}/keadaan", "form_state", do_state, methods=["POST"])
    blueprint.add_url_rule(f"{here}/tautan", "add_link", do_link, methods=["POST"])
    blueprint.add_url_rule(f"{here}/tautan/<int:link_id>/cabut", "revoke_link", do_revoke_link, methods=["POST"])
