"""Step 4: verification by home visit after an RJ invitation; a visit never waits for a letter (ruling 46)."""

from xlsforms.sources.abh.law import victims
from xlsforms.sources.blocks import (
    address_update,
    case,
    consent,
    evidence,
    follow_up_name,
    identity_correction,
    sign_off,
    update_case,
)
from xlsforms.sources.parts import home, visit, visit_end
from xlsforms.sources.survey import Form, group, many, one, words, yes_no

FORM = Form(
    form_id="abh_kunjungan_rumah",
    title=("ABH 04 – Kunjungan rumah", "ABH 04 – Home visit"),
    rows=[
        *case("abh_kunjungan_rumah"),
        *group(
            "kunjungan",
            "Kunjungan",
            "Visit",
            [
                *visit(),
            ],
        ),
        *identity_correction(),
        *address_update(),
        *home(),
        *group(
            "hasil_kunjungan",
            "Hasil kunjungan",
            "Result",
            [
                many("masalah_utama", "kebutuhan_bidang", "Bidang kebutuhan anak", "Fields of need"),
                words("kebutuhan_teridentifikasi", "Kebutuhan anak", "Needs of the child", long=True),
                one("kesesuaian", "kesesuaian", "Kesesuaian dengan undangan", "As stated in the invitation"),
                one(
                    "berat_tindakan",
                    "berat_tindakan",
                    "Berat tindakan menurut petugas",
                    "Seriousness in the officer's view",
                    hint=("Kosongkan bila belum dapat dinilai.", "Leave blank when it cannot be judged yet."),
                    save_to="berat_tindakan",
                ),
                words("mediator", "Mediator musyawarah RJ", "Mediator of the RJ meeting"),
                yes_no(
                    "mediator_didampingi",
                    "Mediator sudah didampingi atau dihubungi",
                    "Mediator accompanied or contacted",
                ),
                yes_no("anak_didampingi", "Anak didampingi", "Child accompanied"),
                words("catatan_pendampingan", "Catatan pendampingan", "Notes on the accompaniment", long=True),
                *victims(),
                *visit_end(),
            ],
        ),
        *consent(),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
