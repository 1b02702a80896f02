"""Step 5: the head of the office signs the recommendation or the order, or returns it with a reason."""

from xlsforms.sources.anjal_terlantar.service import ANJAL_TERLANTAR, follow_up
from xlsforms.sources.deciding import brief, instructions
from xlsforms.sources.survey import group, many, words, yes_no

_SIGNED = "${tanda_tangan} = 'ya'"
_RETURNED = "${tanda_tangan} = 'tidak'"

FORM = follow_up(
    "tanda_tangan_kadis",
    ("AAT 05 – Tanda tangan Kepala Dinas", "AAT 05 – Signature of the head of the office"),
    [
        *group(
            "penandatanganan",
            "Penandatanganan",
            "Signing",
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
                    "tanda_tangan",
                    "Surat ditandatangani?",
                    "Is the letter signed?",
                    must=True,
                    hint=(
                        "Tidak: surat kembali ke Kepala Bidang dengan alasan.",
                        "No: the letter goes back to the head of division with a reason.",
                    ),
                    save_to="tanda_tangan",
                ),
                many(
                    "jenis_surat",
                    "surat_ditandatangani",
                    "Surat yang ditandatangani",
                    "Letters signed",
                    must=True,
                    when=_SIGNED,
                ),
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
