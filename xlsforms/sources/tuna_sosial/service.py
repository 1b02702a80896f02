"""What the shared blocks say in the instruments of this SOP."""

from xlsforms.sources.blocks import UNSURE_AGE, Service
from xlsforms.sources.survey import calc, note, one

_CATEGORY = (
    "if(${jenis} = 'anak_jalanan', 'anak_jalanan', if(${jenis} = 'anak_terlantar', 'anak_telantar',"
    " if(${jenis} = 'anak_nakal', 'ampk', if(${jenis} = 'anak_tuna_susila', 'anak_korban_kekerasan', 'lain'))))"
)

SERVICE = Service(
    sop_id="tuna_sosial",
    area="Kota Pasuruan",
    category=(
        one(
            "jenis",
            "jenis",
            "Kelompok sasaran",
            "Target group",
            must=True,
            hint=(
                "Dugaan pertama; kategori PPKS ditetapkan dalam asesmen.",
                "A first guess; the category is settled by the assessment.",
            ),
        ),
        note(
            "info_jenis_lain",
            "Di luar keempat kelompok SOP ini. Laporan tetap diterima; supervisor memutuskan kelanjutannya.",
            "Outside the four groups of this SOP. The report is taken in; the supervisor decides what follows.",
            "${jenis} = 'lain'",
        ),
        note(
            "info_eksploitasi",
            "Anak dalam prostitusi adalah korban. Jangan menulis istilah lain di formulir; hubungi UPTD PPA.",
            "A child in prostitution is a victim. Use no other word in the form; call UPTD PPA.",
            "${jenis} = 'anak_tuna_susila'",
        ),
        calc("ppks_utama", _CATEGORY, save_to="ppks_utama"),
        calc("eksploitasi_seksual", "if(${jenis} = 'anak_tuna_susila', 'ya', 'tidak')"),
    ),
    age_limits=(
        note(
            "info_usia_18",
            "Umur 18 tahun ke atas berada di luar sasaran SOP ini. Formulir tetap dapat dikirim; supervisor diberi tahu.",
            "18 and over is outside this SOP. The form can still be sent; the supervisor is told.",
            "${usia_saat_kejadian} != '' and ${usia_saat_kejadian} >= 18",
        ),
        note(
            "info_usia_ragu",
            "Umur belum pasti: antara ${usia_min} dan ${usia_maks} tahun. Bila ragu, anggap sebagai anak.",
            "Age uncertain: between ${usia_min} and ${usia_maks}. When in doubt, treat as a child.",
            UNSURE_AGE,
        ),
    ),
)
