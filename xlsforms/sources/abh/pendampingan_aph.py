"""Step 5: the child is accompanied at law enforcement after an invitation to diversion."""

from xlsforms.sources.abh.law import act, detention, must_divert, police, probation
from xlsforms.sources.blocks import case, consent, evidence, follow_up_name, identity_correction, sign_off, update_case
from xlsforms.sources.survey import Form, ask, calc, day_after, group, many, note, number, one, past_day, repeat, words

FORM = Form(
    form_id="abh_pendampingan_aph",
    title=("ABH 05 – Pendampingan di APH", "ABH 05 – Accompaniment at law enforcement"),
    rows=[
        *case("abh_pendampingan_aph"),
        *identity_correction(),
        *group(
            "perkara",
            "Perkara",
            "Case at law",
            [
                one("tahap", "tahap", "Tahap", "Stage", must=True),
                one("peran_anak", "peran_anak", "Peran anak", "Role of the child", must=True, default="pelaku"),
                note(
                    "info_peran",
                    "SOP ini untuk anak yang berkonflik dengan hukum; beri tahu supervisor bila anak korban atau saksi.",
                    "This SOP is for a child in conflict with the law; tell the supervisor about a victim or witness.",
                    "${peran_anak} = 'korban' or ${peran_anak} = 'saksi'",
                ),
                words("no_undangan", "Nomor undangan", "Invitation number"),
                *police(),
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
            "pendampingan_anak",
            "Pendampingan",
            "Accompaniment",
            [
                many("kondisi", "kondisi_anak", "Kondisi anak", "Condition of the child"),
                words("kondisi_uraian", "Uraian kondisi", "Details", long=True),
                *repeat(
                    "pendampingan",
                    "Kegiatan pendampingan",
                    "Act of accompaniment",
                    [
                        past_day("pendampingan_tgl", "Tanggal", "Day"),
                        one("jenis_dampingan", "pendampingan_jenis", "Jenis", "Kind"),
                        number("pendampingan_menit", "Lama (menit)", "Duration (minutes)", 0, 1440),
                        words("pendampingan_catatan", "Catatan", "Notes", long=True),
                    ],
                ),
                words("hasil_pendampingan", "Hasil pendampingan", "Result", long=True, must=True),
                past_day("lapsos_tgl", "Tanggal laporan sosial", "Day of the social report"),
                one(
                    "rekomendasi_lapsos",
                    "rekomendasi_lapsos",
                    "Rekomendasi laporan sosial",
                    "Recommendation of the social report",
                ),
                ask("date", "jadwal_berikut", "Jadwal berikutnya", "Next date"),
            ],
        ),
        *consent(),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
