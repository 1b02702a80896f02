"""What broken phones, careless programs and attackers send: taken whole or refused clearly, never a fault of ours."""

import http.client
import json
import random
import sqlite3
import string
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from lxml import etree

from forms.schema import Schema
from server.actions.place_later import type_waiting
from server.store import cases, entities, forms, submissions
from tests.office import Answer, Client, Office
from tests.sending import BOUNDARY, answers_xml, follow_up, intake, multipart, send, url_path

FORM_DATA = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


@pytest.fixture
def url(office: Office) -> str:
    return office.phone_url()


@pytest.fixture
def form(office: Office) -> Schema:
    """The intake."""
    return office.schema("abh_laporan_awal")


def ask(url: str, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    """One request with the path as it is written, also where no browser would write it so."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request(method, url_path(url) + path, body, dict(headers or {}))
        got = connection.getresponse()
        return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
    finally:
        connection.close()


def told(answer: Answer) -> str:
    """The sentence Collect shows."""
    return str(etree.fromstring(answer.body).findtext("{*}message"))


def part(name: str, data: bytes, more: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + data + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def noise(length: int) -> str:
    """Text no database can compress."""
    return "".join(random.Random(length).choices(string.ascii_letters + string.digits, k=length))


@pytest.mark.parametrize(
    "path",
    [
        "/openrosa/99999999999999999999.xml",
        "/openrosa/3000000000.xml",
        "/openrosa/3000000000/manifest",
        "/openrosa/3000000000/media/a.csv",
    ],
)
def test_an_address_of_nothing_is_not_found(url: str, path: str) -> None:
    assert ask(url, "GET", path).status == 404


def test_a_list_nobody_can_have_has_no_rows(url: str) -> None:
    answer = ask(url, "GET", "/openrosa/lists/%00/integrity?id=a")
    assert (answer.status, b"<entities></entities>" in answer.body) == (200, True)


def test_numbers_no_project_can_have_are_not_found_for_an_admin_either(office: Office) -> None:
    for number in ("3000000000", "99999999999999999999"):
        for path in ("formList", "forms", "cases"):
            assert office.as_("rina").get(f"/v1/projects/{number}/{path}").status == 404


def test_nul_in_what_a_phone_says_of_itself_changes_nothing(office: Office, url: str, form: Schema) -> None:
    _, xml = intake(form)
    answer = ask(url, "POST", "/submission?deviceID=%00a", multipart(xml, {"a\x00b.jpg": b"x"}), FORM_DATA)
    assert answer.status == 201
    assert ask(url, "GET", "/openrosa/lists/kasus_abh/integrity?id=%00").status == 200
    with office.store.read() as db:
        assert [row.name for row in db.execute(submissions.attachment.select())] == ["a\ufffdb.jpg"]


def test_two_different_answers_in_one_body_are_refused_and_equal_ones_taken(
    office: Office, url: str, form: Schema
) -> None:
    (_, first), (_, second) = intake(form), intake(form)
    file = '; filename="a.xml"'
    both = part("xml_submission_file", first, file) + part("xml_submission_file", second, file) + END
    answer = ask(url, "POST", "/submission", both, FORM_DATA)
    assert answer.status == 400
    assert told(answer)
    assert office.count(submissions.submission) == 0
    twice = part("xml_submission_file", first, file) + part("xml_submission_file", first, file) + END
    assert ask(url, "POST", "/submission", twice, FORM_DATA).status == 201


def test_a_part_without_a_file_name_is_kept_and_the_sign_of_more_is_not(office: Office, url: str, form: Schema) -> None:
    _, xml = intake(form)
    body = part("xml_submission_file", xml, '; filename="a.xml"') + part("catatan.txt", b"dari program lain")
    body += part("*isIncomplete*", b"yes") + END
    assert ask(url, "POST", "/submission", body, FORM_DATA).status == 201
    with office.store.read() as db:
        assert [(row.name, row.size) for row in db.execute(submissions.attachment.select())] == [("catatan.txt", 17)]


def test_names_longer_than_any_index_are_kept_shortened(office: Office, url: str, form: Schema) -> None:
    long = noise(6000)
    _, xml = intake(form, foto=f"{long}.jpg", kelurahan=noise(5000))
    files = {f"{long}.jpg": b"satu", f"{long}.png": b"dua", "../../etc/passwd": b"tiga", "f\U0001f602صادق": b""}
    assert send(url, xml, files).status == 201
    with office.store.read() as db:
        sizes = sorted(row.size for row in db.execute(submissions.attachment.select()))
        names = {row.name for row in db.execute(submissions.attachment.select())}
    assert sizes == [0, 3, 4, 4]
    assert {"../../etc/passwd", "f\U0001f602صادق"} < names
    assert office.count(cases.case) == 1


@pytest.mark.parametrize("where", ["form", "version", "instance"])
def test_ids_longer_than_any_index_are_refused(office: Office, url: str, form: Schema, where: str) -> None:
    long = noise(5000)
    told_of = {"form": form.form_id, "version": form.version, "instance": "uuid:1", where: long}
    answer = send(url, answers_xml(told_of["form"], told_of["version"], {}, instance=told_of["instance"]))
    assert answer.status == 400
    assert told(answer)
    assert office.count(submissions.submission) == 0


@pytest.mark.parametrize("age", ["9" * 5000, "9" * 20, "1e400", "NaN", "-1"])
def test_a_number_no_database_holds_still_opens_the_case(office: Office, url: str, form: Schema, age: str) -> None:
    case, xml = intake(form, usia_saat_kejadian=age)
    assert send(url, xml).status == 201
    assert office.case(case)["status"] == "open"


@pytest.mark.parametrize("day", ["0001-01-01", "1970-01-01", "9999-12-31", "2026-02-30", "bukan tanggal"])
def test_a_phone_that_lost_its_clock_counts_as_today(office: Office, url: str, form: Schema, day: str) -> None:
    case, xml = intake(form, day=day)
    assert send(url, xml).status == 201
    opened = office.case(case)
    assert opened["openedAt"].startswith("2026-03-02")
    assert opened["number"].startswith("ABH-2026-")


@pytest.mark.parametrize("made", ["junk", "a/b?c", "z" * 100_000, ""])
def test_a_case_whose_id_is_no_uuid_gets_one_and_keeps_its_row_on_the_phones(
    office: Office, url: str, form: Schema, made: str
) -> None:
    entity = f'<entity dataset="kasus_abh" id="{made}" create="1"><label>A</label></entity>'
    answers = {"tgl_laporan": "2026-03-02", "jenis_masuk": "laporan", "jk": "L", "usia_saat_kejadian": "13"}
    assert send(url, answers_xml(form.form_id, form.version, answers, schema=form, entity=entity)).status == 201
    (case,) = office.cases
    assert len(case["id"]) == 36
    with office.store.read() as db:
        row = db.execute(entities.entity.select()).one()
    assert row.id == case["id"]
    assert "laporan" in row.data or row.data == "{}"


@pytest.mark.parametrize("base", ["9" * 5000, "9223372036854775807", "2147483647", "999999999", "-1", "x"])
def test_an_absurd_entity_version_neither_breaks_nor_poisons_the_row(
    office: Office, url: str, form: Schema, base: str
) -> None:
    case, xml = intake(form)
    assert send(url, xml).status == 201
    entity = f'<entity dataset="kasus_abh" id="{case}" update="1" baseVersion="{base}" trunkVersion="{base}" />'
    follow = follow_up(office.schema("abh_asesmen"), case, {"keterangan": "x"}, entity=entity)
    assert send(url, follow).status == 201
    with office.store.read() as db:
        assert db.execute(entities.entity.select()).one().version < 10


def test_a_form_sent_to_two_offices_opens_a_case_in_each(office: Office, url: str, form: Schema) -> None:
    """An office tries Alur in a project of its own first; then its phones send the same forms to the real one."""
    with office.store.write() as tx:
        # The other office holds a case of this id.
        case, xml = intake(form)
        version = tx.execute(cases.case.metadata.tables["sop_version"].select()).first()
        assert version is not None
        tx.execute(
            cases.case.insert(),
            {
                "id": case,
                "project_id": office.other,
                "sop_id": "abh",
                "sop_version_id": version.id,
                "number": "ABH-2026-0001",
                "state": "{}",
                "revision": 1,
                "label": "rahasia kantor lain",
                "status": "open",
                "opened_on": "2026-01-01",
                "search": "",
                "created_at": "2026-01-01T00:00:00.000Z",
                "updated_at": "2026-01-01T00:00:00.000Z",
            },
        )
        tx.audit(None, "test.other_office")
    answer = send(url, xml)
    assert answer.status == 201
    (own,) = office.cases
    assert own["id"] != case
    assert "rahasia" not in own["label"]
    assert send(url, xml).status == 201
    assert len(office.cases) == 1


def test_an_intake_made_twice_from_one_draft_is_one_case(office: Office, url: str, form: Schema) -> None:
    case = str(uuid4())
    for _ in range(2):
        assert send(url, intake(form, case=case)[1]).status == 201
    (opened,) = office.cases
    assert opened["id"] == case
    told = office.case(case)
    assert len(told["submissions"]) == 2, "the second is another report of the same child (ruling 33)"
    assert told["waiting"] == []


def test_a_follow_up_of_another_office_never_enters_a_case_here(office: Office, url: str, form: Schema) -> None:
    """Both offices use the same forms; one sends a follow-up for a case id that opens later in the other."""
    case, xml = intake(form)
    early = follow_up(office.schema("abh_asesmen"), case, {})
    assert send(url, early).status == 201
    with office.store.write() as tx:
        tx.execute(cases.task.update().values(project_id=office.other))
        tx.audit(None, "test.other_office")
    assert send(url, xml).status == 201
    assert office.case(case)["openSteps"] == ["s03"]
    assert len(office.case(case)["events"]) == 1


def test_an_edit_that_loses_the_race_is_refused_and_kept_in_quarantine(office: Office, url: str, form: Schema) -> None:
    case, xml = intake(form, instance="uuid:asal")
    assert send(url, xml).status == 201
    edits = [intake(form, case=case, deprecatedID="uuid:asal", age=age)[1] for age in (10, 11, 12, 13)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda edit: send(url, edit), edits))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    assert office.count(submissions.quarantine) == 3
    assert office.count(cases.event) == 2


def test_a_closed_form_still_answers_what_it_took_before(office: Office, url: str, form: Schema) -> None:
    _, xml = intake(form, foto="1.jpg")
    assert send(url, xml).status == 201
    path = f"/v1/projects/{office.project}/forms/abh_laporan_awal"
    assert office.as_("rina").ask("PATCH", path, {"state": "closed"}).status == 200
    assert send(url, xml, {"1.jpg": b"foto"}).status == 201
    with office.store.read() as db:
        assert db.execute(submissions.attachment.select()).one().size == 4
    refused = send(url, intake(form)[1])
    assert refused.status == 409
    assert told(refused)


def test_a_correction_that_names_another_case_asks_a_person(office: Office, url: str, form: Schema) -> None:
    (first, a), (second, b) = intake(form), intake(form)
    for xml in (a, b):
        assert send(url, xml).status == 201
    asesmen = office.schema("abh_asesmen")
    assert send(url, follow_up(asesmen, first, {}, instance="uuid:f0")).status == 201
    assert send(url, follow_up(asesmen, second, {}, instance="uuid:f1", deprecatedID="uuid:f0")).status == 201
    assert (office.case(first)["openSteps"], office.case(second)["openSteps"]) == (["s06"], ["s03"])
    address = f"/v1/projects/{office.project}/unlinked"
    (waiting,) = office.as_("hadi").get(address).json
    assert waiting["reason"] == "unplaced.other_case"
    assert office.as_("hadi").post(f"{address}/{waiting['id']}/link", {"caseId": second}).status == 200
    assert office.case(second)["openSteps"] == ["s06"]


def test_an_older_revision_typed_or_linked_late_never_overrules_its_correction(
    office: Office, url: str, form: Schema
) -> None:
    case, xml = intake(form, instance="uuid:v0", age=11, version="belum-terbit")
    assert send(url, xml).status == 201
    assert send(url, intake(form, case=case, instance="uuid:v1", deprecatedID="uuid:v0", age=15)[1]).status == 201
    assert office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json == []
    with office.store.read() as db:
        kept = db.execute(submissions.revision.select().where(submissions.revision.c.instance_id == "uuid:v0")).one()
        version = db.execute(forms.form_version.select().where(forms.form_version.c.form_id == kept.form_id)).one()
    with office.store.write() as tx:
        row = {**version._mapping, "id": 9999, "version": "belum-terbit"}
        tx.execute(forms.form_version.insert(), row)
        tx.audit(None, "form.publish")
    assert type_waiting(office.store, office.project, kept.form_id, "belum-terbit") == 1
    assert office.case(case)["facts"]["usia_saat_kejadian"] == 15


def test_a_waiting_submission_is_linked_with_its_correction_once_by_whoever_is_first(
    office: Office, url: str, form: Schema
) -> None:
    (case, a), (other, b) = intake(form), intake(form)
    asesmen = office.schema("abh_asesmen")
    nobody = str(uuid4())
    follow = [
        follow_up(asesmen, nobody, {"keterangan": "satu"}, instance="uuid:e0"),
        follow_up(asesmen, nobody, {"keterangan": "dua"}, instance="uuid:e1", deprecatedID="uuid:e0"),
    ]
    for xml in (a, b, *follow):
        assert send(url, xml).status == 201
    address = f"/v1/projects/{office.project}/unlinked"
    waiting = office.as_("hadi").get(address).json
    assert len(waiting) == 2
    asked = [(waiting[0]["id"], case), (waiting[1]["id"], other), (waiting[0]["id"], other)]
    with ThreadPoolExecutor(3) as pool:
        linked = pool.map(lambda ask: office.as_("hadi").post(f"{address}/{ask[0]}/link", {"caseId": ask[1]}), asked)
    assert sorted(answer.status for answer in linked) == [200, 404, 404]
    assert office.as_("hadi").get(address).json == []
    assert sorted([office.case(case)["openSteps"], office.case(other)["openSteps"]]) == [["s03"], ["s06"]]


def test_the_same_files_in_parallel_are_one_each(office: Office, url: str, form: Schema) -> None:
    _, xml = intake(form, foto="1.jpg")
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda n: send(url, xml, {"1.jpg": b"a", "tak terduga": b"b", f"{n % 2}": b""}), range(8))
    assert {answer.status for answer in answers} == {201}
    assert office.count(submissions.attachment) == 4


def test_one_correction_sent_many_times_at_once_is_taken_each_time(office: Office, url: str, form: Schema) -> None:
    for number in range(3):
        case, xml = intake(form)
        instance = etree.fromstring(xml).findtext(".//instanceID")
        _, edit = intake(form, case=case, age=14, instance=f"uuid:perbaikan-{number}", deprecatedID=instance)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda sent: send(url, sent), [edit, xml] * 4 + [edit] * 8))
        assert {answer.status for answer in answers} == {201}, [told(answer) for answer in answers]
    assert (office.count(submissions.submission), office.count(submissions.revision)) == (3, 6)
    assert office.count(submissions.held_edit) == office.count(submissions.quarantine) == 0


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_phones_get_their_forms_while_somebody_else_writes_for_long(office: Office, url: str, form: Schema) -> None:
    """PostgreSQL has no such lock: its readers never wait, and neither do writers of other rows."""
    held = sqlite3.connect(office.store.data / "alur.sqlite", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        assert ask(url, "GET", "/formList").status == 200
        busy = send(url, intake(form)[1])
        assert (busy.status, busy.headers["retry-after"]) == (503, "10")
        assert told(busy)
    finally:
        held.execute("ROLLBACK")
        held.close()
    assert send(url, intake(form)[1]).status == 201


def metric(office: Office, name: str) -> float:
    lines = Client(office.address).get("/metrics").text.splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


def test_what_a_form_predicts_is_kept_beside_the_event_and_decides_nothing(
    office: Office, url: str, form: Schema
) -> None:
    """The rows added at publishing tell the phone its next steps; the server folds for itself and counts."""
    names = {name: path for entity in form.entities for path, name in entity.saves.items()}
    steps, forms_asked = (names[name].rsplit("/", 1)[-1] for name in ("langkah", "formulir"))
    foreseen: dict[str, Any] = {steps: "s03", forms_asked: "abh_asesmen"}
    right, xml = intake(form, **foreseen)
    assert send(url, xml).status == 201
    assert metric(office, "alur_mispredicted_forms") == 0
    foreseen = {steps: "s11", forms_asked: "abh_terminasi"}
    wrong, xml = intake(form, **foreseen)
    assert send(url, xml).status == 201
    assert metric(office, "alur_mispredicted_forms") == 1
    for case, missed in ((right, ""), (wrong, "formulir langkah")):
        assert office.case(case)["openSteps"] == ["s03"]
        with office.store.read() as db:
            (event,) = db.execute(cases.event.select().where(cases.event.c.case_id == case)).all()
            row = db.execute(entities.entity.select().where(entities.entity.c.id == case)).one()
        told = json.loads(event.data)["data"]
        assert (told["mispredicted"], set(told["prediction"]) >= {"langkah", "formulir"}) == (missed, True)
        assert "langkah" not in json.loads(row.data)
        assert json.loads(row.workflow)["langkah"] == "s03"


def test_a_second_file_of_a_name_never_destroys_the_first(office: Office, url: str, form: Schema) -> None:
    _, xml = intake(form, foto="foto.jpg")
    file = '; filename="foto.jpg"'
    body = part("xml_submission_file", xml, '; filename="a.xml"')
    body += part("foto.jpg", b"satu", file) + part("foto.jpg", b"dua", file) + END
    assert ask(url, "POST", "/submission", body, FORM_DATA).status == 201
    for data in (b"tiga", b"dua", b"dua"):
        assert send(url, xml, {"foto.jpg": data}).status == 201
    with office.store.read() as db:
        rows = db.execute(submissions.attachment.select()).all()
    kept = {row.name: (office.store.blobs.get(row.blob), row.expected) for row in rows}
    assert kept["foto.jpg"] == (b"dua", 1)
    assert {data for data, _ in kept.values()} == {b"satu", b"dua", b"tiga"}
    assert all(name == "foto.jpg" or name.endswith(".jpg") for name in kept)
    _, edit = intake(form, foto="foto.jpg", deprecatedID=etree.fromstring(xml).findtext(".//instanceID"))
    assert send(url, edit, {"foto.jpg": b"empat"}).status == 201
    assert office.count(submissions.attachment) == len(rows) + 1


def test_a_file_is_read_back_under_whatever_name_it_came(office: Office, url: str, form: Schema) -> None:
    _, xml = intake(form)
    names = ("a/b.jpg", "../../etc/passwd", "a?b#c %2f.png", "f\U0001f602صادق")
    assert send(url, xml, {name: name.encode() for name in names}).status == 201
    instance = etree.fromstring(xml).findtext(".//instanceID")
    files = f"/v1/projects/{office.project}/forms/{form.form_id}/submissions/{instance}/attachments"
    listed = [row["name"] for row in office.as_("sri").get(files).json if row["exists"]]
    assert sorted(listed) == sorted(names)
    for name in listed:
        answer = office.as_("sri").get(f"{files}/{quote(name, safe='')}")
        assert (answer.status, answer.body) == (200, name.encode())
