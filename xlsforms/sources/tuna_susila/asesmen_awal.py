"""Step 2: first assessment in the field or at the office, with the check of KTP and KK; decides nothing by itself."""

from xlsforms.sources.blocks import (
    address_update,
    consent,
    evidence,
    identity_correction,
    identity_details,
    sign_off,
)
from xlsforms.sources.parts import condition, handled_before, problem, risk
from xlsforms.sources.survey import calc, group, many, note, number, one, photo, saving, words, yes_no
from xlsforms.sources.tuna_susila.service import CATEGORY, TUNA_SUSILA, follow_up

_IDENTITY_CHECK = group(
    "cek_identitas",
    "Pemeriksaan identitas (KTP/KK)",
    "Identity check (KTP/KK)",
    [
        one("cara_asesmen", "cara_asesmen", "Cara asesmen", "Way of the assessment", must=True),
        many("identitas_dicek", "identitas_dicek", "Identitas yang diperiksa", "Papers checked", must=True),
        one("kesesuaian", "identitas_cocok", "Identitas sesuai dengan klien?", "Do the papers match the client?"),
        photo("foto_identitas", "Foto KTP atau KK", "Photo of KTP or KK"),
        words("no_register", "Nomor urut buku penerimaan", "Number in the admission book"),
    ],
)

_WORK = group(
    "kegiatan",
    "Kegiatan dan rumah tangga",
    "Activities and household",
    [
        number("lama_dijalan", "Lama dalam kegiatan ini (bulan)", "Months in this activity", 0, 1200),
        many("kegiatan_jalan", "kegiatan_jalan", "Kegiatan", "Activities"),
        *handled_before(),
        number("jumlah_anak_ikut", "Anak yang dibawa", "Children brought along", 0, 20),
        note(
            "info_anak_ikut",
            "Setiap anak yang dibawa menjadi kasus tersendiri; hubungi supervisor.",
            "Each child brought along becomes a case of its own; call the supervisor.",
            "${jumlah_anak_ikut} > 0",
        ),
    ],
)

_RESULT = group(
    "hasil_asesmen",
    "Hasil asesmen",
    "Result",
    [
        *saving(risk(), "tingkat_risiko"),
        yes_no(
            "darurat",
            "Kasus bersifat darurat?",
            "Is it an emergency?",
            must=True,
            hint=(
                "Darurat dan perlu pengamanan: Ketua RPS dan supervisor diberi tahu segera.",
                "An emergency that needs protection: the head of the shelter and the supervisor are told at once.",
            ),
            save_to="darurat",
        ),
        yes_no(
            "perlu_pengamanan",
            "Perlu pengamanan?",
            "Is protection needed?",
            must=True,
            hint=("Klien dirujuk sementara ke RPS SENYUM.", "The client is referred temporarily to RPS SENYUM."),
            save_to="perlu_pengamanan",
        ),
        note(
            "info_rps",
            "**Darurat.** Hubungi Ketua RPS SENYUM dan supervisor sekarang; disposisi menyusul.",
            "**Emergency.** Call the head of RPS SENYUM and the supervisor now; the decision follows.",
            "${darurat} = 'ya' and ${perlu_pengamanan} = 'ya'",
        ),
        words("alasan_darurat", "Alasan darurat", "Why it is an emergency", when="${darurat} = 'ya'", must=True),
        words("kesimpulan_awal", "Kesimpulan awal", "First conclusion", long=True, must=True),
        one("usulan", "usulan", "Usulan keputusan", "Proposed decision", must=True, save_to="usulan"),
        words(
            "alasan_usulan",
            "Alasan usulan",
            "Reason of the proposal",
            long=True,
            must=True,
            when="${usulan} != '' and ${usulan} != 'diterima'",
        ),
        many("jenis_layanan", "usulan_layanan", "Usulan layanan", "Proposed services"),
    ],
)

FORM = follow_up(
    "asesmen_awal",
    ("RTS 02 – Asesmen awal", "RTS 02 – First assessment"),
    [
        *_IDENTITY_CHECK,
        *identity_correction(TUNA_SUSILA),
        calc("ppks_utama", CATEGORY, when="${data_klien_berubah} = 'ya'", must=True),
        *identity_details(),
        many("ppks", "ppks_lain", "Kategori lain", "Further categories"),
        *address_update(TUNA_SUSILA),
        *group("asesmen", "Asesmen", "Assessment", problem()),
        *_WORK,
        *condition(TUNA_SUSILA),
        *_RESULT,
        *consent(TUNA_SUSILA),
        *evidence(),
        *sign_off("tgl_kegiatan", TUNA_SUSILA),
    ],
)
