"""What the shared blocks say for this SOP, and how its follow-up forms are put together."""

from xlsforms.sources import wording
from xlsforms.sources.blocks import UNSURE_AGE, Service, case, follow_up_name, update_case
from xlsforms.sources.survey import Form, Pair, Rows, calc, note

# A person under 18 in prostitution is by law a child exploited, never this category (law 35/2014 art. 59).
CATEGORY = "if(${usia_saat_kejadian} != '' and ${usia_saat_kejadian} < 18, 'anak_korban_kekerasan', 'tuna_susila')"

TUNA_SUSILA = Service(
    sop_id="tuna_susila",
    area="Kota Pangkalpinang",
    category=(
        calc("ppks_utama", CATEGORY, must=True),
        note(
            "info_jk",
            "Persyaratan SOP ini menyebut wanita. Formulir tetap dapat dikirim; supervisor diberi tahu.",
            "The requirement of this SOP names women. The form can still be sent; the supervisor is told.",
            "${jk} = 'L'",
        ),
    ),
    age_limits=(
        note(
            "info_usia_18",
            "Di bawah 18 tahun: anak adalah korban eksploitasi dan dilayani dengan SOP anak. Formulir tetap dapat dikirim; supervisor diberi tahu.",
            "Under 18: a child is a victim of exploitation and is served under an SOP for children. The form can still be sent; the supervisor is told.",
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


def follow_up(instrument: str, title: Pair, rows: Rows) -> Form:
    """A form about one chosen case of this SOP."""
    form_id = f"tuna_susila_{instrument}"
    return Form(
        form_id=form_id,
        title=title,
        rows=wording.questions([*case(form_id, TUNA_SUSILA), *rows]),
        entity=update_case(TUNA_SUSILA),
        instance_name=follow_up_name(),
    )
