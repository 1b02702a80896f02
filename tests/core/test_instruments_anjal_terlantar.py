"""SOP 002 of Kabupaten Lumajang: a child handed over, four papers, two signatures, the way to the provincial home."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from server.sop.events import Event
from server.sop.fold import fold
from server.sop.state import CaseState
from tests.core.instruments import CLOSED, OPEN, TODAY, WAITING, Instruments, office_of
from tests.core.sop_books import WIB, act, at, sent
from tests.phone.javarosa import NotOffered, Refused, Session

AAT = Instruments(
    "kab_lumajang",
    "anjal_terlantar",
    {
        "inisial": "B.",
        "jk": "L",
        "usia_saat_kejadian": "9",
        "kelompok": "anak_terlantar",
        "tgl_kejadian": "2026-10-30",
        "interval_monitoring": "7",
        "usulan": "dirujuk",
        "tingkat_risiko": "sedang",
        "paraf": "ya",
        "tanda_tangan": "ya",
    },
)
INTAKE = "anjal_terlantar_penyerahan_anak"
INSTRUMENTS = [
    "penyerahan_anak",
    "penerimaan",
    "asesmen_lapangan",
    "berkas_administrasi",
    "telaah_kabid",
    "tanda_tangan_kadis",
    "tanda_terima",
    "pendampingan",
]
IDS = [f"anjal_terlantar_{name}" for name in INSTRUMENTS]
PRINTED = Path(__file__).parents[1] / "golden" / "anjal_terlantar_langkah.txt"

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
    " setuju_layanan setuju_foto setuju_berbagi setuju_publikasi assent_anak pendapat_anak bentuk ttd_pemberi rekaman"
    " nama_saksi_persetujuan tarik_info"
)
_EVIDENCE = "foto foto_keterangan foto_boleh_publik lokasi_kegiatan dok_foto dok_berkas jenis_dok catatan_rahasia"
_SIGNED = "kesimpulan rekomendasi rtl_tindakan rtl_penanggung_jawab rtl_tenggat ttd_petugas ttd_klien cap_jempol"
_PARTY = " ".join(
    f"{party}_{what}" for party in ("p1", "p2") for what in ("nama", "nip_nik", "jabatan", "instansi", "alamat", "hp")
)
ASKED = {
    "penyerahan_anak": f"{_ALL} {_IDENTITY} {_ADDRESS} {_EVIDENCE} {_SIGNED} {_PARTY} tgl_laporan jenis_masuk"
    " waktu_lapor kanal sumber_laporan instansi_pengirim no_surat tgl_surat hal_surat foto_surat anonim pelapor_nama"
    " pelapor_nik pelapor_hp pelapor_alamat pelapor_hub jml_klien ppks_dugaan kronologi_singkat tempat_ditemukan"
    " lokasi_ditemukan waktu_ditemukan kondisi ancaman_segera perlu_medis status_klien_sekarang syarat berkas_lengkap"
    " tgl_lengkap cek_duplikat urgensi tujuan_disposisi tanda_terima_ttd kelompok jenis_serah jam_serah tempat p1_hub"
    " kondisi_serah dok_serah barang_nama barang_jumlah barang_foto obat_nama obat_aturan pesan_khusus kesanggupan"
    " foto_serah saksi_nama saksi_jabatan saksi_ttd ttd_p1 ttd_p2 cap_jempol_p2 mengetahui",
    "penerimaan": f"{_ALL} {_ADDRESS} {_CONSENT} {_EVIDENCE} {_SIGNED} waktu_terima kondisi_terima barang_bawaan_nama"
    " barang_bawaan_foto syarat berkas_lengkap tgl_lengkap urgensi perlu_medis petugas_asesmen no_spt tgl_asesmen"
    " instruksi tujuan_disposisi tanda_terima_ttd nama_lengkap nik jk",
    "asesmen_lapangan": f"{_ALL} {_ADDRESS} {_CONSENT} {_EVIDENCE} {_SIGNED} nama_ayah nama_ibu no_kk kepemilikan_dok"
    " agama suku status_kawin kewarganegaraan pendidikan_terakhir pekerjaan no_hp no_hp_milik disabilitas ciri_fisik"
    " foto_wajah foto_dok ppks_utama ppks_lain kelompok agt_nama agt_nik agt_jk agt_umur hub_klien status_hidup"
    " agt_pendidikan agt_pekerjaan agt_penghasilan serumah agt_disabilitas agt_jkn pengasuh_utama bersedia_mengasuh"
    " larangan_kontak jml_anggota jml_tanggungan penghasilan_kel pengeluaran hutang aset genogram tempat_asesmen"
    " informan keluhan masalah_utama kronologi peristiwa_tgl peristiwa_uraian peristiwa_pihak lama_masalah"
    " lama_dijalan kegiatan_jalan frek_terjaring terakhir_terjaring kondisi_fisik luka foto_luka kebutuhan_dasar"
    " kondisi_emosi orientasi risiko_bunuh_diri risiko_kekerasan risiko_eksploitasi risiko_kabur napza napza_zat hamil"
    " jumlah_anak_ikut keluarga_ada sekolah_status jaminan_status pernah_layanan harapan skor_risiko tingkat_risiko"
    " alasan_risiko darurat kesimpulan_awal usulan usulan_layanan",
    "berkas_administrasi": f"{_ALL} {_EVIDENCE} {_SIGNED} no_registrasi tgl_registrasi identitas_dicek telusur_tgl"
    " telusur_cara telusur_sumber telusur_hasil keluarga_ada telaah_asesmen analisis laporan_sosial"
    " berkas_laporan_sosial jenis_rujukan alasan_rujukan alasan_rujukan_uraian lembaga_tujuan kriteria_cocok"
    " kontak_awal kontak_nama kontak_waktu layanan_diminta berkas tes_kesehatan urgensi_rujukan rencana_lama"
    " jenis_surat isi_konsep syarat berkas_lengkap",
    "telaah_kabid": "tgl_kegiatan ringkasan usulan_kasus paraf hasil_telaah alasan_kembali alasan instruksi tenggat"
    " petugas_tujuan ttd_keputusan",
    "tanda_tangan_kadis": "tgl_kegiatan ringkasan tanda_tangan surat_ditandatangani alasan_kembali alasan instruksi"
    " tenggat petugas_tujuan ttd_keputusan",
    "tanda_terima": f"{_ALL} {_EVIDENCE} {_SIGNED} surat_diterima_jenis no_surat_diterima tgl_surat_diterima"
    " yang_menyerahkan foto_tanda_terima interval_monitoring kasi_petugas kasi_waktu kasi_terima kasi_ttd"
    " peksos_petugas peksos_waktu peksos_terima peksos_ttd",
    "pendampingan": f"{_ALL} {_ADDRESS} {_EVIDENCE} {_SIGNED} cara pelaksana no_permintaan item_kegiatan item_target"
    " item_capaian item_bukti kondisi_fisik kondisi_emosi kondisi_sosial kondisi_spiritual kondisi_ekonomi"
    " kondisi_pendidikan keberfungsian kebutuhan_baru kualitas_pengasuhan tingkat_risiko suara_klien hambatan perlu_cc"
    " perlu_darurat status_lanjut alasan_hasil tgl_berikut interval_monitoring lembaga_tujuan no_surat_rujukan"
    " form_rujukan transport pengantar tgl_antar setuju_klien ttd_setuju_klien setuju_keluarga ttd_setuju_keluarga"
    " status_rujukan tgl_balasan no_balasan alasan_tolak_rujukan pj_penerima pj_penerima_hp kontrol umpan_tgl umpan_isi"
    " umpan_berkas diterima_upt tgl_diterima_upt tanda_terima_upt",
}
OFFERED = {
    ("penyerahan_anak", "kelompok"): "anjal anak_terlantar korban_napza",
    ("penyerahan_anak", "sumber_laporan"): "masyarakat keluarga klien_sendiri satpol_pp polisi slrt puskesos psm tksk"
    " pkh sekolah kesehatan kelurahan lks lsm dinsos_lain kemensos media lapor_sp4n e_sambat temuan_petugas",
    ("penyerahan_anak", "kondisi"): "sehat sakit luka hamil mabuk gangguan_jiwa bayi_balita lansia_rapuh"
    " membawa_senjata ketakutan",
    ("penyerahan_anak", "syarat"): "ba_penyerahan form_penerimaan form_asesmen laporan_sosial form_rujukan",
    ("penyerahan_anak", "kondisi_serah"): "sehat sakit luka hamil gangguan_jiwa",
    ("penyerahan_anak", "dok_serah"): "asesmen laporan_sosial surat_rujukan ktp_kk akta medis lain",
    ("asesmen_lapangan", "kepemilikan_dok"): "ktp ikd kia akta kk suket sim paspor buku_nikah tidak_ada",
    ("asesmen_lapangan", "tempat_asesmen"): "kantor rps lapangan rumah polsek rs",
    ("asesmen_lapangan", "kegiatan_jalan"): "mengamen mengemis memulung berjualan parkir menggelandang prostitusi punk",
    ("asesmen_lapangan", "usulan"): "diterima ditolak dirujuk ditunda duplikat",
    ("asesmen_lapangan", "hub_klien"): "ayah ibu ayah_tiri ibu_tiri kakak adik kakek nenek paman bibi suami istri anak"
    " wali pengasuh lain",
    ("berkas_administrasi", "jenis_rujukan"): "internal eksternal_daerah provinsi kemensos lintas_daerah penolakan",
    ("berkas_administrasi", "berkas"): "ba_penyerahan form_penerimaan asesmen laporan_sosial form_rujukan ktp_kk"
    " surat_sehat surat_polisi persetujuan_keluarga foto",
    ("berkas_administrasi", "jenis_surat"): "rekomendasi_pendampingan surat_perintah_tugas",
    ("telaah_kabid", "paraf"): "ya tidak",
    ("telaah_kabid", "instruksi"): "tanggapan proses koordinasi diketahui selesaikan arsipkan",
    ("tanda_tangan_kadis", "tanda_tangan"): "ya tidak",
    ("pendampingan", "cara"): "kunjungan telepon whatsapp kantor lembaga dikuasakan_tksk",
    ("pendampingan", "diterima_upt"): "ya tidak",
    ("pendampingan", "status_lanjut"): "lanjut ubah_rencana rujuk siap_terminasi",
    ("pendampingan", "status_rujukan"): "diajukan diterima ditolak daftar_tunggu tiba kembali",
}


# The forms as forms


def test_there_are_the_eight_instruments_of_the_sop() -> None:
    assert AAT.ids == IDS
    assert {file.stem for file in AAT.folder.glob("*.xlsx")} == {*IDS, "sop"}


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_an_instrument_asks_everything_its_field_list_names(name: str) -> None:
    there = {row["name"] for row in AAT.survey(f"anjal_terlantar_{name}")}
    assert [field for field in ASKED[name].split() if field not in there] == []


@pytest.mark.parametrize(("name", "question"), OFFERED)
def test_a_question_offers_every_choice_of_its_field_list(name: str, question: str) -> None:
    offered = AAT.choices(f"anjal_terlantar_{name}", question)
    assert [choice for choice in OFFERED[name, question].split() if choice not in offered] == []


def test_every_label_hint_and_message_is_there_in_indonesian_and_english() -> None:
    assert list(AAT.without_english()) == []


def test_odk_validate_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    assert "Warning" not in AAT.validate(tmp_path)


@pytest.mark.parametrize("form_id", IDS)
def test_no_list_on_the_phone_shows_a_name_and_no_form_saves_one(form_id: str) -> None:
    shown = {"inisial", "jk", "usia_saat_kejadian", "wilayah_nama", "tgl_laporan", "kasus_nomor", "kasus_label"}
    assert AAT.shown_on_lists(form_id) <= shown | {"tgl_kegiatan"}
    saved = {row["save_to"] for row in AAT.survey(form_id) if row.get("save_to")}
    assert not {name for name in saved if name.startswith(("nama", "nik", "pelapor", "alamat", "alasan"))}


@pytest.mark.parametrize("form_id", IDS[1:])
def test_the_phone_offers_waiting_cases_then_every_open_one_and_never_a_closed_one(form_id: str) -> None:
    session = AAT.form(form_id).open()
    assert list(session.offered("kasus_id")) == [WAITING]
    session.fill({"tampil": "semua"})
    assert list(session.offered("kasus_id")) == [WAITING, OPEN]
    with pytest.raises(NotOffered):
        session.fill({"kasus_id": CLOSED})


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        ("penyerahan_anak", "kelompok ancaman_segera perlu_medis"),
        ("telaah_kabid", "paraf"),
        ("tanda_tangan_kadis", "tanda_tangan"),
        ("pendampingan", "diterima_upt"),
    ],
)
def test_what_decides_the_route_must_be_answered_and_is_never_hidden(name: str, questions: str) -> None:
    for question in questions.split():
        row = AAT.question(f"anjal_terlantar_{name}", question)
        assert (row["required"], row["relevant"]) == ("yes", ""), question


# Filling

REPORT: dict[str, object] = {
    "tgl_laporan": date(2026, 11, 2),
    "jenis_masuk": "penyerahan_langsung",
    "waktu_lapor": "2026-11-02T08:30:00.000+07:00",
    "kanal": "datang_langsung",
    "sumber_laporan": "masyarakat",
    "kronologi_singkat": "Anak ditinggal di pasar sejak pagi.",
    "alasan_penyerahan": "Keluarga tidak ditemukan",
    "tempat_ditemukan": "Pasar Klojen",
    "ancaman_segera": "tidak",
    "perlu_medis": "tidak",
    "ketersediaan_identitas": "tidak_ada",
    "jk": "L",
    "tgl_lahir_pasti": "tahun",
    "thn_lahir": 2021,
    "kelompok": "anak_terlantar",
    "penduduk_setempat": "belum_diketahui",
    "jam_serah": "09:00:00.000+07:00",
    "tempat": "Kantor Dinsos P3A",
    "p1_nama": "Sumiati Umpama",
    "p1_hub": "tetangga",
    "p2_nama": "Rina Misalsari",
    "kondisi_serah": "sehat",
    "kesanggupan": "ya",
    "berkas_lengkap": "ya",
    "tgl_lengkap": date(2026, 11, 2),
}


def report(**answers: object) -> Session:
    return AAT.form(INTAKE).open().fill(REPORT | answers)


def test_a_nameless_child_is_called_anak_x_with_place_and_day() -> None:
    session = report().finalise()
    assert session.value("nama_lengkap") == "ANAK X Pasar Klojen 2026-11-02"
    assert session.value("/data/meta/entity/label") == "ANAK X, L, 5 th, 02/11/2026"
    assert session.value("jenis_serah") == "dari_pengirim"


@pytest.mark.parametrize(
    ("group", "year", "category"),
    [
        ("anjal", 2014, "anak_jalanan"),
        ("korban_napza", 2010, "korban_napza"),
        ("anak_terlantar", 2021, "anak_balita_telantar"),
        ("anak_terlantar", 2018, "anak_telantar"),
    ],
)
def test_the_category_follows_from_group_and_age(group: str, year: int, category: str) -> None:
    assert report(kelompok=group, thn_lahir=year).value("ppks_utama") == category


def test_an_assessment_may_find_another_group() -> None:
    session = AAT.form("anjal_terlantar_asesmen_lapangan").open().fill({"kasus_id": WAITING})
    assert (session.value("kelompok"), session.value("ppks_utama")) == ("anak_terlantar", "anak_telantar")
    assert session.fill({"kelompok": "anjal"}).value("ppks_utama") == "anak_jalanan"


def test_a_returned_draft_says_so_where_it_is_repaired() -> None:
    returned = Instruments("kab_lumajang", "anjal_terlantar", {**AAT.known, "paraf": "tidak"})
    session = returned.form("anjal_terlantar_berkas_administrasi").open().fill({"kasus_id": WAITING})
    assert "dikembalikan" in session.question("info_kembali").label


@pytest.mark.parametrize("name", ["telaah_kabid", "tanda_tangan_kadis"])
def test_a_return_needs_a_reason(name: str) -> None:
    field = "paraf" if name == "telaah_kabid" else "tanda_tangan"
    session = AAT.form(f"anjal_terlantar_{name}").open().fill({"kasus_id": WAITING, field: "tidak"})
    with pytest.raises(Refused, match="alasan_kembali"):
        session.finalise()
    session.fill({"alasan_kembali": ["berkas_kurang"], "alasan": "Akta belum dilampirkan."}).finalise()


@pytest.mark.parametrize(
    ("form", "answers", "said"),
    [
        ("penyerahan_anak", {"kronologi_singkat": "pasar"}, "20 huruf"),
        ("penyerahan_anak", {"jml_klien": 201}, "1 sampai 200"),
        ("penyerahan_anak", {"kesanggupan": "tidak"}, "Tanpa kesanggupan"),
        ("penerimaan", {"kasus_id": WAITING, "tgl_asesmen": TODAY - timedelta(days=2)}, "sebelum tanggal"),
        ("berkas_administrasi", {"kasus_id": WAITING, "rencana_lama": 61}, "0 sampai 60"),
        ("pendampingan", {"kasus_id": WAITING, "diterima_upt": "tidak", "interval_monitoring": 181}, "1 sampai 180"),
        (
            "pendampingan",
            {"kasus_id": WAITING, "diterima_upt": "ya", "tgl_diterima_upt": TODAY + timedelta(days=2)},
            "setelah hari ini",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(form: str, answers: dict, said: str) -> None:
    with pytest.raises(Refused, match=said):
        AAT.form(f"anjal_terlantar_{form}").open().fill(answers)


def test_the_next_visit_is_counted_in_days_from_this_one() -> None:
    said = {"kasus_id": WAITING, "tgl_kegiatan": date(2026, 11, 3), "diterima_upt": "tidak", "interval_monitoring": 7}
    session = AAT.form("anjal_terlantar_pendampingan").open().fill(said)
    assert session.value("tgl_berikut") == "2026-11-10"


# A whole case, made up by chance, from the phone to the end


def made_up(name: str, seed: int, minute: int, **answers: object) -> Event:
    """A form filled on the phone with whatever an officer may answer, received at that minute of today's morning."""
    form_id = f"anjal_terlantar_{name}"
    head = {"tgl_laporan": TODAY} if form_id == INTAKE else {"kasus_id": WAITING, "tgl_kegiatan": TODAY}
    session = AAT.form(form_id).open().fill_random(seed, {**head, **answers})
    return AAT.event(session, at(TODAY.isoformat(), minute=minute))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_an_officer_answers_every_form_is_read_and_finds_its_step(seed: int) -> None:
    said: dict[str, dict[str, object]] = {
        "penyerahan_anak": {"kesanggupan": "ya"},
        "berkas_administrasi": {"laporan_sosial": "lengkap"},
        "telaah_kabid": {"paraf": "ya"},
        "tanda_tangan_kadis": {"tanda_tangan": "ya"},
        "pendampingan": {"siap_dikirim": "ya", "diterima_upt": "ya"},
    }
    events = [made_up(name, seed, 4 * place, **said.get(name, {})) for place, name in enumerate(INSTRUMENTS)]
    referral = act("document", TODAY.isoformat(), "s07", document="form_rujukan", visit=1, action="received")
    state = folded([*events, referral])
    assert state.waiting == ()
    assert (state.status, state.close_reason) == ("closed", "diterima_upt")
    assert [visit.step for visit in state.visits] == [step.name for step in AAT.rules.steps]


# The SOP


def folded(events: list[Event]) -> CaseState:
    return fold(AAT.rules, events, WIB)


def test_the_checker_finds_nothing_and_the_sops_own_tests_pass() -> None:
    assert [finding for finding in AAT.findings() if finding.level != "note"] == []
    assert {row.case for row in AAT.rules.tests} == {f"t{number}" for number in range(1, 6)}


def test_every_printed_step_is_there_word_for_word() -> None:
    printed = dict(line.split(". ", 1) for line in PRINTED.read_text().splitlines())
    assert len(printed) == 7
    assert {step.source: step.source_text for step in AAT.rules.steps} == printed
    assert [step.name for step in AAT.rules.steps] == ["s01", "s02", "s02a", "s03", "s04", "s05", "s06", "s07"]


def test_the_routes_are_those_of_the_table_and_every_reading_names_its_reason() -> None:
    assert [route.name for route in AAT.rules.routes] == [f"r{number:02}" for number in range(1, 12)]
    readings = {"r06": "C4", "r08": "C4", "r10": "C1", "r11": "C1"}
    assert {route.name for route in AAT.rules.routes if route.interpretation} == set(readings)
    for route in AAT.rules.routes:
        assert readings.get(route.name, "") in route.interpretation
    told = " ".join(item.interpretation for item in AAT.rules.readings)
    assert [f"C{number}" for number in range(1, 11) if f"C{number}" not in told] == []


def test_the_public_standard_can_be_printed_from_the_workbook() -> None:
    rules = AAT.rules
    assert [said.text for said in rules.requirements] == [
        "Form Berita Acara Penyerahan Anak",
        "Form Penerimaan",
        "Form Asessment",
        "Laporan sosial",
        "Form Rujukan",
    ]
    assert {said.about for said in rules.requirements} == {"paper"}
    assert [said.text for said in rules.products] == ["Rekomendasi dan Pendampingan (Administrasi dan Jasa)"]
    assert (rules.service_time, rules.service_time_unit, rules.service_time_text) == (1, "working_day", "1 Hari kerja")
    assert rules.decree_no == "188.4/329/427.64/2022"
    assert [complaint.kind for complaint in rules.complaints] == ["offline"] * 3 + ["online"] * 6
    assert {(complaint.response_limit, complaint.response_unit) for complaint in rules.complaints} == {(48, "hour")}


def test_each_role_of_the_source_holds_its_own_step() -> None:
    assert {role.name for role in AAT.rules.roles if not role.stated_in_source} == {"supervisor"}
    assert [step.role for step in AAT.rules.steps] == [
        "peksos",
        "petugas",
        "sakti_peksos",
        "subkoor",
        "kabid",
        "kadis",
        "kasi",
        "peksos",
    ]


def test_whoever_drafted_a_letter_neither_decides_nor_records_it() -> None:
    drafts = next(step.role for step in AAT.rules.steps if step.name == "s03")
    for step in AAT.rules.steps:
        if step.kind == "approval":
            assert step.recorded_by == ("petugas",)
            assert drafts not in (step.role, *step.recorded_by)


def test_every_paper_the_sop_issues_has_a_register_that_numbers_it_and_a_post_that_signs_it() -> None:
    office = office_of("kab_lumajang")
    signing = {"peksos": None}  # a receipt is signed by whoever took the report in
    for paper in AAT.rules.documents:
        if paper.direction == "out":
            numbered = office.number_pattern(paper.name, date(2026, 11, 21))
            assert numbered is not None, paper.name
            assert numbered.pattern == paper.number_format
            if paper.signed_by not in signing:
                assert office.signer_for(paper.signed_by, date(2026, 11, 21)) is not None, paper.name


def test_the_regency_has_its_21_districts_and_205_villages() -> None:
    own = [area for area in office_of("kab_lumajang").areas if area.code.startswith("35.08.")]
    assert [sum(area.level == level for area in own) for level in ("kecamatan", "kelurahan")] == [21, 205]


# Named children, and the way each case went


def handed_over(age: int = 9, group: str = "anak_terlantar", **more: object) -> Event:
    return sent(INTAKE, "2026-11-02", **({"kelompok": group, "usia_saat_kejadian": age, "inisial": "B."} | more))


def form(name: str, day: str, hour: int = 10, **answers: object) -> Event:
    form_id = f"anjal_terlantar_{name}"
    return sent(form_id, day, at(day, hour), instance=f"uuid:{name}-{day}-{hour}", **answers)


def studied(**answers: object) -> list[Event]:
    return [
        handed_over(),
        form("penerimaan", "2026-11-02"),
        form("asesmen_lapangan", "2026-11-02", 11),
        form("berkas_administrasi", "2026-11-03", **({"laporan_sosial": "Anak tinggal sendiri."} | answers)),
    ]


def signed() -> list[Event]:
    return [
        *studied(),
        form("telaah_kabid", "2026-11-03", 11, paraf="ya"),
        form("tanda_tangan_kadis", "2026-11-03", 12, tanda_tangan="ya", surat_ditandatangani=["surat_perintah_tugas"]),
    ]


def received() -> list[Event]:
    return [*signed(), form("tanda_terima", "2026-11-03", 13, interval_monitoring=2)]


FORWARD = {"r01", "r02", "r03", "r04"}
STORIES: dict[str, tuple[list[Event], set[str], tuple[str, ...]]] = {
    "Bima is handed over": ([handed_over()], {"r01"}, ("s02",)),
    "Bima is taken in and a sakti peksos is sent": (studied()[:2], {"r01", "r02"}, ("s02a",)),
    "Bima was assessed": (studied()[:3], {"r01", "r02", "r03"}, ("s03",)),
    "Bima's papers are complete": (studied(), FORWARD, ("s04",)),
    "Cinta's draft comes back from the head of division": (
        [*studied(), form("telaah_kabid", "2026-11-03", 11, paraf="tidak")],
        FORWARD | {"r06"},
        ("s03",),
    ),
    "Cinta's draft is initialled the second time": (
        [
            *studied(),
            form("telaah_kabid", "2026-11-03", 11, paraf="tidak"),
            form("berkas_administrasi", "2026-11-04", laporan_sosial="Dilengkapi."),
            form("telaah_kabid", "2026-11-04", 11, paraf="ya"),
        ],
        FORWARD | {"r05", "r06"},
        ("s05",),
    ),
    "Dimas's letter is not signed": (
        [
            *studied(),
            form("telaah_kabid", "2026-11-03", 11, paraf="ya"),
            form("tanda_tangan_kadis", "2026-11-03", 12, tanda_tangan="tidak"),
        ],
        FORWARD | {"r05", "r08"},
        ("s04",),
    ),
    "Bima's letter is signed": (signed(), FORWARD | {"r05", "r07"}, ("s06",)),
    "Bima's recommendation has reached section and social worker": (
        received(),
        FORWARD | {"r05", "r07", "r09"},
        ("s07",),
    ),
    "The home has no place for Bima yet": (
        [*received(), form("pendampingan", "2026-11-05", diterima_upt="tidak", interval_monitoring=7)],
        FORWARD | {"r05", "r07", "r09", "r11"},
        ("s07",),
    ),
    "The home takes Bima in": (
        [
            *received(),
            form("pendampingan", "2026-11-05", diterima_upt="tidak", interval_monitoring=7),
            form("pendampingan", "2026-11-12", diterima_upt="ya", form_rujukan="rujukan.jpg"),
        ],
        FORWARD | {"r05", "r07", "r09", "r10", "r11"},
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
    assert state.open_steps == opens
    assert state.waiting == ()


def test_the_stories_take_every_route_of_the_sop() -> None:
    taken = {name for _, routes, _ in STORIES.values() for name in routes}
    assert taken == {route.name for route in AAT.rules.routes}


def test_without_a_social_report_no_draft_goes_to_the_head_of_division() -> None:
    without = studied(laporan_sosial="")
    state = folded(without)
    assert (state.open_steps, state.visit("s03").lacks) == (("s03",), ("laporan_sosial",))
    assert state.wanted_forms == ()
    came = act("document", "2026-11-04", "s03", document="laporan_sosial", visit=1, action="received")
    assert folded([*without, came]).open_steps == ("s04",)


def test_the_child_is_not_gone_before_the_referral_form_is_there() -> None:
    sent_off = [*received(), form("pendampingan", "2026-11-05", diterima_upt="ya")]
    state = folded(sent_off)
    assert (state.status, state.visit("s07").lacks) == ("open", ("form_rujukan",))
    came = act("document", "2026-11-06", "s07", document="form_rujukan", visit=1, action="received")
    state = folded([*sent_off, came])
    assert (state.status, state.close_reason, state.closed_on) == ("closed", "diterima_upt", "2026-11-06")


def test_the_letter_that_was_signed_is_the_one_called_for() -> None:
    called = {paper.document for paper in folded(signed()).papers}
    assert "surat_perintah_tugas" in called
    assert "rekomendasi_pendampingan" not in called


def test_the_service_time_ends_with_the_signed_letter_not_with_the_accompaniment() -> None:
    state = folded(received())
    due = {visit.step: (visit.due_at or "")[:10] for visit in state.visits}
    assert (due["s02"], due["s05"]) == ("2026-11-02", "2026-11-03")
    assert (state.visit("s07").not_before, due["s07"]) == ("2026-11-05", "2026-11-05")  # two days, as agreed in s06


def alerts_of(events: list[Event]) -> set[str]:
    notices = folded(events).notices
    assert {notice.to for notice in notices if notice.code == "notice.alert"} <= {"supervisor"}
    return {dict(notice.args)["alert"] for notice in notices if notice.code == "notice.alert"}


@pytest.mark.parametrize(
    ("events", "alert"),
    [
        ([handed_over(ancaman_segera="ya")], "a1"),
        ([handed_over(), form("penerimaan", "2026-11-02", urgensi="darurat")], "a1"),
        ([*studied()[:2], form("asesmen_lapangan", "2026-11-02", 11, darurat="ya")], "a1"),
        ([handed_over(18, "anjal")], "a2"),
        ([handed_over(17, "anak_terlantar", usia_min=15, usia_maks=19)], "a2"),
        (
            [
                *studied(),
                form("telaah_kabid", "2026-11-03", 11, paraf="tidak"),
                form("berkas_administrasi", "2026-11-04", laporan_sosial="Dilengkapi."),
                form("telaah_kabid", "2026-11-04", 11, paraf="tidak"),
            ],
            "a3",
        ),
        (
            [
                *received(),
                *(
                    form("pendampingan", f"2026-11-{day:02}", diterima_upt="tidak", interval_monitoring=7)
                    for day in (5, 12, 19)
                ),
            ],
            "a4",
        ),
    ],
)
def test_the_supervisor_hears_of_what_the_rules_leave_to_a_person(events: list[Event], alert: str) -> None:
    assert alert in alerts_of(events)


def test_a_victim_of_drugs_may_be_of_age_and_a_plain_case_raises_no_alert() -> None:
    assert alerts_of([handed_over(19, "korban_napza")]) == set()
    assert alerts_of(STORIES["The home takes Bima in"][0]) == set()
