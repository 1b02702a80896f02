"""Step 12: the case is declared terminated; the supervisor confirms on the web."""

from xlsforms.sources.blocks import case, follow_up_name, sign_off, update_case
from xlsforms.sources.parts import ending, ending_details
from xlsforms.sources.survey import Form, group, note

FORM = Form(
    form_id="abh_terminasi",
    title=("ABH 12 – Terminasi", "ABH 12 – Termination"),
    rows=[
        *case("abh_terminasi"),
        *group(
            "terminasi",
            "Terminasi",
            "Termination",
            [
                note(
                    "info_konfirmasi",
                    "Terminasi berlaku setelah dikonfirmasi supervisor.",
                    "The termination holds when the supervisor has confirmed it.",
                ),
                *ending(),
            ],
        ),
        *ending_details(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
