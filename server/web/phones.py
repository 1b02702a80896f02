"""Phones: their QR codes, adding and revoking, and cards to print."""

from dataclasses import dataclass, replace
from functools import lru_cache

import segno
from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from forms.collect_settings import BY_NAME, SETTINGS, Setting
from server.actions.form_access import choose_forms
from server.actions.phones import add_phone, revoke_phone, set_up_office, set_up_phone
from server.problems import Problem
from server.queries.phones_page import OnePhonePage, PhonesPage, SetUpPage, one_phone_page, phones_page, set_up_page
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import FieldError, problem_text, runtime, t

# The choice that leaves a setting as the office, or Alur, has it.
KEEP = "-"
# Before the code of a unit, among the logins of officers a phone can be given to.
SHIFT = "unit:"


@dataclass(frozen=True, slots=True)
class PhonesView:
    """The phones page; `pictures` the QR code of each card, `name` and `officer` what was typed."""

    phones: PhonesPage | None
    pictures: tuple[str, ...]
    errors: tuple[FieldError, ...] = ()
    name: str = ""
    officer: str = ""
    fresh: int | None = None


def _id(name: str) -> int | None:
    asked = request.values.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _office() -> int | None:
    return _id("kantor")


def base_url() -> str:
    """Where phones reach us: the public address, else the one this page was asked at (ruling 42)."""
    return runtime().public_url.rstrip("/")


def _found() -> PhonesPage | None:
    found = phones_page(runtime().store, viewer(), runtime().secret, base_url(), _office())
    if found:
        g.zone = found.office.zone
    return found


@lru_cache(128)
def picture(text: str) -> str:
    """The settings are long, so the code takes the least error correction: larger squares scan better."""
    code = segno.make(text, error="l", boost_error=False, micro=False)
    return str(code.svg_data_uri(border=3, scale=4, dark="#000", light="#fff"))


def _pictures(found: PhonesPage | None) -> tuple[str, ...]:
    return tuple(picture(card.qr) for card in found.cards) if found else ()


def show_phones() -> Response:
    found = _found()
    return page("phones.html", page=PhonesView(found, _pictures(found), fresh=_id("baru")))


def show_cards() -> Response:
    found = _found()
    return page("phone_cards.html", page=PhonesView(found, _pictures(found)))


@dataclass(frozen=True, slots=True)
class PhoneView:
    """The page of one phone, with its QR code as a picture; `saved` after a change."""

    phone: OnePhonePage
    picture: str
    settings: tuple[Setting, ...]
    saved: bool
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class SetUpView:
    """The page on which an office sets up Collect on all its phones."""

    office: SetUpPage
    settings: tuple[Setting, ...]
    saved: bool
    errors: tuple[FieldError, ...] = ()


def _one(phone_id: int) -> OnePhonePage:
    found = one_phone_page(runtime().store, viewer(), runtime().secret, base_url(), phone_id)
    g.zone = found.office.zone
    return found


def show_phone(phone_id: int) -> Response:
    found = _one(phone_id)
    return page("phone.html", page=PhoneView(found, picture(found.card.qr), SETTINGS, _saved()))


def _saved() -> bool:
    return request.args.get("tersimpan") == "1"


def _chosen() -> dict[str, str]:
    """What the settings form sent; a setting left as it is elsewhere is not sent on."""
    sent = {name: request.form.get(name, KEEP) for name in BY_NAME}
    return {name: value for name, value in sent.items() if value != KEEP and (BY_NAME[name].choices or value.strip())}


def do_phone_settings(phone_id: int) -> Response:
    found = _one(phone_id)
    try:
        set_up_phone(runtime().store, viewer(), found.office.id, phone_id, _chosen())
    except Problem as problem:
        wrong = (FieldError(str(problem.args_.get("field", "")), problem_text(problem)),)
        view = PhoneView(found, picture(found.card.qr), SETTINGS, False, wrong)
        return page("phone.html", problem.kind.status, page=view)
    return redirect(f"/petugas/ponsel/{phone_id}?tersimpan=1#kode", 303)


def show_set_up() -> Response:
    found = set_up_page(runtime().store, viewer(), _office() or 0)
    return page("phones_set_up.html", page=SetUpView(found, SETTINGS, _saved()))


def do_set_up() -> Response:
    found = set_up_page(runtime().store, viewer(), _office() or 0)
    try:
        set_up_office(runtime().store, viewer(), found.office.id, _chosen())
    except Problem as problem:
        wrong = (FieldError(str(problem.args_.get("field", "")), problem_text(problem)),)
        return page("phones_set_up.html", problem.kind.status, page=SetUpView(found, SETTINGS, False, wrong))
    return redirect(f"/petugas/ponsel/pengaturan?kantor={found.office.id}&tersimpan=1", 303)


def do_forms(phone_id: int) -> Response:
    found = _one(phone_id)
    ticked, only_those = request.form.getlist("form"), request.form.get("which") == "chosen"
    wrong: FieldError | None = None
    if only_those and not ticked:
        wrong = FieldError("form-1", t("phones.forms.none"))
    elif not only_those and found.all_forms and any(one.id not in ticked for one in found.forms):
        wrong = FieldError("which-chosen", t("phones.forms.unticked"))
    if wrong:
        typed = replace(
            found,
            forms=tuple(replace(one, given=one.id in ticked) for one in found.forms),
            all_forms=not only_those,
        )
        return page("phone.html", 400, page=PhoneView(typed, picture(found.card.qr), SETTINGS, False, (wrong,)))
    choose_forms(runtime().store, viewer(), found.office.id, phone_id, ticked if only_those else None)
    return redirect(f"/petugas/ponsel/{phone_id}?tersimpan=1#formulir", 303)


def do_add() -> Response:
    name, officer = request.form.get("name", "").strip(), request.form.get("officer", "")
    found = _found()
    if found is None:
        raise Problem("request.not_found")
    try:
        if not name:
            raise Problem("request.missing", field=t("phones.name"))
        shift = officer.removeprefix(SHIFT) if officer.startswith(SHIFT) else None
        login = None if shift else officer or None
        made = add_phone(runtime().store, viewer(), found.office.id, name, login, shift, secret=runtime().secret)
    except Problem as problem:
        field = "officer" if problem.code in ("user.unknown", "user.bad_unit") else "name"
        wrong = (FieldError(field, problem_text(problem)),)
        return page("phones.html", problem.kind.status, page=PhonesView(found, _pictures(found), wrong, name, officer))
    return redirect(f"/petugas/ponsel?kantor={found.office.id}&baru={made.id}#ponsel-{made.id}", 303)


def do_revoke(phone_id: int) -> Response:
    found = _found()
    if found is None:
        raise Problem("request.not_found")
    revoke_phone(runtime().store, viewer(), found.office.id, phone_id)
    return redirect(f"/petugas/ponsel?kantor={found.office.id}", 303)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/petugas/ponsel", "phones", show_phones)
    blueprint.add_url_rule("/petugas/ponsel", "add_phone", do_add, methods=["POST"])
    blueprint.add_url_rule("/petugas/ponsel/kartu", "phone_cards", show_cards)
    blueprint.add_url_rule("/petugas/ponsel/pengaturan", "phones_set_up", show_set_up)
    blueprint.add_url_rule("/petugas/ponsel/pengaturan", "do_phones_set_up", do_set_up, methods=["POST"])
    blueprint.add_url_rule("/petugas/ponsel/<int:phone_id>", "phone", show_phone)
    blueprint.add_url_rule(
        "/petugas/ponsel/<int:phone_id>/pengaturan", "phone_settings", do_phone_settings, methods=["POST"]
    )
    blueprint.add_url_rule("/petugas/ponsel/<int:phone_id>/formulir", "phone_forms", do_forms, methods=["POST"])
    blueprint.add_url_rule("/petugas/ponsel/<int:phone_id>/cabut", "revoke_phone", do_revoke, methods=["POST"])
