"""Step 1: a report comes in, with the problem and where it is to be verified; opens the case."""

from xlsforms.sources import wording
from xlsforms.sources.blocks import address, evidence, identity, metadata, officer, open_case, sign_off
from xlsforms.sources.reporting import belongings, next_act, papers, received, report_day, situation
from xlsforms.sources.survey import Form, Rows, group, one, words
from xlsforms.sources.tuna_susila.service import TUNA_SUSILA


def _verification() -> Rows:
    return [
        one("cara_verifikasi", "cara_verifikasi", "Cara verifikasi dan validasi", "Way of verifying the report"),
        words(
            "tujuan_verifikasi",
            "Ke mana laporan diverifikasi dan divalidasi",
            "Where the report is to be verified",
            long=True,
            must=True,
            hint=("Tempat, orang atau lembaga yang didatangi.", "Place, person or institution to go to."),
        ),
    ]


FORM = Form(
    form_id="tuna_susila_laporan_awal",
    title=("RTS 01 – Penerimaan laporan", "RTS 01 – Report received"),
    rows=wording.questions(
        [
            *metadata(),
            report_day(),
            *officer(),
            *received(),
            *situation(TUNA_SUSILA, _verification()),
            *identity(TUNA_SUSILA, "tempat_ditemukan"),
            *address(TUNA_SUSILA),
            *group(
                "berkas",
                "Berkas dan tindak lanjut",
                "Papers and next act",
                [*belongings(), *papers(), *next_act()],
            ),
            *evidence(),
            *sign_off("tgl_laporan", TUNA_SUSILA),
        ]
    ),
    entity=open_case(TUNA_SUSILA),
    instance_name="concat(${inisial}, ' · ', ${tgl_laporan})",
)
