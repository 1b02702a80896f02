"""Step 6: help to get social security (JKS), from the register to the active card."""

from xlsforms.sources.blocks import (
    case,
    evidence,
    follow_up_name,
    identity_correction,
    sign_off,
    update_case,
)
from xlsforms.sources.survey import (
    Form,
    Rows,
    ask,
    group,
    many,
    note,
    number,
    one,
    past_day,
    photo,
    words,
)
from xlsforms.sources.tuna_sosial.service import SERVICE

_PROGRAMMES = (
    ("pkh", "PKH", "Family hope programme (PKH)"),
    ("sembako", "Sembako", "Food assistance"),
    ("pip_kip", "PIP atau KIP", "School assistance (PIP/KIP)"),
    ("kip_kuliah", "KIP Kuliah", "University assistance (KIP Kuliah)"),
    ("atensi", "ATENSI", "Rehabilitation assistance (ATENSI)"),
)
_PROPOSED = "${usulan_jks} != '' and not(selected(${usulan_jks}, 'tidak_perlu'))"
_OPEN = "${hasil_jks} = 'diproses' or ${hasil_jks} = 'menunggu_periode'"


def _programmes() -> Rows:
    return [one("penerima", name, label, english) for name, label, english in _PROGRAMMES]


FORM = Form(
    form_id="tuna_sosial_bantuan_jks",
    title=("TS 06 – Bantuan Jaminan Kesejahteraan Sosial", "TS 06 – Help with social security"),
    rows=[
        *case("tuna_sosial_bantuan_jks", SERVICE),
        *identity_correction(SERVICE),
        *group(
            "cek_jaminan",
            "Pemeriksaan",
            "Check",
            [
                one("cek_dtsen", "cek_dtsen", "Status DTSEN", "State in DTSEN", must=True),
                past_day("tgl_cek", "Tanggal cek", "Day of the check", must=True),
                words("pemeriksa", "Pemeriksa", "Checked by"),
                number("desil", "Desil", "Decile", 1, 10, when="${cek_dtsen} = 'terdaftar'"),
                one("jkn_status", "jkn_status", "Status JKN-KIS", "State of health insurance (JKN)", must=True),
                ask(
                    "text",
                    "no_jkn",
                    "Nomor kartu JKN",
                    "JKN card number",
                    appearance="numbers",
                    when="${jkn_status} != 'tidak_punya'",
                    valid="regex(., '^[0-9]{13}$')",
                    message=("Nomor kartu terdiri dari 13 angka.", "A card number has 13 digits."),
                ),
                words("faskes", "Faskes tingkat 1", "First health facility", when="${jkn_status} != 'tidak_punya'"),
                *_programmes(),
                words("no_kks", "Nomor KKS", "Number of the welfare card (KKS)"),
                many("bantuan_lain", "bantuan_lain", "Bantuan lain", "Other assistance"),
                words(
                    "bantuan_lain_uraian",
                    "Uraian bantuan lain",
                    "Details",
                    when="selected(${bantuan_lain}, 'lain')",
                ),
                many("kendala_jks", "kendala_jks", "Kendala", "Obstacles"),
                many("adminduk", "adminduk", "Dokumen yang perlu diurus", "Papers to be made"),
            ],
        ),
        *group(
            "usulan",
            "Pengusulan",
            "Proposal",
            [
                many("usulan_jks", "usulan_jks", "Diusulkan ke", "Proposed for", must=True),
                one("dasar_usulan", "dasar_usulan", "Dasar usulan", "Basis", when=_PROPOSED),
                words(
                    "no_surat_jks",
                    "Nomor surat pengantar",
                    "Number of the cover letter",
                    when=_PROPOSED,
                    hint=("Boleh kosong; diterbitkan menyusul.", "May be blank; issued later."),
                ),
                past_day("tgl_usul", "Tanggal usul", "Day of the proposal", when=_PROPOSED),
                words("operator", "Operator", "Operator", when=_PROPOSED),
                words("tiket", "Nomor tiket", "Ticket number", when=_PROPOSED),
            ],
        ),
        *group(
            "hasil",
            "Hasil",
            "Result",
            [
                one("hasil_jks", "hasil_jks", "Hasil", "Result", must=True, when=_PROPOSED),
                past_day(
                    "tgl_hasil_jks",
                    "Tanggal hasil",
                    "Day of the result",
                    when=_PROPOSED,
                    valid=". <= today() and (${tgl_usul} = '' or . >= ${tgl_usul})",
                    message=(
                        "Tidak boleh sebelum tanggal usul atau setelah hari ini.",
                        "Not before the proposal and not after today.",
                    ),
                ),
                words(
                    "alasan_tolak_jks",
                    "Alasan ditolak",
                    "Why it was refused",
                    must=True,
                    when="${hasil_jks} = 'ditolak'",
                ),
                past_day("mulai_aktif", "Aktif sejak", "Active since", when="${hasil_jks} = 'disetujui'"),
                words("tindak_lanjut_jks", "Tindak lanjut", "What next", long=True),
                ask(
                    "date",
                    "tgl_tinjau",
                    "Ditinjau lagi tanggal",
                    "Look again on",
                    must=True,
                    when=_OPEN,
                    valid=". > ${tgl_kegiatan}",
                    message=("Setelah tanggal kegiatan.", "After the day of the act."),
                ),
                note(
                    "info_tinjau",
                    "Langkah ini selesai bila formulir dikirim; hasil yang menyusul diisi dengan memperbaiki formulir ini.",
                    "This step is done when the form is sent; a later result is added by correcting this form.",
                    _OPEN,
                ),
                photo(
                    "bukti_jks",
                    "Bukti atau tangkapan layar",
                    "Proof or screenshot",
                    hint=("Tutupi NIK pada gambar.", "Cover the NIK in the picture."),
                ),
            ],
        ),
        *evidence(),
        *sign_off(service=SERVICE),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
