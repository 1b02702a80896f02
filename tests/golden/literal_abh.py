"""SOP 003, Kota Pasuruan, Penanganan Anak Berhadapan dengan Hukum, word for word.

"dibawah 12 tahun", "di atas 12 tahun"; nothing when the goals are not reached; 9 speaks of cases known from an
invitation, so nothing follows step 7. 11 and 13 name the pekerja sosial; step 2 repeats step 1.
"""

from tests.golden.literal import Literal, yes_no

LITERAL = Literal(
    "abh",
    """
name | source | form | role | choose | repeat | kind
s01 | 1 | laporan_awal | | | once | form
s02 | 2 | laporan_awal | | one | once | form
s03 | 3 | asesmen | | | once | form
s04 | 4 | kunjungan_rumah | | | once | form
s05 | 5 | pendampingan_aph | | | once | form
s06 | 6 | konferensi_kasus | | one | once | form
s07 | 7 | upaya_rj | | | once | form
s08 | 8 | pelaporan_uppa | | | once | form
s09 | 9 | putusan_rj | | | once | form
s10 | 10 | diversi | | | once | form
s11 | 11 | pemantauan | peksos | one | once | form
s12 | 12 | terminasi | | | once | form
s13 | 13 | laporan_kasus | peksos | | once | form
""",
    """
name | from | when | to | close_reason | source
r01 | s01 | | s02 | | 2
r02 | s02 | ${jenis_masuk} = 'laporan' | s03 | | 3
r03 | s02 | ${jenis_masuk} = 'undangan_rj' | s04 | | 4
r04 | s02 | ${jenis_masuk} = 'undangan_diversi' | s05 | | 5
r05 | s03 | | s06 | | 6
r06 | s06 | ${usia} < 12 or ${usia} > 12 and ${berat_tindakan} = 'ringan' | s07 | | 7
r07 | s06 | ${usia} > 12 and ${berat_tindakan} = 'berat' | s08 | | 8
r08 | s04 | | s09 | | 9
r09 | s08 | | s10 | | 10
r10 | s05 | | s10 | | 10
r11 | s09 | | s11 | | 11
r12 | s10 | | s11 | | 11
r13 | s11 | ${tujuan_tercapai} = 'ya' | s12 | | 12
r14 | s12 | | s13 | | 13
r15 | s13 | | close | terminasi | 13
""",
    {
        "laporan_awal": (
            ("jenis_masuk", "select", ("laporan", "undangan_rj", "undangan_diversi")),
            ("usia", "int", ()),
        ),
        "asesmen": (("berat_tindakan", "select", ("ringan", "berat")),),
        "pemantauan": yes_no("tujuan_tercapai"),
    },
)
