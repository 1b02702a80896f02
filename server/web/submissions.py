"""Submissions that wait for a person, and one submission as people read it."""

from dataclasses import dataclass

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from server.queries.submission_page import SubmissionPage, submission_file, submission_page
from server.queries.tasks_page import tasks_page
from server.web.case_words import is_secret
from server.web.files import download
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import FieldError, runtime, t


def show_tasks() -> Response:
    asked = request.args.get("hal", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    found = tasks_page(runtime().store, viewer(), request.args.get("jenis", ""), number)
    if found.rows:
        g.zone = found.rows[0].zone
    return page("tasks.html", page=found)


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A submission; `hides` when an answer is masked, `whole` after a reason was given for seeing it."""

    submission: SubmissionPage
    hides: bool
    whole: bool = False
    errors: tuple[FieldError, ...] = ()


def _view(submission_id: int, reason: str = "", errors: tuple[FieldError, ...] = ()) -> SubmissionView:
    found = submission_page(
        runtime().store, viewer(), runtime().definitions, submission_id, request.remote_addr, reason=reason
    )
    g.zone = found.zone
    return SubmissionView(found, any(is_secret(answer) for answer in found.answers), bool(reason), errors)


def show_submission(submission_id: int) -> Response:
    return page("submission.html", view=_view(submission_id))


def do_reveal(submission_id: int) -> Response:
    """Shows masked answers whole, once, after the reason was noted in the log of readings."""
    reason = " ".join(request.form.get("alasan", "").split())[:200]
    if not reason:
        wrong = (FieldError("alasan", t("reveal.missing")),)
        return page("submission.html", 400, view=_view(submission_id, errors=wrong))
    return page("submission.html", view=_view(submission_id, reason))


def get_file(submission_id: int, name: str) -> Response:
    found = submission_file(runtime().store, viewer(), submission_id, name, request.remote_addr)
    return download(found.data, found.type or "application/octet-stream", found.name, inline=found.type is not None)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/tugas", "tasks", show_tasks)
    blueprint.add_url_rule("/kiriman/<int:submission_id>", "submission", show_submission)
    blueprint.add_url_rule("/kiriman/<int:submission_id>/buka", "reveal", do_reveal, methods=["POST"])
    blueprint.add_url_rule("/kiriman/<int:submission_id>/berkas/<path:name>", "submission_file", get_file)
