"""The instruments of this SOP, in the order of its steps."""

from xlsforms.sources.gelandangan import (
    asesmen,
    bimbingan,
    home_visit,
    koordinasi,
    penelusuran,
    pengiriman,
    reunifikasi,
    rujukan,
    surat_permohonan,
)
from xlsforms.sources.survey import Form

FORMS: tuple[Form, ...] = (
    surat_permohonan.FORM,
    asesmen.FORM,
    bimbingan.FORM,
    penelusuran.FORM,
    reunifikasi.FORM,
    home_visit.FORM,
    koordinasi.FORM,
    rujukan.FORM,
    pengiriman.FORM,
)
