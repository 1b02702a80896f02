"""SOP 000 of Kota Pasuruan: what is asked about a child on the street, and every way its case may go."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from server.sop.events import Event
from server.sop.fold import fold
from server.sop.state import CaseState
from tests.core.instruments import CLOSED, OPEN, TODAY, WAITING, Instruments, office_of
from tests.core.sop_books import WIB, act, at, sent
from tests.phone.javarosa import NotOffered, Refused, Session

TS = Instruments(
    "kota_pasuruan",
    "tuna_sosial",
    {
        "inisial": "A.P.",
        "jk": "P",
        "ppks_utama": "anak_jalanan",
        "tgl_kejadian": "2026-10-30",
        "interval_monitoring": "14",
    },
)
INTAKE = "tuna_sosial_laporan_awal"
INSTRUMENTS = [
    "laporan_awal",
    "asesmen",
    "kunjungan_rumah",
    "konferensi_kasus",
    "layanan_darurat",
    "bantuan_jks",
    "bantuan_sekolah",
    "rujukan",
    "monitoring",
    "terminasi",
    "laporan_kasus",
    "arsip",
]
IDS = [f"tuna_sosial_{name}" for name in INSTRUMENTS]
PRINTED = Path(__file__).parents[1] / "golden" / "tuna_sosial_langkah.txt"

# What the instruments must ask, by form, as the field lists of the office's practice name it.
_ALL = (
    "start end today deviceid username audit tgl_kegiatan jam_mulai jam_selesai bahasa_wawancara penerjemah"
    " petugas_kode"
)
_IDENTITY = (
    "ketersediaan_identitas nama_lengkap nama_sumber nama_alias nik nik_status jk tempat_lahir"
    " tgl_lahir_pasti tgl_lahir"
    " bln_lahir thn_lahir usia_perkiraan dasar_taksiran usia_saat_kejadian usia_min usia_maks ppks_utama"
)
_DETAILS = (
    "nama_ayah nama_ibu no_kk kepemilikan_dok agama suku status_kawin kewarganegaraan"
    " pendidikan_terakhir pekerjaan no_hp"
    " no_hp_milik boleh_dihubungi disabilitas ciri_fisik foto_wajah foto_dok ppks_utama ppks_lain"
)
_ADDRESS = (
    "alamat_jenis penduduk_setempat kecamatan kelurahan prov kab alamat rt rw kode_pos patokan lama_tinggal_bln"
    " status_tempat lokasi luar_daerah"
)
_HOUSEHOLD = (
    "agt_nama agt_nik agt_jk agt_umur hub_klien status_hidup agt_pendidikan agt_pekerjaan agt_penghasilan serumah"
    " agt_disabilitas agt_jkn pengasuh_utama bersedia_mengasuh larangan_kontak alasan_larangan"
    " jml_anggota jml_tanggungan"
    " penghasilan_kel pengeluaran hutang aset genogram"
)
_CONSENT = (
    "teks_informasi info_dibacakan dasar_pemrosesan pemberi_persetujuan wali_konflik nama_pemberi"
    " hub_pemberi nik_pemberi"
    " setuju_layanan setuju_foto setuju_berbagi setuju_publikasi assent_anak pendapat_anak bentuk ttd_pemberi rekaman"
    " nama_saksi_persetujuan tarik_info"
)
_EVIDENCE = "foto foto_keterangan foto_boleh_publik lokasi_kegiatan dok_foto dok_berkas jenis_dok catatan_rahasia"
_SIGNED = (
    "kesimpulan rekomendasi rtl_tindakan rtl_penanggung_jawab rtl_tenggat ttd_petugas ttd_klien cap_jempol nama_saksi"
    " ttd_saksi mengetahui_nama mengetahui_jabatan mengetahui_ttd"
)
ASKED = {
    "laporan_awal": f"{_ALL.replace('tgl_kegiatan', 'tgl_laporan')} {_IDENTITY} {_ADDRESS} {_EVIDENCE} {_SIGNED}"
    " jenis_masuk jam_laporan kanal sumber_laporan instansi_pengirim no_surat tgl_surat hal_surat foto_surat anonim"
    " pelapor_nama pelapor_nik pelapor_hp pelapor_alamat pelapor_hub jml_anak jenis kronologi_singkat tempat_ditemukan"
    " lokasi_ditemukan tgl_kejadian jam_ditemukan kondisi ancaman_segera perlu_medis barang_nama barang_jumlah"
    " barang_nilai barang_foto status_klien_sekarang syarat berkas_lengkap tgl_lengkap pernah_dilaporkan urgensi"
    " tujuan_disposisi tanda_terima_ttd",
    "asesmen": f"{_ALL} {_DETAILS} {_ADDRESS} {_HOUSEHOLD} {_CONSENT} {_EVIDENCE} {_SIGNED} tempat_asesmen informan"
    " keluhan masalah_utama kronologi peristiwa_tgl peristiwa_uraian peristiwa_pihak lama_masalah lama_dijalan"
    " kegiatan_jalan frek_terjaring terakhir_terjaring kondisi_fisik luka foto_luka kebutuhan_dasar kondisi_emosi"
    " orientasi risiko_bunuh_diri risiko_kekerasan risiko_eksploitasi risiko_kabur napza napza_zat hamil"
    " jumlah_anak_ikut keluarga_ada sekolah_status jaminan_status pernah_layanan pernah_layanan_lembaga harapan"
    " skor_risiko tingkat_risiko alasan_risiko butuh_darurat kesimpulan_awal usulan usulan_layanan",
    "kunjungan_rumah": f"{_ALL} {_ADDRESS} {_EVIDENCE} {_SIGNED} no_spt tujuan_kunjungan bertemu ditemui_nama"
    " ditemui_hub ditemui_hp pendamping pendamping_nama alamat_sesuai kondisi_rumah_lantai kondisi_rumah_dinding"
    " kondisi_rumah_atap kondisi_rumah_air kondisi_rumah_jamban kondisi_rumah_listrik kondisi_rumah_kamar"
    " kondisi_rumah_kebersihan keamanan_rumah alasan_keamanan kecukupan_makan anggota_terkini pengasuh_siap"
    " pengasuh_siap_uraian interaksi keterangan_tetangga kebutuhan_bidang kebutuhan_teridentifikasi kesesuaian"
    " bantuan_diterima risiko_temuan tindakan_segera kondisi_petugas foto_rumah_luar foto_rumah_dalam"
    " kunjungan_berikut tempat_bertemu butuh_darurat",
    "konferensi_kasus": f"{_ALL} {_EVIDENCE} {_SIGNED} no_undangan tempat media pimpinan_rapat notulis peserta_nama"
    " peserta_instansi peserta_jabatan peserta_hp peserta_hadir peserta_ttd peran_klien alasan_tidak_hadir"
    " janji_rahasia ringkasan_kasus temuan isu_kunci pendapat_peserta pendapat_isi alternatif kepentingan_terbaik"
    " tingkat_risiko keputusan_utama rencana_domain rencana_tujuan rencana_kegiatan rencana_indikator"
    " rencana_penanggung_jawab rencana_instansi rencana_mulai rencana_tenggat rencana_sumber_dana butuh_darurat"
    " punya_jks bersekolah butuh_rehab interval_monitoring kriteria_terminasi manajer_kasus beda_pendapat cc_berikut"
    " notula_file foto_notula ttd_pimpinan ttd_notulis",
    "layanan_darurat": f"{_ALL} {_CONSENT} {_SIGNED} dasar_darurat waktu_permintaan waktu_respon layanan bantuan_item"
    " bantuan_jumlah bantuan_satuan bantuan_rupiah tempat_aman rps_kamar tgl_masuk jam_masuk rencana_lama_hari"
    " kondisi_masuk suhu tensi berat titipan_nama titipan_jumlah titipan_foto titipan_ttd larangan_kunjungan izin_wali"
    " alasan_tanpa_izin lapor_polisi no_lp penyetuju waktu_setuju penanggung_jawab_rps tgl_keluar jam_keluar"
    " tujuan_keluar kondisi_keluar pantau_tgl pantau_kondisi pantau_kegiatan pantau_petugas",
    "bantuan_jks": f"{_ALL} {_EVIDENCE} {_SIGNED} nama_lengkap nik cek_dtsen tgl_cek pemeriksa desil jkn_status no_jkn"
    " faskes pkh sembako pip_kip kip_kuliah atensi no_kks bantuan_lain bantuan_lain_uraian kendala_jks adminduk"
    " usulan_jks dasar_usulan no_surat_jks tgl_usul operator tiket hasil_jks tgl_hasil_jks alasan_tolak_jks mulai_aktif"
    " tindak_lanjut_jks tgl_tinjau bukti_jks",
    "bantuan_sekolah": f"{_ALL} {_EVIDENCE} {_SIGNED} status_sekolah jenjang_terakhir kelas_terakhir nama_sekolah npsn"
    " nisn thn_putus alasan_putus baca_tulis minat pilihan suara_anak sekolah_tujuan kontak_sekolah kontak_sekolah_hp"
    " hambatan_dok biaya_item biaya_rupiah biaya_sumber perlengkapan tgl_daftar diterima tgl_mulai kesepakatan_ortu"
    " ttd_kesanggupan pendamping_sekolah pantau_1bln pantau_3bln kendala_sekolah hasil_sekolah dasar_pemrosesan"
    " setuju_berbagi assent_anak",
    "rujukan": f"{_ALL} {_EVIDENCE} {_SIGNED} jenis_rujukan alasan_rujukan alasan_uraian lembaga_tujuan kriteria_cocok"
    " kontak_awal kontak_nama kontak_waktu layanan_diminta berkas tes_kesehatan urgensi_rujukan transport pengantar"
    " tgl_antar setuju_klien ttd_setuju_klien setuju_keluarga ttd_setuju_keluarga status_rujukan tgl_balasan no_balasan"
    " alasan_tolak_rujukan pj_penerima pj_penerima_hp rencana_lama kontrol umpan_tgl umpan_isi umpan_berkas",
    "monitoring": f"{_ALL} {_ADDRESS} {_EVIDENCE} {_SIGNED} cara pelaksana no_permintaan item_kegiatan item_target"
    " item_capaian item_bukti kondisi_fisik kondisi_emosi kondisi_sosial kondisi_spiritual kondisi_ekonomi"
    " kondisi_pendidikan keberfungsian kebutuhan_baru kualitas_pengasuhan patuh_rehab tingkat_risiko alamat_berubah"
    " suara_klien hambatan perlu_cc perlu_darurat status_lanjut alasan_hasil tgl_berikut pulih butuh_lanjut"
    " layanan_terpenuhi dijamin",
    "terminasi": f"{_ALL} {_SIGNED} jenis_terminasi alasan_terminasi kriteria_uraian kriteria_terpenuhi kriteria_bukti"
    " skor_awal skor_akhir perubahan_skor layanan_diterima jaminan_terakses dijamin_lanjut tinggal_akhir pengasuh_akhir"
    " sekolah_akhir kerja_akhir risiko_sisa risiko_alasan pendapat_klien pendapat_keluarga binjut_bulan binjut_cara"
    " binjut_petugas kontak_darurat barang_kembali dok_kembali alasan_belum_kembali skm_1 skm_9 meninggal_tgl"
    " meninggal_tempat meninggal_sebab meninggal_no_surat meninggal_pemakaman hilang_tgl hilang_tempat hilang_upaya"
    " hilang_lapor",
    "laporan_kasus": f"{_ALL} {_EVIDENCE} {_SIGNED} dasar_penanganan latar_belakang ringkasan_penanganan kegiatan_tgl"
    " kegiatan_uraian kegiatan_hasil layanan_diberikan hasil_layanan analisis laporan_akhir",
    "arsip": f"{_ALL} kelengkapan_arsip arsip_lengkap arsip_kurang media_arsip lokasi_arsip"
    " kode_klasifikasi sifat_arsip"
    " foto_arsip berkas_arsip ttd_petugas",
}
OFFERED = {
    ("laporan_awal", "jenis_masuk"): "laporan_lisan surat rujukan penyerahan_langsung razia",
    ("laporan_awal", "kondisi"): "sehat sakit luka hamil mabuk gangguan_jiwa bayi_balita lansia_rapuh membawa_senjata"
    " ketakutan",
    ("laporan_awal", "ancaman_segera"): "ya tidak tidak_tahu",
    ("laporan_awal", "jenis"): "anak_jalanan anak_terlantar anak_nakal anak_tuna_susila",
    ("laporan_awal", "sumber_laporan"): "masyarakat keluarga klien_sendiri satpol_pp polisi puskesos psm tksk pkh"
    " sekolah kelurahan lsm dinsos_lain kemensos media lapor_sp4n e_sambat temuan_petugas",
    ("laporan_awal", "kanal"): "datang_langsung surat telepon whatsapp email web sp4n_lapor e_sambat mpp instagram"
    " facebook x tiktok kotak_saran penjangkauan",
    ("asesmen", "tempat_asesmen"): "kantor rps lapangan rumah polsek rs",
    ("asesmen", "masalah_utama"): "ekonomi pengasuhan kekerasan penelantaran hukum kesehatan jiwa napza pendidikan"
    " tempat_tinggal identitas eksploitasi disabilitas konflik_keluarga",
    ("asesmen", "kegiatan_jalan"): "mengamen mengemis memulung berjualan parkir menggelandang prostitusi punk",
    ("asesmen", "kebutuhan_dasar"): "makan pakaian tempat_tidur mandi obat rujuk_medis rasa_aman tidak_ada",
    ("asesmen", "usulan"): "diterima ditolak dirujuk ditunda duplikat",
    ("asesmen", "hub_klien"): "ayah ibu ayah_tiri ibu_tiri kakak adik kakek nenek paman bibi suami istri anak wali"
    " pengasuh lain",
    ("kunjungan_rumah", "bertemu"): "klien keluarga tetangga tidak_bertemu alamat_salah pindah menolak tidak_ada_rumah"
    " luar_kota",
    ("konferensi_kasus", "keputusan_utama"): "lanjut_pendampingan darurat rujuk rj diversi reunifikasi terminasi tunda",
    ("layanan_darurat", "dasar_darurat"): "ancaman_jiwa kekerasan sakit_berat telantar_total bayi anak_sendirian"
    " pasca_razia bencana",
    ("layanan_darurat", "layanan"): "makan sandang kebersihan obat rujuk_rs tempat_aman transport konseling_awal"
    " pengamanan_polisi susu_popok",
    ("layanan_darurat", "tempat_aman"): "rps rumah_singgah rs keluarga_kerabat lksa tidak",
    ("bantuan_jks", "cek_dtsen"): "terdaftar tidak tidak_ditemukan nik_bermasalah",
    ("bantuan_jks", "jkn_status"): "aktif_pbi aktif_pbi_apbd aktif_mandiri aktif_pekerja nonaktif tidak_punya",
    ("bantuan_jks", "kendala_jks"): "nik_tidak_padan kk_luar_daerah belum_ber_nik desil_tidak_memenuhi kuota menolak"
    " dokumen",
    ("bantuan_jks", "usulan_jks"): "usul_dtsen reaktivasi_pbi pbi_apbd pkh sembako pip atensi kartu_daerah tidak_perlu",
    ("bantuan_jks", "hasil_jks"): "diproses menunggu_periode disetujui ditolak",
    ("bantuan_sekolah", "jenjang_terakhir"): "tk sd_mi smp_mts sma_smk_ma slb paket_a paket_b paket_c pesantren",
    ("bantuan_sekolah", "alasan_putus"): "biaya bekerja menikah hamil perundungan dikeluarkan tidak_minat jarak"
    " disabilitas kasus_hukum pindah tanpa_dokumen",
    ("bantuan_sekolah", "pilihan"): "formal_asal formal_lain inklusi_slb kejar_paket pkbm_skb pesantren kursus_blk"
    " sekolah_rakyat tidak_mau",
    ("rujukan", "jenis_rujukan"): "internal eksternal_daerah provinsi kemensos lintas_daerah penolakan",
    ("rujukan", "status_rujukan"): "diajukan diterima ditolak daftar_tunggu tiba kembali",
    ("monitoring", "cara"): "kunjungan telepon whatsapp kantor lembaga dikuasakan_tksk",
    ("monitoring", "status_lanjut"): "lanjut ubah_rencana rujuk siap_terminasi",
    ("terminasi", "jenis_terminasi"): "tujuan_tercapai layanan_terpenuhi pulih_berkelanjutan dilimpahkan ke_keluarga"
    " ke_panti ditolak mundur pindah meninggal hilang_kontak putusan_hukum",
}


# The forms as forms


def test_there_are_the_twelve_instruments_of_the_sop() -> None:
    assert TS.ids == IDS
    assert {file.stem for file in TS.folder.glob("*.xlsx")} == {*IDS, "sop"}


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_an_instrument_asks_everything_its_field_list_names(name: str) -> None:
    there = {row["name"] for row in TS.survey(f"tuna_sosial_{name}")}
    assert [field for field in ASKED[name].split() if field not in there] == []


@pytest.mark.parametrize(("name", "question"), OFFERED)
def test_a_question_offers_every_choice_of_its_field_list(name: str, question: str) -> None:
    offered = TS.choices(f"tuna_sosial_{name}", question)
    assert [choice for choice in OFFERED[name, question].split() if choice not in offered] == []


def test_every_label_hint_and_message_is_there_in_indonesian_and_english() -> None:
    assert list(TS.without_english()) == []


def test_odk_validate_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    assert "Warning" not in TS.validate(tmp_path)


@pytest.mark.parametrize("form_id", IDS)
def test_no_list_on_the_phone_shows_a_name_and_no_form_saves_one(form_id: str) -> None:
    shown = {"inisial", "jk", "usia_saat_kejadian", "wilayah_nama", "tgl_laporan", "kasus_nomor", "kasus_label"}
    assert TS.shown_on_lists(form_id) <= shown | {"tgl_kegiatan"}
    saved = {row["save_to"] for row in TS.survey(form_id) if row.get("save_to")}
    assert not {name for name in saved if name.startswith(("nama", "nik", "pelapor", "alamat"))}


@pytest.mark.parametrize("form_id", IDS[1:])
def test_the_phone_offers_waiting_cases_then_every_open_one_and_never_a_closed_one(form_id: str) -> None:
    session = TS.form(form_id).open()
    assert list(session.offered("kasus_id")) == [WAITING]
    session.fill({"tampil": "semua"})
    assert list(session.offered("kasus_id")) == [WAITING, OPEN]
    with pytest.raises(NotOffered):
        session.fill({"kasus_id": CLOSED})


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        ("laporan_awal", "ancaman_segera perlu_medis jenis"),
        ("asesmen", "butuh_darurat ppks_utama"),
        ("kunjungan_rumah", "butuh_darurat bertemu"),
        ("konferensi_kasus", "butuh_darurat punya_jks bersekolah butuh_rehab interval_monitoring"),
        ("monitoring", "pulih butuh_lanjut layanan_terpenuhi dijamin"),
    ],
)
def test_what_decides_the_route_must_be_answered_and_is_never_hidden(name: str, questions: str) -> None:
    for question in questions.split():
        row = TS.question(f"tuna_sosial_{name}", question)
        assert (row["required"], row["relevant"]) == ("yes", ""), question


# Filling

REPORT: dict[str, object] = {
    "tgl_laporan": date(2026, 11, 2),
    "jenis_masuk": "razia",
    "kanal": "penjangkauan",
    "sumber_laporan": "satpol_pp",
    "ancaman_segera": "tidak",
    "perlu_medis": "tidak",
    "tgl_kejadian": date(2026, 11, 1),
    "tempat_ditemukan": "Alun-alun",
    "kronologi_singkat": "Anak mengamen sendirian sampai malam.",
    "ketersediaan_identitas": "tidak_ada",
    "jk": "P",
    "tgl_lahir_pasti": "tahun",
    "thn_lahir": 2013,
    "jenis": "anak_jalanan",
    "penduduk_setempat": "belum_diketahui",
}


def report(**answers: object) -> Session:
    return TS.form(INTAKE).open().fill(REPORT | answers)


def test_a_street_child_without_a_name_is_called_anak_x_with_place_and_day() -> None:
    session = report().finalise()
    assert session.value("nama_lengkap") == "ANAK X Alun-alun 2026-11-02"
    assert session.value("/data/meta/entity/label") == "ANAK X, P, 13 th, 02/11/2026"
    assert (session.value("ppks_utama"), session.value("eksploitasi_seksual")) == ("anak_jalanan", "tidak")


def test_a_child_in_prostitution_is_a_victim_on_paper_too() -> None:
    session = report(jenis="anak_tuna_susila").finalise()
    assert session.value("ppks_utama") == "anak_korban_kekerasan"
    assert session.value("eksploitasi_seksual") == "ya"
    with pytest.raises(Refused, match="dicatat sebagai korban"):
        TS.form("tuna_sosial_asesmen").open().fill({"kasus_id": WAITING, "ppks_utama": "tuna_susila"})


def test_the_assessment_begins_with_the_category_of_the_report() -> None:
    session = TS.form("tuna_sosial_asesmen").open().fill({"kasus_id": WAITING})
    assert session.value("ppks_utama") == "anak_jalanan"


def test_a_report_says_at_least_a_sentence() -> None:
    with pytest.raises(Refused, match="20 huruf"):
        report(kronologi_singkat="mengamen")


def test_an_adult_is_noted_and_sent_all_the_same() -> None:
    session = report(thn_lahir=1990).finalise()
    assert session.value("usia_saat_kejadian") == "36"
    assert session.question("info_usia_18").is_read_only


def test_help_cannot_come_before_it_was_asked_for() -> None:
    session = TS.form("tuna_sosial_layanan_darurat").open()
    with pytest.raises(Refused, match="sebelum permintaan"):
        session.fill(
            {"waktu_permintaan": "2026-11-02T10:00:00.000+07:00", "waktu_respon": "2026-11-02T09:00:00.000+07:00"}
        )


@pytest.mark.parametrize(
    ("form", "answers", "said"),
    [
        ("layanan_darurat", {"tempat_aman": "rps", "rencana_lama_hari": 31}, "1 sampai 30"),
        ("bantuan_jks", {"cek_dtsen": "terdaftar", "desil": 11}, "1 sampai 10"),
        ("bantuan_jks", {"jkn_status": "aktif_pbi", "no_jkn": "000123"}, "13 angka"),
        ("bantuan_jks", {"tgl_cek": TODAY + timedelta(days=2)}, "setelah hari ini"),
        (
            "bantuan_jks",
            {
                "usulan_jks": ["pkh"],
                "tgl_usul": date(2026, 11, 5),
                "hasil_jks": "disetujui",
                "tgl_hasil_jks": date(2026, 11, 4),
            },
            "sebelum tanggal usul",
        ),
        ("bantuan_sekolah", {"npsn": "1234567"}, "8 angka"),
        ("bantuan_sekolah", {"nisn": "123456789"}, "10 angka"),
        ("bantuan_sekolah", {"kelas_terakhir": 13}, "1 sampai 12"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(form: str, answers: dict, said: str) -> None:
    with pytest.raises(Refused, match=said):
        TS.form(f"tuna_sosial_{form}").open().fill({"kasus_id": WAITING, **answers})


def test_a_refused_enrolment_says_why_and_an_open_one_when_to_look_again() -> None:
    said = {"kasus_id": WAITING, "cek_dtsen": "tidak", "tgl_cek": TODAY, "jkn_status": "tidak_punya"}
    form = TS.form("tuna_sosial_bantuan_jks")
    for result, wanted in (("ditolak", "alasan_tolak_jks"), ("diproses", "tgl_tinjau")):
        with pytest.raises(Refused, match=wanted):
            form.open().fill({**said, "usulan_jks": ["pkh"], "hasil_jks": result}).finalise()
    form.open().fill({**said, "usulan_jks": ["tidak_perlu"]}).finalise()


def test_a_child_without_a_home_is_visited_all_the_same() -> None:
    said = {"kasus_id": WAITING, "bertemu": ["tidak_ada_rumah"], "kebutuhan_bidang": ["tempat_tinggal"]}
    said |= {"kebutuhan_teridentifikasi": "tempat tidur", "butuh_darurat": "tidak", "dasar_pemrosesan": "tugas_publik"}
    session = TS.form("tuna_sosial_kunjungan_rumah").open().fill(said)
    with pytest.raises(Refused, match="tempat_bertemu"):
        session.finalise()
    sent_in = session.fill({"tempat_bertemu": "Kolong jembatan"}).finalise().xml().decode()
    assert "<kondisi_rumah_lantai" not in sent_in


# A whole case, made up by chance, from the phone to the archive


def made_up(name: str, seed: int, minute: int, **answers: object) -> Event:
    """A form filled on the phone with whatever an officer may answer, received at that minute of today's morning."""
    form_id = f"tuna_sosial_{name}"
    head = {"tgl_laporan": TODAY} if form_id == INTAKE else {"kasus_id": WAITING, "tgl_kegiatan": TODAY}
    session = TS.form(form_id).open().fill_random(seed, {**head, **answers})
    return TS.event(session, at(TODAY.isoformat(), minute=minute))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_an_officer_answers_every_form_is_read_and_finds_its_step(seed: int) -> None:
    needs = {"punya_jks": "tidak", "bersekolah": "tidak", "butuh_rehab": "ya", "interval_monitoring": 1}
    ends = {"pulih": "ya", "butuh_lanjut": "tidak", "dijamin": ("tidak", "ya")[seed % 2], "layanan_terpenuhi": "ya"}
    said = {"laporan_awal": {"ancaman_segera": "ya"}, "konferensi_kasus": needs, "monitoring": ends}
    events = [made_up(name, seed, 4 * place, **said.get(name, {})) for place, name in enumerate(INSTRUMENTS)]
    last = "s12" if seed % 2 else "s11"
    confirmed = act("confirm", TODAY.isoformat(), last, ok=True)
    events.append(replace(confirmed, received_at=events[9].received_at + timedelta(minutes=1)))
    state = folded(events)
    assert state.waiting == ()
    reason = {"s11": "layanan_terpenuhi", "s12": "pulih_berkelanjutan"}[last]
    assert (state.status, state.close_reason) == ("closed", reason)
    assert {visit.step for visit in state.visits} == {step.name for step in TS.rules.steps} - {"s10", "s11", "s12"} | {
        last
    }


# The SOP


def folded(events: list[Event]) -> CaseState:
    return fold(TS.rules, events, WIB)


def test_the_checker_finds_nothing_and_the_sops_own_tests_pass() -> None:
    assert TS.findings() == []
    assert len({row.case for row in TS.rules.tests}) >= 12


def test_every_printed_step_is_there_word_for_word() -> None:
    printed = dict(line.split(". ", 1) for line in PRINTED.read_text().splitlines())
    assert len(printed) == 13
    assert {step.source: step.source_text for step in TS.rules.steps} == printed
    assert [step.name for step in TS.rules.steps] == [f"s{number:02}" for number in range(1, 14)] + ["s13a"]


def test_the_routes_are_those_of_the_table_and_every_reading_names_its_reason() -> None:
    assert [route.name for route in TS.rules.routes] == [f"r{number:02}" for number in range(25)]
    readings = {"r00": "A12", "r03": "A1", "r05": "A1", "r10": "A2", "r15": "A4", "r18": "A3", "r23": "A7", "r24": "A7"}
    assert {route.name for route in TS.rules.routes if route.interpretation} == set(readings)
    for route in TS.rules.routes:
        assert readings.get(route.name, "") in route.interpretation
    told = " ".join(item.interpretation for item in TS.rules.readings)
    assert [f"A{number}" for number in range(1, 13) if f"A{number}" not in told] == []


def test_the_public_standard_can_be_printed_from_the_workbook() -> None:
    assert [said.text for said in TS.rules.requirements] == [
        "Anak Jalanan",
        "Anak Terlantar",
        "Anak Nakal",
        "Anak Tuna Susila",
    ]
    assert [said.text for said in TS.rules.products] == [
        "Berita Acara Penanganan Kasus Rehabiltasi Sosial dan Rujukan ke Layanan Jejaring Sosial"
    ]
    assert (TS.rules.service_time, TS.rules.service_time_unit, TS.rules.decree_no) == (5, "working_day", "")
    assert len(TS.rules.complaints) == 8


def test_only_the_roles_the_source_names_are_marked_as_stated() -> None:
    assert {role.name for role in TS.rules.roles if role.stated_in_source} == {"peksos", "staf_datin"}
    unnamed = {step.name for step in TS.rules.steps if "A6" in step.interpretation}
    assert unnamed == {step.name for step in TS.rules.steps} - {"s09", "s13", "s13a"}


def test_every_paper_the_sop_issues_has_a_register_that_numbers_it() -> None:
    from_office = office_of("kota_pasuruan")
    for paper in TS.rules.documents:
        if paper.direction == "out":
            numbered = from_office.number_pattern(paper.name, date(2026, 11, 21))
            assert numbered is not None, paper.name
            assert numbered.pattern == paper.number_format


# Named children, and the way each case went


def reported(threat: str = "tidak", medical: str = "tidak", age: int = 11, **more: object) -> Event:
    answers = {"inisial": "B.", "jk": "L", "jenis": "anak_jalanan", "usia_saat_kejadian": age, **more}
    return sent(INTAKE, "2026-11-02", ancaman_segera=threat, perlu_medis=medical, **answers)


def form(name: str, day: str, **answers: object) -> Event:
    return sent(f"tuna_sosial_{name}", day, **answers)


def planned(jks: str = "ya", school: str = "ya", rehab: str = "tidak", emergency: str = "tidak") -> list[Event]:
    """Bayu, reported on Monday, planned for on Thursday; the conference decides which services open."""
    needs = {"punya_jks": jks, "bersekolah": school, "butuh_rehab": rehab, "butuh_darurat": emergency}
    return [
        reported(),
        form("asesmen", "2026-11-03", butuh_darurat="tidak"),
        form("kunjungan_rumah", "2026-11-04", butuh_darurat="tidak"),
        form("konferensi_kasus", "2026-11-05", interval_monitoring=7, **needs),
    ]


def watched(day: str, pulih: str, lanjut: str, terpenuhi: str, dijamin: str) -> Event:
    answers = {"pulih": pulih, "butuh_lanjut": lanjut, "layanan_terpenuhi": terpenuhi, "dijamin": dijamin}
    return form("monitoring", day, **answers)


def ended(step: str, assured: str) -> list[Event]:
    """Bayu recovered; the supervisor confirms, the report is written and filed."""
    return [
        *planned(),
        watched("2026-11-12", "ya", "tidak", "ya", assured),
        form("terminasi", "2026-11-13"),
        act("confirm", "2026-11-13", step, ok=True),
        form("laporan_kasus", "2026-11-16"),
        form("arsip", "2026-11-17"),
    ]


STORIES: dict[str, tuple[list[Event], set[str], tuple[str, ...]]] = {
    "Ayu is in danger when she is reported": ([reported(threat="ya")], {"r00", "r01"}, ("s02", "s05")),
    "Bima is bleeding when he is reported": ([reported(medical="ya")], {"r00", "r01"}, ("s02", "s05")),
    "Ayu has been brought to safety": (
        [reported(threat="ya"), form("layanan_darurat", "2026-11-02")],
        {"r00", "r01", "r11"},
        ("s02",),
    ),
    "Citra's assessment finds an emergency": (
        [reported(), form("asesmen", "2026-11-03", butuh_darurat="ya")],
        {"r01", "r02", "r03"},
        ("s03", "s05"),
    ),
    "Danu's home visit finds an emergency": (
        [*planned()[:2], form("kunjungan_rumah", "2026-11-04", butuh_darurat="ya")],
        {"r01", "r02", "r04", "r05"},
        ("s04", "s05"),
    ),
    "Eka's conference opens the emergency service": (
        planned(emergency="ya"),
        {"r01", "r02", "r04", "r06", "r10"},
        ("s05", "s09"),
    ),
    "Fajar needs nothing and is monitored": (planned(), {"r01", "r02", "r04", "r10"}, ("s09",)),
    "Gita needs social security, a school and rehabilitation": (
        planned("tidak", "tidak", "ya"),
        {"r01", "r02", "r04", "r07", "r08", "r09", "r10"},
        ("s06", "s07", "s08", "s09"),
    ),
    "Gita has all three": (
        [
            *planned("tidak", "tidak", "ya"),
            form("bantuan_jks", "2026-11-06"),
            form("bantuan_sekolah", "2026-11-06"),
            form("rujukan", "2026-11-09"),
        ],
        {"r01", "r02", "r04", "r07", "r08", "r09", "r10", "r12", "r13", "r14"},
        ("s09",),
    ),
    "Hana is not well yet": (
        [*planned(), watched("2026-11-12", "tidak", "tidak", "ya", "ya")],
        {"r01", "r02", "r04", "r10", "r15", "r19"},
        ("s09",),
    ),
    "Hana is well and still needs help": (
        [*planned(), watched("2026-11-12", "ya", "ya", "ya", "ya")],
        {"r01", "r02", "r04", "r10", "r15", "r19"},
        ("s09",),
    ),
    "Indra is well, but his referral is still open": (
        [*planned(rehab="ya"), watched("2026-11-12", "ya", "tidak", "ya", "ya")],
        {"r01", "r02", "r04", "r09", "r10", "r15", "r19"},
        ("s08", "s09"),
    ),
    "Joko is well and assured": (
        [*planned(), watched("2026-11-12", "ya", "tidak", "tidak", "ya")],
        {"r01", "r02", "r04", "r10", "r16"},
        ("s12",),
    ),
    "Kiki is well, has every service, and nobody assures them": (
        [*planned(), watched("2026-11-12", "ya", "tidak", "ya", "tidak")],
        {"r01", "r02", "r04", "r10", "r17"},
        ("s11",),
    ),
    "Lala is well, without services or assurance": (
        [*planned(), watched("2026-11-12", "ya", "tidak", "tidak", "tidak")],
        {"r01", "r02", "r04", "r10", "r18", "r19"},
        ("s09",),
    ),
    "Maya's accompaniment ends with all services given": (
        ended("s11", "tidak"),
        {"r01", "r02", "r04", "r10", "r17", "r20", "r22", "r24"},
        (),
    ),
    "Nino's case ends recovered and assured": (
        ended("s12", "ya"),
        {"r01", "r02", "r04", "r10", "r16", "r21", "r22", "r23"},
        (),
    ),
}


def routes_of(state: CaseState) -> set[str]:
    return {name for decision in state.current_decisions for name in decision.routes}


@pytest.mark.parametrize("story", STORIES)
def test_a_case_goes_the_way_its_answers_say(story: str) -> None:
    events, routes, opens = STORIES[story]
    state = folded(events)
    assert routes_of(state) == routes
    assert set(state.open_steps) == set(opens)
    assert state.waiting == ()


def test_the_stories_take_every_route_of_the_sop() -> None:
    taken = {name for _, routes, _ in STORIES.values() for name in routes}
    assert taken == {route.name for route in TS.rules.routes}


def test_a_second_call_for_help_while_one_is_answered_opens_nothing_twice() -> None:
    state = folded([reported(threat="ya"), form("asesmen", "2026-11-03", butuh_darurat="ya")])
    assert [visit.visit for visit in state.visits if visit.step == "s05"] == [1]


def test_the_emergency_service_is_due_the_same_day_also_on_a_sunday() -> None:
    sunday = sent(INTAKE, "2026-11-01", ancaman_segera="ya", perlu_medis="tidak", usia_saat_kejadian=9)
    assert folded([sunday]).visit("s05").due_at.startswith("2026-11-01T23:59:59")


def test_the_next_visit_comes_after_the_days_the_conference_set() -> None:
    state = folded(planned())
    assert state.visit("s09").not_before == "2026-11-12"


def test_a_termination_waits_for_the_supervisor_and_a_refusal_opens_it_again() -> None:
    until = ended("s12", "ya")[:6]
    assert folded(until).visit("s12").waits_for == "supervisor"
    refused = folded([*until, act("confirm", "2026-11-13", "s12", ok=False, reason="bukti kurang")])
    assert (refused.visit("s12").state, refused.visit("s12").refused) == ("open", "bukti kurang")


@pytest.mark.parametrize(
    ("events", "alert"),
    [
        ([reported(threat="ya")], "a1"),
        ([reported(), form("asesmen", "2026-11-03", butuh_darurat="ya")], "a1"),
        ([*planned(), form("monitoring", "2026-11-12", pulih="tidak", butuh_lanjut="ya", perlu_darurat="ya")], "a2"),
        ([reported(age=18)], "a3"),
        ([reported(jenis="lain")], "a4"),
        ([reported(usia_min=16, usia_maks=19)], "a5"),
        ([*planned(), form("monitoring", "2026-11-12", pulih="tidak", butuh_lanjut="ya", perlu_cc="ya")], "a6"),
    ],
)
def test_the_supervisor_hears_of_what_the_rules_leave_to_a_person(events: list[Event], alert: str) -> None:
    raised = {
        dict(notice.args)["alert"]: notice.to for notice in folded(events).notices if notice.code == "notice.alert"
    }
    assert raised.get(alert) == "supervisor"


def test_a_child_of_the_four_groups_raises_no_alert() -> None:
    assert [n for n in folded(ended("s12", "ya")).notices if n.code == "notice.alert"] == []
