"""Logging in from Collect: Digest and Basic with a password made for it, by a client library as it is."""

import hashlib
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth
from requests.utils import parse_dict_header

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
from tests.office import PASSWORD, SECRET, Office, running
from tests.sending import BOUNDARY, intake, multipart

LOGIN = "sri@pasuruan.test"
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "X-OpenRosa-Version": "1.0"}


@dataclass
class Collect:
    """What ODK Collect's okhttp-digest sends: one cnonce as long as the nonce holds, `nc` counted on, asked anew only
    when the server calls the nonce stale."""

    password: str
    nonce: str = ""
    count: int = 0
    asked: int = 0

    def header(self, method: str, url: str) -> dict[str, str]:
        parts = urlsplit(url)
        uri = parts.path + (f"?{parts.query}" if parts.query else "")
        self.count += 1
        cnonce, nc = _md5(self.nonce)[:16], f"{self.count:08x}"
        secret, asked = _md5(f"{LOGIN}:Alur:{self.password}"), _md5(f"{method}:{uri}")
        response = _md5(f"{secret}:{self.nonce}:{nc}:{cnonce}:auth:{asked}")
        told = {"username": LOGIN, "realm": "Alur", "nonce": self.nonce, "uri": uri, "response": response}
        said = ", ".join(f'{name}="{value}"' for name, value in {**told, "cnonce": cnonce}.items())
        return {"Authorization": f"Digest {said}, qop=auth, nc={nc}, algorithm=MD5"}

    def get(self, url: str, again: dict[str, str] | None = None) -> requests.Response:
        """GETs as its interceptor does; `again`: with headers made before, as when a connection broke."""
        sent = again or (self.header("GET", url) if self.nonce else {})
        answer = requests.get(url, headers=sent)
        if answer.status_code != 401:
            return answer
        told = challenge(answer)
        if sent and told.get("stale") != "true":
            return answer  # the officer would be asked for the password
        self.nonce, self.count, self.asked = told["nonce"], 0, self.asked + 1
        return requests.get(url, headers=self.header("GET", url))


def challenge(answer: requests.Response) -> dict[str, str]:
    return parse_dict_header(answer.raw.headers.getlist("WWW-Authenticate")[0].removeprefix("Digest "))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


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


def test_a_recorded_request_cannot_be_sent_again_by_whoever_listened_on_any_process(office: Office) -> None:
    password, path = turned_on(office), f"/v1/projects/{office.project}/formList?deviceID=collect%3AaB3"
    phone = Collect(password)
    assert phone.get(office.address + path).status_code == 200
    recorded = phone.header("GET", office.address + path)
    assert phone.get(office.address + path, recorded).status_code == 200
    elsewhere = Store(office.store.data, office.store.url, office.clock)
    with running(elsewhere) as other:
        for address in (office.address, other) * 5:
            repeated = requests.get(address + path, headers=recorded)
            assert repeated.status_code == 401
            assert challenge(repeated)["stale"] == "true"
            assert "abh" not in repeated.text
        # The phone's own nonce is as good on the other process, without asking anew.
        assert Collect(password, phone.nonce, phone.count).get(other + path).status_code == 200
    elsewhere.close()
    assert phone.asked == 1, "whoever repeats locks nobody out and costs the phone nothing"
    # What was sent twice because the connection broke is asked anew without the officer.
    assert phone.get(office.address + path, recorded).status_code == 200
    assert phone.asked == 2


def test_requests_of_one_phone_may_overtake_each_other(office: Office) -> None:
    phone, url = Collect(turned_on(office)), f"{office.address}/v1/projects/{office.project}/formList"
    assert phone.get(url).status_code == 200
    made = [phone.header("GET", url) for _ in range(40)]
    random.Random(7).shuffle(made)
    with ThreadPoolExecutor(8) as pool:
        for expected in (200, 401):
            answers = pool.map(lambda headers: requests.get(url, headers=headers).status_code, made)
            assert list(answers) == [expected] * 40
    kept = office.store.data / "digest"
    assert len(list(kept.iterdir())) == 1
    office.clock.advance(seconds=2 * LIFETIME_SECONDS)
    assert phone.get(url).status_code == 200
    (left,) = kept.iterdir()
    assert len(list(left.iterdir())) == 1, "what can no longer be repeated is forgotten"
