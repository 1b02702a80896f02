"""Steps 5 and 8: client and family are reunited, or one of them refuses."""

from xlsforms.sources.blocks import address_update, consent, evidence, of_case, sign_off
from xlsforms.sources.gelandangan.family import family, readiness, willing
from xlsforms.sources.gelandangan.handover import handover
from xlsforms.sources.gelandangan.service import GELANDANGAN, days_until, follow_up
from xlsforms.sources.survey import ask, calc, group, many, number, one, past_day, words

_HOME = "${hasil_reunifikasi} = 'diterima'"
_FOLLOWED = _HOME + " and ${asal_kasus} = 'kota_banjar'"
_NOT_BEFORE = ("Tidak boleh sebelum tanggal kegiatan.", "Cannot be before the day of the act.")

FORM = follow_up(
    "reunifikasi",
    ("GLD 05 – Reunifikasi keluarga", "GLD 05 – Family reunification"),
    [
        calc("asal_kasus", of_case("asal", GELANDANGAN)),
        *group(
            "persiapan",
            "Persiapan",
            "Preparation",
            [*family(), *readiness(), *willing()],
        ),
        *group(
            "pemulangan",
            "Rencana pemulangan",
            "Way home",
            [
                ask("date", "pulang_tgl", "Tanggal pemulangan", "Day of the return"),
                one("moda", "moda", "Kendaraan", "Means of transport"),
                words("rute", "Rute", "Route"),
                words("pengantar", "Pengantar", "Escort"),
                number("biaya_rp", "Biaya (Rp)", "Cost (Rp)", 0, 100000000),
                one("sumber_biaya", "sumber_biaya", "Sumber biaya", "Source of the money"),
            ],
        ),
        *group(
            "hasil",
            "Hasil reunifikasi",
            "Result",
            [
                one(
                    "hasil_reunifikasi",
                    "hasil_reunifikasi",
                    "Hasil reunifikasi",
                    "Result of the reunification",
                    must=True,
                    hint=(
                        "Bila keluarga atau klien menolak, kasus dilanjutkan dengan rujukan.",
                        "When family or client refuses, the case goes on with a referral.",
                    ),
                    save_to="hasil_reunifikasi",
                ),
                words(
                    "alasan_tolak",
                    "Alasan penolakan",
                    "Reason of the refusal",
                    long=True,
                    must=True,
                    when="${hasil_reunifikasi} = 'ditolak'",
                ),
                past_day("tgl_reunifikasi", "Tanggal reunifikasi", "Day of the reunification", must=True, when=_HOME),
                ask(
                    "geopoint",
                    "lokasi_serah",
                    "Titik lokasi serah terima",
                    "Position of the hand-over",
                    when=_HOME,
                    parameters="capture-accuracy=15 warning-accuracy=50",
                ),
                many("dukungan", "dukungan", "Dukungan awal", "First support", when=_HOME),
                ask(
                    "date",
                    "binjut_tgl",
                    "Tanggal kunjungan rumah lanjutan",
                    "Day of the home visit that follows",
                    must=True,
                    when=_FOLLOWED,
                    valid=". >= ${tgl_kegiatan}",
                    message=_NOT_BEFORE,
                ),
                calc("jarak_kunjungan", days_until("binjut_tgl"), whole=True, when=_FOLLOWED),
                one("hasil_akhir_reunifikasi", "hasil_akhir", "Keadaan sesudahnya", "What became of it"),
            ],
        ),
        *handover("ke_keluarga", when=_HOME),
        *address_update(GELANDANGAN),
        *consent(GELANDANGAN),
        *evidence(),
        *sign_off(service=GELANDANGAN),
    ],
)
