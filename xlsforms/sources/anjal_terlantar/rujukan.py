"""The referral to the provincial institution (domain.md 3.9): prepared with the papers, ended by the reply."""

from xlsforms.book import Cells
from xlsforms.sources.blocks import phone
from xlsforms.sources.survey import (
    Rows,
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

_REPLIED = "${status_rujukan} != 'diajukan'"
_REFUSED = "${status_rujukan} = 'ditolak'"


def _criteria() -> Rows:
    return [
        yes_no("kriteria_umur", "Umur sesuai syarat lembaga", "Age fits the institution"),
        yes_no("kriteria_jk", "Jenis kelamin sesuai syarat lembaga", "Sex fits the institution"),
        yes_no("kriteria_kategori", "Kelompok sasaran sesuai", "Target group fits"),
        ask(
            "calculate",
            "kriteria_cocok",
            "",
            "",
            calculation=(
                "if(${kriteria_umur} = 'ya' and ${kriteria_jk} = 'ya' and ${kriteria_kategori} = 'ya', 'ya',"
                " if(${kriteria_umur} = 'tidak' or ${kriteria_jk} = 'tidak' or ${kriteria_kategori} = 'tidak',"
                " 'tidak', 'belum_dipastikan'))"
            ),
        ),
        note(
            "info_kriteria",
            "Kriteria penerimaan: **${kriteria_cocok}**. Pastikan sebelum anak dikirim.",
            "Criteria of admission: **${kriteria_cocok}**. Make sure before the child is sent.",
        ),
    ]


def institution(name: str = "lembaga_tujuan", *, must: bool = False, when: str = "") -> Cells:
    """The institution that shall receive the child, from the office's list."""
    return ask(
        "select_one_from_file lembaga.csv",
        name,
        "Lembaga tujuan (UPT)",
        "Receiving institution (UPT)",
        must=must,
        when=when,
        choice_filter="kind = 'upt' or kind = 'sentra' or kind = 'lksa'",
        appearance="autocomplete",
    )


def prepared() -> Rows:
    """Where the child shall go, why, whether there is room, and the papers that go along."""
    return group(
        "persiapan_rujukan",
        "Persiapan rujukan",
        "Preparing the referral",
        [
            one("jenis_rujukan", "jenis_rujukan", "Jenis rujukan", "Kind of referral", must=True, default="provinsi"),
            many("alasan_rujukan", "alasan_rujukan", "Alasan rujukan", "Reasons of the referral", must=True),
            words("alasan_rujukan_uraian", "Uraian alasan", "Reason in words", long=True, must=True),
            institution(must=True),
            *_criteria(),
            yes_no("kontak_awal", "Ketersediaan tempat sudah dikonfirmasi?", "Was it confirmed that there is room?"),
            words("kontak_nama", "Nama yang dihubungi", "Who confirmed", when="${kontak_awal} = 'ya'"),
            ask("dateTime", "kontak_waktu", "Waktu konfirmasi", "When", when="${kontak_awal} = 'ya'"),
            many("jenis_layanan", "layanan_diminta", "Layanan yang diminta", "Services asked for", must=True),
            many("berkas_rujukan", "berkas", "Berkas terlampir", "Papers enclosed", must=True),
            many(
                "tes_kesehatan",
                "tes_kesehatan",
                "Hasil kesehatan (terbatas)",
                "Health (restricted)",
                hint=("Hanya bila lembaga memintanya.", "Only when the institution asks for it."),
            ),
            one("tingkat_risiko", "urgensi_rujukan", "Urgensi", "Urgency"),
            number("rencana_lama", "Lama layanan (bulan)", "Planned stay (months)", 0, 60),
        ],
    )


def sent(when: str) -> Rows:
    """How the child is brought, who agrees, and what the institution answered. `when`: the child is being sent."""
    return group(
        "form_rujukan_upt",
        "Form Rujukan",
        "Referral",
        [
            institution(must=True),
            words("no_surat_rujukan", "Nomor surat rujukan", "Number of the referral letter"),
            photo(
                "form_rujukan",
                "Foto Form Rujukan yang ditandatangani",
                "Photo of the signed referral form",
                hint=(
                    "Boleh menyusul; langkah selesai setelah Form Rujukan ada.",
                    "May follow; the step is done once it is there.",
                ),
            ),
            one("transport", "transport", "Pengantaran", "Transport"),
            words("pengantar", "Pengantar", "Escort"),
            ask("date", "tgl_antar", "Tanggal antar", "Day of the transport"),
            yes_no("setuju_klien", "Anak setuju?", "Does the child agree?", must=True),
            words("alasan_klien", "Pendapat anak", "What the child says", must=True, when="${setuju_klien} = 'tidak'"),
            signature("ttd_setuju_klien", "Tanda tangan anak", "The child's signature", when="${setuju_klien} = 'ya'"),
            one("ya_tidak_tahu", "setuju_keluarga", "Keluarga setuju?", "Does the family agree?"),
            signature(
                "ttd_setuju_keluarga",
                "Tanda tangan keluarga",
                "The family's signature",
                when="${setuju_keluarga} = 'ya'",
            ),
            one("status_rujukan", "status_rujukan", "Status rujukan", "State of the referral", must=True),
            past_day("tgl_balasan", "Tanggal balasan", "Day of the reply", when=_REPLIED),
            words("no_balasan", "Nomor balasan", "Number of the reply", when=_REPLIED),
            words("alasan_tolak_rujukan", "Alasan UPT menolak", "Why the UPT refused", must=True, when=_REFUSED),
            words("pj_penerima", "Penanggung jawab penerima", "Responsible there", when=_REPLIED),
            phone("pj_penerima_hp", "Nomor HP penerima", "Their mobile number", _REPLIED),
            ask("date", "kontrol", "Jadwal kontrol", "Day of the check"),
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
        when=when,
    )
