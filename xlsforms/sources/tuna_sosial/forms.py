"""The instruments of this SOP, in the order of its steps."""

from xlsforms.sources.survey import Form
from xlsforms.sources.tuna_sosial import (
    arsip,
    asesmen,
    bantuan_jks,
    bantuan_sekolah,
    konferensi_kasus,
    kunjungan_rumah,
    laporan_awal,
    laporan_kasus,
    layanan_darurat,
    monitoring,
    rujukan,
    terminasi,
)

FORMS: tuple[Form, ...] = (
    laporan_awal.FORM,
    asesmen.FORM,
    kunjungan_rumah.FORM,
    konferensi_kasus.FORM,
    layanan_darurat.FORM,
    bantuan_jks.FORM,
    bantuan_sekolah.FORM,
    rujukan.FORM,
    monitoring.FORM,
    terminasi.FORM,
    laporan_kasus.FORM,
    arsip.FORM,
)
