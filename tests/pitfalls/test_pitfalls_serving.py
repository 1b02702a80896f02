"""Section B: serving forms."""

import hashlib
import http.client
import sqlite3
from contextlib import closing
from urllib.parse import quote, urlsplit

from lxml import etree

from forms import openrosa as wire
from forms.xlsform import convert
from server.store import entities
from tests.books import form as workbook
from tests.books import from_rows
from tests.office import Answer, Client, Office
from tests.pitfalls.conftest import NOTES, ROWS
from tests.sending import answers_xml, follow_up, intake, send, url_path


def get(url: str, path: str, **headers: str) -> Answer:
    """One GET below a phone's server address, or of a whole address the server gave."""
    target = path if path.startswith("http") else url + path
    parts = urlsplit(target)
    return Client(f"{parts.scheme}://{parts.netloc}").ask("GET", target.split(parts.netloc, 1)[1], None, headers)


def listed(url: str, path: str = "/formList") -> list[dict[str, str]]:
    root = etree.fromstring(get(url, path).body)
    return [{etree.QName(child).localname: child.text or "" for child in item} for item in root]


def manifest_of(url: str, form_id: str) -> list[dict[str, str]]:
    (form,) = [item for item in listed(url) if item["formID"] == form_id]
    return listed(url, form["manifestUrl"])


def test_24_answer_an_error_and_never_an_empty_form_list_when_it_cannot_be_made(office: Office, url: str) -> None:
    assert len(listed(url)) >= 13
    with closing(sqlite3.connect(office.store.data / "alur.sqlite")) as db:
        db.execute("ALTER TABLE form RENAME COLUMN state TO lost")
        db.commit()
        try:
            answer = get(url, "/formList")
        finally:
            db.execute("ALTER TABLE form RENAME COLUMN lost TO state")
            db.commit()
    assert answer.status >= 500
    assert b"<xforms" not in answer.body
    assert etree.fromstring(answer.body).findtext("{*}message")
    assert len(listed(url)) >= 13


def test_25_serve_exactly_the_bytes_of_the_listed_hash_and_one_id_and_version_have_one_for_ever(
    office: Office, url: str
) -> None:
    for item in listed(url):
        assert f"md5:{hashlib.md5(get(url, item['downloadUrl']).body).hexdigest()}" == item["hash"]
    (before,) = [item for item in listed(url) if item["formID"] == NOTES]
    changed = workbook(ROWS.replace("Foto satu", "Foto 1"), settings=f"| | {NOTES} | {before['version']} | Catatan |")
    form = f"/v1/projects/{office.project}/forms/{NOTES}"
    # A draft may be tried under any version; only what phones would get may not change under one they have.
    office.as_("rina").post(f"{form}/draft?ignoreWarnings=true", changed)
    refused = office.as_("rina").post(f"{form}/draft/publish")
    assert (refused.status, refused.json["code"]) in ((409, 409.6), (400, 400.15))
    assert office.as_("rina").ask("DELETE", f"{form}/draft").status == 200
    assert before in listed(url)


def test_26_never_list_a_form_with_an_empty_name_but_by_its_id() -> None:
    named = wire.form_list([wire.ListedForm("tanpa_judul", " ", "1", "0" * 32, "http://x")])
    assert etree.fromstring(named).findtext(".//{*}name") == "tanpa_judul"
    converted = convert(from_rows({"settings": [["form_id", "version"], ["tes", "1"]], "survey": [["type"], ["note"]]}))
    assert "xlsform.no_title" in {finding.code for finding in converted.findings}


def test_27_send_xml_and_the_openrosa_header_on_form_list_manifest_and_integrity(office: Office, url: str) -> None:
    (form,) = [item for item in listed(url) if item["formID"] == "abh_asesmen"]
    (cases,) = [file for file in listed(url, form["manifestUrl"]) if file["filename"] == "kasus_abh.csv"]
    for address in ("/formList", form["manifestUrl"], f"{cases['integrityUrl']}?id=a"):
        answer = get(url, address)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/xml")
        assert answer.headers["x-openrosa-version"] == "1.0"


def test_28_begin_every_hash_with_md5_and_let_it_be_that_of_the_file(url: str) -> None:
    files = [file for item in listed(url) if item.get("manifestUrl") for file in listed(url, item["manifestUrl"])]
    plain = {file["downloadUrl"]: file for file in files if "integrityUrl" not in file}
    assert all(file["hash"].startswith("md5:") for file in files)
    assert plain
    for file in list(plain.values())[:5]:
        assert file["hash"] == f"md5:{hashlib.md5(get(url, file['downloadUrl']).body).hexdigest()}"


def test_29_list_only_files_that_can_be_delivered(url: str) -> None:
    addresses = {
        file["downloadUrl"]
        for item in listed(url)
        if item.get("manifestUrl")
        for file in listed(url, item["manifestUrl"])
    }
    assert len(addresses) > 5
    assert {get(url, address).status for address in addresses} == {200}


def test_30_use_the_callers_own_token_and_host_in_every_address_and_encode_names(office: Office, url: str) -> None:
    seen = etree.fromstring(get(url, "/formList", Host="forms.example:8443").body)
    addresses = [node.text or "" for node in seen.iter("{*}downloadUrl", "{*}manifestUrl")]
    assert addresses
    assert all(address.startswith(f"http://forms.example:8443{url_path(url)}/") for address in addresses)
    other = office.phone_url("Ponsel lain")
    assert all(item["downloadUrl"].startswith(other) for item in listed(other))
    for file in manifest_of(url, "abh_asesmen"):
        assert file["downloadUrl"].endswith(quote(file["filename"], safe=""))


def test_31_challenge_who_comes_without_log_in_with_digest_where_plain_http_is_used(office: Office) -> None:
    parts = urlsplit(office.address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", f"/v1/projects/{office.project}/formList")
    answer = connection.getresponse()
    ways = answer.headers.get_all("WWW-Authenticate") or []
    assert answer.status == 401
    assert ways
    assert ways[0].startswith("Digest ")
    assert etree.fromstring(answer.read()).findtext("{*}message")
    connection.close()


def test_32_answer_403_for_a_revoked_token(office: Office) -> None:
    made = office.as_("rina").post(f"/v1/projects/{office.project}/app-users", {"displayName": "HP hilang"}).json
    mine = f"{office.address}/v1/key/{made['token']}/projects/{office.project}"
    assert get(mine, "/formList").status == 200
    office.as_("rina").ask("DELETE", f"/v1/projects/{office.project}/app-users/{made['id']}")
    assert get(mine, "/formList").status == 403
    assert send(mine, b"<data/>").status == 403


def test_33_ignore_the_device_and_unknown_parameters_everywhere(office: Office, url: str) -> None:
    (form,) = [item for item in listed(url) if item["formID"] == "abh_asesmen"]
    (cases,) = [file for file in listed(url, form["manifestUrl"]) if file["filename"] == "kasus_abh.csv"]
    more = "deviceID=collect%3Aabc&apa=saja"
    for address in ("/formList", form["downloadUrl"], form["manifestUrl"], cases["downloadUrl"]):
        assert get(url, f"{address}?{more}").status == 200
    assert get(url, f"{cases['integrityUrl']}?id=a&{more}").status == 200
    head = Client(office.address).ask("HEAD", f"{url_path(url)}/submission?{more}")
    assert head.status == 204


def test_34_set_no_cache_and_an_etag_and_answer_304(url: str) -> None:
    (form,) = [item for item in listed(url) if item["formID"] == "abh_asesmen"]
    (cases,) = [file for file in listed(url, form["manifestUrl"]) if file["filename"] == "kasus_abh.csv"]
    for address in (form["downloadUrl"], cases["downloadUrl"]):
        first = get(url, address)
        assert "no-cache" in first.headers["cache-control"]
        again = get(url, address, **{"If-None-Match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b"")


def test_35_refuse_or_warn_of_a_submission_url_in_the_form() -> None:
    settings = [["form_id", "version", "form_title", "submission_url"], ["tes", "1", "Tes", "https://lain.example/s"]]
    found = convert(from_rows({"settings": settings, "survey": [["type", "name", "label"], ["text", "a", "A"]]}))
    assert [item.place.address for item in found.findings if item.place and item.level != "note"] == ["settings!D2"]


def test_66_change_the_manifests_hash_when_a_row_a_property_or_the_callers_rows_change_and_not_otherwise(
    office: Office, url: str
) -> None:
    def state() -> str:
        (cases,) = [file for file in manifest_of(url, "abh_asesmen") if file["filename"] == "kasus_abh.csv"]
        return cases["hash"]

    before = state()
    assert state() == before
    send(url, answers_xml(NOTES, "7", {"nama": "bukan kasus"}))
    assert state() == before
    report = office.schema("abh_laporan_awal")
    case, xml = intake(report)
    assert send(url, xml).status == 201
    with_row = state()
    assert with_row != before
    assert send(url, xml).status == 201
    assert state() == with_row
    assert send(url, follow_up(office.schema("abh_asesmen"), case, {"catatan_asesmen": "x"})).status == 201
    assert state() != with_row


def test_67_answer_integrity_with_true_for_deleted_and_no_longer_visible_ids_and_never_fail_it(
    office: Office, url: str
) -> None:
    (cases,) = [file for file in manifest_of(url, "abh_asesmen") if file["filename"] == "kasus_abh.csv"]
    case, xml = intake(office.schema("abh_laporan_awal"))
    assert send(url, xml).status == 201

    def told(*ids: str, by: str = url) -> dict[str, str]:
        answer = get(url, f"{cases['integrityUrl'].replace(url, by)}?id={','.join(ids)}")
        assert answer.status == 200
        return {node.get("id") or "": node.findtext("deleted") or "" for node in etree.fromstring(answer.body)[0]}

    assert told(case) == {case: "false"}
    assert told(case, by=office.phone_url("HP Tono", "tono")) == {case: "true"}
    with office.store.write() as tx:
        changes = {"deleted_at": "2026-03-02T00:00:00.000Z"}
        tx.execute(entities.entity.update().where(entities.entity.c.id == case), changes)
        tx.audit(None, "test.gone")
    assert told(case, "bukan-id", "", "%2C") == {case: "true"}
