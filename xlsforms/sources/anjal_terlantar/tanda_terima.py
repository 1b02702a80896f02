"""Step 6: the section head and the social worker confirm that they received the recommendation."""

from xlsforms.sources.anjal_terlantar.service import ANJAL_TERLANTAR, follow_up
from xlsforms.sources.blocks import evidence, of_case, sign_off
from xlsforms.sources.parts import interval
from xlsforms.sources.reporting import past_moment
from xlsforms.sources.survey import Rows, ask, calc, group, many, note, photo, signature, words, yes_no


def _receiver(prefix: str, role: str, label: str, english: str) -> Rows:
    return group(
        prefix,
        label,
        english,
        [
            ask(
                "select_one_from_file petugas.csv",
                f"{prefix}_petugas",
                "Nama penerima",
                "Name",
                must=True,
                choice_filter=f"role = '{role}'",
                appearance="autocomplete",
            ),
            past_moment(f"{prefix}_waktu", "Waktu menerima", "Time received", must=True),
            yes_no(f"{prefix}_terima", "Surat diterima lengkap?", "Received complete?", must=True),
            signature(f"{prefix}_ttd", "Tanda tangan penerima", "Signature"),
        ],
    )


FORM = follow_up(
    "tanda_terima",
    ("AAT 06 – Tanda terima rekomendasi", "AAT 06 – Receipt of the recommendation"),
    [
        *group(
            "surat_diterima",
            "Surat yang diterima",
            "Letters received",
            [
                calc("tanda_tangan_kasus", of_case("tanda_tangan", ANJAL_TERLANTAR)),
                note(
                    "info_tanda_tangan",
                    "Surat tercatat **dikembalikan** Kepala Dinas. Pastikan sudah ditandatangani.",
                    "The letter is recorded as **returned** by the head of the office. Make sure that it was signed.",
                    "${tanda_tangan_kasus} = 'tidak'",
                ),
                many("jenis_surat", "surat_diterima_jenis", "Jenis surat", "Kind of letter", must=True),
                words("no_surat_diterima", "Nomor surat", "Letter number"),
                ask("date", "tgl_surat_diterima", "Tanggal surat", "Letter date"),
                words(
                    "yang_menyerahkan",
                    "Yang menyerahkan",
                    "Who handed over",
                    hint=("Boleh kosong; SOP tidak menyebutnya.", "May be blank; the SOP names nobody."),
                ),
                photo("foto_tanda_terima", "Foto tanda terima", "Photo of the receipt"),
                {**interval("Pendampingan pertama dalam (hari)", "First visit in (days)"), "default": "1"},
            ],
        ),
        *_receiver("kasi", "kasi", "Penerima: Kepala Seksi", "Receiver: section head"),
        *_receiver("peksos", "peksos", "Penerima: Pekerja Sosial", "Receiver: social worker"),
        *evidence(),
        *sign_off("tgl_kegiatan", ANJAL_TERLANTAR),
    ],
)
