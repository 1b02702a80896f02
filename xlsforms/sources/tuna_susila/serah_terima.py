"""Step 7: the client goes to the family or to an institution and the case is closed; ends a stay in the shelter."""

from xlsforms.sources.blocks import evidence
from xlsforms.sources.handing_over import family_receiver, handed_over, party, signed, where_and_when
from xlsforms.sources.parts import ending, ending_details
from xlsforms.sources.reporting import NOT_LATER
from xlsforms.sources.survey import ask, calc, group, one, words
from xlsforms.sources.tuna_susila.service import TUNA_SUSILA, follow_up

_DESTINATION = (
    "(${tujuan_serah} = 'keluarga' and name = 'ke_keluarga') or (${tujuan_serah} = 'panti' and name = 'ke_panti')"
    " or (${tujuan_serah} = 'lembaga_lain' and not(name = 'ke_keluarga' or name = 'ke_panti' or name = 'dari_pengirim'))"
)

_WHERE_TO = group(
    "tujuan",
    "Tujuan klien",
    "Where the client goes",
    [
        one(
            "tujuan_serah",
            "tujuan_serah",
            "Klien diserahkan kepada",
            "The client is handed to",
            must=True,
            hint=(
                "Pertimbangan profesional; SOP tidak menetapkan ukurannya.",
                "A professional judgement; the SOP gives no criterion.",
            ),
        ),
        words("penentu_nama", "Yang memutuskan tujuan", "Who decided the destination", must=True),
        one("penentu_jabatan", "penentu_jabatan", "Jabatannya", "Post", must=True),
        words("alasan_tujuan", "Alasan pilihan tujuan", "Reason of the choice", long=True, must=True),
        one(
            "jenis_serah",
            "jenis_serah",
            "Jenis serah terima",
            "Kind of hand-over",
            must=True,
            choice_filter=_DESTINATION,
        ),
        ask(
            "select_one_from_file lembaga.csv",
            "lembaga_tujuan",
            "Lembaga penerima",
            "Receiving institution",
            when="${tujuan_serah} != 'keluarga'",
            appearance="autocomplete",
        ),
        *where_and_when(),
        calc("cara", "if(${tujuan_serah} = 'lembaga_lain', 'dipindah', 'serah_terima')"),
    ],
)

_RPS = group(
    "keluar_rps",
    "Keluar dari RPS",
    "Leaving the shelter",
    [
        one("ya_tidak", "dari_rps", "Klien tinggal di RPS SENYUM?", "Was the client in RPS SENYUM?", must=True),
        ask(
            "dateTime",
            "tgl_keluar",
            "Waktu keluar",
            "Time of leaving",
            must=True,
            when="${dari_rps} = 'ya'",
            valid=NOT_LATER,
            message=("Waktu tidak boleh setelah sekarang.", "The time cannot be later than now."),
        ),
        calc("tujuan_keluar", "${tujuan_serah}", when="${dari_rps} = 'ya'"),
        words("kondisi_keluar", "Kondisi saat keluar", "Condition on leaving", when="${dari_rps} = 'ya'"),
    ],
)

FORM = follow_up(
    "serah_terima",
    ("RTS 07 – Serah terima dan penutupan kasus", "RTS 07 – Hand-over and closing of the case"),
    [
        *_WHERE_TO,
        *party("p1", "Pihak Pertama (menyerahkan)", "First party (hands over)"),
        *party(
            "p2",
            "Pihak Kedua (menerima)",
            "Second party (receives)",
            more=[
                *family_receiver(),
                calc(
                    "kepada",
                    "if(${p2_instansi} != '', concat(${p2_nama}, ', ', ${p2_instansi}), ${p2_nama})",
                ),
            ],
        ),
        *handed_over(TUNA_SUSILA),
        *_RPS,
        *group("penutupan", "Penutupan kasus", "Closing of the case", ending()),
        *ending_details(),
        *signed(TUNA_SUSILA),
        one("mengetahui", "mengetahui", "Mengetahui", "Attested by"),
        *evidence(),
    ],
)
