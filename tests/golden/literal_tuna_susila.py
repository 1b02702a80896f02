"""SOP 001, Kota Pangkalpinang, Rehabilitasi Tuna Susila, word for word.

Step 3 has the marks "Ya Tidak" and ends the refused case; step 4 speaks of "darurat dan perlu pengamanan" and
nothing else follows from "Ya". Steps 6 and 7 name nobody.
"""

from tests.golden.literal import Literal, yes_no

LITERAL = Literal(
    "tuna_susila",
    """
name | source | form | role | choose | repeat | kind
s01 | 1 | laporan_awal | peksos_kasi | | once | form
s02 | 2 | asesmen_awal | peksos_kasi | | once | form
s03 | 3 | disposisi | kabid | one | once | approval
s04 | 4 | masuk_rps | ketua_rps | | once | form
s05 | 5 | asesmen_lanjutan | peksos_kasi | | once | form
s06 | 6 | catatan_kasus | | | once | form
s07 | 7 | serah_terima | | | once | form
""",
    """
name | from | when | to | close_reason | source
r01 | s01 | | s02 | | 2
r02 | s02 | | s03 | | 3
r03 | s03 | ${disposisi} = 'tidak' | close | ditolak | 3
r04 | s03 | ${disposisi} = 'ya' and ${darurat} = 'ya' and ${perlu_pengamanan} = 'ya' | s04 | | 4
r05 | s04 | | s05 | | 5
r06 | s05 | | s06 | | 6
r07 | s06 | | s07 | | 7
r08 | s07 | | close | selesai | 7
""",
    {"asesmen_awal": yes_no("darurat", "perlu_pengamanan"), "disposisi": yes_no("disposisi")},
    ("peksos_kasi", "kabid", "ketua_rps"),
)
