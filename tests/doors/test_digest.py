"""Logging in from Collect: Digest and Basic with a password made for it, by a client library as it is."""

import time

import pytest
import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from server.access import OPERATOR
from server.actions import sign_in
from server.actions.sign_in import turn_off_collect, turn_on_collect, viewer_of_basic
from server.actions.users import reset_password
from server.openrosa.digest import LIFETIME_SECONDS
from server.problems import Problem
from server.queries.collect_login import collect_login
from server.store import Store
from server.store.submissions import submission
from tests.browsing import signed_in
from tests.office import PASSWORD, SECRET, Office
from tests.sending import BOUNDARY, intake, multipart

LOGIN = "sri@pasuruan.test"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-OpenRosa-Version": "1.0"}


def turned_on(office: Office, name: str = "sri") -> str:
    """The password for Collect, as its owner's page shows it."""
    person = signed_in(office, name)
    assert "belum dinyalakan" in person.read("/sandi/collect").text
    assert person.fill("/sandi/collect").status == 303
    password = collect_login(office.store, office.viewer(name), SECRET.encode(), office.address).password
    assert password is not None
    assert password in person.read("/sandi/collect").text
    return password


def test_a_phone_gets_its_forms_and_sends_by_digest_over_plain_http(office: Office) -> None:
    password, base = turned_on(office), f"{office.address}/v1/projects/{office.project}"
    asked = requests.get(f"{base}/formList")
    assert asked.status_code == 401
    ways = asked.raw.headers.getlist("WWW-Authenticate")
    assert ways[0].startswith("Digest ")
    assert 'qop="auth"' in ways[0]
    phone = requests.Session()
    phone.auth = HTTPDigestAuth("Sri@Pasuruan.test", password)
    listed = phone.get(f"{base}/formList?deviceID=collect%3AaB3")
    assert listed.status_code == 200
    assert "abh_laporan_awal" in listed.text
    assert phone.head(f"{base}/submission?deviceID=collect%3AaB3").status_code == 204
    xml = intake(office.schema("abh_laporan_awal"))[1]
    sent = phone.post(f"{base}/submission?deviceID=collect%3AaB3", data=multipart(xml), headers=MULTIPART)
    assert sent.status_code == 201, sent.text
    assert office.count(submission) == 1
    (row,) = office.as_("sri").get(f"/v1/projects/{office.project}/forms/abh_laporan_awal/submissions").json
    assert row["submitter"]["displayName"] == "Sri Wahyuni"
    assert requests.get(f"{base}/formList", auth=HTTPBasicAuth(LOGIN, password)).status_code == 200
    # It is no password of the pages or of programs.
    assert requests.get(f"{base}/forms", auth=HTTPBasicAuth(LOGIN, password)).status_code == 401
    elsewhere = f"{office.address}/v1/projects/{office.other}/formList"
    assert requests.get(elsewhere, auth=HTTPDigestAuth(LOGIN, password)).status_code == 404
    office.clock.advance(seconds=LIFETIME_SECONDS + 1)
    again = phone.get(f"{base}/formList")
    assert again.status_code == 200, "an old nonce is renewed without asking the officer"


def test_wrong_answers_are_counted_and_what_is_turned_off_ends(office: Office) -> None:
    password, url = turned_on(office), f"{office.address}/v1/projects/{office.project}/formList"

    def status(given: str, login: str = LOGIN) -> int:
        return requests.get(url, auth=HTTPDigestAuth(login, given)).status_code

    assert status(password) == 200
    turn_on_collect(office.store, office.viewer("sri"))
    assert status(password) == 401
    for _ in range(5):
        status("salah")
    assert status("salah") == 429
    assert status(password, "tidak.ada@pasuruan.test") == 401
    office.clock.advance(minutes=16)
    renewed = collect_login(office.store, office.viewer("sri"), SECRET.encode(), office.address).password
    assert status(renewed or "") == 200
    turn_off_collect(office.store, office.viewer("sri"))
    assert status(renewed or "") == 401


def test_a_reset_password_ends_the_one_for_collect(office: Office) -> None:
    password, url = turned_on(office), f"{office.address}/v1/projects/{office.project}/formList"
    assert requests.get(url, auth=HTTPDigestAuth(LOGIN, password)).status_code == 200
    reset_password(office.store, OPERATOR, LOGIN, "angin dari timur laut")
    assert requests.get(url, auth=HTTPDigestAuth(LOGIN, password)).status_code == 401


def test_another_process_believes_a_proven_login_for_a_few_seconds_only(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "BELIEVED_SECONDS", 0.3)
    elsewhere = Store(office.store.data, office.store.url, office.clock)
    assert viewer_of_basic(elsewhere, LOGIN, PASSWORD, "10.0.0.9").login == LOGIN
    for _ in range(6):
        with pytest.raises(Problem, match=r"auth\.wrong"):
            viewer_of_basic(office.store, LOGIN, "salah salah salah", "10.0.0.7")
    time.sleep(0.35)
    with pytest.raises(Problem, match=r"auth\.locked"):
        viewer_of_basic(elsewhere, LOGIN, PASSWORD, "10.0.0.9")
    elsewhere.close()


def test_nobody_is_believed_for_longer_than_five_seconds() -> None:
    assert sign_in.BELIEVED_SECONDS < 5
