"""Parts the instruments of several SOPs share, one function for each part of a field list (domain.md section 3)."""

from xlsforms.book import Cells
from xlsforms.sources.blocks import Service, nik, of_case, phone
from xlsforms.sources.survey import (
    Rows,
    ask,
    calc,
    group,
    many,
    note,
    number,
    one,
    past_day,
    photo,
    repeat,
    signature,
    words,
    yes_no,
)

_WEIGHT = "(if(${{{0}}} = 'tinggi', 3, if(${{{0}}} = 'sedang', 2, if(${{{0}}} = 'rendah', 1, 0))))"
_RISKS = ("risiko_bunuh_diri", "risiko_kekerasan", "risiko_eksploitasi", "risiko_kabur")

_HOUSE = (
    ("lantai", "Lantai", "Floor"),
    ("dinding", "Dinding", "Walls"),
    ("atap", "Atap", "Roof"),
    ("air", "Air bersih", "Water"),
    ("jamban", "Jamban", "Toilet"),
    ("listrik", "Listrik", "Electricity"),
)
MET = "selected(${bertemu}, 'klien') or selected(${bertemu}, 'keluarga') or selected(${bertemu}, 'tetangga')"


def _house() -> Rows:
    return [one(name, f"kondisi_rumah_{name}", label, english) for name, label, english in _HOUSE]


_LATER = ("Tidak boleh sebelum tanggal konferensi.", "Cannot be before the day of the conference.")
_FIELDS = (
    ("fisik", "Fisik", "Physical"),
    ("emosi", "Emosi", "Emotional"),
    ("sosial", "Sosial", "Social"),
    ("spiritual", "Spiritual", "Spiritual"),
    ("ekonomi", "Ekonomi", "Livelihood"),
    ("pendidikan", "Pendidikan", "Education"),
)


def _fields() -> Rows:
    return [
        one("skala5", f"kondisi_{name}", f"Kondisi {label.lower()}", f"{english} condition")
        for name, label, english in _FIELDS
    ]


def _mean() -> str:
    scores = [f"${{kondisi_{name}}}" for name, *_ in _FIELDS]
    total = " + ".join(f"coalesce({score}, 0)" for score in scores)
    answered = " + ".join(f"if({score} != '', 1, 0)" for score in scores)
    return f"if(({answered}) > 0, round(({total}) div ({answered}), 1), '')"


_SATISFACTION = (
    ("Persyaratan layanan mudah", "Requirements are easy"),
    ("Prosedur mudah", "Procedure is easy"),
    ("Waktu layanan cepat", "Service is quick"),
    ("Tidak ada biaya", "Nothing was charged"),
    ("Hasil sesuai standar", "Result as promised"),
    ("Petugas mampu", "Officer is able"),
    ("Petugas sopan dan ramah", "Officer is polite"),
    ("Pengaduan ditangani", "Complaints are handled"),
    ("Sarana baik", "Facilities are good"),
)
_KNOWN = "${anonim} != 'ya'"
_DIED = "${jenis_terminasi} = 'meninggal'"
_LOST = "${jenis_terminasi} = 'hilang_kontak' or ${jenis_terminasi} = 'melarikan_diri'"


def _survey() -> Rows:
    return [
        one("skm", f"skm_{number}", label, english) for number, (label, english) in enumerate(_SATISFACTION, start=1)
    ]


def problem() -> Rows:
    """The problem as the child and others tell it (domain 3.2)."""
    return [
        one("tempat_asesmen", "tempat_asesmen", "Tempat asesmen", "Place of the assessment"),
        many("informan", "informan", "Sumber informasi", "Sources"),
        words("keluhan", "Masalah menurut anak", "The problem in the child's words", long=True),
        many("masalah_utama", "masalah_utama", "Masalah utama", "Main problems"),
        words("kronologi", "Kronologi masalah", "Course of events", long=True, must=True),
        *repeat(
            "peristiwa",
            "Peristiwa",
            "Event",
            [
                past_day("peristiwa_tgl", "Tanggal", "Day"),
                words("peristiwa_uraian", "Peristiwa", "What happened"),
                words("peristiwa_pihak", "Pihak", "Parties"),
            ],
        ),
        one("lama_masalah", "lama_masalah", "Sejak kapan", "Since when"),
    ]


def handled_before() -> Rows:
    """How often the child was handled before."""
    return [
        number("frek_terjaring", "Berapa kali pernah ditangani atau terjaring", "Times handled before", 0, 100),
        past_day("terakhir_terjaring", "Terakhir kali", "Last time", when="${frek_terjaring} > 0"),
    ]


def condition(service: Service) -> Rows:
    """Body, mind, risks, school and social security of the child (domain 3.2)."""
    return group(
        "kondisi_anak",
        "Kondisi anak",
        "Condition of the child",
        [
            one("skala5", "kondisi_fisik", "Kondisi fisik", "Physical condition"),
            many("luka", "luka", "Luka", "Injuries"),
            photo(
                "foto_luka",
                "Foto luka (terbatas)",
                "Photo of injuries (restricted)",
                when="${luka} != '' and not(selected(${luka}, 'tidak_ada'))",
            ),
            many("kebutuhan_dasar", "kebutuhan_dasar", "Kebutuhan dasar segera", "Urgent basic needs"),
            many("emosi", "kondisi_emosi", "Kondisi emosi", "Emotional state"),
            one("orientasi", "orientasi", "Orientasi orang, tempat, waktu", "Orientation"),
            one("risiko", "risiko_bunuh_diri", "Risiko bunuh diri", "Risk of suicide"),
            one("risiko", "risiko_kekerasan", "Risiko kekerasan", "Risk of violence"),
            one("risiko", "risiko_eksploitasi", "Risiko eksploitasi", "Risk of exploitation"),
            one("risiko", "risiko_kabur", "Risiko kabur", "Risk of running away"),
            one("napza", "napza", "Penggunaan NAPZA", "Drug use"),
            words("napza_zat", "Zat", "Substance", when="${napza} = 'pernah' or ${napza} = 'aktif'"),
            calc("jk_kasus", of_case("jk", service)),
            yes_no("hamil", "Sedang hamil atau menyusui", "Pregnant or nursing", when="${jk_kasus} != 'L'"),
            one("keluarga_ada", "keluarga_ada", "Keluarga diketahui", "Family known"),
            one("sekolah_status", "sekolah_status", "Status sekolah", "School status"),
            ask(
                "select_one_from_file sekolah.csv",
                "sekolah",
                "Sekolah",
                "School",
                when="${sekolah_status} = 'sekolah' or ${sekolah_status} = 'putus'",
                appearance="autocomplete",
            ),
            words("kelas", "Kelas", "Class", when="${sekolah_status} = 'sekolah' or ${sekolah_status} = 'putus'"),
            many("jaminan", "jaminan_status", "Jaminan sosial", "Social security"),
            one("ya_tidak_tahu", "pernah_layanan", "Pernah ditangani lembaga lain", "Handled elsewhere before"),
            words(
                "pernah_layanan_lembaga",
                "Lembaga dan tahun",
                "Institution and year",
                when="${pernah_layanan} = 'ya'",
            ),
            words("harapan", "Harapan anak", "What the child hopes for", long=True),
        ],
    )


def risk() -> Rows:
    """The score of the four risks and the level settled from it (domain 3.2)."""
    return [
        calc("skor_risiko", " + ".join(_WEIGHT.format(risk) for risk in _RISKS), whole=True),
        note("info_skor", "Skor risiko: ${skor_risiko} dari 12.", "Risk score: ${skor_risiko} of 12."),
        note(
            "info_risiko_tinggi",
            "Ada risiko tinggi: pertimbangkan layanan darurat.",
            "A high risk was found: consider the emergency service.",
            " or ".join(f"${{{risk}}} = 'tinggi'" for risk in _RISKS),
        ),
        one("tingkat_risiko", "tingkat_risiko", "Tingkat risiko", "Risk level", must=True),
        words("alasan_risiko", "Alasan tingkat risiko", "Reason for the level"),
    ]


def visit() -> Rows:
    """Who went, who was met and where (domain 3.4); a visit never waits for a letter (ruling 46)."""
    return [
        words(
            "no_spt",
            "Nomor SPT",
            "Number of the duty order",
            hint=("Boleh kosong; diterbitkan menyusul.", "May be blank; issued later."),
        ),
        note("info_spt", "SPT diterbitkan menyusul.", "The duty order follows.", "${no_spt} = ''"),
        many("tujuan_kunjungan", "tujuan_kunjungan", "Tujuan", "Purpose"),
        many(
            "bertemu",
            "bertemu",
            "Bertemu",
            "Met",
            must=True,
            hint=("Hasil tidak bertemu juga dicatat.", "Meeting nobody is a result too."),
        ),
        *repeat(
            "ditemui",
            "Orang yang ditemui",
            "Person met",
            [
                words("ditemui_nama", "Nama", "Name"),
                one("hubungan", "ditemui_hub", "Hubungan dengan anak", "Relation to the child"),
                phone("ditemui_hp", "Nomor HP", "Mobile number"),
            ],
            when=MET,
        ),
        many("pendamping", "pendamping", "Didampingi", "Accompanied by"),
        words("pendamping_nama", "Nama pendamping", "Names"),
        one("alamat_sesuai", "alamat_sesuai", "Alamat sesuai data", "Address as recorded"),
    ]


def home() -> Rows:
    """The house and the family as seen, when somebody was met (domain 3.4)."""
    return group(
        "rumah",
        "Keadaan rumah dan keluarga",
        "Home and family",
        [
            *_house(),
            ask("integer", "kondisi_rumah_kamar", "Jumlah kamar tidur", "Bedrooms"),
            one("bersih", "kondisi_rumah_kebersihan", "Kebersihan", "Cleanliness"),
            one("keamanan_rumah", "keamanan_rumah", "Aman bagi anak", "Safe for the child"),
            words(
                "alasan_keamanan",
                "Alasan",
                "Reason",
                when="${keamanan_rumah} = 'kurang' or ${keamanan_rumah} = 'tidak'",
            ),
            one("cukup", "kecukupan_makan", "Kecukupan makan", "Enough food"),
            words("anggota_terkini", "Perubahan anggota keluarga", "Changes in the household", long=True),
            one("skala5", "pengasuh_siap", "Kesiapan pengasuh", "Readiness of the carer"),
            words("pengasuh_siap_uraian", "Uraian kesiapan pengasuh", "Details"),
            words("interaksi", "Interaksi anak dan keluarga (pengamatan)", "Child and family (observed)", long=True),
            words("keterangan_tetangga", "Keterangan lingkungan", "What neighbours say", long=True),
            many("jaminan", "bantuan_diterima", "Bantuan yang pernah diterima", "Assistance received"),
        ],
        when=MET,
    )


def visit_end() -> Rows:
    """Risk found, safety of the officer, photos and the next visit (domain 3.4)."""
    return [
        one("tingkat_risiko", "risiko_temuan", "Tingkat risiko yang ditemukan", "Risk found"),
        words(
            "tindakan_segera",
            "Tindakan segera",
            "Act at once",
            when="${risiko_temuan} = 'darurat' or ${risiko_temuan} = 'tinggi'",
        ),
        yes_no("kondisi_petugas", "Ada gangguan keamanan petugas", "Was the officer's safety disturbed"),
        photo("foto_rumah_luar", "Foto rumah dari luar (dengan izin)", "House from outside (with permission)"),
        photo("foto_rumah_dalam", "Foto rumah bagian dalam (dengan izin)", "House inside (with permission)"),
        ask("date", "kunjungan_berikut", "Kunjungan berikutnya", "Next visit"),
    ]


def meeting() -> Rows:
    """The meeting, who took part and what was said (domain 3.5)."""
    return [
        *group(
            "rapat",
            "Rapat",
            "Meeting",
            [
                words("no_undangan", "Nomor undangan", "Invitation number"),
                words("tempat", "Tempat", "Place"),
                one("media_rapat", "media", "Cara rapat", "Kind of meeting"),
                words("pimpinan_rapat", "Pimpinan rapat", "Chair", must=True),
                words(
                    "notulis",
                    "Notulis",
                    "Note taker",
                    must=True,
                    valid=". != ${pimpinan_rapat}",
                    message=(
                        "Notulis dan pimpinan rapat orang yang berbeda.",
                        "Note taker and chair are different persons.",
                    ),
                ),
                *repeat(
                    "peserta",
                    "Peserta",
                    "Participant",
                    [
                        words("peserta_nama", "Nama", "Name"),
                        words("peserta_instansi", "Instansi", "Institution"),
                        words("peserta_jabatan", "Jabatan", "Post"),
                        phone("peserta_hp", "Nomor HP", "Mobile number"),
                        one("hadir", "peserta_hadir", "Kehadiran", "Attendance"),
                        signature("peserta_ttd", "Tanda tangan", "Signature"),
                    ],
                ),
                calc("jml_peserta", "count(${peserta})", whole=True),
                note(
                    "info_peserta",
                    "Baru ${jml_peserta} peserta dicatat; konferensi biasanya dihadiri paling sedikit 3 pihak.",
                    "Only ${jml_peserta} participants so far; a conference usually has at least 3.",
                    "${jml_peserta} < 3",
                ),
                one("hadir", "peran_klien", "Kehadiran anak atau keluarga", "Attendance of child or family"),
                words(
                    "alasan_tidak_hadir",
                    "Alasan tidak hadir",
                    "Reason of absence",
                    when="${peran_klien} = 'tidak_hadir'",
                ),
                yes_no("janji_rahasia", "Pernyataan kerahasiaan disepakati", "Confidentiality agreed"),
            ],
        ),
        *group(
            "pembahasan",
            "Pembahasan",
            "Discussion",
            [
                words("ringkasan_kasus", "Ringkasan kasus", "Summary", long=True, must=True),
                words("temuan", "Temuan asesmen dan kunjungan", "Findings of assessment and visits", long=True),
                many("masalah_utama", "isu_kunci", "Isu kunci", "Key issues"),
                *repeat(
                    "pendapat",
                    "Pendapat peserta",
                    "Opinion",
                    [
                        words("pendapat_peserta", "Peserta", "Participant"),
                        words("pendapat_isi", "Pendapat", "Opinion", long=True),
                    ],
                ),
                words("alternatif", "Alternatif penanganan", "Alternatives", long=True),
                words(
                    "kepentingan_terbaik",
                    "Pertimbangan kepentingan terbaik anak",
                    "Best interest of the child",
                    long=True,
                    must=True,
                ),
            ],
        ),
    ]


def plan() -> Rows:
    """What is planned for the child, each row a task with its day (domain 3.5, ruling 39)."""
    return [
        *repeat(
            "rencana",
            "Rencana intervensi",
            "Planned intervention",
            [
                one("domain_rencana", "rencana_domain", "Bidang", "Field"),
                words("rencana_tujuan", "Tujuan", "Goal"),
                words("rencana_kegiatan", "Kegiatan", "Activity"),
                words("rencana_indikator", "Indikator", "Indicator"),
                words("rencana_penanggung_jawab", "Penanggung jawab", "Responsible"),
                ask(
                    "select_one_from_file lembaga.csv",
                    "rencana_instansi",
                    "Instansi",
                    "Institution",
                    appearance="autocomplete",
                ),
                ask("date", "rencana_mulai", "Mulai", "Start"),
                ask("date", "rencana_tenggat", "Tenggat", "Due", valid=". >= ${tgl_kegiatan}", message=_LATER),
                words("rencana_sumber_dana", "Sumber dana", "Funds"),
            ],
        ),
    ]


def minutes() -> Rows:
    """Criteria of termination, case manager, dissent, next conference and the signed minutes (domain 3.5)."""
    return [
        words("kriteria_terminasi", "Kriteria terminasi", "Criteria of termination", long=True),
        ask(
            "select_one_from_file petugas.csv",
            "manajer_kasus",
            "Manajer kasus",
            "Case manager",
            choice_filter="role = 'peksos'",
            appearance="autocomplete",
        ),
        words("beda_pendapat", "Catatan beda pendapat", "Dissent", long=True),
        ask(
            "date",
            "cc_berikut",
            "Konferensi berikutnya",
            "Next conference",
            valid=". > ${tgl_kegiatan}",
            message=_LATER,
        ),
        ask("file", "notula_file", "Berkas notula", "Minutes (file)"),
        photo("foto_notula", "Foto notula", "Minutes (photo)"),
        signature("ttd_pimpinan", "Tanda tangan pimpinan rapat", "Chair's signature"),
        signature("ttd_notulis", "Tanda tangan notulis", "Note taker's signature"),
    ]


def watching() -> Rows:
    """How it was monitored and how far the plan is (domain 3.10)."""
    return [
        one("cara_pantau", "cara", "Cara pemantauan", "Way of monitoring", must=True),
        one("pelaksana", "pelaksana", "Pelaksana", "Done by", must=True, default="peksos"),
        words(
            "no_permintaan",
            "Nomor permintaan pekerja sosial",
            "Number of the request",
            when="${pelaksana} = 'tksk'",
        ),
        *repeat(
            "item",
            "Capaian rencana",
            "Progress of the plan",
            [
                words("item_kegiatan", "Kegiatan", "Activity"),
                words("item_target", "Target", "Target"),
                one("capaian", "item_capaian", "Capaian", "Progress"),
                words("item_bukti", "Bukti", "Proof"),
            ],
        ),
    ]


def scores() -> Rows:
    """The six fields of life and their mean (domain 3.10)."""
    return [
        *_fields(),
        calc("keberfungsian", _mean()),
        note(
            "info_keberfungsian",
            "Skor keberfungsian sosial: ${keberfungsian} dari 5.",
            "Social functioning: ${keberfungsian} of 5.",
            "${keberfungsian} != ''",
        ),
    ]


def ending() -> Rows:
    """How the accompaniment ended and where the child stands (domain 3.11)."""
    return [
        one("jenis_terminasi", "jenis_terminasi", "Jenis terminasi", "Kind", must=True),
        words("alasan_terminasi", "Alasan", "Reason", long=True, must=True),
        *repeat(
            "kriteria",
            "Kriteria terminasi",
            "Criterion",
            [
                words("kriteria_uraian", "Kriteria", "Criterion"),
                one("terpenuhi", "kriteria_terpenuhi", "Terpenuhi", "Met"),
                words("kriteria_bukti", "Bukti", "Proof"),
            ],
        ),
        one("skala5", "skor_awal", "Keberfungsian sosial di awal", "Social functioning at the start"),
        one("skala5", "skor_akhir", "Keberfungsian sosial sekarang", "Social functioning now"),
        calc("perubahan_skor", "if(${skor_awal} != '' and ${skor_akhir} != '', ${skor_akhir} - ${skor_awal}, '')"),
        many("jenis_layanan", "layanan_diterima", "Layanan yang diterima", "Services received"),
        one("semua_sebagian", "jaminan_terakses", "Jaminan dapat diakses", "Social security reached"),
        one("tinggal_akhir", "tinggal_akhir", "Tempat tinggal", "Where the child lives"),
        words("pengasuh_akhir", "Pengasuh", "Carer"),
        one("sekolah_status", "sekolah_akhir", "Sekolah", "School"),
        one("pekerjaan", "kerja_akhir", "Pekerjaan atau kegiatan", "Work or occupation"),
        one("risiko", "risiko_sisa", "Risiko tersisa", "Remaining risk"),
        words(
            "risiko_alasan",
            "Alasan tetap diterminasi",
            "Reason to close all the same",
            when="${risiko_sisa} = 'tinggi'",
        ),
        words("pendapat_klien", "Pendapat anak", "What the child says", long=True),
        words("pendapat_keluarga", "Pendapat keluarga", "What the family says", long=True),
        *repeat(
            "binjut",
            "Bimbingan lanjut",
            "After care",
            [
                ask("date", "binjut_bulan", "Bulan", "Month", appearance="month-year"),
                one("cara_pantau", "binjut_cara", "Cara", "Way"),
                words("binjut_petugas", "Petugas", "Officer"),
            ],
        ),
        words("kontak_darurat", "Kontak darurat", "Emergency contact"),
        one("kembali", "barang_kembali", "Barang dikembalikan", "Things returned"),
        one("kembali", "dok_kembali", "Dokumen dikembalikan", "Papers returned"),
        words(
            "alasan_belum_kembali",
            "Alasan belum dikembalikan",
            "Why not",
            when="${barang_kembali} = 'tidak' or ${dok_kembali} = 'tidak'",
        ),
    ]


def ending_details() -> Rows:
    """Death, lost contact and the satisfaction survey (domain 3.11)."""
    return [
        *group(
            "meninggal",
            "Keterangan meninggal",
            "Death",
            [
                past_day("meninggal_tgl", "Tanggal", "Day"),
                words("meninggal_tempat", "Tempat", "Place"),
                words("meninggal_sebab", "Sebab", "Cause"),
                words("meninggal_no_surat", "Nomor surat kematian", "Death certificate number"),
                words("meninggal_pemakaman", "Pemakaman", "Burial"),
            ],
            when=_DIED,
        ),
        *group(
            "hilang",
            "Keterangan hilang kontak",
            "Contact lost",
            [
                past_day("hilang_tgl", "Terakhir bertemu", "Last seen"),
                words("hilang_tempat", "Tempat", "Place"),
                words("hilang_upaya", "Upaya pencarian", "Search made", long=True, must=True),
                words("hilang_lapor", "Laporan polisi", "Police report"),
            ],
            when=_LOST,
        ),
        *group("kepuasan", "Kepuasan layanan", "Satisfaction", _survey(), appearance="field-list"),
    ]


def case_report() -> Rows:
    """The case manager's report, from which the official record and a referral are written."""
    return group(
        "laporan_kasus",
        "Laporan manajer kasus",
        "Case manager's report",
        [
            words("dasar_penanganan", "Dasar penanganan", "Basis", long=True),
            words("latar_belakang", "Latar belakang anak dan keluarga", "Background of child and family", long=True),
            words("ringkasan_penanganan", "Ringkasan penanganan", "Summary of the handling", long=True, must=True),
            *repeat(
                "kegiatan",
                "Kegiatan penanganan",
                "Act",
                [
                    ask("date", "kegiatan_tgl", "Tanggal", "Day"),
                    words("kegiatan_uraian", "Kegiatan", "Act"),
                    words("kegiatan_hasil", "Hasil", "Result"),
                ],
            ),
            many("jenis_layanan", "layanan_diberikan", "Layanan yang diberikan", "Services given"),
            one("hasil_layanan", "hasil_layanan", "Hasil layanan", "Result", must=True),
            words("analisis", "Analisis", "Analysis", long=True),
            words("hambatan_penanganan", "Hambatan", "Obstacles", long=True),
            words("laporan_akhir", "Kesimpulan akhir", "Final conclusion", long=True, must=True),
            yes_no(
                "perlu_rujukan",
                "Rujukan ke layanan jejaring sosial",
                "Referral to the social service network",
                must=True,
                default="tidak",
            ),
            ask(
                "select_one_from_file lembaga.csv",
                "rujukan_lembaga",
                "Lembaga tujuan",
                "Institution",
                when="${perlu_rujukan} = 'ya'",
                appearance="autocomplete",
            ),
            words(
                "rujukan_lain",
                "Lembaga lain",
                "Other institution",
                when="${perlu_rujukan} = 'ya' and ${rujukan_lembaga} = ''",
            ),
            words(
                "rujukan_alasan",
                "Alasan dan kebutuhan",
                "Reason and needs",
                long=True,
                when="${perlu_rujukan} = 'ya'",
            ),
            ask("file", "berkas_laporan", "Berkas laporan", "Report (file)"),
        ],
    )


def filing(classification: str) -> Rows:
    """The papers filed by the data and information section. `classification`: archive code (Permendagri 83/2022)."""
    return group(
        "arsip",
        "Arsip",
        "File",
        [
            many("kelengkapan_arsip", "kelengkapan_arsip", "Berkas yang diarsipkan", "Papers filed", must=True),
            yes_no("arsip_lengkap", "Berkas lengkap?", "Are the papers complete?", must=True),
            words("arsip_kurang", "Berkas yang kurang", "Papers missing", when="${arsip_lengkap} = 'tidak'"),
            note(
                "info_arsip",
                "Kasus ditutup setelah diarsipkan. Berkas yang kurang dapat menyusul.",
                "The case closes once filed. Missing papers may follow.",
            ),
            one("media_arsip", "media_arsip", "Bentuk arsip", "Medium", must=True),
            words(
                "lokasi_arsip",
                "Lokasi arsip (lemari, boks, map)",
                "Place (cabinet, box, folder)",
                when="${media_arsip} != 'digital'",
            ),
            words("kode_klasifikasi", "Kode klasifikasi", "Classification code", default=classification),
            one("klasifikasi_arsip", "sifat_arsip", "Sifat arsip", "Secrecy", default="rahasia"),
            number("jml_lembar", "Jumlah lembar", "Sheets", 0, 10000),
            photo("foto_arsip", "Foto sampul arsip", "Photo of the cover"),
            ask("file", "berkas_arsip", "Berkas pindaian", "Scan (file)"),
            words("catatan_arsip", "Catatan", "Notes", long=True),
            signature("ttd_petugas", "Tanda tangan petugas arsip", "Signature of the filing officer"),
        ],
    )


def interval(label: str, english: str, when: str = "") -> Cells:
    """Days until the next monitoring visit; the SOP's monitoring loop reads it."""
    return number(
        "interval_monitoring",
        label,
        english,
        1,
        180,
        must=True,
        when=when,
        default="30",
        hint=(
            "7 mingguan, 14 dua mingguan, 30 bulanan, 90 tiga bulanan.",
            "7 weekly, 14 fortnightly, 30 monthly, 90 quarterly.",
        ),
        save_to="interval_monitoring",
    )


def letter(when: str) -> Rows:
    """The letter a report came with, and its sender. `when`: there is one."""
    return [
        ask(
            "select_one_from_file lembaga.csv",
            "instansi_pengirim",
            "Instansi pengirim",
            "Sending institution",
            when=when,
            appearance="autocomplete",
        ),
        words("instansi_lain", "Instansi lain", "Other institution", when="${instansi_pengirim} = ''"),
        words("no_surat", "Nomor surat", "Letter number", when=when),
        past_day("tgl_surat", "Tanggal surat", "Letter date", when=when),
        words("hal_surat", "Hal surat", "Letter subject", when=when),
        *repeat(
            "surat",
            "Foto surat",
            "Photo of the letter",
            [photo("foto_surat", "Foto surat", "Photo of the letter")],
        ),
    ]


def reporter() -> Rows:
    """Who reported, unless secrecy is asked for (law 25/2009)."""
    return group(
        "pelapor",
        "Pelapor",
        "Reporter",
        [
            yes_no(
                "anonim",
                "Pelapor minta dirahasiakan?",
                "Does the reporter ask for secrecy?",
                must=True,
                default="tidak",
            ),
            words("pelapor_nama", "Nama pelapor", "Reporter's name", when=_KNOWN),
            nik("pelapor_nik", "NIK pelapor", "Reporter's NIK", _KNOWN),
            phone("pelapor_hp", "Nomor HP pelapor", "Reporter's mobile number", _KNOWN),
            words("pelapor_alamat", "Alamat pelapor", "Reporter's address", when=_KNOWN),
            one("hubungan", "pelapor_hub", "Hubungan dengan anak", "Relation to the child"),
        ],
    )


def papers() -> Rows:
    """Belongings, papers received, first risk and to whom the report goes (domain 3.1)."""
    return group(
        "berkas",
        "Berkas dan tindak lanjut",
        "Papers and next act",
        [
            *repeat(
                "barang_bawaan",
                "Barang bawaan",
                "Belongings",
                [
                    words("barang_nama", "Nama barang", "Thing"),
                    number("barang_jumlah", "Jumlah", "Number", 1, 10000),
                    words("barang_nilai", "Nilai atau keterangan", "Value or remark"),
                    photo("barang_foto", "Foto barang", "Photo"),
                ],
            ),
            many("syarat", "syarat", "Kelengkapan yang diterima", "Papers received"),
            yes_no("berkas_lengkap", "Berkas lengkap dan benar?", "Are the papers complete and correct?"),
            past_day(
                "tgl_lengkap",
                "Tanggal berkas lengkap",
                "Day the papers were complete",
                when="${berkas_lengkap} = 'ya'",
            ),
            one("ya_tidak_tahu", "pernah_dilaporkan", "Anak ini pernah dilaporkan?", "Reported before?"),
            words(
                "kasus_sebelumnya",
                "Nomor kasus sebelumnya",
                "Earlier case number",
                when="${pernah_dilaporkan} = 'ya'",
            ),
            one("tingkat_risiko", "urgensi", "Tingkat risiko awal", "First risk level"),
            one("disposisi", "tujuan_disposisi", "Diteruskan kepada", "Passed on to"),
            signature("tanda_terima_ttd", "Tanda tangan pelapor", "Reporter's signature"),
        ],
    )
