"""Submissions for programs: sent, read, reviewed, noted, edited."""

import pytest

from tests.office import Office
from tests.reads import readings
from tests.sending import intake
from tests.world import Clock

FIRST = "uuid:11111111-1111-4111-8111-111111111111"
EDIT = "uuid:22222222-2222-4222-8222-222222222222"


@pytest.fixture
def path(office: Office) -> str:
    return f"/v1/projects/{office.project}/forms/abh_laporan_awal/submissions"


@pytest.fixture
def xml(office: Office) -> bytes:
    return intake(office.schema("abh_laporan_awal"), instance=FIRST)[1]


@pytest.fixture
def sent(office: Office, path: str, xml: bytes) -> dict:
    answer = office.as_("sri").post(f"{path}?deviceID=skrip", xml)
    assert answer.status == 200, answer.text
    return answer.json


def test_a_program_sends_and_reads_back_the_same_bytes(office: Office, path: str, xml: bytes, sent: dict) -> None:
    assert sent["instanceId"] == FIRST
    assert sent["submitterId"] == office.viewer("sri").id
    assert sent["deviceId"] == "skrip"
    assert sent["reviewState"] is None
    assert office.as_("hadi").get(f"{path}/{FIRST}.xml").body == xml
    assert [row["instanceId"] for row in office.as_("hadi").get(path).json] == [FIRST]


def test_the_same_again_is_told_and_not_doubled(office: Office, path: str, xml: bytes, sent: dict) -> None:
    again = office.as_("sri").post(path, xml)
    assert (again.status, again.json["code"]) == (409, 409.3)
    assert len(office.as_("hadi").get(path).json) == 1


def test_a_submission_of_another_form_is_refused(office: Office, xml: bytes) -> None:
    other = f"/v1/projects/{office.project}/forms/abh_asesmen/submissions"
    answer = office.as_("sri").post(other, xml)
    assert (answer.status, answer.json["code"]) == (400, 400.8)


@pytest.mark.parametrize("body", [b"", b"<data", b"<!DOCTYPE a><data id='abh_laporan_awal'/>", b"\x00\x01"])
def test_what_is_no_submission_is_refused(office: Office, path: str, body: bytes) -> None:
    answer = office.as_("sri").post(path, body)
    assert (answer.status, answer.json["code"]) == (400, 400.1)


def test_reading_the_answers_is_logged_and_listing_is_not(office: Office, path: str, sent: dict) -> None:
    office.as_("hadi").get(path)
    office.as_("hadi").get(f"{path}/{FIRST}.xml")
    reads = readings(office.store)
    assert [(row.actor_id, row.what) for row in reads] == [(office.viewer("hadi").id, f"submission:{FIRST}")]
    assert reads[0].case_id is not None


def test_a_supervisor_reviews_it(office: Office, path: str, sent: dict) -> None:
    done = office.as_("hadi").ask("PATCH", f"{path}/{FIRST}", {"reviewState": "approved"})
    assert done.json["reviewState"] == "approved"
    wrong = office.as_("hadi").ask("PATCH", f"{path}/{FIRST}", {"reviewState": "bagus"})
    assert wrong.json["code"] == 400.8
    back = office.as_("hadi").ask("PATCH", f"{path}/{FIRST}", {"reviewState": None})
    assert back.json["reviewState"] is None


def test_people_note_things_on_it(office: Office, path: str, sent: dict) -> None:
    made = office.as_("hadi").post(f"{path}/{FIRST}/comments", {"body": "Alamat belum lengkap."})
    assert (made.json["body"], made.json["actorId"]) == ("Alamat belum lengkap.", office.viewer("hadi").id)
    office.as_("sri").post(f"{path}/{FIRST}/comments", {"body": "Sudah saya lengkapi."})
    listed = office.as_("hadi").get(f"{path}/{FIRST}/comments").json
    assert [row["body"] for row in listed] == ["Sudah saya lengkapi.", "Alamat belum lengkap."]
    assert office.as_("hadi").post(f"{path}/{FIRST}/comments", {"body": " "}).json["code"] == 400.2


def test_an_edit_keeps_the_first_id_and_every_version(office: Office, path: str, xml: bytes, sent: dict) -> None:
    edited = intake(office.schema("abh_laporan_awal"), instance=EDIT, deprecatedID=FIRST, case=entity_of(xml), age=12)[
        1
    ]
    done = office.as_("sri").ask("PUT", f"{path}/{FIRST}", edited)
    assert done.status == 200, done.text
    assert (done.json["instanceId"], done.json["currentVersion"]["instanceId"]) == (FIRST, EDIT)
    versions = office.as_("hadi").get(f"{path}/{FIRST}/versions").json
    assert [row["instanceId"] for row in versions] == [EDIT, FIRST]
    assert office.as_("hadi").get(f"{path}/{FIRST}/versions/{FIRST}.xml").body == xml
    assert office.as_("hadi").get(f"{path}/{FIRST}.xml").body == edited
    moved = office.as_("hadi").get(f"{path}/{EDIT}")
    assert moved.status == 301
    assert moved.headers["location"].endswith(f"/{FIRST}/versions/{EDIT}")
    assert office.as_("hadi").get(f"{path}/{FIRST}/versions/{EDIT}").json["instanceId"] == EDIT


def test_what_an_edit_changed_is_told_place_by_place(office: Office, path: str, xml: bytes, sent: dict) -> None:
    edited = xml.replace(FIRST.encode(), EDIT.encode()).replace(
        b"<meta>", f"<meta><deprecatedID>{FIRST}</deprecatedID>".encode()
    )
    edited = edited.replace(b"<inisial>A. B.</inisial>", b"<inisial>C. D.</inisial>")
    assert office.as_("sri").ask("PUT", f"{path}/{FIRST}", edited).status == 200
    told = office.as_("hadi").get(f"{path}/{FIRST}/diffs").json
    assert set(told) == {EDIT}
    assert {"old": "A. B.", "new": "C. D."} in [{k: v for k, v in d.items() if k != "path"} for d in told[EDIT]]
    by_place = {tuple(change["path"]): change for change in told[EDIT]}
    assert by_place["meta", "instanceID"] == {"path": ["meta", "instanceID"], "old": FIRST, "new": EDIT}
    assert by_place["meta", "deprecatedID"] == {"path": ["meta", "deprecatedID"], "new": FIRST}
    assert len(by_place) == 3
    assert readings(office.store)[-1].what == f"submission:{FIRST}"


def entity_of(xml: bytes) -> str:
    return xml.decode().partition(' id="')[2].partition('entity dataset="kasus_abh" id="')[2].partition('"')[0]


def test_an_edit_names_the_version_it_changes(office: Office, path: str, xml: bytes, sent: dict) -> None:
    plain = intake(office.schema("abh_laporan_awal"), instance=EDIT)[1]
    assert office.as_("sri").ask("PUT", f"{path}/{FIRST}", plain).json["code"] == 400.2
    stray = intake(office.schema("abh_laporan_awal"), instance=EDIT, deprecatedID="uuid:tidak-ada")[1]
    assert office.as_("sri").ask("PUT", f"{path}/{FIRST}", stray).json["code"] == 404.5


def test_lists_are_paged_and_revalidated(office: Office, path: str, clock: Clock) -> None:
    schema = office.schema("abh_laporan_awal")
    ids = []
    for number in range(3):
        clock.advance(minutes=1)
        ids.append(f"uuid:3333333{number}-3333-4333-8333-333333333333")
        assert office.as_("sri").post(path, intake(schema, instance=ids[-1])[1]).status == 200
    newest = office.as_("hadi").get(f"{path}?limit=1&offset=1").json
    assert [row["instanceId"] for row in newest] == [ids[1]]
    whole = office.as_("hadi").get(path)
    hadi, seen = office.as_("hadi"), {"If-None-Match": whole.headers["etag"]}
    assert hadi.ask("GET", path, None, seen).status == 304
    assert office.as_("sri").ask("GET", path, None, seen).status == 200, "a copy of somebody who sees more"
    office.clock.advance(minutes=1)
    hadi.ask("PATCH", f"{path}/{whole.json[-1]['instanceId']}", {"reviewState": "approved"})
    assert hadi.ask("GET", path, None, seen).status == 200
