"""What a phone sends wrong gets a clear answer in its own dialect; nothing is lost and nothing half done."""

import http.client
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from lxml import etree

from forms.schema import Schema
from server.access import OPERATOR
from server.actions.phones import revoke_phone
from server.store import cases, submissions
from server.store.people import app_user
from tests.office import Answer, Client, Office
from tests.sending import BOUNDARY, answers_xml, follow_up, intake, multipart, send, url_path


@pytest.fixture
def url(office: Office) -> str:
    return office.phone_url()


@pytest.fixture
def form(office: Office) -> Schema:
    """The intake."""
    return office.schema("abh_laporan_awal")


def message(answer: Answer) -> str:
    """The sentence Collect would show."""
    root = etree.fromstring(answer.body)
    assert etree.QName(root).localname == "OpenRosaResponse", answer.text
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert answer.headers["content-type"].startswith("text/xml")
    (text,) = root.xpath("//*[local-name()='message']/text()")
    return str(text)


REFUSED = {
    "not xml": (b"bukan XML sama sekali", 400),
    "unfinished": (b'<data id="abh_laporan_awal" version="1"><meta><instanceID>uuid:1', 400),
    "doctype": (b'<!DOCTYPE d [<!ENTITY x "y">]><data id="abh_laporan_awal"><a>&x;</a></data>', 400),
    "unknown form": (answers_xml("tidak_ada", "1", {}), 404),
    "no form id": (b"<data><meta><instanceID>uuid:1</instanceID></meta></data>", 400),
    "no instance id": (answers_xml("abh_laporan_awal", "2026112101", {}, instance=""), 400),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_taken_is_refused_with_a_sentence_and_kept_in_quarantine(
    office: Office, url: str, what: str
) -> None:
    xml, status = REFUSED[what]
    answer = send(url, xml)
    assert answer.status == status
    assert len(message(answer)) > 20
    assert office.count(submissions.quarantine) == 1
    assert office.count(submissions.submission) == 0
    assert office.count(cases.case) == 0


def test_the_same_instance_with_other_content_is_refused_and_the_first_stays(
    office: Office, url: str, form: Schema
) -> None:
    case, first = intake(form, instance="uuid:sama")
    _, second = intake(form, instance="uuid:sama", case=case, age=11)
    assert send(url, first).status == 201
    answer = send(url, second)
    assert answer.status == 409
    assert message(answer)
    assert office.case(case)["facts"]["usia_saat_kejadian"] == 13
    assert office.count(submissions.quarantine) == 1


def test_the_same_submission_five_times_in_parallel_is_one(office: Office, url: str, form: Schema) -> None:
    case, xml = intake(form)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: send(url, xml), range(5)))
    assert [answer.status for answer in answers] == [201] * 5
    assert office.count(submissions.submission) == 1
    assert office.count(submissions.revision) == 1
    assert office.count(cases.event) == 1
    assert office.case(case)["status"] == "open"


def test_an_attachment_that_comes_later_finds_its_submission(office: Office, url: str, form: Schema) -> None:
    _, xml = intake(form, foto="123.jpg")
    assert send(url, xml).status == 201
    again = send(url, xml, {"123.jpg": b"\xff\xd8\xff isi foto", "tak-terduga.txt": b"tetap disimpan"})
    assert again.status == 201
    with office.store.read() as db:
        names = {row.name: row.size for row in db.execute(submissions.attachment.select())}
    assert names["123.jpg"] == 12
    assert names["tak-terduga.txt"] == 14
    assert office.count(cases.event) == 1


def test_a_truncated_body_is_refused_and_leaves_nothing(office: Office, url: str, form: Schema) -> None:
    _, xml = intake(form)
    answer = send(url, None, body=multipart(xml, {"a.jpg": b"x" * 5000})[:-3000])
    assert answer.status == 400
    assert message(answer)
    assert office.count(submissions.submission) == 0


def test_a_body_without_the_xml_part_is_refused(office: Office, url: str) -> None:
    answer = send(url, None, {"a.jpg": b"x"})
    assert answer.status == 400
    assert message(answer)


def test_a_body_over_the_limit_is_refused_at_once(url: str) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.putrequest("POST", url_path(url) + "/submission")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(120 * 1024 * 1024))
    connection.endheaders()
    connection.send(b"--" + BOUNDARY.encode() + b"\r\n")
    connection.sock.settimeout(10)
    try:
        sent = 0
        while sent < 120:
            connection.send(b"x" * 1024 * 1024)
            sent += 1
    except OSError:
        pass
    answer = connection.getresponse()
    assert answer.status == 413
    connection.close()


def test_a_revoked_phone_is_shut_out_with_403(office: Office, url: str, form: Schema) -> None:
    _, xml = intake(form)
    with office.store.read() as db:
        phone = db.execute(app_user.select()).one()
    revoke_phone(office.store, OPERATOR, office.project, phone.actor_id)
    for answer in (send(url, xml), Client(url).get(url_path(url) + "/formList")):
        assert answer.status == 403
        assert message(answer)
    assert office.count(submissions.submission) == 0


def test_head_answers_204_with_the_openrosa_headers(url: str) -> None:
    answer = Client(url).ask("HEAD", url_path(url) + "/submission")
    assert answer.status == 204
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert int(answer.headers["x-openrosa-accept-content-length"]) > 10_000_000


def test_an_unknown_version_of_a_known_form_is_kept_and_becomes_a_persons_task(
    office: Office, url: str, form: Schema
) -> None:
    _, xml = intake(form, version="versi-yang-belum-terbit")
    answer = send(url, xml)
    assert answer.status == 201
    assert message(answer)
    with office.store.read() as db:
        task = db.execute(cases.task.select()).one()
    assert (task.fault, task.reason) == ("formulir", "unplaced.version_unknown")
    assert office.count(submissions.submission) == 1
    assert office.count(cases.case) == 0


def test_a_follow_up_of_a_case_nobody_knows_waits_for_a_person_and_can_be_linked(
    office: Office, url: str, form: Schema
) -> None:
    case, xml = intake(form)
    send(url, xml)
    follow = follow_up(office.schema("abh_asesmen"), "11111111-2222-4333-8444-555555555555", {})
    assert send(url, follow).status == 201
    address = f"/v1/projects/{office.project}/unlinked"
    (waiting,) = office.as_("hadi").get(address).json
    linked = office.as_("hadi").post(f"{address}/{waiting['id']}/link", {"caseId": case})
    assert linked.status == 200, linked.text
    assert office.case(case)["openSteps"] == ["s06"]
    assert office.as_("hadi").get(address).json == []
