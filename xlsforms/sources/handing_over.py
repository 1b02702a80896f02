"""The hand-over of a client from one party to another, as a Berita Acara Serah Terima records it (domain.md 3.12)."""

from collections.abc import Sequence

from xlsforms.book import Cells
from xlsforms.sources.blocks import Service, phone
from xlsforms.sources.reporting import belongings
from xlsforms.sources.survey import (
    Rows,
    ask,
    group,
    many,
    note,
    one,
    photo,
    repeat,
    signature,
    words,
    yes_no,
)

TO_FAMILY = "${jenis_serah} = 'ke_keluarga'"


def party(prefix: str, label: str, english: str, *, more: Sequence[Cells] = ()) -> Rows:
    """One of the two parties. `prefix`: p1 gives, p2 receives; a party must have a name, an office may be missing."""
    return group(
        prefix,
        label,
        english,
        [
            words(f"{prefix}_nama", "Nama", "Name", must=True),
            words(f"{prefix}_nip_nik", "NIP atau NIK", "NIP or NIK"),
            words(f"{prefix}_jabatan", "Jabatan atau pekerjaan", "Post or work"),
            words(f"{prefix}_instansi", "Instansi", "Institution"),
            words(f"{prefix}_alamat", "Alamat", "Address"),
            phone(f"{prefix}_hp", "Nomor HP", "Mobile number"),
            *more,
        ],
    )


def where_and_when() -> Rows:
    """Hour and place of the hand-over; the day is the form's own."""
    return [
        ask("time", "jam_serah", "Jam", "Time", must=True),
        words("tempat", "Tempat serah terima", "Place of the hand-over", must=True),
    ]


def handed_over(service: Service) -> Rows:
    """The condition of the client, papers, things, medicine and what the receiver must know."""
    who, english = service.client
    return group(
        "diserahkan",
        "Yang diserahkan",
        "What is handed over",
        [
            one(
                "kondisi_serah",
                "kondisi_serah",
                f"Kondisi {who} saat diserahkan",
                f"Condition of the {english} when handed over",
                must=True,
            ),
            words("kondisi_serah_uraian", "Uraian kondisi", "Details of the condition", long=True),
            words("ciri_serah", f"Ciri-ciri {who}", f"Marks of the {english}"),
            many("dok_serah", "dok_serah", "Dokumen diserahkan", "Papers handed over"),
            *belongings("barang", "Barang diserahkan", "Things handed over"),
            *repeat(
                "obat",
                "Obat dan aturan pakai",
                "Medicine and how to take it",
                [words("obat_nama", "Nama obat", "Medicine"), words("obat_aturan", "Aturan pakai", "How to take it")],
            ),
            words(
                "pesan_khusus",
                "Catatan khusus (alergi, risiko, larangan)",
                "Special notes (allergy, risk, restrictions)",
                long=True,
            ),
        ],
    )


def signed(service: Service) -> Rows:
    """What the receiver undertakes, witnesses, photos and signatures; signatures may follow on paper."""
    who, english = service.client
    return group(
        "tanda_tangan_ba",
        "Kesanggupan dan tanda tangan",
        "Undertaking and signatures",
        [
            note(
                "teks_kesanggupan",
                f"Bacakan: Pihak Kedua menerima {who}, merawat dan melindunginya, tidak mengeksploitasinya, dan bersedia dipantau Dinas Sosial.",
                f"Read aloud: the second party takes the {english} in, cares for and protects them, does not exploit them and lets the office follow up.",
            ),
            yes_no(
                "kesanggupan",
                "Pihak Kedua menyanggupi",
                "The second party undertakes this",
                must=True,
                valid=". = 'ya'",
                message=(
                    "Tanpa kesanggupan tidak ada serah terima; hubungi supervisor.",
                    "Without the undertaking there is no hand-over; call the supervisor.",
                ),
            ),
            photo(
                "foto_serah",
                "Foto serah terima",
                "Photo of the hand-over",
                hint=("Wajah disamarkan pada salinan.", "Faces are blurred in copies."),
            ),
            *repeat(
                "saksi",
                "Saksi",
                "Witness",
                [
                    words("saksi_nama", "Nama", "Name"),
                    words("saksi_jabatan", "Jabatan", "Post"),
                    signature("saksi_ttd", "Tanda tangan", "Signature"),
                ],
            ),
            note(
                "info_saksi",
                "Paling sedikit satu saksi; dua bila diserahkan kepada keluarga.",
                "At least one witness; two when handed to a family.",
            ),
            signature("ttd_p1", "Tanda tangan Pihak Pertama", "Signature of the first party"),
            signature("ttd_p2", "Tanda tangan Pihak Kedua", "Signature of the second party"),
            photo("cap_jempol_p2", "Foto cap jempol Pihak Kedua", "Thumb print of the second party"),
        ],
    )


def family_receiver() -> Rows:
    """Who takes the client home: relation, identity on a photo, and whether contact is forbidden."""
    return [
        one("hubungan", "p2_hub", "Hubungan dengan klien", "Relation to the client", must=True, when=TO_FAMILY),
        photo("p2_bukti", "Foto identitas penerima", "Photo of the receiver's identity card", when=TO_FAMILY),
        yes_no(
            "p2_larangan",
            "Penerima ada pada daftar larangan kontak?",
            "Is the receiver on the no-contact list?",
            must=True,
            when=TO_FAMILY,
            valid=". = 'tidak'",
            message=(
                "Jangan diserahkan kepada orang yang dilarang menemui klien; hubungi supervisor.",
                "Do not hand over to somebody who may not meet the client; call the supervisor.",
            ),
        ),
        photo(
            "materai",
            "Foto surat pernyataan bermeterai",
            "Photo of the stamped statement",
            when=TO_FAMILY,
        ),
    ]
