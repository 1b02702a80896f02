"""Entity lists for programs: read only, because what is on the phones follows from forms and cases alone."""

from flask import Response

from forms.odata import sanitised
from server.api.answers import answer, etagged, flag, number, reason
from server.api.door import Route, runtime, viewer
from server.api.identity import address
from server.handing_out import disposition
from server.queries import entity_lists_api
from server.queries.entity_lists_api import EntityRow, EntityVersion, ListRow


def _list_json(row: ListRow) -> dict[str, object]:
    return {
        "name": row.name,
        "projectId": row.project_id,
        "createdAt": row.created_at,
        "approvalRequired": False,
        "ownerOnly": False,
        "accessFilter": None,
        "entities": row.entities,
        "lastEntity": row.last_entity,
    }


def lists(project_id: int) -> Response:
    return answer([_list_json(row) for row in entity_lists_api.lists(runtime().store, viewer(), project_id)])


def one_list(project_id: int, name: str) -> Response:
    row = entity_lists_api.one_list(runtime().store, viewer(), project_id, name)
    # pyodk wants texts in `forms`, ODK Central writes objects there: an empty list suits both.
    properties = [
        {"name": item, "odataName": sanitised(item), "publishedAt": row.created_at, "forms": []}
        for item in row.properties
    ]
    return answer({**_list_json(row), "properties": properties, "linkedForms": [], "sourceForms": []})


def _entity_json(row: EntityRow, *, whole: bool) -> dict[str, object]:
    current: dict[str, object] = {
        "label": row.label,
        "current": True,
        "createdAt": row.updated_at or row.created_at,
        "creatorId": row.creator_id,
        "userAgent": "",
        "version": row.version,
    }
    if whole:
        current["data"] = dict(row.data)
    return {
        "uuid": row.id,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "deletedAt": row.deleted_at,
        "creatorId": row.creator_id,
        "conflict": row.conflict,
        "currentVersion": current,
    }


def entities(project_id: int, name: str) -> Response:
    rows = entity_lists_api.entities(
        runtime().store,
        viewer(),
        project_id,
        name,
        limit=number("limit"),
        offset=number("offset"),
        deleted=flag("deleted"),
    )
    return etagged(answer([_entity_json(row, whole=False) for row in rows]))


def one_entity(project_id: int, name: str, entity_id: str) -> Response:
    store, by = runtime().store, viewer()
    row = entity_lists_api.one_entity(store, by, project_id, name, entity_id, address=address(), reason=reason())
    return answer(_entity_json(row, whole=True))


def _version_json(row: EntityVersion) -> dict[str, object]:
    return {
        "label": row.label,
        "current": row.current,
        "createdAt": row.created_at,
        "creatorId": row.creator_id,
        "userAgent": "",
        "version": row.version,
        "data": dict(row.data),
        "dataReceived": dict(row.changed),
        "baseVersion": row.base_version,
        "trunkVersion": row.trunk_version,
        "branchId": row.branch_id,
        "branchBaseVersion": row.branch_version,
    }


def versions(project_id: int, name: str, entity_id: str) -> Response:
    store, by = runtime().store, viewer()
    rows = entity_lists_api.versions(store, by, project_id, name, entity_id, address=address(), reason=reason())
    return answer([_version_json(row) for row in rows])


def table(project_id: int, name: str) -> Response:
    lines = entity_lists_api.table(runtime().store, viewer(), project_id, name, address=address())
    response = Response(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = disposition("attachment", f"{name}.csv")
    return response


_LISTS = "/v1/projects/<int:project_id>/datasets"
_ENTITIES = f"{_LISTS}/<name>/entities"

ROUTES = (
    Route("GET", _LISTS, lists, "case.read"),
    Route("GET", f"{_LISTS}/<name>", one_list, "case.read"),
    Route("GET", _ENTITIES, entities, "case.read"),
    Route("GET", f"{_ENTITIES}.csv", table, "case.read"),
    Route("GET", f"{_ENTITIES}/<entity_id>", one_entity, "case.read"),
    Route("GET", f"{_ENTITIES}/<entity_id>/versions", versions, "case.read"),
)
