"""Step 5: deeper assessment of body, mind, social life and belief; family and resource systems are contacted (3.3)."""

from collections.abc import Sequence

from xlsforms.book import Cells
from xlsforms.sources.blocks import evidence, household, phone, sign_off
from xlsforms.sources.survey import DRAWING, Rows, ask, group, many, number, one, past_day, repeat, words, yes_no
from xlsforms.sources.tuna_susila.service import TUNA_SUSILA, follow_up

_HOUSE = (
    ("lantai", "Lantai", "Floor"),
    ("dinding", "Dinding", "Walls"),
    ("atap", "Atap", "Roof"),
    ("air", "Air bersih", "Water"),
    ("jamban", "Sanitasi", "Sanitation"),
    ("listrik", "Listrik", "Electricity"),
)
_DAILY = (
    ("mandi", "Mandi", "Washing"),
    ("makan", "Makan", "Eating"),
    ("berpakaian", "Berpakaian", "Dressing"),
    ("toilet", "Ke toilet", "Using the toilet"),
    ("berpindah", "Berpindah", "Moving about"),
    ("kelola_diri", "Mengelola uang dan obat", "Managing money and medicine"),
)
_RELATIONS = (
    ("ayah", "ayah", "father"),
    ("ibu", "ibu", "mother"),
    ("saudara", "saudara", "siblings"),
    ("pasangan", "pasangan", "partner"),
    ("anak", "anak klien", "own children"),
)


def _measure(name: str, label: str, english: str, low: int, high: int) -> Cells:
    return ask(
        "decimal",
        name,
        label,
        english,
        valid=f". >= {low} and . <= {high}",
        message=(f"Isi {low} sampai {high}.", f"Enter {low} to {high}."),
    )


def _scored(questions: Sequence[tuple[str, str, str]]) -> Rows:
    return [one("skala5", name, label, english) for name, label, english in questions]


_BODY = group(
    "bio",
    "Biologis",
    "Body",
    [
        _measure("tb_cm", "Tinggi badan (cm)", "Height (cm)", 30, 230),
        _measure("bb_kg", "Berat badan (kg)", "Weight (kg)", 1, 300),
        _measure("lila_cm", "Lingkar lengan atas (cm)", "Mid-upper arm circumference (cm)", 5, 60),
        many("riwayat_sakit", "riwayat_sakit", "Riwayat penyakit", "Illnesses"),
        words("riwayat_sakit_uraian", "Uraian penyakit", "Details of illnesses", long=True),
        words("obat", "Obat yang diminum", "Medicine taken"),
        words("alergi", "Alergi", "Allergies"),
        one("imunisasi", "imunisasi", "Imunisasi (balita yang dibawa)", "Immunisation (of a toddler brought along)"),
        words("disab_rinci", "Rincian disabilitas", "Disability in detail"),
        many("alat_bantu", "alat_bantu", "Alat bantu", "Aids"),
        one(
            "kesehatan_reproduksi",
            "kesehatan_reproduksi",
            "Kesehatan reproduksi (terbatas)",
            "Reproductive health (restricted)",
        ),
        one(
            "ims_hiv_status",
            "ims_hiv_status",
            "Status IMS/HIV (terbatas)",
            "STI or HIV status (restricted)",
            hint=(
                "Hanya bila klien bersedia menyebutkan; tidak pernah ikut dalam ekspor.",
                "Only when the client is willing to say; never part of an export.",
            ),
        ),
        *group(
            "kemandirian",
            "Kemandirian sehari-hari",
            "Daily independence",
            [one("kemandirian", f"kemandirian_{name}", label, english) for name, label, english in _DAILY],
            appearance="field-list",
        ),
        one("pola_tidur_makan", "pola_tidur_makan", "Pola tidur dan makan", "Sleep and meals"),
    ],
)

_MIND = group(
    "psiko",
    "Psikologis",
    "Mind",
    [
        *_scored(
            (
                ("emosi", "Emosi", "Emotions"),
                ("perilaku", "Perilaku", "Behaviour"),
                ("kognitif", "Kognitif", "Cognition"),
            )
        ),
        words("psiko_uraian", "Uraian keadaan psikologis", "Details of the state of mind", long=True),
        many("trauma", "trauma", "Riwayat trauma atau kekerasan", "Trauma or violence"),
        words(
            "trauma_pelaku",
            "Pelaku (hubungan, bukan nama)",
            "By whom (relation, no name)",
            when="${trauma} != '' and not(selected(${trauma}, 'tidak_ada'))",
        ),
        words(
            "trauma_waktu",
            "Waktu kejadian",
            "When",
            when="${trauma} != '' and not(selected(${trauma}, 'tidak_ada'))",
        ),
        *_scored(
            (
                ("konsep_diri", "Konsep diri", "Self-image"),
                ("motivasi", "Motivasi berubah", "Motivation to change"),
            )
        ),
        words(
            "skrining_jiwa",
            "Alat skrining jiwa",
            "Screening instrument",
            hint=("Hanya oleh petugas terlatih.", "Only by trained staff."),
        ),
        number("skor_skrining", "Skor skrining", "Screening score", 0, 100, when="${skrining_jiwa} != ''"),
        *repeat(
            "riwayat_napza",
            "Riwayat NAPZA",
            "Drug history",
            [
                words("napza_zat", "Zat", "Substance"),
                words("napza_cara", "Cara pakai", "Way of use"),
                number("napza_usia_mulai", "Usia mulai (tahun)", "Age of first use (years)", 0, 120),
                past_day("napza_terakhir", "Terakhir memakai", "Last use"),
            ],
        ),
    ],
)

_SOCIAL = group(
    "sosial",
    "Sosial",
    "Social life",
    [
        one("pola_asuh", "pola_asuh", "Pola asuh dalam keluarga", "Parenting in the family"),
        *_scored(
            [
                (f"relasi_{name}", f"Hubungan dengan {label}", f"Relation to {english}")
                for name, label, english in _RELATIONS
            ]
        ),
        one("ya_tidak_tahu", "konflik_keluarga", "Ada konflik keluarga?", "Is there a family conflict?"),
        one("ya_tidak_tahu", "kdrt", "Ada kekerasan dalam rumah tangga?", "Is there domestic violence?"),
        words(
            "konflik_uraian",
            "Uraian konflik atau kekerasan",
            "Details of conflict or violence",
            long=True,
            when="${konflik_keluarga} = 'ya' or ${kdrt} = 'ya'",
        ),
        one("pengaruh", "teman_sebaya", "Pengaruh teman", "Influence of peers"),
        one("pengaruh", "lingkungan", "Pengaruh lingkungan", "Influence of the neighbourhood"),
        words("lingkungan_uraian", "Uraian teman dan lingkungan", "Details of peers and neighbourhood", long=True),
        words("pemanfaatan_waktu", "Pemanfaatan waktu luang", "Use of free time"),
        words("ekonomi_keluarga", "Sumber penghasilan keluarga", "Sources of family income", long=True),
        *(one(name, f"kondisi_rumah_{name}", label, english) for name, label, english in _HOUSE),
        _measure("luas_per_jiwa", "Luas rumah per orang (m²)", "Floor area per person (m²)", 0, 500),
        words("pendidikan_rinci", "Riwayat pendidikan dan alasan putus", "Education and why it ended", long=True),
        words("riwayat_kerja", "Riwayat kerja", "Work history", long=True),
        many("keterampilan", "keterampilan", "Keterampilan", "Skills"),
        many("keterampilan", "minat", "Minat pelatihan", "Training wished for"),
    ],
)

_SOURCES = group(
    "sumber",
    "Keluarga dan sistem sumber yang dihubungi",
    "Family and resource systems contacted",
    [
        yes_no("keluarga_dihubungi", "Keluarga sudah dihubungi?", "Was the family contacted?", must=True),
        words(
            "alasan_keluarga_belum",
            "Alasan keluarga belum dihubungi",
            "Why the family was not contacted",
            must=True,
            when="${keluarga_dihubungi} = 'tidak'",
            hint=("Misalnya klien tidak mengizinkan atau tidak aman.", "E.g. the client forbids it or it is not safe."),
        ),
        *repeat(
            "sistem_sumber",
            "Sistem sumber",
            "Resource system",
            [
                words("sumber_nama", "Nama", "Name"),
                one("jenis_sumber", "sumber_jenis", "Jenis", "Kind"),
                phone("sumber_kontak", "Kontak", "Contact"),
                words("sumber_dukungan", "Dukungan", "Support"),
            ],
        ),
        ask("image", "ekomap", "Ekomap", "Eco-map", appearance="draw", parameters=DRAWING),
    ],
)

_BELIEF = group(
    "spiritual",
    "Spiritual",
    "Belief",
    [
        *_scored(
            (
                ("ibadah", "Ibadah", "Worship"),
                ("makna", "Makna hidup", "Meaning of life"),
                ("dukungan_agama", "Dukungan komunitas agama", "Support by a religious community"),
            )
        ),
        words("spiritual_uraian", "Uraian (tanpa menilai keyakinan)", "Details (without judging belief)", long=True),
    ],
)

_ANALYSIS = group(
    "analisis",
    "Analisis",
    "Analysis",
    [
        words("kekuatan", "Kekuatan", "Strengths", long=True, must=True),
        words("hambatan", "Hambatan", "Obstacles", long=True, must=True),
        *repeat(
            "kebutuhan",
            "Kebutuhan dan prioritas",
            "Needs and priorities",
            [
                one("domain_rencana", "kebutuhan_domain", "Bidang", "Field"),
                words("kebutuhan_uraian", "Kebutuhan", "Need"),
                number("kebutuhan_prioritas", "Prioritas (1–3)", "Priority (1–3)", 1, 3),
                words("kebutuhan_sumber", "Sumber", "Source"),
            ],
        ),
        words(
            "diagnosis_psikososial",
            "Analisis atau diagnosis psikososial",
            "Psychosocial analysis or diagnosis",
            long=True,
            must=True,
        ),
        one("prognosis", "prognosis", "Prognosis", "Prognosis"),
        one("tingkat_risiko", "tingkat_risiko_baru", "Tingkat risiko terkini", "Present risk level", must=True),
        many("jenis_layanan", "rencana_awal", "Rekomendasi intervensi", "Recommended intervention", must=True),
        words("rencana_uraian", "Uraian rekomendasi", "Details of the recommendation", long=True),
    ],
)

FORM = follow_up(
    "asesmen_lanjutan",
    ("RTS 05 – Asesmen lanjutan", "RTS 05 – Deeper assessment"),
    [
        *_BODY,
        *_MIND,
        *_SOCIAL,
        *_SOURCES,
        *_BELIEF,
        *household(TUNA_SUSILA),
        *_ANALYSIS,
        *evidence(),
        *sign_off("tgl_kegiatan", TUNA_SUSILA),
    ],
)
