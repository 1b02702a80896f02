"""Step 13, second part: the data and information section files the case."""

from xlsforms.sources.blocks import case, follow_up_name, update_case
from xlsforms.sources.parts import filing
from xlsforms.sources.survey import Form

FORM = Form(
    form_id="abh_arsip",
    title=("ABH 13a – Arsip kasus", "ABH 13a – Filing of the case"),
    rows=[
        *case("abh_arsip"),
        *filing("400.9.2.3"),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
