"""Accounts of people and the roles given to them, for programs."""

from collections.abc import Iterator

from flask import Response

from server.actions import users as user_actions
from server.api.answers import answer, json_body, success, text_of
from server.api.door import Route, runtime, viewer
from server.api.sessions import ROLES, person_json
from server.problems import Problem
from server.queries import people
from server.queries.people import Person

# Roles of ODK Central by number or name, as our grants call them; the office's own roles go by their own name.
GRANTED = {"1": "admin", "3": "supervisor", "manager": "supervisor"}
NUMBERS = {role: number for number, _system, _name, role in ROLES}


def create_user() -> Response:
    """Body: {email, displayName?, password?}; without a password the answer carries a one-time one."""
    body = json_body()
    made = user_actions.add_user(
        runtime().store,
        viewer(),
        text_of(body, "email") or "",
        role=None,
        name=text_of(body, "displayName", required=False),
        password=text_of(body, "password", required=False),
    )
    told = person_json(people.person(runtime().store, viewer(), made.id))
    return answer({**told, "oneTimePassword": made.one_time} if made.one_time else told)


def change_user(actor_id: int) -> Response:
    body = json_body()
    user_actions.change_user(
        runtime().store,
        viewer(),
        actor_id,
        login=text_of(body, "email", required=False),
        name=text_of(body, "displayName", required=False),
    )
    return answer(person_json(people.person(runtime().store, viewer(), actor_id)))


def disable_user(actor_id: int) -> Response:
    """Shuts the account out; what it did stays under its name."""
    login = people.person(runtime().store, viewer(), actor_id).login
    user_actions.disable_user(runtime().store, viewer(), login)
    return success()


def _grants(project_id: int | None) -> Iterator[tuple[Person, str, str | None]]:
    for person in people.people(runtime().store, viewer(), project_id):
        if person.disabled_at is None:
            yield from ((person, role, unit) for where, role, unit in person.roles if where == project_id)


def _assignment(person: Person, role: str, unit: str | None) -> dict[str, object]:
    actor = {"id": person.id, "type": "user", "displayName": person.name}
    number = NUMBERS.get(role, NUMBERS["officer"])
    return {"actorId": person.id, "roleId": number, "role": role, "unit": unit, "actor": actor}


def assignments(project_id: int | None = None) -> Response:
    return answer([_assignment(*grant) for grant in _grants(project_id)])


def assigned(role: str, project_id: int | None = None) -> Response:
    """Who holds a role; a number or a name of ODK Central means all of that kind."""
    systems = {system: str(number) for number, system, _name, _role in ROLES}
    wanted = systems.get(role, role)
    found = (_assignment(*grant) for grant in _grants(project_id))
    return answer([item["actor"] for item in found if wanted in (str(item["roleId"]), item["role"])])


def assign(role: str, actor_id: int, project_id: int | None = None) -> Response:
    user_actions.grant_role(runtime().store, viewer(), actor_id, _granted(role), project_id)
    return success()


def unassign(role: str, actor_id: int, project_id: int | None = None) -> Response:
    user_actions.revoke_role(runtime().store, viewer(), actor_id, _granted(role), project_id)
    return success()


def _granted(role: str) -> str:
    """What we call a role. ODK Central's app user and viewer are none of ours: a phone belongs to its project, and an
    officer is one of the roles the office's SOPs name. Raises `user.bad_role`."""
    if role in ("2", "app-user", "4", "viewer"):
        raise Problem("user.bad_role", role=role)
    return GRANTED.get(role, role)


_PROJECT = "/v1/projects/<int:project_id>"


def _routes(base: str, act: str | None) -> tuple[Route, ...]:
    return (
        Route("GET", f"{base}/assignments", assignments, act),
        Route("GET", f"{base}/assignments/<role>", assigned, act),
        Route("POST", f"{base}/assignments/<role>/<int:actor_id>", assign, act),
        Route("DELETE", f"{base}/assignments/<role>/<int:actor_id>", unassign, act),
    )


ROUTES = (
    Route("POST", "/v1/users", create_user, "user.manage"),
    Route("PATCH", "/v1/users/<int:actor_id>", change_user, "user.manage"),
    Route("DELETE", "/v1/users/<int:actor_id>", disable_user, "user.manage"),
    *_routes("/v1", "user.manage"),
    *_routes(_PROJECT, "user.manage"),
)
