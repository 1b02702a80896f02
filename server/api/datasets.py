"""Entity lists for programs (central-api.md section 8). The lists of cases are the server's; the others an author
keeps, by forms or from here."""

from collections.abc import Iterable

from flask import Response, request

from forms import openrosa
from forms.entities import normal_id
from server.actions import entity_lists as actions
from server.api.answers import answer, extended, json_body, success, text_of
from server.api.door import Route, runtime, viewer
from server.problems import Problem
from server.queries import entities_api, entity_lists_api
from server.queries.entities_odata import property_names
from server.queries.entity_lists_api import ListRow
from server.queries.list_uses import ListUse

# What ODK Central can set of a list and we have one way for: its rows are everybody's.
FIXED = {"ownerOnly": False, "accessFilter": None}


def list_json(row: ListRow) -> dict[str, object]:
    """A list as ODK Central writes it."""
    told: dict[str, object] = {
        "name": row.name,
        "projectId": row.project_id,
        "createdAt": row.created_at,
        "deletedAt": None,
        "approvalRequired": row.approval,
        **FIXED,
    }
    if row.counted is not None:
        told["entities"] = row.counted.entities
        told["conflicts"] = row.counted.conflicts
        told["lastEntity"] = row.counted.last_entity
    return told


def lists(project_id: int) -> Response:
    rows = entity_lists_api.lists(runtime().store, viewer(), project_id, extended=extended())
    return answer([list_json(row) for row in rows])


def _forms(uses: Iterable[ListUse], *, draft: bool) -> list[dict[str, object]]:
    told = []
    for use in uses:
        if use.draft == draft:
            one: dict[str, object] = {"xmlFormId": use.form_id, "name": use.title}
            told.append({**one, "repeatPath": use.repeat} if use.repeat else one)
    return told


def one_list(project_id: int, name: str) -> Response:
    found = entity_lists_api.one_list(runtime().store, viewer(), project_id, name)
    row = found.row
    # pyodk wants texts in `forms`, ODK Central writes objects there: an empty list suits both.
    properties = [
        {"name": item, "odataName": shown, "publishedAt": row.created_at, "forms": []}
        for item, shown in zip(row.properties, property_names(row.properties), strict=True)
    ]
    return answer(
        {
            **list_json(row),
            "lastUpdate": found.last_update,
            "properties": properties,
            "linkedForms": _forms(found.readers, draft=False),
            "sourceForms": _forms(found.writers, draft=False),
            "draftLinkedForms": _forms(found.readers, draft=True),
            "draftSourceForms": _forms(found.writers, draft=True),
        }
    )


def _approval() -> bool | None:
    """The `approvalRequired` of the body. Raises `request.bad_type`, and `request.unsupported` for a setting that would
    change whom rows reach."""
    body = json_body()
    for field, only in FIXED.items():
        if body.get(field, only) != only:
            raise Problem("request.unsupported", feature=field)
    wanted = body.get("approvalRequired")
    if wanted is not None and not isinstance(wanted, bool):
        raise Problem("request.bad_type", field="approvalRequired", value=str(wanted)[:100], expected="boolean")
    return wanted


def create_list(project_id: int) -> Response:
    name = text_of(json_body(), "name", required=False) or ""
    actions.create_list(runtime().store, viewer(), project_id, name, approval=bool(_approval()))
    return one_list(project_id, name)


def change_list(project_id: int, name: str) -> Response:
    """Body: {approvalRequired}; `?convert=` says what becomes of rows that wait when none need to any more."""
    approval = _approval()
    convert = request.args.get("convert", "").lower() or None
    if convert not in (None, "true", "false"):
        raise Problem("request.bad_value", field="convert", value=str(convert)[:100], reason="true, false")
    if approval is not None:
        said = None if convert is None else convert == "true"
        actions.set_approval(runtime().store, viewer(), project_id, name, approval=approval, convert=said)
    return one_list(project_id, name)


def delete_list(project_id: int, name: str) -> Response:
    actions.delete_list(runtime().store, viewer(), project_id, name)
    return success()


def create_property(project_id: int, name: str) -> Response:
    added = text_of(json_body(), "name", required=False) or ""
    actions.add_property(runtime().store, viewer(), project_id, name, added)
    return success()


def delete_property(project_id: int, name: str, gone: str) -> Response:
    actions.delete_property(runtime().store, viewer(), project_id, name, gone)
    return success()


def integrity(project_id: int, name: str) -> Response:
    ids = [normal_id(one) for one in request.args.get("id", "").split(",") if one.strip()]
    rows = entities_api.integrity(runtime().store, viewer(), project_id, name, ids)
    return Response(openrosa.integrity(rows), content_type="text/xml; charset=utf-8")


_LISTS = "/v1/projects/<int:project_id>/datasets"
_LIST = f"{_LISTS}/<name>"

ROUTES = (
    Route("GET", _LISTS, lists, "case.read"),
    Route("POST", _LISTS, create_list, "list.manage"),
    Route("GET", _LIST, one_list, "case.read"),
    Route("PATCH", _LIST, change_list, "list.manage"),
    Route("DELETE", _LIST, delete_list, "list.manage"),
    Route("POST", f"{_LIST}/properties", create_property, "list.manage"),
    Route("DELETE", f"{_LIST}/properties/<gone>", delete_property, "list.manage"),
    Route("GET", f"{_LIST}/integrity", integrity, "case.read"),
)
