"""Steps 11 and 12: the accompaniment is declared ended; the supervisor confirms on the web."""

from xlsforms.sources.blocks import case, follow_up_name, sign_off, update_case
from xlsforms.sources.parts import ending, ending_details
from xlsforms.sources.survey import Form, group, words
from xlsforms.sources.tuna_sosial.service import SERVICE

FORM = Form(
    form_id="tuna_sosial_terminasi",
    title=("TS 11/12 – Terminasi", "TS 11/12 – Termination"),
    rows=[
        *case("tuna_sosial_terminasi", SERVICE),
        *group(
            "terminasi",
            "Terminasi",
            "Termination",
            [
                *ending(),
                words(
                    "dijamin_lanjut",
                    "Layanan berkelanjutan dijamin oleh",
                    "Continuing services assured by",
                    must=True,
                    when="${jenis_terminasi} = 'pulih_berkelanjutan'",
                ),
            ],
        ),
        *ending_details(),
        *sign_off(service=SERVICE),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
