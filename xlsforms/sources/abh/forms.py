"""The instruments of this SOP, in the order of its steps."""

from xlsforms.sources.abh import (
    arsip,
    asesmen,
    diversi,
    konferensi_kasus,
    kunjungan_rumah,
    laporan_awal,
    laporan_kasus,
    pelaporan_uppa,
    pemantauan,
    pendampingan_aph,
    putusan_rj,
    terminasi,
    upaya_rj,
)
from xlsforms.sources.survey import Form

FORMS: tuple[Form, ...] = (
    laporan_awal.FORM,
    asesmen.FORM,
    kunjungan_rumah.FORM,
    pendampingan_aph.FORM,
    konferensi_kasus.FORM,
    upaya_rj.FORM,
    pelaporan_uppa.FORM,
    putusan_rj.FORM,
    diversi.FORM,
    pemantauan.FORM,
    terminasi.FORM,
    laporan_kasus.FORM,
    arsip.FORM,
)
