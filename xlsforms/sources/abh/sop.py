"""SOP 003, Penanganan Anak Berhadapan dengan Hukum, as a workbook: steps, routes and their readings.

`source_text` keeps the printed words, spelling included; a route or step without `interpretation`
follows those words, the others say how they were read.
"""

from collections.abc import Mapping, Sequence

from xlsforms.book import Book, Cells
from xlsforms.sources.abh.forms import FORMS
from xlsforms.sources.abh.letters import LETTERS
from xlsforms.sources.offices.kota_pasuruan import OFFICE
from xlsforms.sources.rules import E, L, Rules, close_reasons, form_uses, roles, rows, steps

_SETTINGS = {
    "sop_id": "abh",
    "title": "Penanganan Anak Berhadapan dengan Hukum",
    "version": "2026120101",
    "decree_no": "",
    "office": OFFICE.id,
    "service_time": "5",
    "service_time_unit": "working_day",
    "service_time_text": "5 Hari kerja",
    "legal_basis": "",
    "clock_start": "s01",
    "cost": "Tidak dipungut biaya",
    "product": "Berita Acara Penanganan Kasus Rehabilitasi Sosial; Rujukan Ke Layanan Jejaring Sosial",
    "case_type": "abh",
    "case_label": (
        "concat(${inisial}, ', ', ${jk}, ', ', ${usia_saat_kejadian}, ' th, ', "
        "if(${wilayah_nama} != '', concat(${wilayah_nama}, ', '), ''), format-date(${tgl_laporan}, '%d/%m/%Y'), "
        "if(${jenis_masuk} = 'undangan_rj', ' – undangan RJ', "
        "if(${jenis_masuk} = 'undangan_diversi', ' – undangan diversi', ' – laporan')))"
    ),
    "person_key": "nik nama_lengkap tgl_lahir",
    "assign_by": "",
    "confidential": "yes",
    "default_language": "id",
    "source_file": "003_7e19748e869a5108.txt",
}

_ROLES = """
peksos | Pekerja sosial | Social worker | no | no | no | no | supervisor | assigned
tksk | Tenaga Kesejahteraan Sosial Kecamatan (TKSK) | Subdistrict social worker (TKSK) | yes | no | no | no | peksos | assigned
staf_datin | Staf Seksi Data dan Informasi | Staff of the data and information section | yes | no | no | no | supervisor | office
supervisor | Supervisor (Kepala Bidang Rehabilitasi Sosial) | Supervisor (head of social rehabilitation) | no | yes | yes | yes | | office
"""
_RECEIVED = (
    "Penerimaan laporan dari anak atau orang tua atau pihak masyarakat tentang masalah anak berhadapan dengan hukum"
    " atau undangan untuk proses RJ (Restorasi Justice) yang diinisiasi masyarakat atau undangan untuk diversi oleh APH"
    " (Aparat Penegak Hukum);"
)
SOURCE_TEXT = {
    "1": _RECEIVED,
    "2": _RECEIVED,
    "3": "Jika kasus berdasarkan laporan maka melakukan pendataan dan assesmen",
    "4": (
        "Jika kasus sebagai undangan RJ dimasyarakat maka dilakukan Verifikasi dengan kunjungan rumah untuk melengkapi"
        " dan pendampingan anak serta mediator"
    ),
    "5": "jika kasus sebagai undangan diversi di APH maka dilakukan pendampingan ABH ;",
    "6": "kasus dari laporan masyarakat yang telah dilakukan assesmen Ditindaklanjuti dengan case conference",
    "7": (
        "jika anak dilaporkan berusia dibawah 12 tahun atau meskipun diatas melakukan tindakan keriminal ringan maka"
        " dilakukan upaya RJ di masyarakat ;"
    ),
    "8": (
        "Jika anak yang dilaporkan berusia di atas 12 tahun dan melakukan tindak kriminal berat maka dilalukan"
        " pendampingan untuk melaporkan ke UPPA Polres Pasuruan Kota agar ada upaya diversi melalu proses hukum formal"
    ),
    "9": (
        "Kasus yang diketahui dari dari undangan RJ dimasyarakat Polsek atau Perangkat Kelurahan yang didamoingi"
        " didorong untuk memutuskan masalh pengasuhan,bentuk rehabilitasi dan sansi sosial jika diperlukan"
    ),
    "10": (
        "Kasus anak didampingi melalui hukum formal didampingi untuk pelaksanaan diversi dan pelaksanaan rekomendasi"
        " hasil diversi ;"
    ),
    "11": (
        "Untuk semua kasus pekerja sosial atau TKSK atas permintaan pekerja sosial pemantauan pelaksanaan"
        " pengasuhan,bentuk rehabilitasi dan sansi sosial jika diputuskan ada ;"
    ),
    "12": "Jika tujuan rehabilitasi tercapai maka kasus dinyatakan Terminasi",
    "13": (
        "Pekerja Sosial selaku manajer kasus membuat laporan dan didokumentasikan oleh Staf pada Sie Data dan Informasi"
    ),
}

# name | source | Indonesian | English | kind | instrument | role | choose | repeat | max | limit | clock
_STEPS = """
s01 | 1 | Penerimaan laporan atau undangan | Report or invitation received | form | laporan_awal | peksos | | once | | 0 | service
s02 | 2 | Pemilahan laporan atau undangan | Sorting of report or invitation | auto | | peksos | one | once | | | service
s03 | 3 | Pendataan dan asesmen | Data collection and assessment | form | asesmen | peksos | | once | | 1 | service
s04 | 4 | Verifikasi dengan kunjungan rumah | Verification by home visit | form | kunjungan_rumah | peksos | | once | | 2 | service
s05 | 5 | Pendampingan ABH di APH | Accompaniment at law enforcement | form | pendampingan_aph | peksos | | once | | 2 | service
s06 | 6 | Konferensi kasus | Case conference | form | konferensi_kasus | peksos | one | loop | 3 | 3 | service
s07 | 7 | Upaya RJ di masyarakat | Attempt of restorative justice in the community | form | upaya_rj | peksos | | loop | 3 | 4 | service
s08 | 8 | Pelaporan ke UPPA Polres Pasuruan Kota | Report to UPPA of Polres Pasuruan Kota | form | pelaporan_uppa | peksos | | once | | 4 | service
s09 | 9 | Putusan RJ: pengasuhan, rehabilitasi, sanksi sosial | RJ decision: care, rehabilitation, social sanction | form | putusan_rj | peksos | one | loop | 3 | 5 | service
s10 | 10 | Pelaksanaan diversi dan rekomendasinya | Diversion and its recommendations | form | diversi | peksos | | once | | 5 | service
s11 | 11 | Pemantauan | Monitoring | form | pemantauan | peksos | one | loop | | | outside
s12 | 12 | Terminasi | Termination | form | terminasi | peksos | | once | | 1 | outside
s13 | 13 | Laporan manajer kasus | Case manager's report | form | laporan_kasus | peksos | | once | | 3 | outside
s13a | 13 | Pendokumentasian oleh Seksi Data dan Informasi | Filing by the data and information section | form | arsip | staf_datin | | once | | 1 | outside
"""
_CYCLE = "Langkah ini dapat terbuka lagi bila RJ gagal dan anak di bawah 12 tahun (tafsir D6)."
_STEP_EXTRA: Mapping[str, Mapping[str, str]] = {
    "s02": {
        "same_as": "s01",
        "interpretation": "Langkah 2 mengulang langkah 1 kata demi kata; selesai bersama s01 (tafsir D10).",
    },
    "s06": {
        "participants": "anak, orang tua atau wali, kelurahan, sekolah, UPTD PPA, kepolisian",
        "interpretation": _CYCLE + " Tiga putaran tanpa kesepakatan diberitahukan kepada supervisor.",
    },
    "s07": {"participants": "anak, orang tua atau wali, korban, mediator, kelurahan", "interpretation": _CYCLE},
    "s09": {"participants": "anak, orang tua atau wali, korban, mediator, kelurahan", "interpretation": _CYCLE},
    "s11": {
        "assign_to": "tksk",
        "not_before": "${interval_monitoring}",
        "interpretation": (
            "Tugas milik pekerja sosial, yang dapat meminta TKSK (tafsir D15); 5 hari kerja tidak mencakup pemantauan"
            " dan sesudahnya (tafsir D14)."
        ),
    },
    "s12": {
        "confirm_by": "supervisor",
        "recorded_by": "staf_datin",
        "interpretation": "Terminasi berlaku setelah dikonfirmasi supervisor.",
    },
    "s13a": {
        "interpretation": 'Bagian kedua langkah 13, "didokumentasikan oleh Staf pada Sie Data dan Informasi".',
    },
}

_AT_12 = 'Tepat 12 tahun mengikuti "di atas 12 tahun", karena UU 11/2012 menyebut anak yang telah berumur 12 tahun (tafsir D1).'
_AGE_DAY = " Umur dihitung pada hari kejadian (tafsir D2); berat tindakan diambil dari konferensi kasus (tafsir D4)."
_ROUTE_NOTE = ("name", "from", "when", "to", "source", "protective", L, E, "interpretation")
_ROUTES: Sequence[tuple[str, str, str, str, str, str, str, str, str]] = (
    ("r01", "s01", "", "s02", "2", "", "Laporan atau undangan diterima", "Report or invitation received", ""),
    ("r02", "s02", "${jenis_masuk} = 'laporan'", "s03", "3", "", "Berdasarkan laporan", "By a report", ""),
    (
        "r03",
        "s02",
        "${jenis_masuk} = 'undangan_rj'",
        "s04",
        "4",
        "",
        "Undangan RJ di masyarakat",
        "Invitation to community RJ",
        "",
    ),
    (
        "r04",
        "s02",
        "${jenis_masuk} = 'undangan_diversi'",
        "s05",
        "5",
        "",
        "Undangan diversi di APH",
        "Invitation to diversion",
        "",
    ),
    ("r05", "s03", "", "s06", "6", "", "Asesmen selesai", "Assessment done", ""),
    (
        "r06",
        "s06",
        "${usia_saat_kejadian} < 12 or ${abh_konferensi_kasus#berat_tindakan} = 'ringan'",
        "s07",
        "7",
        "2",
        "Di bawah 12 tahun atau tindakan ringan",
        "Under 12, or a minor act",
        _AT_12 + _AGE_DAY,
    ),
    (
        "r07",
        "s06",
        "${usia_saat_kejadian} >= 12 and ${abh_konferensi_kasus#berat_tindakan} = 'berat'",
        "s08",
        "8",
        "1",
        "12 tahun ke atas dan tindakan berat",
        "12 and over, and a serious act",
        _AT_12 + _AGE_DAY,
    ),
    ("r08", "s04", "", "s09", "9", "", "Kunjungan rumah selesai", "Home visit done", ""),
    (
        "r09",
        "s07",
        "",
        "s09",
        "9",
        "",
        "Upaya RJ dilakukan",
        "RJ attempted",
        "Langkah 7 tidak menyebut kelanjutannya; hasil upaya RJ diputuskan pada forum yang sama (tafsir D5).",
    ),
    ("r10", "s08", "", "s10", "10", "", "Dilaporkan ke UPPA", "Reported to UPPA", ""),
    ("r11", "s05", "", "s10", "10", "", "Anak didampingi di APH", "Child accompanied", ""),
    ("r12", "s09", "${hasil_rj} = 'sepakat'", "s11", "11", "3", "RJ sepakat", "RJ agreed", ""),
    (
        "r13",
        "s09",
        "${hasil_rj} = 'gagal' and ${usia_saat_kejadian} >= 12",
        "s08",
        "8",
        "1",
        "RJ gagal, 12 tahun ke atas",
        "RJ failed, 12 and over",
        "RJ tanpa kesepakatan bagi anak 12 tahun ke atas: dilaporkan ke UPPA agar diupayakan diversi (tafsir D6).",
    ),
    (
        "r14",
        "s09",
        "${hasil_rj} = 'gagal' and ${usia_saat_kejadian} < 12",
        "s06",
        "6",
        "2",
        "RJ gagal, di bawah 12 tahun",
        "RJ failed, under 12",
        "Di bawah 12 tahun tidak ada proses formal: konferensi kasus diulang (tafsir D6).",
    ),
    (
        "r15",
        "s10",
        "",
        "s11",
        "11",
        "",
        "Diversi didampingi",
        "Diversion accompanied",
        'Apa pun hasil diversi, kasus dipantau: "Untuk semua kasus" (tafsir D8).',
    ),
    ("r16", "s11", "${tujuan_tercapai} = 'ya'", "s12", "12", "", "Tujuan rehabilitasi tercapai", "Goals reached", ""),
    (
        "r17",
        "s11",
        "${tujuan_tercapai} = 'tidak'",
        "s11",
        "11",
        "",
        "Tujuan belum tercapai",
        "Goals not yet reached",
        "SOP tidak menyebut kelanjutan bila tujuan belum tercapai: pemantauan berlanjut (tafsir D7).",
    ),
    ("r18", "s12", "", "s13", "13", "", "Kasus diterminasi", "Case terminated", ""),
    ("r19", "s13", "", "s13a", "13", "", "Laporan dibuat", "Report written", ""),
    (
        "r20",
        "s13a",
        "",
        "close",
        "13",
        "",
        "Kasus diarsipkan",
        "Case filed",
        "SOP tidak menyebut penutupan: kasus ditutup setelah didokumentasikan (tafsir D9).",
    ),
)
_BA_NUMBER = "400.9.2.3/{urut:03}/BA/{tahun}"
_LETTER_NUMBER = "400.9.2.3/{urut:03}/{opd}/{tahun}"
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
    "source",
)
_DOCUMENTS: Sequence[tuple[str, str, str, str, str, str, str, str, str, str]] = (
    (
        "laporan_undangan",
        "Laporan, undangan RJ atau undangan diversi",
        "Report, RJ invitation or diversion invitation",
        "in",
        "s01",
        "yes",
        "",
        "",
        "",
        "1",
    ),
    (
        "tanda_terima",
        "Tanda terima laporan atau undangan",
        "Receipt of the report or invitation",
        "out",
        "s01",
        "no",
        "tanda_terima",
        "{urut:04}/TT/{opd}/{tahun}",
        "peksos",
        "usulan",
    ),
    (
        "ba_konferensi",
        "Berita acara konferensi kasus",
        "Record of the case conference",
        "out",
        "s06",
        "no",
        "ba_konferensi",
        _BA_NUMBER,
        "peksos",
        "usulan",
    ),
    (
        "surat_uppa",
        "Surat pelaporan ke UPPA Polres Pasuruan Kota",
        "Letter of report to UPPA of Polres Pasuruan Kota",
        "out",
        "s08",
        "yes",
        "surat_uppa",
        _LETTER_NUMBER,
        "supervisor",
        "8",
    ),
    (
        "kesepakatan_rj",
        "Kesepakatan RJ (pengasuhan, rehabilitasi, sanksi sosial)",
        "RJ agreement (care, rehabilitation, social sanction)",
        "out",
        "s09",
        "${hasil_rj} = 'sepakat'",
        "kesepakatan_rj",
        _BA_NUMBER,
        "peksos",
        "9",
    ),
    (
        "rekomendasi_diversi",
        "Rekomendasi hasil diversi",
        "Recommendation of the diversion",
        "in",
        "s10",
        "no",
        "",
        "",
        "",
        "10",
    ),
    (
        "rujukan_ljs",
        "Rujukan Ke Layanan Jejaring Sosial",
        "Referral to the social service network",
        "out",
        "s11",
        "no",
        "rujukan_ljs",
        _LETTER_NUMBER,
        "supervisor",
        "Produk 2",
    ),
    (
        "ba_terminasi",
        "Berita acara terminasi",
        "Record of termination",
        "out",
        "s12",
        "no",
        "ba_terminasi",
        _BA_NUMBER,
        "supervisor",
        "12",
    ),
    (
        "ba_penanganan",
        "Berita Acara Penanganan Kasus Rehabilitasi Sosial",
        "Record of the handling of the case",
        "out",
        "s13",
        "yes",
        "ba_penanganan",
        _BA_NUMBER,
        "supervisor",
        "Produk 1",
    ),
    (
        "laporan_kasus",
        "Laporan kasus",
        "Case report",
        "out",
        "s13",
        "no",
        "laporan_kasus",
        "400.9.2.3/{urut:03}/LAP/{tahun}",
        "peksos",
        "13",
    ),
)
_CLOSE_REASONS = """
terminasi | Terminasi dan diarsipkan | Terminated and filed
"""

_ALERTS: Sequence[tuple[str, str, str, str, str, str]] = (
    (
        "a1",
        "${jenis_masuk} = 'undangan_rj' and ${usia_saat_kejadian} >= 12 and ${berat_tindakan} = 'berat'",
        "Undangan RJ untuk anak 12 tahun ke atas dengan tindakan berat: mohon ditinjau",
        "RJ invitation for a child of 12 and over with a serious act: please review",
        "7, 8",
        "Jalur masuk menentukan langkah; supervisor meninjau (tafsir D12).",
    ),
    (
        "a2",
        "${s06#visits} >= 3",
        "Tiga konferensi kasus tanpa kesepakatan RJ",
        "Three case conferences without an RJ agreement",
        "6",
        "Tiga putaran tanpa kesepakatan diberitahukan kepada supervisor (tafsir D6).",
    ),
    (
        "a3",
        "${usia_saat_kejadian} >= 18",
        "Umur saat kejadian 18 tahun ke atas: di luar sasaran SOP",
        "18 and over at the incident: outside this SOP",
        "1",
        "Dicatat dan diberitahukan, tidak ditolak (tafsir D3).",
    ),
    (
        "a4",
        "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya' or ${darurat} = 'ya' or ${perlu_darurat} = 'ya'"
        " or ${tingkat_risiko} = 'darurat' or ${risiko_temuan} = 'darurat'",
        "Darurat: ada ancaman segera, perlu pertolongan medis atau layanan darurat",
        "Emergency: immediate threat, medical help or emergency service needed",
        "1",
        "Keadaan darurat tidak menunggu rapat, tanda tangan atau hari kerja.",
    ),
    (
        "a5",
        "${usia_min} < 12 and ${usia_maks} >= 12",
        "Umur belum pasti di sekitar 12 tahun",
        "Age uncertain around 12",
        "7, 8",
        "Batas 12 tahun menentukan langkah; umur perlu dipastikan (tafsir D3).",
    ),
)

_GROUP_A = (
    "Anak yang melakukan tindakan kriminal tetapi dilayani dengan proses hukum non normal diantaranya:\n"
    "- Anak melakukan tindakan melawan hukum usia dibawah 12 tahun; dan\n"
    "- Anak melakukan tindakan kriminal ringan dengan usia di Diatas 12tahun"
)
_GROUP_A_EN = (
    "A child who committed an offence but is served outside formal law: under 12, or over 12 with a minor offence"
)
_REQUIREMENTS = (
    ("p1", "Persyaratan 1", _GROUP_A, _GROUP_A_EN),
    ("p2", "Persyaratan 2", _GROUP_A, _GROUP_A_EN),
    (
        "p3",
        "Persyaratan 3",
        "Anak melakukan tindakan kriminal dan harus melewati proses hukum formal",
        "A child who committed an offence and has to go through formal law",
    ),
)
_PRODUCTS = (
    (
        "produk1",
        "Produk 1",
        "Berita Acara Penanganan Kasus Rehabilitasi Sosial",
        "Record of the handling of the social rehabilitation case",
        "ba_penanganan",
    ),
    (
        "produk2",
        "Produk 2",
        "Rujukan Ke Layanan Jejaring Sosial",
        "Referral to the social service network",
        "rujukan_ljs",
    ),
)

# Set by forms, which calculate them where the answers are; named here for their type and meaning.
_FACTS = (
    (
        "usia_saat_kejadian",
        "Umur saat kejadian (tahun)",
        "Age at the incident (years)",
        "Dihitung formulir dari tanggal lahir dan tanggal kejadian, atau diperkirakan; 0 sampai 17, di luarnya dicatat.",
    ),
    ("usia_min", "Umur paling muda", "Age at the youngest", "Hanya bila tanggal lahir diperkirakan."),
    ("usia_maks", "Umur paling tua", "Age at the oldest", "Hanya bila tanggal lahir diperkirakan."),
)

_ASKED = (
    "jenis_masuk",
    "fakta:usia_saat_kejadian",
    "berat_tindakan",
    "hasil_rj",
    "interval_monitoring",
    "tujuan_tercapai",
)


def sop_book() -> Book:
    """The workbook of the SOP."""
    return Rules(
        settings=_SETTINGS,
        roles=roles(_ROLES),
        forms=form_uses(FORMS, "abh_laporan_awal"),
        facts=rows(("name", L, E, "note"), _FACTS, type="integer"),
        steps=steps("abh", _STEPS, SOURCE_TEXT, _STEP_EXTRA),
        routes=_routes(),
        documents=_documents(),
        choices=close_reasons(_CLOSE_REASONS),
        complaints=OFFICE.complaints(),
        alerts=rows(("name", "when", L, E, "source", "interpretation"), _ALERTS, at="event", to="supervisor"),
        requirements=rows(("name", "source", "text", E), _REQUIREMENTS, target="group"),
        products=rows(("name", "source", "text", E, "document"), _PRODUCTS),
        tests=_tests(),
        asked=_ASKED,
        letters=LETTERS,
    ).book()


def _routes() -> list[Cells]:
    notes = rows(_ROUTE_NOTE, _ROUTES)
    return [{**note, "close_reason": "terminasi" if note["to"] == "close" else ""} for note in notes]


def _documents() -> list[Cells]:
    """The papers; the letter to the police waits while the age that decided it is uncertain (ruling 34)."""
    notes = rows(_DOCUMENT_NOTE, _DOCUMENTS)
    return [{**note, "to_authority": "yes"} if note["name"] == "surat_uppa" else note for note in notes]


def _tests() -> list[dict[str, str]]:
    """The boundary of age and seriousness (t1–t4), the two kinds of invitation (t5, t6), the rounds after RJ (t7–t9)."""
    rows: list[dict[str, str]] = []

    def event(
        case: str, day: int, form: str, opens: str, *, decided: str = "", alert: str = "", **answers: str
    ) -> None:
        rows.append(
            {"case": case, "at": f"2026-11-{day:02}", "form": f"abh_{form}", "expect_open": opens}
            | {"expect_decision": decided, "expect_alert": alert}
            | {name.replace("usia_saat_kejadian", "fakta:usia_saat_kejadian"): value for name, value in answers.items()}
        )

    def reported(case: str, age: str, seriousness: str, to: str) -> None:
        event(case, 2, "laporan_awal", "s03", decided="s02>s03", jenis_masuk="laporan", usia_saat_kejadian=age)
        event(case, 3, "asesmen", "s06", decided="s03>s06", berat_tindakan=seriousness)
        event(
            case, 4, "konferensi_kasus", to, decided=f"s06>{to}", berat_tindakan=seriousness, interval_monitoring="30"
        )

    reported("t1", "11", "berat", "s07")
    reported("t2", "12", "ringan", "s07")
    reported("t3", "12", "berat", "s08")
    reported("t4", "13", "berat", "s08")
    event("t5", 2, "laporan_awal", "s04", decided="s02>s04", jenis_masuk="undangan_rj", usia_saat_kejadian="15")
    event("t5", 3, "kunjungan_rumah", "s09", decided="s04>s09", alert="a1", berat_tindakan="berat")
    event("t6", 2, "laporan_awal", "s05", decided="s02>s05", jenis_masuk="undangan_diversi", usia_saat_kejadian="16")
    event("t6", 3, "pendampingan_aph", "s10", decided="s05>s10")
    reported("t7", "11", "ringan", "s07")
    event("t7", 5, "upaya_rj", "s09", decided="s07>s09")
    event("t7", 6, "putusan_rj", "s06", decided="s09>s06", hasil_rj="gagal")
    reported("t8", "12", "ringan", "s07")
    event("t8", 5, "upaya_rj", "s09", decided="s07>s09")
    event("t8", 6, "putusan_rj", "s08", decided="s09>s08", hasil_rj="gagal")
    reported("t9", "14", "ringan", "s07")
    event("t9", 5, "upaya_rj", "s09", decided="s07>s09")
    event("t9", 6, "putusan_rj", "s11", decided="s09>s11", hasil_rj="sepakat", interval_monitoring="7")
    event("t9", 13, "pemantauan", "s11", decided="s11>s11", tujuan_tercapai="tidak", interval_monitoring="7")
    event("t9", 20, "pemantauan", "s12", decided="s11>s12", tujuan_tercapai="ya")
    return rows
