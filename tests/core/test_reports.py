"""Papers: the words, numbers and pages an office puts its name under."""

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from openpyxl import load_workbook
from weasyprint import HTML

from reports import letters, numbers, pdf, qr, words
from reports.letters.ba_penanganan.values import BeritaAcara
from reports.office import Kantor, Penandatangan
from reports.sheets.rekap_bulanan import CaseLine, Flow, Recap, Timeliness, age_group, workbook
from reports.xlsx import Signing
from server.locale import say
from tests.papers import Page, read

GOLDEN = Path(__file__).parent.parent / "golden"
JAKARTA = timezone(timedelta(hours=7))


@pytest.fixture(autouse=True)
def _a_silent_renderer() -> Iterator[None]:
    """Whatever WeasyPrint or its fonts complain about is a mistake in our letter."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    ears = {name: Ear() for name in ("weasyprint", "fontTools")}
    for name, ear in ears.items():
        logging.getLogger(name).addHandler(ear)
    yield
    for name, ear in ears.items():
        logging.getLogger(name).removeHandler(ear)
    assert [text for text in said if text] == []


class TestWords:
    def test_a_day_is_written_out_the_indonesian_way(self) -> None:
        day = date(2026, 11, 21)
        assert words.long_date(day) == "Sabtu, 21 November 2026"
        assert words.date_long(date(2026, 8, 5)) == "5 Agustus 2026"
        assert words.date_digits(day) == "21-11-2026"

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            (0, "nol"),
            (11, "sebelas"),
            (21, "dua puluh satu"),
            (100, "seratus"),
            (1000, "seribu"),
            (2026, "dua ribu dua puluh enam"),
            (1_250_000, "satu juta dua ratus lima puluh ribu"),
        ],
    )
    def test_numbers_are_said_in_words(self, number: int, said: str) -> None:
        assert words.in_words(number) == said

    @pytest.mark.parametrize(("hours", "zone"), [(7, "WIB"), (8, "WITA"), (9, "WIT"), (5, "UTC+5"), (5.5, "UTC+5.5")])
    def test_an_hour_names_its_zone(self, hours: float, zone: str) -> None:
        moment = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=hours)))
        assert words.clock(moment) == f"09.30 {zone}"

    def test_an_hour_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="offset"):
            words.clock(datetime(2026, 11, 21, 9, 30))

    def test_money_has_no_space_and_a_comma_before_the_sen(self) -> None:
        assert words.rupiah(1_250_000) == "Rp1.250.000,00"
        assert words.number(12345.67) == "12.345,67"
        assert words.percent(2, 3) == "66,7%"
        assert words.percent(0, 0) == "–"

    def test_a_nip_is_printed_in_its_four_parts_and_a_missing_one_stays_missing(self) -> None:
        assert words.nip("196804121994032001") == "19680412 199403 2 001"
        assert words.nip("19680412 199403 2 001") == "19680412 199403 2 001"
        assert words.nip("") == ""
        assert words.nip(None) == ""
        assert words.nip("THL-04") == "THL-04"

    @pytest.mark.parametrize(
        ("name", "short"),
        [("Rizky Pratama", "R. P."), ("Suparmi", "S."), ("", ""), ("muhammad  Al-Fatih", "M. A."), ("'Aisyah", "A.")],
    )
    def test_a_name_becomes_initials(self, name: str, short: str) -> None:
        assert words.initials(name) == short

    def test_months_are_roman_in_numbers(self) -> None:
        assert [words.roman_month(month) for month in (1, 4, 9, 12)] == ["I", "IV", "IX", "XII"]
        with pytest.raises(ValueError, match="13"):
            words.roman_month(13)


class TestNumbers:
    day = date(2026, 11, 21)

    @pytest.mark.parametrize(
        ("pattern", "number"),
        [
            ("{klas}/{urut}/{opd}/{tahun}", "400.9.2.3/17/423.104/2026"),
            ("BA-{urut:03}/REHSOS/{bulan_romawi}/{tahun}", "BA-017/REHSOS/XI/2026"),
            ("{urut:04}/{bulan:02}", "0017/11"),
            ("R-{urut}", "R-17"),
            ("{urut:5}", "00017"),
        ],
    )
    def test_an_office_writes_numbers_by_its_own_pattern(self, pattern: str, number: str) -> None:
        assert numbers.letter_number(pattern, 17, self.day, {"klas": "400.9.2.3", "opd": "423.104"}) == number

    @pytest.mark.parametrize(
        ("pattern", "code", "token"),
        [
            ("{urut}/{nomor}", "token", "nomor"),
            ("{urut:abc}", "width", "urut:abc"),
            ("{opd:03}/{urut}", "width", "opd:03"),
            ("{urut}/{tahun", "brace", ""),
            ("460/DINSOS/{tahun}", "no_sequence", "urut"),
            ("{urut}/{klas}", "no_value", "klas"),
            ("{urut.__class__}", "token", "urut.__class__"),
        ],
    )
    def test_a_pattern_that_cannot_be_used_says_what_is_wrong(self, pattern: str, code: str, token: str) -> None:
        with pytest.raises(numbers.BadPattern) as refused:
            numbers.letter_number(pattern, 17, self.day, {"opd": "423.104"})
        assert (refused.value.code, refused.value.token) == (code, token)


class TestBeritaAcara:
    @pytest.fixture
    def pages(self) -> list[Page]:
        return read(letters.render("ba_penanganan", letters.sample("ba_penanganan")))

    def test_its_text_is_the_one_we_agreed_on(self, pages: list[Page]) -> None:
        """Where lines and pages end depends on the fonts of the machine, what is said does not."""
        golden = (GOLDEN / "ba_penanganan.txt").read_text("utf-8")
        assert " ".join(page.text for page in pages).split() == golden.split()

    def test_the_signatures_stand_on_one_page_together_with_text_of_the_record(self, pages: list[Page]) -> None:
        last = pages[-1].text
        for said in ("Status Akhir", "Demikian berita acara ini", "Manajer Kasus", "Saksi 1", "Saksi 2", "Mengetahui"):
            assert said in last

    @pytest.mark.parametrize("lines", range(0, 60, 6))
    def test_no_length_of_story_tears_the_signatures_apart(self, lines: int) -> None:
        values = letters.sample("ba_penanganan")
        values["kronologi"] = ["Anak bertemu petugas dan bercerita tentang kejadian itu sekali lagi."] * lines
        pages = read(letters.render("ba_penanganan", values))
        assert "Demikian berita acara" in pages[-1].text
        assert "Mengetahui" in pages[-1].text
        assert all("Mengetahui," not in page.text for page in pages[:-1])

    def test_every_page_says_which_it_is_and_that_it_is_secret(self, pages: list[Page]) -> None:
        for number, page in enumerate(pages, 1):
            assert f"Halaman {number} dari {len(pages)}" in page.margin
            assert "BA-017/REHSOS/XI/2026 – RAHASIA" in page.margin

    def test_it_becomes_a_pdf_from_plain_values(self) -> None:
        asked = {"kind": "ba_penanganan", "values": letters.sample("ba_penanganan")}
        assert pdf.letter(json.dumps(asked).encode()).startswith(b"%PDF-")

    def test_the_sample_fills_exactly_what_the_record_declares(self) -> None:
        def names(kind: type) -> dict[str, object]:
            return {f.name: f.type for f in fields(kind)}

        sample = letters.sample("ba_penanganan")
        assert sample.keys() == names(BeritaAcara).keys()
        for name, kind in names(BeritaAcara).items():
            if is_dataclass(kind):
                assert sample[name].keys() == names(kind).keys()  # type: ignore[attr-defined]

    def test_what_is_missing_is_an_error_and_never_a_gap(self) -> None:
        values = letters.sample("ba_penanganan")
        del values["kasus"]
        with pytest.raises(UndefinedError):
            letters.render("ba_penanganan", values)

    def test_steps_that_never_were_are_said_to_be_so(self) -> None:
        values = letters.sample("ba_penanganan")
        empty = ("dasar", "kronologi", "asesmen", "kunjungan", "konferensi", "hasil", "layanan", "pemantauan", "saksi")
        values.update({name: [] for name in empty})
        html = letters.render("ba_penanganan", values)
        assert html.count('class="nihil"') == 9
        assert "Saksi 2" in html

    def test_an_answer_cannot_become_markup(self) -> None:
        values = letters.sample("ba_penanganan")
        values["kronologi"] = ['<link rel="attachment" href="file:///etc/passwd"><script>x</script>{{ 7*7 }}']
        html = letters.render("ba_penanganan", values)
        assert "<script>" not in html
        assert "<link" not in html
        assert "{{ 7*7 }}" in html
        assert "49" not in html.partition("Kronologi")[2][:400]

    def test_a_word_without_end_is_broken_and_does_not_hold_up_the_office(self) -> None:
        values = letters.sample("ba_penanganan")
        values["kronologi"] = ["a" * 20_000]
        started = datetime.now(JAKARTA)
        pages = read(letters.render("ba_penanganan", values))
        assert datetime.now(JAKARTA) - started < timedelta(seconds=15)
        text = "".join(line for page in pages for line in page.lines)
        assert text.count("a") > words.LONGEST_TEXT
        assert "selengkapnya dalam berkas kasus" in text

    def test_the_logo_is_a_picture_of_ours_and_no_address(self) -> None:
        values = letters.sample("ba_penanganan")
        values["kantor"]["logo"] = "https://example.org/logo.png"  # type: ignore[index]
        with pytest.raises(ValueError, match="data:"):
            letters.render("ba_penanganan", values)

    def test_the_acting_head_signs_in_that_capacity(self) -> None:
        values = letters.sample("ba_penanganan")
        values["mengetahui"] = asdict(Penandatangan("Kepala Dinas Sosial", "Dra. E. S.", kapasitas="a.n."))
        html = re.sub(r"<[^>]+>|\s+", " ", letters.render("ba_penanganan", values))
        assert "a.n. KEPALA DINAS SOSIAL" in re.sub(r" +", " ", html)

    def test_without_an_address_the_paper_carries_the_code_alone(self) -> None:
        values = letters.sample("ba_penanganan")
        values["surat"]["alamat_periksa"] = ""  # type: ignore[index]
        html = letters.render("ba_penanganan", values)
        assert "Kode pemeriksaan keaslian dokumen: 7KQ2-M9XD-4TBA" in html
        assert "image/svg+xml" not in html

    def test_the_sop_finds_it_by_the_name_of_its_document(self) -> None:
        found = letters.serving("ba_penanganan")
        assert found is not None
        assert found.register == "ba"
        assert letters.serving("surat_yang_belum_digambar") is None
        numbers.check(found.pattern)


class TestPdf:
    @pytest.mark.parametrize(
        "page",
        [
            '<img src="http://127.0.0.1:9/x.png">',
            '<img src="file:///etc/hostname">',
            '<link rel="attachment" href="file:///etc/passwd">',
            '<link rel="stylesheet" href="https://example.org/a.css">',
            '<p style="background: url(ftp://example.org/a)">x</p>',
            '<img src="alur-aset:../server/settings.py">',
            '<img src="alur-aset:letters/letter.html">',
        ],
    )
    def test_a_paper_that_asks_for_something_outside_is_not_made(self, page: str) -> None:
        with pytest.raises(pdf.Refused):
            pdf.pdf(f"<!doctype html><html lang=id><title>x</title><body>{page}</body></html>")

    def test_its_own_style_is_found_inside_the_package(self) -> None:
        link = '<link rel="stylesheet" href="alur-aset:letters/letter.css">'
        page = HTML(string=f"<html><head>{link}</head><body><p>x</p></body></html>", url_fetcher=pdf.OwnAssets())
        assert page.render().pages[0].width == pytest.approx(793.7, abs=0.1)

    def test_long_words_get_places_to_break(self) -> None:
        broken = words.breakable("kata " + "x" * 130)
        assert broken.replace("\u200b", "") == "kata " + "x" * 130
        assert max(map(len, re.split("[ \u200b]", broken))) == 20
        assert words.breakable("y" * 60) == "y" * 60

    def test_a_code_is_a_picture_without_a_file(self) -> None:
        assert qr.svg_data("https://alur.contoh.go.id/periksa/7KQ2").startswith("data:image/svg+xml;")


def _recap(cases: tuple[CaseLine, ...] = ()) -> Recap:
    return Recap(
        first=date(2026, 11, 1),
        last=date(2026, 11, 30),
        as_of="30 November 2026 pukul 16.00 WIB",
        area="seluruh wilayah kerja",
        flows=(Flow("ABH", 14, 9, 1, 6, 2, 0, 1, 15), Flow("Tuna sosial", 22, 17, 0, 11, 4, 1, 0, 23)),
        timeliness=(
            Timeliness("ABH", "5 hari kerja", 9, 8, 6, 2, 1, 4, 6.5, 3.5, 5, 2),
            Timeliness("Tuna sosial", "5 hari kerja", 0, 0, 0, 0, 0, None, None, None, None, 0),
        ),
        clients={("12-17", "L"): 8, ("5-11", "P"): 2, ("unknown", "unknown"): 1},
        routes={("rj", "L"): 5, ("diversi", "L"): 2, ("undecided", "P"): 1},
        cases=cases,
        close_reasons=(("tujuan_tercapai", 6),),
        versions=("ABH 1",),
    )


def _case(**changed: object) -> CaseLine:
    line = CaseLine(
        number="ABH-2026-0047",
        initials="R. P.",
        sex="L",
        age=13,
        sop="ABH",
        step="Konferensi kasus",
        opened=date(2026, 11, 3),
        due=date(2026, 11, 10),
        closed=None,
        late_days=2,
        manager="Ratna",
    )
    return CaseLine(**{**asdict(line), **changed})  # type: ignore[arg-type]


HEAD = Kantor("Pemerintah Kota Pasuruan", "Dinas Sosial", "Jl. Balai Kota No. 10", "Telepon (0343) 423628", "Pasuruan")
SIGNING = Signing(
    "Mengetahui,",
    Penandatangan("Kepala Dinas Sosial", "Dra. E. S.", "196801051993032004"),
    "Pasuruan, 1 Desember 2026",
    "Pembuat laporan",
    "Bagus",
)


def _book(recap: Recap, language: str = "id") -> bytes:
    return workbook(recap, HEAD, SIGNING, partial(say, language))


def _sheet(data: bytes, name: str, *, formulas: bool = False) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(data), data_only=not formulas)[name]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def _row(rows: list[list[object]], first: object, column: int = 1) -> list[object]:
    return next(row for row in rows if row[column] == first)


class TestMonthlyRecap:
    def test_the_flow_adds_up_and_shows_how(self) -> None:
        data = _book(_recap())
        shown, written = _sheet(data, "Arus kasus"), _sheet(data, "Arus kasus", formulas=True)
        assert _row(shown, "ABH")[2:] == [14, 9, 1, 6, 2, 0, 1, 15]
        assert _row(shown, "Jumlah")[2:] == [36, 26, 1, 17, 6, 1, 1, 38]
        number = shown.index(_row(shown, "ABH")) + 1
        assert _row(written, "ABH")[9] == f"=C{number}+D{number}+E{number}-F{number}-G{number}-H{number}-I{number}"
        assert _row(written, "Jumlah")[3] == f"=SUM(D{number}:D{number + 1})"

    def test_it_opens_with_the_letterhead_and_keeps_the_header_in_sight(self) -> None:
        data = _book(_recap())
        rows = _sheet(data, "Arus kasus")
        assert [row[0] for row in rows[:6]] == [
            "PEMERINTAH KOTA PASURUAN",
            "DINAS SOSIAL",
            "Jl. Balai Kota No. 10",
            "Telepon (0343) 423628",
            "ARUS KASUS PER LAYANAN",
            "Periode: 1 November 2026 – 30 November 2026",
        ]
        sheet = load_workbook(io.BytesIO(data))["Arus kasus"]
        assert sheet.freeze_panes == "A11"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows == "$8:$10"
        assert {"A8:A9", "D8:E8", "F8:I8"} <= {str(merged) for merged in sheet.merged_cells.ranges}

    def test_shares_are_counted_and_nothing_is_divided_by_nothing(self) -> None:
        rows = _sheet(_book(_recap()), "Ketepatan waktu")
        assert _row(rows, "ABH")[5:8] == [6, 2, 0.75]
        assert _row(rows, "Tuna sosial")[5:8] == [0, 0, "-"], "nothing finished is no 0 %"
        assert _row(rows, "Tuna sosial")[9:13] == ["-", "-", "-", "-"]

    def test_clients_are_counted_both_ways(self) -> None:
        rows = _sheet(_book(_recap()), "Klien")
        assert _row(rows, "12–17 tahun")[2:] == [8, 0, 0, 8]
        assert _row(rows, "Jumlah")[2:] == [8, 2, 1, 11]

    def test_what_looks_like_a_formula_or_a_link_stays_text(self) -> None:
        nasty = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "https://example.org", "0012", "\x01x")
        data = _book(_recap(tuple(_case(initials=text) for text in nasty)))
        sheet = load_workbook(io.BytesIO(data))["Daftar kasus"]
        found = [row[2] for row in sheet.iter_rows(min_row=11, max_row=10 + len(nasty))]
        assert [cell.data_type for cell in found] == ["s"] * len(nasty)
        assert [cell.value for cell in found][:-1] == list(nasty[:-1])
        assert all(cell.hyperlink is None for cell in found)

    def test_a_month_without_cases_says_so(self) -> None:
        assert any("Tidak ada data pada periode ini." in row for row in _sheet(_book(_recap()), "Daftar kasus"))

    def test_english_words_say_the_same_table(self) -> None:
        rows = _sheet(_book(_recap(), "en"), "Case flow")
        assert _row(rows, "Total")[2:] == [36, 26, 1, 17, 6, 1, 1, 38]

    def test_the_signatures_take_the_last_rows_along_to_a_new_page(self) -> None:
        broken = 0
        for count in range(20, 60, 4):
            data = _book(_recap(tuple(_case() for _ in range(count))))
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                broken += b"<rowBreaks" in parts.read("xl/worksheets/sheet5.xml")
        assert 0 < broken < 10

    @pytest.mark.parametrize(
        ("age", "group"),
        [(0, "0-4"), (4, "0-4"), (5, "5-11"), (11, "5-11"), (12, "12-17"), (17, "12-17"), (18, "18-24"), (60, "60+")],
    )
    def test_age_groups_meet_without_a_gap(self, age: int, group: str) -> None:
        assert age_group(age) == group

    def test_an_unknown_age_has_its_own_row(self) -> None:
        assert age_group(None) == "unknown"
