"""SOP 004, Penanganan Gelandangan, as a workbook: steps, routes and their readings.

`source_text` keeps the printed words, spelling included; a route or step without `interpretation`
follows those words, the others say how they were read.
"""

from collections.abc import Mapping, Sequence

from xlsforms.book import Book, Cells
from xlsforms.sources.gelandangan.forms import FORMS
from xlsforms.sources.gelandangan.letters import LETTERS
from xlsforms.sources.offices.kota_banjar import OFFICE
from xlsforms.sources.rules import E, L, Rules, close_reasons, form_uses, roles, rows, steps

_INTAKE = "gelandangan_surat_permohonan"
_SETTINGS = {
    "sop_id": "gelandangan",
    "title": "Penanganan Gelandangan Perempuan Dan Perlindungan Anak",
    "version": "2026112202",
    "decree_no": "44 TAHUN 2024",
    "office": OFFICE.id,
    "service_time": "5",
    "service_time_unit": "day",
    "service_time_text": (
        "5 Hari\n"
        "1. Waktu penyampaian surat permohonan dan pemberian informasi awal (30 menit)\n"
        "2. Waktu Pelayanan Rehabilitasi (+/- 1 - 5 Hari)"
    ),
    "legal_basis": "",
    "clock_start": "s01",
    "cost": "Tidak dipungut biaya",
    "product": "Surat Rujukan/Rekomendasi Klien dan Laporan Sosial",
    "case_type": "gelandangan",
    "case_label": (
        "concat(${inisial}, ', ', ${jk}, ', ', ${usia_saat_kejadian}, ' th, ', "
        "if(${wilayah_nama} != '', concat(${wilayah_nama}, ', '), ''), format-date(${tgl_laporan}, '%d/%m/%Y'))"
    ),
    "person_key": "nik nama_lengkap tgl_lahir",
    "assign_by": "",
    "confidential": "yes",
    "default_language": "id",
    "source_file": "004_db0dbd6553c3887f.txt",
}

_ROLES = """
petugas_rehsos | Petugas rehabilitasi sosial (Bidang Rehsosdayasos) | Social rehabilitation officer (Bidang Rehsosdayasos) | no | no | no | no | supervisor | assigned
supervisor | Supervisor (Kepala Bidang Rehsosdayasos) | Supervisor (head of Bidang Rehsosdayasos) | no | yes | yes | yes | | office
"""
SOURCE_TEXT = {
    "1": "Surat Permohonan Fasilitas Rehabilitasi Sosial Hasil Razia Gelandangan dan Pengemis dari Satpol PP.",
    "2": "Melaksanakan identifikasi dan asesmen kepada klien.",
    "3": "Memberikan bimbingan fisik, mental, spiritual dan sosial kepada klien.",
    "4": "Penelusuran keluarga klien.",
    "5": "Reunifikasi keluarga dan klien.",
    "6": (
        "Untuk selanjutnya, Home Visit dan bimbingan sosial kepada klien dan keluarganya bagi klien yang berasal Kota"
        " Banjar."
    ),
    "7": (
        "Berkoordinasi dengan Dinas Sosial Provinsi/Dinas Sosial Kab/Kota dalam penelusuran keluarga maupun reunifikasi"
        " keluarga bagi klien yang berasal dari luar Kota Banjar"
    ),
    "8": "Reunifikasi keluarga bagi klien yang berasal dari luar Kota Banjar",
    "9": (
        "Pemberian layanan rujukan bagi klien yang belum ditemukan alamat dari keluarganya ke balai/panti rehabilitasi."
    ),
    "10": "Pengiriman ke balai/panti rehabilitasi bagi klien yang belum ditemukan alamatnya.",
}

# name | source | Indonesian | English | kind | instrument | role | choose | repeat | max | limit | clock
_STEPS = """
s01 | 1 | Penerimaan surat permohonan Satpol PP | Request letter of Satpol PP received | form | surat_permohonan | petugas_rehsos | | once | | 30 | service
s02 | 2 | Identifikasi dan asesmen | Identification and assessment | form | asesmen | petugas_rehsos | each | once | | 1 | service
s03 | 3 | Bimbingan fisik, mental, spiritual dan sosial | Physical, mental, spiritual and social guidance | form | bimbingan | petugas_rehsos | | once | | 5 | service
s04 | 4 | Penelusuran keluarga | Family tracing | form | penelusuran | petugas_rehsos | one | once | | 3 | service
s05 | 5 | Reunifikasi (klien asal Kota Banjar) | Reunification (client from Kota Banjar) | form | reunifikasi | petugas_rehsos | one | once | | 4 | service
s06 | 6 | Home visit dan bimbingan sosial | Home visit and social guidance | form | home_visit | petugas_rehsos | one | loop | | | outside
s07 | 7 | Koordinasi dengan Dinas Sosial asal | Coordination with the social office of origin | form | koordinasi | petugas_rehsos | one | once | | 4 | service
s08 | 8 | Reunifikasi (klien asal luar Kota Banjar) | Reunification (client from outside Kota Banjar) | form | reunifikasi | petugas_rehsos | one | once | | 5 | service
s09 | 9 | Rujukan ke balai atau panti | Referral to an institution | form | rujukan | petugas_rehsos | | once | | 5 | service
s10 | 10 | Pengiriman ke balai atau panti | Transfer to an institution | form | pengiriman | petugas_rehsos | | once | | 5 | service
"""
_ROLE_READ = "SOP tidak menyebut pelaksana; petugas Bidang Rehsosdayasos, satu-satunya bidang yang disebut (tafsir E8)."
_STEP_EXTRA: Mapping[str, Cells] = {
    "s01": {
        "limit_unit": "minute",
        "interpretation": _ROLE_READ
        + " Pintu masuk satu-satunya adalah surat Satpol PP; laporan lain dicatat dan menunggu suratnya (tafsir E10)."
        " Batas 30 menit diukur dari jawaban waktu pada formulir.",
    },
    "s02": {"interpretation": _ROLE_READ},
    "s03": {
        "interpretation": _ROLE_READ
        + " Bimbingan berjalan selama klien dilayani dan tidak menahan langkah lain (tafsir E6)."
    },
    "s04": {
        "interpretation": _ROLE_READ
        + " Hasil diisi petugas; diingatkan pada hari ketiga, karena batas layanan 5 hari (tafsir E9)."
    },
    "s05": {
        "participants": "klien, keluarga, kelurahan atau desa",
        "interpretation": _ROLE_READ + " Hanya untuk klien asal Kota Banjar yang keluarganya ditemukan (tafsir E1).",
    },
    "s06": {
        "participants": "klien, keluarga",
        "not_before": "${jarak_kunjungan}",
        "interpretation": _ROLE_READ
        + ' "Untuk selanjutnya" tidak menyebut jumlah kunjungan: diulang selama diperlukan (tafsir E5).',
    },
    "s07": {
        "participants": "Dinas Sosial Provinsi atau Kabupaten/Kota asal",
        "interpretation": _ROLE_READ + " Diingatkan pada hari keempat (tafsir E9).",
    },
    "s08": {"participants": "klien, keluarga, Dinas Sosial asal", "interpretation": _ROLE_READ},
    "s09": {
        "interpretation": _ROLE_READ
        + " Satu syarat untuk langkah 9 dan 10: tidak ada alamat keluarga tempat klien kembali (tafsir E3)."
    },
    "s10": {"participants": "klien, balai atau panti penerima", "interpretation": _ROLE_READ},
}

_ENDS = "SOP tidak menyebut penutupan: kasus ditutup setelah perbuatan terakhir yang disebut untuk kelompok ini (tafsir E5)."
_REFUSED = "Keluarga atau klien menolak: dirujuk dengan alasannya, satu-satunya tujuan lain dalam SOP (tafsir E4)."
_TWO_RULES = (
    "Klien luar kota dikoordinasikan lebih dahulu, karena koordinasi juga penelusuran, dan dirujuk hanya bila tetap"
    " belum ditemukan (tafsir E2)."
)
# name | from | when | to | close reason | source | Indonesian | English | interpretation
_ROUTES: Sequence[tuple[str, str, str, str, str, str, str, str, str]] = (
    ("r01", "s01", "", "s02", "", "2", "Surat permohonan diterima", "Request letter received", ""),
    ("r02", "s02", "", "s03", "", "3", "Bimbingan dimulai", "Guidance begins", ""),
    (
        "r03",
        "s02",
        "",
        "s04",
        "",
        "4",
        "Penelusuran dimulai",
        "Tracing begins",
        "Bimbingan dan penelusuran berjalan bersamaan; 5 hari tidak cukup untuk berurutan (tafsir E6).",
    ),
    (
        "r04",
        "s03",
        "",
        "end_branch",
        "",
        "3",
        "Bimbingan dicatat",
        "Guidance recorded",
        "Bimbingan tidak menahan langkah lain (tafsir E6).",
    ),
    (
        "r05",
        "s04",
        "${asal} = 'kota_banjar' and ${alamat_keluarga} = 'ditemukan'",
        "s05",
        "",
        "5",
        "Asal Kota Banjar, keluarga ditemukan",
        "From Kota Banjar, family found",
        "Langkah 5 tidak bersyarat, sedangkan langkah 8 untuk klien luar kota: langkah 5 untuk klien asal Kota Banjar"
        " yang keluarganya ditemukan (tafsir E1).",
    ),
    (
        "r06",
        "s04",
        "${asal} = 'luar_kota'",
        "s07",
        "",
        "7",
        "Asal luar Kota Banjar",
        "From outside Kota Banjar",
        _TWO_RULES,
    ),
    (
        "r07",
        "s04",
        "${asal} = 'tidak_diketahui' or (${asal} = 'kota_banjar' and ${alamat_keluarga} = 'belum_ditemukan')",
        "s09",
        "",
        "9",
        "Asal tidak diketahui, atau alamat keluarga di Kota Banjar belum ditemukan",
        "Origin unknown, or no family address in Kota Banjar",
        "Klien dalam kota dan klien yang asalnya tidak diketahui dirujuk bila alamat keluarganya belum ditemukan"
        " (tafsir E2); yang dimaksud alamat keluarga tempat klien kembali (tafsir E3).",
    ),
    (
        "r08",
        "s05",
        "${gelandangan_reunifikasi#hasil_reunifikasi} = 'diterima'",
        "s06",
        "",
        "6",
        "Klien diterima keluarga",
        "Received by the family",
        "",
    ),
    (
        "r09",
        "s05",
        "${gelandangan_reunifikasi#hasil_reunifikasi} = 'ditolak'",
        "s09",
        "",
        "9",
        "Reunifikasi ditolak",
        "Reunification refused",
        _REFUSED,
    ),
    (
        "r10",
        "s06",
        "${perlu_kunjungan_lanjutan} = 'ya'",
        "s06",
        "",
        "6",
        "Perlu kunjungan lanjutan",
        "A further visit is needed",
        "SOP tidak menyebut jumlah kunjungan: diulang selama diperlukan (tafsir E5).",
    ),
    (
        "r11",
        "s06",
        "${perlu_kunjungan_lanjutan} = 'tidak'",
        "close",
        "bersatu_keluarga",
        "6",
        "Kunjungan selesai",
        "Visits finished",
        _ENDS,
    ),
    (
        "r12",
        "s07",
        "${hasil_koordinasi} = 'ditemukan'",
        "s08",
        "",
        "8",
        "Keluarga ditemukan melalui koordinasi",
        "Family found by coordination",
        "",
    ),
    (
        "r13",
        "s07",
        "${hasil_koordinasi} = 'belum_ditemukan'",
        "s09",
        "",
        "9",
        "Keluarga belum ditemukan",
        "Family not found",
        _TWO_RULES,
    ),
    (
        "r14",
        "s08",
        "${gelandangan_reunifikasi#hasil_reunifikasi} = 'diterima'",
        "close",
        "dipulangkan",
        "8",
        "Klien diterima keluarga di luar kota",
        "Received by the family elsewhere",
        _ENDS,
    ),
    (
        "r15",
        "s08",
        "${gelandangan_reunifikasi#hasil_reunifikasi} = 'ditolak'",
        "s09",
        "",
        "9",
        "Reunifikasi ditolak",
        "Reunification refused",
        _REFUSED,
    ),
    ("r16", "s09", "", "s10", "", "10", "Rujukan dibuat", "Referral made", ""),
    ("r17", "s10", "", "close", "dikirim_ke_balai", "10", "Klien dikirim", "Client transferred", _ENDS),
)
_ROUTE_CELLS = ("name", "from", "when", "to", "close_reason", "source", L, E, "interpretation")

_BA_NUMBER = "400.9.4.1/{urut:03}/BA/{tahun}"
_LETTER_NUMBER = "400.9.4.1/{urut:03}/{opd}/{tahun}"
# name | Indonesian | English | direction | step | required | template | number_format | signed_by | source
_DOCUMENTS: Sequence[tuple[str, str, str, str, str, str, str, str, str, str]] = (
    (
        "surat_permohonan",
        "Surat Permohonan Fasilitasi Rehabilitasi Sosial (Satpol PP)",
        "Request letter of Satpol PP",
        "in",
        "s01",
        "yes",
        "",
        "",
        "",
        "Persyaratan 1",
    ),
    (
        "tanda_terima",
        "Tanda terima surat permohonan",
        "Receipt of the request letter",
        "out",
        "s01",
        "no",
        "tanda_terima",
        "{urut:04}/TT/{opd}/{tahun}",
        "petugas_rehsos",
        "usulan",
    ),
    (
        "ba_reunifikasi",
        "Berita acara reunifikasi",
        "Record of the reunification",
        "out",
        "s05",
        "${hasil_reunifikasi} = 'diterima'",
        "ba_reunifikasi",
        _BA_NUMBER,
        "petugas_rehsos",
        "usulan",
    ),
    (
        "ba_reunifikasi_luar_kota",
        "Berita acara reunifikasi (luar kota)",
        "Record of the reunification (elsewhere)",
        "out",
        "s08",
        "${hasil_reunifikasi} = 'diterima'",
        "ba_reunifikasi",
        _BA_NUMBER,
        "petugas_rehsos",
        "usulan",
    ),
    (
        "surat_koordinasi",
        "Surat koordinasi ke Dinas Sosial asal",
        "Letter of coordination to the office of origin",
        "out",
        "s07",
        "yes",
        "surat_koordinasi",
        _LETTER_NUMBER,
        "supervisor",
        "7",
    ),
    (
        "surat_rujukan",
        "Surat Rujukan/Rekomendasi Klien",
        "Letter of referral or recommendation",
        "out",
        "s09",
        "yes",
        "surat_rujukan",
        _LETTER_NUMBER,
        "supervisor",
        "Produk 1",
    ),
    (
        "laporan_sosial",
        "Laporan Sosial",
        "Social report",
        "out",
        "s09",
        "yes",
        "laporan_sosial",
        "400.9.4.1/{urut:03}/LAP/{tahun}",
        "petugas_rehsos",
        "Produk 1",
    ),
    (
        "ba_pengiriman",
        "Berita acara pengiriman atau serah terima",
        "Record of the transfer",
        "out",
        "s10",
        "yes",
        "ba_pengiriman",
        _BA_NUMBER,
        "petugas_rehsos",
        "usulan",
    ),
)
_DOCUMENT_CELLS = (
    "name",
    L,
    E,
    "direction",
    "step",
    "required",
    "template",
    "number_format",
    "signed_by",
    "source",
)

_CLOSE_REASONS = """
bersatu_keluarga | Bersatu dengan keluarga di Kota Banjar | Reunited with the family in Kota Banjar
dipulangkan | Dipulangkan kepada keluarga di luar kota | Returned to the family elsewhere
dikirim_ke_balai | Dikirim ke balai atau panti | Transferred to an institution
"""

# name | when | at | Indonesian | English | source | interpretation
_ALERTS: Sequence[tuple[str, str, str, str, str, str, str]] = (
    (
        "a1",
        "${usia_saat_kejadian} < 18 or ${usia_min} < 18",
        "event",
        "Klien anak: gunakan SOP anak",
        "The client is a child: use the SOP for children",
        "1",
        "Anak dan perempuan hanya disebut dalam judul; klien di bawah 18 tahun, juga bila umurnya belum pasti, diberitahukan"
        " agar SOP anak dipakai (tafsir E11).",
    ),
    (
        "a2",
        "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya' or ${darurat} = 'ya'"
        " or ${tingkat_risiko} = 'darurat' or ${risiko_temuan} = 'darurat'",
        "event",
        "Darurat: ada ancaman segera, perlu pertolongan medis atau layanan darurat",
        "Emergency: immediate threat, medical help or emergency service needed",
        "1",
        "Keadaan darurat tidak menunggu rapat, tanda tangan atau hari kerja.",
    ),
    (
        "a3",
        "${s04#status} = 'open' and ${kasus#hari_berjalan} >= 3",
        "daily",
        "Hari ketiga: hasil penelusuran keluarga belum diisi",
        "Third day: the result of the family tracing is missing",
        "4",
        "Petugas menetapkan hasil penelusuran; diingatkan pada hari ketiga (tafsir E9).",
    ),
    (
        "a4",
        "${s07#status} = 'open' and ${kasus#hari_berjalan} >= 4",
        "daily",
        "Hari keempat: hasil koordinasi belum diisi",
        "Fourth day: the result of the coordination is missing",
        "7",
        "Petugas menetapkan hasil koordinasi; diingatkan pada hari keempat (tafsir E9).",
    ),
    (
        "a5",
        "${kasus#hari_berjalan} >= 4 and ${kasus#langkah_layanan_terbuka} > 0",
        "daily",
        "Batas 5 hari hampir habis",
        "The limit of 5 days is close",
        "Waktu",
        'Dibaca kata demi kata: "5 Hari", bukan hari kerja; diingatkan pada hari keempat (tafsir E7).',
    ),
    (
        "a6",
        "${menit_pelayanan} > 30",
        "event",
        "Penyampaian surat dan informasi awal melewati 30 menit",
        "Receiving the letter and giving first information took more than 30 minutes",
        "Waktu 1",
        "Diukur dari jawaban waktu pada formulir surat permohonan.",
    ),
    (
        "a7",
        "${jenis_masuk} != '' and ${jenis_masuk} != 'razia' and ${jenis_masuk} != 'surat'",
        "event",
        "Laporan tanpa surat Satpol PP: menunggu suratnya",
        "Report without a letter of Satpol PP: it waits for the letter",
        "Persyaratan 1",
        "Persyaratan 1 hanya mengenal surat Satpol PP; laporan lain dicatat dan menunggu suratnya (tafsir E10).",
    ),
)

_REQUIREMENTS = (
    (
        "p1",
        "Persyaratan 1",
        "Surat Permohonan Fasilitasi Rehabilitasi Sosial Hasil Razia Gelandangan dan Pengemis dari Satpol PP.",
        "Request letter for social rehabilitation after a raid, from Satpol PP",
        "paper",
    ),
)
_PRODUCTS = (
    (
        "produk1",
        "Produk 1",
        "Surat Rujukan/Rekomendasi Klien dan Laporan Sosial",
        "Letter of referral or recommendation, and social report",
        "surat_rujukan",
    ),
)
# Set by forms, which calculate them where the answers are; named here for their type and meaning.
_FACTS = (
    (
        "usia_saat_kejadian",
        "Umur saat razia (tahun)",
        "Age at the raid (years)",
        "Dihitung formulir dari tanggal lahir dan tanggal razia, atau diperkirakan.",
        "",
        "integer",
    ),
    ("usia_min", "Umur paling muda", "Age at the youngest", "Hanya bila tanggal lahir diperkirakan.", "", "integer"),
    ("usia_maks", "Umur paling tua", "Age at the oldest", "Hanya bila tanggal lahir diperkirakan.", "", "integer"),
    (
        "menit_pelayanan",
        "Menit dari penyampaian surat sampai informasi awal",
        "Minutes from the letter to the first information",
        "Dihitung formulir dari dua jawaban waktu.",
        "",
        "integer",
    ),
    (
        "jarak_kunjungan",
        "Hari sampai kunjungan berikutnya",
        "Days until the next visit",
        "Dihitung formulir reunifikasi dan home visit.",
        "",
        "integer",
    ),
)
_FACT_CELLS = ("name", L, E, "note", "calculation", "type")
_ASKED = (
    "jenis_masuk",
    "fakta:usia_saat_kejadian",
    "asal",
    "alamat_keluarga",
    "hasil_koordinasi",
    "hasil_reunifikasi",
    "perlu_kunjungan_lanjutan",
)
_USES: Mapping[str, Cells] = {
    _INTAKE: {"opens_case": "klien"},
    "gelandangan_rujukan": {"record": "referral"},
    "gelandangan_pengiriman": {"record": "stay_out"},
}


def sop_book() -> Book:
    """The workbook of the SOP."""
    return Rules(
        settings=_SETTINGS,
        roles=roles(_ROLES),
        forms=form_uses(FORMS, _INTAKE, _USES),
        facts=rows(_FACT_CELLS, _FACTS),
        steps=steps("gelandangan", _STEPS, SOURCE_TEXT, _STEP_EXTRA, unit="day"),
        routes=rows(_ROUTE_CELLS, _ROUTES),
        documents=rows(_DOCUMENT_CELLS, _DOCUMENTS),
        choices=close_reasons(_CLOSE_REASONS),
        complaints=OFFICE.complaints(),
        alerts=rows(("name", "when", "at", L, E, "source", "interpretation"), _ALERTS, to="supervisor"),
        requirements=rows(("name", "source", "text", E, "target"), _REQUIREMENTS),
        products=rows(("name", "source", "text", E, "document"), _PRODUCTS),
        tests=_tests(),
        asked=_ASKED,
        letters=LETTERS,
    ).book()


def _tests() -> list[Cells]:
    """Every route: by family in town (t1, t2), elsewhere (t3, t4, t5), no address (t6, t7), a child (t8)."""
    made: list[Cells] = []

    def event(case: str, day: int, form: str, *, alert: str = "", closed: str = "", **answers: str) -> None:
        told = {name.replace("usia", "fakta:usia_saat_kejadian"): value for name, value in answers.items()}
        expected = {"expect_alert": alert, "expect_close": closed}
        for name in ("opens", "decided"):
            told.pop(name, None)
        expected["expect_open"] = answers.get("opens", "")
        expected["expect_decision"] = answers.get("decided", "")
        made.append({"case": case, "at": f"2026-11-{day:02}", "form": f"gelandangan_{form}", **told, **expected})

    def traced(case: str, origin: str, address: str, opens: str, *, age: str = "40", alert: str = "") -> None:
        """Letter, assessment, guidance and tracing, on the first three days."""
        event(case, 2, "surat_permohonan", alert=alert, opens="s02", decided="s01>s02", jenis_masuk="razia", usia=age)
        event(case, 2, "asesmen", opens="s03 s04", decided="s02>s03 s02>s04", asal=origin)
        event(case, 3, "bimbingan", opens="s04", decided="s03>end_branch")
        event(case, 4, "penelusuran", opens=opens, decided=f"s04>{opens}", alamat_keluarga=address)

    def sent(case: str) -> None:
        event(case, 6, "rujukan", opens="s10", decided="s09>s10")
        event(case, 7, "pengiriman", decided="s10>close", closed="dikirim_ke_balai")

    traced("t1", "kota_banjar", "ditemukan", "s05")
    event("t1", 5, "reunifikasi", opens="s06", decided="s05>s06", hasil_reunifikasi="diterima")
    event("t1", 12, "home_visit", opens="s06", decided="s06>s06", perlu_kunjungan_lanjutan="ya")
    event("t1", 19, "home_visit", decided="s06>close", closed="bersatu_keluarga", perlu_kunjungan_lanjutan="tidak")
    traced("t2", "kota_banjar", "ditemukan", "s05")
    event("t2", 5, "reunifikasi", opens="s09", decided="s05>s09", hasil_reunifikasi="ditolak")
    sent("t2")
    traced("t3", "luar_kota", "belum_ditemukan", "s07")
    event("t3", 5, "koordinasi", opens="s08", decided="s07>s08", hasil_koordinasi="ditemukan")
    event("t3", 6, "reunifikasi", decided="s08>close", closed="dipulangkan", hasil_reunifikasi="diterima")
    traced("t4", "luar_kota", "ditemukan", "s07")
    event("t4", 5, "koordinasi", opens="s08", decided="s07>s08", hasil_koordinasi="ditemukan")
    event("t4", 5, "reunifikasi", opens="s09", decided="s08>s09", hasil_reunifikasi="ditolak")
    sent("t4")
    traced("t5", "luar_kota", "ditemukan", "s07")
    event("t5", 5, "koordinasi", opens="s09", decided="s07>s09", hasil_koordinasi="belum_ditemukan")
    traced("t6", "kota_banjar", "belum_ditemukan", "s09")
    traced("t7", "tidak_diketahui", "ditemukan", "s09")
    sent("t7")
    traced("t8", "luar_kota", "ditemukan", "s07", age="15", alert="a1")
    return made
