"""How programs are refused: one shape for everything, the numbers ODK clients know, never a redirect."""

import pytest
from sqlalchemy import select

from server.locale import LANGUAGES, catalogue
from server.problems import KINDS
from server.store.people import session
from tests.office import PASSWORD, Client, Office

SRI = "sri@pasuruan.test"


def signed_in(office: Office, login: str = SRI) -> tuple[Client, dict]:
    """A program with a bearer token, as pyodk works."""
    made = Client(office.address).post("/v1/sessions", {"email": login, "password": PASSWORD})
    assert made.status == 200, made.text
    return Client(office.address, headers={"Authorization": f"Bearer {made.json['token']}"}), made.json


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence(language: str) -> None:
    sentences = catalogue(language)
    assert [code for code in KINDS if f"problem.{code}" not in sentences] == []


def test_a_program_signs_in_asks_who_it_is_and_signs_out(office: Office) -> None:
    client, made = signed_in(office)
    assert set(made) >= {"token", "csrf", "createdAt", "expiresAt"}
    me = client.get("/v1/users/current")
    assert (me.status, me.json["displayName"], me.json["email"]) == (200, "Sri Wahyuni", SRI)
    assert client.ask("DELETE", "/v1/sessions/current").json == {"success": True}
    assert client.get("/v1/users/current").status == 401


def test_a_strangers_request_is_401_and_never_a_redirect(office: Office) -> None:
    for path in ("/v1/projects", f"/v1/projects/{office.project}/cases", "/v1/users/current"):
        answer = office.as_(None).get(path)
        assert answer.status == 401
        assert "location" not in answer.headers
        assert answer.json["code"] == 401.2
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_scripts_of_our_own_pages_get_no_password_dialog(office: Office) -> None:
    answer = office.as_(None).ask("GET", "/v1/projects", None, {"X-Requested-With": "XMLHttpRequest"})
    assert answer.status == 401
    assert "www-authenticate" not in answer.headers


def test_what_is_not_there_is_76_bytes_of_404_1(office: Office) -> None:
    for path in (
        "/v1/nothing",
        "/v1/projects/999999",
        f"/v1/projects/{office.project}/forms/tidak_ada",
        f"/v1/projects/{office.project}/forms/abh_asesmen/submissions/uuid:tidak-ada",
        f"/v1/projects/{office.project}/cases/tidak-ada",
        f"/v1/projects/{office.other}/cases/tidak-ada",
    ):
        answer = office.as_("sri").get(path)
        assert answer.status == 404, path
        assert len(answer.body) == 76
        assert answer.json["code"] == 404.1


def test_an_address_without_the_version_or_with_another_says_so(office: Office) -> None:
    for path, code in (
        ("/projects", 404.2),
        ("/projects/1/forms", 404.2),
        ("/sessions", 404.2),
        ("/v2/projects", 404.3),
    ):
        for client in (office.as_("rina"), office.as_(None)):
            answer = client.get(path)
            assert (answer.status, answer.json["code"]) == (404, code), path
    assert office.as_(None).post("/sessions", {"email": SRI, "password": PASSWORD}).json["code"] == 404.2


def test_guessing_is_stopped_with_a_time_to_come_back(office: Office) -> None:
    guess = {"email": "hadi@pasuruan.test", "password": "salah salah salah"}
    for _ in range(6):
        refused = office.as_(None).post("/v1/sessions", guess)
        assert (refused.status, refused.json["code"]) == (401, 401.2)
    locked = office.as_(None).post("/v1/sessions", {**guess, "password": PASSWORD})
    assert locked.status == 429
    assert locked.headers["retry-after"] == "900"
    # Basic log-in and the session share one count; a colleague at the same desk is not locked out.
    assert office.as_("hadi").get("/v1/projects").status == 429
    assert office.as_("sri").get("/v1/projects").status == 200


def test_the_sentence_comes_in_the_language_asked_for(office: Office) -> None:
    wrong = {"email": SRI, "password": "salah salah salah"}
    told = {
        language: office.as_(None).ask("POST", "/v1/sessions", wrong, {"Accept-Language": language}).json["message"]
        for language in LANGUAGES
    }
    assert "kata sandi" in told["id"]
    assert "password" in told["en"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", 400.1),
        (b"[]", 400.1),
        (b"[" * 100_000, 400.1),
        (b'{"email": "sri@pasuruan.test"}', 400.2),
        (b'{"email": 1, "password": "x"}', 400.11),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(office: Office, body: bytes, code: float) -> None:
    answer = office.as_(None).post("/v1/sessions", body)
    assert (answer.status, answer.json["code"]) == (400, code)


def test_numbers_in_the_query_are_numbers(office: Office) -> None:
    for query in ("limit=banyak", "offset=-1", "open=mungkin", "limit=" + "9" * 30):
        answer = office.as_("sri").get(f"/v1/projects/{office.project}/cases?{query}")
        assert (answer.status, answer.json["code"]) == (400, 400.11), query


def test_a_cookie_alone_changes_nothing(office: Office) -> None:
    """A page of another site can make a browser send the cookie, but neither the token nor the header."""
    _client, made = signed_in(office, "rina@pasuruan.test")
    cookie = {"Cookie": f"alur-session={made['token']}"}
    browser = Client(office.address, headers=cookie)
    assert browser.get("/v1/users/current").status == 200
    refused = browser.post("/v1/projects", {"name": "Kantor Jahat"})
    assert (refused.status, refused.json["details"]["problem"]) == (400, "access.csrf")
    foreign = {"X-Requested-With": "XMLHttpRequest", "Origin": "https://jahat.example"}
    assert browser.ask("POST", "/v1/projects", {"name": "Kantor Jahat"}, foreign).status == 400
    assert browser.ask("POST", "/v1/projects", {"name": "A"}, {"X-CSRF-Token": "0" * 64}).status == 400
    for number, good in enumerate(({"X-Requested-With": "XMLHttpRequest"}, {"X-CSRF-Token": made["csrf"]})):
        assert browser.ask("POST", "/v1/projects", {"name": f"Kantor {number}"}, good).status == 200


def test_a_password_is_changed_by_its_owner_only(office: Office) -> None:
    client, _made = signed_in(office)
    rina = office.viewer("rina").id
    sri = office.viewer("sri").id
    body = {"old": PASSWORD, "new": "angin dari timur laut"}
    assert client.ask("PUT", f"/v1/users/{rina}/password", body).status == 404
    assert client.ask("PUT", f"/v1/users/{sri}/password", {**body, "new": "pendek"}).json["code"] == 400.21
    assert client.ask("PUT", f"/v1/users/{sri}/password", body).json == {"success": True}
    assert client.get("/v1/users/current").status == 200
    assert office.as_("sri").get("/v1/users/current").status == 401


def test_a_session_is_ended_by_its_owner_only(office: Office) -> None:
    sri, made = signed_in(office)
    hadi, _ = signed_in(office, "hadi@pasuruan.test")
    assert hadi.ask("DELETE", f"/v1/sessions/{made['token']}").status == 404
    assert sri.ask("DELETE", f"/v1/sessions/{made['token']}").status == 200
    with office.store.read() as db:
        assert len(db.execute(select(session)).all()) == 1


def test_answers_are_not_kept_by_browsers_and_cannot_run(office: Office) -> None:
    answer = office.as_("sri").get("/v1/projects")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_service_says_it_is_well_without_a_log_in(office: Office) -> None:
    assert office.as_(None).get("/healthz").json == {"status": "ok"}
    metrics = office.as_(None).get("/metrics")
    assert 'alur_open_tasks{fault="program"} 0.0' in metrics.text
    forwarded = office.as_(None).ask("GET", "/metrics", None, {"X-Forwarded-For": "10.1.2.3"})
    assert forwarded.status == 404
