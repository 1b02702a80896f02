"""What Power BI, Excel and pyodk read of a form: every answer with its type, its table and its name."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests import exporting
from tests.exporting import instance, read, rows, send, xml
from tests.office import Office, open_office, settle
from tests.reads import readings
from tests.world import Clock, Databases

FULL = """<mulai>2026-03-02T08:15:02.123+07:00</mulai><nama>Budi &amp; "Ani" &#128578;</nama><umur>41</umur>
<pendapatan>1.5E7</pendapatan><lahir>1984-11-30</lahir><jam>08:15:00.000+07:00</jam><saat>2026-03-02T08:15:00.000+07</saat>
<jk>L</jk><bantuan>k10 other</bantuan><bantuan_other>beras</bantuan_other><urutan>k10 k1</urutan>
<titik>-7.6453 112.9075 4.5 0</titik><jalan>-7.1 112.1 0 0;-7.2 112.2 0 0;</jalan>
<lahan>-7 112 0 0; -7 113 0 0; -8 113 0 0; -7 112 0 0</lahan><foto>1.jpg</foto>
<rumah><nama>Rumah kuning</nama><KEY>kunci</KEY><label>teks</label></rumah>
<orang_tua><nama>Pak Tua</nama></orang_tua>
<orang jr:template=""><nama_orang>contoh</nama_orang></orang>
<orang><nama_orang>Satu</nama_orang><umur_orang>7</umur_orang><rincian>
<penyakit><nama_penyakit>flu</nama_penyakit><tahun-sakit>2020</tahun-sakit></penyakit>
<penyakit><nama_penyakit>batuk</nama_penyakit></penyakit></rincian></orang>
<orang><nama_orang>Dua</nama_orang><umur_orang/><rincian>
<penyakit><nama_penyakit>demam</nama_penyakit></penyakit></rincian></orang>
<tahun-sakit>dua ribu</tahun-sakit><tahun_sakit>2019</tahun_sakit>"""
BARE = "<nama>Sepi</nama><umur>NaN</umur><pendapatan>NaN</pendapatan><titik>-7.1 112.2</titik>"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def survey(request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    """An office with the form published and two submissions of it; tests here only read."""
    folder: Path = tmp_path_factory.mktemp("odata") / "office"
    database = databases.prepared("office", settle, request.param, folder)
    clock = Clock()
    with open_office(database, clock) as office:
        exporting.publish(office)
        send(office, xml(1, FULL))
        clock.advance(minutes=1)
        send(office, xml(2, BARE))
        yield office
    databases.drop(database)


def test_the_newest_comes_first_and_every_answer_has_its_type(survey: Office) -> None:
    bare, full = rows(survey)
    assert (bare["__id"], full["__id"]) == (instance(2), instance(1))
    assert full["nama"] == 'Budi & "Ani" 🙂'
    assert (full["umur"], full["pendapatan"]) == (41, 15_000_000)
    assert (full["lahir"], full["jam"]) == ("1984-11-30", "08:15:00.000+07:00")
    assert (full["saat"], full["mulai"]) == ("2026-03-02T08:15:00.000+07:00", "2026-03-02T08:15:02.123+07:00")
    assert (full["jk"], full["bantuan"], full["bantuan_other"]) == ("L", "k10 other", "beras")
    assert full["urutan"] == "k10 k1"
    assert full["titik"] == {
        "type": "Point",
        "coordinates": [112.9075, -7.6453, 4.5],
        "properties": {"accuracy": 0.0},
    }
    assert full["jalan"]["coordinates"] == [[112.1, -7.1, 0.0], [112.2, -7.2, 0.0]]
    assert full["lahan"]["coordinates"] == [[[112, -7, 0], [113, -7, 0], [113, -8, 0], [112, -7, 0]]]
    assert full["foto"] == "1.jpg"
    assert full["rumah"] == {"nama": "Rumah kuning", "KEY": "kunci", "label": "teks"}
    assert full["orang_tua"] == {"nama": "Pak Tua"}
    assert full["meta"]["instanceID"] == instance(1)
    assert full["orang@odata.navigationLink"] == f"Submissions('{instance(1)}')/orang"


def test_what_was_not_asked_is_null_and_groups_are_there(survey: Office) -> None:
    bare, full = rows(survey)
    assert set(bare) == set(full)
    assert bare["rumah"] == {"nama": None, "KEY": None, "label": None}
    assert (bare["umur"], bare["pendapatan"], bare["jalan"]) == (None, None, None)
    assert bare["titik"] == {"type": "Point", "coordinates": [112.2, -7.1], "properties": {"accuracy": None}}


def test_the_system_columns_are_those_of_central(survey: Office) -> None:
    system = rows(survey)[1]["__system"]
    assert system == {
        "submissionDate": "2026-03-02T02:00:00.000Z",
        "updatedAt": None,
        "submitterId": str(survey.viewer("sri").id),
        "submitterName": "Sri Wahyuni",
        "attachmentsPresent": 0,
        "attachmentsExpected": 1,
        "status": None,
        "reviewState": None,
        "deviceId": None,
        "edits": 0,
        "formVersion": "1",
        "deletedAt": None,
    }


def test_repeats_are_tables_whose_rows_name_the_nearest_repeat(survey: Office) -> None:
    people = rows(survey, "Submissions.orang")
    assert [(row["nama_orang"], row["umur_orang"], row["__Submissions-id"]) for row in people] == [
        ("Satu", 7, instance(1)),
        ("Dua", None, instance(1)),
    ]
    illnesses = rows(survey, "Submissions.orang.rincian.penyakit")
    parents = [row["__id"] for row in people]
    assert [(row["nama_penyakit"], row["tahun_sakit"], row["__Submissions-orang-id"]) for row in illnesses] == [
        ("flu", 2020, parents[0]),
        ("batuk", None, parents[0]),
        ("demam", None, parents[1]),
    ]
    assert len({row["__id"] for row in illnesses}) == 3


def test_names_agree_in_service_document_metadata_and_rows(survey: Office) -> None:
    document = read(survey, ".svc").json
    assert document["@odata.context"].endswith("/survei_keluarga.svc/$metadata")
    names = [row["name"] for row in document["value"]]
    assert names == ["Submissions", "Submissions.orang", "Submissions.orang.rincian.penyakit"]
    assert all(row["kind"] == "EntitySet" and row["url"] == row["name"] for row in document["value"])
    got = read(survey, ".svc/$metadata")
    assert got.headers["content-type"].startswith("application/xml")
    tree = ElementTree.fromstring(got.text)
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    sets = {row.get("Name"): row.get("EntityType", "") for row in tree.iter(f"{edm}EntitySet")}
    assert list(sets) == names
    types = {row.get("Name"): row for row in tree.iter(f"{edm}EntityType")}
    for name in names:
        own = types[sets[name].removeprefix("org.opendatakit.user.survei_keluarga.")]
        told = {row.get("Name") for row in own if row.tag.endswith("}Property")}
        links = {row.get("Name") for row in own if row.tag.endswith("}NavigationProperty")}
        row = rows(survey, name)[-1]
        assert told == {key for key in row if "@" not in key}
        assert links == {key.partition("@")[0] for key in row if "@" in key}
    properties = {row.get("Name"): row.get("Type") for row in types["Submissions"] if row.get("Type")}
    assert properties["umur"] == "Edm.Int64"
    assert properties["titik"] == "Edm.GeographyPoint"
    assert properties["rumah"] == "org.opendatakit.user.survei_keluarga.rumah"


def test_two_names_that_become_one_are_kept_apart(survey: Office) -> None:
    fields = {row["path"]: row["name"] for row in read(survey, "/fields?odata=true").json}
    assert {"/tahun_sakit", "/tahun_sakit_2", "/orang/rincian/penyakit/tahun_sakit"} <= set(fields)
    full = rows(survey)[1]
    assert (full["tahun_sakit"], full["tahun_sakit_2"]) == ("2019", "dua ribu")


def test_everything_expanded_has_the_repeats_inside(survey: Office) -> None:
    full = rows(survey, options="?$expand=*")[1]
    assert [row["nama_orang"] for row in full["orang"]] == ["Satu", "Dua"]
    assert [row["nama_penyakit"] for row in full["orang"][0]["rincian"]["penyakit"]] == ["flu", "batuk"]
    assert full["orang"][0]["__id"] == rows(survey, "Submissions.orang")[0]["__id"]


def test_places_as_well_known_text(survey: Office) -> None:
    full = rows(survey, options="?$wkt=true")[1]
    assert full["titik"] == "POINT (112.9075 -7.6453 4.5)"
    assert full["jalan"] == "LINESTRING (112.1 -7.1 0,112.2 -7.2 0)"
    assert full["lahan"].startswith("POLYGON ((112 -7 0,113 -7 0,")


def test_pages_follow_a_link_that_new_rows_do_not_disturb(survey: Office) -> None:
    first = read(survey, ".svc/Submissions?$top=1&$count=true").json
    assert (len(first["value"]), first["@odata.count"]) == (1, 2)
    link = first["@odata.nextLink"]
    assert "%24skiptoken=01" in link or "$skiptoken=01" in link
    second = survey.as_("hadi").get(link.removeprefix(survey.address).replace("%24", "$"))
    assert [row["__id"] for row in second.json["value"]] == [instance(1)]
    assert "@odata.nextLink" not in second.json
    skipped = read(survey, ".svc/Submissions?$top=1&$skip=1").json
    assert [row["__id"] for row in skipped["value"]] == [instance(1)]


def test_tables_of_repeats_are_paged_too(survey: Office) -> None:
    seen, path = [], f"{exporting.base(survey)}.svc/Submissions.orang.rincian.penyakit?$top=1&$count=true"
    while path:
        page = survey.as_("hadi").get(path)
        assert page.status == 200, page.text
        assert page.json["@odata.count"] == 3
        seen += [row["nama_penyakit"] for row in page.json["value"]]
        path = page.json.get("@odata.nextLink", "").removeprefix(survey.address).replace("%24", "$").replace("%3D", "=")
    assert seen == ["flu", "batuk", "demam"]


def test_one_submission_and_its_repeats_by_address(survey: Office) -> None:
    (one,) = rows(survey, f"Submissions('{instance(1)}')")
    assert one["nama"].startswith("Budi")
    people = rows(survey, f"Submissions('{instance(1)}')/orang")
    assert [row["nama_orang"] for row in people] == ["Satu", "Dua"]
    of_second = rows(survey, f"Submissions('{instance(1)}')/orang('{people[1]['__id']}')/rincian/penyakit")
    assert [row["nama_penyakit"] for row in of_second] == ["demam"]
    assert rows(survey, f"Submissions('{instance(2)}')/orang") == []
    assert read(survey, f".svc/Submissions('{instance(9)}')").json["code"] == 404.1


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("__system/submissionDate ge 2026-03-02T02:01:00Z", [2]),
        ("__system/submissionDate lt 2026-03-02T09:01:00+07:00", [1]),
        # A day means the office's day: both were sent on the morning of the second.
        ("__system/submissionDate le 2026-03-02", [2, 1]),
        ("__system/submissionDate gt 2026-03-02", []),
        ("__system/submissionDate eq 2026-03-02", [2, 1]),
        ("__system/reviewState eq null", [2, 1]),
        ("__system/reviewState ne 'approved'", [2, 1]),
        ("__system/reviewState eq 'approved' or __id eq 'uuid:00000001-1111-4111-8111-111111111111'", [1]),
        ("not (minute(__system/submissionDate) eq 1)", [1]),
        ("year(__system/submissionDate) eq 2026 and __system/submissionDate lt now()", [1]),
        ("__system/deletedAt eq null", [2, 1]),
        ("__system/submitterId eq '999999'", []),
        ("__id eq 'x'' or 1=1 --'", []),
    ],
)
def test_a_filter_finds_what_it_says(survey: Office, condition: str, found: list[int]) -> None:
    if "now()" in condition:
        condition = condition.replace("now()", "2026-03-02T02:00:30Z")
    assert [row["__id"] for row in rows(survey, options=f"?$filter={condition}")] == [instance(n) for n in found]


def test_repeats_are_filtered_by_their_submission(survey: Office) -> None:
    by_root = "?$filter=$root/Submissions/__system/submissionDate gt 2026-03-02T02:00:30Z"
    assert rows(survey, "Submissions.orang", by_root) == []
    bare = read(survey, ".svc/Submissions.orang?$filter=__system/submissionDate gt 2026-01-01")
    assert bare.json["code"] == 501.5


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("$filter=nama eq 'Budi'", 501.5),
        ("$filter=length(__id) eq 3", 501.4),
        ("$filter=__id eq", 400.18),
        ("$filter=" + "(" * 100 + "__id eq 'x'" + ")" * 100, 400.18),
        ("$filter=" + "not " * 3000 + "__id eq 'x'", 400.18),
        ("$orderby=nama", 501.5),
        ("$orderby=__id desc&$skiptoken=01eyJpbnN0YW5jZUlkIjoieCJ9", 501.1),
        ("$skiptoken=01eyJpbnN0YW5jZUlkIjoieCJ9", 400.34),
        ("$skiptoken=02abc", 400.35),
        ("$top=tiga", 400.11),
        ("$select=tidak_ada", 400.23),
        ("$select=orang/nama_orang", 400.24),
        ("$select=nama&$expand=*", 501.11),
        ("$expand=orang", 501.6),
        ("$apply=x", 501.1),
        ("$format=xml", 406.1),
    ],
)
def test_what_is_not_understood_is_refused_with_the_number_of_central(
    survey: Office, options: str, code: float
) -> None:
    got = read(survey, f".svc/Submissions?{options}")
    assert (got.json["code"], got.status) == (code, int(code)), got.text


def test_order_and_choice_of_columns(survey: Office) -> None:
    ordered = rows(survey, options="?$orderby=__system/submissionDate&$select=nama,__id,rumah/nama,__system/edits")
    assert ordered[0] == {
        "__id": instance(1),
        "__system": {"edits": 0},
        "nama": 'Budi & "Ani" 🙂',
        "rumah": {"nama": "Rumah kuning"},
    }
    assert [row["__id"] for row in ordered] == [instance(1), instance(2)]
    page = read(survey, ".svc/Submissions?$orderby=__id desc&$top=1").json
    rest = survey.as_("hadi").get(page["@odata.nextLink"].removeprefix(survey.address).replace("%20", " "))
    assert [row["__id"] for row in rest.json["value"]] == [instance(1)]


def test_a_client_that_has_the_page_is_told_so(survey: Office) -> None:
    page = read(survey, ".svc/Submissions?$top=5")
    assert page.headers["odata-version"] == "4.0"
    assert read(survey, ".svc/Submissions?$top=5", **{"If-None-Match": page.headers["etag"]}).status == 304
    other = read(survey, ".svc/Submissions?$top=1", **{"If-None-Match": page.headers["etag"]})
    whole = read(survey, ".svc/Submissions").headers["etag"]
    assert read(survey, ".svc/Submissions", **{"If-None-Match": whole}).status == 304
    assert read(survey, ".svc/Submissions?$wkt=true", **{"If-None-Match": whole}).status == 200
    assert other.status == 200
    assert read(survey, ".svc/Submissions", **{"OData-MaxVersion": "3.0"}).status == 404


def test_reading_is_logged_before_it_is_answered_and_others_read_nothing(survey: Office) -> None:
    before = len(readings(survey.store))
    rows(survey, options="?$filter=__id eq 'x'")
    rows(survey, f"Submissions('{instance(1)}')")
    assert [line.what for line in readings(survey.store)[before:]] == [
        "odata:survei_keluarga:Submissions $filter=__id eq 'x'",
        f"submission:{instance(1)}",
    ]
    for who, status in (("bambang", 404), (None, 401)):
        for path in (".svc", ".svc/$metadata", ".svc/Submissions", f".svc/Submissions('{instance(1)}')"):
            assert survey.as_(who).get(exporting.base(survey) + path).status == status
    assert read(survey, ".svc/Submissions", form="tidak_ada").status == 404
    assert read(survey, ".svc/Tidak").status == 404
