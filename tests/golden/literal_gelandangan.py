"""SOP 004, Kota Banjar, Penanganan Gelandangan, word for word.

After tracing (4) the text sorts clients by "berasal Kota Banjar", "berasal dari luar Kota Banjar" and "belum
ditemukan alamat dari keluarganya". Nobody is named anywhere, and nothing follows 6, 8 and 10.
"""

from tests.golden.literal import Literal

LITERAL = Literal(
    "gelandangan",
    """
name | source | form | role | choose | repeat | kind
s01 | 1 | surat_permohonan | | | once | form
s02 | 2 | asesmen | | | once | form
s03 | 3 | bimbingan | | | once | form
s04 | 4 | penelusuran | | one | once | form
s05 | 5 | reunifikasi | | | once | form
s06 | 6 | home_visit | | | once | form
s07 | 7 | koordinasi | | | once | form
s08 | 8 | reunifikasi | | | once | form
s09 | 9 | rujukan | | | once | form
s10 | 10 | pengiriman | | | once | form
""",
    """
name | from | when | to | close_reason | source
r01 | s01 | | s02 | | 2
r02 | s02 | | s03 | | 3
r03 | s03 | | s04 | | 4
r05 | s04 | ${asal} = 'kota_banjar' | s05 | | 5
r07 | s04 | ${asal} = 'luar_kota' | s07 | | 7
r09 | s04 | ${alamat_keluarga} = 'belum_ditemukan' | s09 | | 9
r06 | s05 | | s06 | | 6
r08 | s07 | | s08 | | 8
r10 | s09 | | s10 | | 10
""",
    {
        "asesmen": (("asal", "select", ("kota_banjar", "luar_kota")),),
        "penelusuran": (("alamat_keluarga", "select", ("ditemukan", "belum_ditemukan")),),
    },
    (),
)
