"""Step 6: all reports of the case are collected and filed; the Case Record is made from them (domain.md 4.14)."""

from xlsforms.sources.blocks import evidence, sign_off
from xlsforms.sources.survey import ask, group, many, number, one, past_day, photo, repeat, words, yes_no
from xlsforms.sources.tuna_susila.service import TUNA_SUSILA, follow_up

_RECORD = group(
    "case_record",
    "Catatan kasus",
    "Case record",
    [
        *repeat(
            "catatan",
            "Catatan perkembangan",
            "Progress note",
            [
                past_day("catatan_tgl", "Tanggal", "Day"),
                ask("time", "catatan_jam", "Jam", "Time"),
                words("catatan_kegiatan", "Kegiatan", "Activity"),
                words("catatan_pihak", "Pihak", "Parties"),
                words("catatan_isi", "Catatan", "Note", long=True),
                words("catatan_rencana", "Rencana", "Plan"),
                words("catatan_petugas", "Petugas", "Officer"),
            ],
        ),
        words(
            "ringkasan_perkembangan",
            "Ringkasan perkembangan kasus",
            "Summary of the progress",
            long=True,
            must=True,
        ),
        many("jenis_layanan", "layanan_diberikan", "Layanan yang diberikan", "Services given"),
        one("hasil_layanan", "hasil_layanan", "Hasil layanan", "Result", must=True),
        words("analisis", "Analisis", "Analysis", long=True),
        words("hambatan_penanganan", "Hambatan", "Obstacles", long=True),
        words("laporan_akhir", "Laporan akhir", "Final report", long=True, must=True),
    ],
)

_ARCHIVE = group(
    "arsip",
    "Arsip",
    "File",
    [
        many("kelengkapan_arsip", "kelengkapan_arsip", "Laporan yang diarsipkan", "Reports filed", must=True),
        yes_no("arsip_lengkap", "Berkas lengkap?", "Are the papers complete?", must=True),
        words("arsip_kurang", "Berkas yang kurang", "Papers missing", when="${arsip_lengkap} = 'tidak'"),
        past_day("tgl_arsip", "Tanggal diarsipkan", "Day of filing", must=True, default="today()"),
        one("media_arsip", "media_arsip", "Bentuk arsip", "Medium", must=True),
        words(
            "lokasi_arsip",
            "Lokasi arsip (lemari, boks, map)",
            "Place (cabinet, box, folder)",
            when="${media_arsip} != 'digital'",
        ),
        words("kode_klasifikasi", "Kode klasifikasi", "Classification code", default="400.9.4.2"),
        one("klasifikasi_arsip", "sifat_arsip", "Sifat arsip", "Secrecy", default="rahasia"),
        number("jml_lembar", "Jumlah lembar", "Sheets", 0, 10000),
        photo("foto_arsip", "Foto sampul arsip", "Photo of the cover"),
        ask("file", "berkas_arsip", "Berkas pindaian", "Scan (file)"),
    ],
)

FORM = follow_up(
    "catatan_kasus",
    ("RTS 06 – Catatan kasus", "RTS 06 – Case record"),
    [*_RECORD, *_ARCHIVE, *evidence(), *sign_off("tgl_kegiatan", TUNA_SUSILA)],
)
