"""Signing in, signing out, and one's own password."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from server.actions.sign_in import change_password, sign_in, sign_out
from server.problems import Problem
from server.web import guard
from server.web.frame import page
from server.web.render import FieldError, problem_text, runtime, t


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form as typed so far; the password is never sent back."""

    login: str
    onward: str
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class PasswordPage:
    """Choosing a new password; `first` when the account still has its one-time password."""

    first: bool
    errors: tuple[FieldError, ...] = ()


def _onward(wanted: str) -> str:
    """A place on this server to go on to; anything else means home."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if inside and "\n" not in wanted and "\r" not in wanted else "/"


def _address() -> str:
    return request.remote_addr or "-"


@guard.anyone
def show_sign_in() -> Response:
    onward = _onward(request.args.get("lanjut", "/"))
    if current_user.is_authenticated:
        return redirect(onward)
    return page("sign_in.html", page=SignInPage("", onward))


@guard.anyone
def do_sign_in() -> Response:
    login = request.form.get("login", "").strip()
    password = request.form.get("password", "")
    onward = _onward(request.form.get("lanjut", "/"))
    errors = []
    if not login:
        errors.append(FieldError("login", t("sign_in.login_missing")))
    if not password:
        errors.append(FieldError("password", t("sign_in.password_missing")))
    if errors:
        return page("sign_in.html", 400, page=SignInPage(login, onward, tuple(errors)))
    try:
        opened = sign_in(runtime().store, login, password, _address())
    except Problem as problem:
        wrong = (FieldError("login", problem_text(problem)),)
        return page("sign_in.html", problem.kind.status, page=SignInPage(login, onward, wrong))
    guard.renew_session()
    answer = redirect(url_for("web.password") if opened.must_change else onward, 303)
    answer.set_cookie(
        guard.cookie_name(runtime()),
        opened.token,
        secure=runtime().secure_cookies,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return answer


@guard.anyone
def do_sign_out() -> Response:
    sign_out(runtime().store, guard.token())
    guard.renew_session()
    answer = redirect(url_for("web.sign_in"), 303)
    answer.delete_cookie(
        guard.cookie_name(runtime()), path="/", secure=runtime().secure_cookies, httponly=True, samesite="Strict"
    )
    return answer


def show_password() -> Response:
    return page("password.html", page=PasswordPage(current_user.session.must_change))


def do_password() -> Response:
    viewer = guard.viewer()
    first = current_user.session.must_change
    old, new = request.form.get("old", ""), request.form.get("new", "")
    errors = []
    if not old:
        errors.append(FieldError("old", t("password.old_missing")))
    if new != request.form.get("again", ""):
        errors.append(FieldError("again", t("password.differs")))
    if not errors:
        try:
            change_password(runtime().store, viewer, old, new, _address(), keep=guard.token())
        except Problem as problem:
            field = "old" if problem.code.startswith("auth.") else "new"
            errors.append(FieldError(field, problem_text(problem)))
    if errors:
        return page("password.html", 400, page=PasswordPage(first, tuple(errors)))
    g.pop("viewer", None)
    return redirect("/", 303)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/masuk", "sign_in", show_sign_in)
    blueprint.add_url_rule("/masuk", "do_sign_in", do_sign_in, methods=["POST"])
    blueprint.add_url_rule("/keluar", "sign_out", do_sign_out, methods=["POST"])
    blueprint.add_url_rule("/sandi", "password", show_password)
    blueprint.add_url_rule("/sandi", "do_password", do_password, methods=["POST"])
