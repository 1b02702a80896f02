"""Step 7: the social office of the client's home is asked to trace or to reunite."""

from xlsforms.sources.blocks import evidence, phone, sign_off
from xlsforms.sources.gelandangan.family import family
from xlsforms.sources.gelandangan.service import GELANDANGAN, follow_up, origin
from xlsforms.sources.survey import ask, group, one, past_day, photo, repeat, words

FORM = follow_up(
    "koordinasi",
    ("GLD 07 – Koordinasi dengan Dinas Sosial asal", "GLD 07 – Coordination with the social office of origin"),
    [
        *origin(),
        *group(
            "koordinasi",
            "Koordinasi",
            "Coordination",
            [
                one("jenis_dinsos", "jenis_dinsos", "Dihubungi", "Office contacted", must=True),
                ask(
                    "select_one_from_file lembaga.csv",
                    "dinsos_asal",
                    "Dinas Sosial asal",
                    "Social office of origin",
                    choice_filter="kind = 'dinsos'",
                    appearance="autocomplete",
                ),
                words("dinsos_asal_lain", "Dinas Sosial lain", "Other office", when="${dinsos_asal} = ''"),
                words("dinsos_kontak", "Nama petugas yang dihubungi", "Officer contacted"),
                phone("dinsos_hp", "Nomor HP petugas", "Officer's mobile number"),
                words(
                    "no_surat_koordinasi",
                    "Nomor surat koordinasi",
                    "Number of the letter",
                    hint=("Boleh kosong; diterbitkan menyusul.", "May be blank; issued later."),
                ),
                past_day("tgl_surat_koordinasi", "Tanggal surat", "Letter date"),
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
                words("balasan", "Isi balasan", "Answer received", long=True),
                past_day("tgl_balasan", "Tanggal balasan", "Day of the answer"),
                photo("foto_balasan", "Foto surat balasan", "Photo of the answer"),
            ],
        ),
        *group(
            "hasil",
            "Hasil koordinasi",
            "Result",
            [
                one(
                    "hasil_koordinasi",
                    "hasil_koordinasi",
                    "Alamat keluarga setelah koordinasi",
                    "Family address after the coordination",
                    must=True,
                    hint=(
                        "Bila belum ditemukan sampai hari keempat, pilih belum ditemukan.",
                        "If not found by the fourth day, say so.",
                    ),
                    save_to="hasil_koordinasi",
                ),
                words("alasan_hasil", "Dasar hasil", "Basis of the result", long=True),
                *family(),
            ],
        ),
        *evidence(),
        *sign_off(service=GELANDANGAN),
    ],
)
