"""Step 9: referral to a rehabilitation institution when there is no family to return to."""

from xlsforms.sources.blocks import consent, evidence, phone, sign_off
from xlsforms.sources.gelandangan.service import GELANDANGAN, follow_up
from xlsforms.sources.survey import Rows, ask, group, many, note, number, one, past_day, repeat, words, yes_no


def _target() -> Rows:
    return group(
        "tujuan",
        "Lembaga tujuan",
        "Receiving institution",
        [
            one("jenis_rujukan", "jenis_rujukan", "Jenis rujukan", "Kind of referral", must=True),
            many("alasan_rujukan", "alasan", "Alasan rujukan", "Reason", must=True),
            words("alasan_uraian", "Uraian alasan", "Reason in detail", long=True, must=True),
            ask(
                "select_one_from_file lembaga.csv",
                "lembaga_tujuan",
                "Balai atau panti tujuan",
                "Institution",
                must=True,
                choice_filter="kind = 'balai' or kind = 'panti' or kind = 'rumah_singgah' or kind = 'kesehatan'"
                " or kind = 'dinsos'",
            ),
            one("ya_tidak_tahu", "kriteria_usia", "Umur memenuhi syarat lembaga", "Age fits"),
            one("ya_tidak_tahu", "kriteria_jk", "Jenis kelamin memenuhi syarat lembaga", "Sex fits"),
            one("ya_tidak_tahu", "kriteria_kategori", "Kategori memenuhi syarat lembaga", "Category fits"),
            note(
                "kriteria_cocok",
                "Ada syarat lembaga yang tidak terpenuhi. Pastikan dahulu agar rujukan tidak ditolak.",
                "A condition of the institution is not met. Make sure first, so that the referral is not refused.",
                "${kriteria_usia} = 'tidak' or ${kriteria_jk} = 'tidak' or ${kriteria_kategori} = 'tidak'",
            ),
            yes_no("kontak_awal", "Ketersediaan tempat sudah dikonfirmasi?", "Was it confirmed that there is room?"),
            words("kontak_nama", "Nama yang dihubungi", "Who confirmed", when="${kontak_awal} = 'ya'"),
            ask(
                "dateTime",
                "kontak_waktu",
                "Waktu konfirmasi",
                "When",
                when="${kontak_awal} = 'ya'",
            ),
            many("layanan_diminta", "layanan_diminta", "Layanan yang diminta", "Services asked for", must=True),
            many("berkas_rujukan", "berkas", "Berkas terlampir", "Papers enclosed", must=True),
            many("tes_kesehatan", "tes_kesehatan", "Hasil kesehatan (terbatas)", "Health results (restricted)"),
            one("tingkat_risiko", "urgensi", "Urgensi", "Urgency"),
            number("rencana_lama", "Lama layanan (bulan)", "Planned stay (months)", 1, 120),
            ask("date", "kontrol", "Jadwal kontrol", "Day of the check"),
        ],
    )


def _report() -> Rows:
    """What the social report, a product of this SOP, is written from."""
    return group(
        "laporan_sosial",
        "Laporan sosial",
        "Social report",
        [
            words("riwayat", "Riwayat klien", "History of the client", long=True),
            words("permasalahan", "Permasalahan", "Problems", long=True, must=True),
            words("layanan_diberikan", "Layanan yang telah diberikan", "Services given", long=True),
            words("analisis", "Analisis", "Analysis", long=True),
            words(
                "catatan_alamat",
                "Catatan alamat klien atau keluarga",
                "Notes on the address of client or family",
                hint=(
                    "Bila klien punya alamat tetapi tanpa keluarga, tulis di sini.",
                    "If the client has an address but no family, write it here.",
                ),
            ),
        ],
    )


def _answer() -> Rows:
    answered = "${status_rujukan} != '' and ${status_rujukan} != 'diajukan'"
    return group(
        "balasan",
        "Balasan lembaga",
        "Answer of the institution",
        [
            one("status_rujukan", "status_rujukan", "Status rujukan", "State", must=True, default="diajukan"),
            past_day("tgl_balasan", "Tanggal balasan", "Day of the answer", when=answered),
            words("no_balasan", "Nomor balasan", "Number of the answer", when=answered),
            words(
                "alasan_tolak_lembaga",
                "Alasan lembaga menolak",
                "Why the institution refused",
                when="${status_rujukan} = 'ditolak'",
            ),
            words("pj_penerima", "Penanggung jawab penerima", "Responsible at the institution"),
            phone("pj_hp", "Nomor HP penanggung jawab", "Their mobile number"),
            *repeat(
                "umpan_balik",
                "Laporan perkembangan lembaga",
                "Report of the institution",
                [
                    past_day("umpan_tgl", "Tanggal", "Day"),
                    words("umpan_isi", "Isi", "Contents", long=True),
                    ask("file", "umpan_berkas", "Berkas", "File"),
                ],
            ),
        ],
    )


FORM = follow_up(
    "rujukan",
    ("GLD 09 – Rujukan ke balai atau panti", "GLD 09 – Referral to an institution"),
    [
        *_target(),
        *_report(),
        *group(
            "pengantaran",
            "Pengantaran dan persetujuan",
            "Transport and consent",
            [
                one("moda", "transport", "Kendaraan", "Means of transport"),
                words("pengantar", "Pengantar", "Escort"),
                ask("date", "tgl_antar", "Tanggal pengantaran", "Day of the transport"),
                yes_no("setuju_klien", "Klien setuju dirujuk?", "Does the client agree?", must=True),
                words(
                    "alasan_klien",
                    "Alasan tetap dirujuk",
                    "Why the client is referred all the same",
                    must=True,
                    when="${setuju_klien} = 'tidak'",
                ),
                one("ya_tidak_tahu", "setuju_keluarga", "Keluarga setuju?", "Does the family agree?"),
            ],
        ),
        *_answer(),
        *consent(GELANDANGAN),
        *evidence(),
        *sign_off(service=GELANDANGAN),
    ],
)
