"""Step 3: guidance, often in a group; each client in it is a row, and its case is told of that row alone (ruling 28)."""

from xlsforms.sources import wording
from xlsforms.sources.blocks import act_day, evidence, metadata, officer, picked, shown, sign_off, update_case
from xlsforms.sources.gelandangan.service import GELANDANGAN
from xlsforms.sources.sensitivity import COLUMN
from xlsforms.sources.survey import (
    Form,
    Rows,
    ask,
    group,
    many,
    note,
    number,
    one,
    photo,
    repeat,
    signature,
    words,
    yes_no,
)

_ID = "gelandangan_bimbingan"


def _session() -> Rows:
    return group(
        "sesi",
        "Sesi bimbingan",
        "Session",
        [
            many("jenis_bimbingan", "jenis", "Jenis bimbingan", "Kind of guidance", must=True, **{COLUMN: "internal"}),
            one("metode_bimbingan", "metode", "Metode", "Method"),
            words("tema", "Tema", "Theme", must=True),
            words("tujuan_sesi", "Tujuan sesi", "Aim of the session", must=True),
            many("materi", "materi", "Materi", "Contents"),
            words("materi_uraian", "Uraian materi", "Contents in detail", long=True),
            words("narasumber", "Narasumber", "Speaker"),
            words("instansi", "Instansi narasumber", "Speaker's institution"),
            number("durasi_mnt", "Lama sesi (menit)", "Length (minutes)", 5, 480),
            one("tempat_bimbingan", "tempat", "Tempat", "Place"),
            yes_no("insiden", "Ada kejadian khusus?", "Did anything unusual happen?"),
            words("insiden_uraian", "Uraian kejadian", "What happened", long=True, when="${insiden} = 'ya'"),
            number("biaya", "Biaya (Rp)", "Cost (Rp)", 0, 100000000),
            ask(
                "date",
                "sesi_berikut",
                "Sesi berikutnya",
                "Next session",
                valid=". >= ${tgl_kegiatan}",
                message=("Tidak boleh sebelum tanggal kegiatan.", "Cannot be before the day of the act."),
            ),
            photo("daftar_hadir", "Foto daftar hadir", "Photo of the attendance list"),
        ],
    )


def _clients() -> Rows:
    religious = "selected(${jenis}, 'spiritual')"
    return [
        note(
            "info_peserta",
            "Isi satu baris untuk setiap klien yang dibimbing. Klien yang tidak hadir tidak dicantumkan; langkahnya tetap menunggu.",
            "One row for each client guided. Leave out who was not there: their step keeps waiting.",
        ),
        *repeat(
            "peserta",
            "Klien yang dibimbing",
            "Client guided",
            [
                *picked(_ID, GELANDANGAN),
                one("hadir_bimbingan", "hadir", "Kehadiran", "Attendance", must=True),
                one("respon", "respon", "Respon", "Response"),
                one("skala5", "skala_sebelum", "Penilaian sebelum", "Rating before"),
                one("skala5", "skala_sesudah", "Penilaian sesudah", "Rating after"),
                words("perubahan", "Perubahan teramati", "Change observed"),
                words("tugas", "Tugas atau latihan", "Task or exercise"),
                one(
                    "ya_tidak",
                    "agama_cocok",
                    "Sesuai agama klien",
                    "Fits the client's religion",
                    must=True,
                    when=religious,
                    valid=". = 'ya'",
                    message=(
                        "Bimbingan spiritual hanya sesuai agama klien. Keluarkan klien ini atau ubah jenis bimbingan.",
                        "Spiritual guidance only in the client's own religion. Remove this client or change the kind.",
                    ),
                ),
                words("catatan_peserta", "Catatan", "Notes", long=True),
                words("rekomendasi_peserta", "Rekomendasi", "Recommendation"),
                signature("peserta_ttd", "Tanda tangan klien", "Client's signature"),
            ],
        ),
    ]


FORM = Form(
    form_id=_ID,
    title=("GLD 03 – Bimbingan", "GLD 03 – Guidance"),
    rows=wording.questions(
        [
            *metadata(),
            shown(),
            act_day(),
            *officer(),
            *_session(),
            *_clients(),
            *evidence(),
            *sign_off(service=GELANDANGAN),
        ]
    ),
    entity=update_case(GELANDANGAN),
    instance_name="concat('Bimbingan ', ${tema}, ' · ', ${tgl_kegiatan})",
)
