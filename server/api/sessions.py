"""Sessions, one's own account, and the roles there are."""

from flask import Response, request

from server.access import ACTS, Viewer
from server.actions import sign_in
from server.actions.tokens import end_token
from server.api.answers import answer, json_body, success, text_of
from server.api.door import Route, runtime, viewer
from server.api.identity import address, bearer_token, cookie_name, csrf_of
from server.problems import Problem
from server.queries import people
from server.queries.people import Person
from server.queries.viewers import session_of

# Numbers as in ODK Central, where clients write role 2 for a phone; ours follow behind.
ROLES: tuple[tuple[int, str, str, str], ...] = (
    (1, "admin", "Administrator", "admin"),
    (2, "app-user", "App User", "phone"),
    (3, "manager", "Supervisor", "supervisor"),
    (4, "viewer", "Officer", "officer"),
)
ROLES_SINCE = "2026-01-01T00:00:00.000Z"


def _role(number: int, system: str, name: str, kind: str) -> dict[str, object]:
    verbs = sorted(act for act, kinds in ACTS.items() if kind in kinds)
    return {
        "id": number,
        "name": name,
        "system": system,
        "verbs": verbs,
        "createdAt": ROLES_SINCE,
        "updatedAt": None,
    }


def roles() -> Response:
    return answer([_role(*role) for role in ROLES])


def one_role(role: str) -> Response:
    for known in ROLES:
        if role in (str(known[0]), known[1]):
            return answer(_role(*known))
    raise Problem("request.not_found")


def create_session() -> Response:
    body = json_body()
    login, password = text_of(body, "email"), text_of(body, "password")
    made = sign_in.sign_in(runtime().store, login or "", password or "", address(), "api")
    return answer(
        {
            "token": made.token,
            "csrf": csrf_of(made.token),
            "createdAt": made.created_at,
            "expiresAt": made.expires_at,
            "mustChangePassword": made.must_change,
        }
    )


def _token() -> str:
    return bearer_token() or request.cookies.get(cookie_name(runtime()), "")


def current_session() -> Response:
    found = session_of(runtime().store, _token())
    if found is None:
        raise Problem("request.not_found")
    return answer({"createdAt": found.created_at, "expiresAt": found.expires_at, "csrf": csrf_of(_token())})


def end_current_session() -> Response:
    sign_in.sign_out(runtime().store, _token())
    return success()


def end_session(token: str) -> Response:
    """Ends one's own session; or a phone or public link by its token, for who may."""
    found = session_of(runtime().store, token)
    if found is None:
        end_token(runtime().store, viewer(), token)
    elif found.viewer.id != viewer().id:
        raise Problem("request.not_found")
    else:
        sign_in.sign_out(runtime().store, token)
    return success()


def person_json(person: Person) -> dict[str, object]:
    """A user as ODK Central writes it, with the roles held per project."""
    return {
        "id": person.id,
        "type": "user",
        "displayName": person.name,
        "email": person.login,
        "createdAt": person.created_at,
        "updatedAt": person.updated_at,
        "deletedAt": person.disabled_at,
        "lastLoginAt": person.last_login_at,
        "roles": [{"projectId": project, "role": role, "unit": unit} for project, role, unit in person.roles],
    }


def current_user() -> Response:
    asking = viewer()
    body = person_json(people.person(runtime().store, asking, asking.id))
    return answer({**body, "verbs": acts_of(asking, None), "preferences": {"site": {}, "projects": {}}})


def acts_of(asking: Viewer, project_id: int | None) -> list[str]:
    """What somebody may do in an office, or (None) everywhere: the `verbs` of ODK Central."""
    return sorted(act for act in ACTS if asking.may(act, project_id))


def users() -> Response:
    wanted = request.args.get("q", "").strip().lower()
    listed = people.people(runtime().store, viewer(), None)
    return answer([person_json(p) for p in listed if not wanted or wanted in (p.login, p.name.lower())])


def one_user(actor_id: int) -> Response:
    return answer(person_json(people.person(runtime().store, viewer(), actor_id)))


def change_password(actor_id: int) -> Response:
    asking = viewer()
    if actor_id != asking.id:
        raise Problem("request.not_found")
    body = json_body()
    old, new = text_of(body, "old"), text_of(body, "new")
    sign_in.change_password(runtime().store, asking, old or "", new or "", address(), keep=_token() or None)
    return success()


ROUTES = (
    Route("POST", "/v1/sessions", create_session, open=True),
    Route("GET", "/v1/sessions/restore", current_session),
    Route("DELETE", "/v1/sessions/current", end_current_session),
    Route("DELETE", "/v1/sessions/<token>", end_session),
    Route("GET", "/v1/users/current", current_user),
    Route("GET", "/v1/users", users, "user.manage"),
    Route("GET", "/v1/users/<int:actor_id>", one_user),
    Route("PUT", "/v1/users/<int:actor_id>/password", change_password),
    Route("GET", "/v1/roles", roles),
    Route("GET", "/v1/roles/<role>", one_role),
)
