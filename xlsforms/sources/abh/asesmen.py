"""Step 3: data collection and first assessment of a reported child."""

from xlsforms.sources.blocks import (
    ABH,
    address_update,
    case,
    consent,
    evidence,
    follow_up_name,
    household,
    identity_correction,
    identity_details,
    sign_off,
    update_case,
)
from xlsforms.sources.parts import condition, handled_before, problem, risk
from xlsforms.sources.survey import (
    Form,
    group,
    many,
    one,
    words,
    yes_no,
)

FORM = Form(
    form_id="abh_asesmen",
    title=("ABH 03 – Pendataan dan asesmen", "ABH 03 – Data collection and assessment"),
    rows=[
        *case("abh_asesmen"),
        *identity_correction(),
        *identity_details(),
        *address_update(),
        *household(),
        *group(
            "asesmen",
            "Asesmen",
            "Assessment",
            [
                *problem(),
                one("ya_tidak_tahu", "pengulangan", "Pernah melakukan sebelumnya?", "Done before?"),
                *handled_before(),
            ],
        ),
        *condition(ABH),
        *group(
            "hasil_asesmen",
            "Hasil asesmen",
            "Result",
            [
                *risk(),
                yes_no(
                    "darurat", "Perlu layanan darurat?", "Is an emergency service needed?", must=True, default="tidak"
                ),
                one(
                    "berat_tindakan",
                    "berat_tindakan",
                    "Berat tindakan (usulan)",
                    "Seriousness of the act (proposal)",
                    must=True,
                    hint=(
                        "Usulan; ditetapkan dalam konferensi kasus.",
                        "A proposal; settled by the case conference.",
                    ),
                    save_to="berat_tindakan",
                ),
                words("dasar_berat_tindakan", "Dasar penilaian", "Basis", long=True),
                words("kesimpulan_awal", "Kesimpulan awal", "First conclusion", long=True, must=True),
                one("usulan", "usulan", "Usulan keputusan", "Proposed decision"),
                many("jenis_layanan", "usulan_layanan", "Usulan layanan", "Proposed services"),
            ],
        ),
        *consent(),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
