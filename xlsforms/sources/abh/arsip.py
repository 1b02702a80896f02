"""Step 13, second part: the data and information section files the case."""

from xlsforms.sources.blocks import case, follow_up_name, update_case
from xlsforms.sources.survey import Form, ask, group, many, note, number, one, photo, signature, words, yes_no

FORM = Form(
    form_id="abh_arsip",
    title=("ABH 13a – Arsip kasus", "ABH 13a – Filing of the case"),
    rows=[
        *case("abh_arsip"),
        *group(
            "arsip",
            "Arsip",
            "File",
            [
                many("kelengkapan_arsip", "kelengkapan_arsip", "Berkas yang diarsipkan", "Papers filed", must=True),
                yes_no("arsip_lengkap", "Berkas lengkap?", "Are the papers complete?", must=True),
                words("arsip_kurang", "Berkas yang kurang", "Papers missing", when="${arsip_lengkap} = 'tidak'"),
                note(
                    "info_arsip",
                    "Kasus ditutup setelah diarsipkan. Berkas yang kurang dapat menyusul.",
                    "The case closes once filed. Missing papers may follow.",
                ),
                one("media_arsip", "media_arsip", "Bentuk arsip", "Medium", must=True),
                words(
                    "lokasi_arsip",
                    "Lokasi arsip (lemari, boks, map)",
                    "Place (cabinet, box, folder)",
                    when="${media_arsip} != 'digital'",
                ),
                words("kode_klasifikasi", "Kode klasifikasi", "Classification code", default="400.9.2.3"),
                one("klasifikasi_arsip", "sifat_arsip", "Sifat arsip", "Secrecy", default="rahasia"),
                number("jml_lembar", "Jumlah lembar", "Sheets", 0, 10000),
                photo("foto_arsip", "Foto sampul arsip", "Photo of the cover"),
                ask("file", "berkas_arsip", "Berkas pindaian", "Scan (file)"),
                words("catatan_arsip", "Catatan", "Notes", long=True),
                signature("ttd_petugas", "Tanda tangan petugas arsip", "Signature of the filing officer"),
            ],
        ),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
