"""Step 2, first part: the officer takes the report in (Form Penerimaan) and assigns the sakti peksos."""

from xlsforms.sources.anjal_terlantar.service import ANJAL_TERLANTAR, follow_up
from xlsforms.sources.blocks import address_update, consent, evidence, identity_correction, sign_off
from xlsforms.sources.reporting import belongings, past_moment
from xlsforms.sources.survey import ask, group, many, note, one, past_day, signature, words, yes_no

_NOT_BEFORE = ("Tidak boleh sebelum tanggal kegiatan.", "Cannot be before the day of the act.")

_RECEPTION = group(
    "form_penerimaan",
    "Form Penerimaan",
    "Reception",
    [
        past_moment("waktu_terima", "Waktu diterima", "Time of reception", must=True),
        words(
            "no_register",
            "Nomor urut buku penerimaan",
            "Number in the reception book",
            hint=("Boleh kosong; nomor agenda dibuat sistem.", "May be blank; the system makes the agenda number."),
        ),
        many(
            "kondisi", "kondisi_terima", "Kondisi anak saat diterima", "Condition of the child on reception", must=True
        ),
        words("kondisi_uraian", "Uraian kondisi", "Details", long=True),
        *belongings(),
        many("syarat", "syarat", "Kelengkapan yang ada", "Papers at hand"),
        yes_no(
            "berkas_lengkap", "Berkas penyerahan lengkap dan benar?", "Are the hand-over papers complete and correct?"
        ),
        past_day(
            "tgl_lengkap",
            "Tanggal berkas lengkap",
            "Day the papers were complete",
            when="${berkas_lengkap} = 'ya'",
        ),
        one("tingkat_risiko", "urgensi", "Tingkat risiko", "Risk level", must=True),
        one("ya_tidak_tahu", "perlu_medis", "Perlu pertolongan medis?", "Is medical help needed?", must=True),
        note(
            "info_darurat",
            "**Darurat.** Hubungi 119, 110 atau supervisor sekarang; formulir boleh dilengkapi nanti.",
            "**Emergency.** Call 119, 110 or the supervisor now; the form can wait.",
            "${perlu_medis} = 'ya' or ${urgensi} = 'darurat'",
        ),
        one("tempat_anak", "tempat_sementara", "Anak sementara berada di", "Where the child stays for now", must=True),
        words("tempat_sementara_uraian", "Nama tempat", "Name of the place"),
    ],
)

_ASSIGNMENT = group(
    "penugasan",
    "Penugasan asesmen lapangan",
    "Assignment of the field assessment",
    [
        ask(
            "select_one_from_file petugas.csv",
            "petugas_asesmen",
            "Sakti peksos yang ditugaskan",
            "Social worker assigned",
            must=True,
            choice_filter="role = 'sakti_peksos'",
            appearance="autocomplete",
        ),
        words(
            "no_spt",
            "Nomor surat tugas asesmen",
            "Number of the duty order",
            hint=("Boleh kosong; diterbitkan menyusul.", "May be blank; issued later."),
        ),
        note("info_spt", "Surat tugas diterbitkan menyusul.", "The duty order follows.", "${no_spt} = ''"),
        ask(
            "date",
            "tgl_asesmen",
            "Asesmen paling lambat",
            "Assessment due",
            valid=". >= ${tgl_kegiatan}",
            message=_NOT_BEFORE,
        ),
        many("instruksi", "instruksi", "Instruksi", "Instructions"),
        words("catatan_instruksi", "Catatan untuk sakti peksos", "Notes for the social worker", long=True),
        one("disposisi", "tujuan_disposisi", "Diteruskan kepada", "Passed on to"),
        signature("tanda_terima_ttd", "Tanda tangan yang menyerahkan", "Signature of whom handed over"),
    ],
)

FORM = follow_up(
    "penerimaan",
    ("AAT 02 – Form Penerimaan dan penugasan", "AAT 02 – Reception and assignment"),
    [
        *_RECEPTION,
        *identity_correction(ANJAL_TERLANTAR),
        *address_update(ANJAL_TERLANTAR),
        *_ASSIGNMENT,
        *consent(ANJAL_TERLANTAR),
        *evidence(),
        *sign_off("tgl_kegiatan", ANJAL_TERLANTAR),
    ],
)
