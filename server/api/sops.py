"""SOPs for programs: what is published, publishing, trying a draft on past cases, moving running cases."""

from collections.abc import Mapping

from flask import Response, request

from forms.uploads import XLSX
from server.actions import migrate_cases, simulate
from server.actions.bundle import Upload
from server.actions.jobs import call_off
from server.actions.publish import check_bundle, refuse_unaccepted, write_bundle
from server.api.answers import answer, finding_json, flag, json_body, language, text_of
from server.api.cases import one_case
from server.api.door import Route, runtime, viewer
from server.api.names import step_name
from server.handing_out import stream
from server.locale import findings
from server.problems import Problem
from server.queries import cases_api, migration
from server.queries.cases_api import SopRow
from server.queries.job_view import JobView, job_view
from server.queries.migration import Checked
from server.queries.simulation import ACT, KIND, SopOf, as_json, examples_json, result_of, result_workbook, sop_of

MAX_WORKBOOK = 20 * 1024 * 1024


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
    """Checks the SOP workbook of the body and, with ?publish=true, publishes it.

    Each warning wants its `key` in `accept` (repeated, or separated by commas), or `ignoreWarnings=true` for all: the
    caller is the name under them.
    """
    store, lang = runtime().store, language()
    request.max_content_length = MAX_WORKBOOK
    data = request.get_data()
    if not data.startswith(b"PK"):
        raise Problem("form.not_xlsx")
    bundle = check_bundle(store, viewer(), project_id, [Upload("sop.xlsx", data)])
    if bundle.blocked or len(bundle.sops) != 1:
        raise Problem("sop.invalid", findings=bundle.findings)
    if flag("publish"):
        if not flag("ignoreWarnings"):
            refuse_unaccepted(bundle, ",".join(request.args.getlist("accept")).split(","))
        write_bundle(store, viewer(), project_id, bundle, draft=False)
    sop = bundle.sops[0][1]
    return answer(
        {
            "id": sop.sop_id,
            "title": sop.title,
            "version": sop.version,
            "published": flag("publish"),
            "change": bundle.changes[0].change if bundle.changes else None,
            "findings": [finding_json(finding, lang) for finding in bundle.findings],
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
    response = stream(result_workbook(runtime().store, viewer(), sop_id, project_id, job_id), XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="uji-coba-{job_id}.xlsx"'
    return response


def cancel_simulation(project_id: int, sop_id: str, job_id: int) -> Response:
    """Calls a trial off; one that has ended stays as it is."""
    job = _simulation(project_id, sop_id, job_id)
    call_off(runtime().store, viewer(), project_id, job.id, ACT)
    return one_simulation(project_id, sop_id, job_id)


def _step_map(body: Mapping[str, object]) -> dict[str, str]:
    """The member `map`: {older step: newer step}."""
    given = body.get("map") or {}
    if not isinstance(given, dict) or not all(isinstance(new, str) for new in given.values()):
        raise Problem("request.bad_type", field="map", value=str(given)[:100], expected="object")
    return {str(old): str(new) for old, new in given.items() if new}


def _sop(project_id: int, sop_id: str) -> SopOf:
    return sop_of(runtime().store, viewer(), sop_id, project_id, ACT)


def check_migration(project_id: int, sop_id: str) -> Response:
    """The dry run: the result at once, or where it will be found (202)."""
    store, found, names = runtime().store, _sop(project_id, sop_id), _step_map(json_body())
    page = migration.move_page(store, viewer(), sop_id, project_id)
    if page.cases <= migration.AT_ONCE and not flag("job"):
        kept = migration.check(store, viewer(), found, names)
        return answer({"state": "done", **_checked(migration.checked(store, viewer(), found, kept))})
    return _accepted(project_id, sop_id, migrate_cases.ask_check(store, viewer(), found, names))


def create_migration(project_id: int, sop_id: str) -> Response:
    """Moves the cases of the classes named (202)."""
    body = json_body()
    classes = body.get("classes", ["same"])
    if not isinstance(classes, list) or not all(isinstance(one, str) for one in classes):
        raise Problem("request.bad_type", field="classes", value=str(classes)[:100], expected="array")
    reason = text_of(body, "reason", required=False) or ""
    found = _sop(project_id, sop_id)
    job_id = migrate_cases.ask_move(runtime().store, viewer(), found, tuple(classes), _step_map(body), reason)
    return _accepted(project_id, sop_id, job_id)


def undo_migration(project_id: int, sop_id: str, job_id: int) -> Response:
    """Takes back what a move of many cases did (202)."""
    reason = text_of(json_body(), "reason", required=False) or ""
    found = _sop(project_id, sop_id)
    return _accepted(project_id, sop_id, migrate_cases.ask_undo(runtime().store, viewer(), found, job_id, reason))


def _accepted(project_id: int, sop_id: str, job_id: int) -> Response:
    response = one_migration(project_id, sop_id, job_id)
    response.status_code = 202
    response.headers["Location"] = f"/v1/projects/{project_id}/sops/{sop_id}/migration/{job_id}"
    return response


def one_migration(project_id: int, sop_id: str, job_id: int) -> Response:
    """How far a dry run, a move or its undoing is, and what it did once it is done."""
    found = migration.move_job(runtime().store, viewer(), sop_id, project_id, job_id)
    job = found.job
    here = f"/v1/projects/{project_id}/sops/{sop_id}/migration/{job.id}"
    told: dict[str, object] = {
        "id": job.id,
        "href": here,
        "kind": job.kind.removeprefix("migration").strip("_") or "move",
        "state": job.state,
        "progress": job.progress,
        "total": job.total,
    }
    if found.checked:
        told |= _checked(found.checked)
    elif job.result:
        told |= {name: job.result[name] for name in ("moved", "left") if name in job.result}
    return answer(told)


def cancel_migration(project_id: int, sop_id: str, job_id: int) -> Response:
    """Calls it off; the cases that have moved stay where they are."""
    found = migration.move_job(runtime().store, viewer(), sop_id, project_id, job_id)
    call_off(runtime().store, viewer(), project_id, found.job.id, ACT)
    return one_migration(project_id, sop_id, job_id)


def _checked(found: Checked) -> dict[str, object]:
    return {
        "counts": dict(found.counts),
        "examples": examples_json(found.examples),
        "reasons": {
            kind: [{"code": row.code, "step": row.step.name, "cases": row.cases} for row in rows]
            for kind, rows in found.reasons.items()
        },
        "conflicts": [
            {
                "id": one.id,
                "number": one.number,
                "reasons": [{"code": code, "step": stop.name} for code, stop in why],
            }
            for one, why in found.conflicts
        ],
    }


def migrate_case(project_id: int, case_id: str) -> Response:
    """Moves one case to the version in force, or with `undo` back to the one before."""
    body = json_body()
    reason = text_of(body, "reason", required=False) or ""
    if body.get("undo") is True:
        migrate_cases.undo_case(runtime().store, viewer(), project_id, case_id, reason)
    else:
        migrate_cases.move_case(runtime().store, viewer(), project_id, case_id, _step_map(body), reason)
    return one_case(project_id, case_id)


_SOPS = "/v1/projects/<int:project_id>/sops"

ROUTES = (
    Route("GET", _SOPS, sops, "sop.read"),
    Route("POST", _SOPS, create_sop, "sop.publish"),
    Route("GET", f"{_SOPS}/<sop_id>", one_sop, "sop.read"),
    Route("POST", f"{_SOPS}/<sop_id>/simulate", create_simulation, ACT),
    Route("GET", f"{_SOPS}/<sop_id>/simulate/<int:job_id>", one_simulation, ACT),
    Route("GET", f"{_SOPS}/<sop_id>/simulate/<int:job_id>.xlsx", simulation_workbook, ACT),
    Route("DELETE", f"{_SOPS}/<sop_id>/simulate/<int:job_id>", cancel_simulation, ACT),
    Route("POST", f"{_SOPS}/<sop_id>/migration/check", check_migration, ACT),
    Route("POST", f"{_SOPS}/<sop_id>/migration", create_migration, ACT),
    Route("GET", f"{_SOPS}/<sop_id>/migration/<int:job_id>", one_migration, ACT),
    Route("DELETE", f"{_SOPS}/<sop_id>/migration/<int:job_id>", cancel_migration, ACT),
    Route("POST", f"{_SOPS}/<sop_id>/migration/<int:job_id>/undo", undo_migration, ACT),
    Route("POST", "/v1/projects/<int:project_id>/cases/<case_id>/migrate", migrate_case, ACT),
)
