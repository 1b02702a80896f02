"""Step 8: referral to rehabilitation or habilitation; kept as a record that the reply completes (ruling 44)."""

from xlsforms.sources.blocks import case, evidence, follow_up_name, phone, sign_off, update_case
from xlsforms.sources.survey import (
    Form,
    ask,
    group,
    many,
    note,
    number,
    one,
    past_day,
    repeat,
    signature,
    words,
    yes_no,
)
from xlsforms.sources.tuna_sosial.service import SERVICE

_REPLIED = "${status_rujukan} != '' and ${status_rujukan} != 'diajukan'"

FORM = Form(
    form_id="tuna_sosial_rujukan",
    title=("TS 08 – Rujukan rehabilitasi atau habilitasi", "TS 08 – Referral"),
    rows=[
        *case("tuna_sosial_rujukan", SERVICE),
        *group(
            "rujukan",
            "Rujukan",
            "Referral",
            [
                one("jenis_rujukan", "jenis_rujukan", "Jenis rujukan", "Kind of referral", must=True),
                many("alasan_rujukan", "alasan_rujukan", "Alasan rujukan", "Reasons", must=True),
                words("alasan_uraian", "Uraian alasan", "Reason in words", long=True, must=True),
                ask(
                    "select_one_from_file lembaga.csv",
                    "lembaga_tujuan",
                    "Lembaga tujuan",
                    "Institution",
                    must=True,
                    appearance="autocomplete",
                ),
                yes_no(
                    "kriteria_cocok",
                    "Umur, jenis kelamin dan kategori anak sesuai kriteria lembaga?",
                    "Does the child fit the institution's age, sex and category?",
                ),
                note(
                    "info_kriteria",
                    "Kriteria belum cocok: bicarakan dengan lembaga sebelum mengirim anak.",
                    "Does not fit yet: talk to the institution before sending the child.",
                    "${kriteria_cocok} = 'tidak'",
                ),
                yes_no("kontak_awal", "Ketersediaan tempat sudah dipastikan", "A place was confirmed"),
                words("kontak_nama", "Nama kontak", "Contact", when="${kontak_awal} = 'ya'"),
                ask("dateTime", "kontak_waktu", "Waktu kontak", "Time of contact", when="${kontak_awal} = 'ya'"),
                many("jenis_layanan", "layanan_diminta", "Layanan diminta", "Services asked for", must=True),
                many("berkas_rujukan", "berkas", "Berkas terlampir", "Papers attached", must=True),
                many(
                    "tes_kesehatan",
                    "tes_kesehatan",
                    "Hasil kesehatan (terbatas)",
                    "Health (restricted)",
                    hint=("Hanya bila lembaga memintanya.", "Only when the institution asks for it."),
                ),
                one("tingkat_risiko", "urgensi_rujukan", "Urgensi", "Urgency"),
            ],
        ),
        *group(
            "pengantaran",
            "Pengantaran",
            "Bringing the child",
            [
                one("transport", "transport", "Pengantaran", "Transport"),
                words("pengantar", "Pengantar", "Who brings the child"),
                ask("date", "tgl_antar", "Tanggal antar", "Day"),
                yes_no("setuju_klien", "Anak setuju", "The child agrees"),
                signature("ttd_setuju_klien", "Tanda tangan anak", "Child's signature", when="${setuju_klien} = 'ya'"),
                yes_no("setuju_keluarga", "Keluarga setuju", "The family agrees"),
                signature(
                    "ttd_setuju_keluarga",
                    "Tanda tangan keluarga",
                    "Family's signature",
                    when="${setuju_keluarga} = 'ya'",
                ),
            ],
        ),
        *group(
            "balasan",
            "Balasan lembaga",
            "Reply",
            [
                one(
                    "status_rujukan",
                    "status_rujukan",
                    "Status",
                    "State",
                    must=True,
                    default="diajukan",
                    hint=("Perbarui dengan memperbaiki formulir ini.", "Keep it up to date by correcting this form."),
                ),
                past_day("tgl_balasan", "Tanggal balasan", "Day of the reply", when=_REPLIED),
                words("no_balasan", "Nomor balasan", "Number of the reply", when=_REPLIED),
                words(
                    "alasan_tolak_rujukan",
                    "Alasan ditolak",
                    "Why it was refused",
                    must=True,
                    when="${status_rujukan} = 'ditolak'",
                ),
                words("pj_penerima", "Penanggung jawab penerima", "Responsible there", when=_REPLIED),
                phone("pj_penerima_hp", "Nomor HP penerima", "Mobile number", _REPLIED),
                number("rencana_lama", "Rencana lama layanan (bulan)", "Planned stay (months)", 0, 60),
                ask("date", "kontrol", "Jadwal kontrol", "Next look"),
                *repeat(
                    "umpan_balik",
                    "Laporan perkembangan lembaga",
                    "Progress report",
                    [
                        past_day("umpan_tgl", "Tanggal", "Day"),
                        words("umpan_isi", "Isi", "What it says", long=True),
                        ask("file", "umpan_berkas", "Berkas", "File"),
                    ],
                ),
            ],
        ),
        *evidence(),
        *sign_off(service=SERVICE),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
