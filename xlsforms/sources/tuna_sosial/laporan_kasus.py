"""Step 13, first part: the case manager's report; the official record is written from it."""

from xlsforms.sources.blocks import case, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.parts import case_report
from xlsforms.sources.survey import Form
from xlsforms.sources.tuna_sosial.service import SERVICE

FORM = Form(
    form_id="tuna_sosial_laporan_kasus",
    title=("TS 13 – Laporan kasus", "TS 13 – Case report"),
    rows=[
        *case("tuna_sosial_laporan_kasus", SERVICE),
        *case_report(),
        *evidence(),
        *sign_off(service=SERVICE),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
