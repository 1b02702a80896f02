"""Running cases moved to the SOP version in force: the dry run, many at once, one by one, and back."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from server.actions import migrate_cases
from server.actions.jobs import call_off
from server.problems import Problem
from server.queries.case_page import case_project
from server.queries.migration import ACT, MoveJob, MovePage, OneMove, move_job, move_page, one_move
from server.queries.simulation import SopOf
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import FieldError, problem_text, runtime, t
from server.web.simulation import office_asked


@dataclass(frozen=True, slots=True)
class StartView:
    """Where the move begins; `names` is what was chosen for steps that are gone."""

    found: MovePage
    names: dict[str, str]
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class JobView:
    """One job; `names` as the dry run took them."""

    found: MoveJob
    names: dict[str, str]
    errors: tuple[FieldError, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case; `done`: it has just been moved (`pindah`) or taken back (`batal`)."""

    found: OneMove
    names: dict[str, str]
    errors: tuple[FieldError, ...] = ()
    done: str = ""
    reason: str = ""


def _names() -> dict[str, str]:
    """The counterparts chosen: fields `padanan.<older step>`."""
    return {
        name.removeprefix("padanan."): value
        for name, value in request.form.items()
        if name.startswith("padanan.") and value
    }


def _at(found: SopOf, rest: str = "") -> str:
    return f"/sop/{found.sop_id}/pindah-versi{rest}?kantor={found.office.id}"


def _refusal(problem: Problem) -> tuple[FieldError, ...]:
    if problem.kind.status not in (400, 409):
        raise problem
    if problem.code == "case.reason_required":
        return (FieldError("alasan", t("migration.reason_missing")),)
    step = str(problem.args_.get("step", ""))
    return (FieldError(f"padanan.{step}" if problem.code == "migrate.bad_map" else "alasan", problem_text(problem)),)


def show_start(code: str) -> Response:
    return _start(move_page(runtime().store, viewer(), code, office_asked()))


def _start(found: MovePage, errors: tuple[FieldError, ...] = ()) -> Response:
    g.zone = found.sop.office.zone
    names = {gone.step.name: gone.proposed for gone in found.gone} | _names()
    return page("migration.html", 400 if errors else 200, page=StartView(found, names, errors))


def do_check(code: str) -> Response:
    """Asks for the dry run."""
    found = move_page(runtime().store, viewer(), code, office_asked())
    try:
        job_id = migrate_cases.ask_check(runtime().store, viewer(), found.sop, _names())
    except Problem as problem:
        return _start(found, _refusal(problem))
    return redirect(_at(found.sop, f"/{job_id}"), 303)


def show_job(code: str, job_id: int) -> Response:
    return _job(move_job(runtime().store, viewer(), code, office_asked(), job_id))


def _job(found: MoveJob, errors: tuple[FieldError, ...] = ()) -> Response:
    g.zone = found.sop.office.zone
    kept = found.job.args.get("map") or {}
    return page("migration_job.html", 400 if errors else 200, page=JobView(found, dict(kept), errors))


def do_move(code: str, job_id: int) -> Response:
    """Moves what a dry run found movable, with the counterparts it was made with."""
    found = move_job(runtime().store, viewer(), code, office_asked(), job_id)
    classes = tuple(dict.fromkeys(request.form.getlist("golongan")))
    names = {str(old): str(new) for old, new in (found.job.args.get("map") or {}).items()}
    if not classes:
        return _job(found, (FieldError("golongan", t("migration.class_missing")),))
    reason = request.form.get("alasan", "")
    try:
        moved = migrate_cases.ask_move(runtime().store, viewer(), found.sop, classes, names, reason)
    except Problem as problem:
        return _job(found, _refusal(problem))
    return redirect(_at(found.sop, f"/{moved}"), 303)


def do_undo(code: str, job_id: int) -> Response:
    found = move_job(runtime().store, viewer(), code, office_asked(), job_id)
    try:
        undone = migrate_cases.ask_undo(runtime().store, viewer(), found.sop, job_id, request.form.get("alasan", ""))
    except Problem as problem:
        return _job(found, _refusal(problem))
    return redirect(_at(found.sop, f"/{undone}"), 303)


def do_call_off(code: str, job_id: int) -> Response:
    found = move_job(runtime().store, viewer(), code, office_asked(), job_id)
    call_off(runtime().store, viewer(), found.sop.office.id, job_id, ACT)
    return redirect(_at(found.sop, f"/{job_id}"), 303)


def show_case(case_id: str) -> Response:
    """One case before it moves."""
    done = request.args.get("selesai", "")
    return _case(case_id, done=done if done in ("pindah", "batal") else "")


def _case(case_id: str, errors: tuple[FieldError, ...] = (), done: str = "") -> Response:
    found = one_move(runtime().store, viewer(), case_id, _names())
    g.zone = found.sop.office.zone
    names = {gone.step.name: gone.proposed for gone in found.gone} | _names()
    shown = CaseView(found, names, errors, done, request.form.get("alasan", ""))
    return page("migration_case.html", 400 if errors else 200, page=shown)


def do_case(case_id: str) -> Response:
    """Moves this case, takes its last move back, or shows what it would be with these counterparts."""
    project_id, present = case_project(runtime().store, viewer(), case_id)
    if request.form.get("lihat") == "ya":
        return _case(present)
    reason, undo = request.form.get("alasan", ""), request.form.get("batal") == "ya"
    try:
        if undo:
            migrate_cases.undo_case(runtime().store, viewer(), project_id, present, reason)
        else:
            migrate_cases.move_case(runtime().store, viewer(), project_id, present, _names(), reason)
    except Problem as problem:
        return _case(present, _refusal(problem))
    return redirect(f"/kasus/{present}/pindah-versi?selesai={'batal' if undo else 'pindah'}", 303)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    here = "/sop/<code>/pindah-versi"
    blueprint.add_url_rule(here, "move_start", show_start)
    blueprint.add_url_rule(here, "move_check", do_check, methods=["POST"])
    blueprint.add_url_rule(f"{here}/<int:job_id>", "move_job", show_job)
    blueprint.add_url_rule(f"{here}/<int:job_id>/pindah", "move_many", do_move, methods=["POST"])
    blueprint.add_url_rule(f"{here}/<int:job_id>/urung", "move_undo", do_undo, methods=["POST"])
    blueprint.add_url_rule(f"{here}/<int:job_id>/batal", "move_call_off", do_call_off, methods=["POST"])
    blueprint.add_url_rule("/kasus/<case_id>/pindah-versi", "move_case", show_case)
    blueprint.add_url_rule("/kasus/<case_id>/pindah-versi", "move_case_now", do_case, methods=["POST"])
