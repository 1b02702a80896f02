"""Step 13, first part: the case manager's report; the official record and the referral are written from it."""

from xlsforms.sources.blocks import case, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.survey import Form, ask, group, many, one, repeat, words, yes_no

FORM = Form(
    form_id="abh_laporan_kasus",
    title=("ABH 13 – Laporan kasus", "ABH 13 – Case report"),
    rows=[
        *case("abh_laporan_kasus"),
        *group(
            "laporan_kasus",
            "Laporan manajer kasus",
            "Case manager's report",
            [
                words("dasar_penanganan", "Dasar penanganan", "Basis", long=True),
                words(
                    "latar_belakang", "Latar belakang anak dan keluarga", "Background of child and family", long=True
                ),
                words("ringkasan_penanganan", "Ringkasan penanganan", "Summary of the handling", long=True, must=True),
                *repeat(
                    "kegiatan",
                    "Kegiatan penanganan",
                    "Act",
                    [
                        ask("date", "kegiatan_tgl", "Tanggal", "Day"),
                        words("kegiatan_uraian", "Kegiatan", "Act"),
                        words("kegiatan_hasil", "Hasil", "Result"),
                    ],
                ),
                many("jenis_layanan", "layanan_diberikan", "Layanan yang diberikan", "Services given"),
                one("hasil_layanan", "hasil_layanan", "Hasil layanan", "Result", must=True),
                words("analisis", "Analisis", "Analysis", long=True),
                words("hambatan_penanganan", "Hambatan", "Obstacles", long=True),
                words("laporan_akhir", "Kesimpulan akhir", "Final conclusion", long=True, must=True),
                yes_no(
                    "perlu_rujukan",
                    "Rujukan ke layanan jejaring sosial",
                    "Referral to the social service network",
                    must=True,
                    default="tidak",
                ),
                ask(
                    "select_one_from_file lembaga.csv",
                    "rujukan_lembaga",
                    "Lembaga tujuan",
                    "Institution",
                    when="${perlu_rujukan} = 'ya'",
                    appearance="autocomplete",
                ),
                words(
                    "rujukan_lain",
                    "Lembaga lain",
                    "Other institution",
                    when="${perlu_rujukan} = 'ya' and ${rujukan_lembaga} = ''",
                ),
                words(
                    "rujukan_alasan",
                    "Alasan dan kebutuhan",
                    "Reason and needs",
                    long=True,
                    when="${perlu_rujukan} = 'ya'",
                ),
                ask("file", "berkas_laporan", "Berkas laporan", "Report (file)"),
            ],
        ),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
