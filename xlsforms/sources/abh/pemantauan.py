"""Step 11: care, rehabilitation and social sanction are monitored until the goals are reached."""

from xlsforms.sources.blocks import address_update, case, evidence, follow_up_name, of_case, sign_off, update_case
from xlsforms.sources.parts import interval, scores, watching
from xlsforms.sources.survey import Form, ask, calc, day_after, group, many, note, one, words, yes_no

FORM = Form(
    form_id="abh_pemantauan",
    title=("ABH 11 – Pemantauan", "ABH 11 – Monitoring"),
    rows=[
        *case("abh_pemantauan"),
        *group(
            "pelaksanaan",
            "Pelaksanaan",
            "How it was done",
            [
                *watching(),
            ],
        ),
        *group(
            "kondisi_terkini",
            "Kondisi anak",
            "Condition of the child",
            [
                *scores(),
                many("masalah_utama", "kebutuhan_baru", "Kebutuhan baru", "New needs"),
                one("pengasuhan", "kualitas_pengasuhan", "Kualitas pengasuhan", "Quality of care"),
                one("patuh", "patuh_sanksi", "Pelaksanaan sanksi sosial", "Social sanction carried out"),
                one("patuh", "patuh_rehab", "Pelaksanaan rehabilitasi", "Rehabilitation carried out"),
                yes_no("pelanggaran_ulang", "Perbuatan berulang", "The act was repeated"),
                words("pelanggaran_uraian", "Uraian", "Details", long=True, when="${pelanggaran_ulang} = 'ya'"),
                one("tingkat_risiko", "tingkat_risiko", "Tingkat risiko", "Risk level", must=True),
                words("suara_klien", "Pendapat anak", "What the child says", long=True),
                words("suara_keluarga", "Pendapat keluarga", "What the family says", long=True),
                many("hambatan", "hambatan", "Hambatan", "Obstacles"),
            ],
        ),
        *address_update(),
        *group(
            "hasil_pemantauan",
            "Hasil",
            "Result",
            [
                one(
                    "ya_tidak",
                    "tujuan_tercapai",
                    "Tujuan rehabilitasi tercapai?",
                    "Are the goals of rehabilitation reached?",
                    must=True,
                    hint=(
                        "Ya: kasus lanjut ke terminasi. Tidak: pemantauan berikutnya dijadwalkan.",
                        "Yes: on to termination. No: the next monitoring is scheduled.",
                    ),
                    save_to="tujuan_tercapai",
                ),
                words("alasan_hasil", "Alasan", "Reason", long=True, must=True),
                one("status_lanjut", "status_lanjut", "Kelanjutan", "What next"),
                yes_no("perlu_cc", "Perlu konferensi kasus", "Case conference needed"),
                yes_no("perlu_darurat", "Perlu layanan darurat", "Emergency service needed"),
                calc("interval_kasus", of_case("interval_monitoring")),
                note(
                    "info_interval",
                    "Jarak pemantauan saat ini: ${interval_kasus} hari.",
                    "Days between visits so far: ${interval_kasus}.",
                    "${interval_kasus} != '' and ${tujuan_tercapai} = 'tidak'",
                ),
                interval(
                    "Jarak pemantauan berikutnya (hari)",
                    "Days until the next visit",
                    when="${tujuan_tercapai} = 'tidak'",
                ),
                calc(
                    "tgl_berikut",
                    day_after("tgl_kegiatan", "${interval_monitoring}"),
                    when="${tujuan_tercapai} = 'tidak'",
                ),
                note(
                    "info_berikut",
                    "Pemantauan berikutnya: ${tgl_berikut}",
                    "Next monitoring: ${tgl_berikut}",
                    "${tujuan_tercapai} = 'tidak'",
                ),
                yes_no(
                    "perlu_rujukan",
                    "Perlu rujukan ke layanan jejaring sosial",
                    "Referral to the social service network needed",
                ),
                ask(
                    "select_one_from_file lembaga.csv",
                    "rujukan_lembaga",
                    "Lembaga tujuan rujukan",
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
                    "Alasan rujukan",
                    "Reason of the referral",
                    long=True,
                    when="${perlu_rujukan} = 'ya'",
                ),
            ],
        ),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
