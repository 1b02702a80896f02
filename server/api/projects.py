"""Projects and their phones (app users in the words of ODK Central)."""

from flask import Response

from server.actions import form_access
from server.actions import phones as phone_actions
from server.actions import projects as project_actions
from server.api.answers import answer, extended, flag, json_body, refuse_properties, success, text_of
from server.api.datasets import list_json
from server.api.door import Route, runtime, viewer
from server.api.forms import form_json
from server.api.sessions import ROLES, acts_of
from server.problems import Problem
from server.queries import entity_lists_api, forms_api, people
from server.queries import projects as project_queries
from server.queries.people import PhoneRow
from server.queries.projects import ProjectRow

NEVER = "9999-12-31T23:59:59.000Z"
PHONE_ROLE = ("2", "app-user")


def project_json(row: ProjectRow) -> dict[str, object]:
    """An office as ODK Central writes it."""
    told: dict[str, object] = {
        "id": row.id,
        "name": row.name,
        "code": row.code,
        "description": row.description,
        "keyId": None,
        "archived": row.archived or None,
        "timezone": row.timezone,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "deletedAt": None,
        "forms": row.forms,
        "appUsers": row.app_users,
        "lastSubmission": row.last_submission,
        "datasets": row.lists,
    }
    return {**told, "verbs": acts_of(viewer(), row.id)} if extended() else told


def projects() -> Response:
    store = runtime().store
    listed = [project_json(row) for row in project_queries.projects(store, viewer())]
    if flag("forms"):
        for item in listed:
            rows = forms_api.forms(store, viewer(), int(str(item["id"])))
            item["formList"] = [form_json(row) for row in rows]
    if flag("datasets"):
        for item in listed:
            found = entity_lists_api.lists(store, viewer(), int(str(item["id"])), extended=True)
            item["datasetList"] = [list_json(row) for row in found]
            made = [row.counted.last_entity for row in found if row.counted and row.counted.last_entity]
            item["lastEntity"] = max(made, default=None)
    return answer(listed)


def one_project(project_id: int) -> Response:
    return answer(project_json(project_queries.one_project(runtime().store, viewer(), project_id)))


def create_project() -> Response:
    body = json_body()
    made = project_actions.create_project(
        runtime().store,
        viewer(),
        text_of(body, "name") or "",
        description=text_of(body, "description", required=False),
    )
    return one_project(made)


def change_project(project_id: int) -> Response:
    body = json_body()
    archived = body.get("archived")
    if archived is not None and not isinstance(archived, bool):
        raise Problem("request.bad_type", field="archived", value=str(archived)[:100], expected="boolean")
    project_actions.change_project(
        runtime().store,
        viewer(),
        project_id,
        name=text_of(body, "name", required=False),
        description=text_of(body, "description", required=False),
        archived=archived,
    )
    return one_project(project_id)


def phone_json(row: PhoneRow) -> dict[str, object]:
    return {
        "id": row.id,
        "projectId": row.project_id,
        "type": "field_key",
        "displayName": row.name,
        "token": row.token,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "deletedAt": None,
        "expiresAt": NEVER if row.token else None,
        "createdBy": row.created_by,
        "lastUsed": row.last_used_at,
        "officerId": row.officer_id,
        "officer": row.officer,
        "shift": row.shift,
        "properties": {},
        "forms": row.forms,
    }


def actor_json(row: PhoneRow) -> dict[str, object]:
    """A phone as ODK Central lists who may do something."""
    shown = phone_json(row)
    return {name: shown[name] for name in ("id", "type", "displayName", "createdAt", "updatedAt", "deletedAt")}


def phones(project_id: int) -> Response:
    now = runtime()
    return answer([phone_json(row) for row in people.phones(now.store, viewer(), project_id, now.secret)])


def one_phone(project_id: int, phone_id: int) -> Response:
    now = runtime()
    return answer(phone_json(people.phone(now.store, viewer(), project_id, phone_id, now.secret)))


def create_phone(project_id: int) -> Response:
    now, body = runtime(), json_body()
    refuse_properties(body)
    made = phone_actions.add_phone(
        now.store,
        viewer(),
        project_id,
        text_of(body, "displayName") or "",
        text_of(body, "officer", required=False),
        text_of(body, "shift", required=False),
        secret=now.secret,
        forms="unset",
    )
    reach = people.new_phone_settings(now.store, viewer(), now.public_url, project_id, made.name, made.token)
    shown = phone_json(people.phone(now.store, viewer(), project_id, made.id, now.secret))
    return answer({**shown, "serverUrl": reach.server_url, "formListUrl": reach.form_list_url, "qr": reach.qr})


def change_phone(project_id: int, phone_id: int) -> Response:
    """Renames a phone."""
    now, body = runtime(), json_body()
    refuse_properties(body)
    name = text_of(body, "displayName", required=False)
    if name is not None:
        phone_actions.rename_phone(now.store, viewer(), project_id, phone_id, name)
    return one_phone(project_id, phone_id)


def revoke_phone(project_id: int, phone_id: int) -> Response:
    phone_actions.revoke_phone(runtime().store, viewer(), project_id, phone_id)
    return success()


def _phone_role(role: str) -> None:
    """Forms are given to phones only: what people may do is the word of their office (ODK Central: role 2)."""
    if role not in PHONE_ROLE:
        raise Problem("request.unsupported", feature=f"role {role}")


def assign_form(project_id: int, form_id: str, role: str, actor_id: int) -> Response:
    _phone_role(role)
    form_access.give_form(runtime().store, viewer(), project_id, form_id, actor_id)
    return success()


def unassign_form(project_id: int, form_id: str, role: str, actor_id: int) -> Response:
    _phone_role(role)
    form_access.take_form(runtime().store, viewer(), project_id, form_id, actor_id)
    return success()


def form_phones(project_id: int, form_id: str, role: str) -> Response:
    _phone_role(role)
    now = runtime()
    found = people.phones_of_form(now.store, viewer(), project_id, form_id, now.secret)
    return answer([actor_json(row) for row in found])


def form_assignments(project_id: int, form_id: str) -> Response:
    now = runtime()
    found = people.phones_of_form(now.store, viewer(), project_id, form_id, now.secret)
    given: list[dict[str, object]] = [{"actorId": row.id, "roleId": int(PHONE_ROLE[0])} for row in found]
    if extended():
        given = [{**one, "actor": actor_json(row)} for one, row in zip(given, found, strict=True)]
    return answer(given)


def all_form_assignments(project_id: int, role: str = PHONE_ROLE[1]) -> Response:
    """Which phone may fill which form. What people may do is the word of their office, so other roles have none."""
    if role not in PHONE_ROLE and not any(role in (str(number), system) for number, system, *_ in ROLES):
        raise Problem("request.not_found")
    now = runtime()
    found = people.form_grants(now.store, viewer(), project_id, now.secret) if role in PHONE_ROLE else []
    joined = extended()
    given: list[dict[str, object]] = []
    for row, form_id in found:
        one: dict[str, object] = {"actorId": row.id, "roleId": int(PHONE_ROLE[0]), "xmlFormId": form_id}
        given.append({**one, "actor": actor_json(row)} if joined else one)
    return answer(given)


def actor_properties(project_id: int) -> Response:
    """The properties of phones and links by which ODK Central filters rows: there are none."""
    project_queries.one_project(runtime().store, viewer(), project_id)
    return answer([])


def create_actor_property(project_id: int) -> Response:
    text_of(json_body(), "name")
    raise Problem("request.unsupported", feature="actor-properties")


_ASSIGNMENTS = "/v1/projects/<int:project_id>/forms/<form_id>/assignments"

ROUTES = (
    Route("GET", "/v1/projects", projects),
    Route("POST", "/v1/projects", create_project, "project.create"),
    Route("GET", "/v1/projects/<int:project_id>", one_project, "project.read"),
    Route("PATCH", "/v1/projects/<int:project_id>", change_project, "project.create"),
    Route("GET", "/v1/projects/<int:project_id>/app-users", phones, "phone.manage"),
    Route("POST", "/v1/projects/<int:project_id>/app-users", create_phone, "phone.manage"),
    Route("GET", "/v1/projects/<int:project_id>/app-users/<int:phone_id>", one_phone, "phone.manage"),
    Route("PATCH", "/v1/projects/<int:project_id>/app-users/<int:phone_id>", change_phone, "phone.manage"),
    Route("DELETE", "/v1/projects/<int:project_id>/app-users/<int:phone_id>", revoke_phone, "phone.manage"),
    Route("GET", "/v1/projects/<int:project_id>/actor-properties", actor_properties, "phone.manage"),
    Route("POST", "/v1/projects/<int:project_id>/actor-properties", create_actor_property, "phone.manage"),
    Route("GET", "/v1/projects/<int:project_id>/assignments/forms", all_form_assignments, "phone.manage"),
    Route("GET", "/v1/projects/<int:project_id>/assignments/forms/<role>", all_form_assignments, "phone.manage"),
    Route("GET", _ASSIGNMENTS, form_assignments, "phone.manage"),
    Route("GET", f"{_ASSIGNMENTS}/<role>", form_phones, "phone.manage"),
    Route("POST", f"{_ASSIGNMENTS}/<role>/<int:actor_id>", assign_form, "phone.manage"),
    Route("DELETE", f"{_ASSIGNMENTS}/<role>/<int:actor_id>", unassign_form, "phone.manage"),
)
