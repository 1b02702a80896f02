"""Submissions that wait for a person, and one submission as people read and review it."""

from dataclasses import dataclass, replace

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from server.actions.list_rows import settle
from server.actions.place_later import link_by_hand
from server.actions.relink import relink
from server.actions.reviews import add_comment, review
from server.problems import Problem
from server.queries.case_finder import CaseFilter
from server.queries.case_list import CaseList, case_list
from server.queries.submission_page import SubmissionPage, submission_file, submission_page
from server.queries.tasks_page import task_office, tasks_page
from server.web.files import download
from server.web.frame import page
from server.web.guard import viewer
from server.web.opened import is_opened, key_of
from server.web.render import FieldError, problem_text, runtime, t

# Ids of submissions are wider than those of other rows.
MOST = 2**63 - 1
MOST_NOTE = 2_000
NEED_REASON = ("hasIssues", "rejected")
DONE = ("approved", "hasIssues", "rejected", "received", "noted")


def show_tasks() -> Response:
    asked = request.args.get("hal", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    found = tasks_page(runtime().store, viewer(), runtime().definitions, request.args.get("jenis", ""), number)
    if found.rows:
        g.zone = found.rows[0].zone
    return page("tasks.html", page=found)


def do_settle(task_id: str) -> Response:
    """A person decides about a row of an author's list that waits."""
    found = task_office(runtime().store, viewer(), task_id)
    settle(runtime().store, viewer(), found, task_id, apply_it=request.form.get("terapkan") == "ya")
    return redirect("/tugas", 303)


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A submission; `whole` after a reason was given for seeing what is hidden. `done`: what was just done, as a
    sentence; `picked`, `note`: a review or note that was not taken.

    `asked` is what was searched for among the open cases, `found` what that gave, None before a search.
    `may_relink`: it stands in a case, and the viewer may put it into another one; `reason`: what was typed for that.
    """

    submission: SubmissionPage
    whole: bool = False
    errors: tuple[FieldError, ...] = ()
    asked: str = ""
    found: CaseList | None = None
    may_relink: bool = False
    reason: str = ""
    done: str = ""
    picked: str = ""
    note: str = ""


def _view(submission_id: int, reason: str = "", errors: tuple[FieldError, ...] = ()) -> SubmissionView:
    asked_number = request.values.get("revisi", "")
    found = submission_page(
        runtime().store,
        viewer(),
        runtime().definitions,
        submission_id,
        request.remote_addr,
        reason=reason,
        number=int(asked_number) if asked_number.isdecimal() and len(asked_number) < 6 else None,
    )
    g.zone = found.zone
    asked = " ".join(request.values.get("cari", "").split())[:100]
    cases = None
    may_relink = found.case_id is not None and viewer().may("case.assign", found.project_id)
    if asked and ((found.linkable and found.may_link) or may_relink):
        wanted = CaseFilter(q=asked, office=found.project_id)
        cases = case_list(runtime().store, viewer(), runtime().definitions, wanted)
    told = request.args.get("selesai", "")
    done = t(f"review.done.{told}") if told in DONE else ""
    return SubmissionView(found, bool(reason), errors, asked, cases, may_relink, done=done)


def show_submission(submission_id: int) -> Response:
    return page("submission.html", view=_view(submission_id))


def do_reveal(submission_id: int) -> Response:
    """Shows masked answers whole, once, after the reason was noted in the log of readings."""
    reason = " ".join(request.form.get("alasan", "").split())[:200]
    if not reason:
        wrong = (FieldError("alasan", t("reveal.missing")),)
        return page("submission.html", 400, view=_view(submission_id, errors=wrong))
    view = _view(submission_id, reason)
    return page("submission.html", view=replace(view, submission=replace(view.submission, key=key_of(submission_id))))


def do_link(submission_id: int) -> Response:
    """Places a submission that waits for a person into the case that person chose."""
    view = _view(submission_id)
    submission, case_id = view.submission, request.form.get("kasus", "")
    if submission.task_id is None or not submission.linkable:
        return redirect(f"/kiriman/{submission_id}", 303)
    if not case_id:
        wrong = (FieldError("kasus", t("link.missing")),)
        return page("submission.html", 400, view=replace(view, errors=wrong))
    link_by_hand(runtime().store, viewer(), submission.project_id, submission.task_id, case_id)
    return redirect(f"/kasus/{case_id}?selesai=linked", 303)


def do_relink(submission_id: int) -> Response:
    """Puts a submission that stands in the wrong case into the one a supervisor chose."""
    view = _view(submission_id)
    submission, case_id, reason = view.submission, request.form.get("kasus", ""), request.form.get("alasan-pindah", "")
    if not case_id:
        wrong = (FieldError("kasus", t("link.missing")),)
        return page("submission.html", 400, view=replace(view, errors=wrong, reason=reason))
    try:
        names = (submission.instance_id, submission.form_id, case_id, reason)
        shown = relink(runtime().store, viewer(), submission.project_id, *names)
    except Problem as problem:
        if problem.kind.status in (403, 404):
            raise
        wrong = (FieldError("alasan-pindah", problem_text(problem)),)
        return page("submission.html", problem.kind.status, view=replace(view, errors=wrong, reason=reason))
    return redirect(f"/kasus/{shown}?selesai=relinked", 303)


def _written(name: str) -> str:
    """A text as it was typed: browsers send two signs for each new line but count one."""
    return "\n".join(request.form.get(name, "").split("\r\n")).strip()


def _too_long(field: str, text: str) -> tuple[FieldError, ...]:
    return (FieldError(field, t("review.note_long", n=MOST_NOTE)),) if len(text) > MOST_NOTE else ()


def do_review(submission_id: int) -> Response:
    """Says what a reviewer found; a reason is needed where somebody else has to do something about it."""
    view = _view(submission_id)
    found = view.submission
    state, note = request.form.get("keadaan", ""), _written("alasan-tinjauan")
    offered = [choice.state for choice in found.choices]
    if not offered:
        raise Problem("access.denied")
    wrong = _too_long("alasan-tinjauan", note)
    if state not in offered:
        wrong = (FieldError("keadaan", t("review.missing")),)
    elif state in NEED_REASON and not note:
        wrong = (FieldError("alasan-tinjauan", t("review.reason_missing")),)
    if wrong:
        return page("submission.html", 400, view=replace(view, errors=wrong, picked=state, note=note))
    kept = None if state == "received" else state
    review(runtime().store, viewer(), found.project_id, found.form_id, found.instance_id, kept, note=note)
    return redirect(f"/kiriman/{submission_id}?selesai={state}", 303)


def do_note(submission_id: int) -> Response:
    """Notes something on a submission."""
    view = _view(submission_id)
    found = view.submission
    body = _written("catatan")
    wrong = _too_long("catatan", body) if body else (FieldError("catatan", t("review.note_missing")),)
    if wrong:
        return page("submission.html", 400, view=replace(view, errors=wrong, note=body))
    add_comment(runtime().store, viewer(), found.project_id, found.form_id, found.instance_id, body)
    return redirect(f"/kiriman/{submission_id}?selesai=noted#riwayat", 303)


def get_file(submission_id: int, name: str) -> Response:
    asked = request.args.get("revisi", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else None
    found = submission_file(
        runtime().store,
        viewer(),
        runtime().definitions,
        submission_id,
        name,
        request.remote_addr,
        number=number,
        opened=is_opened(submission_id),
    )
    return download(found.data, found.type or "application/octet-stream", found.name, inline=found.type is not None)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    one = f"/kiriman/<int(max={MOST}):submission_id>"
    blueprint.add_url_rule("/tugas", "tasks", show_tasks)
    blueprint.add_url_rule("/tugas/<task_id>/baris", "settle_row", do_settle, methods=["POST"])
    blueprint.add_url_rule(one, "submission", show_submission)
    blueprint.add_url_rule(f"{one}/buka", "reveal", do_reveal, methods=["POST"])
    blueprint.add_url_rule(f"{one}/hubungkan", "link", do_link, methods=["POST"])
    blueprint.add_url_rule(f"{one}/pindahkan", "relink", do_relink, methods=["POST"])
    blueprint.add_url_rule(f"{one}/tinjau", "review", do_review, methods=["POST"])
    blueprint.add_url_rule(f"{one}/catat", "note_submission", do_note, methods=["POST"])
    blueprint.add_url_rule(f"{one}/berkas/<path:name>", "submission_file", get_file)
