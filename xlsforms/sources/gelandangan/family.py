"""Parts of the forms about the client's family: who they are, and whether going home is safe (domain 3.15)."""

from xlsforms.sources.blocks import nik, phone
from xlsforms.sources.survey import Rows, many, note, one, photo, repeat, words, yes_no


def family() -> Rows:
    """The family found; proofs are kept because a false family may be a trafficker."""
    return repeat(
        "keluarga",
        "Keluarga yang ditemukan",
        "Family found",
        [
            words("kel_nama", "Nama", "Name"),
            one("hubungan", "kel_hub", "Hubungan dengan klien", "Relation to the client"),
            nik("kel_nik", "NIK", "NIK (identity number)"),
            words("kel_alamat", "Alamat", "Address"),
            phone("kel_hp", "Nomor HP", "Mobile number"),
            many("bukti_keluarga", "kel_bukti", "Bukti hubungan keluarga", "Proof of the relation"),
            photo("kel_foto_bukti", "Foto bukti", "Photo of the proof"),
        ],
    )


def readiness() -> Rows:
    """Whether the family can and should take the client back."""
    return [
        one("skala5", "kesiapan", "Kesiapan keluarga", "Readiness of the family"),
        words("kesiapan_uraian", "Uraian kesiapan", "Readiness in detail"),
        one("skala5", "keamanan", "Keamanan bagi klien", "Safety for the client"),
        words("keamanan_uraian", "Uraian keamanan", "Safety in detail"),
        one("skala5", "ekonomi", "Ekonomi keluarga", "Means of the family"),
        words("ekonomi_uraian", "Uraian ekonomi", "Means in detail"),
        many("penyebab_pergi", "penyebab_pergi", "Penyebab meninggalkan rumah", "Why the client left home"),
        note(
            "info_kekerasan",
            "Ada kekerasan di rumah: pastikan aman sebelum klien dipulangkan.",
            "There was violence at home: make sure it is safe before the client returns.",
            "selected(${penyebab_pergi}, 'kekerasan') or selected(${penyebab_pergi}, 'diusir')",
        ),
    ]


def willing() -> Rows:
    """Nobody is sent home against their will."""
    return [
        yes_no("setuju_klien", "Klien bersedia pulang?", "Is the client willing to go home?", must=True),
        note(
            "info_tidak_bersedia",
            "Klien tidak dipulangkan di luar kemauannya; catat alasannya.",
            "No client is sent home against their will; note the reason.",
            "${setuju_klien} = 'tidak'",
        ),
        words(
            "alasan_klien",
            "Alasan klien tidak bersedia",
            "Why the client is not willing",
            must=True,
            when="${setuju_klien} = 'tidak'",
        ),
    ]
