"""The instruments of this SOP, in the order of its steps."""

from xlsforms.sources.anjal_terlantar import (
    asesmen_lapangan,
    berkas_administrasi,
    pendampingan,
    penerimaan,
    penyerahan_anak,
    tanda_tangan_kadis,
    tanda_terima,
    telaah_kabid,
)
from xlsforms.sources.survey import Form

FORMS: tuple[Form, ...] = (
    penyerahan_anak.FORM,
    penerimaan.FORM,
    asesmen_lapangan.FORM,
    berkas_administrasi.FORM,
    telaah_kabid.FORM,
    tanda_tangan_kadis.FORM,
    tanda_terima.FORM,
    pendampingan.FORM,
)
