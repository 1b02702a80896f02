"""Running cases from the office's register, for programs (ruling 43)."""

from flask import Response, request

from forms.uploads import XLSX
from server.actions.import_cases import ACT, KIND, Brought, import_cases, template
from server.api.answers import answer, flag, language
from server.api.door import Route, runtime, viewer
from server.locale import findings
from server.problems import Problem
from server.queries.job_view import job_view

MAX_WORKBOOK = 20 * 1024 * 1024


def _told(project_id: int, sop_id: str, made: Brought, dry: bool) -> dict[str, object]:
    here = f"/v1/projects/{project_id}/sops/{sop_id}/import/{made.job}"
    return {
        "dry": dry,
        "ready": len(made.register.ready),
        "already": made.register.already,
        "opened": made.opened,
        "job": None if made.job is None else {"id": made.job, "href": here},
        "findings": [findings.as_json(finding, language()) for finding in made.register.findings],
    }


def create_import(project_id: int, sop_id: str) -> Response:
    """Tries the register of the body; with `?dry=false` brings its cases in."""
    request.max_content_length = MAX_WORKBOOK
    data = request.get_data()
    if not data.startswith(b"PK"):
        raise Problem("form.not_xlsx")
    dry = not (request.args.get("dry") and not flag("dry"))
    made = import_cases(runtime().store, viewer(), project_id, sop_id, data, dry=dry)
    return answer(_told(project_id, sop_id, made, dry), 202 if made.job else 200)


def one_import(project_id: int, sop_id: str, job_id: int) -> Response:
    job = job_view(runtime().store, viewer(), project_id, job_id, KIND, ACT)
    if job.args.get("sop") != sop_id:
        raise Problem("request.not_found")
    told = {"id": job.id, "state": job.state, "progress": job.progress, "total": job.total}
    return answer({**told, "opened": job.result.get("opened"), "already": job.result.get("already")})


def import_template(project_id: int, sop_id: str) -> Response:
    data = template(runtime().store, viewer(), project_id, sop_id, language())
    response = Response(data, mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="kasus_berjalan_{sop_id}.xlsx"'
    return response


_SOP = "/v1/projects/<int:project_id>/sops/<sop_id>"

ROUTES = (
    Route("POST", f"{_SOP}/import", create_import, ACT),
    Route("GET", f"{_SOP}/import/template", import_template, ACT),
    Route("GET", f"{_SOP}/import/<int:job_id>", one_import, ACT),
)
