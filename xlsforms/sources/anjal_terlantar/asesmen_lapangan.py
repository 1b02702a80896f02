"""Step 2, second part: the sakti peksos assesses the child in the field (Form Asessment)."""

from xlsforms.sources.anjal_terlantar.service import ANJAL_TERLANTAR, category, follow_up
from xlsforms.sources.blocks import (
    address_update,
    consent,
    evidence,
    household,
    identity_correction,
    identity_details,
    of_case,
    sign_off,
)
from xlsforms.sources.parts import condition, handled_before, problem, risk
from xlsforms.sources.survey import calc, group, many, note, number, one, saving, words, yes_no

_GROUP = [
    one(
        "kelompok",
        "kelompok",
        "Kelompok sasaran",
        "Target group",
        must=True,
        trigger="${kasus_id}",
        calculation=of_case("kelompok", ANJAL_TERLANTAR),
        hint=("Perbaiki bila asesmen menunjukkan lain.", "Correct it when the assessment shows otherwise."),
        save_to="kelompok",
    ),
    calc("usia_kasus", of_case("usia_saat_kejadian", ANJAL_TERLANTAR)),
    calc("usia_kini", "if(${data_anak_berubah} = 'ya', ${usia_saat_kejadian}, ${usia_kasus})"),
    category("${usia_kini}"),
]

_STREET = group(
    "jalan",
    "Kehidupan di jalan dan NAPZA",
    "Life on the street and drugs",
    [
        number("lama_dijalan", "Lama di jalan (bulan)", "Months on the street", 0, 216),
        many("kegiatan_jalan", "kegiatan_jalan", "Kegiatan di jalan", "Activities on the street"),
        *handled_before(),
        number("jumlah_anak_ikut", "Saudara atau anak lain yang ikut", "Siblings or other children along", 0, 20),
        note(
            "info_anak_ikut",
            "Setiap anak menjadi kasus tersendiri; hubungi supervisor.",
            "Each child becomes a case of its own; call the supervisor.",
            "${jumlah_anak_ikut} > 0",
        ),
    ],
)

_RESULT = group(
    "hasil_asesmen",
    "Hasil asesmen",
    "Result",
    [
        *saving(risk(), "tingkat_risiko"),
        yes_no(
            "darurat",
            "Perlu layanan darurat?",
            "Is an emergency service needed?",
            must=True,
            default="tidak",
            hint=("Supervisor diberi tahu segera.", "The supervisor is told at once."),
        ),
        yes_no("layak_rujuk", "Layak dirujuk ke UPT provinsi?", "Fit for the provincial institution?", must=True),
        words("alasan_rujuk", "Alasan layak atau tidak layak", "Why fit or not", long=True, must=True),
        words("kesimpulan_awal", "Kesimpulan awal", "First conclusion", long=True, must=True),
        one("usulan", "usulan", "Usulan keputusan", "Proposed decision", must=True, save_to="usulan"),
        many("jenis_layanan", "usulan_layanan", "Usulan layanan", "Proposed services"),
    ],
)

FORM = follow_up(
    "asesmen_lapangan",
    ("AAT 02a – Asesmen lapangan", "AAT 02a – Field assessment"),
    [
        *identity_correction(ANJAL_TERLANTAR),
        *_GROUP,
        *identity_details(),
        many("ppks", "ppks_lain", "Kategori lain", "Further categories"),
        *address_update(ANJAL_TERLANTAR),
        *household(ANJAL_TERLANTAR),
        *group("asesmen", "Asesmen", "Assessment", problem()),
        *_STREET,
        *condition(ANJAL_TERLANTAR),
        *_RESULT,
        *consent(ANJAL_TERLANTAR),
        *evidence(),
        *sign_off("tgl_kegiatan", ANJAL_TERLANTAR),
    ],
)
