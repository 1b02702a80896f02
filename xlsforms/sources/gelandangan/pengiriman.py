"""Step 10: the client is brought to the institution and handed over; the case closes."""

from xlsforms.sources.blocks import evidence, sign_off
from xlsforms.sources.gelandangan.handover import handover
from xlsforms.sources.gelandangan.service import GELANDANGAN, follow_up
from xlsforms.sources.survey import ask, group, one, words

FORM = follow_up(
    "pengiriman",
    ("GLD 10 – Pengiriman ke balai atau panti", "GLD 10 – Transfer to an institution"),
    [
        *group(
            "pengiriman",
            "Pengiriman",
            "Transfer",
            [
                ask(
                    "select_one_from_file lembaga.csv",
                    "lembaga_tujuan",
                    "Balai atau panti penerima",
                    "Receiving institution",
                    must=True,
                    choice_filter="kind = 'balai' or kind = 'panti' or kind = 'rumah_singgah' or kind = 'kesehatan'"
                    " or kind = 'dinsos'",
                ),
                one("moda", "transport", "Kendaraan", "Means of transport"),
                words("pengantar", "Pengantar", "Escort", must=True),
                words(
                    "no_spt",
                    "Nomor SPT",
                    "Number of the duty order",
                    hint=("Boleh kosong; diterbitkan menyusul.", "May be blank; issued later."),
                ),
                ask("time", "jam_berangkat", "Jam berangkat", "Time of departure"),
                ask("time", "jam_tiba", "Jam tiba", "Time of arrival"),
                words("perjalanan", "Catatan perjalanan", "Notes on the way", long=True),
            ],
        ),
        *handover("ke_panti"),
        *evidence(),
        *sign_off(service=GELANDANGAN),
    ],
)
