"""What the Berita Acara says of a case: its road, its people by initials, and nothing that was never done."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from forms import office as office_reader
from forms import workbook
from forms.office import Office
from forms.sop import Rename
from reports import letters
from reports.office import Kantor, Orang, Penandatangan
from server.cases.ba_penanganan import ba_penanganan
from server.cases.letter import Sources, letterhead, post, signer
from server.sop.events import Event
from server.sop.fold import fold
from tests.core.sop_books import WIB, abh, act, sent, shipped
from tests.papers import read

HEAD = Penandatangan("Kepala Bidang Rehabilitasi Sosial", "NINGSIH ANDAIAN")
WORDS = {"gagal": "Tidak sepakat", "berhasil": "Berhasil", "minta_maaf": "Minta maaf", "ganti_rugi": "Ganti rugi"}


def sources(*events: Event, **changed: object) -> Sources:
    made = Sources(
        sop=abh(),
        state=fold(abh(), events, WIB),
        number="ABH-2026-0047",
        events=events,
        day=date(2026, 12, 1),
        office=Kantor("Pemerintah Kota Pasuruan", "Dinas Sosial", "", "", "Pasuruan"),
        manager=Orang("Ratna", instansi="Dinas Sosial Kota Pasuruan"),
        head=HEAD,
        label=lambda _form, _name, value: WORDS.get(value, value),
        people={"7": "Ratna"},
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def report(age: int = 14, channel: str = "laporan", **answers: object) -> Event:
    told = {"inisial": "R. P.", "jk": "L", "nama_lengkap": "Rizky Pratama", **answers}
    return sent("abh_laporan_awal", "2026-11-02", jenis_masuk=channel, usia_saat_kejadian=age, **told)


def serious(age: int = 14) -> list[Event]:
    return [
        report(age),
        sent("abh_asesmen", "2026-11-03", berat_tindakan="berat"),
        sent("abh_konferensi_kasus", "2026-11-04", berat_tindakan="berat"),
        sent("abh_pelaporan_uppa", "2026-11-05", hasil_pelaporan="Diterima UPPA."),
        sent(
            "abh_diversi", "2026-11-06", hasil_diversi="berhasil", no_penetapan="12/Pen.Div/2026", interval_monitoring=7
        ),
    ]


def rows(values: dict[str, object], name: str) -> dict[str, str]:
    return {row["label"]: row["isi"] for row in values[name]}  # type: ignore[attr-defined]


def test_a_child_whose_act_was_serious_has_a_record_of_diversion() -> None:
    values = ba_penanganan(sources(*serious()))
    assert values["jalur"] == "diversi"
    assert rows(values, "hasil")["Nomor penetapan"] == "12/Pen.Div/2026"
    assert rows(values, "konferensi")["Tindak lanjut menurut SOP"] == "Pelaporan ke UPPA Polres Pasuruan Kota"
    assert [row["layanan"] for row in values["layanan"]] == [  # type: ignore[attr-defined]
        "Pendataan dan asesmen",
        "Konferensi kasus",
        "Pelaporan ke UPPA Polres Pasuruan Kota",
        "Pelaksanaan diversi dan rekomendasinya",
    ]


def test_rj_that_failed_and_the_diversion_after_it_both_stand_in_the_record() -> None:
    events = [
        report(),
        sent("abh_asesmen", "2026-11-03", berat_tindakan="ringan"),
        sent("abh_konferensi_kasus", "2026-11-04", berat_tindakan="ringan"),
        sent("abh_upaya_rj", "2026-11-05"),
        sent("abh_putusan_rj", "2026-11-06", hasil_rj="gagal", alasan_gagal="Korban menolak."),
        sent("abh_pelaporan_uppa", "2026-11-09"),
        sent("abh_diversi", "2026-11-10", hasil_diversi="berhasil", interval_monitoring=7),
    ]
    values = ba_penanganan(sources(*events))
    assert values["jalur"] == ""
    found = rows(values, "hasil")
    assert (found["Hasil RJ"], found["Alasan"], found["Hasil diversi"]) == (
        "Tidak sepakat",
        "Korban menolak.",
        "Berhasil",
    )
    text = read(letters.render("ba_penanganan", values))
    assert any("Keadilan Restoratif (RJ) atau Diversi" in page.text for page in text)


def test_what_was_agreed_is_listed_with_money_and_day() -> None:
    agreed = [
        {"kesepakatan_bentuk": "minta_maaf", "kesepakatan_uraian": "Di balai kelurahan"},
        {"kesepakatan_bentuk": "ganti_rugi", "kesepakatan_nilai": 250_000, "kesepakatan_tenggat": date(2026, 11, 30)},
    ]
    events = [
        report(11, "undangan_rj"),
        sent("abh_kunjungan_rumah", "2026-11-03", no_spt="800.1.11.1/012/2026"),
        sent("abh_putusan_rj", "2026-11-04", hasil_rj="sepakat", interval_monitoring=7, kesepakatan=agreed),
    ]
    values = ba_penanganan(sources(*events))
    found = rows(values, "hasil")
    assert found["Kesepakatan 1"] == "Minta maaf; Di balai kelurahan"
    assert found["Kesepakatan 2"] == "Ganti rugi; Rp250.000,00; paling lambat 30 November 2026"
    assert "Surat Perintah Tugas Nomor 800.1.11.1/012/2026." in values["dasar"]  # type: ignore[operator]
    assert values["asesmen"] == ()
    assert values["konferensi"] == ()


@pytest.mark.parametrize(
    ("told", "printed"),
    [
        ("Rizky Pratama mengaku.", "R. P. mengaku."),
        ("Ibu RIZKY hadir, pratama diam.", "Ibu R. P. hadir, R. P. diam."),
        ("Si Kiki pulang.", "Si R. P. pulang."),
        ("Rizkyanto bukan Rizky.", "Rizkyanto bukan R. P."),
        ("Rizky bin Pratama.", "R. P."),
        ("Tidak ada nama.", "Tidak ada nama."),
    ],
)
def test_the_childs_name_is_taken_out_of_what_officers_wrote(told: str, printed: str) -> None:
    values = ba_penanganan(sources(report(nama_alias="Kiki", kronologi_singkat=told)))
    assert values["kronologi"] == (printed,)


def test_a_nameless_child_is_named_by_its_initials_and_words_stay_whole() -> None:
    told = {
        "nama_lengkap": "ANAK X Pasar Besar 2 November",
        "inisial": "ANAK X",
        "kronologi_singkat": "Di Pasar Besar.",
    }
    values = ba_penanganan(sources(report(**told)))
    assert values["kasus"]["inisial"] == "ANAK X"  # type: ignore[index]
    assert values["kronologi"] == ("Di Pasar Besar.",)


def test_a_name_that_is_a_word_too_does_not_spoil_the_sentence() -> None:
    told = {"nama_lengkap": "Hari Putra", "inisial": "H. P.", "kronologi_singkat": "Sejak hari itu Hari takut."}
    assert ba_penanganan(sources(report(**told)))["kronologi"] == ("Sejak hari itu H. P. takut.",)


def test_the_newest_revision_of_a_form_is_the_one_that_counts() -> None:
    first = sent("abh_asesmen", "2026-11-03", instance="uuid:a", berat_tindakan="berat", kesimpulan_awal="Keliru.")
    better = sent(
        "abh_asesmen", "2026-11-03", instance="uuid:a", revision=1, berat_tindakan="berat", kesimpulan_awal="Benar."
    )
    values = ba_penanganan(sources(report(), better, first))
    assert rows(values, "asesmen")["Kesimpulan"] == "Benar."


def test_a_case_that_goes_on_is_not_called_finished() -> None:
    ending = ba_penanganan(sources(*serious()))["status_akhir"]
    assert ending == {"jenis": "masih dalam penanganan", "uraian": "", "tanggal": ""}


def test_termination_waits_for_the_word_of_the_supervisor() -> None:
    drafted = [
        *serious(),
        sent("abh_pemantauan", "2026-11-13", tujuan_tercapai="ya", alasan_hasil="Sekolah lagi"),
        sent("abh_terminasi", "2026-11-16", jenis_terminasi="Tujuan tercapai", alasan_terminasi="Pulih"),
    ]
    assert ba_penanganan(sources(*drafted))["status_akhir"]["tanggal"] == ""  # type: ignore[index]
    confirmed = [*drafted, act("confirm", "2026-11-17", "s12", ok=True)]
    ending = ba_penanganan(sources(*confirmed))["status_akhir"]
    assert ending["jenis"] == "selesai (terminasi: tujuan tercapai)"  # type: ignore[index]
    assert ending["uraian"] == "Pulih."  # type: ignore[index]
    assert [row["tujuan"] for row in ba_penanganan(sources(*confirmed))["pemantauan"]] == ["Tercapai"]  # type: ignore[attr-defined]


class TestOffice:
    @pytest.fixture
    def office(self) -> Office:
        path = Path(__file__).parents[2] / "xlsforms" / "kota_pasuruan" / "kantor.xlsx"
        found, findings = office_reader.read(workbook.read(path.read_bytes()))
        assert found is not None, findings
        return found

    def test_the_letterhead_names_government_and_office_apart(self, office: Office) -> None:
        head = letterhead(office)
        assert (head.pemerintah, head.nama) == ("Pemerintah Kota Pasuruan", "Dinas Sosial")
        assert head.alamat == "Jl. Balai Kota No. 10, Pasuruan 67125"
        assert head.kontak.startswith("Telepon (0343) 423628, Laman dinsos.pasuruankota.go.id, Pos-el ")

    @pytest.mark.parametrize(
        ("day", "name", "capacity"),
        [
            (date(2026, 6, 30), "NINGSIH ANDAIAN, S.Sos., M.AP.", ""),
            (date(2026, 7, 1), "JOKO PERMISALAN, S.Sos.", "Plt."),
        ],
    )
    def test_who_signs_and_as_what_is_what_held_on_that_day(
        self, office: Office, day: date, name: str, capacity: str
    ) -> None:
        found = signer(office.signer_for("supervisor", day))
        assert (found.nama, found.kapasitas) == (name, capacity)

    def test_a_post_nobody_holds_leaves_a_line_to_sign_by_hand(self, office: Office) -> None:
        assert signer(office.signer_for("supervisor", date(2001, 1, 1))).nama == ""

    def test_an_office_without_a_workbook_still_has_a_name(self) -> None:
        assert letterhead(None).nama == "Dinas Sosial"


def test_a_renamed_question_is_still_told_in_the_letter_the_program_draws() -> None:
    row = Rename("abh_asesmen", "kondisi_emosi", "keadaan_emosi", "", "", None)  # type: ignore[arg-type]
    renamed = replace(abh(), renames=(row,))
    events = [report(), sent("abh_asesmen", "2026-11-03", berat_tindakan="berat", keadaan_emosi="cemas")]
    values = ba_penanganan(sources(*events, sop=renamed))
    assert rows(values, "asesmen")["Kondisi emosi"] == "cemas"


def test_a_neglected_child_s_record_tells_its_help_and_speaks_of_no_offence() -> None:
    sop = shipped("kota_pasuruan", "tuna_sosial")
    events = [
        sent("tuna_sosial_laporan_awal", "2026-11-02", inisial="D. A.", ancaman_segera="tidak", perlu_medis="tidak"),
        sent("tuna_sosial_asesmen", "2026-11-02", butuh_darurat="tidak"),
        sent("tuna_sosial_kunjungan_rumah", "2026-11-03", butuh_darurat="tidak"),
        sent(
            "tuna_sosial_konferensi_kasus",
            "2026-11-04",
            butuh_darurat="tidak",
            punya_jks="tidak",
            bersekolah="ya",
            butuh_rehab="ya",
            interval_monitoring=7,
        ),
        sent("tuna_sosial_bantuan_jks", "2026-11-05", hasil_jks="disetujui"),
        sent("tuna_sosial_rujukan", "2026-11-06", lembaga_tujuan="LKSA Harapan", alasan_uraian="Perlu asrama."),
        sent("tuna_sosial_monitoring", "2026-11-12", pulih="tidak", butuh_lanjut="ya", alasan_hasil="Masih murung."),
    ]
    values = ba_penanganan(sources(*events, sop=sop, state=fold(sop, events, WIB)))
    assert (values["pemantauan"][0]["hasil"], values["pemantauan"][0]["tujuan"]) == ("Masih murung.", "Belum pulih")  # type: ignore[index]
    assert rows(values, "rujukan")["Lembaga tujuan"] == "LKSA Harapan"
    assert "disetujui" in [row["hasil"] for row in values["layanan"]]  # type: ignore[attr-defined]
    page = letters.render("ba_penanganan", values)
    headings = re.findall(r"<h2>(\d+)\. (\w+)", page)
    assert headings[6:] == [("7", "Layanan"), ("8", "Rujukan"), ("9", "Pemantauan"), ("10", "Status")]
    for words in ("musyawarah", "Berat tindakan", "saat kejadian"):
        assert words not in page


@pytest.mark.parametrize(
    ("role", "called"),
    [
        ("Petugas rehabilitasi sosial (Bidang Rehsosdayasos)", "Petugas Rehabilitasi Sosial"),
        ("Pekerja Sosial atau Kepala Seksi Rehabilitasi Sosial Tuna Sosial", "Pekerja Sosial"),
        ("Sakti peksos", "Sakti Peksos"),
    ],
)
def test_who_has_no_post_signs_by_their_role(role: str, called: str) -> None:
    assert post(role) == called


@pytest.mark.parametrize("folder", ["kab_lumajang", "kota_pangkalpinang", "kota_banjar", "kota_pasuruan"])
def test_the_place_stands_once_in_each_letterhead(folder: str) -> None:
    path = Path(__file__).parents[2] / "xlsforms" / folder / "kantor.xlsx"
    made, _ = office_reader.read(workbook.read(path.read_bytes()))
    head = letterhead(made)
    assert head.nama in ("Dinas Sosial", "Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak")
    assert head.pemerintah.split()[1] in ("Kota", "Kabupaten")
