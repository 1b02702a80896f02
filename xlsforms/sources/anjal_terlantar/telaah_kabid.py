"""Step 4: the head of division studies the draft and initials it, or returns it with a reason."""

from xlsforms.sources.anjal_terlantar.service import ANJAL_TERLANTAR, follow_up
from xlsforms.sources.deciding import brief, instructions
from xlsforms.sources.survey import group, many, words, yes_no

_RETURNED = "${paraf} = 'tidak'"

FORM = follow_up(
    "telaah_kabid",
    ("AAT 04 – Telaah dan paraf Kepala Bidang", "AAT 04 – Study and initials of the head of division"),
    [
        *group(
            "telaah",
            "Telaah",
            "Study",
            [
                *brief(
                    ANJAL_TERLANTAR,
                    (
                        ("kelompok", "kelompok", "group"),
                        ("tingkat_risiko", "tingkat risiko", "risk"),
                        ("usulan", "usulan petugas", "officer's proposal"),
                    ),
                ),
                yes_no(
                    "paraf",
                    "Konsep diparaf?",
                    "Is the draft initialled?",
                    must=True,
                    hint=(
                        "Tidak: konsep kembali ke sub koordinator dengan alasan.",
                        "No: the draft goes back to the sub-coordinator with a reason.",
                    ),
                    save_to="paraf",
                ),
                words("hasil_telaah", "Hasil telaah", "Result of the study", long=True),
                many(
                    "alasan_kembali",
                    "alasan_kembali",
                    "Alasan dikembalikan",
                    "Why it is returned",
                    must=True,
                    when=_RETURNED,
                ),
                words("alasan", "Uraian alasan", "Reason in words", long=True, must=True, when=_RETURNED),
                *instructions(),
            ],
        ),
    ],
)
