"""Who may ask what of the programs' door: every route, every role, and nobody else."""

import pytest

from server.access import OPERATOR
from server.actions.users import add_user
from server.app import create_app
from server.problems import Problem
from server.settings import Settings
from tests.office import SECRET, Office
from tests.sending import intake

# Who may: r Rina (admin), h Hadi (supervisor), s Sri (social worker).
# The outsider Bambang, a stranger and a phone never may.
TABLE = {
    ("GET", "/v1/projects/<int:project_id>"): "rhs",
    ("PATCH", "/v1/projects/<int:project_id>"): "r",
    ("GET", "/v1/projects/<int:project_id>/app-users"): "rh",
    ("POST", "/v1/projects/<int:project_id>/app-users"): "rh",
    ("GET", "/v1/projects/<int:project_id>/app-users/<int:phone_id>"): "rh",
    ("DELETE", "/v1/projects/<int:project_id>/app-users/<int:phone_id>"): "rh",
    ("GET", "/v1/projects/<int:project_id>/actor-properties"): "rh",
    ("POST", "/v1/projects/<int:project_id>/actor-properties"): "rh",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/assignments"): "rh",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/assignments/<role>"): "rh",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/assignments/<role>/<int:actor_id>"): "rh",
    ("DELETE", "/v1/projects/<int:project_id>/forms/<form_id>/assignments/<role>/<int:actor_id>"): "rh",
    ("GET", "/v1/projects/<int:project_id>/forms"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms"): "r",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>"): "rhs",
    ("PATCH", "/v1/projects/<int:project_id>/forms/<form_id>"): "r",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>.xml"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>.xlsx"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>.xls"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/fields"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/attachments"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/attachments/<name>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>.xml"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>.xlsx"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>.xls"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>/fields"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>/attachments"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>/attachments/<name>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>/compare/<other>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>/compare-draft"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/versions/<version>/publish"): "r",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/draft"): "r",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft.xml"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft/fields"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft/attachments"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/draft/attachments/<name>"): "r",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/draft/publish"): "r",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions/<instance_id>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions/<instance_id>.xml"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions/<instance_id>/attachments"): "rhs",
    (
        "GET",
        "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions/<instance_id>/attachments/<path:name>",
    ): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/public-links"): "rh",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/public-links"): "rh",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/public-links/<int:link_id>"): "rh",
    ("DELETE", "/v1/projects/<int:project_id>/forms/<form_id>/public-links/<int:link_id>"): "rh",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/submissions"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>"): "rhs",
    ("PUT", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>"): "rhs",
    ("PATCH", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>"): "rh",
    # As it was sent, so that a social worker says why first (decision 33).
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>.xml"): "rh",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/attachments"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/attachments/<path:name>"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/attachments/<path:name>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/comments"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/comments"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/versions"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/diffs"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/versions/<version>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/versions/<version>.xml"): "rhs",
    (
        "GET",
        "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/versions/<version>/attachments",
    ): "rhs",
    (
        "GET",
        "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/versions/<version>/attachments/<path:name>",
    ): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/submitters"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/keys"): "rhs",
    ("DELETE", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>"): "rh",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/restore"): "rh",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/audits"): "rhs",
    ("DELETE", "/v1/projects/<int:project_id>/forms/<form_id>/draft"): "r",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft.xlsx"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft.xls"): "rhs",
    ("PATCH", "/v1/projects/<int:project_id>/forms/<form_id>/draft/attachments/<name>"): "r",
    ("DELETE", "/v1/projects/<int:project_id>/forms/<form_id>/draft/attachments/<name>"): "r",
    ("GET", "/v1/projects/<int:project_id>/assignments"): "r",
    ("GET", "/v1/projects/<int:project_id>/assignments/<role>"): "r",
    ("POST", "/v1/projects/<int:project_id>/assignments/<role>/<int:actor_id>"): "r",
    ("DELETE", "/v1/projects/<int:project_id>/assignments/<role>/<int:actor_id>"): "r",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions.csv"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/submissions.csv"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions.csv.zip"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/submissions.csv.zip"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions.geojson"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>.geojson"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>.svc"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>.svc/$metadata"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>.svc/<path:rest>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/cases.svc"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/cases.svc/$metadata"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/cases.svc/<name>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/entities"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/entities.csv"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/entities/<entity_id>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/entities/<entity_id>/versions"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/datasets"): "r",
    ("PATCH", "/v1/projects/<int:project_id>/datasets/<name>"): "r",
    ("DELETE", "/v1/projects/<int:project_id>/datasets/<name>"): "r",
    ("POST", "/v1/projects/<int:project_id>/datasets/<name>/properties"): "r",
    ("DELETE", "/v1/projects/<int:project_id>/datasets/<name>/properties/<gone>"): "r",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/integrity"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>.svc"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>.svc/$metadata"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>.svc/Entities"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/datasets/<name>/entities"): "rh",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/entities.geojson"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/entities/creators"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/datasets/<name>/entities/bulk-delete"): "rh",
    ("POST", "/v1/projects/<int:project_id>/datasets/<name>/entities/bulk-restore"): "rh",
    ("PATCH", "/v1/projects/<int:project_id>/datasets/<name>/entities/<entity_id>"): "rh",
    ("DELETE", "/v1/projects/<int:project_id>/datasets/<name>/entities/<entity_id>"): "rh",
    ("POST", "/v1/projects/<int:project_id>/datasets/<name>/entities/<entity_id>/restore"): "rh",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/entities/<entity_id>/diffs"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/entities/<entity_id>/audits"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/datasets/<name>/entities/<entity_id>/geojson"): "rhs",
    ("PATCH", "/v1/projects/<int:project_id>/app-users/<int:phone_id>"): "rh",
    ("GET", "/v1/projects/<int:project_id>/assignments/forms"): "rh",
    ("GET", "/v1/projects/<int:project_id>/assignments/forms/<role>"): "rh",
    ("PATCH", "/v1/projects/<int:project_id>/forms/<form_id>/public-links/<int:link_id>"): "rh",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft/attachments/<name>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions.csv"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions.csv"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions.csv.zip"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/draft/submissions.csv.zip"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft.svc"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft.svc/$metadata"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/forms/<form_id>/draft.svc/<path:rest>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/cases"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/cases/<case_id>"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/cases/<case_id>/events"): "hs",
    ("POST", "/v1/projects/<int:project_id>/cases/<case_id>/questions"): "hs",
    ("GET", "/v1/projects/<int:project_id>/sops"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/sops"): "r",
    ("GET", "/v1/projects/<int:project_id>/sops/<sop_id>"): "rhs",
    ("GET", "/v1/projects/<int:project_id>/unlinked"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/unlinked/<task_id>/link"): "hs",
    ("POST", "/v1/projects/<int:project_id>/unlinked/<task_id>/row"): "hs",
    ("GET", "/v1/projects/<int:project_id>/merge-proposals"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/sops/<sop_id>/import"): "rh",
    ("GET", "/v1/projects/<int:project_id>/sops/<sop_id>/import/template"): "rh",
    ("GET", "/v1/projects/<int:project_id>/sops/<sop_id>/import/<int:job_id>"): "rh",
    ("POST", "/v1/projects/<int:project_id>/merge-proposals/<task_id>/dismiss"): "hs",
    ("GET", "/v1/projects/<int:project_id>/cases/<case_id>/lineage"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/forms/<form_id>/submissions/<instance_id>/relink"): "h",
    ("GET", "/v1/projects/<int:project_id>/cases/<case_id>/events/<event_id>/scan"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/office/preview"): "r",
    ("GET", "/v1/projects/<int:project_id>/absences"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/absences"): "rhs",
    ("DELETE", "/v1/projects/<int:project_id>/absences/<int:absence_id>"): "hs",
    ("POST", "/v1/projects/<int:project_id>/cases/hand-over"): "h",
    ("GET", "/v1/projects/<int:project_id>/cases/hand-over/<int:job_id>"): "h",
    ("GET", "/v1/projects/<int:project_id>/sops/template"): "rhs",
    ("POST", "/v1/projects/<int:project_id>/sops/<sop_id>/simulate"): "r",
    ("GET", "/v1/projects/<int:project_id>/sops/<sop_id>/simulate/<int:job_id>"): "r",
    ("GET", "/v1/projects/<int:project_id>/sops/<sop_id>/simulate/<int:job_id>.xlsx"): "r",
    ("DELETE", "/v1/projects/<int:project_id>/sops/<sop_id>/simulate/<int:job_id>"): "r",
    ("POST", "/v1/projects/<int:project_id>/sops/<sop_id>/migration/check"): "r",
    ("POST", "/v1/projects/<int:project_id>/sops/<sop_id>/migration"): "r",
    ("GET", "/v1/projects/<int:project_id>/sops/<sop_id>/migration/<int:job_id>"): "r",
    ("DELETE", "/v1/projects/<int:project_id>/sops/<sop_id>/migration/<int:job_id>"): "r",
    ("POST", "/v1/projects/<int:project_id>/sops/<sop_id>/migration/<int:job_id>/undo"): "r",
    ("POST", "/v1/projects/<int:project_id>/cases/<case_id>/migrate"): "r",
    ("POST", "/v1/projects/<int:project_id>/cases/<case_id>/what-if"): "rhs",
}
# Not about one office: the server's own admin, or oneself.
ELSEWHERE = {
    ("GET", "/v1/projects"): "rhs",
    ("POST", "/v1/projects"): "r",
    ("GET", "/v1/sessions/restore"): "rhs",
    ("DELETE", "/v1/sessions/current"): "rhs",
    ("DELETE", "/v1/sessions/<token>"): "rhs",
    ("GET", "/v1/users/current"): "rhs",
    ("GET", "/v1/users"): "r",
    ("GET", "/v1/users/<int:actor_id>"): "r",
    ("PUT", "/v1/users/<int:actor_id>/password"): "rhs",
    ("POST", "/v1/users"): "r",
    ("PATCH", "/v1/users/<int:actor_id>"): "r",
    ("DELETE", "/v1/users/<int:actor_id>"): "r",
    ("GET", "/v1/assignments"): "r",
    ("GET", "/v1/assignments/<role>"): "r",
    ("POST", "/v1/assignments/<role>/<int:actor_id>"): "r",
    ("DELETE", "/v1/assignments/<role>/<int:actor_id>"): "r",
    ("GET", "/v1/audits"): "r",
    ("GET", "/v1/roles"): "rhs",
    ("GET", "/v1/roles/<role>"): "rhs",
}
OPEN = {("POST", "/v1/sessions"), ("GET", "/healthz"), ("GET", "/metrics")}
# Answered to everybody: what is not there, and addresses without or with another version than v1.
UNKNOWN = {
    "/v1/<path:rest>",
    "/v<int:got>/<path:rest>",
    *(f"/{word}{more}" for word in ("projects", "sessions", "users") for more in ("", "/<path:rest>")),
}
PEOPLE = {"r": "rina", "h": "hadi", "s": "sri"}


@pytest.fixture
def places(office: Office) -> dict[str, str]:
    """An id for every blank of an address, all of the office of Kota Pasuruan."""
    schema = office.schema("abh_laporan_awal")
    case, xml = intake(schema, instance="uuid:11111111-1111-4111-8111-111111111111")
    sent = office.as_("sri").post(f"/v1/projects/{office.project}/forms/abh_laporan_awal/submissions", xml)
    assert sent.status == 200, sent.text
    phone = office.as_("rina").post(f"/v1/projects/{office.project}/app-users", {"displayName": "HP jaga"})
    return {
        "<int:project_id>": str(office.project),
        "<form_id>": "abh_laporan_awal",
        "<version>": schema.version,
        "<other>": schema.version,
        "<name>": "foto.jpg",
        "<path:name>": "foto.jpg",
        "<instance_id>": "uuid:11111111-1111-4111-8111-111111111111",
        "<case_id>": case,
        "<entity_id>": case,
        "<gone>": "kondisi",
        "<sop_id>": "abh",
        "<task_id>": "tidak-ada",
        "<int:job_id>": "999999",
        "<int:absence_id>": "999999",
        "<event_id>": "tidak-ada",
        "<int:phone_id>": str(phone.json["id"]),
        "<int:link_id>": "999999",
        "<int:actor_id>": str(office.viewer("dewi").id),
        "<role>": "2",
        "<token>": "tidak-ada",
        "<path:rest>": "Submissions",
        "token": phone.json["token"],
    }


def address(rule: str, places: dict[str, str]) -> str:
    for blank, value in places.items():
        if blank.startswith("<"):
            rule = rule.replace(blank, value)
    assert "<" not in rule, rule
    return rule


def test_the_tables_name_every_route(office: Office) -> None:
    app = create_app(Settings(data=office.store.data, secret_key=SECRET), office.store)
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or ()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("api.") and rule.rule not in UNKNOWN
    }
    assert routes == set(TABLE) | set(ELSEWHERE) | OPEN


def test_every_route_of_an_office_answers_those_who_may_and_nobody_else(office: Office, places: dict[str, str]) -> None:
    wrong = []
    for (method, rule), may in TABLE.items():
        path = address(rule, places)
        body = b"" if method != "GET" else None
        for letter, name in PEOPLE.items():
            status = office.as_(name).ask(method, path, body).status
            refused = status in (401, 403)
            if refused == (letter in may) or (letter not in may and status != 403) or status >= 500:
                wrong.append((method, path, name, status))
        outsider = office.as_("bambang").ask(method, path, body)
        if outsider.status != 404 or len(outsider.body) != 76:
            wrong.append((method, path, "bambang", outsider.status))
        if office.as_(None).ask(method, path, body).status != 401:
            wrong.append((method, path, "nobody", office.as_(None).ask(method, path, body).status))
    assert wrong == []


def test_routes_of_no_office_answer_those_who_may(office: Office, places: dict[str, str]) -> None:
    wrong = []
    for (method, rule), may in ELSEWHERE.items():
        path = address(rule, places)
        body = b"" if method != "GET" else None
        for letter, name in PEOPLE.items():
            status = office.as_(name).ask(method, path, body).status
            # Of what only the server's admin may know, others are not even told that it is there.
            if status >= 500 or (letter not in may and status != 404) or (letter in may and status in (401, 403)):
                wrong.append((method, path, name, status))
        if office.as_(None).ask(method, path, body).status != 401:
            wrong.append((method, path, "nobody"))
    assert wrong == []


def test_a_phones_token_opens_nothing_here(office: Office, places: dict[str, str]) -> None:
    token = places["token"]
    wrong = []
    for method, rule in [*TABLE, *ELSEWHERE]:
        path = address(rule, places)
        bearer = office.as_(None).ask(method, path, None, {"Authorization": f"Bearer {token}"})
        in_path = office.as_(None).ask(method, path.replace("/v1/", f"/v1/key/{token}/"))
        wrong += [(method, path, a.status) for a in (bearer, in_path) if a.status not in (401, 403, 404)]
    assert wrong == []


def test_a_role_nobody_names_is_refused_where_there_are_sops(office: Office) -> None:
    add_user(office.store, OPERATOR, "kabid@pasuruan.test", role="kabid", project_id=office.other)
    with pytest.raises(Problem, match=r"user\.bad_role"):
        add_user(office.store, OPERATOR, "salah@pasuruan.test", role="pekso", project_id=office.project)
    add_user(office.store, OPERATOR, "tksk@pasuruan.test", role="tksk", project_id=office.project)


def test_projects_of_other_offices_are_not_listed(office: Office) -> None:
    assert [p["id"] for p in office.as_("sri").get("/v1/projects").json] == [office.project]
    assert [p["id"] for p in office.as_("bambang").get("/v1/projects").json] == [office.other]
    assert {p["id"] for p in office.as_("rina").get("/v1/projects").json} == {office.project, office.other}
