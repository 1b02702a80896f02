"""Step 8: the case is accompanied to the women-and-children unit of the police."""

from xlsforms.sources.abh.law import act, detention, must_divert, police, victims
from xlsforms.sources.blocks import case, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.survey import Form, ask, group, many, number, one, past_day, photo, repeat, words, yes_no

FORM = Form(
    form_id="abh_pelaporan_uppa",
    title=("ABH 08 – Pelaporan ke UPPA", "ABH 08 – Report to UPPA"),
    rows=[
        *case("abh_pelaporan_uppa"),
        *group(
            "pelaporan",
            "Pelaporan",
            "Report",
            [
                one("tahap", "tahap", "Tahap", "Stage", must=True, default="penyidikan"),
                words("no_surat_uppa", "Nomor surat pengantar", "Number of the letter"),
                *police(),
                photo("foto_lp", "Foto tanda bukti lapor", "Photo of the proof of report"),
                *act(),
                *must_divert(),
                *victims(),
                words("uraian", "Uraian kejadian", "What happened", long=True),
                *detention(),
            ],
        ),
        *group(
            "dampingan",
            "Pendampingan",
            "Accompaniment",
            [
                yes_no(
                    "anak_didampingi",
                    "Anak didampingi pekerja sosial",
                    "Child accompanied by a social worker",
                    must=True,
                ),
                yes_no("wali_hadir", "Orang tua atau wali hadir", "Parent or guardian present"),
                many("kondisi", "kondisi_anak", "Kondisi anak", "Condition of the child"),
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
                yes_no("permintaan_diversi", "Diversi sudah dimintakan", "Diversion was asked for"),
                words("hasil_pelaporan", "Hasil pelaporan", "Result", long=True, must=True),
                ask("date", "jadwal_berikut", "Jadwal berikutnya", "Next date"),
            ],
        ),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
