"""Step 10: diversion and its recommendations are accompanied."""

from xlsforms.sources.abh.law import act, detention, must_divert, probation
from xlsforms.sources.blocks import case, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.parts import interval
from xlsforms.sources.survey import (
    Form,
    ask,
    calc,
    day_after,
    group,
    many,
    note,
    number,
    one,
    past_day,
    repeat,
    words,
    yes_no,
)

_YOUNG = "${usia_kasus} != '' and ${usia_kasus} < 12"

FORM = Form(
    form_id="abh_diversi",
    title=("ABH 10 – Pelaksanaan diversi", "ABH 10 – Diversion"),
    rows=[
        *case("abh_diversi"),
        *group(
            "perkara",
            "Perkara",
            "Case at law",
            [
                one("tahap", "tahap", "Tahap", "Stage", must=True),
                *probation(),
                *act(),
                *must_divert(),
                past_day("tgl_mulai_diversi", "Mulai diversi", "Start of diversion"),
                calc("batas_30", day_after("tgl_mulai_diversi", "30")),
                note(
                    "info_batas_30",
                    "Batas 30 hari diversi: ${batas_30}",
                    "Limit of 30 days for diversion: ${batas_30}",
                    "${tgl_mulai_diversi} != ''",
                ),
                *detention(),
            ],
        ),
        *group(
            "musyawarah_diversi",
            "Musyawarah diversi",
            "Diversion meeting",
            [
                *repeat(
                    "musyawarah",
                    "Musyawarah",
                    "Meeting",
                    [
                        past_day("musyawarah_tgl", "Tanggal", "Day"),
                        many("peran_peserta", "musyawarah_hadir", "Hadir", "Present"),
                        words("musyawarah_hasil", "Hasil", "Result", long=True),
                    ],
                ),
                one("setuju_korban", "setuju_korban", "Korban menyetujui", "Victim agrees"),
                one(
                    "pengecualian",
                    "pengecualian",
                    "Pengecualian persetujuan korban",
                    "Exception to the victim's consent",
                ),
                one(
                    "hasil_diversi",
                    "hasil_diversi",
                    "Hasil diversi",
                    "Result of the diversion",
                    must=True,
                    hint=("Apa pun hasilnya, kasus dipantau.", "Whatever the result, the case is monitored."),
                    save_to="hasil_diversi",
                ),
                many(
                    "bentuk_diversi",
                    "bentuk_diversi",
                    "Bentuk kesepakatan",
                    "Form of the agreement",
                    when="${hasil_diversi} = 'berhasil'",
                ),
                number("jangka_bln", "Jangka waktu (bulan)", "Months", 0, 12, when="${hasil_diversi} = 'berhasil'"),
                note(
                    "info_jangka",
                    "Jangka waktu paling lama 3 bulan, atau 6 bulan bagi anak di bawah 12 tahun. Periksa kembali.",
                    "At most 3 months, or 6 months under 12. Please check.",
                    "${jangka_bln} != '' and ((${jangka_bln} > 3 and not(" + _YOUNG + ")) or ${jangka_bln} > 6)",
                ),
                words("no_penetapan", "Nomor penetapan", "Number of the court ruling"),
                past_day("tgl_penetapan", "Tanggal penetapan", "Day of the ruling"),
                one(
                    "under12",
                    "keputusan_under12",
                    "Keputusan bagi anak di bawah 12 tahun",
                    "Decision under 12",
                    when=_YOUNG,
                ),
            ],
        ),
        *group(
            "pelaksanaan_diversi",
            "Pelaksanaan rekomendasi",
            "Carrying out the recommendations",
            [
                words("rekomendasi_diversi", "Rekomendasi hasil diversi", "Recommendation of the diversion", long=True),
                *repeat(
                    "pelaksanaan",
                    "Rekomendasi",
                    "Recommendation",
                    [
                        words("pelaksanaan_item", "Kegiatan", "Activity"),
                        ask("date", "pelaksanaan_tenggat", "Tenggat", "Due"),
                        one("capaian", "pelaksanaan_capaian", "Capaian", "Progress"),
                    ],
                ),
                words("pengawas", "Pengawas", "Supervised by"),
                yes_no("pelanggaran", "Ada pelanggaran", "Was there a breach"),
                words(
                    "pelanggaran_tindakan",
                    "Uraian dan tindakan",
                    "Details and act",
                    long=True,
                    when="${pelanggaran} = 'ya'",
                ),
                one("hasil_akhir", "hasil_akhir", "Hasil akhir proses", "Final result"),
                interval("Jarak pemantauan (hari)", "Days between monitoring visits"),
            ],
        ),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
