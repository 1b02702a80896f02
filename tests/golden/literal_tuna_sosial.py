"""SOP 000, Kota Pasuruan, Penanganan Pelaporan Penyandang Tuna Sosial, word for word.

Steps 5 to 8 each begin with "Jika", so the conference opens those that apply; 9 is "dalam proses layanan", after
them; 10, 11 and 12 are the three rules for what a monitoring visit finds. 9 and 13 name the pekerja sosial.
"""

from tests.golden.literal import Literal, yes_no

LITERAL = Literal(
    "tuna_sosial",
    """
name | source | form | role | choose | repeat | kind
s01 | 1 | laporan_awal | | | once | form
s02 | 2 | asesmen | | | once | form
s03 | 3 | kunjungan_rumah | | | once | form
s04 | 4 | konferensi_kasus | | each | once | form
s05 | 5 | layanan_darurat | | | once | form
s06 | 6 | bantuan_jks | | | once | form
s07 | 7 | bantuan_sekolah | | | once | form
s08 | 8 | rujukan | | | once | form
s09 | 9 | monitoring | peksos | one | once | form
s10 | 10 | | | | once | manual
s11 | 11 | terminasi | | | once | form
s12 | 12 | terminasi | | | once | form
s13 | 13 | laporan_kasus | peksos | | once | form
""",
    """
name | from | when | to | close_reason | source
r01 | s01 | | s02 | | 2
r02 | s02 | | s03 | | 3
r03 | s03 | | s04 | | 4
r05 | s04 | ${butuh_darurat} = 'ya' | s05 | | 5
r06 | s04 | ${punya_jks} = 'tidak' | s06 | | 6
r07 | s04 | ${bersekolah} = 'tidak' | s07 | | 7
r08 | s04 | ${butuh_rehab} = 'ya' | s08 | | 8
r09a | s05 | | s09 | | 9
r09b | s06 | | s09 | | 9
r09c | s07 | | s09 | | 9
r09d | s08 | | s09 | | 9
r10 | s09 | ${pulih} = 'tidak' or ${butuh_lanjut} = 'ya' | s10 | | 10
r11 | s09 | ${layanan_terpenuhi} = 'ya' | s11 | | 11
r12 | s09 | ${pulih} = 'ya' and ${dijamin} = 'ya' | s12 | | 12
r13a | s11 | | s13 | | 13
r13b | s12 | | s13 | | 13
r14 | s13 | | close | terminasi | 13
""",
    {
        "konferensi_kasus": yes_no("butuh_darurat", "punya_jks", "bersekolah", "butuh_rehab"),
        "monitoring": yes_no("pulih", "butuh_lanjut", "layanan_terpenuhi", "dijamin"),
    },
)
