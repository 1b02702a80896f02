"""The monthly recap on a page and as a workbook."""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from server.actions.issue_recap import issue
from server.problems import Problem
from server.queries.recap_issues import issue_file
from server.queries.recap_workbook import monthly_workbook
from server.queries.report_page import ReportPage, report_page
from server.web.files import download
from server.web.frame import page
from server.web.guard import viewer
from server.web.publish import XLSX
from server.web.render import FieldError, language, problem_text, runtime


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: label, value, and its width in per cent of the longest."""

    label: str
    value: int
    width: float


@dataclass(frozen=True, slots=True)
class ReportView:
    """The recap and its charts; `report` None while there is no office."""

    report: ReportPage | None
    bars: tuple[Bar, ...]
    errors: tuple[FieldError, ...] = ()


def _number(name: str) -> int | None:
    asked = request.args.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def _month() -> tuple[int | None, int | None]:
    """`bulan=2026-11`; nothing for the present month. Raises `request.bad_value` for anything else."""
    asked = request.args.get("bulan", "")
    if not asked:
        return None, None
    year, _, month = asked.partition("-")
    if not (year.isdecimal() and month.isdecimal() and len(asked) <= 7):
        raise Problem("request.bad_value", field="bulan", value=asked[:20], reason="")
    return int(year), int(month)


def _report() -> ReportPage | None:
    year, month = _month()
    return report_page(runtime().store, viewer(), _number("kantor"), year, month, language())


def _bars(found: ReportPage) -> tuple[Bar, ...]:
    counts: dict[str, int] = {}
    for (route, _sex), count in (found.recap.routes or {}).items():
        counts[route] = counts.get(route, 0) + count
    most = max(counts.values(), default=0)
    return tuple(Bar(name, count, 100 * count / most) for name, count in sorted(counts.items()) if most)


def show_report() -> Response:
    return _shown(_report())


def _shown(found: ReportPage | None, errors: tuple[FieldError, ...] = ()) -> Response:
    if found:
        g.zone = found.office.zone
    view = ReportView(found, _bars(found) if found else (), errors)
    return page("report.html", 400 if errors else 200, page=view)


def do_issue() -> Response:
    """Hands the recap in, or a revision of it."""
    found = _report()
    if found is None:
        raise Problem("request.not_found")
    reason = request.form.get("alasan", "")[:500]
    try:
        issue(runtime().store, viewer(), found.office.id, found.year, found.month, reason, language())
    except Problem as problem:
        if problem.code not in ("case.reason_required", "report.same", "report.taken"):
            raise
        return _shown(found, (FieldError("alasan", problem_text(problem)),))
    return redirect(f"/laporan?kantor={found.office.id}&bulan={found.year}-{found.month:02d}#terbitan", 303)


def get_issue(issue_id: int) -> Response:
    """The workbook that was handed in."""
    name, file = issue_file(runtime().store, viewer(), issue_id)
    return download(file, XLSX, name)


def get_workbook() -> Response:
    found = _report()
    if found is None:
        raise Problem("request.not_found")
    data = monthly_workbook(runtime().store, viewer(), found.office.id, found.year, found.month, language())
    return download(data, XLSX, f"rekap-{found.year}-{found.month:02d}.xlsx")


def routes(blueprint: Blueprint) -> None:
    """Adds these pages to the door."""
    blueprint.add_url_rule("/laporan", "report", show_report)
    blueprint.add_url_rule("/laporan/rekap.xlsx", "report_workbook", get_workbook)
    blueprint.add_url_rule("/laporan/terbitkan", "report_issue", do_issue, methods=["POST"])
    blueprint.add_url_rule("/laporan/terbitan/<int:issue_id>", "report_issued", get_issue)
