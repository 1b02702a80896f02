"""Step 9: the forum decides care, form of rehabilitation and social sanction."""

from xlsforms.sources.abh.law import act, other_children, participants, rj_check, victims
from xlsforms.sources.blocks import case, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.parts import interval
from xlsforms.sources.survey import Form, ask, group, note, number, one, repeat, words, yes_no

_AGREED = "${hasil_rj} = 'sepakat'"
_FAILED = "${hasil_rj} = 'gagal'"

FORM = Form(
    form_id="abh_putusan_rj",
    title=("ABH 09 – Putusan RJ", "ABH 09 – RJ decision"),
    rows=[
        *case("abh_putusan_rj"),
        *group(
            "musyawarah",
            "Musyawarah",
            "Meeting",
            [
                one("dasar_rj", "dasar_rj", "Dasar", "Basis"),
                words("no_undangan", "Nomor undangan", "Invitation number"),
                words("mediator", "Mediator", "Mediator"),
                one("tempat_mediasi", "tempat_mediasi", "Tempat", "Place"),
                *participants(),
                *act(),
                *rj_check(),
                *other_children(),
                *victims(),
                yes_no(
                    "pendamping_anak",
                    "Anak didampingi pekerja sosial",
                    "Child accompanied by a social worker",
                    must=True,
                ),
                yes_no("korban_hadir", "Korban atau wakilnya hadir", "Victim or representative present"),
                one("setuju_korban", "setuju_korban", "Korban menyetujui", "Victim agrees"),
                yes_no(
                    "tanpa_tekanan", "Kesepakatan tanpa paksaan (ditanyakan terpisah)", "Without pressure (asked apart)"
                ),
                words("proses", "Jalannya musyawarah", "Course of the meeting", long=True),
            ],
        ),
        *group(
            "putusan",
            "Putusan",
            "Decision",
            [
                one(
                    "hasil_rj",
                    "hasil_rj",
                    "Hasil RJ",
                    "Result of RJ",
                    must=True,
                    hint=("Menentukan langkah berikutnya.", "Decides the next step."),
                    save_to="hasil_rj",
                ),
                note(
                    "info_persetujuan_korban",
                    "Dicatat sepakat tanpa persetujuan korban. Periksa kembali sebelum dikirim.",
                    "Recorded as agreed without the victim's consent. Please check before sending.",
                    _AGREED + " and ${setuju_korban} = 'tidak'",
                ),
                *repeat(
                    "kesepakatan",
                    "Kesepakatan",
                    "Agreement",
                    [
                        one("bentuk_kesepakatan", "kesepakatan_bentuk", "Bentuk", "Kind"),
                        words("kesepakatan_uraian", "Uraian", "Details", long=True),
                        number("kesepakatan_nilai", "Nilai (Rp)", "Amount (Rp)", 0, 999999999),
                        ask("date", "kesepakatan_tenggat", "Tenggat", "Due"),
                        words("kesepakatan_pengawas", "Pengawas", "Supervised by"),
                    ],
                    when=_AGREED,
                ),
                words("pengasuhan", "Pengasuhan", "Care", long=True, must=True, when=_AGREED),
                words(
                    "rehabilitasi", "Bentuk rehabilitasi", "Form of rehabilitation", long=True, must=True, when=_AGREED
                ),
                words(
                    "sanksi",
                    "Sanksi sosial",
                    "Social sanction",
                    long=True,
                    when=_AGREED,
                    hint=("Bila diperlukan.", "If needed."),
                ),
                yes_no(
                    "sanksi_layak",
                    "Sanksi tidak merendahkan atau membahayakan anak",
                    "The sanction does not degrade or endanger the child",
                    when=_AGREED + " and ${sanksi} != ''",
                ),
                interval("Jarak pemantauan (hari)", "Days between monitoring visits", when=_AGREED),
                words(
                    "alasan_gagal",
                    "Alasan tidak sepakat",
                    "Why there is no agreement",
                    long=True,
                    must=True,
                    when=_FAILED,
                ),
                one("lanjut_gagal", "lanjut_bila_gagal", "Usul kelanjutan", "Proposed next act", when=_FAILED),
            ],
        ),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
