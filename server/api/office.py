"""The office's days for programs: what another kantor.xlsx would move (ruling 36)."""

from flask import Response, request

from server.actions.calendar_change import preview
from server.api.answers import answer
from server.api.door import Route, runtime, viewer
from server.queries.calendar_preview import ACT, CalendarPreview, Shift, SopShifts

MAX_WORKBOOK = 20 * 1024 * 1024


def _sop(row: SopShifts) -> dict[str, object]:
    moved = {"cases": row.cases, "deadlines": row.dues, "leastDays": row.least, "mostDays": row.most}
    return {"sop": row.sop_id, "title": row.title, **moved}


def _shift(row: Shift) -> dict[str, object]:
    return {
        "caseId": row.case_id,
        "number": row.number,
        "sop": row.sop_id,
        "step": row.step or None,
        "from": row.before,
        "to": row.after,
        "days": row.days,
    }


def _preview(found: CalendarPreview | None) -> dict[str, object]:
    if found is None:
        return {"changed": False}
    return {
        "changed": True,
        "openCases": found.open,
        "cases": found.cases,
        "deadlines": found.dues,
        "firstDay": found.first,
        "lastDay": found.last,
        "sops": [_sop(row) for row in found.sops],
        "largest": [_shift(row) for row in found.largest],
    }


def create_preview(project_id: int) -> Response:
    """Which open deadlines the workbook of the body would move; publishes nothing."""
    request.max_content_length = MAX_WORKBOOK
    return answer(_preview(preview(runtime().store, viewer(), project_id, request.get_data())))


ROUTES = (Route("POST", "/v1/projects/<int:project_id>/office/preview", create_preview, ACT),)
