"""Step 4: temporary stay in the shelter RPS SENYUM; one row of its register of clients (domain.md 3.6 and 4.13)."""

from xlsforms.sources.blocks import consent, evidence, sign_off
from xlsforms.sources.reporting import NOT_LATER, belongings, past_moment
from xlsforms.sources.survey import (
    ask,
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
from xlsforms.sources.tuna_susila.service import TUNA_SUSILA, follow_up

_IN_RPS = "${tempat_aman} = 'rps'"
_ALONE = "${izin_wali} = 'tanpa_wali'"

_NEED = group(
    "kedaruratan",
    "Kedaruratan",
    "Emergency",
    [
        many("dasar_darurat", "dasar_darurat", "Dasar kedaruratan", "Grounds of the emergency", must=True),
        past_moment("waktu_permintaan", "Waktu permintaan", "Time of the request", must=True),
        ask(
            "dateTime",
            "waktu_respon",
            "Waktu respon",
            "Time of the response",
            must=True,
            valid=f"decimal-date-time(.) >= decimal-date-time(${{waktu_permintaan}}) and {NOT_LATER}",
            message=(
                "Waktu respon tidak boleh sebelum permintaan atau setelah sekarang.",
                "The response cannot be before the request or later than now.",
            ),
        ),
        many("layanan_darurat", "layanan", "Layanan yang diberikan", "Services given", must=True),
        *repeat(
            "jumlah_nilai",
            "Jumlah dan nilai",
            "Amounts and values",
            [
                words("item_nama", "Barang atau jasa", "Item"),
                number("item_jumlah", "Jumlah", "Number", 1, 10000),
                words("item_satuan", "Satuan", "Unit"),
                number("item_rupiah", "Nilai (Rp)", "Value (Rp)", 0, 999999999),
            ],
        ),
        one("izin_wali", "izin_wali", "Persetujuan wali", "Guardian's consent"),
        words("alasan_tanpa_wali", "Alasan tanpa wali", "Why without a guardian", must=True, when=_ALONE),
        yes_no("lapor_polisi", "Dilaporkan ke polisi?", "Reported to the police?"),
        words("no_lp", "Nomor laporan polisi", "Police report number", when="${lapor_polisi} = 'ya'"),
        one("penyetuju", "penyetuju", "Disetujui oleh", "Approved by"),
        past_moment("waktu_setuju", "Waktu persetujuan", "Time of the approval", when="${penyetuju} != ''"),
    ],
)

_STAY = group(
    "hunian",
    "Buku data klien RPS",
    "Register of the shelter",
    [
        one(
            "tempat_aman",
            "tempat_aman",
            "Ditempatkan di",
            "Placed in",
            must=True,
            default="rps",
        ),
        words("tempat", "Nama tempat", "Name of the place", must=True, default="RPS SENYUM"),
        words("rps_kamar", "Kamar", "Room", when=_IN_RPS),
        past_day("tgl_masuk", "Tanggal masuk", "Day of admission", must=True, default="today()"),
        ask("time", "jam_masuk", "Jam masuk", "Time of admission", must=True),
        number(
            "rencana_lama_hari",
            "Rencana lama tinggal (hari)",
            "Planned stay (days)",
            1,
            30,
            must=True,
            hint=("Penempatan bersifat sementara.", "The stay is temporary."),
        ),
        many("kondisi", "kondisi_masuk", "Kondisi saat masuk", "Condition on admission"),
        ask(
            "decimal",
            "suhu",
            "Suhu tubuh (°C)",
            "Temperature (°C)",
            valid=". >= 30 and . <= 45",
            message=("Isi 30 sampai 45.", "Enter 30 to 45."),
        ),
        ask(
            "text",
            "tensi",
            "Tekanan darah",
            "Blood pressure",
            valid="regex(., '^[0-9]{2,3}/[0-9]{2,3}$')",
            message=("Tulis seperti 120/80.", "Write it like 120/80."),
        ),
        ask(
            "decimal",
            "berat",
            "Berat badan (kg)",
            "Weight (kg)",
            valid=". >= 1 and . <= 300",
            message=("Isi 1 sampai 300.", "Enter 1 to 300."),
        ),
        *belongings("barang_titipan", "Barang yang dititipkan", "Things deposited"),
        signature("ttd_titipan", "Tanda tangan penitipan barang", "Signature for the deposit"),
        words(
            "larangan_kunjungan",
            "Pihak yang dilarang menemui klien",
            "Who may not visit the client",
            long=True,
            hint=("Hanya dibaca petugas RPS dan manajer kasus.", "Read only by the shelter and the case manager."),
        ),
        ask(
            "select_one_from_file petugas.csv",
            "penanggung_jawab_rps",
            "Ketua atau petugas RPS yang menerima",
            "Receiving officer of the shelter",
            must=True,
            appearance="autocomplete",
        ),
        *repeat(
            "pantau_harian",
            "Catatan harian",
            "Daily note",
            [
                past_day("harian_tgl", "Tanggal", "Day"),
                words("harian_kondisi", "Kondisi", "Condition"),
                words("harian_kegiatan", "Kegiatan", "Activity"),
                words("harian_petugas", "Petugas", "Officer"),
            ],
        ),
        note(
            "info_keluar",
            "Keluar dari RPS dicatat pada formulir serah terima.",
            "Leaving the shelter is recorded in the hand-over form.",
        ),
        photo("foto_buku", "Foto halaman buku data klien", "Photo of the register page"),
    ],
)

FORM = follow_up(
    "masuk_rps",
    ("RTS 04 – Masuk RPS SENYUM", "RTS 04 – Admission to RPS SENYUM"),
    [
        *_NEED,
        *_STAY,
        *consent(TUNA_SUSILA),
        *evidence(),
        *sign_off("tgl_kegiatan", TUNA_SUSILA),
    ],
)
