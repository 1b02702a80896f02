"""Corrections that came before their original: read, and ended by a person when the original never comes."""

from dataclasses import dataclass, replace

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from server.actions.held_edits import end
from server.problems import Problem
from server.queries.early_edit import EarlyEdit, early_edit, early_file
from server.web.files import download
from server.web.frame import page
from server.web.guard import viewer
from server.web.opened import is_opened, key_of
from server.web.render import FieldError, problem_text, runtime, t


@dataclass(frozen=True, slots=True)
class EarlyView:
    """The correction; `whole` after a reason was given for what is hidden."""

    edit: EarlyEdit
    whole: bool = False
    errors: tuple[FieldError, ...] = ()


def _read(task_id: str, reason: str = "") -> EarlyEdit:
    made = runtime()
    found = early_edit(made.store, viewer(), made.definitions, task_id, request.remote_addr, reason=reason)
    g.zone = found.zone
    return found


def show(task_id: str) -> Response:
    return page("early.html", view=EarlyView(_read(task_id)))


def do_reveal(task_id: str) -> Response:
    """Shows what is hidden, once, after the reason was noted in the log of readings."""
    reason = " ".join(request.form.get("alasan", "").split())[:200]
    if not reason:
        wrong = (FieldError("alasan", t("reveal.missing")),)
        return page("early.html", 400, view=EarlyView(_read(task_id), errors=wrong))
    return page("early.html", view=EarlyView(replace(_read(task_id, reason), key=key_of(task_id)), whole=True))


def do_end(task_id: str) -> Response:
    """Ends the waiting with a reason; what was sent stays."""
    try:
        end(runtime().store, viewer(), task_id, request.form.get("alasan-akhiri", "")[:2000])
    except Problem as problem:
        if problem.kind.status in (403, 404):
            raise
        wrong = (FieldError("alasan-akhiri", problem_text(problem)),)
        return page("early.html", problem.kind.status, view=EarlyView(_read(task_id), errors=wrong))
    return redirect(f"/tugas/{task_id}/perbaikan", 303)


def get_file(task_id: str, name: str) -> Response:
    made = runtime()
    address, opened = request.remote_addr, is_opened(task_id)
    found = early_file(made.store, viewer(), made.definitions, task_id, name, address, opened=opened)
    return download(found.data, found.type or "application/octet-stream", found.name, inline=found.type is not None)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    one = "/tugas/<task_id>/perbaikan"
    blueprint.add_url_rule(one, "early", show)
    blueprint.add_url_rule(one, "early_end", do_end, methods=["POST"])
    blueprint.add_url_rule(f"{one}/buka", "early_reveal", do_reveal, methods=["POST"])
    blueprint.add_url_rule(f"{one}/berkas/<path:name>", "early_file", get_file)
