"""Step 1: a report or an invitation comes in; opens the case."""

from xlsforms.sources.blocks import address, evidence, identity, metadata, officer, open_case, sign_off
from xlsforms.sources.parts import letter, papers, reporter
from xlsforms.sources.survey import (
    Form,
    ask,
    group,
    many,
    note,
    number,
    one,
    past_day,
    words,
    yes_no,
)

_INVITED = "${jenis_masuk} = 'undangan_rj' or ${jenis_masuk} = 'undangan_diversi'"

FORM = Form(
    form_id="abh_laporan_awal",
    title=("ABH 01 – Penerimaan laporan atau undangan", "ABH 01 – Report or invitation received"),
    rows=[
        *metadata(),
        past_day(
            "tgl_laporan",
            "Tanggal laporan diterima",
            "Day the report was received",
            must=True,
            default="today()",
            hint=("Bukan tanggal pengisian bila dicatat belakangan.", "Not the day of writing when entered later."),
        ),
        *officer(),
        *group(
            "laporan",
            "Laporan atau undangan",
            "Report or invitation",
            [
                one(
                    "jenis_masuk",
                    "jenis_masuk",
                    "Kasus masuk sebagai",
                    "How the case came in",
                    must=True,
                    save_to="jenis_masuk",
                ),
                one("kanal", "kanal", "Diterima melalui", "Received through", must=True),
                one("sumber_laporan", "sumber_laporan", "Sumber laporan", "Source of the report", must=True),
                *letter(_INVITED + " or ${kanal} = 'surat'"),
                ask("date", "tgl_undangan", "Tanggal acara undangan", "Day of the invitation", when=_INVITED),
                ask("time", "jam_undangan", "Jam acara", "Time", when=_INVITED),
                words("tempat_undangan", "Tempat acara", "Place", when=_INVITED),
                ask("time", "jam_laporan", "Jam laporan diterima", "Time received"),
            ],
        ),
        *reporter(),
        *group(
            "kejadian",
            "Kejadian",
            "Incident",
            [
                past_day(
                    "tgl_kejadian",
                    "Tanggal kejadian",
                    "Day of the incident",
                    must=True,
                    hint=(
                        "Umur dihitung pada hari ini. Bila tidak pasti, isi perkiraan terbaik.",
                        "The age is counted on this day. Enter the best estimate when not certain.",
                    ),
                    save_to="tgl_kejadian",
                ),
                yes_no("tgl_kejadian_pasti", "Tanggal kejadian pasti?", "Is this day certain?"),
                words("tempat_kejadian", "Tempat kejadian", "Place of the incident"),
                one(
                    "jenis_perbuatan",
                    "jenis_perbuatan",
                    "Dugaan perbuatan",
                    "Suspected act",
                    must=True,
                    save_to="jenis_perbuatan",
                ),
                words("jenis_perbuatan_lain", "Perbuatan lain", "Other act", when="${jenis_perbuatan} = 'lain'"),
                words(
                    "kronologi_singkat",
                    "Gambaran permasalahan",
                    "What happened",
                    long=True,
                    must=True,
                    hint=(
                        "Tulis singkat; nama orang lain tidak perlu.",
                        "Be brief; other people's names are not needed.",
                    ),
                ),
                number("jml_anak", "Jumlah anak dalam kejadian ini", "Children in this incident", 1, 200, default="1"),
                note(
                    "info_jml_anak",
                    "Isi satu formulir untuk setiap anak.",
                    "Fill in one form for each child.",
                    "${jml_anak} != '' and ${jml_anak} > 1",
                ),
                one("ya_tidak_tahu", "korban_anak", "Korban berusia anak?", "Is the victim a child?"),
                many("kondisi", "kondisi", "Kondisi anak", "Condition of the child"),
                one(
                    "ya_tidak_tahu",
                    "ancaman_segera",
                    "Ada ancaman segera?",
                    "Is there an immediate threat?",
                    must=True,
                    hint=("Supervisor diberi tahu segera.", "The supervisor is told at once."),
                ),
                one("ya_tidak_tahu", "perlu_medis", "Perlu pertolongan medis?", "Is medical help needed?", must=True),
                note(
                    "info_darurat",
                    "**Darurat.** Hubungi 119, 110 atau supervisor sekarang; formulir boleh dilengkapi nanti.",
                    "**Emergency.** Call 119, 110 or the supervisor now; the form can wait.",
                    "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya'",
                ),
                one("status_klien", "status_klien_sekarang", "Keberadaan anak sekarang", "Where the child is now"),
            ],
        ),
        *identity(),
        *address(),
        *papers(),
        *evidence(),
        *sign_off("tgl_laporan"),
    ],
    entity=open_case(),
    instance_name="concat(${inisial}, ' · ', ${tgl_laporan})",
)
