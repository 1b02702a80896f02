"""The hand-over of a client with its record, to the family or to an institution."""

from xlsforms.sources.gelandangan.service import GELANDANGAN
from xlsforms.sources.handing_over import family_receiver, handed_over, party, signed, where_and_when
from xlsforms.sources.survey import Rows, group, one


def handover(kind: str, when: str = "") -> Rows:
    """Who gave the client to whom, in what condition, with what things; `kind`: the usual answer of `jenis_serah`."""
    return group(
        "serah_terima",
        "Serah terima",
        "Hand-over",
        [
            one("jenis_serah", "jenis_serah", "Jenis serah terima", "Kind of hand-over", must=True, default=kind),
            *where_and_when(),
            *party("p1", "Pihak Pertama (menyerahkan)", "First party (gives)"),
            *party("p2", "Pihak Kedua (menerima)", "Second party (receives)", more=family_receiver()),
            *handed_over(GELANDANGAN),
            *signed(GELANDANGAN),
            one("mengetahui_serah", "mengetahui", "Mengetahui", "Attested by"),
        ],
        when=when,
    )
