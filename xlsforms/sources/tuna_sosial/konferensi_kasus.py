"""Step 4: the case conference plans the case and settles what the child needs."""

from xlsforms.sources.blocks import case, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.parts import interval, meeting, minutes, plan
from xlsforms.sources.survey import Form, group, note, one, yes_no
from xlsforms.sources.tuna_sosial.needs import emergency
from xlsforms.sources.tuna_sosial.service import SERVICE

FORM = Form(
    form_id="tuna_sosial_konferensi_kasus",
    title=("TS 04 – Konferensi kasus", "TS 04 – Case conference"),
    rows=[
        *case("tuna_sosial_konferensi_kasus", SERVICE),
        *meeting(),
        *group(
            "keputusan",
            "Keputusan",
            "Decision",
            [
                one("tingkat_risiko", "tingkat_risiko", "Tingkat risiko disepakati", "Agreed risk level", must=True),
                one(
                    "keputusan_konferensi",
                    "keputusan_utama",
                    "Keputusan rapat",
                    "Decision of the meeting",
                    must=True,
                ),
                note(
                    "info_keputusan",
                    "Layanan berikut dibuka dari empat jawaban di bawah; keputusan rapat dicatat untuk berita acara.",
                    "The services open from the four answers below; the decision is kept for the record.",
                ),
                emergency(),
                yes_no(
                    "punya_jks",
                    "Anak sudah memiliki Jaminan Kesejahteraan Sosial?",
                    "Does the child have social security (JKS)?",
                    must=True,
                    hint=("Tidak: bantuan pengurusan JKS dibuka.", "No: help with enrolment opens."),
                ),
                yes_no(
                    "bersekolah",
                    "Anak bersekolah?",
                    "Is the child at school?",
                    must=True,
                    hint=(
                        "Belum usia sekolah atau sudah tamat: pilih ya. Tidak: bantuan sekolah dibuka.",
                        "Below school age or finished: choose yes. No: help with schooling opens.",
                    ),
                ),
                yes_no(
                    "butuh_rehab",
                    "Anak memerlukan rehabilitasi atau habilitasi?",
                    "Does the child need rehabilitation or habilitation?",
                    must=True,
                    hint=("Ya: rujukan dibuka.", "Yes: a referral opens."),
                ),
                *plan(),
                interval("Jarak monitoring (hari)", "Days between monitoring visits"),
                *minutes(),
            ],
        ),
        *evidence(),
        *sign_off(service=SERVICE),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
