"""SOP 000, Penanganan Pelaporan Penyandang Tuna Sosial, as a workbook: steps, routes and their readings.

`SOURCE_TEXT` keeps the printed words, spelling included; a route or step without `interpretation`
follows those words, the others say how they were read.
"""

from collections.abc import Mapping, Sequence

from xlsforms.book import Book, Cells
from xlsforms.sources.offices.kota_pasuruan import OFFICE
from xlsforms.sources.rules import E, L, Rules, close_reasons, form_uses, roles, rows, steps
from xlsforms.sources.tuna_sosial.forms import FORMS
from xlsforms.sources.tuna_sosial.letters import LETTERS

_PRODUCT = "Berita Acara Penanganan Kasus Rehabiltasi Sosial dan Rujukan ke Layanan Jejaring Sosial"
_SETTINGS = {
    "sop_id": "tuna_sosial",
    "title": ("Penanganan Pelaporan Penyandang Tuna Sosial (Gelandangan, Anak Jalanan, Anak Terlantar, Tuna Susila)"),
    "version": "2026120101",
    "decree_no": "",
    "office": OFFICE.id,
    "service_time": "5",
    "service_time_unit": "working_day",
    "service_time_text": "5 Hari kerja",
    "legal_basis": "",
    "clock_start": "s01",
    "cost": "Tidak dipungut biaya",
    "product": _PRODUCT,
    "case_type": "tuna_sosial",
    "case_label": (
        "concat(${inisial}, ', ', ${jk}, ', ', ${usia_saat_kejadian}, ' th, ', "
        "if(${wilayah_nama} != '', concat(${wilayah_nama}, ', '), ''), format-date(${tgl_laporan}, '%d/%m/%Y'))"
    ),
    "person_key": "nik nama_lengkap tgl_lahir",
    "assign_by": "",
    "confidential": "yes",
    "default_language": "id",
    "source_file": "000_ae9c89c9b71359e2.txt",
}

_ROLES = """
peksos | Pekerja sosial | Social worker | yes | no | no | no | supervisor | assigned
staf_datin | Staf Seksi Data dan Informasi | Staff of the data and information section | yes | no | no | no | supervisor | office
supervisor | Supervisor (Kepala Bidang Rehabilitasi Sosial) | Supervisor (head of social rehabilitation) | no | yes | yes | yes | | office
"""

SOURCE_TEXT = {
    "1": (
        "Penerimaan laporan dari Satpol PP, Layanan Jejaring Sosial/ pihak masyarakat tentang masalah kesejahteraan"
        " sosial anak"
    ),
    "2": "Melakukan pendataan dan assesment",
    "3": (
        "Menindaklanjuti dengan verifikasi dengan kunjungan rumah untuk melengkapi data dan identifikasi kebutuhan anak"
    ),
    "4": (
        "Melaksanakan case conference untuk menyusun perencanaan manajemen kasus dengan melibatkan pihak yang terkait"
    ),
    "5": "Jika anak memerlukan dukungan darurat maka diberikan layanan darurat",
    "6": (
        "Jika anak belum memiliki Jaminan Kesejahteraan Sosial maka dibantu untuk kepengurusan Jaminan Kesejahteraan"
        " Sosial"
    ),
    "7": (
        "Jika anak tidak bersekolah maka diupayakan kembali ke sekolah formal atau mendapat layanan pendidikan non formal"
    ),
    "8": "Jika anak memerlukan rehabilitasi atau habilitasi maka dirujuk untuk layanan tersebut",
    "9": (
        "Dalam proses layanan pekerja sosial melakukan monitoring sesuai kebutuhan yang ditetapkan saat case conference"
    ),
    "10": (
        "Jika anak belum pulih atau masih memerlukan kesejahteraan secara berkelanjutan maka kasus didampingi terus"
    ),
    "11": ("Jika semua layanan kesejahteraan terpenuhi dan dapat diakses maka pendampingan dinyatakan terminasi"),
    "12": (
        "Jika anak pulih dan dijamin mendapat layanan kesejahteraan secara berkelanjutan maka kasus dinyatakan terminasi"
    ),
    "13": (
        "Pekerja sosial selaku manajer kasus membuat laporan dan didokumentasikan oleh staf pada sie data dan informasi"
    ),
}

# name | source | Indonesian | English | kind | instrument | role | choose | repeat | visits | limit | clock
_STEPS = """
s01 | 1 | Penerimaan laporan | Report received | form | laporan_awal | peksos | each | once | | 0 | service
s02 | 2 | Pendataan dan asesmen | Data collection and assessment | form | asesmen | peksos | each | once | | 1 | service
s03 | 3 | Verifikasi dengan kunjungan rumah | Verification by home visit | form | kunjungan_rumah | peksos | each | once | | 2 | service
s04 | 4 | Konferensi kasus | Case conference | form | konferensi_kasus | peksos | each | once | | 3 | service
s05 | 5 | Layanan darurat | Emergency service | form | layanan_darurat | peksos | one | once | | 0 | service
s06 | 6 | Bantuan kepengurusan Jaminan Kesejahteraan Sosial | Help with social security | form | bantuan_jks | peksos | one | once | | 5 | service
s07 | 7 | Bantuan kembali ke sekolah atau pendidikan nonformal | Help with schooling | form | bantuan_sekolah | peksos | one | once | | 5 | service
s08 | 8 | Rujukan rehabilitasi atau habilitasi | Referral to rehabilitation or habilitation | form | rujukan | peksos | one | once | | 5 | service
s09 | 9 | Monitoring | Monitoring | form | monitoring | peksos | first | loop | | | outside
s10 | 10 | Kasus didampingi terus | Accompaniment continues | auto | | peksos | one | loop | | | outside
s11 | 11 | Terminasi: layanan terpenuhi dan dapat diakses | Termination: services given and accessible | form | terminasi | peksos | one | once | | 1 | outside
s12 | 12 | Terminasi: pulih dan dijamin berkelanjutan | Termination: recovered and assured | form | terminasi | peksos | one | once | | 1 | outside
s13 | 13 | Laporan manajer kasus | Case manager's report | form | laporan_kasus | peksos | one | once | | 3 | outside
s13a | 13 | Pendokumentasian oleh Seksi Data dan Informasi | Filing by the data and information section | form | arsip | staf_datin | one | once | | 1 | outside
"""
_NOBODY = " SOP tidak menyebut pelaksana langkah ini: pekerja sosial, karena langkah 13 menyebutnya manajer kasus (tafsir A6)."
_CONFIRMED = "Terminasi berlaku setelah dikonfirmasi supervisor." + _NOBODY
_STEP_EXTRA: Mapping[str, Cells] = {
    "s01": {"interpretation": _NOBODY.strip()},
    "s02": {"interpretation": _NOBODY.strip()},
    "s03": {
        "interpretation": (
            "Anak tanpa rumah atau dengan keluarga di luar kota: kunjungan diselesaikan dengan hasil itu dan tempat"
            " bertemu, agar konferensi kasus tetap dapat diadakan (tafsir A10)." + _NOBODY
        ),
    },
    "s04": {
        "participants": "anak, orang tua atau wali, kelurahan, sekolah, Satpol PP, layanan jejaring sosial, UPTD PPA",
        "interpretation": _NOBODY.strip(),
    },
    "s05": {
        "limit_unit": "day",
        "limit_from": "step",
        "interpretation": (
            "Layanan darurat diberikan pada hari kebutuhan dicatat, juga pada hari libur (tafsir A1)." + _NOBODY
        ),
    },
    "s06": {"interpretation": _NOBODY.strip()},
    "s07": {"interpretation": _NOBODY.strip()},
    "s08": {"interpretation": _NOBODY.strip()},
    "s09": {
        "not_before": "${interval_monitoring}",
        "interpretation": (
            "Jarak monitoring dalam hari ditetapkan konferensi kasus (tafsir A9); 5 hari kerja mencakup langkah 1 sampai"
            " 8, tidak monitoring dan sesudahnya (tafsir A5)."
        ),
    },
    "s10": {
        "interpretation": (
            "Pendampingan adalah keadaan, bukan formulir: monitoring berikutnya dijadwalkan (tafsir A3)." + _NOBODY
        ),
    },
    "s11": {"confirm_by": "supervisor", "recorded_by": "staf_datin", "interpretation": _CONFIRMED},
    "s12": {"confirm_by": "supervisor", "recorded_by": "staf_datin", "interpretation": _CONFIRMED},
    "s13": {
        "interpretation": "Langkah 13 menyebut dua pelaksana: pekerja sosial melapor, staf mengarsipkan (tafsir A11).",
    },
    "s13a": {
        "interpretation": (
            'Bagian kedua langkah 13, "didokumentasikan oleh staf pada sie data dan informasi" (tafsir A11).'
        ),
    },
}

_EARLY = (
    "Langkah 5 tidak mensyaratkan langkah 4 dan keadaan darurat tidak menunggu rapat: layanan darurat dibuka begitu"
    " kebutuhannya dicatat (tafsir A1)."
)
_ROUTE_NOTE = ("name", "from", "when", "to", "source", L, E, "interpretation")
_FILED = (
    "SOP tidak menyebut penutupan: kasus ditutup setelah didokumentasikan, tindakan terakhir yang disebut (tafsir A7)."
    " Alasan tutup menurut langkah terminasi yang ditempuh: 12 atau 11."
)
_ROUTES: Sequence[tuple[str, str, str, str, str, str, str, str]] = (
    (
        "r00",
        "s01",
        "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya'",
        "s05",
        "5",
        "Darurat sejak laporan",
        "Emergency from the report",
        "Laporan sendiri dapat menggambarkan anak dalam bahaya; layanan darurat dibuka saat itu juga (tafsir A12).",
    ),
    ("r01", "s01", "", "s02", "2", "Laporan diterima", "Report received", ""),
    ("r02", "s02", "", "s03", "3", "Asesmen selesai", "Assessment done", ""),
    (
        "r03",
        "s02",
        "${tuna_sosial_asesmen#butuh_darurat} = 'ya'",
        "s05",
        "5",
        "Perlu layanan darurat menurut asesmen",
        "Emergency found by the assessment",
        _EARLY,
    ),
    ("r04", "s03", "", "s04", "4", "Kunjungan rumah selesai", "Home visit done", ""),
    (
        "r05",
        "s03",
        "${tuna_sosial_kunjungan_rumah#butuh_darurat} = 'ya'",
        "s05",
        "5",
        "Perlu layanan darurat menurut kunjungan rumah",
        "Emergency found by the home visit",
        _EARLY,
    ),
    (
        "r06",
        "s04",
        "${tuna_sosial_konferensi_kasus#butuh_darurat} = 'ya'",
        "s05",
        "5",
        "Perlu layanan darurat",
        "Emergency service needed",
        "",
    ),
    ("r07", "s04", "${punya_jks} = 'tidak'", "s06", "6", "Belum memiliki JKS", "No social security", ""),
    ("r08", "s04", "${bersekolah} = 'tidak'", "s07", "7", "Tidak bersekolah", "Not at school", ""),
    (
        "r09",
        "s04",
        "${butuh_rehab} = 'ya'",
        "s08",
        "8",
        "Perlu rehabilitasi atau habilitasi",
        "Needs rehabilitation or habilitation",
        "",
    ),
    (
        "r10",
        "s04",
        "",
        "s09",
        "9",
        "Rencana disusun",
        "Plan made",
        '"Dalam proses layanan" berarti selama layanan berjalan: monitoring dibuka bersama layanan, juga bila tidak satu'
        " pun diperlukan (tafsir A2).",
    ),
    ("r11", "s05", "", "end_branch", "9", "Layanan darurat diberikan", "Emergency service given", ""),
    ("r12", "s06", "", "end_branch", "9", "JKS diurus", "Social security arranged", ""),
    ("r13", "s07", "", "end_branch", "9", "Pendidikan diupayakan", "Schooling arranged", ""),
    ("r14", "s08", "", "end_branch", "9", "Anak dirujuk", "Child referred", ""),
    (
        "r15",
        "s09",
        "${pulih} = 'tidak' or ${butuh_lanjut} = 'ya' or ${kasus#langkah_layanan_terbuka} > 0",
        "s10",
        "10",
        "Belum pulih, masih perlu layanan, atau layanan masih terbuka",
        "Not recovered, still needs services, or a service is open",
        'Selama langkah layanan masih terbuka, "semua layanan" belum terpenuhi: kasus tidak diterminasi (tafsir A4).',
    ),
    (
        "r16",
        "s09",
        "${pulih} = 'ya' and ${dijamin} = 'ya'",
        "s12",
        "12",
        "Pulih dan dijamin berkelanjutan",
        "Recovered and assured",
        "",
    ),
    (
        "r17",
        "s09",
        "${layanan_terpenuhi} = 'ya'",
        "s11",
        "11",
        "Semua layanan terpenuhi dan dapat diakses",
        "All services given and accessible",
        "",
    ),
    (
        "r18",
        "s09",
        "",
        "s10",
        "10",
        "Belum ada alasan terminasi",
        "No reason to end yet",
        "Langkah 10, 11 dan 12 saling menindih dan tidak mencakup semua keadaan. Dibaca berurutan 10, 12, 11; selain itu"
        " pendampingan berlanjut, karena bantuan tidak dihentikan tanpa alasan tertulis (tafsir A3).",
    ),
    ("r19", "s10", "", "s09", "9", "Didampingi terus", "Accompaniment continues", ""),
    ("r20", "s11", "", "s13", "13", "Pendampingan diterminasi", "Accompaniment ended", ""),
    ("r21", "s12", "", "s13", "13", "Kasus diterminasi", "Case ended", ""),
    ("r22", "s13", "", "s13a", "13", "Laporan dibuat", "Report written", ""),
    (
        "r23",
        "s13a",
        "${s12#status} = 'done'",
        "close",
        "13",
        "Kasus pulih dan terjamin diarsipkan",
        "Case of a recovered and assured client filed",
        _FILED,
    ),
    (
        "r24",
        "s13a",
        "${s12#status} != 'done'",
        "close",
        "13",
        "Kasus dengan semua layanan terpenuhi diarsipkan",
        "Case with all services given filed",
        _FILED,
    ),
)

_BA_NUMBER = "400.9.2.3/{urut:03}/BA/{tahun}"
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
        "laporan_masuk",
        "Laporan atau surat pengantar",
        "Report or cover letter",
        "in",
        "s01",
        "no",
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
        "peksos",
        "usulan",
    ),
    (
        "ba_konferensi",
        "Berita acara konferensi kasus",
        "Record of the case conference",
        "out",
        "s04",
        "no",
        "ba_konferensi",
        _BA_NUMBER,
        "peksos",
        "usulan",
    ),
    (
        "rencana_kasus",
        "Rencana manajemen kasus",
        "Case-management plan",
        "out",
        "s04",
        "yes",
        "rencana_kasus",
        _BA_NUMBER,
        "peksos",
        "4",
    ),
    (
        "rujukan_ljs",
        "Rujukan ke Layanan Jejaring Sosial",
        "Referral to the social service network",
        "out",
        "s08",
        "yes",
        "rujukan_ljs",
        "400.9.2.3/{urut:03}/{opd}/{tahun}",
        "supervisor",
        "Produk 1",
    ),
    (
        "ba_terminasi",
        "Berita acara terminasi (layanan terpenuhi)",
        "Record of termination (services given)",
        "out",
        "s11",
        "no",
        "ba_terminasi",
        _BA_NUMBER,
        "supervisor",
        "usulan",
    ),
    (
        "ba_terminasi_pulih",
        "Berita acara terminasi (pulih dan dijamin)",
        "Record of termination (recovered and assured)",
        "out",
        "s12",
        "no",
        "ba_terminasi",
        _BA_NUMBER,
        "supervisor",
        "usulan",
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
pulih_berkelanjutan | Pulih dan dijamin berkelanjutan (langkah 12) | Recovered and assured (step 12)
layanan_terpenuhi | Semua layanan terpenuhi dan dapat diakses (langkah 11) | All services given and accessible (step 11)
"""
_CLOSING = {"r23": "pulih_berkelanjutan", "r24": "layanan_terpenuhi"}

_ALERTS: Sequence[tuple[str, str, str, str, str, str]] = (
    (
        "a1",
        "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya' or ${tuna_sosial_asesmen#butuh_darurat} = 'ya'"
        " or ${tuna_sosial_kunjungan_rumah#butuh_darurat} = 'ya' or ${tuna_sosial_konferensi_kasus#butuh_darurat} = 'ya'"
        " or ${tingkat_risiko} = 'darurat' or ${risiko_temuan} = 'darurat'",
        "Darurat: ada ancaman segera, perlu pertolongan medis atau layanan darurat",
        "Emergency: immediate threat, medical help or emergency service needed",
        "5",
        "Keadaan darurat tidak menunggu rapat, tanda tangan atau hari kerja (tafsir A1, A12).",
    ),
    (
        "a2",
        "${perlu_darurat} = 'ya'",
        "Monitoring menemukan keadaan darurat: mohon buka layanan darurat",
        "Monitoring found an emergency: please open the emergency service",
        "5, 9",
        "Langkah 9 tidak menyebut layanan darurat; supervisor membukanya (tafsir A1).",
    ),
    (
        "a3",
        "${usia_saat_kejadian} >= 18",
        "Umur 18 tahun ke atas: di luar sasaran SOP",
        "18 and over: outside this SOP",
        "1",
        'Langkah-langkah SOP menyebut "anak": orang dewasa dicatat, lalu ditutup sebagai bukan sasaran atau dipindahkan'
        " ke layanan lain (tafsir A8).",
    ),
    (
        "a4",
        "${jenis} = 'lain'",
        "Di luar keempat kelompok sasaran: mohon ditinjau",
        "Outside the four target groups: please review",
        "1",
        "Sasaran adalah empat kelompok persyaratan; yang lain dicatat dan diputuskan supervisor (tafsir A8).",
    ),
    (
        "a5",
        "${usia_min} < 18 and ${usia_maks} >= 18",
        "Umur belum pasti di sekitar 18 tahun",
        "Age uncertain around 18",
        "1",
        "Bila ragu, diperlakukan sebagai anak sampai dipastikan (tafsir A8).",
    ),
    (
        "a6",
        "${perlu_cc} = 'ya'",
        "Monitoring meminta konferensi kasus lagi",
        "Monitoring asks for another case conference",
        "4, 9",
        "SOP menyebut satu konferensi; yang berikutnya dibuka supervisor (tafsir A9).",
    ),
)

_REQUIREMENTS = (
    ("p1", "Persyaratan 1", "Anak Jalanan", "Street children"),
    ("p2", "Persyaratan 2", "Anak Terlantar", "Neglected children"),
    ("p3", "Persyaratan 3", "Anak Nakal", "Children with risky behaviour"),
    ("p4", "Persyaratan 4", "Anak Tuna Susila", "Children exploited sexually"),
)
_PRODUCTS = (
    (
        "produk1",
        "Produk 1",
        _PRODUCT,
        "Record of the handling of the social rehabilitation case, and referral to the social service network",
        "ba_penanganan",
    ),
)

# Set by forms, which calculate them where the answers are; named here for their type and meaning.
_FACTS = (
    (
        "usia_saat_kejadian",
        "Umur saat ditemukan atau kejadian (tahun)",
        "Age when found or at the incident (years)",
        "Dihitung formulir dari tanggal lahir dan tanggal kejadian, atau diperkirakan; 18 ke atas dicatat.",
    ),
    ("usia_min", "Umur paling muda", "Age at the youngest", "Hanya bila tanggal lahir diperkirakan."),
    ("usia_maks", "Umur paling tua", "Age at the oldest", "Hanya bila tanggal lahir diperkirakan."),
)

_ASKED = (
    "fakta:usia_saat_kejadian",
    "jenis",
    "ancaman_segera",
    "perlu_medis",
    "butuh_darurat",
    "punya_jks",
    "bersekolah",
    "butuh_rehab",
    "interval_monitoring",
    "pulih",
    "butuh_lanjut",
    "layanan_terpenuhi",
    "dijamin",
)


def sop_book() -> Book:
    """The workbook of the SOP."""
    return Rules(
        settings=_SETTINGS,
        roles=roles(_ROLES),
        forms=form_uses(FORMS, "tuna_sosial_laporan_awal", {"tuna_sosial_rujukan": {"record": "referral"}}),
        facts=rows(("name", L, E, "note"), _FACTS, type="integer"),
        steps=steps("tuna_sosial", _STEPS, SOURCE_TEXT, _STEP_EXTRA),
        routes=_routes(),
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


def _routes() -> list[Cells]:
    notes = rows(_ROUTE_NOTE, _ROUTES)
    return [{**note, "close_reason": _CLOSING.get(str(note["name"]), "")} for note in notes]


def _alerts() -> list[Cells]:
    """Where no route has opened the emergency service by itself, the supervisor opens it at once (ruling 27)."""
    notes = rows(("name", "when", L, E, "source", "interpretation"), _ALERTS, at="event", to="supervisor")
    return [{**note, "opens": "s05"} if note["name"] in ("a1", "a2") else note for note in notes]


def _tests() -> list[Cells]:
    """Emergency at once (t1–t3), the services of the conference (t4, t5), every way out of monitoring (t6–t11), age (t12)."""
    made: list[Cells] = []

    def event(
        case: str, day: int, form: str, opens: str, *, decided: str = "", alert: str = "", **answers: str
    ) -> None:
        made.append(
            {"case": case, "at": f"2026-11-{day:02}", "form": f"tuna_sosial_{form}", "expect_open": opens}
            | {"expect_decision": decided, "expect_alert": alert}
            | {name.replace("usia_saat_kejadian", "fakta:usia_saat_kejadian"): value for name, value in answers.items()}
        )

    def report(case: str, opens: str = "s02", *, threat: str = "tidak", medical: str = "tidak", **more: str) -> None:
        event(case, 2, "laporan_awal", opens, ancaman_segera=threat, perlu_medis=medical, jenis="anak_jalanan", **more)

    def planned(case: str, opens: str, *, has: str = "ya", school: str = "ya", rehab: str = "tidak") -> None:
        report(case)
        event(case, 3, "asesmen", "s03", butuh_darurat="tidak")
        event(case, 4, "kunjungan_rumah", "s04", butuh_darurat="tidak")
        needs = {"punya_jks": has, "bersekolah": school, "butuh_rehab": rehab, "butuh_darurat": "tidak"}
        event(case, 5, "konferensi_kasus", opens, interval_monitoring="7", **needs)

    def watched(case: str, opens: str, decided: str, answers: str, day: int = 12) -> None:
        asked = ("pulih", "butuh_lanjut", "layanan_terpenuhi", "dijamin")
        event(case, day, "monitoring", opens, decided=decided, **dict(zip(asked, answers.split(), strict=True)))

    report("t1", "s02 s05", threat="ya", alert="a1", decided="s01>s05 s01>s02")
    event("t1", 2, "layanan_darurat", "s02", decided="s05>end_branch")
    report("t2", "s02 s05", medical="ya", alert="a1")
    report("t3")
    event("t3", 3, "asesmen", "s03 s05", butuh_darurat="ya", decided="s02>s03 s02>s05", alert="a1")
    report("t3b")
    event("t3b", 3, "asesmen", "s03", butuh_darurat="tidak")
    event("t3b", 4, "kunjungan_rumah", "s04 s05", butuh_darurat="ya", decided="s03>s04 s03>s05")
    planned("t4", "s09")
    planned("t5", "s06 s07 s08 s09", has="tidak", school="tidak", rehab="ya")
    event("t5", 6, "bantuan_jks", "s07 s08 s09", decided="s06>end_branch")
    event("t5", 6, "bantuan_sekolah", "s08 s09", decided="s07>end_branch")
    watched("t5", "s08 s09", "s09>s10 s10>s09", "ya tidak ya ya")
    event("t5", 13, "rujukan", "s09", decided="s08>end_branch")
    watched("t5", "s12", "s09>s12", "ya tidak ya ya", 19)
    for case, opens, decided, answers in (
        ("t6", "s09", "s09>s10", "tidak tidak ya ya"),
        ("t7", "s09", "s09>s10", "ya ya ya ya"),
        ("t8", "s12", "s09>s12", "ya tidak ya ya"),
        ("t9", "s12", "s09>s12", "ya tidak tidak ya"),
        ("t10", "s11", "s09>s11", "ya tidak ya tidak"),
        ("t11", "s09", "s09>s10", "ya tidak tidak tidak"),
    ):
        planned(case, "s09")
        watched(case, opens, decided, answers)
    report("t12", usia_saat_kejadian="18", alert="a3")
    return made
