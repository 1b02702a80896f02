"""SOP 002, Rekomendasi dan Pengiriman Anak ke UPT Provinsi (Kabupaten Lumajang): steps, routes and their readings.

`source_text` keeps the printed words, spelling included; a route or step without `interpretation`
follows those words, the others say how they were read.
"""

from collections.abc import Mapping

from xlsforms.book import Book, Cells
from xlsforms.sources.anjal_terlantar.forms import FORMS
from xlsforms.sources.anjal_terlantar.letters import LETTERS
from xlsforms.sources.offices.kab_lumajang import OFFICE
from xlsforms.sources.rules import E, L, Rules, close_reasons, form_uses, lines, roles, rows, steps

_SETTINGS = {
    "sop_id": "anjal_terlantar",
    "title": (
        "Rekomendasi dan Pengiriman Anak Jalanan (Anjal) dan Anak Terlantar dan Korban Napza ke UPT Dinas Sosial"
        " Provinsi Jatim"
    ),
    "version": "2026112202",
    "decree_no": "188.4/329/427.64/2022",
    "office": OFFICE.id,
    "service_time": "1",
    "service_time_unit": "working_day",
    "service_time_text": "1 Hari kerja",
    "legal_basis": "",
    "clock_start": "s01",
    "cost": "Tidak dipungut biaya",
    "product": "Rekomendasi dan Pendampingan (Administrasi dan Jasa)",
    "case_type": "anjal_terlantar",
    "case_label": (
        "concat(${inisial}, ', ', ${jk}, ', ', ${usia_saat_kejadian}, ' th, ', "
        "if(${wilayah_nama} != '', concat(${wilayah_nama}, ', '), ''), format-date(${tgl_laporan}, '%d/%m/%Y'), "
        "if(${kelompok} = 'anjal', ' – anak jalanan', "
        "if(${kelompok} = 'korban_napza', ' – korban NAPZA', ' – anak telantar')))"
    ),
    "person_key": "nik nama_lengkap tgl_lahir",
    "assign_by": "",
    "confidential": "yes",
    "default_language": "id",
    "source_file": "002_8947e30ba92edaec.txt",
}

_ROLES = """
peksos | Pekerja sosial | Social worker | yes | no | no | no | supervisor | assigned
petugas | Petugas | Officer | yes | no | no | no | supervisor | office
sakti_peksos | Sakti peksos | Sakti peksos (social worker) | yes | no | no | no | peksos | assigned
subkoor | Sub Koordinator Sub-Substansi Perlindungan Anak, Pelayanan Rehabilitasi Sosial Anak dan Lansia | Sub-coordinator for children and the elderly | yes | no | no | no | kasi | office
kabid | Kepala Bidang | Head of division | yes | yes | no | no | supervisor | office
kadis | Kepala Dinas | Head of the office | yes | no | no | no | supervisor | office
kasi | Kepala Seksi Pelayanan dan Rehabilitasi Sosial Anak dan Lanjut Usia | Head of the section for children and the elderly | yes | no | no | no | subkoor | office
supervisor | Supervisor (Sekretaris Dinas) | Supervisor (secretary of the office) | no | yes | yes | yes | | office
"""

SOURCE_TEXT = {
    "1": "Pelapor menyerahkan Anak Terlantar/Anak Jalanan kepada pekerja sosial;",
    "2": "Petugas menerima laporan dan menugaskan sakti peksos untuk melakukan Asesmen lapangan .",
    "3": (
        "Sub Koordinator Sub-Substansi Perlindungan Anak, Pelayanan Rehabilitasi Sosial Anak dan Lansia menyiapkan"
        " persyaratan administratif: melakukan identifikasi dan registrasi, melakukan penelusuran dan penelaahan"
        " masalah (assessment)."
    ),
    "4": (
        "Konsep surat rekomendasi pendampingan / surat tugas disampaikan kepada Kepala Bidang untuk ditelaah dan"
        " diparaf"
    ),
    "5": "Kepala Dinas menandatangani Rekomendasi Pendampingan / Surat Perintah Tugas",
    "6": (
        "Rekomendasi diserahkan ke Kepala Seksi Pelayanan dan Rehabilitasi Sosial Anak dan Lanjut Usia dan Pekerja"
        " Sosial"
    ),
    "7": "Pekerja sosial melaksanakan pendampingan kepada Klien",
}

# name | source | Indonesian | English | kind | instrument | role | choose | repeat | max | limit | clock
_STEPS = """
s01 | 1 | Penyerahan anak | Hand-over of the child | form | penyerahan_anak | peksos | | once | | 0 | service
s02 | 2 | Penerimaan laporan dan penugasan | Reception and assignment | form | penerimaan | petugas | | once | | 0 | service
s02a | 2 | Asesmen lapangan | Field assessment | form | asesmen_lapangan | sakti_peksos | | once | | 1 | service
s03 | 3 | Persyaratan administratif dan penelaahan masalah | Papers and study of the problem | form | berkas_administrasi | subkoor | | loop | 5 | 1 | service
s04 | 4 | Telaah dan paraf Kepala Bidang | Study and initials of the head of division | approval | telaah_kabid | kabid | one | loop | 5 | 1 | service
s05 | 5 | Tanda tangan Kepala Dinas | Signature of the head of the office | approval | tanda_tangan_kadis | kadis | one | loop | 5 | 1 | service
s06 | 6 | Penyerahan rekomendasi | Handing over the recommendation | form | tanda_terima | kasi | | once | | 1 | service
s07 | 7 | Pendampingan dan pengiriman ke UPT | Accompaniment and sending to the UPT | form | pendampingan | peksos | one | loop | | | outside
"""
_RETURNS = "Konsep yang dikembalikan membuka langkah ini lagi dengan alasannya (tafsir C4)."
_STEP_EXTRA: Mapping[str, Cells] = {
    "s01": {
        "participants": "pelapor",
        "interpretation": (
            "Persyaratan 1 sampai 5 adalah berkas yang diisi dinas sendiri (tafsir C7): pelapor hanya menyerahkan anak"
            " dan tidak diminta membawa Form Asessment. Korban NAPZA hanya disebut pada judul dan melalui langkah yang"
            " sama (tafsir C9)."
        ),
    },
    "s02a": {
        "interpretation": (
            "Bagian kedua langkah 2; langkah 3 melengkapi dan menelaahnya (tafsir C2), karena pelaku dan tempatnya"
            " berbeda."
        ),
    },
    "s03": {
        "interpretation": (
            "Empat persyaratan lengkap sebelum langkah 4, Form Rujukan pada langkah 7 (tafsir C7). " + _RETURNS
        ),
    },
    "s04": {
        "recorded_by": "petugas",
        "interpretation": (
            'Satu keputusan dengan dua templat, boleh keduanya (tafsir C3), karena tanda "/" tidak dijelaskan. '
            + _RETURNS
        ),
    },
    "s05": {
        "recorded_by": "petugas",
        "interpretation": (
            "Surat yang tidak ditandatangani kembali ke langkah 4 (tafsir C4). Nama jalan pada kepala surat dan pengaduan"
            " dipertahankan sebagaimana tercetak, Pisang Gajah dan Pisang Gajih (tafsir C10)."
        ),
    },
    "s06": {
        "participants": "pekerja sosial, Kepala Bidang",
        "interpretation": (
            "Para penerima menyatakan menerima; pengirim tidak diwajibkan (tafsir C6), karena kalimatnya pasif. Kepala"
            " Seksi dan Sub Koordinator adalah dua peran yang boleh dipegang satu orang (tafsir C5)."
        ),
    },
    "s07": {
        "not_before": "${interval_monitoring}",
        "participants": "anak, keluarga, UPT Dinas Sosial Provinsi",
        "interpretation": (
            "Diulang sampai UPT menerima anak (tafsir C1); 1 hari kerja mencakup langkah 1 sampai 6 (tafsir C8), karena"
            " produk Rekomendasi selesai pada langkah 6."
        ),
    },
}

_ROUTE_NOTE = ("name", "from", "when", "to", "close_reason", "source", L, E, "interpretation")
_ROUTES = (
    ("r01", "s01", "", "s02", "", "2", "Anak diserahkan", "Child handed over", ""),
    ("r02", "s02", "", "s02a", "", "2", "Laporan diterima", "Report taken in", ""),
    ("r03", "s02a", "", "s03", "", "3", "Asesmen lapangan selesai", "Field assessment done", ""),
    ("r04", "s03", "", "s04", "", "4", "Berkas dan konsep siap", "Papers and draft ready", ""),
    ("r05", "s04", "${paraf} = 'ya'", "s05", "", "5", "Konsep diparaf", "Draft initialled", ""),
    (
        "r06",
        "s04",
        "${paraf} = 'tidak'",
        "s03",
        "",
        "4",
        "Konsep dikembalikan",
        "Draft returned",
        "Konsep yang tidak diparaf kembali satu langkah dengan alasan (tafsir C4): telaah yang tidak dapat menolak"
        " bukan telaah.",
    ),
    ("r07", "s05", "${tanda_tangan} = 'ya'", "s06", "", "6", "Surat ditandatangani", "Letter signed", ""),
    (
        "r08",
        "s05",
        "${tanda_tangan} = 'tidak'",
        "s04",
        "",
        "5",
        "Surat dikembalikan",
        "Letter returned",
        "Surat yang tidak ditandatangani kembali satu langkah dengan alasan (tafsir C4).",
    ),
    ("r09", "s06", "", "s07", "", "7", "Rekomendasi diterima", "Recommendation received", ""),
    (
        "r10",
        "s07",
        "${diterima_upt} = 'ya'",
        "close",
        "diterima_upt",
        "7",
        "Anak diterima UPT",
        "The UPT has received the child",
        "Kasus ditutup setelah UPT menerima anak (tafsir C1): judul menjanjikan pengiriman, dan tanpa aturan ini kasus"
        " tidak pernah selesai.",
    ),
    (
        "r11",
        "s07",
        "${diterima_upt} = 'tidak'",
        "s07",
        "",
        "7",
        "Belum diterima UPT",
        "Not yet received by the UPT",
        "Pendampingan berlanjut sampai UPT menerima anak (tafsir C1).",
    ),
)

_DOCUMENT_NOTE = (
    "name",
    L,
    E,
    "direction",
    "step",
    "required",
    "blocks",
    "template",
    "number_format",
    "signed_by",
    "source",
)
_SIGNED = "${tanda_tangan} = 'ya' and selected(${surat_ditandatangani}, '%s')"
_ORDER_NUMBER = "800.1.11.1/{urut:03}/{opd}/{tahun}"
_LETTER_NUMBER = "400.9.2.2/{urut:03}/{opd}/{tahun}"
# The social report and the referral form are papers of their own: they count once received, or answered in a form.
_DOCUMENTS = (
    (
        "ba_penyerahan",
        "Form Berita Acara Penyerahan Anak",
        "Record of the hand-over of the child",
        "in",
        "s01",
        "yes",
        "s03",
        "",
        "",
        "",
        "Persyaratan 1",
    ),
    ("form_penerimaan", "Form Penerimaan", "Reception form", "in", "s02", "yes", "s03", "", "", "", "Persyaratan 2"),
    ("form_asesmen", "Form Asessment", "Assessment form", "in", "s02a", "yes", "s03", "", "", "", "Persyaratan 3"),
    (
        "laporan_sosial",
        "Laporan sosial",
        "Social report",
        "in",
        "s03",
        "yes",
        "s03",
        "laporan_sosial",
        "",
        "",
        "Persyaratan 4",
    ),
    (
        "form_rujukan",
        "Form Rujukan",
        "Referral form",
        "in",
        "s07",
        "${diterima_upt} = 'ya'",
        "s07",
        "form_rujukan",
        "",
        "",
        "Persyaratan 5",
    ),
    (
        "tanda_terima",
        "Tanda terima laporan",
        "Receipt of the report",
        "out",
        "s01",
        "no",
        "",
        "tanda_terima",
        "{urut:04}/TT/{opd}/{tahun}",
        "peksos",
        "usulan",
    ),
    (
        "surat_tugas_asesmen",
        "Surat tugas asesmen lapangan",
        "Duty order of the field assessment",
        "out",
        "s02",
        "no",
        "",
        "surat_tugas",
        _ORDER_NUMBER,
        "kadis",
        "2",
    ),
    (
        "konsep_surat",
        "Konsep surat rekomendasi pendampingan / surat tugas",
        "Draft of the recommendation or duty order",
        "in",
        "s03",
        "no",
        "",
        "",
        "",
        "",
        "4",
    ),
    (
        "rekomendasi_pendampingan",
        "Rekomendasi Pendampingan",
        "Recommendation of accompaniment",
        "out",
        "s05",
        _SIGNED % "rekomendasi_pendampingan",
        "",
        "rekomendasi_pendampingan",
        _LETTER_NUMBER,
        "kadis",
        "5",
    ),
    (
        "surat_perintah_tugas",
        "Surat Perintah Tugas",
        "Order of assignment",
        "out",
        "s05",
        _SIGNED % "surat_perintah_tugas",
        "",
        "surat_perintah_tugas",
        _ORDER_NUMBER,
        "kadis",
        "5",
    ),
    (
        "tanda_terima_rekomendasi",
        "Tanda terima rekomendasi",
        "Receipt of the recommendation",
        "out",
        "s06",
        "no",
        "",
        "tanda_terima_rekomendasi",
        "{urut:04}/TT/{opd}/{tahun}",
        "kasi",
        "6",
    ),
    (
        "surat_rujukan",
        "Surat rujukan ke UPT",
        "Letter of referral to the UPT",
        "out",
        "s07",
        "no",
        "",
        "surat_rujukan",
        _LETTER_NUMBER,
        "kadis",
        "usulan",
    ),
    (
        "tanda_terima_upt",
        "Tanda terima UPT",
        "Receipt of the UPT",
        "in",
        "s07",
        "${diterima_upt} = 'ya'",
        "",
        "",
        "",
        "",
        "usulan",
    ),
)

_CLOSE_REASONS = """
diterima_upt | Anak diterima UPT provinsi | Child received by the provincial institution
"""

_ALERTS = (
    (
        "a1",
        "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya' or ${darurat} = 'ya' or ${perlu_darurat} = 'ya'"
        " or ${tingkat_risiko} = 'darurat' or ${urgensi} = 'darurat'",
        "Darurat: ada ancaman segera, perlu pertolongan medis atau layanan darurat",
        "Emergency: immediate threat, medical help or emergency service needed",
        "1",
        "Keadaan darurat tidak menunggu paraf, tanda tangan atau hari kerja.",
    ),
    (
        "a2",
        "(${usia_saat_kejadian} >= 18 or ${usia_maks} >= 18) and ${kelompok} != 'korban_napza'",
        "Umur 18 tahun ke atas atau mungkin 18 tahun: di luar sasaran anak",
        "18 and over, or maybe: not a child of this SOP",
        "1",
        "Dicatat dan diberitahukan, tidak ditolak; bagi korban NAPZA tidak ada batas umur (tafsir C9).",
    ),
    (
        "a3",
        "${s03#visits} >= 3 or ${s04#visits} >= 3",
        "Konsep surat dua kali dikembalikan",
        "The draft was returned twice",
        "4, 5",
        "Berkas yang berulang kali kembali diberitahukan kepada supervisor (tafsir C4).",
    ),
    (
        "a4",
        "${s07#visits} >= 4",
        "Tiga pendampingan dan anak belum diterima UPT",
        "Three visits and the UPT has not received the child",
        "7",
        "Tanpa batas pada SOP, anak yang lama menunggu diperlihatkan kepada supervisor (tafsir C1).",
    ),
)

_REQUIREMENTS = (
    ("p1", "Persyaratan 1", "Form Berita Acara Penyerahan Anak", "Record of the hand-over of the child"),
    ("p2", "Persyaratan 2", "Form Penerimaan", "Reception form"),
    ("p3", "Persyaratan 3", "Form Asessment", "Assessment form"),
    ("p4", "Persyaratan 4", "Laporan sosial", "Social report"),
    ("p5", "Persyaratan 5", "Form Rujukan", "Referral form"),
)
_PRODUCTS = (
    (
        "produk1",
        "Produk 1",
        "Rekomendasi dan Pendampingan (Administrasi dan Jasa)",
        "Recommendation and accompaniment (administration and service)",
        "rekomendasi_pendampingan",
    ),
)

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
    "kelompok",
    "fakta:usia_saat_kejadian",
    "ancaman_segera",
    "laporan_sosial",
    "paraf",
    "tanda_tangan",
    "interval_monitoring",
    "diterima_upt",
    "form_rujukan",
)
_TEST_NOTE = ("case", "at", "form", *_ASKED, "expect_open", "expect_decision", "expect_close", "expect_alert")
# t1: straight on, two visits until the UPT has the child; t2: returned by the head of division, then by the head
# of the office; t3: no social report, no draft; t4: who is not a child, and a threat; t5: drugs know no age here.
_TESTS = """
t1 | 2026-11-02 | penyerahan_anak | anak_terlantar | 9 | tidak | | | | | | | s02 | s01>s02 | |
t1 | 2026-11-02 | penerimaan | | | | | | | | | | s02a | s02>s02a | |
t1 | 2026-11-02 | asesmen_lapangan | | | | | | | | | | s03 | s02a>s03 | |
t1 | 2026-11-03 | berkas_administrasi | | | | lengkap | | | | | | s04 | s03>s04 | |
t1 | 2026-11-03 | telaah_kabid | | | | | ya | | | | | s05 | s04>s05 | |
t1 | 2026-11-03 | tanda_tangan_kadis | | | | | | ya | | | | s06 | s05>s06 | |
t1 | 2026-11-03 | tanda_terima | | | | | | | 2 | | | s07 | s06>s07 | |
t1 | 2026-11-05 | pendampingan | | | | | | | 7 | tidak | | s07 | s07>s07 | |
t1 | 2026-11-12 | pendampingan | | | | | | | | ya | foto.jpg | | s07>close | diterima_upt |
t2 | 2026-11-02 | penyerahan_anak | anjal | 14 | tidak | | | | | | | s02 | s01>s02 | |
t2 | 2026-11-02 | penerimaan | | | | | | | | | | s02a | s02>s02a | |
t2 | 2026-11-02 | asesmen_lapangan | | | | | | | | | | s03 | s02a>s03 | |
t2 | 2026-11-03 | berkas_administrasi | | | | lengkap | | | | | | s04 | s03>s04 | |
t2 | 2026-11-03 | telaah_kabid | | | | | tidak | | | | | s03 | s04>s03 | |
t2 | 2026-11-04 | berkas_administrasi | | | | lengkap | | | | | | s04 | s03>s04 | |
t2 | 2026-11-04 | telaah_kabid | | | | | ya | | | | | s05 | s04>s05 | |
t2 | 2026-11-04 | tanda_tangan_kadis | | | | | | tidak | | | | s04 | s05>s04 | | a3
t3 | 2026-11-02 | penyerahan_anak | anak_terlantar | 4 | tidak | | | | | | | s02 | s01>s02 | |
t3 | 2026-11-02 | penerimaan | | | | | | | | | | s02a | s02>s02a | |
t3 | 2026-11-02 | asesmen_lapangan | | | | | | | | | | s03 | s02a>s03 | |
t3 | 2026-11-03 | berkas_administrasi | | | | | | | | | | s03 | | |
t4 | 2026-11-02 | penyerahan_anak | anjal | 19 | ya | | | | | | | s02 | s01>s02 | | a1 a2
t5 | 2026-11-02 | penyerahan_anak | korban_napza | 19 | ya | | | | | | | s02 | s01>s02 | | a1
"""


def sop_book() -> Book:
    """The workbook of the SOP."""
    return Rules(
        settings=_SETTINGS,
        roles=roles(_ROLES),
        forms=form_uses(FORMS, "anjal_terlantar_penyerahan_anak"),
        facts=rows(("name", L, E, "note"), _FACTS, type="integer"),
        steps=steps("anjal_terlantar", _STEPS, SOURCE_TEXT, _STEP_EXTRA),
        routes=rows(_ROUTE_NOTE, _ROUTES),
        documents=rows(_DOCUMENT_NOTE, _DOCUMENTS),
        choices=close_reasons(_CLOSE_REASONS),
        complaints=OFFICE.complaints(),
        alerts=rows(("name", "when", L, E, "source", "interpretation"), _ALERTS, at="event", to="supervisor"),
        requirements=rows(("name", "source", "text", E), _REQUIREMENTS, target="paper"),
        products=rows(("name", "source", "text", E, "document"), _PRODUCTS),
        tests=_tests(),
        asked=_ASKED,
        letters=LETTERS,
    ).book()


def _tests() -> list[Cells]:
    return [{**row, "form": f"anjal_terlantar_{row['form']}"} for row in lines(_TEST_NOTE, _TESTS)]
