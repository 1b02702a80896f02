"""Step 3: the head of division decides; an approval on the web, which a phone may fill too."""

from xlsforms.sources.deciding import brief, instructions
from xlsforms.sources.survey import ask, group, many, note, one, words, yes_no
from xlsforms.sources.tuna_susila.service import TUNA_SUSILA, follow_up

_REFUSED = "${disposisi} = 'tidak'"

FORM = follow_up(
    "disposisi",
    ("RTS 03 – Disposisi Kepala Bidang", "RTS 03 – Decision of the head of division"),
    [
        *group(
            "keputusan_kabid",
            "Disposisi",
            "Decision",
            [
                *brief(
                    TUNA_SUSILA,
                    (
                        ("tingkat_risiko", "tingkat risiko", "risk"),
                        ("darurat", "darurat", "emergency"),
                        ("perlu_pengamanan", "perlu pengamanan", "protection needed"),
                        ("usulan", "usulan petugas", "officer's proposal"),
                    ),
                ),
                yes_no(
                    "disposisi",
                    "Kasus ditangani?",
                    "Is the case to be handled?",
                    must=True,
                    hint=(
                        "Ya: kasus segera ditangani. Tidak: ditolak dan dirujuk ke pihak yang lebih berwenang.",
                        "Yes: the case is handled at once. No: refused and referred to a more competent authority.",
                    ),
                ),
                one(
                    "keputusan",
                    "keputusan",
                    "Keputusan",
                    "Decision in detail",
                    must=True,
                    choice_filter=(
                        "(${disposisi} = 'ya' and name = 'diterima') or (${disposisi} = 'tidak' and name != 'diterima')"
                    ),
                ),
                many(
                    "alasan_tolak", "alasan_tolak", "Alasan penolakan", "Grounds of refusal", must=True, when=_REFUSED
                ),
                words(
                    "alasan",
                    "Uraian alasan",
                    "Reason in words",
                    long=True,
                    must=True,
                    when=_REFUSED,
                    hint=("Klien berhak mengetahui alasannya.", "The client has a right to be told why."),
                ),
                ask(
                    "select_one_from_file lembaga.csv",
                    "rujuk_ke",
                    "Dirujuk ke",
                    "Referred to",
                    when=_REFUSED,
                    appearance="autocomplete",
                ),
                words(
                    "rujuk_ke_lain",
                    "Pihak lain yang lebih berwenang",
                    "Other competent authority",
                    must=True,
                    when=_REFUSED + " and ${rujuk_ke} = ''",
                ),
                note(
                    "info_penolakan",
                    "Surat keluar berisi alasan dan hak mengadu disiapkan untuk klien.",
                    "A letter with the reason and the right to complain is prepared for the client.",
                    _REFUSED,
                ),
                *instructions(),
            ],
        ),
    ],
)
