"""Step 1: a report about a child comes in; opens the case, and the emergency service at once where it is needed."""

from xlsforms.sources.blocks import address, evidence, identity, metadata, officer, open_case, sign_off
from xlsforms.sources.parts import letter, papers, reporter
from xlsforms.sources.survey import Form, ask, group, many, note, number, one, past_day, words
from xlsforms.sources.tuna_sosial.service import SERVICE

_LETTER = "${jenis_masuk} = 'surat' or ${jenis_masuk} = 'rujukan' or ${kanal} = 'surat'"

FORM = Form(
    form_id="tuna_sosial_laporan_awal",
    title=("TS 01 – Penerimaan laporan", "TS 01 – Report received"),
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
            "Laporan",
            "Report",
            [
                one("jenis_masuk", "jenis_masuk", "Bentuk laporan", "Kind of report", must=True),
                one("kanal", "kanal", "Diterima melalui", "Received through", must=True),
                one("sumber_laporan", "sumber_laporan", "Sumber laporan", "Source of the report", must=True),
                *letter(_LETTER),
                ask("time", "jam_laporan", "Jam laporan diterima", "Time received"),
            ],
        ),
        *reporter(),
        *group(
            "penemuan",
            "Keadaan yang dilaporkan",
            "What is reported",
            [
                one(
                    "ya_tidak_tahu",
                    "ancaman_segera",
                    "Ada ancaman segera?",
                    "Is there an immediate threat?",
                    must=True,
                    hint=("Ya: layanan darurat dibuka saat itu juga.", "Yes: the emergency service opens at once."),
                ),
                one("ya_tidak_tahu", "perlu_medis", "Perlu pertolongan medis?", "Is medical help needed?", must=True),
                note(
                    "info_darurat",
                    "**Darurat.** Hubungi 119, 110 atau supervisor sekarang; formulir boleh dilengkapi nanti.",
                    "**Emergency.** Call 119, 110 or the supervisor now; the form can wait.",
                    "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya'",
                ),
                past_day(
                    "tgl_kejadian",
                    "Tanggal anak ditemukan atau kejadian",
                    "Day the child was found or the incident",
                    must=True,
                    default="today()",
                    hint=(
                        "Umur dihitung pada hari ini. Bila tidak pasti, isi perkiraan terbaik.",
                        "The age is counted on this day. Enter the best estimate when not certain.",
                    ),
                    save_to="tgl_kejadian",
                ),
                ask("time", "jam_ditemukan", "Jam ditemukan", "Time found"),
                words("tempat_ditemukan", "Tempat ditemukan", "Place found"),
                ask(
                    "geopoint",
                    "lokasi_ditemukan",
                    "Titik lokasi ditemukan",
                    "Position found",
                    parameters="capture-accuracy=15 warning-accuracy=50",
                ),
                words(
                    "kronologi_singkat",
                    "Gambaran permasalahan",
                    "What is the problem",
                    long=True,
                    must=True,
                    valid="string-length(.) >= 20",
                    message=("Tulis sedikitnya 20 huruf.", "Write at least 20 letters."),
                    hint=(
                        "Tulis singkat; nama orang lain tidak perlu.",
                        "Be brief; other people's names are not needed.",
                    ),
                ),
                number("jml_anak", "Jumlah anak yang dilaporkan", "Children reported", 1, 200, default="1"),
                note(
                    "info_jml_anak",
                    "Isi satu formulir untuk setiap anak.",
                    "Fill in one form for each child.",
                    "${jml_anak} != '' and ${jml_anak} > 1",
                ),
                many("kondisi", "kondisi", "Kondisi saat ditemukan", "Condition when found"),
                one("status_klien", "status_klien_sekarang", "Keberadaan anak sekarang", "Where the child is now"),
            ],
        ),
        *identity(SERVICE, place="tempat_ditemukan"),
        *address(SERVICE),
        *papers(),
        *evidence(),
        *sign_off("tgl_laporan"),
    ],
    entity=open_case(SERVICE),
    instance_name="concat(${inisial}, ' · ', ${tgl_laporan})",
)
