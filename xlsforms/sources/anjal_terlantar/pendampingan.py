"""Step 7: the social worker accompanies the child until the provincial institution has received it (domain.md 3.10)."""

from xlsforms.sources.anjal_terlantar.rujukan import sent
from xlsforms.sources.anjal_terlantar.service import ANJAL_TERLANTAR, follow_up
from xlsforms.sources.blocks import address_update, evidence, of_case, sign_off
from xlsforms.sources.parts import interval, scores, watching
from xlsforms.sources.survey import (
    ask,
    calc,
    day_after,
    group,
    many,
    note,
    one,
    past_day,
    photo,
    words,
    yes_no,
)

_RECEIVED = "${diterima_upt} = 'ya'"
_NOT_YET = "${diterima_upt} = 'tidak'"

_STATE = group(
    "kondisi_terkini",
    "Kondisi anak",
    "Condition of the child",
    [
        *scores(),
        many("masalah_utama", "kebutuhan_baru", "Kebutuhan baru", "New needs"),
        one("pengasuhan", "kualitas_pengasuhan", "Kualitas pengasuhan", "Quality of care"),
        yes_no("kembali_ke_jalan", "Anak kembali ke jalan?", "Is the child back on the street?"),
        words("kembali_uraian", "Uraian", "Details", when="${kembali_ke_jalan} = 'ya'"),
        one("tingkat_risiko", "tingkat_risiko", "Tingkat risiko", "Risk level", must=True, save_to="tingkat_risiko"),
        words("suara_klien", "Pendapat anak", "What the child says", long=True),
        words("suara_keluarga", "Pendapat keluarga", "What the family says", long=True),
        many("hambatan", "hambatan", "Hambatan", "Obstacles"),
    ],
)

_SENDING = group(
    "pengiriman",
    "Pengiriman ke UPT",
    "Sending to the UPT",
    [
        yes_no(
            "siap_dikirim",
            "Anak dirujuk atau dikirim pada pendampingan ini?",
            "Is the child referred or sent now?",
            must=True,
        ),
    ],
)

_RESULT = group(
    "hasil_pendampingan",
    "Hasil",
    "Result",
    [
        yes_no(
            "diterima_upt",
            "Anak sudah diterima UPT?",
            "Has the UPT received the child?",
            must=True,
            hint=(
                "Ya: kasus ditutup. Tidak: pendampingan berikutnya dijadwalkan.",
                "Yes: the case is closed. No: the next visit is scheduled.",
            ),
        ),
        past_day(
            "tgl_diterima_upt", "Tanggal diterima UPT", "Day the UPT received the child", must=True, when=_RECEIVED
        ),
        photo("tanda_terima_upt", "Foto tanda terima UPT", "Photo of the UPT's receipt", when=_RECEIVED),
        words("kepada", "Diterima oleh", "Received by", must=True, when=_RECEIVED),
        one("status_lanjut", "status_lanjut", "Kelanjutan", "What next", must=True, when=_NOT_YET),
        words("alasan_hasil", "Alasan", "Reason", long=True, must=True),
        yes_no("perlu_cc", "Perlu konferensi kasus", "Case conference needed"),
        yes_no("perlu_darurat", "Perlu layanan darurat", "Emergency service needed"),
        calc("interval_kasus", of_case("interval_monitoring", ANJAL_TERLANTAR)),
        note(
            "info_interval",
            "Jarak pendampingan saat ini: ${interval_kasus} hari.",
            "Days between visits so far: ${interval_kasus}.",
            f"${{interval_kasus}} != '' and {_NOT_YET}",
        ),
        {
            **interval("Jarak pendampingan berikutnya (hari)", "Days until the next visit", when=_NOT_YET),
            "default": "7",
        },
        calc("tgl_berikut", day_after("tgl_kegiatan", "${interval_monitoring}"), when=_NOT_YET, must=True),
        note("info_berikut", "Pendampingan berikutnya: ${tgl_berikut}", "Next visit: ${tgl_berikut}", _NOT_YET),
        ask("file", "laporan_pendampingan", "Laporan pendampingan", "Report of the accompaniment (file)"),
    ],
)

FORM = follow_up(
    "pendampingan",
    ("AAT 07 – Pendampingan dan rujukan", "AAT 07 – Accompaniment and referral"),
    [
        *group("pelaksanaan", "Pelaksanaan", "How it was done", watching()),
        *_STATE,
        *address_update(ANJAL_TERLANTAR),
        *_SENDING,
        *sent("${siap_dikirim} = 'ya'"),
        *_RESULT,
        *evidence(),
        *sign_off("tgl_kegiatan", ANJAL_TERLANTAR),
    ],
)
