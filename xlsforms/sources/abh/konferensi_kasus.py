"""Step 6: the case conference settles how serious the act is and what is planned."""

from xlsforms.sources.blocks import case, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.parts import interval, meeting, minutes, plan
from xlsforms.sources.survey import (
    Form,
    group,
    note,
    one,
    words,
    yes_no,
)

FORM = Form(
    form_id="abh_konferensi_kasus",
    title=("ABH 06 – Konferensi kasus", "ABH 06 – Case conference"),
    rows=[
        *case("abh_konferensi_kasus"),
        *meeting(),
        *group(
            "keputusan",
            "Keputusan",
            "Decision",
            [
                one("tingkat_risiko", "tingkat_risiko", "Tingkat risiko disepakati", "Agreed risk level", must=True),
                one(
                    "berat_tindakan",
                    "berat_tindakan",
                    "Berat tindakan (ditetapkan)",
                    "Seriousness of the act (settled)",
                    must=True,
                    hint=(
                        "Bersama umur saat kejadian menentukan langkah berikutnya: RJ di masyarakat atau UPPA.",
                        "With the age at the incident it decides the next step: community RJ or UPPA.",
                    ),
                    save_to="berat_tindakan",
                ),
                words("dasar_berat_tindakan", "Dasar penetapan", "Basis", long=True),
                one("keputusan_konferensi", "keputusan_utama", "Keputusan rapat", "Decision of the meeting"),
                note(
                    "info_keputusan",
                    "Langkah berikutnya ditentukan SOP dari umur dan berat tindakan; keputusan rapat dicatat untuk berita acara.",
                    "The SOP derives the next step from age and seriousness; this answer is kept for the record.",
                ),
                *plan(),
                yes_no("butuh_jaminan", "Perlu jaminan sosial", "Social security needed"),
                yes_no("butuh_sekolah", "Perlu fasilitasi sekolah", "Schooling needed"),
                yes_no("butuh_rehab", "Perlu rehabilitasi", "Rehabilitation needed"),
                interval("Jarak pemantauan dalam rencana (hari)", "Planned days between monitoring visits"),
                *minutes(),
            ],
        ),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
