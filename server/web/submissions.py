"""Submissions that wait for a person, and one submission as people read it."""

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from server.queries.submission_page import submission_file, submission_page
from server.queries.tasks_page import tasks_page
from server.web.files import download
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import runtime


def show_tasks() -> Response:
    asked = request.args.get("hal", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    found = tasks_page(runtime().store, viewer(), request.args.get("jenis", ""), number)
    if found.rows:
        g.zone = found.rows[0].zone
    return page("tasks.html", page=found)


def show_submission(submission_id: int) -> Response:
    found = submission_page(runtime().store, viewer(), runtime().definitions, submission_id, request.remote_addr)
    g.zone = found.zone
    return page("submission.html", page=found)


def get_file(submission_id: int, name: str) -> Response:
    found = submission_file(runtime().store, viewer(), submission_id, name, request.remote_addr)
    return download(found.data, found.type or "application/octet-stream", found.name, inline=found.type is not None)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/tugas", "tasks", show_tasks)
    blueprint.add_url_rule("/kiriman/<int:submission_id>", "submission", show_submission)
    blueprint.add_url_rule("/kiriman/<int:submission_id>/berkas/<path:name>", "submission_file", get_file)
