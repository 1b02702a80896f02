"""Step 1: the reporter hands the child over to the social worker; the Form Berita Acara Penyerahan Anak opens the case.

The identity asks for the target group, because the category depends on it and on the age.
"""

from xlsforms.sources.anjal_terlantar.service import ANJAL_TERLANTAR
from xlsforms.sources.blocks import address, evidence, identity, metadata, officer, open_case, sign_off
from xlsforms.sources.handing_over import handed_over, party, signed, where_and_when
from xlsforms.sources.reporting import next_act, papers, received, report_day, situation
from xlsforms.sources.survey import Form, calc, group, many, number, one, words

FORM = Form(
    form_id="anjal_terlantar_penyerahan_anak",
    title=("AAT 01 – Berita Acara Penyerahan Anak", "AAT 01 – Record of the hand-over of a child"),
    rows=[
        *metadata(),
        report_day(),
        *officer(),
        *received(),
        *situation(
            ANJAL_TERLANTAR,
            [
                words(
                    "alasan_penyerahan",
                    "Alasan anak diserahkan",
                    "Why the child is handed over",
                    long=True,
                    must=True,
                ),
                one("hubungan", "tinggal_bersama", "Selama ini tinggal bersama", "Lived with until now"),
                number("lama_dijalan", "Lama di jalan (bulan)", "Months on the street", 0, 216),
                many("kegiatan_jalan", "kegiatan_jalan", "Kegiatan di jalan", "Activities on the street"),
            ],
        ),
        *identity(ANJAL_TERLANTAR, "tempat_ditemukan"),
        *address(ANJAL_TERLANTAR),
        *group(
            "serah_terima",
            "Serah terima",
            "Hand-over",
            [calc("jenis_serah", "'dari_pengirim'"), *where_and_when()],
        ),
        *party(
            "p1",
            "Pihak Pertama (pelapor, menyerahkan)",
            "First party (reporter, hands over)",
            more=[one("hubungan", "p1_hub", "Hubungan dengan anak", "Relation to the child", must=True)],
        ),
        *party("p2", "Pihak Kedua (pekerja sosial, menerima)", "Second party (social worker, receives)"),
        *handed_over(ANJAL_TERLANTAR),
        *group("berkas", "Berkas dan tindak lanjut", "Papers and next act", [*papers(), *next_act()]),
        *signed(ANJAL_TERLANTAR),
        one("mengetahui", "mengetahui", "Mengetahui", "Attested by"),
        *evidence(),
        *sign_off("tgl_laporan", ANJAL_TERLANTAR),
    ],
    entity=open_case(ANJAL_TERLANTAR),
    instance_name="concat(${inisial}, ' · ', ${tgl_laporan})",
)
