"""Step 7: restorative justice in the community is attempted."""

from xlsforms.sources.abh.law import act, other_children, participants, rj_check, victims
from xlsforms.sources.blocks import case, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.survey import Form, ask, group, one, words, yes_no

FORM = Form(
    form_id="abh_upaya_rj",
    title=("ABH 07 – Upaya RJ di masyarakat", "ABH 07 – Attempt of community RJ"),
    rows=[
        *case("abh_upaya_rj"),
        *group(
            "dasar",
            "Dasar dan kelayakan",
            "Basis and check",
            [
                one("dasar_rj", "dasar_rj", "Dasar upaya RJ", "Basis"),
                words("no_undangan", "Nomor undangan", "Invitation number"),
                words("uraian", "Uraian kejadian", "What happened", long=True),
                *act(),
                *rj_check(),
                *other_children(),
                *victims(),
            ],
        ),
        *group(
            "upaya",
            "Upaya mempertemukan para pihak",
            "Bringing the parties together",
            [
                words("mediator", "Mediator", "Mediator"),
                one("tempat_mediasi", "tempat_mediasi", "Tempat", "Place"),
                *participants(),
                yes_no(
                    "pendamping_anak",
                    "Anak didampingi pekerja sosial",
                    "Child accompanied by a social worker",
                    must=True,
                ),
                yes_no("korban_dihubungi", "Korban atau keluarganya sudah dihubungi", "Victim or family contacted"),
                yes_no("tanpa_tekanan", "Semua pihak ikut tanpa paksaan", "All take part without pressure"),
                words("proses", "Jalannya upaya", "Course of the attempt", long=True, must=True),
                one("hasil_upaya", "hasil_upaya", "Hasil upaya", "Result", must=True),
                ask(
                    "date",
                    "tgl_musyawarah",
                    "Tanggal musyawarah",
                    "Day of the meeting",
                    when="${hasil_upaya} != 'menolak'",
                ),
            ],
        ),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
