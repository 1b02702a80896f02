"""Section A: receiving submissions."""

import http.client
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from lxml import etree
from sqlalchemy import select

from forms import openrosa as wire
from forms import schema, submission
from forms.submission import SubmissionError
from forms.xlsform import convert
from server.store import Store
from server.store.submissions import attachment, revision
from tests.books import from_rows
from tests.office import Answer, Office
from tests.pitfalls.conftest import NOTES, VERSION
from tests.sending import BOUNDARY, answers_xml, multipart, send, url_path

OPENROSA = {"X-OpenRosa-Version": "1.0"}
FORM_DATA = {**OPENROSA, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def new_id() -> str:
    return f"uuid:{uuid4()}"


def note(instance: str, version: str = VERSION, **answers: str) -> bytes:
    return answers_xml(NOTES, version, {"nama": "Sari", **answers}, instance=instance)


def edit(instance: str, base: str, **answers: str) -> bytes:
    return answers_xml(NOTES, VERSION, {"nama": "Sari", **answers}, instance=instance, deprecatedID=base)


def sentence(answer: Answer) -> str:
    """What Collect shows."""
    return etree.fromstring(answer.body).findtext("{*}message") or ""


def files(office: Office, path: str, instance: str) -> dict[str, bool]:
    return {row["name"]: row["exists"] for row in office.as_("hadi").get(f"{path}/{instance}/attachments").json}


def rows_with(office: Office, instance: str) -> int:
    with office.store.read() as db:
        return len(db.execute(select(revision.c.id).where(revision.c.instance_id == instance)).all())


def raw(
    url: str, method: str, body: bytes | Iterable[bytes] | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """One request to /submission; an iterable body goes in chunks, without a length."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    chunked = body is not None and not isinstance(body, bytes)
    sent = {**OPENROSA, **(headers or {}), **({"Transfer-Encoding": "chunked"} if chunked else {})}
    try:
        connection.request(method, f"{url_path(url)}/submission", body, sent, encode_chunked=chunked)
        got = connection.getresponse()
        return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
    finally:
        connection.close()


def test_01_accept_the_same_submission_twice_with_identical_xml_and_keep_the_first_when_it_differs(
    office: Office, url: str, path: str
) -> None:
    xml = note(one := new_id())
    assert [send(url, xml).status, send(url, xml).status] == [201, 201]
    changed = send(url, xml.replace(b"Sari", b"Sarj"))
    assert changed.status == 409
    assert sentence(changed)
    assert office.as_("hadi").get(f"{path}/{one}.xml").body == xml
    assert rows_with(office, one) == 1


def test_02_merge_attachments_of_several_posts_in_any_order_hours_apart_and_show_how_many_are_there(
    office: Office, url: str, path: str
) -> None:
    xml = note(one := new_id(), foto1="a.jpg", foto2="b.jpg", suara="c.m4a")
    assert send(url, xml, {"c.m4a": b"c"}).status == 201
    assert files(office, path, one) == {"a.jpg": False, "b.jpg": False, "c.m4a": True}
    office.clock.advance(hours=5)
    answer = send(url, xml, {"b.jpg": b"b"})
    assert answer.status == 201
    assert "1" in sentence(answer)
    office.clock.advance(hours=3)
    assert send(url, xml, {"a.jpg": b"a"}).status == 201
    assert files(office, path, one) == {"a.jpg": True, "b.jpg": True, "c.m4a": True}
    assert office.as_("hadi").get(f"{path}/{one}/attachments/b.jpg").body == b"b"


def test_03_ignore_the_sign_of_more_to_come_completeness_is_told_by_the_file_names_of_the_xml(
    office: Office, url: str, path: str
) -> None:
    flag = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n'.encode()
    xml = note(whole := new_id(), foto1="a.jpg")
    with_flag = send(url, None, body=flag + multipart(xml, {"a.jpg": b"a"}))
    xml = note(partly := new_id(), foto1="a.jpg")
    without = send(url, xml)
    assert (with_flag.status, without.status) == (201, 201)
    assert files(office, path, whole) == {"a.jpg": True}
    assert files(office, path, partly) == {"a.jpg": False}
    assert sentence(with_flag) != sentence(without)


def test_04_never_discard_an_uploaded_part_that_matches_nothing_but_keep_it_with_the_record(
    office: Office, url: str, path: str
) -> None:
    one = new_id()
    assert send(url, note(one), {"tak-dikenal.bin": b"\x00\x01"}).status == 201
    assert files(office, path, one) == {"tak-dikenal.bin": True}
    assert office.as_("hadi").get(f"{path}/{one}/attachments/tak-dikenal.bin").body == b"\x00\x01"
    with office.store.read() as db:
        kept = db.execute(select(attachment.c.expected).where(attachment.c.name == "tak-dikenal.bin")).scalars()
        assert list(kept) == [0]


def test_05_be_durable_before_answering_and_answer_within_60_seconds(office: Office, url: str) -> None:
    begun = time.monotonic()
    one = new_id()
    assert send(url, note(one, foto1="a.jpg"), {"a.jpg": b"durable"}).status == 201
    assert time.monotonic() - begun < 60
    # Another process, which knows only what is on the disk.
    other = Store(Path(office.store.data))
    with other.read() as db:
        key = db.execute(select(revision.c.id).where(revision.c.instance_id == one)).scalar_one()
        blob = db.execute(select(attachment.c.blob).where(attachment.c.revision_id == key)).scalar_one()
    assert other.blobs.get(blob) == b"durable"
    other.close()


def test_06_answer_success_with_201_only_for_new_again_and_edited(url: str) -> None:
    xml = note(one := new_id())
    assert [send(url, xml).status, send(url, xml).status, send(url, edit(new_id(), one)).status] == [201, 201, 201]


def test_07_answer_head_on_submission_with_204_and_the_openrosa_headers(url: str) -> None:
    answer = raw(url, "HEAD")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert int(answer.headers["x-openrosa-accept-content-length"]) > 0


def test_08_put_a_plain_sentence_in_every_refusal_and_not_use_401_for_no_right(office: Office, url: str) -> None:
    revoked = url.replace("/key/", "/key/x")
    huge = multipart(b"<data>" + b" " * (21 * 2**20) + b"</data>")
    refusals = {
        400: raw(url, "POST", b"bukan multipart", FORM_DATA),
        403: send(revoked, note(new_id())),
        404: send(url, answers_xml("tidak_ada", "1", {}, instance=new_id())),
        413: raw(url, "POST", huge, FORM_DATA),
    }
    assert {status: answer.status for status, answer in refusals.items()} == {status: status for status in refusals}
    assert all(len(sentence(answer)) > 20 for answer in refusals.values())
    foreign = office.as_("bambang").ask("POST", f"/v1/projects/{office.project}/submission", b"", FORM_DATA)
    assert foreign.status in (403, 404)
    assert sentence(foreign)


def test_09_compare_instance_ids_without_the_whitespace_around_them(office: Office, url: str, path: str) -> None:
    pretty = note(f"\n  {(one := new_id())}\n ")
    assert send(url, pretty).status == 201
    assert office.as_("hadi").get(f"{path}/{one}.xml").body == pretty
    assert send(url, note(one)).status == 409
    assert send(url, edit(new_id(), f"\n {one} ")).status == 201


@pytest.mark.parametrize(
    "meta",
    [
        "<meta><instanceID>{}</instanceID></meta>",
        '<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>{}</orx:instanceID></orx:meta>',
        '<jr:meta xmlns:jr="http://openrosa.org/javarosa"><jr:instanceID>{}</jr:instanceID></jr:meta>',
    ],
)
@pytest.mark.parametrize("version", ['version="7"', 'xmlns:o="http://openrosa.org/xforms" o:version="7"'])
def test_10_find_meta_and_version_in_any_namespace_or_prefix(
    office: Office, url: str, path: str, meta: str, version: str
) -> None:
    xml = f'<data id="{NOTES}" {version}><nama>Sari</nama>{meta.format(one := new_id())}</data>'.encode()
    assert send(url, xml).status == 201
    assert office.as_("hadi").get(f"{path}/{one}").json["currentVersion"]["formVersion"] == VERSION


def test_11_refuse_a_submission_without_id_but_of_a_form_without_ids_take_the_hash_so_that_retries_are_one(
    office: Office, url: str
) -> None:
    """As ruling 48 amends it."""
    refused = send(url, note(""))
    assert refused.status == 400
    assert "instanceID" in sentence(refused)
    # No form of a workbook is without ids, so none can multiply: leaving them out is refused with its cell.
    converted = convert(
        from_rows(
            {
                "settings": [["form_id", "version", "omit_instanceID", "form_title"], ["tanpa_id", "1", "yes", "T"]],
                "survey": [["type", "name", "label"], ["text", "nama", "Nama"]],
            }
        )
    )
    assert [(item.code, item.place and item.place.address) for item in converted.findings if item.level == "error"] == [
        ("xlsform.omit_instance_id", "settings!C2")
    ]
    # A definition made elsewhere that has none: the bytes are the name, also of an envelope there is no other.
    assert not schema.read(
        "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head><model>"
        "<instance><data id='tanpa_id'><nama/></data></instance></model></h:head></h:html>"
    ).has_instance_id
    sealed = f'<data id="{NOTES}" version="7" encrypted="yes" xmlns="http://opendatakit.org/submissions"/>'
    assert send(url, sealed.encode()).status == 400


def test_12_treat_a_missing_version_as_empty_trim_versions_and_decode_entities_in_them() -> None:
    def head(attribute: str) -> str:
        xml = f'<data id="f" {attribute}><meta><instanceID>uuid:1</instanceID></meta></data>'
        return submission.head(xml.encode()).version

    assert head("") == head('version=""') == ""
    assert head('version=" 2 "') == "2"
    assert head('version="1&amp;2"') == "1&2"
    settings = [["form_id", "version", "form_title"], ["tes", " 2 ", "Tes"]]
    spaced = convert(from_rows({"settings": settings, "survey": [["type", "name", "label"], ["text", "a", "A"]]}))
    assert spaced.xform is None or 'version="2"' in spaced.xform
    listed = wire.form_list([wire.ListedForm("f&g", "N", "1&2", "0" * 32, "http://x/?a=1&b=2")])
    assert etree.fromstring(listed).findtext(".//{*}version") == "1&2"


def test_13_accept_every_published_version_also_while_closing_and_refuse_only_a_closed_form_saying_whom_to_call(
    office: Office, url: str, path: str
) -> None:
    form = f"/v1/projects/{office.project}/forms/{NOTES}"
    drafted = office.as_("rina").post(f"{form}/draft")
    assert drafted.status == 200, drafted.text
    assert office.as_("rina").post(f"{form}/draft/publish?version=8").status == 200
    one = new_id()
    assert send(url, note(one, VERSION)).status == 201
    assert send(url, note(new_id(), "8")).status == 201
    assert office.as_("hadi").get(f"{path}/{one}").json["currentVersion"]["formVersion"] == VERSION
    try:
        office.as_("rina").ask("PATCH", form, {"state": "closing"})
        two = new_id()
        assert send(url, note(two)).status == 201
        office.as_("rina").ask("PATCH", form, {"state": "closed"})
        refused = send(url, note(new_id()))
        assert refused.status == 409
        assert "Dinas Sosial Kota Pasuruan" in sentence(refused)
        # What was taken before is still answered: the phone only missed it.
        assert send(url, note(two)).status == 201
    finally:
        office.as_("rina").ask("PATCH", form, {"state": "open"})


def test_14_keep_a_deleted_submissions_id_reserved_and_answer_409_without_a_second_record(
    office: Office, url: str, path: str
) -> None:
    xml = note(one := new_id())
    send(url, xml)
    assert office.as_("hadi").ask("DELETE", f"{path}/{one}").status == 200
    assert [send(url, xml).status, send(url, note(one, nama="Lain")).status] == [409, 409]
    assert office.as_("hadi").ask("POST", path, xml).json["code"] == 409.18
    assert rows_with(office, one) == 1


@pytest.mark.parametrize("name", ["f😂le3صادق", "fîlé2.bin", "foto rumah (1).jpg"])
def test_15_store_file_names_of_any_letters_fetchable_and_downloadable(
    office: Office, url: str, path: str, name: str
) -> None:
    one = new_id()
    assert send(url, note(one, foto1=name), {name: b"isi"}).status == 201
    got = office.as_("hadi").get(f"{path}/{one}/attachments/{name}")
    assert (got.status, got.body) == (200, b"isi")
    assert got.headers["content-disposition"].endswith(f"filename*=UTF-8''{quote(name, safe='')}")


def test_16_treat_two_references_to_one_name_as_one_slot_and_one_content_under_two_names_as_two(
    office: Office, url: str, path: str
) -> None:
    one = new_id()
    assert send(url, note(one, foto1="a.jpg", foto2="a.jpg"), {"a.jpg": b"sama"}).status == 201
    assert files(office, path, one) == {"a.jpg": True}
    two = new_id()
    assert send(url, note(two, foto1="a.jpg", foto2="b.jpg"), {"a.jpg": b"sama"}).status == 201
    assert files(office, path, two) == {"a.jpg": True, "b.jpg": False}


def test_17_accept_empty_files_missing_types_and_types_that_lie_and_serve_none_of_them_as_a_page(
    office: Office, url: str, path: str
) -> None:
    xml = note(one := new_id(), foto1="kosong.jpg", foto2="halaman.html", suara="suara.m4a")
    body = multipart(xml)[: -len(f"--{BOUNDARY}--\r\n")]
    for name, kind, data in (
        ("kosong.jpg", None, b""),
        ("halaman.html", "text/html", b"<script>alert(1)</script>"),
        ("suara.m4a", "image/jpeg", b"ID3"),
    ):
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        body += (head + (f"Content-Type: {kind}\r\n" if kind else "") + "\r\n").encode() + data + b"\r\n"
    assert send(url, None, body=body + f"--{BOUNDARY}--\r\n".encode()).status == 201
    for name, data in (("kosong.jpg", b""), ("halaman.html", b"<script>alert(1)</script>"), ("suara.m4a", b"ID3")):
        got = office.as_("hadi").get(f"{path}/{one}/attachments/{name}")
        assert got.body == data
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-type"] == "application/octet-stream"


def test_18_accept_chunked_bodies_without_a_length_and_hold_the_limit_while_reading(
    office: Office, url: str, path: str
) -> None:
    body = multipart(note(one := new_id(), foto1="a.jpg"), {"a.jpg": b"x" * 70_000})
    parts = (body[start : start + 9000] for start in range(0, len(body), 9000))
    assert raw(url, "POST", parts, FORM_DATA).status == 201
    assert len(office.as_("hadi").get(f"{path}/{one}/attachments/a.jpg").body) == 70_000
    too_much = multipart(b"<data>" + b" " * (21 * 2**20) + b"</data>")
    pieces = (too_much[start : start + 2**20] for start in range(0, len(too_much), 2**20))
    refused = raw(url, "POST", pieces, FORM_DATA)
    assert (refused.status, bool(sentence(refused))) == (413, True)


def test_19_not_unpack_an_upload_because_a_header_says_it_is_packed(office: Office, url: str, path: str) -> None:
    one = new_id()
    assert send(url, note(one, foto1="peta.gz")).status == 201
    put = office.as_("hadi").ask(
        "POST", f"{path}/{one}/attachments/peta.gz", b"tidak dimampatkan", {"Content-Encoding": "gzip"}
    )
    assert put.json == {"success": True}
    assert office.as_("hadi").get(f"{path}/{one}/attachments/peta.gz").body == b"tidak dimampatkan"


def test_20_never_trust_the_clients_clock_but_keep_our_own_moment(office: Office, url: str, path: str) -> None:
    headers = {**FORM_DATA, "Date": "Mon, 01 Jan 1990 11:00:00 GMT"}
    one = new_id()
    assert raw(url, "POST", multipart(note(one)), headers).status == 201
    told = office.as_("hadi").get(f"{path}/{one}").json["createdAt"]
    assert told.startswith(office.clock.now.isoformat()[:16])


def test_21_keep_root_old_versions_and_files_on_edit_and_ask_to_retry_when_its_base_is_missing_or_outdated(
    office: Office, url: str, path: str
) -> None:
    first = note(one := new_id(), foto1="a.jpg")
    send(url, first, {"a.jpg": b"lama"})
    second = edit(two := new_id(), one, foto1="a.jpg", foto2="b.jpg")
    assert send(url, second, {"b.jpg": b"baru"}).status == 201
    now = office.as_("hadi").get(f"{path}/{one}").json
    assert (now["instanceId"], now["currentVersion"]["instanceId"], now["reviewState"]) == (one, two, "edited")
    assert files(office, path, one) == {"a.jpg": True, "b.jpg": True}
    assert office.as_("hadi").get(f"{path}/{one}/attachments/a.jpg").body == b"lama"
    assert office.as_("hadi").get(f"{path}/{one}/versions/{one}.xml").body == first
    assert send(url, edit(new_id(), one)).status == 409
    # Held until its base arrives, or refused so that the phone tries again: never a record without its first version.
    early = edit(three := new_id(), four := new_id())
    status = send(url, early).status
    assert status in (201, 202, 404)
    assert send(url, note(four)).status == 201
    if status == 404:
        assert send(url, early).status == 201
    after = office.as_("hadi").get(f"{path}/{four}").json
    assert (after["instanceId"], after["currentVersion"]["instanceId"]) == (four, three)


def test_22_accept_an_instance_id_that_another_form_or_office_has(office: Office, url: str, path: str) -> None:
    xml = note(one := new_id())
    assert send(url, xml).status == 201
    report = office.schema("abh_laporan_awal")
    other = answers_xml("abh_laporan_awal", report.version, {"inisial": "A."}, schema=report, instance=one)
    assert send(url, other).status == 201
    assert office.as_("hadi").get(f"{path}/{one}.xml").body == xml
    assert rows_with(office, one) == 2


@pytest.mark.parametrize(
    ("xml", "status"),
    [
        (b"<data id='catatan' version='7'><nama>", 400),
        (b"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><data id='catatan' version='7'>&x;</data>", 400),
        (b"<data id='catatan' version='7'>" + b"<a/>" * 100_000 + b"</data>", 400),
        (b"<data id='catatan' version='7'><nama>\x00</nama></data>", 400),
    ],
)
def test_23_survive_xml_that_is_no_xml_or_an_attack_and_take_odd_but_legal_one(
    office: Office, url: str, path: str, xml: bytes, status: int
) -> None:
    begun = time.monotonic()
    refused = send(url, xml)
    assert (refused.status, bool(sentence(refused))) == (status, True)
    assert b"root:" not in refused.body
    assert time.monotonic() - begun < 10
    odd = b"\xef\xbb\xbf<?xml version='1.0' standalone='yes'?>\r\n<!-- sebelum -->\r\n" + note(one := new_id()).replace(
        b"<nama>Sari</nama>", "<nama><![CDATA[Sari & 😀]]></nama>\r\n".encode()
    )
    assert send(url, odd).status == 201
    assert office.as_("hadi").get(f"{path}/{one}.xml").body == odd


def test_23_survive_what_a_library_would_choke_on() -> None:
    for bad in (b"", b"\xff\xfe", b"<" * 1000, b"<a" + b" b='1'" * 2, b"\xef\xbb\xbf"):
        with pytest.raises(SubmissionError):
            submission.parse(bad)
