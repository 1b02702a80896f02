"""What of a person leaves the office in whose hands: every way out, role and kind of answer (decision 33).

Sri's social workers, Dewi who counts, Hadi who answers for the section and Rina the admin take the same answers away.
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from server.actions.bundle import Upload
from server.actions.publish import publish_bundle
from server.queries import exports
from tests import exporting
from tests.browsing import signed_in
from tests.exporting import base, instance, read, send, xml
from tests.office import PASURUAN, Answer, Office, open_office, settle
from tests.photos import jpeg
from tests.reads import readings
from tests.sending import intake
from tests.sending import send as send_parts
from tests.world import Clock, Databases

FORM = "data_anak"
BOOK = """
| survey |
| | type | name | label | bind::alur:sensitivity |
| | text | nama_lengkap | Nama lengkap | |
| | text | nik | NIK | |
| | text | no_hp | Nomor HP | |
| | text | alamat | Alamat | |
| | date | tanggal_lahir | Tanggal lahir | |
| | geopoint | titik | Titik rumah | |
| | image | foto | Foto | |
| | select_one st | status_kesehatan | Kesehatan | secret |
| | text | sekolah | Sekolah | |
| | text | rujukan | Lembaga rujukan | internal |
| | integer | usia | Usia | |
| | geopoint | balai | Titik balai | public |
| | begin_repeat | keluarga | Keluarga | |
| | text | nama_anggota | Nama | |
| | integer | usia_anggota | Usia | |
| | end_repeat | | | |
| | audit | audit | | |
| choices |
| | list_name | name | label |
| | st | hiv | HIV |
| settings |
| | form_id | version | form_title | instance_name |
| | data_anak | 1 | Data anak | ${nama_lengkap} |
"""
TOLD = {
    "nama_lengkap": "Rizki Aditya Pratama",
    "nik": "3575014102110003",
    "no_hp": "081234567890",
    "alamat": "Jalan Melati 7 Gadingrejo",
    "tanggal_lahir": "2011-02-14",
    "titik": "-7.645678 112.907654 3 5",
    "foto": "1.jpg",
    "status_kesehatan": "hiv",
    "sekolah": "SMPN 2",
    "rujukan": "RSUD Bangil",
    "usia": "14",
    "balai": "-7.651234 112.901234 0 0",
}
NAMES = ("Rizki", "Aditya", "Pratama", "Siti", "Rahmawati")
IDENTITIES = ("3575014102110003", "081234567890", "Melati", "7.645678", "112.907654", "hiv")
BIRTH = "2011-02-14"
AUDIT = (
    b"event,node,start,end,latitude,longitude,accuracy,old-value,new-value\n"
    b"form start,,1772416502123,,-7.645678,112.907654,5,,\n"
    b"question,/data/nik,1,2,-7.645678,112.907654,5,,3575014102110003\n"
    b"question,/data/usia,3,4,-7.645678,112.907654,5,13,14\n"
    b"question,/data/hilang,5,6,-7.645678,112.907654,5,,Siti Rahmawati\n"
)
CHILD = {"nama_lengkap": "Budi Santoso", "nik": "3575010203120001", "alamat": "Jalan Kenanga 9"}
WHOLE, LISTED, FIGURES = ("hadi", "rina"), ("sri", "tono"), ("dewi",)


@pytest.fixture(scope="module")
def photo() -> bytes:
    return jpeg(place=((7.0, 38.0, 44.0), (112.0, 54.0, 27.0)), device="Samsung")


@pytest.fixture(scope="module")
def survey(databases: Databases, tmp_path_factory: pytest.TempPathFactory, photo: bytes) -> Iterator[Office]:
    """An office with the answers of one child, sent and corrected once, and a case of it."""
    folder: Path = tmp_path_factory.mktemp("masked") / "office"
    database = databases.prepared("office", settle, "sqlite", folder)
    clock = Clock()
    with open_office(database, clock) as office:
        exporting.publish(office, BOOK)
        answers = "".join(f"<{name}>{text}</{name}>" for name, text in TOLD.items())
        family = "<keluarga><nama_anggota>Siti Rahmawati</nama_anggota><usia_anggota>41</usia_anggota></keluarga>"
        more = "<orx:instanceName>Rizki Aditya Pratama</orx:instanceName><orx:audit>audit.csv</orx:audit>"
        phone = office.phone_url()
        sent = xml(1, answers.replace("081234567890", "081111111111") + family, form=FORM, more=more)
        assert send_parts(phone, sent, {"1.jpg": photo, "audit.csv": AUDIT}).status == 201
        clock.advance(minutes=1)
        edit = f"<orx:deprecatedID>{instance(1)}</orx:deprecatedID>"
        edited = xml(2, answers + family, form=FORM, more=more + edit)
        assert send_parts(phone, edited, {"1.jpg": photo, "audit.csv": AUDIT}).status == 201
        case, first = intake(office.schema("abh_laporan_awal"), **CHILD)
        first = first.replace(b"</meta>", b"<instanceName>Budi Santoso</instanceName></meta>")
        assert send_parts(phone, first).status == 201
        office.kept = case, edited  # type: ignore[attr-defined]
        yield office
    databases.drop(database)


def zipped(answer: Answer) -> dict[str, str]:
    assert answer.status == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.body)) as packed:
        return {name: packed.read(name).decode("latin-1") for name in packed.namelist()}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def ways_out(office: Office, who: str) -> dict[str, str]:
    """Everything this person can take away of the form, as text by the way it left."""
    taken = {
        path: read(office, path, FORM, who)
        for path in (
            "/submissions.csv",
            "/submissions.csv?splitSelectMultiples=true&labels=true&deletedFields=true&groupPaths=false",
            ".svc/Submissions?$expand=*",
            ".svc/Submissions?$wkt=true",
            ".svc/Submissions.keluarga",
            f".svc/Submissions('{instance(1)}')",
            "/submissions.geojson",
            f"/submissions/{instance(1)}.geojson",
            "/submissions",
            f"/submissions/{instance(1)}",
            f"/submissions/{instance(1)}/versions",
        )
    }
    assert {answer.status for answer in taken.values()} == {200}
    packed = zipped(read(office, "/submissions.csv.zip", FORM, who))
    return {**{path: answer.text for path, answer in taken.items()}, **packed}


def test_everything_taken_away_shows_each_role_what_pages_show_it(survey: Office) -> None:
    leaks = {}
    for who in (*WHOLE, *LISTED, *FIGURES):
        said = "\n".join(ways_out(survey, who).values())
        leaks[who] = [word for word in (*NAMES, *IDENTITIES, BIRTH) if word in said]
        assert ("SMPN 2" in said) == (who not in FIGURES), who
        assert "RSUD Bangil" in said, who
        assert "112.901234" in said, who
    everything = [*NAMES, *IDENTITIES, BIRTH]
    assert leaks == {who: everything if who in WHOLE else [] for who in leaks}


def test_a_masked_cell_says_what_it_is_and_a_blank_one_was_not_answered(survey: Office) -> None:
    answers = {}
    for who in ("hadi", "sri", "dewi"):
        got = read(survey, "/submissions.csv", FORM, who)
        answers[who] = (rows(got.text)[-1], got.headers["content-disposition"])
    whole, name = answers["hadi"]
    assert {key: whole[key] for key in ("nama_lengkap", "nik", "titik-Latitude")} == {
        "nama_lengkap": TOLD["nama_lengkap"],
        "nik": TOLD["nik"],
        "titik-Latitude": "-7.645678",
    }
    assert "disamarkan" not in name
    masked, name = answers["sri"]
    assert "data_anak-disamarkan.csv" in name
    assert {key: masked[key] for key in whole if masked[key] != whole[key]} == {
        "nama_lengkap": "R.A.P.",
        "nik": "3575********0003",
        "no_hp": "********890",
        "alamat": "***",
        "tanggal_lahir": "2011",
        "titik-Latitude": "-7.65",
        "titik-Longitude": "112.91",
        "titik-Altitude": "",
        "titik-Accuracy": "",
        "status_kesehatan": "***",
        "meta-instanceName": "***",
    }
    counting, _ = answers["dewi"]
    assert {key: counting[key] for key in whole if counting[key] != masked[key]} == {
        "nama_lengkap": "***",
        "nik": "***",
        "no_hp": "***",
        "sekolah": "***",
        "foto": "***",
        "meta-audit": "***",
    }


def test_a_large_form_is_masked_where_it_is_read(survey: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    here = read(survey, "/submissions.csv", FORM, "dewi").body
    monkeypatch.setattr(exports, "MANY", 0)
    assert read(survey, "/submissions.csv", FORM, "dewi").body == here


def test_a_feed_names_what_it_masks_and_types_it_as_it_is(survey: Office) -> None:
    feed = read(survey, ".svc/Submissions", FORM, "sri").json
    assert {"nik", "titik", "tanggal_lahir"} <= set(feed["@alur.masked"])
    assert not {"usia", "sekolah", "balai"} & set(feed["@alur.masked"])
    assert "@alur.masked" not in read(survey, ".svc/Submissions", FORM, "hadi").json
    row = feed["value"][-1]
    assert (row["tanggal_lahir"], row["usia"], row["titik"]["coordinates"]) == ("2011", 14, [112.91, -7.65])
    model = read(survey, ".svc/$metadata", FORM, "sri").text
    assert '<Property Name="tanggal_lahir" Type="Edm.String"/>' in model
    places = read(survey, "/submissions.geojson?fieldpath=/titik", FORM, "dewi").json
    assert (places["masked"], places["features"][-1]["geometry"]["coordinates"]) == (["/titik"], [112.91, -7.65])
    assert "masked" not in read(survey, "/submissions.geojson?fieldpath=/balai", FORM, "dewi").json


def test_the_archive_tells_who_opens_it_and_holds_photos_without_their_place(survey: Office, photo: bytes) -> None:
    whole, listed, figures = (
        zipped(read(survey, "/submissions.csv.zip", FORM, who)) for who in ("hadi", "sri", "dewi")
    )
    assert "BACA DULU.txt" not in whole
    assert "/nik" in listed["BACA DULU.txt"]
    assert "/usia" not in listed["BACA DULU.txt"]
    assert whole["media/1.jpg"].encode("latin-1") == photo
    assert b"Exif" in photo
    assert "Exif" not in listed["media/1.jpg"]
    assert not [name for name in figures if name.startswith("media/")]
    log = rows(listed["data_anak - audit.csv"])
    assert [(row["old-value"], row["new-value"]) for row in log] == [
        ("", ""),
        ("", "3575********0003"),
        ("13", "14"),
        ("", "***"),
    ]
    assert {(row["latitude"], row["longitude"], row["accuracy"]) for row in log} == {("-7.65", "112.91", "")}


def test_what_was_sent_opens_to_a_reason_and_the_reason_is_noted(survey: Office, photo: bytes) -> None:
    _, edited = survey.kept  # type: ignore[attr-defined]
    one = f"/submissions/{instance(1)}"
    raw = (f"{one}.xml", f"{one}/versions/{instance(2)}.xml", f"{one}/attachments/audit.csv")
    for who in WHOLE:
        assert read(survey, raw[0], FORM, who).body == edited
        assert read(survey, f"{one}/attachments/1.jpg", FORM, who).body == photo
    for who in (*LISTED, *FIGURES):
        assert [read(survey, path, FORM, who).status for path in raw] == [403, 403, 403]
        assert "X-Action-Notes" in read(survey, raw[0], FORM, who).json["message"]
        shown = read(survey, f"{one}/attachments/1.jpg", FORM, who)
        assert (shown.status, b"Exif" in shown.body) == (200 if who in LISTED else 403, False)
        changed = json.dumps(read(survey, f"{one}/diffs", FORM, who).json)
        # It came from Sri's phone.
        told = {"sri": "081234567890", "tono": "********890", "dewi": "***"}
        assert f'"new": "{told[who]}"' in changed
        assert [word for word in IDENTITIES if word in changed] == (["081234567890"] if who == "sri" else [])
    before = len(readings(survey.store))
    why = {"X-Action-Notes": "membetulkan NIK ganda"}
    assert read(survey, raw[0], FORM, "sri", **why).body == edited
    assert "081234567890" in read(survey, f"{one}/diffs", FORM, "sri", **why).text
    assert "081234567890" in read(survey, f"{one}/diffs", FORM, "tono", **why).text
    assert {row.what for row in readings(survey.store)[before:]} == {f"unmasked:{instance(1)} membetulkan NIK ganda"}
    assert (
        read(survey, "/submissions.csv", FORM, "sri", **why).text == read(survey, "/submissions.csv", FORM, "sri").text
    )


def test_a_copy_a_browser_kept_for_one_person_is_not_anothers(survey: Office) -> None:
    tags = {who: read(survey, "/submissions.csv", FORM, who).headers["etag"] for who in ("hadi", "sri", "dewi")}
    assert len(set(tags.values())) == 3
    assert read(survey, "/submissions.csv", FORM, "sri", **{"If-None-Match": tags["hadi"]}).status == 200


def test_an_officer_still_sends_the_file_that_was_missing(survey: Office) -> None:
    send(survey, xml(9, "<foto>9.jpg</foto>", form=FORM), FORM)
    sent = survey.as_("sri").post(f"{base(survey, FORM)}/submissions/{instance(9)}/attachments/9.jpg", b"foto")
    assert sent.status == 200, sent.text


def test_the_offices_workbook_names_who_else_has_it_whole(office: Office) -> None:
    exporting.publish(office, BOOK)
    send(office, xml(1, f"<nik>{TOLD['nik']}</nik>", form=FORM), FORM)
    has = {who: TOLD["nik"] in read(office, "/submissions.csv", FORM, who).text for who in ("sri", "tono", "dewi")}
    assert has == {"sri": False, "tono": False, "dewi": False}
    book = load_workbook(PASURUAN / "kantor.xlsx")
    book["office"].append(["whole_answers", "peksos staf_datin"])
    stream = io.BytesIO()
    book.save(stream)
    upload = [Upload("kantor.xlsx", stream.getvalue())]
    publish_bundle(office.store, office.viewer("rina"), office.project, upload, accept_warnings=True)
    has = {who: TOLD["nik"] in read(office, "/submissions.csv", FORM, who).text for who in ("sri", "tono", "dewi")}
    assert has == {"sri": True, "tono": False, "dewi": True}
    page = signed_in(office, "tono").read(f"/formulir/{FORM}")
    assert "identitas disamarkan" in page.text
    assert "identitas disamarkan" not in signed_in(office, "sri").read(f"/formulir/{FORM}").text


def test_cases_and_lists_are_told_as_on_pages_and_without_names_to_who_counts(survey: Office) -> None:
    case, _ = survey.kept  # type: ignore[attr-defined]
    here = f"/v1/projects/{survey.project}"
    told = {who: survey.as_(who).get(f"{here}/cases/{case}") for who in ("hadi", "sri")}
    whole, masked = (told[who].json["facts"] for who in ("hadi", "sri"))
    hidden = {name for name in whole if masked[name] != whole[name]}
    assert hidden
    assert not {name for name in hidden if name.startswith("nama")}
    opened = survey.as_("sri").get(f"{here}/cases/{case}", **{"X-Action-Notes": "rujukan darurat"})
    assert opened.json["facts"] == whole
    assert readings(survey.store)[-1].what == f"unmasked:{case} rujukan darurat"
    for path in ("/datasets/kasus_abh/entities.csv", "/forms/abh_asesmen/attachments/kasus_abh.csv"):
        assert "Budi Santoso" not in survey.as_("sri").get(here + path).text
        assert survey.as_("dewi").get(here + path).text.count("***") >= 1
    for path in ("/cases.svc/Cases", "/cases", "/datasets/kasus_abh/entities"):
        assert '"label":"***"' in survey.as_("dewi").get(here + path).text.replace(" ", ""), path
        assert '"label":"***"' not in survey.as_("sri").get(here + path).text.replace(" ", ""), path


def test_the_history_of_a_row_keeps_to_itself_what_a_form_calls_its_submission(survey: Office) -> None:
    case, _ = survey.kept  # type: ignore[attr-defined]
    here = f"/v1/projects/{survey.project}/datasets/kasus_abh/entities/{case}"

    def named(who: str, path: str, **headers: str) -> set[str | None]:
        told = survey.as_(who).get(f"{here}/{path}", **headers).json
        sources = [row.get("source") or row["details"]["source"] for row in told]
        return {source["submission"]["currentVersion"]["instanceName"] for source in sources if source}

    for path in ("versions", "audits"):
        assert None not in named("hadi", path)
        assert named("sri", path) == named("dewi", path) == {None}, path
        assert named("sri", path, **{"X-Action-Notes": "rujukan darurat"}) == named("hadi", path)
