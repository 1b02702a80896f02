"""The officers of an office: what each has in hand, who is away, and cases that change hands."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from server.actions.absences import add_absence, end_absence
from server.actions.hand_over import hand_over
from server.problems import Problem
from server.queries.officers import OfficersPage, officers_page
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import FieldError, problem_text, runtime, t

DONE = ("saved", "ended", "queued")


@dataclass(frozen=True, slots=True)
class OfficersView:
    """The page, with what was done or went wrong and what was typed."""

    officers: OfficersPage
    errors: tuple[FieldError, ...] = ()
    done: str = ""

    def typed(self, name: str) -> str:
        """What was entered in this field of the form that was refused."""
        return request.form.get(name, "")


def _office() -> int | None:
    asked = request.values.get("kantor", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _found() -> OfficersPage:
    found = officers_page(runtime().store, viewer(), _office())
    g.zone = found.office.zone
    return found


def _refused(found: OfficersPage, field: str, problem: Problem) -> Response:
    wrong = (FieldError(field, problem_text(problem)),)
    return page("officers.html", problem.kind.status, page=OfficersView(found, wrong))


def _done(found: OfficersPage, done: str) -> Response:
    return redirect(f"/petugas?{urlencode({'kantor': found.office.id, 'selesai': done})}", 303)


def told(done: str) -> str:
    """What was done, in a sentence; '' for what no act of ours says."""
    if done.isdecimal() and len(done) < 6:
        return t("officers.given", n=done)
    return t(f"officers.{done}") if done in DONE else ""


def show_officers() -> Response:
    return page("officers.html", page=OfficersView(_found(), done=told(request.args.get("selesai", ""))))


def do_absence() -> Response:
    found, form = _found(), request.form
    try:
        add_absence(
            runtime().store,
            viewer(),
            found.office.id,
            officer=form.get("petugas", ""),
            deputy=form.get("pengganti", ""),
            from_day=form.get("dari", ""),
            until_day=form.get("sampai", ""),
        )
    except Problem as problem:
        fields = {"case.bad_date": "sampai", "absence.overlaps": "dari", "request.bad_value": "petugas"}
        return _refused(found, fields.get(problem.code, "pengganti"), problem)
    return _done(found, "saved")


def do_end(absence_id: int) -> Response:
    found = _found()
    end_absence(runtime().store, viewer(), found.office.id, absence_id)
    return _done(found, "ended")


def do_hand_over() -> Response:
    """All cases of one officer."""
    found, form = _found(), request.form
    try:
        if not form.get("petugas"):
            raise Problem("request.missing", field=t("officers.giver"))
        made = hand_over(
            runtime().store,
            viewer(),
            found.office.id,
            to=form.get("kepada", ""),
            reason=form.get("alasan", ""),
            giver=form.get("petugas", ""),
        )
    except Problem as problem:
        return _refused(found, "alasan" if problem.code == "case.reason_required" else "kepada", problem)
    return _done(found, "queued" if made.job else str(made.cases))


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/petugas", "officers", show_officers)
    blueprint.add_url_rule("/petugas/tidak-masuk", "add_absence", do_absence, methods=["POST"])
    blueprint.add_url_rule("/petugas/tidak-masuk/<int:absence_id>/akhiri", "end_absence", do_end, methods=["POST"])
    blueprint.add_url_rule("/petugas/serah-terima", "hand_over_all", do_hand_over, methods=["POST"])
