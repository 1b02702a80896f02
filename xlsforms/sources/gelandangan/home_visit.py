"""Step 6: home visits and guidance after the reunification, as long as they are needed."""

from xlsforms.sources.blocks import address_update, evidence, household, sign_off
from xlsforms.sources.gelandangan.service import GELANDANGAN, days_until, follow_up
from xlsforms.sources.parts import home, visit, visit_end
from xlsforms.sources.survey import ask, calc, group, many, one, words, yes_no

_AGAIN = "${perlu_kunjungan_lanjutan} = 'ya'"

FORM = follow_up(
    "home_visit",
    ("GLD 06 – Home visit dan bimbingan sosial", "GLD 06 – Home visit and social guidance"),
    [
        *group("kunjungan", "Kunjungan", "Visit", visit()),
        *address_update(GELANDANGAN),
        *home(),
        *household(GELANDANGAN),
        *group(
            "bimbingan_keluarga",
            "Bimbingan sosial",
            "Social guidance",
            [
                many("materi", "materi", "Materi bimbingan", "Contents of the guidance"),
                words("bimbingan_uraian", "Uraian bimbingan", "Guidance in detail", long=True),
                one("respon", "respon_klien", "Respon klien", "Response of the client"),
                one("respon", "respon_keluarga", "Respon keluarga", "Response of the family"),
            ],
        ),
        *group(
            "hasil_kunjungan",
            "Hasil kunjungan",
            "Result",
            [
                many("masalah_utama", "kebutuhan_bidang", "Bidang kebutuhan klien", "Fields of need"),
                words("kebutuhan_teridentifikasi", "Kebutuhan klien", "Needs of the client", long=True, must=True),
                one("kesesuaian", "kesesuaian", "Kesesuaian dengan laporan", "As reported"),
                *(row for row in visit_end() if row["name"] != "kunjungan_berikut"),
                yes_no(
                    "perlu_kunjungan_lanjutan",
                    "Perlu kunjungan lanjutan?",
                    "Is a further visit needed?",
                    must=True,
                    hint=("Bila tidak, kasus ditutup.", "If not, the case is closed."),
                    save_to="perlu_kunjungan_lanjutan",
                ),
                words("alasan_lanjut", "Alasan", "Reason", must=True),
                ask(
                    "date",
                    "kunjungan_berikut",
                    "Kunjungan berikutnya",
                    "Next visit",
                    must=True,
                    when=_AGAIN,
                    valid=". > ${tgl_kegiatan}",
                    message=("Harus setelah tanggal kegiatan.", "Must be after the day of the act."),
                ),
                calc("jarak_kunjungan", days_until("kunjungan_berikut"), whole=True, when=_AGAIN),
                one("hasil_akhir_reunifikasi", "hasil_akhir", "Keadaan klien sekarang", "The client's situation now"),
            ],
        ),
        *evidence(),
        *sign_off(service=GELANDANGAN),
    ],
)
