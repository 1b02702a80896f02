"""Step 3: the sub-coordinator registers the child, traces and studies the problem and completes the papers.

A draft that comes back opens this step again; the social report may follow, the step then waits for it.
"""

from xlsforms.sources.anjal_terlantar.rujukan import prepared
from xlsforms.sources.anjal_terlantar.service import ANJAL_TERLANTAR, follow_up
from xlsforms.sources.blocks import evidence, of_case, sign_off
from xlsforms.sources.survey import ask, calc, group, many, note, one, past_day, repeat, words, yes_no

_REGISTER = group(
    "registrasi",
    "Identifikasi dan registrasi",
    "Identification and registration",
    [
        calc("paraf_kasus", of_case("paraf", ANJAL_TERLANTAR)),
        note(
            "info_kembali",
            "Konsep sebelumnya **dikembalikan**. Baca alasannya pada halaman kasus, perbaiki, lalu kirim lagi.",
            "The earlier draft was **returned**. Read the reason on the case page, repair it and send it again.",
            "${paraf_kasus} = 'tidak'",
        ),
        words("no_registrasi", "Nomor register", "Register number"),
        past_day("tgl_registrasi", "Tanggal registrasi", "Day of the registration", must=True, default="today()"),
        many("identitas_dicek", "identitas_dicek", "Identitas yang diperiksa", "Papers checked", must=True),
        one("kesesuaian", "identitas_cocok", "Identitas sesuai dengan anak?", "Do the papers match the child?"),
        one("cek_dtsen", "cek_dtsen", "Terdata dalam DTSEN?", "Known in the social registry (DTSEN)?"),
    ],
)

_STUDY = group(
    "penelaahan",
    "Penelusuran dan penelaahan masalah",
    "Tracing and study of the problem",
    [
        *repeat(
            "penelusuran",
            "Penelusuran",
            "Tracing",
            [
                past_day("telusur_tgl", "Tanggal", "Day"),
                one("cara_telusur", "telusur_cara", "Cara", "Way"),
                words("telusur_sumber", "Sumber (hubungan atau instansi)", "Source (relation or institution)"),
                words("telusur_hasil", "Hasil", "Result", long=True),
            ],
        ),
        one("keluarga_ada", "keluarga_ada", "Keluarga diketahui", "Family known", must=True),
        words("telaah_asesmen", "Telaah atas asesmen lapangan", "Study of the field assessment", long=True, must=True),
        words("analisis", "Analisis masalah", "Analysis of the problem", long=True, must=True),
        words("kebutuhan_anak", "Kebutuhan anak", "Needs of the child", long=True),
    ],
)

_REPORT = group(
    "lapsos",
    "Laporan sosial",
    "Social report",
    [
        words(
            "laporan_sosial",
            "Isi laporan sosial",
            "Text of the social report",
            long=True,
            hint=(
                "Boleh menyusul; langkah ini selesai setelah laporan sosial ada.",
                "May follow; this step is done once the social report is there.",
            ),
        ),
        ask("file", "berkas_laporan_sosial", "Berkas laporan sosial", "Social report (file)"),
    ],
)

_DRAFT = group(
    "konsep",
    "Konsep surat",
    "Draft letter",
    [
        many(
            "jenis_surat",
            "jenis_surat",
            "Surat yang dikonsep",
            "Letters drafted",
            must=True,
            hint=("Boleh keduanya.", "Both are allowed."),
        ),
        words("isi_konsep", "Pokok isi konsep", "What the draft says", long=True, must=True),
        ask("file", "berkas_konsep", "Berkas konsep", "Draft (file)"),
        many("syarat", "syarat", "Persyaratan yang lengkap", "Requirements complete", must=True),
        yes_no("berkas_lengkap", "Persyaratan 1 sampai 4 lengkap?", "Are requirements 1 to 4 complete?", must=True),
        words("berkas_kurang", "Yang masih kurang", "What is missing", when="${berkas_lengkap} = 'tidak'"),
        note(
            "info_form_rujukan",
            "Form Rujukan (persyaratan 5) diisi pada pendampingan, sebelum anak dikirim.",
            "The referral form (requirement 5) is filled in during the accompaniment, before the child is sent.",
        ),
    ],
)

FORM = follow_up(
    "berkas_administrasi",
    ("AAT 03 – Berkas administrasi dan penelaahan", "AAT 03 – Papers and study of the problem"),
    [
        *_REGISTER,
        *_STUDY,
        *_REPORT,
        *prepared(),
        *_DRAFT,
        *evidence(),
        *sign_off("tgl_kegiatan", ANJAL_TERLANTAR),
    ],
)
