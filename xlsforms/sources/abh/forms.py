"""The instruments of this SOP, in the order of its steps."""

from xlsforms.sources.abh import asesmen, konferensi_kasus, laporan_awal
from xlsforms.sources.survey import Form

FORMS: tuple[Form, ...] = (
    laporan_awal.FORM,
    asesmen.FORM,
    konferensi_kasus.FORM,
)
