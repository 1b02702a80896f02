"""What an office takes away of a form: CSV, the zip with everything, places; each answer as it was sent."""

import csv
import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from server import cli
from server.queries import exports
from tests import exporting
from tests.doors.test_odata import BARE, FULL
from tests.exporting import FORM, base, instance, publish_next, read, send, xml
from tests.office import Office, open_office, settle
from tests.reads import readings
from tests.sending import send as send_parts
from tests.world import Clock, Databases

AUDIT = b'event,node,start,end\nform start,,1772416502123,\nquestion,/data/nama,1,2\n=cmd|"x",/data,3,4\n'
WITH_FILES = "<nama>=HYPERLINK(1)</nama><umur>-5</umur><titik>-7.5 112 0 0</titik><foto>1.jpg</foto>"


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def archive(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        assert len(names) == len(set(names))
        return {name: packed.read(name) for name in names}


def zipped(office: Office, options: str = "") -> Mapping[str, bytes]:
    got = read(office, f"/submissions.csv.zip{options}")
    assert got.status == 200, got.text
    return archive(got.body)


@pytest.fixture(scope="module")
def survey(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with the form published and four submissions of it; tests here only read."""
    folder: Path = tmp_path_factory.mktemp("exports") / "office"
    database = databases.prepared("office", settle, "sqlite", folder)
    clock = Clock()
    with open_office(database, clock) as office:
        exporting.publish(office)
        send(office, xml(1, FULL))
        clock.advance(minutes=1)
        send(office, xml(2, BARE))
        phone = office.phone_url()
        for number, photo in ((3, b"foto tiga"), (4, b"foto empat")):
            clock.advance(minutes=1)
            answers = WITH_FILES.replace("-5", str(number - 8))
            sent = send_parts(
                phone,
                xml(number, answers, more="<orx:audit>audit.csv</orx:audit>"),
                {"1.jpg": photo, "audit.csv": AUDIT},
            )
            assert sent.status == 201, sent.text
        yield office
    databases.drop(database)


def test_the_root_table_has_the_columns_of_central_and_the_texts_as_sent(survey: Office) -> None:
    got = read(survey, "/submissions.csv")
    assert got.headers["content-type"].startswith("text/csv")
    rows = table(got.text)
    header = list(rows[0])
    assert header[:4] == ["SubmissionDate", "mulai", "nama", "umur"]
    assert [name for name in header if name.startswith("titik")] == [
        f"titik-{part}" for part in ("Latitude", "Longitude", "Altitude", "Accuracy")
    ]
    assert header[-10:] == [
        "KEY",
        "SubmitterID",
        "SubmitterName",
        "AttachmentsPresent",
        "AttachmentsExpected",
        "Status",
        "ReviewState",
        "DeviceID",
        "Edits",
        "FormVersion",
    ]
    full = rows[-1]
    assert full["KEY"] == full["meta-instanceID"] == instance(1)
    assert full["nama"] == 'Budi & "Ani" 🙂'
    assert (full["pendapatan"], full["saat"], full["jam"]) == (
        "1.5E7",
        "2026-03-02T08:15:00.000+07",
        "08:15:00.000+07:00",
    )
    assert (full["rumah-nama"], full["rumah-KEY"], full["orang_tua-nama"]) == ("Rumah kuning", "kunci", "Pak Tua")
    assert (full["tahun-sakit"], full["tahun_sakit"]) == ("dua ribu", "2019")
    assert full["jalan"] == "-7.1 112.1 0 0;-7.2 112.2 0 0;"
    assert (full["titik-Latitude"], full["titik-Accuracy"]) == ("-7.6453", "0")
    bare = rows[-2]
    assert (bare["umur"], bare["titik-Altitude"], bare["rumah-nama"]) == ("NaN", "", "")
    assert (full["SubmissionDate"], full["FormVersion"], full["Edits"]) == ("2026-03-02T02:00:00.000Z", "1", "0")


def test_the_zip_has_a_table_per_repeat_the_logs_and_the_files(survey: Office) -> None:
    found = zipped(survey)
    assert list(found) == [
        "survei_keluarga.csv",
        "survei_keluarga-orang.csv",
        "survei_keluarga-penyakit.csv",
        "survei_keluarga - audit.csv",
        "media/1.jpg",
        f"media/{instance(3).replace(':', '_')}/1.jpg",
    ]
    people = table(found["survei_keluarga-orang.csv"].decode())
    assert [(row["nama_orang"], row["umur_orang"], row["PARENT_KEY"], row["KEY"]) for row in people] == [
        ("Satu", "7", instance(1), f"{instance(1)}/orang[1]"),
        ("Dua", "", instance(1), f"{instance(1)}/orang[2]"),
    ]
    illnesses = table(found["survei_keluarga-penyakit.csv"].decode())
    assert [(row["nama_penyakit"], row["PARENT_KEY"], row["KEY"]) for row in illnesses] == [
        ("flu", f"{instance(1)}/orang[1]", f"{instance(1)}/orang[1]/rincian/penyakit[1]"),
        ("batuk", f"{instance(1)}/orang[1]", f"{instance(1)}/orang[1]/rincian/penyakit[2]"),
        ("demam", f"{instance(1)}/orang[2]", f"{instance(1)}/orang[2]/rincian/penyakit[1]"),
    ]
    log = table(found["survei_keluarga - audit.csv"].decode())
    assert [(row["instance ID"], row["event"], row["node"]) for row in log][:2] == [
        (instance(4), "form start", ""),
        (instance(4), "question", "/data/nama"),
    ]
    assert (found["media/1.jpg"], found[f"media/{instance(3).replace(':', '_')}/1.jpg"]) == (
        b"foto empat",
        b"foto tiga",
    )
    assert list(zipped(survey, "?attachments=false")) == list(found)[:4]


def test_a_large_form_s_tables_are_made_in_children_and_are_the_same(
    survey: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = "?splitSelectMultiples=true&labels=true"
    here = zipped(survey), read(survey, f"/submissions.csv{options}").text
    monkeypatch.setattr(exports, "MANY", 0)
    assert (zipped(survey), read(survey, f"/submissions.csv{options}").text) == here


def test_the_name_of_the_zip_tells_whether_files_are_inside(survey: Office) -> None:
    assert 'filename="survei_keluarga.zip"' in read(survey, "/submissions.csv.zip").headers["content-disposition"]
    without = read(survey, "/submissions.csv.zip?attachments=False")
    assert 'filename="survei_keluarga.csv.zip"' in without.headers["content-disposition"]


def test_no_cell_runs_as_a_formula_and_numbers_and_places_stay_as_they_are(survey: Office) -> None:
    row = table(read(survey, "/submissions.csv").text)[0]
    assert (row["nama"], row["umur"], row["titik-Latitude"]) == ("'=HYPERLINK(1)", "-4", "-7.5")
    raw = table(read(survey, "/submissions.csv?guard=false").text)[0]
    assert raw["nama"] == "=HYPERLINK(1)"
    log = table(zipped(survey)["survei_keluarga - audit.csv"].decode())
    assert log[2]["event"].startswith("'=cmd")
    assert exporting.rows(survey)[0]["nama"] == "=HYPERLINK(1)"


def test_without_groups_no_column_hides_another(survey: Office) -> None:
    full = table(read(survey, "/submissions.csv?groupPaths=false").text)[-1]
    assert (full["nama"], full["nama~1"], full["nama~2"]) == ('Budi & "Ani" 🙂', "Rumah kuning", "Pak Tua")
    assert (full["KEY~1"], full["KEY"]) == ("kunci", instance(1))


def test_choices_of_several_get_a_column_each_also_if_nobody_chose_them(survey: Office) -> None:
    rows = table(read(survey, "/submissions.csv?splitSelectMultiples=true").text)
    full = rows[-1]
    assert full["bantuan"] == "k10 other"
    split = {name: cell for name, cell in full.items() if name.startswith("bantuan/")}
    assert split == {"bantuan/k1": "0", "bantuan/k10": "1", "bantuan/pkh": "0", "bantuan/other": "1"}
    assert (full["bantuan_other"], full["urutan"]) == ("beras", "k10 k1")


def test_labels_in_place_of_codes_and_a_bom_for_excel(survey: Office) -> None:
    got = read(survey, "/submissions.csv?labels=true&bom=true&splitSelectMultiples=true")
    assert got.body.startswith("\ufeffSubmissionDate,".encode())
    full = table(got.body.decode("utf-8-sig"))[-1]
    assert (full["jk"], full["urutan"], full["bantuan/k10"]) == ("Laki-laki", "Kartu sepuluh; Kartu satu", "1")
    assert full["bantuan"].startswith("Kartu sepuluh; ")


def test_a_filter_narrows_and_a_bad_one_is_refused(survey: Office) -> None:
    narrowed = read(survey, f"/submissions.csv?$filter=__id eq '{instance(2)}'")
    assert [row["KEY"] for row in table(narrowed.text)] == [instance(2)]
    assert read(survey, "/submissions.csv?$filter=nama eq 'x'").json["code"] == 501.5


def test_a_post_without_or_with_a_body_gives_the_same(survey: Office) -> None:
    plain = read(survey, "/submissions.csv").body
    as_hadi = survey.as_("hadi")
    assert as_hadi.post(f"{base(survey)}/submissions.csv").body == plain
    assert as_hadi.post(f"{base(survey)}/submissions.csv", {"groupPaths": False}).body != plain
    form = as_hadi.post(
        f"{base(survey)}/submissions.csv.zip",
        b"attachments=false",
        **{"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert len(archive(form.body)) == 4


def test_who_has_it_is_told_so_and_each_export_is_logged_first(survey: Office) -> None:
    got = read(survey, "/submissions.csv")
    assert got.headers["cache-control"] == "private, no-cache"
    assert read(survey, "/submissions.csv", **{"If-None-Match": got.headers["etag"]}).status == 304
    assert read(survey, "/submissions.csv?bom=true", **{"If-None-Match": got.headers["etag"]}).status == 200
    before = len(readings(survey.store))
    read(survey, "/submissions.csv.zip?$filter=__system/reviewState eq null")
    read(survey, "/submissions.geojson")
    (zip_line, places_line) = readings(survey.store)[before:]
    assert zip_line.what == f"export:{FORM}:zip $filter=__system/reviewState eq null"
    assert (places_line.what, places_line.actor_id) == (f"export:{FORM}:geojson", survey.viewer("hadi").id)


def test_whatever_changes_an_export_changes_its_tag(office: Office, clock: Clock) -> None:
    exporting.publish(office)
    phone = office.phone_url()
    first = xml(1, WITH_FILES)
    rina = office.as_("rina")
    one = f"{base(office)}/submissions/{instance(1)}"
    send(office, xml(3, BARE))
    changes = {
        "a submission": lambda: send_parts(phone, first),
        "its photo, later": lambda: send_parts(phone, first, {"1.jpg": b"foto"}),
        "the photo again, another": lambda: send_parts(phone, first, {"1.jpg": b"foto lain"}),
        "a review": lambda: rina.ask("PATCH", one, {"reviewState": "approved"}, {}),
        "an edit": lambda: send_parts(
            phone, xml(2, BARE, more=f"<orx:deprecatedID>{instance(1)}</orx:deprecatedID>"), {}
        ),
        "put away": lambda: rina.ask("DELETE", one, None, {}),
        "brought back": lambda: rina.post(f"{one}/restore"),
        "the sender's name": lambda: rina.ask(
            "PATCH", f"/v1/users/{office.viewer('sri').id}", {"displayName": "Sri Rahayu"}, {}
        ),
        "another version": lambda: publish_next(office, exporting.BOOK.replace("| 1 | Survei", "| 2 | Survei")),
    }
    tags = [read(office, "/submissions.csv.zip").headers["etag"]]
    for what, change in changes.items():
        clock.advance(minutes=1)
        answer = change()
        assert answer is None or answer.status in (200, 201), (what, answer.text)
        tags.append(read(office, "/submissions.csv.zip").headers["etag"])
        assert tags[-1] not in tags[:-1], what
        assert read(office, "/submissions.csv.zip", **{"If-None-Match": tags[-1]}).status == 304


def test_strangers_and_other_offices_export_nothing(survey: Office) -> None:
    for path in ("/submissions.csv", "/submissions.csv.zip", "/submissions.geojson", "/submissions/keys"):
        assert survey.as_(None).get(base(survey) + path).status == 401
        assert survey.as_("bambang").get(base(survey) + path).status == 404
    assert read(survey, "/submissions.csv", form="tidak_ada").status == 404


def test_an_export_nobody_reads_gives_its_turn_back(survey: Office) -> None:
    for _ in range(5):
        head = survey.as_("hadi").ask("HEAD", f"{base(survey)}/submissions.csv.zip")
        assert (head.status, head.body) == (200, b"")
    assert read(survey, "/submissions.csv").status == 200


def test_places_as_geojson(survey: Office) -> None:
    found = read(survey, "/submissions.geojson").json
    assert found["type"] == "FeatureCollection"
    assert [feature["id"] for feature in found["features"]] == [instance(n) for n in (4, 3, 2, 1)]
    assert found["features"][-1]["geometry"]["coordinates"] == [112.9075, -7.6453, 4.5]
    assert found["features"][-1]["properties"] == {"fieldpath": "/titik"}
    shapes = read(survey, "/submissions.geojson?fieldpath=/lahan").json["features"]
    assert [(one["id"], one["geometry"]["type"], one["properties"]) for one in shapes] == [(instance(1), "Polygon", {})]
    assert len(read(survey, "/submissions.geojson?limit=2").json["features"]) == 2
    assert read(survey, "/submissions.geojson?fieldpath=/nama").json["code"] == 400.8
    one = read(survey, f"/submissions/{instance(1)}.geojson?fieldpath=/jalan").json["features"]
    assert one[0]["geometry"]["type"] == "LineString"
    assert read(survey, f"/submissions/{instance(9)}.geojson").json["code"] == 404.1


def test_all_versions_are_in_one_file_and_deleted_questions_on_demand(office: Office, clock: Clock) -> None:
    exporting.publish(office)
    send(office, xml(1, "<nama>Lama</nama><umur>3</umur><bantuan>pkh</bantuan>"))
    newer = exporting.BOOK.replace(
        "| | text | nama | Nama | |\n| | integer | umur | Umur | |", "| | text | nama | Nama | |"
    )
    newer = newer.replace("| | bantuan | pkh | PKH |\n", "").replace("survei_keluarga | 1 |", "survei_keluarga | 2 |")
    publish_next(office, newer)
    clock.advance(minutes=1)
    send(office, xml(2, "<nama>Baru</nama>", version="2"))
    before = read(office, "/submissions.csv")
    rows = table(before.text)
    assert [(row["nama"], row["FormVersion"]) for row in rows] == [("Baru", "2"), ("Lama", "1")]
    assert "umur" not in rows[0]
    whole = table(read(office, "/submissions.csv?deletedFields=true&splitSelectMultiples=true").text)
    assert list(whole[0])[2:4] == ["nama", "umur"]
    assert (whole[1]["umur"], whole[1]["bantuan/pkh"]) == ("3", "1")
    # An edit, a review, a late file: each makes the old copy old.
    tags = {before.headers["etag"]}
    clock.advance(minutes=1)
    edit = xml(2, "<nama>Diubah</nama><foto>2.jpg</foto>", version="2", key=instance(5))
    edit = edit.replace(b"</orx:meta>", f"<orx:deprecatedID>{instance(2)}</orx:deprecatedID></orx:meta>".encode())
    assert office.as_("sri").ask("PUT", f"{base(office)}/submissions/{instance(2)}", edit).status == 200
    tags.add(read(office, "/submissions.csv").headers["etag"])
    clock.advance(minutes=1)
    office.as_("hadi").ask("PATCH", f"{base(office)}/submissions/{instance(1)}", {"reviewState": "approved"})
    tags.add(read(office, "/submissions.csv").headers["etag"])
    clock.advance(minutes=1)
    office.as_("sri").post(f"{base(office)}/submissions/{instance(2)}/attachments/2.jpg", b"foto")
    after = read(office, "/submissions.csv")
    assert len({*tags, after.headers["etag"]}) == 4
    newest = table(after.text)[0]
    assert (newest["KEY"], newest["nama"], newest["Edits"]) == (instance(2), "Diubah", "1")
    assert (newest["AttachmentsPresent"], newest["AttachmentsExpected"]) == ("1", "1")
    assert table(after.text)[1]["ReviewState"] == "approved"
    assert exporting.rows(office)[0]["__system"]["edits"] == 1


def test_the_operator_writes_the_same_file_by_command(
    survey: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALUR_DATA", str(survey.store.data))
    words = ["export", FORM, "--project", str(survey.project)]
    for kind, path in (("csv", "/submissions.csv"), ("geojson", "/submissions.geojson")):
        assert cli.main([*words, "--out", str(tmp_path / kind), "--format", kind]) == 0
        assert (tmp_path / kind).read_bytes() == read(survey, path).body
    assert cli.main([*words, "--out", str(tmp_path / "semua.zip"), "--labels"]) == 0
    found = archive((tmp_path / "semua.zip").read_bytes())
    assert list(found) == list(zipped(survey))
    assert table(found["survei_keluarga.csv"].decode())[-1]["jk"] == "Laki-laki"
    assert cli.main(["export", "tidak_ada", "--project", str(survey.project), "--out", str(tmp_path / "x")]) == 1
    assert "Traceback" not in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["csv", "geojson", "semua.zip"]
    os.mkfifo(tmp_path / "pipa")
    reader = os.open(tmp_path / "pipa", os.O_RDONLY | os.O_NONBLOCK)
    assert cli.main([*words, "--out", str(tmp_path / "pipa"), "--format", "geojson"]) == 0
    assert os.read(reader, 1 << 16) == (tmp_path / "geojson").read_bytes()
    os.close(reader)
    assert (tmp_path / "pipa").is_fifo()
    (tmp_path / "tautan").symlink_to(tmp_path / "csv")
    assert cli.main([*words, "--out", str(tmp_path / "tautan"), "--format", "geojson"]) == 0
    assert (tmp_path / "tautan").is_symlink()
    assert (tmp_path / "csv").read_bytes() == (tmp_path / "geojson").read_bytes()


def test_files_whose_names_an_archive_cannot_hold_are_all_in_it(office: Office) -> None:
    exporting.publish(office)
    names = ("a/b.jpg", "a?b.jpg", "A_b.JPG", "..", ".", " ", "../../etc/passwd")
    sent = send_parts(office.phone_url(), xml(1, FULL), {name: name.encode() for name in names})
    assert sent.status == 201, sent.text
    with zipfile.ZipFile(io.BytesIO(read(office, "/submissions.csv.zip").body)) as held:
        inside = [name for name in held.namelist() if name.startswith("media/")]
        assert {held.read(name) for name in inside} == {name.encode() for name in names}
    assert len({name.casefold() for name in inside}) == len(names)
    assert not any({"", ".", ".."} & set(name.split("/")) for name in inside)


def test_geojson_is_json_also_when_there_is_nothing(office: Office) -> None:
    exporting.publish(office)
    assert json.loads(read(office, "/submissions.geojson").text)["features"] == []
    assert read(office, "/submissions.csv").text.count("\n") == 1
    assert [len(table(text.decode())) for name, text in zipped(office).items()] == [0, 0, 0, 0]
