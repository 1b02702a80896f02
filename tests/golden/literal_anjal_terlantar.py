"""SOP 002, Kab. Lumajang, Rekomendasi dan Pengiriman Anak ke UPT Provinsi, word for word.

A chain of seven steps without a condition; nothing follows the seventh. Step 6 is in the passive: nobody hands over.
"""

from tests.golden.literal import Literal

LITERAL = Literal(
    "anjal_terlantar",
    """
name | source | form | role | choose | repeat | kind
s01 | 1 | penyerahan_anak | peksos | | once | form
s02 | 2 | penerimaan | petugas | | once | form
s03 | 3 | berkas_administrasi | subkoor | | once | form
s04 | 4 | telaah_kabid | kabid | | once | approval
s05 | 5 | tanda_tangan_kadis | kadis | | once | approval
s06 | 6 | tanda_terima | | | once | form
s07 | 7 | pendampingan | peksos | | once | form
""",
    """
name | from | when | to | close_reason | source
r01 | s01 | | s02 | | 2
r02 | s02 | | s03 | | 3
r03 | s03 | | s04 | | 4
r04 | s04 | | s05 | | 5
r05 | s05 | | s06 | | 6
r06 | s06 | | s07 | | 7
""",
    {},
    ("peksos", "petugas", "subkoor", "kabid", "kadis"),
)
