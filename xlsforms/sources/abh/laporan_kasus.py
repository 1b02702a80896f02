"""Step 13, first part: the case manager's report; the official record and the referral are written from it."""

from xlsforms.sources.blocks import case, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.parts import case_report
from xlsforms.sources.survey import Form

FORM = Form(
    form_id="abh_laporan_kasus",
    title=("ABH 13 – Laporan kasus", "ABH 13 – Case report"),
    rows=[
        *case("abh_laporan_kasus"),
        *case_report(),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
