"""Coming in by the people's door: who gets in, what a browser keeps, and what strangers cannot do."""

import re
from urllib.parse import unquote

from sqlalchemy import select

from server.access import OPERATOR
from server.actions.users import add_user
from server.app import create_app
from server.settings import Settings
from server.store.people import session
from tests.browsing import Page, signed_in, visitor
from tests.office import PASSWORD, SECRET, Office

OPEN = {"/masuk", "/keluar", "/periksa", "/periksa/<code>", "/aset/<path:name>", "/isi/<token>"}
# The address itself is the key, no cookie speaks for anybody.
BY_ADDRESS = {"/isi/<token>/kirim"}


def web_rules(office: Office) -> list:
    app = create_app(Settings(data=office.store.data, secret_key=SECRET), office.store)
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("web.")]


def concrete(rule: str) -> str:
    path = re.sub(r"<int(?:\([^)]*\))?:\w+>", "1", rule)
    return re.sub(r"<(?:path:)?\w+>", "x", path)


def test_every_page_asks_strangers_to_sign_in(office: Office) -> None:
    stranger = visitor(office)
    for rule in web_rules(office):
        if rule.rule in OPEN or "GET" not in rule.methods:
            continue
        answer = stranger.ask("GET", concrete(rule.rule))
        assert answer.status == 302, rule.rule
        assert answer.headers["location"].startswith("/masuk"), rule.rule


def test_no_form_works_without_its_token(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    hadi.read("/")
    for rule in web_rules(office):
        if "POST" not in rule.methods or rule.rule in BY_ADDRESS:
            continue
        answer = hadi.fill(concrete(rule.rule), {"login": "x", "password": "y"}, token="salah")
        assert answer.status == 400, rule.rule
        hadi.read("/")


def test_a_form_sent_from_another_site_is_refused(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    token = hadi.read("/").token()
    body = f"csrf_token={token}".encode()
    kind = {"Content_Type": "application/x-www-form-urlencoded"}
    assert hadi.ask("POST", "/keluar", body, Origin="https://jahat.example", **kind).status == 400
    assert hadi.read("/").status == 200


def test_signing_in_leads_to_the_page_that_was_wanted(office: Office) -> None:
    sri = visitor(office)
    asked = sri.ask("GET", "/kasus?tenggat=late")
    assert unquote(asked.headers["location"]) == "/masuk?lanjut=/kasus?tenggat=late"
    form = sri.read(asked.headers["location"])
    onward = form.tree.xpath("//input[@name='lanjut']/@value")[0]
    answer = sri.fill("/masuk", {"login": "sri@pasuruan.test", "password": PASSWORD, "lanjut": onward})
    assert answer.headers["location"] == "/kasus?tenggat=late"


def test_nobody_is_led_to_another_site(office: Office) -> None:
    for trap in ("https://jahat.example/", "//jahat.example", "/\\jahat.example"):
        sri = visitor(office)
        sri.read("/masuk")
        answer = sri.fill("/masuk", {"login": "sri@pasuruan.test", "password": PASSWORD, "lanjut": trap})
        assert answer.headers["location"] == "/"


def test_a_wrong_password_keeps_the_name_and_says_the_same_as_a_wrong_name(office: Office) -> None:
    sri = visitor(office)
    sri.read("/masuk")
    wrong = sri.fill("/masuk", {"login": "sri@pasuruan.test", "password": "bukan kata sandi"})
    assert wrong.status == 401
    assert wrong.tree.xpath("//input[@id='login']/@value") == ["sri@pasuruan.test"]
    assert wrong.tree.xpath("//input[@id='password']/@value") == [""]
    nobody = sri.fill("/masuk", {"login": "tidak.ada@pasuruan.test", "password": "bukan kata sandi"})
    assert nobody.errors == wrong.errors == [("login", wrong.errors[0][1])]


def test_an_empty_form_says_which_fields_are_missing(office: Office) -> None:
    sri = visitor(office)
    sri.read("/masuk")
    assert [name for name, _ in sri.fill("/masuk", {"login": "", "password": ""}).errors] == ["login", "password"]


def test_the_browser_keeps_the_session_from_scripts_and_other_sites(office: Office) -> None:
    sri = visitor(office)
    sri.read("/masuk")
    planted = dict(sri.cookies)
    answer = sri.fill("/masuk", {"login": "sri@pasuruan.test", "password": PASSWORD})
    line = next(cookie for cookie in answer.cookies if cookie.startswith("alur-session="))
    assert "HttpOnly" in line
    assert "SameSite=Strict" in line
    assert sri.cookies.get("alur-form") != planted["alur-form"]


def test_after_signing_out_the_old_cookie_is_worth_nothing(office: Office) -> None:
    sri = signed_in(office, "sri")
    kept = dict(sri.cookies)
    sri.read("/")
    assert sri.fill("/keluar").status == 303
    thief = visitor(office)
    thief.cookies = kept
    assert thief.ask("GET", "/").status == 302
    with office.store.read() as db:
        assert db.execute(select(session.c.key)).all() == []


def test_signing_out_needs_a_button_not_a_link(office: Office) -> None:
    sri = signed_in(office, "sri")
    assert sri.ask("GET", "/keluar").status == 405
    assert sri.read("/").status == 200


def test_a_one_time_password_opens_only_the_page_that_changes_it(office: Office) -> None:
    fresh = add_user(
        office.store, OPERATOR, "baru@pasuruan.test", role="peksos", project_id=office.project, name="Baru"
    )
    baru = visitor(office)
    baru.read("/masuk")
    answer = baru.fill("/masuk", {"login": "baru@pasuruan.test", "password": fresh.one_time or ""})
    assert answer.headers["location"] == "/sandi"
    assert baru.ask("GET", "/kasus").headers["location"] == "/sandi"
    baru.read("/sandi")
    new = "perahu kayu menyeberang pelan"
    short = baru.fill("/sandi", {"old": fresh.one_time or "", "new": "pendek", "again": "pendek"})
    assert [name for name, _ in short.errors] == ["new"]
    other = baru.fill("/sandi", {"old": fresh.one_time or "", "new": new, "again": new + "."})
    assert [name for name, _ in other.errors] == ["again"]
    assert baru.fill("/sandi", {"old": fresh.one_time or "", "new": new, "again": new}).status == 303
    assert baru.read("/kasus").status == 200


def test_every_page_forbids_foreign_and_inline_scripts_and_is_not_kept(office: Office) -> None:
    rina = signed_in(office, "rina")
    pages: list[Page] = [visitor(office).read("/masuk"), visitor(office).read("/periksa/AAAA-BBBB-CCCC")]
    pages += [rina.read(path) for path in ("/", "/kasus", "/tugas", "/dokumen", "/laporan", "/sop", "/formulir")]
    pages += [rina.read(path) for path in ("/petugas/ponsel", "/petugas/ponsel/kartu", "/sandi", "/tidak-ada")]
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.tree.xpath("//script[not(@src)] | //style | //*[@style]") == []
        assert page.tree.xpath("//@*[starts-with(name(), 'on')]") == []
        assert page.tree.xpath("//html/@lang") == ["id"]


def test_english_is_asked_for_once_and_kept(office: Office) -> None:
    sri = visitor(office)
    assert "Sign in" in sri.read("/masuk?bahasa=en").text
    assert "Sign in" in sri.read("/masuk").text
    assert "Kata sandi" in sri.read("/masuk?bahasa=id").text


def test_an_unknown_address_answers_in_our_words(office: Office) -> None:
    page = visitor(office).read("/tidak-ada")
    assert page.status == 404
    assert "Halaman tidak ditemukan" in page.text
