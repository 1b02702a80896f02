"""Links by which anybody fills one form (central-api.md section 4)."""

from flask import Response

from server.actions import public_links as actions
from server.api.answers import answer, json_body, refuse_properties, success, text_of
from server.api.door import Route, runtime, viewer
from server.problems import Problem
from server.queries import public_links as queries
from server.queries.public_links import LinkRow


def link_json(row: LinkRow) -> dict[str, object]:
    """A link as ODK Central writes it."""
    return {
        "id": row.id,
        "type": "public_link",
        "displayName": row.name,
        "token": row.token,
        "once": row.once,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "deletedAt": None,
        "expiresAt": None,
        "createdBy": row.created_by,
        "properties": {},
    }


def links(project_id: int, form_id: str) -> Response:
    now = runtime()
    return answer(
        [link_json(row) for row in queries.public_links(now.store, viewer(), project_id, form_id, now.secret)]
    )


def create_link(project_id: int, form_id: str) -> Response:
    now, body = runtime(), json_body()
    refuse_properties(body)
    once = body.get("once", False)
    if not isinstance(once, bool):
        raise Problem("request.bad_type", field="once", value=str(once)[:100], expected="boolean")
    name = text_of(body, "displayName") or ""
    made = actions.add_link(now.store, viewer(), project_id, form_id, name, once=once, secret=now.secret)
    return one_link(project_id, form_id, made)


def one_link(project_id: int, form_id: str, link_id: int) -> Response:
    now = runtime()
    return answer(link_json(queries.one_public_link(now.store, viewer(), project_id, form_id, link_id, now.secret)))


def change_link(project_id: int, form_id: str, link_id: int) -> Response:
    """Renames a link."""
    now, body = runtime(), json_body()
    refuse_properties(body)
    name = text_of(body, "displayName", required=False)
    if name is not None:
        actions.rename_link(now.store, viewer(), project_id, form_id, link_id, name)
    return one_link(project_id, form_id, link_id)


def revoke_link(project_id: int, form_id: str, link_id: int) -> Response:
    actions.revoke_link(runtime().store, viewer(), project_id, form_id, link_id)
    return success()


_LINKS = "/v1/projects/<int:project_id>/forms/<form_id>/public-links"

ROUTES = (
    Route("GET", _LINKS, links, "phone.manage"),
    Route("POST", _LINKS, create_link, "phone.manage"),
    Route("GET", f"{_LINKS}/<int:link_id>", one_link, "phone.manage"),
    Route("PATCH", f"{_LINKS}/<int:link_id>", change_link, "phone.manage"),
    Route("DELETE", f"{_LINKS}/<int:link_id>", revoke_link, "phone.manage"),
)
