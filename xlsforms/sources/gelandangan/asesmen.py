"""Step 2: identification and assessment; says where the client comes from."""

from xlsforms.sources.blocks import (
    address_update,
    consent,
    evidence,
    household,
    identity_correction,
    identity_details,
    sign_off,
)
from xlsforms.sources.gelandangan.service import GELANDANGAN, follow_up
from xlsforms.sources.parts import condition, handled_before, problem, risk
from xlsforms.sources.survey import group, many, number, one, words, yes_no

FORM = follow_up(
    "asesmen",
    ("GLD 02 – Identifikasi dan asesmen", "GLD 02 – Identification and assessment"),
    [
        *identity_correction(GELANDANGAN),
        *identity_details(),
        *address_update(GELANDANGAN),
        *household(GELANDANGAN),
        many("ppks", "ppks_lain", "Kategori PPKS lain", "Further categories"),
        *group(
            "asesmen",
            "Asesmen",
            "Assessment",
            [
                *problem(),
                number("lama_dijalan", "Lama di jalan (bulan)", "Months on the street", 0, 1200),
                many("kegiatan_jalan", "kegiatan_jalan", "Kegiatan di jalan", "What the client does on the street"),
                *handled_before(),
                number("jumlah_anak_ikut", "Anak yang dibawa (jumlah)", "Children with the client", 0, 30),
                words(
                    "catatan_anak_ikut",
                    "Anak yang dibawa: buka kasus sendiri; catat di sini",
                    "Children: open a case for each; note here",
                    when="${jumlah_anak_ikut} > 0",
                ),
            ],
        ),
        *condition(GELANDANGAN),
        *group(
            "hasil_asesmen",
            "Hasil asesmen",
            "Result",
            [
                *risk(),
                yes_no(
                    "darurat", "Perlu layanan darurat?", "Is an emergency service needed?", must=True, default="tidak"
                ),
                one(
                    "asal",
                    "asal",
                    "Asal klien",
                    "Where the client comes from",
                    must=True,
                    hint=(
                        "Menentukan penanganan setelah penelusuran keluarga.",
                        "Decides what follows the family tracing.",
                    ),
                    save_to="asal",
                ),
                words("dasar_asal", "Dasar penetapan asal", "Basis of the origin"),
                words("kesimpulan_awal", "Kesimpulan awal", "First conclusion", long=True, must=True),
                one("usulan", "usulan", "Usulan keputusan", "Proposed decision"),
                many("jenis_layanan", "usulan_layanan", "Usulan layanan", "Proposed services"),
            ],
        ),
        *consent(GELANDANGAN),
        *evidence(),
        *sign_off(service=GELANDANGAN),
    ],
)
