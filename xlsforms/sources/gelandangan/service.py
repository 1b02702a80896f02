"""What the shared blocks say for this SOP, and how its forms are put together."""

from xlsforms.sources import wording
from xlsforms.sources.blocks import UNSURE_AGE, Service, case, follow_up_name, of_case, update_case
from xlsforms.sources.survey import Form, Pair, Rows, calc, note, one

GELANDANGAN = Service(
    sop_id="gelandangan",
    area="Kota Banjar",
    category=(one("ppks", "ppks_utama", "Kategori PPKS", "Category of social need", must=True),),
    age_limits=(
        note(
            "info_usia_18",
            "Klien anak (di bawah 18 tahun): supervisor diberi tahu agar SOP anak dipakai.",
            "A child (under 18): the supervisor is told so that the SOP for children is used.",
            "${usia_saat_kejadian} != '' and ${usia_saat_kejadian} < 18",
        ),
        note(
            "info_usia_ragu",
            "Umur belum pasti: antara ${usia_min} dan ${usia_maks} tahun. Bila mungkin di bawah 18 tahun, anggap sebagai anak.",
            "Age uncertain: between ${usia_min} and ${usia_maks}. When under 18 is possible, treat as a child.",
            UNSURE_AGE,
        ),
    ),
    client=("klien", "client"),
    nameless="KLIEN X",
)


def origin() -> Rows:
    """What the assessment said about where the client comes from: it decides the way after tracing."""
    return [
        calc("asal_kasus", of_case("asal", GELANDANGAN)),
        note(
            "info_asal_banjar",
            "Asal klien menurut asesmen: **Kota Banjar**. Bila ternyata lain, perbaiki formulir asesmen lebih dahulu.",
            "Origin according to the assessment: **Kota Banjar**. If it proves otherwise, correct the assessment first.",
            "${asal_kasus} = 'kota_banjar'",
        ),
        note(
            "info_asal_luar",
            "Asal klien menurut asesmen: **luar Kota Banjar**. Bila ternyata lain, perbaiki formulir asesmen lebih dahulu.",
            "Origin according to the assessment: **outside Kota Banjar**."
            " If it proves otherwise, correct the assessment first.",
            "${asal_kasus} = 'luar_kota'",
        ),
        note(
            "info_asal_tidak_diketahui",
            "Asal klien **belum diketahui**. Bila sudah diketahui, perbaiki formulir asesmen lebih dahulu.",
            "The client's origin is **not known**. Once it is known, correct the assessment first.",
            "${asal_kasus} = 'tidak_diketahui'",
        ),
    ]


def follow_up(instrument: str, title: Pair, rows: Rows) -> Form:
    """A form about one chosen case of this SOP."""
    form_id = f"gelandangan_{instrument}"
    return Form(
        form_id=form_id,
        title=title,
        rows=wording.questions([*case(form_id, GELANDANGAN), *rows]),
        entity=update_case(GELANDANGAN),
        instance_name=follow_up_name(),
    )


def days_until(day: str) -> str:
    """Whole days from the day of the act to another date question; blank while it is not answered."""
    return f"if(${{{day}}} != '', round(decimal-date-time(${{{day}}}) - decimal-date-time(${{tgl_kegiatan}})), '')"
