"""The hand-over of a client with its record (BAST, domain 3.12)."""

from xlsforms.sources.blocks import phone
from xlsforms.sources.survey import (
    Rows,
    ask,
    group,
    many,
    number,
    one,
    photo,
    repeat,
    signature,
    words,
    yes_no,
)

_CARE = (
    "Pihak Kedua menyanggupi merawat klien, tidak mengeksploitasi, dan bersedia dikunjungi?",
    "Does the receiver undertake to care for the client, not to exploit them, and to be visited?",
)


def _party(prefix: str, label: str, english: str, *, must: bool) -> Rows:
    return [
        words(f"{prefix}_nama", f"{label}: nama", f"{english}: name", must=must),
        words(f"{prefix}_nip_nik", f"{label}: NIP atau NIK", f"{english}: staff or identity number"),
        words(f"{prefix}_jabatan", f"{label}: jabatan atau pekerjaan", f"{english}: post or work"),
        words(f"{prefix}_instansi", f"{label}: instansi", f"{english}: institution"),
        words(f"{prefix}_alamat", f"{label}: alamat", f"{english}: address"),
        phone(f"{prefix}_hp", f"{label}: nomor HP", f"{english}: mobile number"),
    ]


def handover(kind: str, when: str = "") -> Rows:
    """Who gave the client to whom, in what condition, with what things; `kind`: the usual answer of `jenis_serah`."""
    to_family = "${jenis_serah} = 'ke_keluarga'"
    return group(
        "serah_terima",
        "Serah terima",
        "Hand-over",
        [
            one("jenis_serah", "jenis_serah", "Jenis serah terima", "Kind of hand-over", must=True, default=kind),
            ask("time", "jam_serah", "Jam serah terima", "Time"),
            words("tempat_serah", "Tempat serah terima", "Place", must=True),
            *_party("p1", "Pihak Pertama (menyerahkan)", "First party (gives)", must=True),
            *_party("p2", "Pihak Kedua (menerima)", "Second party (receives)", must=True),
            one("hubungan", "p2_hub", "Hubungan dengan klien", "Relation to the client", must=True, when=to_family),
            photo(
                "p2_bukti",
                "Foto identitas penerima",
                "Photo of the receiver's identity paper",
                when=to_family,
                hint=("Penting: mencegah penipuan dan perdagangan orang.", "Important: it prevents trafficking."),
            ),
            yes_no(
                "p2_larangan",
                "Penerima pernah dilarang kontak dengan klien?",
                "Is the receiver barred from contact with the client?",
                must=True,
                default="tidak",
                valid=". = 'tidak'",
                message=(
                    "Klien tidak boleh diserahkan kepada orang yang dilarang kontak.",
                    "A client is never handed over to a person barred from contact.",
                ),
            ),
            one("kondisi_serah", "kondisi_serah", "Kondisi klien saat diserahkan", "Condition", must=True),
            words("kondisi_uraian", "Uraian kondisi", "Condition in detail"),
            many("dok_serah", "dok_serah", "Dokumen yang diserahkan", "Papers handed over"),
            *repeat(
                "barang",
                "Barang yang diserahkan",
                "Thing handed over",
                [
                    words("barang_serah_nama", "Nama barang", "Thing"),
                    number("barang_serah_jumlah", "Jumlah", "Number", 1, 10000),
                    words("barang_serah_kondisi", "Kondisi", "Condition"),
                ],
            ),
            *repeat(
                "obat",
                "Obat dan aturan pakai",
                "Medicine and directions",
                [words("obat_nama", "Nama obat", "Medicine"), words("obat_aturan", "Aturan pakai", "Directions")],
            ),
            words("pesan_khusus", "Catatan khusus (alergi, risiko, larangan)", "Remarks (allergy, risk)", long=True),
            yes_no("kesanggupan", *_CARE, must=True),
            photo("foto_serah", "Foto serah terima", "Photo of the hand-over"),
            *repeat(
                "saksi",
                "Saksi",
                "Witness",
                [
                    words("saksi_nama", "Nama", "Name"),
                    words("saksi_jabatan", "Jabatan", "Post"),
                    signature("saksi_ttd", "Tanda tangan", "Signature"),
                ],
            ),
            signature("ttd_p1", "Tanda tangan Pihak Pertama", "Signature of the first party"),
            signature("ttd_p2", "Tanda tangan Pihak Kedua", "Signature of the second party"),
            photo("cap_jempol_p2", "Cap jempol Pihak Kedua", "Thumb print of the second party"),
            photo(
                "materai",
                "Surat pernyataan keluarga bermeterai",
                "Family's statement with revenue stamp",
                when=to_family,
            ),
            one("mengetahui_serah", "mengetahui", "Mengetahui", "Attested by"),
        ],
        when=when,
    )
