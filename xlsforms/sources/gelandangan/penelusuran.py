"""Step 4: the client's family is traced; says whether an address was found."""

from xlsforms.sources.blocks import address_update, consent, evidence, sign_off
from xlsforms.sources.gelandangan.family import family, readiness, willing
from xlsforms.sources.gelandangan.service import GELANDANGAN, follow_up, origin
from xlsforms.sources.survey import ask, group, many, note, one, past_day, photo, repeat, words

_FOUND = "${hasil_penelusuran} != '' and ${hasil_penelusuran} != 'tidak_ditemukan'"

FORM = follow_up(
    "penelusuran",
    ("GLD 04 – Penelusuran keluarga", "GLD 04 – Family tracing"),
    [
        *origin(),
        *address_update(GELANDANGAN),
        *group(
            "petunjuk_keluarga",
            "Petunjuk dan pengecekan",
            "Clues and checks",
            [
                many("petunjuk", "petunjuk", "Petunjuk", "Clues"),
                words("petunjuk_uraian", "Uraian petunjuk", "Clues in detail", long=True),
                ask(
                    "select_one_from_file wilayah.csv",
                    "asal_pengakuan_prov",
                    "Asal menurut klien: provinsi",
                    "Origin in the client's words: province",
                    choice_filter="level = 'provinsi'",
                    appearance="autocomplete",
                ),
                ask(
                    "select_one_from_file wilayah.csv",
                    "asal_pengakuan",
                    "Asal menurut klien: kabupaten atau kota",
                    "Origin in the client's words: regency or city",
                    choice_filter="level = 'kabkota' and parent = ${asal_pengakuan_prov}",
                    appearance="autocomplete",
                ),
                words("asal_pengakuan_desa", "Asal menurut klien: desa atau kampung", "Origin: village"),
                one("cek_dukcapil", "cek_dukcapil", "Pengecekan Disdukcapil", "Check with the civil registry"),
                one(
                    "hasil_dukcapil",
                    "hasil_dukcapil",
                    "Hasil pengecekan",
                    "Result of the check",
                    when="${cek_dukcapil} != '' and ${cek_dukcapil} != 'belum'",
                ),
                words(
                    "surat_polisi",
                    "Nomor surat keterangan telantar dari kepolisian",
                    "Number of the police statement",
                ),
                photo("foto_surat_polisi", "Foto surat keterangan", "Photo of the statement"),
                one(
                    "ya_tidak_tahu",
                    "orang_hilang",
                    "Cocok dengan laporan orang hilang?",
                    "Does it match a missing person report?",
                ),
            ],
        ),
        *group(
            "pencarian",
            "Pencarian",
            "Search",
            [
                *repeat(
                    "kontak",
                    "Catatan kontak",
                    "Contact",
                    [
                        past_day("kontak_tgl", "Tanggal", "Day", must=True),
                        words("kontak_pihak", "Pihak yang dihubungi", "Who was contacted", must=True),
                        one("cara_kontak", "kontak_cara", "Cara", "Way", must=True),
                        words("kontak_hasil", "Hasil", "Result", must=True),
                    ],
                ),
                one("sebar_info", "sebar_info", "Disebarkan kepada publik?", "Was it published?", default="tidak"),
                note(
                    "info_sebar",
                    "Hanya dengan persetujuan klien dewasa. Wajah anak tidak boleh disebarkan tanpa dasar hukum.",
                    "Only with the consent of an adult. Never a child's face without a legal basis.",
                    "${sebar_info} = 'media' or ${sebar_info} = 'terbatas'",
                ),
                note(
                    "info_batas",
                    "Hasil penelusuran diisi paling lambat hari ketiga. Bila belum ditemukan, pilih belum ditemukan.",
                    "Enter the result on the third day at the latest. If nothing was found, say so.",
                ),
            ],
        ),
        *group(
            "hasil",
            "Hasil penelusuran",
            "Result",
            [
                one("hasil_penelusuran", "hasil_penelusuran", "Hasil penelusuran", "Result of the tracing", must=True),
                one(
                    "alamat_keluarga",
                    "alamat_keluarga",
                    "Alamat keluarga",
                    "Family address",
                    must=True,
                    valid="not(. = 'ditemukan' and ${hasil_penelusuran} = 'tidak_ditemukan')",
                    message=(
                        "Hasil penelusuran menyebut tidak ditemukan.",
                        "The result of the tracing says not found.",
                    ),
                    save_to="alamat_keluarga",
                ),
            ],
        ),
        *group(
            "asesmen_keluarga",
            "Keluarga",
            "Family",
            [*family(), *readiness(), words("alasan_tolak", "Alasan keluarga menolak", "Why the family refuses")],
            when=_FOUND,
        ),
        *group("kemauan", "Kemauan klien", "The client's will", willing(), when=_FOUND),
        *consent(GELANDANGAN),
        *evidence(),
        *sign_off(service=GELANDANGAN),
    ],
)
