"""Forms for programs: what pyodk, ruODK and curl read and upload."""

import hashlib

import pytest

from server.actions.bundle import Upload
from server.actions.publish import check_bundle
from server.store import forms
from tests.books import form as workbook
from tests.books import from_rows
from tests.office import XLSFORMS, Office
from tests.phone.collect import Phone

BASE = "abh_asesmen"
# Keys pyodk's model wants to see in every form, whatever their value.
PYODK = {
    "projectId",
    "xmlFormId",
    "version",
    "hash",
    "state",
    "createdAt",
    "name",
    "enketoId",
    "keyId",
    "updatedAt",
    "publishedAt",
}


@pytest.fixture
def path(office: Office) -> str:
    return f"/v1/projects/{office.project}/forms"


def survey(version: str = "1", extra: str = "", form_id: str = "kunjungan_panti") -> bytes:
    rows = f"| | text | nama | Nama | | | | | | |\n| | integer | umur | Umur | | | | | | |{extra}"
    return workbook(rows, settings=f"| | {form_id} | {version} | Kunjungan panti |")


def test_the_offices_forms_are_listed_as_pyodk_reads_them(office: Office, path: str) -> None:
    listed = office.as_("sri").get(path).json
    assert len(listed) >= 13
    assert {row["xmlFormId"] for row in listed} >= {"abh_laporan_awal", BASE}
    for row in listed:
        assert set(row) >= PYODK
        assert isinstance(row["version"], str)
        assert row["publishedAt"]


def test_a_forms_hash_is_of_the_bytes_phones_download(office: Office, path: str) -> None:
    row = office.as_("sri").get(f"{path}/{BASE}").json
    xml = office.as_("sri").get(f"{path}/{BASE}.xml")
    assert xml.headers["content-type"].startswith("application/xml")
    assert hashlib.md5(xml.body).hexdigest() == row["hash"]
    assert hashlib.sha256(xml.body).hexdigest() == row["sha256"]
    again = office.as_("sri").ask("GET", f"{path}/{BASE}.xml", None, {"If-None-Match": xml.headers["etag"]})
    assert again.status == 304


def test_the_workbook_comes_back_as_it_was_published(office: Office, path: str) -> None:
    got = office.as_("sri").get(f"{path}/{BASE}.xlsx")
    published = next(XLSFORMS.rglob(f"{BASE}.xlsx")).read_bytes()
    assert got.body == published
    assert "attachment" in got.headers["content-disposition"]


def test_fields_carry_what_ruodk_needs(office: Office, path: str) -> None:
    fields = office.as_("sri").get(f"{path}/abh_laporan_awal/fields?odata=true").json
    assert all(set(field) == {"path", "name", "type", "binary", "selectMultiple"} for field in fields)
    assert "jenis_masuk" in {field["name"] for field in fields}


def test_extended_metadata_counts_submissions(office: Office, path: str) -> None:
    headers = {"X-Extended-Metadata": "true"}
    row = office.as_("sri").ask("GET", f"{path}/{BASE}", None, headers).json
    assert row["submissions"] == 0
    assert row["reviewStates"] == {"received": 0, "hasIssues": 0, "edited": 0}


def test_the_list_of_cases_a_form_picks_from_can_be_read(office: Office, path: str) -> None:
    files = office.as_("sri").get(f"{path}/{BASE}/attachments").json
    cases = next(file for file in files if file["name"] == "kasus_abh.csv")
    assert cases["exists"]
    assert cases["datasetExists"]
    got = office.as_("sri").get(f"{path}/{BASE}/attachments/kasus_abh.csv")
    assert got.text.startswith("name,label,")
    assert office.as_("sri").get(f"{path}/{BASE}/attachments/lain.csv").status == 404


def test_a_form_is_published_in_one_request(office: Office, path: str) -> None:
    made = office.as_("rina").post(f"{path}?publish=true", survey())
    assert made.status == 200, made.text
    assert (made.json["xmlFormId"], made.json["version"]) == ("kunjungan_panti", "1")
    assert made.json["publishedAt"]
    again = office.as_("rina").post(f"{path}?publish=true", survey())
    assert (again.status, again.json["code"]) == (409, 409.3)


def test_a_draft_is_not_published_until_it_is(office: Office, path: str) -> None:
    made = office.as_("rina").post(f"{path}?publish=False", survey())
    assert made.status == 200, made.text
    assert made.json["publishedAt"] is None
    assert office.as_("sri").get(f"{path}/kunjungan_panti/draft").status == 200
    assert office.as_("sri").get(f"{path}/kunjungan_panti/draft/fields").status == 200
    assert office.as_("rina").post(f"{path}/kunjungan_panti/draft/publish").json == {"success": True}
    assert office.as_("sri").get(f"{path}/kunjungan_panti").json["publishedAt"]
    assert office.as_("rina").post(f"{path}/kunjungan_panti/draft/publish").status == 404


def test_a_second_version_follows_and_the_first_stays_readable(office: Office, path: str) -> None:
    office.as_("rina").post(f"{path}?publish=true", survey())
    more = "\n| | text | alamat | Alamat | | | | | | |"
    draft = office.as_("rina").post(f"{path}/kunjungan_panti/draft", survey("2", more))
    assert draft.json == {"success": True}, draft.text
    assert office.as_("rina").post(f"{path}/kunjungan_panti/draft/publish").status == 200
    versions = office.as_("sri").get(f"{path}/kunjungan_panti/versions").json
    assert [row["version"] for row in versions] == ["2", "1"]
    first = office.as_("sri").get(f"{path}/kunjungan_panti/versions/1/fields").json
    assert "alamat" not in {field["name"] for field in first}


def test_a_draft_of_another_form_is_refused(office: Office, path: str) -> None:
    office.as_("rina").post(f"{path}?publish=true", survey())
    wrong = office.as_("rina").post(f"{path}/kunjungan_panti/draft", survey("2", form_id="lain"))
    assert (wrong.status, wrong.json["code"]) == (400, 400.8)


@pytest.mark.parametrize("body", [b"bukan excel", b"PK\x03\x04 rusak", b""])
def test_what_is_no_workbook_is_refused(office: Office, path: str, body: bytes) -> None:
    answer = office.as_("rina").post(f"{path}?publish=true", body)
    assert answer.status == 400
    assert office.count(forms.form) == 13


def test_a_faulty_workbook_is_refused_with_the_cell_to_correct(office: Office, path: str) -> None:
    faulty = survey(extra="\n| | text | umur | Dua kali | | | | | | |")
    answer = office.as_("rina").post(f"{path}?publish=true", faulty)
    assert (answer.status, answer.json["code"]) == (400, 400.15)
    places = [finding for finding in answer.json["details"]["findings"] if finding["level"] == "error"]
    assert places[0]["sheet"] == "survey"
    assert places[0]["row"]
    assert answer.json["details"]["error"]


def test_a_lost_picture_does_not_keep_a_form_from_phones_but_a_lost_list_does(office: Office, path: str) -> None:
    """As the office of ODK Central it came from had it: the logo was never uploaded."""
    book = from_rows(
        {
            "settings": [["form_id", "version", "form_title"], ["panti_logo", "1", "Panti"]],
            "survey": [
                ["type", "name", "label", "media::image", "calculation"],
                ["note", "kepala", "Panti", "logo panti.png", None],
                ["text", "nama", "Nama", None, None],
                ["calculate", "alamat", None, None, "pulldata('panti', 'alamat', 'name', ${nama})"],
            ],
        }
    )
    uploads = [Upload("panti_logo.xlsx", book), Upload("media/panti.csv", b"name,alamat\nMelati,Jl. Mawar 1\n")]
    bundle = check_bundle(office.store, office.viewer("rina"), office.project, uploads)
    told = [(one.level, one.place.address) for one in bundle.findings if one.code == "form.shown_missing" and one.place]
    assert told == [("warning", "survey!D2")]

    rina = office.as_("rina")
    assert rina.post(f"{path}?ignoreWarnings=true", book).status == 200
    draft = f"{path}/panti_logo/draft"
    refused = rina.post(f"{draft}/publish").json
    (finding,) = refused["details"]["findings"]
    assert (finding["code"], finding["address"]) == ("form.media_missing", "survey!E4")
    assert rina.ask("POST", f"{draft}/attachments/panti.csv", b"name,alamat\nMelati,Jl. Mawar 1\n").status == 200
    assert rina.post(f"{draft}/publish").json == {"success": True}
    phone = Phone(office.phone_url()).sync()
    assert set(phone.installed["panti_logo"].files) == {"panti.csv"}
    assert phone.resend(phone.report("panti_logo", {"nama": "Melati"})).status == 201


def test_a_form_is_closed_and_opened_again(office: Office, path: str) -> None:
    closed = office.as_("rina").ask("PATCH", f"{path}/{BASE}", {"state": "closed"})
    assert closed.json["state"] == "closed"
    assert office.as_("rina").ask("PATCH", f"{path}/{BASE}", {"state": "hilang"}).json["code"] == 400.8
    assert office.as_("rina").ask("PATCH", f"{path}/{BASE}", {"state": "open"}).json["state"] == "open"


def test_an_app_user_is_made_as_pyodk_makes_one(office: Office) -> None:
    project = f"/v1/projects/{office.project}"
    made = office.as_("rina").post(f"{project}/app-users", {"displayName": "HP regu", "shift": "rehsos"})
    assert set(made.json) >= {
        "projectId",
        "id",
        "displayName",
        "createdAt",
        "type",
        "token",
        "updatedAt",
        "deletedAt",
    }
    given = office.as_("rina").post(f"{project}/forms/{BASE}/assignments/2/{made.json['id']}")
    assert given.json == {"success": True}
    phone = office.as_(None).get(f"/v1/key/{made.json['token']}/projects/{office.project}/formList")
    assert phone.status == 200
    gone = office.as_("rina").ask("DELETE", f"{project}/app-users/{made.json['id']}")
    assert gone.json == {"success": True}
    listed = office.as_("rina").get(f"{project}/app-users").json
    assert [row["token"] for row in listed if row["id"] == made.json["id"]] == [None]
    after = office.as_(None).get(f"/v1/key/{made.json['token']}/projects/{office.project}/formList")
    assert after.status == 403
