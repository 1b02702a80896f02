"""What the shared blocks say for this SOP, and how its follow-up forms are put together."""

from xlsforms.book import Cells
from xlsforms.sources.blocks import UNSURE_AGE, Service, case, follow_up_name, update_case
from xlsforms.sources.survey import Form, Pair, Rows, calc, note, one


def category(age: str) -> Cells:
    """The PPKS category of the group and an age in years (an expression)."""
    return calc(
        "ppks_utama",
        "if(${kelompok} = 'anjal', 'anak_jalanan', if(${kelompok} = 'korban_napza', 'korban_napza',"
        f" if({age} != '' and {age} <= 5, 'anak_balita_telantar', 'anak_telantar')))",
        must=True,
    )


ANJAL_TERLANTAR = Service(
    sop_id="anjal_terlantar",
    area="Kabupaten Lumajang",
    category=(
        one(
            "kelompok",
            "kelompok",
            "Kelompok sasaran",
            "Target group",
            must=True,
            hint=("Ketiga kelompok melalui langkah yang sama.", "All three groups take the same steps."),
            save_to="kelompok",
        ),
        category("${usia_saat_kejadian}"),
    ),
    age_limits=(
        note(
            "info_usia_18",
            "Umur 18 tahun ke atas berada di luar sasaran anak. Formulir tetap dapat dikirim; supervisor diberi tahu.",
            "18 and over is not a child of this SOP. The form can still be sent; the supervisor is told.",
            "${usia_saat_kejadian} != '' and ${usia_saat_kejadian} >= 18",
        ),
        note(
            "info_usia_ragu",
            "Umur belum pasti: antara ${usia_min} dan ${usia_maks} tahun. Bila ragu, anggap sebagai anak.",
            "Age uncertain: between ${usia_min} and ${usia_maks}. When in doubt, treat as a child.",
            UNSURE_AGE,
        ),
    ),
)


def follow_up(instrument: str, title: Pair, rows: Rows) -> Form:
    """A form about one chosen case of this SOP."""
    form_id = f"anjal_terlantar_{instrument}"
    return Form(
        form_id=form_id,
        title=title,
        rows=[*case(form_id, ANJAL_TERLANTAR), *rows],
        entity=update_case(ANJAL_TERLANTAR),
        instance_name=follow_up_name(),
    )
