"""Rows of entity lists for programs (central-api.md section 8): read, and in lists an author keeps also written."""

from collections.abc import Mapping

from flask import Response, request

from forms.entities import normal_id
from server.actions import list_changes
from server.actions.list_changes import NewRow
from server.api.answers import (
    answer,
    extended,
    flag,
    json_body,
    listed,
    number,
    reason,
    success,
    tag_of,
    tagged,
    text_of,
    unchanged,
)
from server.api.door import Route, runtime, viewer
from server.api.exports import places
from server.api.identity import address
from server.api.keeping import audit_json
from server.handing_out import disposition
from server.problems import Problem
from server.queries import entities_api, entities_export, entity_lists_api
from server.queries.entities_api import Actor, EntityRow, EntityVersion, History

# Five thousand rows of some forty properties.
MAX_ROWS = 20 * 1024 * 1024
MAX_AGENT = 255
ENTITY = frozenset({"uuid", "label", "data"})


def _actor_json(row: Actor) -> dict[str, object]:
    return {"id": row.id, "type": row.type, "displayName": row.name}


def _entity_json(row: EntityRow, *, whole: bool, joined: bool) -> dict[str, object]:
    current: dict[str, object] = {
        "label": row.label,
        "current": True,
        "createdAt": row.current_at,
        "creatorId": row.current_by.id,
        "userAgent": row.current_agent or "",
        "version": row.version,
    }
    told: dict[str, object] = {
        "uuid": row.id,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "deletedAt": row.deleted_at,
        "creatorId": row.creator.id,
        "conflict": row.conflict,
        "currentVersion": current,
    }
    if whole:
        current["data"] = dict(row.data)
    if joined:
        told["creator"], current["creator"] = _actor_json(row.creator), _actor_json(row.current_by)
    return told


def entities(project_id: int, name: str) -> Response:
    store, limit = runtime().store, number("limit")
    rows = entities_api.entities(
        store, viewer(), project_id, name, limit=limit, offset=number("offset"), deleted=flag("deleted")
    )
    joined = extended()  # asked now: the rows flow out when the request is over
    told = (_entity_json(row, whole=False, joined=joined) for row in rows)
    return listed(told, limit, lambda: entity_lists_api.state(store, viewer(), project_id, name))


def one_entity(project_id: int, name: str, entity_id: str) -> Response:
    key = normal_id(entity_id)
    store, by = runtime().store, viewer()
    row = entities_api.one_entity(
        store, by, project_id, name, key, deleted=flag("deleted"), address=address(), reason=reason()
    )
    return answer(_entity_json(row, whole=True, joined=extended()))


def creators(project_id: int, name: str) -> Response:
    return answer([_actor_json(row) for row in entities_api.creators(runtime().store, viewer(), project_id, name)])


# -- history ---------------------------------------------------------------------------------------


def _source_json(row: EntityVersion) -> dict[str, object]:
    if row.sent is None:
        return dict(row.source)
    actor = _actor_json(row.by)
    sent = {
        "xmlFormId": row.sent.form_id,
        "instanceId": row.sent.instance_id,
        "currentVersion": {"instanceName": row.sent.instance_name},
        "createdAt": row.sent.at,
        "submitter": actor,
    }
    action = "submission.update.version" if row.sent.edit else "submission.create"
    return {"submission": sent, "event": {"action": action, "loggedAt": row.sent.at, "actor": actor}}


def _version_json(row: EntityVersion) -> dict[str, object]:
    told, kept = row.told, row.told.written
    return {
        "label": kept.label,
        "current": row.current,
        "createdAt": kept.created_at,
        "creatorId": row.by.id,
        "creator": _actor_json(row.by),
        "userAgent": row.user_agent or "",
        "version": kept.version,
        "baseVersion": told.base,
        "data": dict(told.data),
        "dataReceived": dict(told.received),
        "branchId": kept.branch,
        "trunkVersion": kept.trunk,
        "branchBaseVersion": kept.base if kept.branch else None,
        "conflict": told.conflict,
        "conflictingProperties": list(told.conflicting) or None,
        "baseDiff": list(told.base_diff),
        "serverDiff": list(told.server_diff),
        "resolved": told.resolved,
        "lastGoodVersion": told.last_good,
        "relevantToConflict": told.relevant,
        "source": _source_json(row),
    }


def _history(project_id: int, name: str, entity_id: str) -> History:
    store, key = runtime().store, normal_id(entity_id)
    return entities_api.row_history(store, viewer(), project_id, name, key, address=address(), reason=reason())


def versions(project_id: int, name: str, entity_id: str) -> Response:
    rows = _history(project_id, name, entity_id).versions
    return answer([_version_json(row) for row in rows if row.told.relevant or not flag("relevantToConflict")])


def diffs(project_id: int, name: str, entity_id: str) -> Response:
    return answer(_history(project_id, name, entity_id).diffs)


def audits(project_id: int, name: str, entity_id: str) -> Response:
    """What made the row what it is, newest first: every version as an event, and what was done to it beside."""
    key = normal_id(entity_id)
    store, by = runtime().store, viewer()
    made, done = entities_api.audits(store, by, project_id, name, key, address=address(), reason=reason())
    events = [*map(audit_json, done), *(_event_json(row, name, key) for row in reversed(made))]
    events.sort(key=lambda event: str(event["loggedAt"]), reverse=True)
    first, most = number("offset") or 0, number("limit")
    return answer(events[first : None if most is None else first + most])


def _event_json(row: EntityVersion, name: str, key: str) -> dict[str, object]:
    kept = row.told.written
    made = "entity.bulk.create" if row.source else "entity.create"
    return {
        "actorId": row.by.id,
        "action": "entity.update.version" if row.told.base else made,
        "acteeId": f"entity:{key}",
        "details": {"entity": {"uuid": key, "dataset": name}, "version": kept.version, "source": _source_json(row)},
        "notes": None,
        "loggedAt": kept.created_at,
        "actor": _actor_json(row.by),
    }


# -- writing ---------------------------------------------------------------------------------------


def create(project_id: int, name: str) -> Response:
    """One row, or with `entities` and `source` many at once: all or none."""
    body = json_body(MAX_ROWS)
    if "entities" in body:
        return _create_many(project_id, name, body)
    (key,) = list_changes.create_rows(
        runtime().store, viewer(), project_id, name, [_new_row(body)], user_agent=_user_agent()
    )
    return one_entity(project_id, name, key)


def _create_many(project_id: int, name: str, body: Mapping[str, object]) -> Response:
    rows = body["entities"]
    if not isinstance(rows, list) or not rows:
        got = "empty array" if rows == [] else "not an array"
        raise Problem("request.unexpected", expected=["entities: [...]"], actual=[got])
    source = body.get("source")
    if not isinstance(source, dict):
        raise Problem("request.missing", field="source")
    told: dict[str, object] = {"name": text_of(source, "name"), "count": len(rows)}
    size = source.get("size")
    if size is not None:
        if not isinstance(size, int | float) or isinstance(size, bool):
            raise Problem("request.bad_type", field="size", value=str(size)[:100], expected="number")
        told["size"] = size
    made = [_new_row(row) for row in rows]
    list_changes.create_rows(runtime().store, viewer(), project_id, name, made, user_agent=_user_agent(), source=told)
    return success()


def _user_agent() -> str | None:
    return request.headers.get("User-Agent", "")[:MAX_AGENT] or None


def _new_row(body: object) -> NewRow:
    if not isinstance(body, dict):
        raise Problem("request.bad_type", field="entities", value=str(body)[:100], expected="object")
    label, data = _label(body), _data(body)
    if label is None:
        raise Problem("request.missing", field="label")
    return NewRow(label, data or {}, text_of(body, "uuid", required=False))


def _label(body: Mapping[str, object]) -> str | None:
    """The label of a row in a body. Raises `request.unexpected` for parts no row has, `request.bad_type`,
    `request.bad_value` for a blank one."""
    if not body.keys() <= ENTITY:
        raise Problem("request.unexpected", expected=sorted(ENTITY), actual=sorted(body))
    label = body.get("label")
    if label is not None and not isinstance(label, str):
        raise Problem("request.bad_type", field="label", value=str(label)[:100], expected="string")
    if label is not None and not label.strip():
        raise Problem("request.bad_value", field="label", value="", reason="label")
    return label


def _data(body: Mapping[str, object]) -> Mapping[str, str] | None:
    data = body.get("data")
    if data is None:
        return None
    if not isinstance(data, dict):
        raise Problem("request.bad_type", field="data", value=str(data)[:100], expected="object")
    for field, value in data.items():
        if not isinstance(value, str):
            raise Problem("request.bad_type", field=field[:100], value=str(value)[:100], expected="string")
    return data


def change(project_id: int, name: str, entity_id: str) -> Response:
    """Changes a row as it stood at `?baseVersion=`, or with `?force=true` as it is; `?resolve=true`: its conflict is
    settled, with or without a change."""
    body, key = json_body(), normal_id(entity_id)
    list_changes.change_row(
        runtime().store,
        viewer(),
        project_id,
        name,
        key,
        label=_label(body),
        data=_data(body),
        base_version=request.args.get("baseVersion"),
        force=flag("force"),
        resolve=flag("resolve"),
        user_agent=_user_agent(),
    )
    return one_entity(project_id, name, key)


def delete(project_id: int, name: str, entity_id: str) -> Response:
    list_changes.delete_row(runtime().store, viewer(), project_id, name, normal_id(entity_id))
    return success()


def restore(project_id: int, name: str, entity_id: str) -> Response:
    list_changes.restore_row(runtime().store, viewer(), project_id, name, normal_id(entity_id))
    return success()


def _ids() -> list[str]:
    ids = json_body(MAX_ROWS).get("ids")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise Problem("request.bad_type", field="ids", value=str(ids)[:100], expected="array")
    return ids


def delete_many(project_id: int, name: str) -> Response:
    return answer({"count": list_changes.delete_rows(runtime().store, viewer(), project_id, name, _ids())})


def restore_many(project_id: int, name: str) -> Response:
    return answer({"count": list_changes.restore_rows(runtime().store, viewer(), project_id, name, _ids())})


# -- to take away ----------------------------------------------------------------------------------


def table(project_id: int, name: str) -> Response:
    store = runtime().store
    tag = tag_of(entity_lists_api.state(store, viewer(), project_id, name))
    if known := unchanged(tag):
        return known
    condition = request.args.get("$filter") or None
    lines = entities_export.table(store, viewer(), project_id, name, condition=condition, address=address())
    response = Response(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = disposition("attachment", f"{name}.csv")
    return tagged(response, tag)


def geojson(project_id: int, name: str) -> Response:
    store = runtime().store
    tag = tag_of(entity_lists_api.state(store, viewer(), project_id, name))
    if known := unchanged(tag):
        return known
    condition = request.args.get("$filter") or None
    found = entities_export.geojson(
        store, viewer(), project_id, name, condition=condition, limit=number("limit"), address=address()
    )
    return tagged(places(found), tag)


def geojson_of(project_id: int, name: str, entity_id: str) -> Response:
    store, key = runtime().store, normal_id(entity_id)
    return places(entities_export.geojson(store, viewer(), project_id, name, entity_id=key, address=address()))


_ALL = "/v1/projects/<int:project_id>/datasets/<name>/entities"
_ONE = f"{_ALL}/<entity_id>"

ROUTES = (
    Route("GET", _ALL, entities, "case.read"),
    Route("POST", _ALL, create, "list.write"),
    Route("GET", f"{_ALL}.csv", table, "case.read"),
    Route("GET", f"{_ALL}.geojson", geojson, "case.read"),
    Route("GET", f"{_ALL}/creators", creators, "case.read"),
    Route("POST", f"{_ALL}/bulk-delete", delete_many, "list.write"),
    Route("POST", f"{_ALL}/bulk-restore", restore_many, "list.write"),
    Route("GET", _ONE, one_entity, "case.read"),
    Route("PATCH", _ONE, change, "list.write"),
    Route("DELETE", _ONE, delete, "list.write"),
    Route("POST", f"{_ONE}/restore", restore, "list.write"),
    Route("GET", f"{_ONE}/versions", versions, "case.read"),
    Route("GET", f"{_ONE}/diffs", diffs, "case.read"),
    Route("GET", f"{_ONE}/audits", audits, "case.read"),
    Route("GET", f"{_ONE}/geojson", geojson_of, "case.read"),
)
