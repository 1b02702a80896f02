"""Step 3: verification by home visit, also when the child has no home or the family lives elsewhere (reading A10)."""

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
from xlsforms.sources.survey import Form, group, many, one, words
from xlsforms.sources.tuna_sosial.needs import emergency
from xlsforms.sources.tuna_sosial.service import SERVICE

_ELSEWHERE = "selected(${bertemu}, 'tidak_ada_rumah') or selected(${bertemu}, 'luar_kota')"

FORM = Form(
    form_id="tuna_sosial_kunjungan_rumah",
    title=("TS 03 – Kunjungan rumah", "TS 03 – Home visit"),
    rows=[
        *case("tuna_sosial_kunjungan_rumah", SERVICE),
        *group(
            "kunjungan",
            "Kunjungan",
            "Visit",
            [
                *visit(),
                words(
                    "tempat_bertemu",
                    "Tempat bertemu anak",
                    "Where the child was met",
                    must=True,
                    when=_ELSEWHERE,
                    hint=(
                        "Tanpa rumah pun kunjungan tetap dicatat dan kasus berlanjut.",
                        "Without a home the visit is recorded all the same and the case goes on.",
                    ),
                ),
            ],
        ),
        *identity_correction(SERVICE),
        *address_update(SERVICE),
        *home(),
        *group(
            "hasil_kunjungan",
            "Hasil kunjungan",
            "Result",
            [
                many("masalah_utama", "kebutuhan_bidang", "Bidang kebutuhan anak", "Fields of need", must=True),
                words(
                    "kebutuhan_teridentifikasi",
                    "Kebutuhan anak",
                    "Needs of the child",
                    long=True,
                    must=True,
                    hint=(
                        "Bila belum diketahui, tulis apa yang sudah terlihat.",
                        "If not yet known, write what is visible.",
                    ),
                ),
                one("kesesuaian", "kesesuaian", "Kesesuaian dengan laporan", "As reported"),
                emergency(),
                *visit_end(),
            ],
        ),
        *consent(SERVICE),
        *evidence(),
        *sign_off(service=SERVICE),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
