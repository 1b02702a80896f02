"""SOPs for programs: what is published, publishing, trying a draft on past cases, moving running cases."""

from flask import Response, request

from server.actions import simulate
from server.actions.bundle import Upload
from server.actions.jobs import call_off
from server.actions.publish import check_bundle, write_bundle
from server.api.answers import answer, flag, language
from server.api.door import Route, runtime, viewer
from server.api.names import step_name
from server.locale import findings
from server.problems import Problem
from server.queries import cases_api
from server.queries.cases_api import SopRow
from server.queries.job_view import JobView, job_view
from server.queries.simulation import ACT, KIND, as_json, result_of, result_workbook

MAX_WORKBOOK = 20 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _sop_json(row: SopRow) -> dict[str, object]:
    return {
        "id": row.sop_id,
        "title": row.title,
        "version": row.version,
        "openCases": row.open_cases,
        "versions": [
            {"version": version, "publishedAt": at, "publishedBy": by, "current": version == row.version}
            for version, at, by in row.versions
        ],
    }


def sops(project_id: int) -> Response:
    return answer([_sop_json(row) for row in cases_api.sops(runtime().store, viewer(), project_id)])


def one_sop(project_id: int, sop_id: str) -> Response:
    now, lang = runtime(), language()
    row, sop = cases_api.one_sop(now.store, viewer(), now.definitions, project_id, sop_id)
    return answer(
        {
            **_sop_json(row),
            "findings": [findings.as_json(finding, lang) for finding in row.findings],
            "steps": [
                {
                    "name": step.name,
                    "label": step_name(sop, step.name, lang),
                    "source": step.source,
                    "form": step.form or None,
                    "role": step.role,
                    "limit": step.limit,
                    "limitUnit": step.limit_unit,
                    "interpretation": step.interpretation,
                }
                for step in sop.steps
            ],
            "routes": [
                {
                    "name": route.name,
                    "from": route.from_step,
                    "when": route.when.text if route.when else None,
                    "to": route.to,
                    "source": route.source,
                    "interpretation": route.interpretation,
                }
                for route in sop.routes
            ],
        }
    )


def create_sop(project_id: int) -> Response:
    """Checks the SOP workbook of the body and, with ?publish=true, publishes it."""
    store, lang = runtime().store, language()
    request.max_content_length = MAX_WORKBOOK
    data = request.get_data()
    if not data.startswith(b"PK"):
        raise Problem("form.not_xlsx")
    bundle = check_bundle(store, viewer(), project_id, [Upload("sop.xlsx", data)])
    if bundle.blocked or len(bundle.sops) != 1:
        raise Problem("sop.invalid", findings=bundle.findings)
    if flag("publish"):
        write_bundle(store, viewer(), project_id, bundle, draft=False)
    sop = bundle.sops[0][1]
    return answer(
        {
            "id": sop.sop_id,
            "title": sop.title,
            "version": sop.version,
            "published": flag("publish"),
            "change": bundle.changes[0].change if bundle.changes else None,
            "findings": [findings.as_json(finding, lang) for finding in bundle.findings],
        }
    )


def _workbook() -> bytes:
    request.max_content_length = MAX_WORKBOOK
    return request.get_data()


def create_simulation(project_id: int, sop_id: str) -> Response:
    """Tries the draft of the body on the past cases: the result at once, or where it will be found (202)."""
    store, data = runtime().store, _workbook()
    draft = simulate.read_draft(data, sop_id)
    if simulate.how_many(store, viewer(), project_id, sop_id) <= simulate.AT_ONCE and not flag("job"):
        found = simulate.simulate(store, viewer(), project_id, draft)
        return answer({"state": "done", **as_json(result_of(store, viewer(), project_id, found.to_json()), language())})
    job_id = simulate.ask(store, viewer(), project_id, sop_id, "sop.xlsx", data, language())
    response = answer(_job(project_id, sop_id, _simulation(project_id, sop_id, job_id)), 202)
    response.headers["Location"] = f"/v1/projects/{project_id}/sops/{sop_id}/simulate/{job_id}"
    return response


def _simulation(project_id: int, sop_id: str, job_id: int) -> JobView:
    found = job_view(runtime().store, viewer(), project_id, job_id, KIND, ACT)
    if found.args.get("sop_id") != sop_id:
        raise Problem("request.not_found")
    return found


def _job(project_id: int, sop_id: str, job: JobView) -> dict[str, object]:
    here = f"/v1/projects/{project_id}/sops/{sop_id}/{job.kind}/{job.id}"
    return {"id": job.id, "href": here, "state": job.state, "progress": job.progress, "total": job.total}


def one_simulation(project_id: int, sop_id: str, job_id: int) -> Response:
    """How far a trial is, and its result once it is done."""
    job = _simulation(project_id, sop_id, job_id)
    told = _job(project_id, sop_id, job)
    if job.result:
        told |= as_json(result_of(runtime().store, viewer(), project_id, job.result), language())
    return answer(told)


def simulation_workbook(project_id: int, sop_id: str, job_id: int) -> Response:
    """The result of a trial as a workbook."""
    data = result_workbook(runtime().store, viewer(), sop_id, project_id, job_id)
    response = Response(data, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="uji-coba-{job_id}.xlsx"'
    return response


def cancel_simulation(project_id: int, sop_id: str, job_id: int) -> Response:
    """Calls a trial off; one that has ended stays as it is."""
    job = _simulation(project_id, sop_id, job_id)
    call_off(runtime().store, viewer(), project_id, job.id, ACT)
    return one_simulation(project_id, sop_id, job_id)


_SOPS = "/v1/projects/<int:project_id>/sops"

ROUTES = (
    Route("GET", _SOPS, sops, "sop.read"),
    Route("POST", _SOPS, create_sop, "sop.publish"),
    Route("GET", f"{_SOPS}/<sop_id>", one_sop, "sop.read"),
    Route("POST", f"{_SOPS}/<sop_id>/simulate", create_simulation, ACT),
    Route("GET", f"{_SOPS}/<sop_id>/simulate/<int:job_id>", one_simulation, ACT),
    Route("GET", f"{_SOPS}/<sop_id>/simulate/<int:job_id>.xlsx", simulation_workbook, ACT),
    Route("DELETE", f"{_SOPS}/<sop_id>/simulate/<int:job_id>", cancel_simulation, ACT),
)
