"""Absences and the handing over of cases, for programs (ruling 41)."""

from flask import Response

from server.actions.absences import add_absence, end_absence
from server.actions.hand_over import ACT, KIND, hand_over
from server.api.answers import answer, json_body, success, text_of
from server.api.door import Route, runtime, viewer
from server.problems import Problem
from server.queries.job_view import job_view
from server.queries.officers import Absence, absence_list


def _absence(item: Absence) -> dict[str, object]:
    return {
        "id": item.id,
        "officer": {"id": item.officer_id, "displayName": item.officer},
        "deputy": {"id": item.deputy_id, "displayName": item.deputy},
        "from": item.from_day,
        "until": item.until_day,
        "running": item.running,
    }


def absences(project_id: int) -> Response:
    return answer([_absence(item) for item in absence_list(runtime().store, viewer(), project_id)])


def create_absence(project_id: int) -> Response:
    """Enters an absence of the body: officer, deputy, from, until."""
    body = json_body()
    key = add_absence(
        runtime().store,
        viewer(),
        project_id,
        officer=text_of(body, "officer") or "",
        deputy=text_of(body, "deputy") or "",
        from_day=text_of(body, "from") or "",
        until_day=text_of(body, "until") or "",
    )
    found = absence_list(runtime().store, viewer(), project_id)
    return answer(next(_absence(item) for item in found if item.id == key))


def delete_absence(project_id: int, absence_id: int) -> Response:
    end_absence(runtime().store, viewer(), project_id, absence_id)
    return success()


def create_hand_over(project_id: int) -> Response:
    """Gives cases of the body to another officer: at once, or by a job (202)."""
    body = json_body()
    named = body.get("cases")
    if named is not None and not (isinstance(named, list) and all(isinstance(one, str) for one in named)):
        raise Problem("request.bad_type", field="cases", value=str(named)[:100], expected="array")
    made = hand_over(
        runtime().store,
        viewer(),
        project_id,
        to=text_of(body, "to") or "",
        giver=text_of(body, "from", required=False) or "",
        reason=text_of(body, "reason", required=False) or "",
        cases=named,
    )
    if made.job is None:
        return answer({"cases": made.cases, "job": None})
    here = f"/v1/projects/{project_id}/cases/hand-over/{made.job}"
    return answer({"cases": 0, "job": {"id": made.job, "href": here}}, 202)


def one_hand_over(project_id: int, job_id: int) -> Response:
    """How far a hand-over is."""
    job = job_view(runtime().store, viewer(), project_id, job_id, KIND, ACT)
    told = {"id": job.id, "state": job.state, "progress": job.progress, "total": job.total}
    return answer({**told, "cases": job.result.get("cases")})


_PROJECT = "/v1/projects/<int:project_id>"

ROUTES = (
    Route("GET", f"{_PROJECT}/absences", absences, "case.read"),
    Route("POST", f"{_PROJECT}/absences", create_absence, "project.read"),
    Route("DELETE", f"{_PROJECT}/absences/<int:absence_id>", delete_absence, "project.read"),
    Route("POST", f"{_PROJECT}/cases/hand-over", create_hand_over, ACT),
    Route("GET", f"{_PROJECT}/cases/hand-over/<int:job_id>", one_hand_over, ACT),
)
