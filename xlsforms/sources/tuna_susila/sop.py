"""SOP 001, Rehabilitasi Tuna Susila (Kota Pangkalpinang), as a workbook: steps, routes and their readings.

`source_text` keeps the printed words, spelling included; a route or step without `interpretation`
follows those words, the others say how they were read.
"""

from collections.abc import Mapping

from xlsforms.book import Book, Cells
from xlsforms.sources.offices.kota_pangkalpinang import OFFICE
from xlsforms.sources.rules import E, L, Rules, close_reasons, form_uses, lines, roles, rows, steps
from xlsforms.sources.tuna_susila.forms import FORMS
from xlsforms.sources.tuna_susila.letters import LETTERS

_SETTINGS = {
    "sop_id": "tuna_susila",
    "title": "Rehabilitasi Tuna Susila",
    "version": "2026112202",
    "decree_no": "08.a/KEP/SEKRT-DINSOS/I/2022",
    "office": OFFICE.id,
    "service_time": "2",
    "service_time_unit": "working_day",
    "service_time_text": "2 Hari kerja sejak berkas permohonan diterima secara lengkap dan benar",
    "legal_basis": "",
    "clock_start": "if(${berkas_lengkap} = 'ya', coalesce(${tgl_lengkap}, true()), false())",
    "cost": "Tidak dipungut biaya",
    "product": "Rehabilitasi Sosial",
    "case_type": "tuna_susila",
    "case_label": (
        "concat(${inisial}, ', ', ${jk}, ', ', ${usia_saat_kejadian}, ' th, ', "
        "if(${wilayah_nama} != '', concat(${wilayah_nama}, ', '), ''), format-date(${tgl_laporan}, '%d/%m/%Y'))"
    ),
    "person_key": "nik nama_lengkap tgl_lahir",
    "assign_by": "",
    "confidential": "yes",
    "default_language": "id",
    "source_file": "001_6ebe46fec3033ed9.txt",
}

_ROLES = """
peksos_kasi | Pekerja Sosial atau Kepala Seksi Rehabilitasi Sosial Tuna Sosial | Social worker or head of the section | yes | no | no | no | supervisor | assigned
kabid | Kepala Bidang Rehabilitasi Sosial | Head of social rehabilitation | yes | yes | no | no | supervisor | office
ketua_rps | Ketua RPS (Rumah Perlindungan Sosial SENYUM) | Head of the shelter RPS SENYUM | yes | no | no | no | peksos_kasi | office
kadis | Kepala Dinas Sosial | Head of the office | yes | no | no | no | supervisor | office
pimpinan_lembaga | Pimpinan Instansi / Lembaga Terkait | Head of the institution concerned | yes | no | no | no | | assigned
supervisor | Supervisor (Sekretaris Dinas) | Supervisor (secretary of the office) | no | yes | yes | yes | | office
"""

SOURCE_TEXT = {
    "1": (
        "Pekerja Sosial atau Kepala Seksi Rehabilitasi Sosial Tuna Sosial menerima laporan adanya Tuna Susila dari"
        " Sistem Layanan Rujukan Terpadu (SLRT), masyarakat, PSM, TKSK, Kepolisian, Rumah Sakit, dll. Menerima gambaran"
        " permasalahan dan kemana harus verifikasi dan validasi laporan"
    ),
    "2": (
        "Petugas melakukan survei ke lapangan atau memanggil ybs ke Dinas Sosial Kota Pangkalpinang untuk melakukan"
        " asesmen awal kasus, mengecek identitas klien (KTP/KK), proses penerimaan dan pencatatan"
    ),
    "3": (
        "Petugas melaporkan hasil survei dan assesmen kepada Kepala Bidang Rehabilitasi Sosial untuk memberikan"
        " rekomendasi agar kasus segera ditangani atau ditolak karena alasan tertentu. Apabila kasus tersebut"
        " dinyatakan ditolak, maka klien akan dirujuk ke pihak yang lebih berwenang (terminasi/rujukan)"
    ),
    "4": (
        "Apabila kasus tersebut bersifat darurat dan perlu pengamanan, klien akan dirujuk sementara ke Rumah"
        " Perlindungan Sosial (RPS) SENYUM"
    ),
    "5": (
        "Assesmen lanjutan dilakukan lebih mendalam dengan melanjutkan hasil dari assesmen awal. Petugas menghubungi"
        " keluarga dan sistem sumber yang berkaitan dengan kasus Tuna Susila"
    ),
    "6": "Pengumpulan seluruh laporan-laporan perkembangan kasus Tuna Susila dan diarsipkan",
    "7": ("Kasus selesai dan ditutup (pelimpahan kasus / rujukan ke keluarga atau penyaluran ke Panti Sosial)"),
}

# name | source | Indonesian | English | kind | instrument | role | choose | repeat | max | limit | clock
_STEPS = """
s01 | 1 | Penerimaan laporan | Report received | form | laporan_awal | peksos_kasi | | once | | 0 | service
s02 | 2 | Asesmen awal dan pemeriksaan identitas | First assessment and identity check | form | asesmen_awal | peksos_kasi | | once | | 1 | service
s03 | 3 | Disposisi Kepala Bidang | Decision of the head of division | approval | disposisi | kabid | one | once | | 1 | service
s04 | 4 | Masuk RPS SENYUM | Admission to RPS SENYUM | form | masuk_rps | ketua_rps | | once | | 1 | service
s05 | 5 | Asesmen lanjutan | Deeper assessment | form | asesmen_lanjutan | peksos_kasi | | once | | 2 | service
s06 | 6 | Pengumpulan dan pengarsipan laporan | Collecting and filing the reports | form | catatan_kasus | peksos_kasi | | once | | 2 | service
s07 | 7 | Serah terima dan penutupan kasus | Hand-over and closing of the case | form | serah_terima | peksos_kasi | | once | | 2 | service
"""
_STEP_EXTRA: Mapping[str, Cells] = {
    "s01": {
        "participants": "SLRT, masyarakat, PSM, TKSK, Kepolisian, Rumah Sakit",
        "interpretation": (
            "Jam layanan 2 hari kerja mulai ketika berkas dinyatakan lengkap dan benar pada laporan (tafsir B4):"
            " SOP menyebut berkas lengkap, tetapi tidak menyebut siapa yang menyatakannya."
        ),
    },
    "s02": {
        "interpretation": (
            "Jenis kelamin dan umur diperiksa di sini; klien di luar sasaran ditolak pada langkah 3 atau dipindahkan"
            " supervisor (tafsir B9), karena persyaratan menyebut wanita dan anak dilayani SOP lain."
        ),
    },
    "s03": {
        "recorded_by": "supervisor",
        "interpretation": (
            "Kepala Bidang memutuskan Ya atau Tidak; Kepala Dinas dan instansi terkait diberi tahu (tafsir B5), karena"
            ' tanda "-" pada tabel kehilangan arti. Jawaban "Tidak" menutup kasus dengan Surat Keluar (tafsir B1), karena'
            " langkah ini sendiri menyebut terminasi/rujukan. Surat keluar memakai alamat kepala surat, pengaduan alamat"
            " yang tercetak (tafsir B10)."
        ),
    },
    "s04": {
        "escalate_to": "supervisor",
        "limit": "0",
        "limit_from": "step",
        "escalate_at": "",
        "interpretation": (
            "Penempatan bersifat sementara: klien tetap di RPS selama langkah 5 sampai 7 dan keluarnya dicatat pada"
            " serah terima (tafsir B3). Batasnya hari yang sama sejak langkah ini terbuka."
        ),
    },
    "s06": {
        "interpretation": (
            "Surat pada langkah 7 ditambahkan otomatis ke catatan kasus (tafsir B7): catatan tanpa berita acara serah"
            " terima tidak lengkap. Petugasnya tidak disebut; dipegang pekerja sosial atau kepala seksi."
        ),
    },
    "s07": {
        "participants": "Kepala Bidang, Kepala Dinas, pimpinan instansi atau lembaga penerima",
        "interpretation": (
            "Formulir menanyakan tujuan (keluarga, panti, lembaga lain) dan siapa yang memutuskannya (tafsir B6), karena"
            " SOP tidak memberi ukuran. Kepala Bidang dan Kepala Dinas meneruskan dan menandatangani; lembaga penerima"
            " mengakhiri alur (tafsir B5). Sesudahnya supervisor dapat membuka kembali; laporan baru tentang orang yang sama"
            " dihubungkan dengan kasus lama (tafsir B8)."
        ),
    },
}

_EMERGENCY = "${darurat} = 'ya' and ${perlu_pengamanan} = 'ya'"
_ROUTE_NOTE = ("name", "from", "when", "to", "close_reason", "source", L, E, "interpretation")
_ROUTES = (
    ("r01", "s01", "", "s02", "", "2", "Laporan diterima", "Report received", ""),
    ("r02", "s02", "", "s03", "", "3", "Asesmen awal selesai", "First assessment done", ""),
    (
        "r03",
        "s03",
        "${disposisi} = 'tidak'",
        "close",
        "ditolak_dirujuk",
        "3",
        "Ditolak dan dirujuk",
        "Refused and referred",
        "",
    ),
    (
        "r04",
        "s03",
        f"${{disposisi}} = 'ya' and {_EMERGENCY}",
        "s04",
        "",
        "4",
        "Ditangani: darurat dan perlu pengamanan",
        "Handled: an emergency that needs protection",
        "",
    ),
    (
        "r05",
        "s03",
        f"${{disposisi}} = 'ya' and not({_EMERGENCY})",
        "s05",
        "",
        "5",
        "Ditangani tanpa penempatan di RPS",
        "Handled without the shelter",
        "Setiap kasus lain yang diterima langsung ke langkah 5 (tafsir B2): langkah 5 melanjutkan asesmen awal untuk"
        " semua, dan kasus tanpa aturan akan terhenti.",
    ),
    ("r06", "s04", "", "s05", "", "5", "Klien di RPS", "Client in the shelter", ""),
    ("r07", "s05", "", "s06", "", "6", "Asesmen lanjutan selesai", "Deeper assessment done", ""),
    ("r08", "s06", "", "s07", "", "7", "Laporan diarsipkan", "Reports filed", ""),
    ("r09", "s07", "", "close", "diserahkan", "7", "Kasus selesai dan ditutup", "Case finished and closed", ""),
)

_LETTER_NUMBER = "400.9.4.2/{urut:03}/{opd}/{tahun}"
_DOCUMENT_NOTE = (
    "name",
    L,
    E,
    "direction",
    "step",
    "required",
    "template",
    "number_format",
    "signed_by",
    "copies_to",
    "source",
)
# Printed names of the output column are kept; what the office fills in itself needs no number.
_DOCUMENTS = (
    (
        "surat_masuk",
        "Surat Masuk / Laporan / Pemberitahuan Secara Langsung",
        "Letter, report or direct notice",
        "in",
        "s01",
        "yes",
        "",
        "",
        "",
        "",
        "1",
    ),
    (
        "tanda_terima",
        "Tanda terima laporan",
        "Receipt of the report",
        "out",
        "s01",
        "no",
        "tanda_terima",
        "{urut:04}/TT/{opd}/{tahun}",
        "peksos_kasi",
        "",
        "usulan",
    ),
    (
        "ktp_kk",
        "KTP / KK klien (diperiksa)",
        "KTP or KK of the client (checked)",
        "in",
        "s02",
        "yes",
        "",
        "",
        "",
        "",
        "2",
    ),
    ("formulir_asesmen", "Formulir Assesmen", "Assessment form", "in", "s02", "yes", "", "", "", "", "2"),
    (
        "lembar_disposisi",
        "Disposisi Kepala Bidang Rehabilitasi Sosial",
        "Decision of the head of social rehabilitation",
        "out",
        "s03",
        "no",
        "lembar_disposisi",
        "{urut:04}/DISP/{opd}/{bulan_romawi}/{tahun}",
        "kabid",
        "kadis",
        "3",
    ),
    (
        "surat_penolakan",
        "Surat Keluar (penolakan dan rujukan)",
        "Letter of refusal and referral",
        "out",
        "s03",
        "${disposisi} = 'tidak'",
        "surat_penolakan",
        _LETTER_NUMBER,
        "kabid",
        "kadis",
        "3",
    ),
    ("buku_data_klien", "Buku Data Klien RPS", "Register of the shelter", "in", "s04", "yes", "", "", "", "", "4"),
    (
        "data_asesmen",
        "Data assesmen lingkungan sosial klien",
        "Assessment of the client's social environment",
        "in",
        "s05",
        "yes",
        "",
        "",
        "",
        "",
        "5",
    ),
    (
        "case_record",
        "Case Record",
        "Case record",
        "out",
        "s06",
        "no",
        "case_record",
        "400.9.4.2/{urut:03}/LAP/{tahun}",
        "peksos_kasi",
        "",
        "6",
    ),
    (
        "surat_pelimpahan",
        "Surat Keluar (pelimpahan kasus atau rujukan)",
        "Letter handing the case over",
        "out",
        "s07",
        "no",
        "surat_pelimpahan",
        _LETTER_NUMBER,
        "kadis",
        "pimpinan_lembaga",
        "7",
    ),
    (
        "ba_serah_terima",
        "Berita Acara Serah Terima Klien",
        "Record of the hand-over of the client",
        "out",
        "s07",
        "yes",
        "ba_serah_terima",
        "400.9.4.2/{urut:03}/BA/{tahun}",
        "kabid",
        "pimpinan_lembaga",
        "7",
    ),
)

_CLOSE_REASONS = """
ditolak_dirujuk | Ditolak – dirujuk ke pihak yang lebih berwenang | Refused – referred to a more competent authority
diserahkan | Selesai: diserahkan kepada keluarga, panti atau lembaga | Finished: handed to family or institution
"""

_URGENT = (
    "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya' or (${darurat} = 'ya' and ${perlu_pengamanan} = 'ya')"
    " or ${tingkat_risiko} = 'darurat'"
)
_ALERT_NOTE = ("name", "when", "to", L, E, "source", "interpretation")
_ALERTS = (
    (
        "a1",
        _URGENT,
        "supervisor",
        "Darurat: buka langkah RPS sekarang bila klien perlu pengamanan; disposisi menyusul",
        "Emergency: open the shelter step now if the client needs protection; the decision follows",
        "4",
        "Keadaan darurat tidak menunggu rapat, tanda tangan atau hari kerja; alur langkah 3 tetap seperti tercetak.",
    ),
    (
        "a2",
        _EMERGENCY,
        "ketua_rps",
        "Darurat dan perlu pengamanan: siapkan tempat di RPS SENYUM",
        "Emergency that needs protection: prepare a place in RPS SENYUM",
        "4",
        "RPS diberi tahu bersamaan dengan supervisor agar tempat siap sebelum disposisi.",
    ),
    (
        "a3",
        "${usia_saat_kejadian} < 18 or ${usia_min} < 18",
        "supervisor",
        "Klien di bawah atau mungkin di bawah 18 tahun: anak dilayani dengan SOP anak",
        "Client under or maybe under 18: a child is served under an SOP for children",
        "2",
        "Dicatat dan diberitahukan, tidak ditolak (tafsir B9): anak adalah korban dan termasuk SOP lain.",
    ),
    (
        "a4",
        "${jk} = 'L'",
        "supervisor",
        "Klien laki-laki: persyaratan SOP menyebut wanita",
        "Male client: the requirement of this SOP names women",
        "2",
        "Dicatat dan diberitahukan (tafsir B9); Kepala Bidang memutuskan pada langkah 3 atau kasus dipindahkan.",
    ),
)

_REQUIREMENTS = (("p1", "Persyaratan 1", "Wanita Tuna Susila", "Women in prostitution"),)
_PRODUCTS = (("produk1", "Produk 1", "Rehabilitasi Sosial", "Social rehabilitation", ""),)

# Set by forms, which calculate them where the answers are; named here for their type and meaning.
_FACTS = (
    (
        "usia_saat_kejadian",
        "Umur saat ditemukan (tahun)",
        "Age when found (years)",
        "Dihitung formulir dari tanggal lahir dan hari ditemukan, atau diperkirakan.",
    ),
    ("usia_min", "Umur paling muda", "Age at the youngest", "Hanya bila tanggal lahir diperkirakan."),
    ("usia_maks", "Umur paling tua", "Age at the oldest", "Hanya bila tanggal lahir diperkirakan."),
)

_ASKED = (
    "berkas_lengkap",
    "jk",
    "fakta:usia_saat_kejadian",
    "darurat",
    "perlu_pengamanan",
    "disposisi",
)
_TEST_NOTE = (
    "case",
    "at",
    "form",
    "berkas_lengkap",
    "jk",
    "fakta:usia_saat_kejadian",
    "darurat",
    "perlu_pengamanan",
    "disposisi",
    "expect_open",
    "expect_decision",
    "expect_close",
    "expect_alert",
)
# t1: accepted with the shelter, to the end; t2–t4: accepted without one of both; t5: refused; t6: outside the group.
_TESTS = """
t1 | 2026-11-02 | laporan_awal | ya | P | 24 | | | | s02 | s01>s02 | |
t1 | 2026-11-02 | asesmen_awal | | | | ya | ya | | s03 | s02>s03 | | a1 a2
t1 | 2026-11-03 | disposisi | | | | | | ya | s04 | s03>s04 | |
t1 | 2026-11-03 | masuk_rps | | | | | | | s05 | s04>s05 | |
t1 | 2026-11-04 | asesmen_lanjutan | | | | | | | s06 | s05>s06 | |
t1 | 2026-11-04 | catatan_kasus | | | | | | | s07 | s06>s07 | |
t1 | 2026-11-04 | serah_terima | | | | | | | | s07>close | diserahkan |
t2 | 2026-11-02 | laporan_awal | ya | P | 30 | | | | s02 | s01>s02 | |
t2 | 2026-11-03 | asesmen_awal | | | | ya | tidak | | s03 | s02>s03 | |
t2 | 2026-11-03 | disposisi | | | | | | ya | s05 | s03>s05 | |
t3 | 2026-11-02 | laporan_awal | tidak | P | 30 | | | | s02 | s01>s02 | |
t3 | 2026-11-03 | asesmen_awal | | | | tidak | ya | | s03 | s02>s03 | |
t3 | 2026-11-03 | disposisi | | | | | | ya | s05 | s03>s05 | |
t4 | 2026-11-02 | laporan_awal | ya | P | 41 | | | | s02 | s01>s02 | |
t4 | 2026-11-03 | asesmen_awal | | | | tidak | tidak | | s03 | s02>s03 | |
t4 | 2026-11-03 | disposisi | | | | | | ya | s05 | s03>s05 | |
t5 | 2026-11-02 | laporan_awal | ya | P | 19 | | | | s02 | s01>s02 | |
t5 | 2026-11-03 | asesmen_awal | | | | ya | ya | | s03 | s02>s03 | | a1 a2
t5 | 2026-11-03 | disposisi | | | | | | tidak | | s03>close | ditolak_dirujuk |
t6 | 2026-11-02 | laporan_awal | ya | L | 17 | | | | s02 | s01>s02 | | a3 a4
"""


def sop_book() -> Book:
    """The workbook of the SOP."""
    return Rules(
        settings=_SETTINGS,
        roles=roles(_ROLES),
        forms=form_uses(
            FORMS,
            "tuna_susila_laporan_awal",
            {
                "tuna_susila_masuk_rps": {"record": "stay_in"},
                "tuna_susila_serah_terima": {"record": "stay_out"},
            },
        ),
        facts=rows(("name", L, E, "note"), _FACTS, type="integer"),
        steps=steps("tuna_susila", _STEPS, SOURCE_TEXT, _STEP_EXTRA),
        routes=rows(_ROUTE_NOTE, _ROUTES),
        documents=rows(_DOCUMENT_NOTE, _DOCUMENTS),
        choices=close_reasons(_CLOSE_REASONS),
        complaints=OFFICE.complaints(),
        alerts=_alerts(),
        requirements=rows(("name", "source", "text", E), _REQUIREMENTS, target="group"),
        products=rows(("name", "source", "text", E, "document"), _PRODUCTS),
        tests=_tests(),
        asked=_ASKED,
        letters=LETTERS,
    ).book()


def _alerts() -> list[Cells]:
    """Who hears of an emergency may open the shelter step at once; the decision confirms afterwards (ruling 27)."""
    notes = rows(_ALERT_NOTE, _ALERTS, at="event")
    return [{**note, "opens": "s04"} if note["name"] in ("a1", "a2") else note for note in notes]


def _tests() -> list[Cells]:
    return [{**row, "form": f"tuna_susila_{row['form']}"} for row in lines(_TEST_NOTE, _TESTS)]
