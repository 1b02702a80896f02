"""The report that opens a case (domain.md 3.1), for SOPs where anybody may report a person or hand one over."""

from xlsforms.book import Cells
from xlsforms.sources.blocks import Service
from xlsforms.sources.parts import letter, reporter
from xlsforms.sources.survey import (
    Rows,
    ask,
    calc,
    group,
    many,
    note,
    number,
    one,
    past_day,
    photo,
    repeat,
    signature,
    words,
    yes_no,
)

_LETTER = "${jenis_masuk} = 'surat' or ${jenis_masuk} = 'rujukan' or ${kanal} = 'surat'"
# Two times compare by their days alone unless they are made numbers of days first.
NOT_LATER = "decimal-date-time(.) <= decimal-date-time(now())"
_NOT_LATER = ("Waktu tidak boleh setelah sekarang.", "The time cannot be later than now.")
EMERGENCY = "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya'"


def past_moment(name: str, label: str, english: str, *, must: bool = False, when: str = "") -> Cells:
    """A day and hour that are not in the future."""
    return ask("dateTime", name, label, english, must=must, when=when, valid=NOT_LATER, message=_NOT_LATER)


def report_day() -> Cells:
    """The day the report came in; the case opens on it (ruling 6)."""
    return past_day(
        "tgl_laporan",
        "Tanggal laporan diterima",
        "Day the report was received",
        must=True,
        default="today()",
        hint=("Bukan tanggal pengisian bila dicatat belakangan.", "Not the day of writing when entered later."),
    )


def received() -> Rows:
    """How the report came in and from whom, with its letter."""
    return [
        *group(
            "laporan",
            "Laporan",
            "Report",
            [
                one("jenis_masuk", "jenis_masuk", "Bentuk laporan", "Kind of report", must=True),
                past_moment("waktu_lapor", "Waktu laporan", "Time of the report", must=True),
                one("kanal", "kanal", "Diterima melalui", "Received through", must=True),
                one("sumber_laporan", "sumber_laporan", "Sumber laporan", "Source of the report", must=True),
                *letter(_LETTER),
            ],
        ),
        *reporter(),
    ]


def _event_day() -> Cells:
    # A date, not its text: JavaRosa compares a calculated text with a date as if it were no number.
    day = "date(format-date(if(${waktu_ditemukan} != '', ${waktu_ditemukan}, ${tgl_laporan}), '%Y-%m-%d'))"
    return {**calc("tgl_kejadian", day, save_to="tgl_kejadian"), "bind::type": "date"}


def situation(service: Service, more: Rows) -> Rows:
    """What was reported, where the client was found and in what condition. `more`: questions of the SOP itself.

    `tgl_kejadian`, the day at which the age counts, is the day the client was found, else the report's.
    """
    who, english = service.client
    return group(
        "keadaan",
        "Keadaan yang dilaporkan",
        "What was reported",
        [
            number(
                "jml_klien",
                f"Jumlah {who} yang dilaporkan",
                f"Number of {english} cases reported",
                1,
                200,
                default="1",
            ),
            note(
                "info_jml_klien",
                f"Isi satu formulir untuk setiap {who}.",
                f"Fill in one form for each {english}.",
                "${jml_klien} != '' and ${jml_klien} > 1",
            ),
            one("ppks", "ppks_dugaan", "Dugaan kategori", "Suspected category", appearance="autocomplete"),
            words(
                "kronologi_singkat",
                "Gambaran permasalahan",
                "What happened",
                long=True,
                must=True,
                valid="string-length(.) >= 20",
                message=("Tulis paling sedikit 20 huruf.", "Write at least 20 letters."),
                hint=("Tulis singkat; nama orang lain tidak perlu.", "Be brief; other people's names are not needed."),
            ),
            *more,
            words("tempat_ditemukan", "Tempat ditemukan", "Place where found"),
            ask(
                "geopoint",
                "lokasi_ditemukan",
                "Titik lokasi ditemukan",
                "Position where found",
                parameters="capture-accuracy=15 warning-accuracy=50",
            ),
            past_moment("waktu_ditemukan", "Waktu ditemukan", "Time found"),
            _event_day(),
            many("kondisi", "kondisi", "Kondisi saat ditemukan", "Condition when found"),
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
                EMERGENCY,
            ),
            one("status_klien", "status_klien_sekarang", f"Keberadaan {who} sekarang", f"Where the {english} is now"),
        ],
    )


def belongings(name: str = "barang_bawaan", label: str = "Barang bawaan", english: str = "Belongings") -> Rows:
    """Things a client brings, so that nobody is accused of theft later."""
    return repeat(
        name,
        label,
        english,
        [
            words(f"{name}_nama", "Nama barang", "Thing"),
            number(f"{name}_jumlah", "Jumlah", "Number", 1, 10000),
            words(f"{name}_nilai", "Nilai atau keterangan", "Value or remark"),
            photo(f"{name}_foto", "Foto barang", "Photo"),
        ],
    )


def papers() -> Rows:
    """Whether the papers are complete (ruling 20), and the day they were."""
    complete = "${berkas_lengkap} = 'ya'"
    return [
        many("syarat", "syarat", "Kelengkapan yang diterima", "Papers received"),
        yes_no("berkas_lengkap", "Berkas lengkap dan benar?", "Are the papers complete and correct?", must=True),
        past_day(
            "tgl_lengkap",
            "Tanggal berkas lengkap",
            "Day the papers were complete",
            must=True,
            when=complete,
        ),
    ]


def next_act() -> Rows:
    """Doubles, first risk level, where the report goes next and the receipt."""
    return [
        one("ya_tidak_tahu", "cek_duplikat", "Kasus serupa ditemukan?", "Was a similar case found?"),
        words("kasus_serupa", "Nomor kasus serupa", "Number of the similar case", when="${cek_duplikat} = 'ya'"),
        one("tingkat_risiko", "urgensi", "Tingkat risiko awal", "First risk level"),
        one("disposisi", "tujuan_disposisi", "Diteruskan kepada", "Passed on to"),
        signature("tanda_terima_ttd", "Tanda tangan pelapor", "Reporter's signature"),
    ]
