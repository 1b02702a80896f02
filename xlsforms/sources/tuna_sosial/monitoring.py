"""Step 9: monitoring as often as the case conference decided, until the child has recovered."""

from xlsforms.sources.blocks import address_update, case, evidence, follow_up_name, of_case, sign_off, update_case
from xlsforms.sources.parts import interval, scores, watching
from xlsforms.sources.survey import Form, calc, day_after, group, many, note, one, words, yes_no
from xlsforms.sources.tuna_sosial.service import SERVICE

_ENDS = "${pulih} = 'ya' and ${butuh_lanjut} = 'tidak' and (${dijamin} = 'ya' or ${layanan_terpenuhi} = 'ya')"
_GOES_ON = f"not({_ENDS})"

FORM = Form(
    form_id="tuna_sosial_monitoring",
    title=("TS 09 – Monitoring", "TS 09 – Monitoring"),
    rows=[
        *case("tuna_sosial_monitoring", SERVICE),
        *group("pelaksanaan", "Pelaksanaan", "How it was done", watching()),
        *group(
            "kondisi_terkini",
            "Kondisi anak",
            "Condition of the child",
            [
                *scores(),
                many("masalah_utama", "kebutuhan_baru", "Kebutuhan baru", "New needs"),
                one("pengasuhan", "kualitas_pengasuhan", "Kualitas pengasuhan", "Quality of care"),
                one("patuh", "patuh_rehab", "Pelaksanaan rehabilitasi", "Rehabilitation carried out"),
                one("tingkat_risiko", "tingkat_risiko", "Tingkat risiko", "Risk level", must=True),
                words("suara_klien", "Pendapat anak", "What the child says", long=True),
                words("suara_keluarga", "Pendapat keluarga", "What the family says", long=True),
                many("hambatan", "hambatan", "Hambatan", "Obstacles"),
            ],
        ),
        *address_update(SERVICE),
        *group(
            "hasil_monitoring",
            "Hasil",
            "Result",
            [
                yes_no("pulih", "Anak sudah pulih?", "Has the child recovered?", must=True),
                yes_no(
                    "butuh_lanjut",
                    "Masih memerlukan layanan kesejahteraan secara berkelanjutan?",
                    "Is continuing welfare still needed?",
                    must=True,
                ),
                yes_no(
                    "layanan_terpenuhi",
                    "Semua layanan terpenuhi dan dapat diakses?",
                    "Are all services given and accessible?",
                    must=True,
                ),
                yes_no(
                    "dijamin",
                    "Dijamin mendapat layanan secara berkelanjutan?",
                    "Are continuing services assured?",
                    must=True,
                ),
                note(
                    "info_lanjut",
                    "Menurut jawaban ini pendampingan dilanjutkan.",
                    "By these answers the accompaniment goes on.",
                    "${pulih} != '' and ${butuh_lanjut} != '' and ${layanan_terpenuhi} != '' and ${dijamin} != ''"
                    f" and {_GOES_ON}",
                ),
                note(
                    "info_terminasi",
                    "Menurut jawaban ini kasus dapat diterminasi, kecuali masih ada layanan yang terbuka.",
                    "By these answers the case can end, unless a service is still open.",
                    _ENDS,
                ),
                words("alasan_hasil", "Alasan", "Reason", long=True, must=True),
                one("status_lanjut", "status_lanjut", "Kelanjutan menurut petugas", "What next in the officer's view"),
                yes_no("perlu_cc", "Perlu konferensi kasus lagi", "Another case conference needed"),
                yes_no("perlu_darurat", "Perlu layanan darurat", "Emergency service needed"),
                calc("interval_kasus", of_case("interval_monitoring", SERVICE)),
                note(
                    "info_interval",
                    "Jarak monitoring saat ini: ${interval_kasus} hari.",
                    "Days between visits so far: ${interval_kasus}.",
                    "${interval_kasus} != ''",
                ),
                interval(
                    "Jarak monitoring berikutnya (hari)",
                    "Days until the next visit",
                    when=_GOES_ON,
                ),
                calc("tgl_berikut", day_after("tgl_kegiatan", "${interval_monitoring}"), when=_GOES_ON),
                note(
                    "info_berikut",
                    "Monitoring berikutnya: ${tgl_berikut}",
                    "Next monitoring: ${tgl_berikut}",
                    _GOES_ON,
                ),
            ],
        ),
        *evidence(),
        *sign_off(service=SERVICE),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
