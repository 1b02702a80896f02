"""The instruments of this SOP, in the order of its steps."""

from xlsforms.sources.survey import Form
from xlsforms.sources.tuna_susila import (
    asesmen_awal,
    asesmen_lanjutan,
    catatan_kasus,
    disposisi,
    laporan_awal,
    masuk_rps,
    serah_terima,
)

FORMS: tuple[Form, ...] = (
    laporan_awal.FORM,
    asesmen_awal.FORM,
    disposisi.FORM,
    masuk_rps.FORM,
    asesmen_lanjutan.FORM,
    catatan_kasus.FORM,
    serah_terima.FORM,
)
