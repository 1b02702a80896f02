"""Step 12: the case is declared terminated; the supervisor confirms on the web."""

from xlsforms.sources.blocks import case, follow_up_name, sign_off, update_case
from xlsforms.sources.survey import Form, Rows, ask, calc, group, many, note, one, past_day, repeat, words

_SATISFACTION = (
    ("Persyaratan layanan mudah", "Requirements are easy"),
    ("Prosedur mudah", "Procedure is easy"),
    ("Waktu layanan cepat", "Service is quick"),
    ("Tidak ada biaya", "Nothing was charged"),
    ("Hasil sesuai standar", "Result as promised"),
    ("Petugas mampu", "Officer is able"),
    ("Petugas sopan dan ramah", "Officer is polite"),
    ("Pengaduan ditangani", "Complaints are handled"),
    ("Sarana baik", "Facilities are good"),
)
_DIED = "${jenis_terminasi} = 'meninggal'"
_LOST = "${jenis_terminasi} = 'hilang_kontak' or ${jenis_terminasi} = 'melarikan_diri'"


def _survey() -> Rows:
    return [
        one("skm", f"skm_{number}", label, english) for number, (label, english) in enumerate(_SATISFACTION, start=1)
    ]


FORM = Form(
    form_id="abh_terminasi",
    title=("ABH 12 – Terminasi", "ABH 12 – Termination"),
    rows=[
        *case("abh_terminasi"),
        *group(
            "terminasi",
            "Terminasi",
            "Termination",
            [
                note(
                    "info_konfirmasi",
                    "Terminasi berlaku setelah dikonfirmasi supervisor.",
                    "The termination holds when the supervisor has confirmed it.",
                ),
                one("jenis_terminasi", "jenis_terminasi", "Jenis terminasi", "Kind", must=True),
                words("alasan_terminasi", "Alasan", "Reason", long=True, must=True),
                *repeat(
                    "kriteria",
                    "Kriteria terminasi",
                    "Criterion",
                    [
                        words("kriteria_uraian", "Kriteria", "Criterion"),
                        one("terpenuhi", "kriteria_terpenuhi", "Terpenuhi", "Met"),
                        words("kriteria_bukti", "Bukti", "Proof"),
                    ],
                ),
                one("skala5", "skor_awal", "Keberfungsian sosial di awal", "Social functioning at the start"),
                one("skala5", "skor_akhir", "Keberfungsian sosial sekarang", "Social functioning now"),
                calc(
                    "perubahan_skor", "if(${skor_awal} != '' and ${skor_akhir} != '', ${skor_akhir} - ${skor_awal}, '')"
                ),
                many("jenis_layanan", "layanan_diterima", "Layanan yang diterima", "Services received"),
                one("semua_sebagian", "jaminan_terakses", "Jaminan dapat diakses", "Social security reached"),
                one("tinggal_akhir", "tinggal_akhir", "Tempat tinggal", "Where the child lives"),
                words("pengasuh_akhir", "Pengasuh", "Carer"),
                one("sekolah_status", "sekolah_akhir", "Sekolah", "School"),
                one("pekerjaan", "kerja_akhir", "Pekerjaan atau kegiatan", "Work or occupation"),
                one("risiko", "risiko_sisa", "Risiko tersisa", "Remaining risk"),
                words(
                    "risiko_alasan",
                    "Alasan tetap diterminasi",
                    "Reason to close all the same",
                    when="${risiko_sisa} = 'tinggi'",
                ),
                words("pendapat_klien", "Pendapat anak", "What the child says", long=True),
                words("pendapat_keluarga", "Pendapat keluarga", "What the family says", long=True),
                *repeat(
                    "binjut",
                    "Bimbingan lanjut",
                    "After care",
                    [
                        ask("date", "binjut_bulan", "Bulan", "Month", appearance="month-year"),
                        one("cara_pantau", "binjut_cara", "Cara", "Way"),
                        words("binjut_petugas", "Petugas", "Officer"),
                    ],
                ),
                words("kontak_darurat", "Kontak darurat", "Emergency contact"),
                one("kembali", "barang_kembali", "Barang dikembalikan", "Things returned"),
                one("kembali", "dok_kembali", "Dokumen dikembalikan", "Papers returned"),
                words(
                    "alasan_belum_kembali",
                    "Alasan belum dikembalikan",
                    "Why not",
                    when="${barang_kembali} = 'tidak' or ${dok_kembali} = 'tidak'",
                ),
            ],
        ),
        *group(
            "meninggal",
            "Keterangan meninggal",
            "Death",
            [
                past_day("meninggal_tgl", "Tanggal", "Day"),
                words("meninggal_tempat", "Tempat", "Place"),
                words("meninggal_sebab", "Sebab", "Cause"),
                words("meninggal_no_surat", "Nomor surat kematian", "Death certificate number"),
                words("meninggal_pemakaman", "Pemakaman", "Burial"),
            ],
            when=_DIED,
        ),
        *group(
            "hilang",
            "Keterangan hilang kontak",
            "Contact lost",
            [
                past_day("hilang_tgl", "Terakhir bertemu", "Last seen"),
                words("hilang_tempat", "Tempat", "Place"),
                words("hilang_upaya", "Upaya pencarian", "Search made", long=True, must=True),
                words("hilang_lapor", "Laporan polisi", "Police report"),
            ],
            when=_LOST,
        ),
        *group("kepuasan", "Kepuasan layanan", "Satisfaction", _survey(), appearance="field-list"),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
