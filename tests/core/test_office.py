"""kantor.xlsx: what the office says about itself, and what is wrong with it."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from forms import office, workbook
from forms.findings import Finding
from forms.office import Office
from tests.core.sop_books import ROOT, book_bytes

IDENTITY = {
    "id": "kota_coba",
    "name": "Dinas Sosial Kota Coba",
    "government": "Pemerintah Kota Coba",
    "address": "Jl. Contoh 1",
    "city": "Coba",
    "timezone": "WITA",
    "area_code": "99.01",
    "work_days": "senin-sabtu",
}
OFFICIALS = [
    {
        "post": "Kabid",
        "name": "ANI",
        "nip": "197511032000032003",
        "capacity": "definitif",
        "from": "2021-01-04",
        "until": "2026-06-30",
        "role": "supervisor",
    },
    {"post": "Kabid", "name": "BUDI", "capacity": "plt", "from": "2026-07-01", "role": "supervisor"},
    {
        "post": "Kabid",
        "name": "CITRA",
        "capacity": "Plh.",
        "from": "2026-08-10",
        "until": "2026-08-14",
        "role": "supervisor",
    },
]


def sheets(**more: Sequence[Mapping[str, object]]) -> dict[str, Sequence[Mapping[str, object]]]:
    identity = more.pop("identity", IDENTITY)
    rows = [{"key": key, "value": value} for key, value in identity.items()]
    return {"office": rows, "officials": OFFICIALS, **more}


def read(**more: Sequence[Mapping[str, object]]) -> tuple[Office | None, tuple[Finding, ...]]:
    return office.read(workbook.read(book_bytes(sheets(**more))))


def whole(**more: Sequence[Mapping[str, object]]) -> Office:
    found, findings = read(**more)
    assert found is not None, findings
    return found


def complaints(**more: Sequence[Mapping[str, object]]) -> list[tuple[str, str | None]]:
    return [(f.code, f.place.address if f.place else None) for f in read(**more)[1]]


def test_the_office_of_pasuruan_is_read_without_a_word() -> None:
    data = (ROOT / "xlsforms" / "kota_pasuruan" / "kantor.xlsx").read_bytes()
    found, findings = office.read(workbook.read(data))
    assert findings == ()
    assert (found.id, found.timezone, found.work_days) == ("kota_pasuruan", "Asia/Jakarta", frozenset(range(5)))
    assert found.letterhead["government"] == "Pemerintah Kota Pasuruan"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 1, 1), None),
        (date(2021, 1, 4), "ANI"),
        (date(2026, 6, 30), "ANI"),
        (date(2026, 7, 1), "BUDI"),
        (date(2026, 8, 12), "CITRA"),
        (date(2026, 8, 15), "BUDI"),
    ],
)
def test_who_signs_is_who_holds_the_post_on_that_day(day: date, name: str | None) -> None:
    found = whole()
    for signer in (found.signer("Kabid", day), found.signer_for("supervisor", day)):
        assert (signer.name if signer else None) == name


def test_zones_and_working_days_may_be_written_as_people_say_them() -> None:
    assert (whole().timezone, whole().work_days) == ("Asia/Makassar", frozenset(range(6)))


def test_the_lists_reach_the_forms_as_csv_with_areas_of_the_day() -> None:
    areas = [
        {"code": "99", "level": "provinsi", "name": "Coba"},
        {"code": "99.01", "level": "kabkota", "parent": "99", "name": 'Kota "Coba", Lama', "sampai": "2026-06-30"},
        {"code": "99.02", "level": "kabkota", "parent": "99", "name": "Kota Baru", "sejak": "2026-07-01"},
    ]
    found = whole(areas=areas, officers=[{"code": "p1", "name": "RINA", "role": "peksos"}])
    rows = list(csv.reader(io.StringIO(found.media(date(2026, 6, 30))["wilayah.csv"].decode())))
    assert rows == [
        ["name", "label", "level", "parent"],
        ["99", "Coba", "provinsi", ""],
        ["99.01", 'Kota "Coba", Lama', "kabkota", "99"],
    ]
    assert b"99.02" in found.media(date(2026, 7, 1))["wilayah.csv"]
    assert b"99.01" not in found.media()["wilayah.csv"]
    assert found.media()["petugas.csv"] == b"name,label,role,unit\np1,RINA,peksos,\n"
    assert set(found.media()) == {"wilayah.csv", "lembaga.csv", "petugas.csv", "sekolah.csv"}
    assert found.area_name("99.01") == 'Kota "Coba", Lama'


def test_a_document_is_numbered_by_the_register_of_the_day() -> None:
    numbers = [
        {"register": "ba", "pattern": "{urut:03}/BA/{tahun}", "until": "2026-12-31", "document": "ba_a ba_b"},
        {"register": "ba2", "pattern": "{urut}/BA/{bulan_romawi}/{tahun}", "from": "2027-01-01", "document": "ba_a"},
    ]
    found = whole(numbers=numbers)
    assert found.number_pattern("ba_a", date(2026, 5, 1)).register == "ba"
    assert found.number_pattern("ba_a", date(2027, 5, 1)).register == "ba2"
    assert found.number_pattern("ba_b", date(2027, 5, 1)) is None


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"identity": {**IDENTITY, "name": ""}}, ("office.missing_key", "office!B3")),
        ({"identity": {**IDENTITY, "timezone": "Asia/Pasuruan"}}, ("office.bad_zone", "office!B7")),
        ({"identity": {**IDENTITY, "work_days": "tiap hari"}}, ("office.bad_work_days", "office!B9")),
        ({"identity": {**IDENTITY, "telpon": "1"}}, ("office.unknown_key", "office!A10")),
        ({"officials": [{**OFFICIALS[0], "from": "4 Januari"}]}, ("office.bad_day", "officials!E2")),
        ({"officials": [{**OFFICIALS[0], "capacity": "Pjs"}]}, ("office.bad_option", "officials!D2")),
        ({"officials": [{**OFFICIALS[0], "nip": "123"}]}, ("office.bad_nip", "officials!C2")),
        ({"officials": [{**OFFICIALS[0], "until": "2020-01-01"}]}, ("office.ends_before_start", "officials!F2")),
        ({"officials": [OFFICIALS[0], {**OFFICIALS[0], "name": "DEDE"}]}, ("office.two_in_post", "officials!A3")),
        ({"units": [{"code": "a", "name": "A", "parent": "b"}]}, ("office.unknown_parent", "units!C2")),
        ({"units": [{"code": "a", "name": "A", "head_post": "Camat"}]}, ("office.unknown_post", "units!C2")),
        ({"officers": [{"code": "a", "name": "A", "role": "x", "unit": "z"}]}, ("office.unknown_unit", "officers!D2")),
        ({"schools": [{"code": "a", "name": "A", "area": "z"}]}, ("office.unknown_area", "schools!C2")),
        ({"areas": [{"code": "9", "name": "A"}, {"code": "9", "name": "B"}]}, ("office.same_name", "areas!A3")),
        ({"numbers": [{"register": "a", "pattern": "{nomor}/{urut}"}]}, ("office.bad_token", "numbers!B2")),
        ({"numbers": [{"register": "a", "pattern": "BA/{tahun}"}]}, ("office.bad_token", "numbers!B2")),
        ({"calendar": [{"date": "", "label": "Libur"}]}, ("office.missing_value", "calendar!A2")),
        ({"complaints": [{"channel": "WA", "salah": "1"}]}, ("office.unknown_column", "complaints!B1")),
    ],
)
def test_each_mistake_names_its_cell(more: dict, complaint: tuple[str, str]) -> None:
    assert complaints(**more) == [complaint]


def test_an_office_without_its_sheets_says_so() -> None:
    found, findings = office.read(workbook.read(book_bytes({"lain": [{"a": 1}]})))
    assert found is None
    assert {f.args["sheet"] for f in findings if f.code == "office.missing_sheet"} == {"office", "officials"}


def test_the_digest_tells_content_from_looks() -> None:
    plain = office.digest(workbook.read(book_bytes(sheets())))
    assert office.digest(workbook.read(book_bytes({"catatan": [{"x": "1"}], **sheets()}))) == plain
    remarked = [{"#catatan": "lihat SK", **row} for row in OFFICIALS]
    assert office.digest(workbook.read(book_bytes(sheets(officials=remarked)))) == plain
    changed = [{**OFFICIALS[0], "name": "ANI B."}, *OFFICIALS[1:]]
    assert office.digest(workbook.read(book_bytes(sheets(officials=changed)))) != plain
