"""Step 13, second part: the data and information section files the case."""

from xlsforms.sources.blocks import case, follow_up_name, update_case
from xlsforms.sources.parts import filing
from xlsforms.sources.survey import Form
from xlsforms.sources.tuna_sosial.service import SERVICE

FORM = Form(
    form_id="tuna_sosial_arsip",
    title=("TS 13a – Arsip kasus", "TS 13a – Filing of the case"),
    rows=[
        *case("tuna_sosial_arsip", SERVICE),
        *filing("400.9.2.5"),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
