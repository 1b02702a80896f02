"""A draft SOP tried on past cases: the upload, how far the trial is, and what it found."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from forms.uploads import XLSX
from server.actions import simulate
from server.actions.bundle import Upload
from server.actions.jobs import call_off
from server.actions.publishing import ask_check, kept_uploads
from server.problems import Problem
from server.queries.publishing import KeptFile
from server.queries.simulation import ACT, Result, RouteRow, Stop, TriedPage, TryPage, result_workbook
from server.queries.simulation import tried_page as read_tried
from server.queries.simulation import try_page as read_try
from server.sop.simulate import OPEN
from server.web.files import download
from server.web.frame import page
from server.web.guard import viewer
from server.web.render import Complaint, FieldError, complaint, label, language, problem_text, runtime, said, t

SHOWN = ("same", "elsewhere", "no_rule", "ruled", "unreached", "new")


@dataclass(frozen=True, slots=True)
class StartView:
    """The upload, with what was wrong with the last one."""

    found: TryPage
    errors: tuple[FieldError, ...] = ()
    wrong: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a bar: where it begins and how wide it is, of 100."""

    verdict: str
    begin: float
    width: float
    count: int


@dataclass(frozen=True, slots=True)
class TriedView:
    """A trial; `bars` belong to the rows of its result, in their order."""

    found: TriedPage
    bars: tuple[tuple[Part, ...], ...] = ()

    @property
    def result(self) -> Result | None:
        return self.found.result


def office_asked() -> int | None:
    """The office named in the address or the form; None when it is left open."""
    chosen = request.args.get("kantor") or request.form.get("kantor") or ""
    return int(chosen) if chosen.isdecimal() and len(chosen) <= 10 else None


def bar(row: RouteRow) -> tuple[Part, ...]:
    """How the decisions of one route divide; what is there is at least visible."""
    parts, begin = [], 0.0
    present = [(verdict, row.counts.get(verdict, 0)) for verdict in SHOWN if row.counts.get(verdict)]
    room = 100 - 1.5 * len(present)
    for verdict, count in present:
        width = 1.5 + room * count / row.total
        parts.append(Part(verdict, begin, width, count))
        begin += width
    return tuple(parts)


def stop_text(stop: Stop) -> str:
    """A step by its number in the printed SOP and its label."""
    if stop.name in ("close", "end_branch"):
        return t(f"simulation.{stop.name}")
    name = label(stop.labels, stop.name)
    return t("simulation.step", source=stop.source, name=name) if stop.source else name


def stops_text(stops: Iterable[Stop]) -> str:
    """Several steps in one line."""
    return t("case.and").join(stop_text(stop) for stop in stops)


def end_text(reason: str) -> str:
    """How a case ended."""
    return (
        t("simulation.still_open")
        if reason == OPEN
        else t("simulation.closed_by", reason=said(f"close_reason.{reason}"))
    )


def show_start(code: str) -> Response:
    return _start(read_try(runtime().store, viewer(), code, office_asked()))


def _start(found: TryPage, errors: tuple[FieldError, ...] = (), wrong: tuple[Complaint, ...] = ()) -> Response:
    g.zone = found.sop.office.zone
    return page("simulation_start.html", 400 if errors else 200, page=StartView(found, errors, wrong))


def do_ask(code: str) -> Response:
    """Takes the draft in and asks for its trial."""
    found = read_try(runtime().store, viewer(), code, office_asked())
    file = request.files.get("berkas")
    if file is None or not file.filename:
        return _start(found, (FieldError("berkas", t("simulation.no_file")),))
    name = file.filename.replace("\\", "/").rpartition("/")[2]
    office = found.sop.office.id
    try:
        job_id = simulate.ask(runtime().store, viewer(), office, code, name, file.read(), language())
    except Problem as problem:
        if problem.kind.status not in (400, 404) or problem.code == "request.not_found":
            raise
        wrong = tuple(complaint(item) for item in problem.findings)
        return _start(found, (FieldError("berkas", problem_text(problem)),), wrong)
    return redirect(f"/sop/{code}/coba/{job_id}?kantor={office}", 303)


def show_trial(code: str, job_id: int) -> Response:
    found = read_tried(runtime().store, viewer(), code, office_asked(), job_id)
    g.zone = found.sop.office.zone
    bars = tuple(bar(row) for row in found.result.rows) if found.result else ()
    return page("simulation.html", page=TriedView(found, bars))


def do_call_off(code: str, job_id: int) -> Response:
    found = read_tried(runtime().store, viewer(), code, office_asked(), job_id)
    office = found.sop.office.id
    call_off(runtime().store, viewer(), office, found.job.id, ACT)
    return redirect(f"/sop/{code}/coba/{job_id}?kantor={office}", 303)


def get_result(code: str, job_id: int) -> Response:
    data = result_workbook(runtime().store, viewer(), code, office_asked(), job_id)
    return download(data, XLSX, f"uji-coba-{code}-{job_id}.xlsx")


def do_check(code: str, job_id: int) -> Response:
    """Goes on to publishing with the workbook that was tried: it is checked like any other."""
    found = read_tried(runtime().store, viewer(), code, office_asked(), job_id)
    args, office = found.job.args, found.sop.office.id
    kept = kept_uploads(runtime().store, viewer(), office, [KeptFile(str(args["file"]), "", str(args["workbook"]))])
    uploads = [Upload(one.name, one.data) for one in kept]
    return redirect(f"/terbitkan/{ask_check(runtime().store, viewer(), office, uploads, language())}", 303)


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/sop/<code>/coba", "trial_start", show_start)
    blueprint.add_url_rule("/sop/<code>/coba", "trial_ask", do_ask, methods=["POST"])
    blueprint.add_url_rule("/sop/<code>/coba/<int:job_id>", "trial", show_trial)
    blueprint.add_url_rule("/sop/<code>/coba/<int:job_id>/hasil.xlsx", "trial_result", get_result)
    blueprint.add_url_rule("/sop/<code>/coba/<int:job_id>/batal", "trial_call_off", do_call_off, methods=["POST"])
    blueprint.add_url_rule("/sop/<code>/coba/<int:job_id>/terbitkan", "trial_check", do_check, methods=["POST"])


GLOBALS = {"stop_text": stop_text, "stops_text": stops_text, "end_text": end_text}
