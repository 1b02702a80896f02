"""SOP 001 of Kota Pangkalpinang: what is asked of a client, who decides, and every way a case may go."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from server.sop.events import Event
from server.sop.fold import fold
from server.sop.state import CaseState
from tests.core.instruments import CLOSED, OPEN, TODAY, WAITING, Instruments, office_of
from tests.core.sop_books import WIB, act, at, sent
from tests.phone.javarosa import NotOffered, Refused, Session

RTS = Instruments(
    "kota_pangkalpinang",
    "tuna_susila",
    {
        "inisial": "M.",
        "jk": "P",
        "usia_saat_kejadian": "24",
        "tgl_kejadian": "2026-10-30",
        "darurat": "ya",
        "perlu_pengamanan": "ya",
        "usulan": "diterima",
        "tingkat_risiko": "tinggi",
    },
)
INTAKE = "tuna_susila_laporan_awal"
INSTRUMENTS = [
    "laporan_awal",
    "asesmen_awal",
    "disposisi",
    "masuk_rps",
    "asesmen_lanjutan",
    "catatan_kasus",
    "serah_terima",
]
IDS = [f"tuna_susila_{name}" for name in INSTRUMENTS]
PRINTED = Path(__file__).parents[1] / "golden" / "tuna_susila_langkah.txt"

# What the instruments must ask, by form, as the field lists of the office's practice name it.
_ALL = "start end today deviceid username audit jam_mulai jam_selesai bahasa_wawancara penerjemah petugas_kode"
_IDENTITY = (
    "ketersediaan_identitas nama_lengkap nama_sumber nama_alias nik nik_status jk tempat_lahir tgl_lahir_pasti"
    " tgl_lahir bln_lahir thn_lahir usia_perkiraan dasar_taksiran usia_saat_kejadian usia_min usia_maks ppks_utama"
)
_ADDRESS = (
    "alamat_jenis penduduk_setempat kecamatan kelurahan prov kab alamat rt rw kode_pos patokan lama_tinggal_bln"
    " status_tempat lokasi luar_daerah"
)
_CONSENT = (
    "info_dibacakan dasar_pemrosesan pemberi_persetujuan wali_konflik nama_pemberi hub_pemberi nik_pemberi"
    " setuju_layanan setuju_foto setuju_berbagi setuju_publikasi assent_anak bentuk ttd_pemberi rekaman"
    " nama_saksi_persetujuan tarik_info"
)
_EVIDENCE = "foto foto_keterangan foto_boleh_publik lokasi_kegiatan dok_foto dok_berkas jenis_dok catatan_rahasia"
_SIGNED = "kesimpulan rekomendasi rtl_tindakan rtl_penanggung_jawab rtl_tenggat ttd_petugas ttd_klien cap_jempol"
_PARTY = " ".join(
    f"{party}_{what}" for party in ("p1", "p2") for what in ("nama", "nip_nik", "jabatan", "instansi", "alamat", "hp")
)
ASKED = {
    "laporan_awal": f"{_ALL} {_IDENTITY} {_ADDRESS} {_EVIDENCE} {_SIGNED} tgl_laporan jenis_masuk waktu_lapor kanal"
    " sumber_laporan instansi_pengirim no_surat tgl_surat hal_surat foto_surat anonim pelapor_nama pelapor_nik"
    " pelapor_hp pelapor_alamat pelapor_hub jml_klien ppks_dugaan kronologi_singkat tempat_ditemukan lokasi_ditemukan"
    " waktu_ditemukan kondisi ancaman_segera perlu_medis barang_bawaan_nama barang_bawaan_jumlah barang_bawaan_nilai"
    " barang_bawaan_foto status_klien_sekarang syarat berkas_lengkap tgl_lengkap cek_duplikat urgensi tujuan_disposisi"
    " tanda_terima_ttd tujuan_verifikasi",
    "asesmen_awal": f"{_ALL} {_ADDRESS} {_CONSENT} {_EVIDENCE} {_SIGNED} nama_ayah nama_ibu no_kk kepemilikan_dok agama"
    " suku status_kawin kewarganegaraan pendidikan_terakhir pekerjaan no_hp no_hp_milik disabilitas ciri_fisik"
    " foto_wajah foto_dok ppks_utama ppks_lain tempat_asesmen informan keluhan masalah_utama kronologi peristiwa_tgl"
    " peristiwa_uraian peristiwa_pihak lama_masalah lama_dijalan kegiatan_jalan frek_terjaring terakhir_terjaring"
    " kondisi_fisik luka foto_luka kebutuhan_dasar kondisi_emosi orientasi risiko_bunuh_diri risiko_kekerasan"
    " risiko_eksploitasi risiko_kabur napza hamil jumlah_anak_ikut keluarga_ada sekolah_status jaminan_status"
    " pernah_layanan harapan skor_risiko tingkat_risiko alasan_risiko darurat perlu_pengamanan kesimpulan_awal usulan"
    " usulan_layanan identitas_dicek cara_asesmen",
    "disposisi": "tgl_kegiatan ringkasan usulan_kasus disposisi keputusan alasan_tolak alasan rujuk_ke instruksi"
    " tenggat petugas_tujuan ttd_keputusan",
    "masuk_rps": f"{_ALL} {_CONSENT} {_SIGNED} dasar_darurat waktu_permintaan waktu_respon layanan item_nama"
    " item_jumlah item_satuan item_rupiah tempat_aman rps_kamar tgl_masuk jam_masuk rencana_lama_hari kondisi_masuk"
    " suhu tensi berat barang_titipan_nama barang_titipan_jumlah barang_titipan_foto ttd_titipan larangan_kunjungan"
    " izin_wali alasan_tanpa_wali lapor_polisi no_lp penyetuju waktu_setuju penanggung_jawab_rps harian_tgl"
    " harian_kondisi harian_kegiatan harian_petugas tempat",
    "asesmen_lanjutan": f"{_ALL} {_EVIDENCE} {_SIGNED} tb_cm bb_kg lila_cm riwayat_sakit obat alergi imunisasi"
    " disab_rinci alat_bantu kesehatan_reproduksi ims_hiv_status kemandirian_mandi kemandirian_makan pola_tidur_makan"
    " emosi perilaku kognitif trauma trauma_pelaku trauma_waktu konsep_diri motivasi skrining_jiwa skor_skrining"
    " napza_zat napza_cara napza_usia_mulai napza_terakhir pola_asuh relasi_ayah relasi_ibu relasi_saudara"
    " konflik_keluarga kdrt teman_sebaya lingkungan pemanfaatan_waktu ekonomi_keluarga kondisi_rumah_lantai"
    " kondisi_rumah_dinding kondisi_rumah_atap kondisi_rumah_air kondisi_rumah_jamban kondisi_rumah_listrik"
    " luas_per_jiwa pendidikan_rinci riwayat_kerja keterampilan minat sumber_nama sumber_jenis sumber_kontak"
    " sumber_dukungan ekomap ibadah makna dukungan_agama kekuatan hambatan kebutuhan_domain kebutuhan_uraian"
    " kebutuhan_prioritas kebutuhan_sumber diagnosis_psikososial prognosis"
    " tingkat_risiko_baru rencana_awal agt_nama agt_nik"
    " agt_jk agt_umur hub_klien status_hidup agt_pendidikan agt_pekerjaan agt_penghasilan serumah agt_disabilitas"
    " agt_jkn pengasuh_utama bersedia_mengasuh larangan_kontak jml_anggota"
    " jml_tanggungan penghasilan_kel pengeluaran hutang aset genogram",
    "catatan_kasus": f"{_ALL} {_EVIDENCE} {_SIGNED} catatan_tgl catatan_jam catatan_kegiatan catatan_pihak catatan_isi"
    " catatan_rencana catatan_petugas layanan_diberikan hasil_layanan laporan_akhir kelengkapan_arsip tgl_arsip"
    " lokasi_arsip media_arsip",
    "serah_terima": f"{_ALL} {_PARTY} {_EVIDENCE} jenis_serah tgl_kegiatan jam_serah tempat p2_hub p2_bukti p2_larangan"
    " kondisi_serah dok_serah barang_nama barang_jumlah obat_nama obat_aturan pesan_khusus kesanggupan foto_serah"
    " saksi_nama saksi_jabatan saksi_ttd ttd_p1 ttd_p2 cap_jempol_p2 materai mengetahui jenis_terminasi kriteria_uraian"
    " kriteria_terpenuhi kriteria_bukti skor_awal skor_akhir perubahan_skor layanan_diterima jaminan_terakses"
    " tinggal_akhir pengasuh_akhir kerja_akhir risiko_sisa pendapat_klien pendapat_keluarga binjut_bulan binjut_cara"
    " kontak_darurat barang_kembali dok_kembali skm_1 skm_9 meninggal_sebab hilang_upaya tgl_keluar kondisi_keluar"
    " penentu_nama penentu_jabatan lembaga_tujuan",
}
OFFERED = {
    ("laporan_awal", "sumber_laporan"): "masyarakat keluarga klien_sendiri satpol_pp polisi slrt puskesos psm tksk pkh"
    " sekolah kesehatan kelurahan lks lsm dinsos_lain kemensos media lapor_sp4n e_sambat temuan_petugas",
    ("laporan_awal", "kanal"): "datang_langsung surat telepon whatsapp email web sp4n_lapor e_sambat mpp instagram"
    " facebook x tiktok kotak_saran penjangkauan",
    ("laporan_awal", "kondisi"): "sehat sakit luka hamil mabuk gangguan_jiwa bayi_balita lansia_rapuh membawa_senjata"
    " ketakutan",
    ("laporan_awal", "ancaman_segera"): "ya tidak tidak_tahu",
    ("laporan_awal", "status_klien_sekarang"): "di_kantor di_lokasi di_satpol di_polsek di_rs tidak_diketahui",
    ("asesmen_awal", "kepemilikan_dok"): "ktp ikd kia akta kk suket sim paspor buku_nikah tidak_ada",
    ("asesmen_awal", "tempat_asesmen"): "kantor rps lapangan rumah polsek rs",
    ("asesmen_awal", "kegiatan_jalan"): "mengamen mengemis memulung berjualan parkir menggelandang prostitusi punk",
    ("asesmen_awal", "usulan"): "diterima ditolak dirujuk ditunda duplikat",
    (
        "asesmen_awal",
        "usulan_layanan",
    ): "motivasi_diagnosis pelatihan_vokasional bimbingan_sosial rujukan layanan_darurat"
    " fasilitasi_adminduk fasilitasi_jaminan fasilitasi_pendidikan penelusuran reunifikasi pendampingan_hukum mediasi",
    ("disposisi", "disposisi"): "ya tidak",
    ("disposisi", "alasan_tolak"): "bukan_ppks luar_wilayah luar_kewenangan data_tidak_benar klien_menolak"
    " sudah_ditangani",
    ("masuk_rps", "dasar_darurat"): "ancaman_jiwa kekerasan sakit_berat telantar_total bayi anak_sendirian pasca_razia"
    " bencana",
    ("masuk_rps", "layanan"): "makan sandang kebersihan obat rujuk_rs tempat_aman transport konseling_awal"
    " pengamanan_polisi susu_popok",
    ("masuk_rps", "tempat_aman"): "rps rumah_singgah rs keluarga_kerabat lksa",
    ("asesmen_lanjutan", "trauma"): "fisik psikis seksual penelantaran eksploitasi tppo",
    ("asesmen_lanjutan", "pola_asuh"): "demokratis otoriter permisif lalai",
    ("asesmen_lanjutan", "sumber_jenis"): "informal formal kemasyarakatan",
    ("asesmen_lanjutan", "prognosis"): "baik ragu buruk",
    ("asesmen_lanjutan", "hub_klien"): "ayah ibu ayah_tiri ibu_tiri kakak adik kakek nenek paman bibi suami istri anak"
    " wali pengasuh lain",
    ("serah_terima", "jenis_serah"): "ke_rps ke_keluarga ke_panti ke_dinsos_lain ke_polisi ke_rs",
    ("serah_terima", "tujuan_serah"): "keluarga panti lembaga_lain",
    ("serah_terima", "kondisi_serah"): "sehat sakit luka hamil gangguan_jiwa",
    ("serah_terima", "dok_serah"): "asesmen laporan_sosial surat_rujukan ktp_kk akta medis lain",
    ("serah_terima", "jenis_terminasi"): "tujuan_tercapai layanan_terpenuhi pulih_berkelanjutan dilimpahkan ke_keluarga"
    " ke_panti ditolak mundur pindah meninggal hilang_kontak putusan_hukum",
}


# The forms as forms


def test_there_are_the_seven_instruments_of_the_sop() -> None:
    assert RTS.ids == IDS
    assert {file.stem for file in RTS.folder.glob("*.xlsx")} == {*IDS, "sop"}


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_an_instrument_asks_everything_its_field_list_names(name: str) -> None:
    there = {row["name"] for row in RTS.survey(f"tuna_susila_{name}")}
    assert [field for field in ASKED[name].split() if field not in there] == []


@pytest.mark.parametrize(("name", "question"), OFFERED)
def test_a_question_offers_every_choice_of_its_field_list(name: str, question: str) -> None:
    offered = RTS.choices(f"tuna_susila_{name}", question)
    assert [choice for choice in OFFERED[name, question].split() if choice not in offered] == []


def test_every_label_hint_and_message_is_there_in_indonesian_and_english() -> None:
    assert list(RTS.without_english()) == []


def test_odk_validate_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    assert "Warning" not in RTS.validate(tmp_path)


@pytest.mark.parametrize("form_id", IDS)
def test_a_client_is_nowhere_called_a_child(form_id: str) -> None:
    """Words of the shared blocks are about the client here; where a child is meant, it is said on purpose."""
    meant = re.compile(
        r"sebagai anak|SOP anak|: anak adalah|[Aa]nak yang dibawa|(?:Persetujuan|Pendapat) anak|anak klien"
    )
    for row in RTS.survey(form_id):
        said = meant.sub("", row["label::Indonesian (id)"] + row.get("hint::Indonesian (id)", ""))
        assert not re.search(r"\b[Aa]nak\b", said), row["name"]


@pytest.mark.parametrize("form_id", IDS)
def test_no_list_on_the_phone_shows_a_name_and_no_form_saves_one(form_id: str) -> None:
    shown = {"inisial", "jk", "usia_saat_kejadian", "wilayah_nama", "tgl_laporan", "kasus_nomor", "kasus_label"}
    assert RTS.shown_on_lists(form_id) <= shown | {"tgl_kegiatan"}
    saved = {row["save_to"] for row in RTS.survey(form_id) if row.get("save_to")}
    assert not {name for name in saved if name.startswith(("nama", "nik", "pelapor", "alamat", "ims", "alasan"))}


@pytest.mark.parametrize("form_id", IDS[1:])
def test_the_phone_offers_waiting_cases_then_every_open_one_and_never_a_closed_one(form_id: str) -> None:
    session = RTS.form(form_id).open()
    assert list(session.offered("kasus_id")) == [WAITING]
    session.fill({"tampil": "semua"})
    assert list(session.offered("kasus_id")) == [WAITING, OPEN]
    with pytest.raises(NotOffered):
        session.fill({"kasus_id": CLOSED})


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        ("laporan_awal", "berkas_lengkap ancaman_segera perlu_medis"),
        ("asesmen_awal", "darurat perlu_pengamanan"),
        ("disposisi", "disposisi"),
    ],
)
def test_what_decides_the_route_must_be_answered_and_is_never_hidden(name: str, questions: str) -> None:
    for question in questions.split():
        row = RTS.question(f"tuna_susila_{name}", question)
        assert (row["required"], row["relevant"]) == ("yes", ""), question


# Filling

REPORT: dict[str, object] = {
    "tgl_laporan": date(2026, 11, 2),
    "jenis_masuk": "laporan_lisan",
    "waktu_lapor": "2026-11-02T09:00:00.000+07:00",
    "kanal": "whatsapp",
    "sumber_laporan": "psm",
    "kronologi_singkat": "Klien terlihat di sekitar terminal pada malam hari.",
    "tujuan_verifikasi": "Terminal lama, ketua RT",
    "tempat_ditemukan": "Terminal",
    "waktu_ditemukan": "2026-11-01T21:30:00.000+07:00",
    "ancaman_segera": "tidak",
    "perlu_medis": "tidak",
    "ketersediaan_identitas": "tidak_ada",
    "jk": "P",
    "tgl_lahir_pasti": "tahun",
    "thn_lahir": 2000,
    "penduduk_setempat": "ya",
    "kecamatan": "19.71.02",
    "berkas_lengkap": "tidak",
}


def report(**answers: object) -> Session:
    return RTS.form(INTAKE).open().fill(REPORT | answers)


def test_a_client_without_a_name_is_called_klien_x_with_place_and_day() -> None:
    session = report().finalise()
    assert session.value("nama_lengkap") == "KLIEN X Terminal 2026-11-02"
    assert session.value("/data/meta/entity/label") == "KLIEN X, P, 26 th, 02/11/2026"


def test_the_age_counts_on_the_day_the_client_was_found_else_on_the_day_of_the_report() -> None:
    born = {"tgl_lahir_pasti": "tepat", "tgl_lahir": date(2000, 11, 2), "thn_lahir": None}
    answers = {name: value for name, value in (REPORT | born).items() if value is not None}
    found = RTS.form(INTAKE).open().fill(answers).finalise()
    assert (found.value("tgl_kejadian"), found.value("usia_saat_kejadian")) == ("2026-11-01", "25")
    del answers["waktu_ditemukan"]
    later = RTS.form(INTAKE).open().fill(answers).finalise()
    assert (later.value("tgl_kejadian"), later.value("usia_saat_kejadian")) == ("2026-11-02", "26")


def test_a_girl_is_a_victim_and_never_of_this_category() -> None:
    session = report(thn_lahir=2010).finalise()
    assert session.value("ppks_utama") == "anak_korban_kekerasan"
    assert session.question("info_usia_18").is_read_only
    assert report().value("ppks_utama") == "tuna_susila"


def test_a_man_is_noted_and_sent_all_the_same() -> None:
    assert report(jk="L").finalise().question("info_jk").is_read_only


def test_a_refusal_names_its_ground_and_who_is_more_competent() -> None:
    session = RTS.form("tuna_susila_disposisi").open().fill({"kasus_id": WAITING, "disposisi": "tidak"})
    assert list(session.offered("keputusan")) == ["ditolak", "dirujuk", "duplikat"]
    with pytest.raises(Refused, match="keputusan"):
        session.finalise()
    session.fill({"keputusan": "ditolak", "alasan_tolak": ["luar_wilayah"], "alasan": "Klien warga daerah lain."})
    with pytest.raises(Refused, match="rujuk_ke_lain"):
        session.finalise()
    session.fill({"rujuk_ke": "dinsos_babel"}).finalise()


def test_who_decides_sees_what_the_officer_proposed() -> None:
    session = RTS.form("tuna_susila_disposisi").open().fill({"kasus_id": WAITING, "disposisi": "ya"})
    assert list(session.offered("keputusan")) == ["diterima"]
    assert "usulan petugas: diterima" in session.question("ringkasan").label


@pytest.mark.parametrize(
    ("form", "answers", "said"),
    [
        ("masuk_rps", {"rencana_lama_hari": 31}, "1 sampai 30"),
        ("masuk_rps", {"tensi": "120"}, "120/80"),
        ("masuk_rps", {"suhu": 50.0}, "30 sampai 45"),
        (
            "masuk_rps",
            {"waktu_permintaan": "2026-11-02T10:00:00.000+07:00", "waktu_respon": "2026-11-02T09:00:00.000+07:00"},
            "sebelum permintaan",
        ),
        ("serah_terima", {"tujuan_serah": "keluarga", "jenis_serah": "ke_keluarga", "p2_larangan": "ya"}, "dilarang"),
        ("serah_terima", {"kesanggupan": "tidak"}, "Tanpa kesanggupan"),
        ("asesmen_lanjutan", {"tb_cm": 20.0}, "30 sampai 230"),
        ("catatan_kasus", {"tgl_arsip": TODAY + timedelta(days=2)}, "setelah hari ini"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(form: str, answers: dict, said: str) -> None:
    with pytest.raises(Refused, match=said):
        RTS.form(f"tuna_susila_{form}").open().fill({"kasus_id": WAITING, **answers})


def test_a_hand_over_offers_only_what_fits_its_destination() -> None:
    session = RTS.form("tuna_susila_serah_terima").open().fill({"kasus_id": WAITING, "tujuan_serah": "keluarga"})
    assert list(session.offered("jenis_serah")) == ["ke_keluarga"]
    session.fill({"tujuan_serah": "lembaga_lain"})
    assert list(session.offered("jenis_serah")) == ["ke_rps", "ke_dinsos_lain", "ke_polisi", "ke_rs"]
    assert session.value("cara") == "dipindah"


# A whole case, made up by chance, from the phone to the end


def made_up(name: str, seed: int, minute: int, **answers: object) -> Event:
    """A form filled on the phone with whatever an officer may answer, received at that minute of today's morning."""
    form_id = f"tuna_susila_{name}"
    head = {"tgl_laporan": TODAY} if form_id == INTAKE else {"kasus_id": WAITING, "tgl_kegiatan": TODAY}
    session = RTS.form(form_id).open().fill_random(seed, {**head, **answers})
    return RTS.event(session, at(TODAY.isoformat(), minute=minute))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_an_officer_answers_every_form_is_read_and_finds_its_step(seed: int) -> None:
    said: dict[str, dict[str, object]] = {
        "asesmen_awal": {"darurat": "ya", "perlu_pengamanan": "ya"},
        "disposisi": {"disposisi": "ya"},
        "serah_terima": {"kesanggupan": "ya"},
    }
    events = [made_up(name, seed, 4 * place, **said.get(name, {})) for place, name in enumerate(INSTRUMENTS)]
    state = folded(events)
    assert state.waiting == ()
    assert (state.status, state.close_reason) == ("closed", "diserahkan")
    assert [visit.step for visit in state.visits] == [step.name for step in RTS.rules.steps]
    (stay,) = [record for record in state.records if record.kind == "stay"]
    assert [entry["state"] for entry in stay.entries] == ["in", "out"]
    assert stay.entries[0]["tempat"]
    assert stay.entries[1]["kepada"]


# The SOP


def folded(events: list[Event]) -> CaseState:
    return fold(RTS.rules, events, WIB)


def test_the_checker_finds_nothing_and_the_sops_own_tests_pass() -> None:
    assert [finding for finding in RTS.findings() if finding.level != "note"] == []
    assert {row.case for row in RTS.rules.tests} == {f"t{number}" for number in range(1, 7)}


def test_every_printed_step_is_there_word_for_word() -> None:
    printed = dict(line.split(". ", 1) for line in PRINTED.read_text().splitlines())
    assert len(printed) == 7
    assert {step.source: step.source_text for step in RTS.rules.steps} == printed


def test_the_routes_are_those_of_the_table_and_every_reading_names_its_reason() -> None:
    assert [route.name for route in RTS.rules.routes] == [f"r{number:02}" for number in range(1, 10)]
    assert {route.name for route in RTS.rules.routes if route.interpretation} == {"r05"}
    told = " ".join(item.interpretation for item in RTS.rules.readings)
    assert [f"B{number}" for number in range(1, 11) if f"B{number}" not in told] == []


def test_the_public_standard_can_be_printed_from_the_workbook() -> None:
    rules = RTS.rules
    assert [said.text for said in rules.requirements] == ["Wanita Tuna Susila"]
    assert [said.text for said in rules.products] == ["Rehabilitasi Sosial"]
    assert rules.service_time_text == "2 Hari kerja sejak berkas permohonan diterima secara lengkap dan benar"
    assert (rules.service_time, rules.service_time_unit) == (2, "working_day")
    assert rules.decree_no == "08.a/KEP/SEKRT-DINSOS/I/2022"
    assert rules.cost == "Tidak dipungut biaya"
    assert [complaint.kind for complaint in rules.complaints] == ["offline", "online"]
    assert rules.complaints[1].address == "dinsos@pangkalpinang.go.id"


def test_only_the_roles_the_source_names_are_marked_as_stated() -> None:
    assert {role.name for role in RTS.rules.roles if not role.stated_in_source} == {"supervisor"}
    assert {step.name: step.role for step in RTS.rules.steps if step.role != "peksos_kasi"} == {
        "s03": "kabid",
        "s04": "ketua_rps",
    }


def test_every_paper_the_sop_issues_has_a_register_that_numbers_it_and_a_post_that_signs_it() -> None:
    office = office_of("kota_pangkalpinang")
    for paper in RTS.rules.documents:
        if paper.direction == "out":
            numbered = office.number_pattern(paper.name, date(2026, 11, 21))
            assert numbered is not None, paper.name
            assert numbered.pattern == paper.number_format
            assert office.signer_for(paper.signed_by, date(2026, 11, 21)) is not None, paper.name


def test_the_city_has_its_seven_districts_and_42_villages() -> None:
    own = [area for area in office_of("kota_pangkalpinang").areas if area.code.startswith("19.71.")]
    assert [sum(area.level == level for area in own) for level in ("kecamatan", "kelurahan")] == [7, 42]


# Named clients, and the way each case went


def reported(complete: str = "ya", day: str = "2026-11-02", **more: object) -> Event:
    return sent(
        INTAKE, day, **({"berkas_lengkap": complete, "jk": "P", "usia_saat_kejadian": 24, "inisial": "M."} | more)
    )


def form(name: str, day: str, **answers: object) -> Event:
    return sent(f"tuna_susila_{name}", day, **answers)


def assessed(urgent: str, protect: str, **more: object) -> list[Event]:
    return [reported(**more), form("asesmen_awal", "2026-11-03", darurat=urgent, perlu_pengamanan=protect)]


def decided(urgent: str, protect: str, answer: str) -> list[Event]:
    return [*assessed(urgent, protect), form("disposisi", "2026-11-03", disposisi=answer)]


def finished(urgent: str, protect: str) -> list[Event]:
    stay = [form("masuk_rps", "2026-11-03", tempat="RPS SENYUM")] if urgent == protect == "ya" else []
    return [
        *decided(urgent, protect, "ya"),
        *stay,
        form("asesmen_lanjutan", "2026-11-04"),
        form("catatan_kasus", "2026-11-04"),
        form("serah_terima", "2026-11-05", tempat="Kantor dinas", kepada="Ibu klien", cara="serah_terima"),
    ]


STORIES: dict[str, tuple[list[Event], set[str], tuple[str, ...]]] = {
    "Melati is reported": ([reported()], {"r01"}, ("s02",)),
    "Melati was assessed and waits for the head of division": (assessed("ya", "ya"), {"r01", "r02"}, ("s03",)),
    "Mawar is refused and referred": (decided("ya", "ya", "tidak"), {"r01", "r02", "r03"}, ()),
    "Melati needs protection now": (decided("ya", "ya", "ya"), {"r01", "r02", "r04"}, ("s04",)),
    "Kenanga's emergency needs no shelter": (decided("ya", "tidak", "ya"), {"r01", "r02", "r05"}, ("s05",)),
    "Dahlia needs protection without an emergency": (decided("tidak", "ya", "ya"), {"r01", "r02", "r05"}, ("s05",)),
    "Anggrek needs neither": (decided("tidak", "tidak", "ya"), {"r01", "r02", "r05"}, ("s05",)),
    "Melati leaves the shelter for her family": (
        finished("ya", "ya"),
        {"r01", "r02", "r04", "r06", "r07", "r08", "r09"},
        (),
    ),
    "Anggrek goes home": (finished("tidak", "tidak"), {"r01", "r02", "r05", "r07", "r08", "r09"}, ()),
}


def routes_of(state: CaseState) -> set[str]:
    return {name for decision in state.current_decisions for name in decision.routes}


@pytest.mark.parametrize("story", STORIES)
def test_a_case_goes_the_way_its_answers_say(story: str) -> None:
    events, routes, opens = STORIES[story]
    state = folded(events)
    assert routes_of(state) == routes
    assert state.open_steps == opens
    assert state.waiting == ()


def test_the_stories_take_every_route_of_the_sop() -> None:
    taken = {name for _, routes, _ in STORIES.values() for name in routes}
    assert taken == {route.name for route in RTS.rules.routes}


def test_every_end_has_its_own_reason() -> None:
    assert folded(decided("tidak", "tidak", "tidak")).close_reason == "ditolak_dirujuk"
    assert folded(finished("tidak", "tidak")).close_reason == "diserahkan"


def test_who_never_stayed_in_the_shelter_does_not_leave_it() -> None:
    assert folded(finished("tidak", "tidak")).records == ()
    (stay,) = folded(finished("ya", "ya")).records
    assert [(entry["state"], entry["tempat"]) for entry in stay.entries] == [
        ("in", "RPS SENYUM"),
        ("out", "Kantor dinas"),
    ]


def test_the_clock_stands_until_the_papers_are_complete() -> None:
    waiting = folded([reported("tidak")])
    assert (waiting.clock_started, waiting.due_at) == (None, None)
    started = folded([reported()])
    assert started.clock_started is not None
    assert started.due_at is not None
    assert started.due_at.startswith("2026-11-04")  # two working days after Monday 2 November


def test_the_papers_become_complete_by_a_correction_of_the_report() -> None:
    corrected = sent(
        INTAKE,
        "2026-11-02",
        at("2026-11-04"),
        revision=1,
        berkas_lengkap="ya",
        jk="P",
        usia_saat_kejadian=24,
        inisial="M.",
    )
    assert folded([reported("tidak"), corrected]).clock_started is not None


def alerts_of(events: list[Event]) -> set[tuple[str, str]]:
    return {
        (dict(notice.args)["alert"], notice.to) for notice in folded(events).notices if notice.code == "notice.alert"
    }


@pytest.mark.parametrize(
    ("events", "alert"),
    [
        ([reported(ancaman_segera="ya")], ("a1", "supervisor")),
        ([reported(perlu_medis="ya")], ("a1", "supervisor")),
        (assessed("ya", "ya"), ("a1", "supervisor")),
        (assessed("ya", "ya"), ("a2", "ketua_rps")),
        ([reported(usia_saat_kejadian=17)], ("a3", "supervisor")),
        ([reported(usia_saat_kejadian=19, usia_min=16, usia_maks=20)], ("a3", "supervisor")),
        ([reported(jk="L")], ("a4", "supervisor")),
    ],
)
def test_somebody_hears_of_what_the_rules_leave_to_a_person(events: list[Event], alert: tuple[str, str]) -> None:
    assert alert in alerts_of(events)


def test_a_woman_of_age_without_an_emergency_raises_no_alert() -> None:
    assert alerts_of(finished("tidak", "tidak")) == set()


def test_an_emergency_opens_the_shelter_before_the_decision_and_the_decision_confirms_it() -> None:
    opened = act("override", "2026-11-03", "s02", actor="linda", to=["s04"], reason="darurat")
    state = folded([*assessed("ya", "ya"), opened])
    assert "s04" in state.open_steps


def test_a_decision_on_paper_is_entered_by_the_supervisor_for_the_head_of_division() -> None:
    step = RTS.rules.step("s03")
    assert step is not None
    assert (step.kind, step.role, step.recorded_by) == ("approval", "kabid", ("supervisor",))
    paper = act(
        "decision",
        "2026-11-03",
        "s03",
        actor="linda",
        answers={"disposisi": "ya"},
        decidedBy="yusuf",
        decidedOn="2026-11-03",
        recordedBy="linda",
    )
    state = folded([*assessed("tidak", "tidak"), paper])
    assert state.open_steps == ("s05",)
    (decision,) = [d for d in state.current_decisions if d.step == "s03"]
    assert (decision.by, decision.recorded_by) == ("yusuf", "linda")
