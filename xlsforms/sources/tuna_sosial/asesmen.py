"""Step 2: data collection and first assessment."""

from xlsforms.sources.blocks import (
    address_update,
    case,
    consent,
    evidence,
    follow_up_name,
    household,
    identity_correction,
    identity_details,
    of_case,
    sign_off,
    update_case,
)
from xlsforms.sources.parts import condition, handled_before, problem, risk
from xlsforms.sources.survey import Form, group, many, note, number, one, words
from xlsforms.sources.tuna_sosial.needs import emergency
from xlsforms.sources.tuna_sosial.service import SERVICE

FORM = Form(
    form_id="tuna_sosial_asesmen",
    title=("TS 02 – Pendataan dan asesmen", "TS 02 – Data collection and assessment"),
    rows=[
        *case("tuna_sosial_asesmen", SERVICE),
        *identity_correction(SERVICE),
        *identity_details(),
        *group(
            "kategori",
            "Kategori",
            "Category",
            [
                one(
                    "ppks",
                    "ppks_utama",
                    "Kategori PPKS utama",
                    "Main category",
                    must=True,
                    trigger="${kasus_id}",
                    calculation=of_case("ppks_utama", SERVICE),
                    save_to="ppks_utama",
                    hint=(
                        "Anak di bawah 18 tahun tidak dicatat sebagai tuna susila: ia korban.",
                        "A child under 18 is never recorded as a person in prostitution: the child is a victim.",
                    ),
                    valid="not(. = 'tuna_susila')",
                    message=(
                        "Anak dalam prostitusi dicatat sebagai korban kekerasan atau anak yang memerlukan perlindungan.",
                        "A child in prostitution is recorded as a victim or as needing special protection.",
                    ),
                ),
                many("ppks", "ppks_lain", "Kategori lain", "Other categories"),
            ],
        ),
        *address_update(SERVICE),
        *household(),
        *group(
            "asesmen",
            "Asesmen",
            "Assessment",
            [
                *problem(),
                number("lama_dijalan", "Lama di jalan (bulan)", "Months on the street", 0, 216),
                many("kegiatan_jalan", "kegiatan_jalan", "Kegiatan di jalan", "What the child does on the street"),
                *handled_before(),
                number("jumlah_anak_ikut", "Anak lain yang dibawa", "Other children brought along", 0, 20),
                note(
                    "info_anak_ikut",
                    "Setiap anak yang dibawa menjadi kasus sendiri: isi laporan awal untuknya.",
                    "Each child brought along becomes a case of its own: fill in a report for it.",
                    "${jumlah_anak_ikut} > 0",
                ),
            ],
        ),
        *condition(SERVICE),
        *group(
            "hasil_asesmen",
            "Hasil asesmen",
            "Result",
            [
                *risk(),
                emergency(),
                words("kesimpulan_awal", "Kesimpulan awal", "First conclusion", long=True, must=True),
                one("usulan", "usulan", "Usulan keputusan", "Proposed decision"),
                many("jenis_layanan", "usulan_layanan", "Usulan layanan", "Proposed services"),
            ],
        ),
        *consent(SERVICE),
        *evidence(),
        *sign_off(service=SERVICE),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
