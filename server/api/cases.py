"""Cases, SOPs and unplaced submissions for programs (DESIGN section 6, rulings 23 to 25)."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from babel.dates import format_date
from flask import Response, request

from server.actions.case_event import Scan, record
from server.actions.case_event.scans import MOST_BYTES
from server.actions.list_rows import settle
from server.actions.place_later import link_by_hand
from server.api import linking
from server.api.answers import answer, json_body, language, number, reason, success, text_of
from server.api.door import Route, runtime, viewer
from server.api.identity import address
from server.api.names import bare, step_name
from server.handing_out import disposition, stream
from server.locale import say
from server.problems import Problem
from server.queries import cases_api, documents
from server.queries.cases_api import Case, CaseFilter, CaseRow, Unplaced
from server.queries.masked_state import plain
from server.queries.question_labels import choice_labels, question_labels
from server.sop.explain import explain
from server.sop.state import Conflict, Decision, Visit

# A decision in one sentence.
Told = Callable[[Decision], str]


def case_json(row: CaseRow) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "sop": row.sop,
        "sopVersion": row.sop_version,
        "label": row.label,
        "status": row.status,
        "closeReason": row.close_reason,
        "openedAt": row.opened_at,
        "closedAt": row.closed_at,
        "dueAt": row.due_at,
        "late": row.late,
        "openSteps": list(row.open_steps),
    }


def _visit(case: Case, visit: Visit) -> dict[str, object]:
    step = case.step(visit.step)
    return {
        "name": visit.step,
        "label": step_name(case.sop, visit.step, language()),
        "source": step.source if step else "",
        "visit": visit.visit,
        "state": visit.state,
        "form": visit.form,
        "role": visit.role,
        "assignee": _person(case, visit.assignee),
        "openedAt": visit.opened_at,
        "dueAt": visit.due_at,
        "doneAt": visit.done_on,
        "late": case.is_late(visit.due_at) if visit.state == "open" else visit.late,
        "notBefore": visit.not_before,
        "recordedAt": visit.recorded_at,
        "waitsFor": visit.waits_for,
        "early": visit.early,
        "lacks": list(visit.lacks),
        "extended": visit.extended,
        "escalatedOn": visit.escalated_on,
        "instanceId": visit.instance_id,
    }


def _person(case: Case, text: str | None) -> dict[str, object] | None:
    if text is None:
        return None
    if not text.isdigit():
        return {"id": None, "displayName": text}
    return {"id": int(text), "displayName": case.people.get(int(text))}


def decision_json(case: Case, item: Decision, told: Told) -> dict[str, object]:
    return {
        "step": item.step,
        "visit": item.visit,
        "kind": item.kind,
        "routes": list(item.routes),
        "to": list(item.to),
        "on": item.on,
        "source": item.source,
        "interpretation": item.interpretation,
        "inputs": [
            {
                "name": bare(read.name),
                "value": read.value,
                "form": read.form,
                "instanceId": read.instance_id,
                "day": read.day,
            }
            for read in item.inputs
        ],
        "explanation": told(item),
        "whatIf": [
            {
                "route": other.route,
                "to": list(other.to),
                "changes": [{"name": bare(name), "value": value} for name, value in other.changes],
            }
            for other in item.what_if
        ],
        "reason": item.reason,
        "by": _person(case, item.by),
        "recordedBy": _person(case, item.recorded_by),
        "confirmedBy": _person(case, item.confirmed_by),
        "uncertain": item.uncertain,
        "supersededBy": item.superseded_by,
    }


def _conflict(case: Case, item: Conflict, told: Told) -> dict[str, object]:
    return {
        "step": item.step,
        "visit": item.visit,
        "old": decision_json(case, item.old, told),
        "new": decision_json(case, item.new, told),
        "eventId": item.event_id,
    }


def _whole(case: Case, told: Told) -> dict[str, object]:
    state = case.state
    return {
        **case_json(case.row),
        "manager": _person(case, state.manager),
        "paused": state.paused,
        "clockStarted": state.clock_started,
        "facts": {name: plain(value) for name, value in state.facts.items()},
        "steps": [_visit(case, visit) for visit in state.visits],
        "decisions": [decision_json(case, item, told) for item in state.decisions],
        "waiting": [
            {"instanceId": item.instance_id, "form": item.form, "day": item.day, "reason": item.reason}
            for item in state.waiting
        ],
        "conflicts": [_conflict(case, item, told) for item in state.conflicts],
        "notices": [
            {"code": item.code, "on": item.on, "to": item.to, "args": dict(item.args)} for item in state.notices
        ],
        "tasks": [{name: plain(value) for name, value in task.items()} for task in state.tasks],
        "records": [
            {"id": item.id, "kind": item.kind, "state": item.state, "entries": [plain(row) for row in item.entries]}
            for item in state.records
        ],
        "reports": [{"instanceId": item.instance_id, "form": item.form, "day": item.day} for item in state.reports],
        "papers": [
            {
                "document": item.document,
                "step": item.step,
                "visit": item.visit,
                "on": item.on,
                "issued": item.issued,
                "held": item.held,
            }
            for item in state.papers
        ],
        "documents": [
            {
                "id": paper.id,
                "kind": paper.kind,
                "title": paper.title,
                "number": paper.number,
                "dated": paper.dated,
                "status": paper.status,
                "ready": paper.ready,
                "review": paper.review,
                "voidReason": paper.void_reason,
                "correction": paper.correction,
            }
            for paper in case.documents
        ],
        "events": [
            {
                "id": item.id,
                "type": item.type,
                "effective": item.effective,
                "receivedAt": item.received_at,
                "actor": None if item.actor_id is None else {"id": item.actor_id, "displayName": item.actor},
                "instanceId": item.instance_id,
                "form": item.form,
                "data": dict(item.data),
            }
            for item in case.events
        ],
        "submissions": [
            {
                "instanceId": sent.instance_id,
                "form": sent.form,
                "reviewState": sent.review_state,
                "revisions": [
                    {"instanceId": instance, "receivedAt": received, "submitter": name}
                    for instance, received, name in sent.revisions
                ],
            }
            for sent in case.submissions
        ],
    }


def _yes_no(name: str) -> bool | None:
    text = request.args.get(name, "").lower()
    if text in ("true", "false"):
        return text == "true"
    if text:
        raise Problem("request.bad_type", field=name, value=text[:100], expected="true, false")
    return None


def cases(project_id: int) -> Response:
    asked = request.args
    wanted = CaseFilter(
        asked.get("sop") or None,
        _yes_no("open"),
        asked.get("step") or None,
        asked.get("assignee") or None,
        asked.get("q") or None,
        number("limit"),
        number("offset"),
    )
    rows, total = cases_api.cases(runtime().store, viewer(), project_id, wanted)
    response = answer([case_json(row) for row in rows])
    response.headers["X-Total-Count"] = str(total)
    return response


def teller(project_id: int, found: Case) -> Told:
    """Explains decisions of this case in the language of the answer."""
    return partial(
        explain,
        sop=found.sop,
        say=partial(say, language()),
        language=language(),
        day=lambda iso: format_date(date.fromisoformat(iso), "d MMM y", locale=language()),
        question=question_labels(runtime().store, project_id, found.sop, language()),
        choice=choice_labels(runtime().store, project_id, found.sop, language()),
        person=lambda actor: found.people.get(int(actor), actor) if actor.isdigit() else actor,
    )


def one_case(project_id: int, case_id: str) -> Response:
    now = runtime()
    asked = {"address": address(), "reason": reason() if request.method == "GET" else ""}
    found = cases_api.one_case(now.store, viewer(), now.definitions, project_id, case_id, **asked)
    told = teller(project_id, found)
    return answer(_whole(found, told))


# Acts on two cases at once.
_ON_TWO = {"merge": linking.join, "move": linking.change_service}


def _with_scan() -> tuple[Mapping[str, object], Scan | None]:
    """The act and the scan beside it: parts `act` (JSON) and `scan` of a multipart body."""
    sent = request.files.get("scan")
    try:
        body = json.loads(request.form.get("act", ""))
    except (ValueError, RecursionError):
        raise Problem("request.bad_json", rawLength=0) from None
    if not isinstance(body, dict):
        raise Problem("request.bad_json", rawLength=0)
    return body, Scan(sent.mimetype, sent.read(MOST_BYTES + 1)) if sent else None


def get_scan(project_id: int, case_id: str, event_id: str) -> Response:
    found = documents.scan(runtime().store, viewer(), project_id, case_id, event_id, address())
    response = stream(found.file, found.type)
    response.headers["Content-Disposition"] = disposition("attachment", found.name)
    return response


def create_event(project_id: int, case_id: str) -> Response:
    if request.files:
        body, scan = _with_scan()
        if body.get("type") in _ON_TWO:
            raise Problem("case.scan_not_kept")
        record(runtime().store, viewer(), project_id, case_id, body, scan)
        return one_case(project_id, case_id)
    act = _ON_TWO.get(str(json_body().get("type")))
    if act is not None:
        if json_body().get("scan") is not None:
            raise Problem("case.scan_not_kept")
        return one_case(project_id, act(project_id, case_id))
    record(runtime().store, viewer(), project_id, case_id, json_body())
    return one_case(project_id, case_id)


def _unplaced(item: Unplaced) -> dict[str, object]:
    return {
        "id": item.id,
        "kind": item.kind,
        "fault": item.fault,
        "form": item.form,
        "reason": item.reason,
        "args": dict(item.args),
        "instanceId": item.instance_id,
        "caseId": item.case_id,
        "createdAt": item.created_at,
    }


def unlinked(project_id: int) -> Response:
    page = {"limit": number("limit"), "offset": number("offset")}
    return answer([_unplaced(item) for item in cases_api.unplaced(runtime().store, viewer(), project_id, **page)])


def link(project_id: int, task_id: str) -> Response:
    now = runtime()
    case_id = text_of(json_body(), "caseId") or ""
    link_by_hand(now.store, viewer(), project_id, task_id, case_id)
    return one_case(project_id, case_id)


def decide_row(project_id: int, task_id: str) -> Response:
    """Body: {apply}: whether what waits for a row of an entity list counts, on the row as it stands."""
    apply_it = json_body().get("apply")
    if not isinstance(apply_it, bool):
        raise Problem("request.bad_type", field="apply", value=str(apply_it)[:100], expected="boolean")
    settle(runtime().store, viewer(), project_id, task_id, apply_it=apply_it)
    return success()


_PROJECT = "/v1/projects/<int:project_id>"

ROUTES = (
    Route("GET", f"{_PROJECT}/cases", cases, "case.read"),
    Route("GET", f"{_PROJECT}/cases/<case_id>", one_case, "case.read"),
    Route("POST", f"{_PROJECT}/cases/<case_id>/events", create_event, "case.act"),
    Route("GET", f"{_PROJECT}/cases/<case_id>/events/<event_id>/scan", get_scan, "document.read"),
    Route("GET", f"{_PROJECT}/unlinked", unlinked, "case.read"),
    Route("POST", f"{_PROJECT}/unlinked/<task_id>/link", link, "case.act"),
    Route("POST", f"{_PROJECT}/unlinked/<task_id>/row", decide_row, "case.act"),
)
