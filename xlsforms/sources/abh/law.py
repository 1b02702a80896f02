"""Questions the forms at law enforcement and the restorative-justice forms share (law 11/2012)."""

from xlsforms.sources.blocks import of_case
from xlsforms.sources.survey import Rows, calc, note, number, one, past_day, repeat, signature, words, yes_no


def act() -> Rows:
    """What the phone knows of the act and the age, article and threat of punishment."""
    return [
        calc("perbuatan_kasus", of_case("jenis_perbuatan")),
        calc("usia_kasus", of_case("usia_saat_kejadian")),
        note(
            "info_usia_kasus",
            "Umur saat kejadian menurut kasus: ${usia_kasus} tahun.",
            "Age at the incident by the case: ${usia_kasus} years.",
            "${usia_kasus} != ''",
        ),
        words("pasal", "Pasal yang disangkakan", "Article of law"),
        number(
            "ancaman_th",
            "Ancaman paling lama (tahun)",
            "Longest sentence (years)",
            0,
            20,
            hint=("Kosongkan bila tidak tahu.", "Leave blank when not known."),
        ),
        one("ya_tidak_tahu", "pengulangan", "Pernah melakukan sebelumnya?", "Done before?"),
    ]


def must_divert() -> Rows:
    """Whether diversion must be attempted: under 7 years and no repetition (law 11/2012 art. 7)."""
    return [
        calc(
            "wajib_diversi",
            "if(${ancaman_th} = '' or ${pengulangan} = '' or ${pengulangan} = 'tidak_tahu', 'perlu_dipastikan',"
            " if(${ancaman_th} < 7 and ${pengulangan} = 'tidak', 'ya', 'tidak'))",
        ),
        note(
            "info_wajib_diversi",
            "Wajib diupayakan diversi: **${wajib_diversi}** (ancaman di bawah 7 tahun dan bukan pengulangan).",
            "Diversion must be attempted: **${wajib_diversi}** (under 7 years and no repetition).",
        ),
    ]


def detention() -> Rows:
    """Whether and where the child is held."""
    return [
        yes_no("ditahan", "Anak ditahan?", "Is the child held?"),
        one("tempat_tahan", "tempat_tahan", "Tempat", "Place", when="${ditahan} = 'ya'"),
        note(
            "info_tahan",
            "Penahanan hanya untuk umur 14 tahun ke atas dan ancaman 7 tahun ke atas (UU 11/2012 Pasal 32). Beri tahu supervisor.",
            "Detention needs an age of 14 and a threat of 7 years (law 11/2012 art. 32). Tell the supervisor.",
            "${ditahan} = 'ya' and ((${usia_kasus} != '' and ${usia_kasus} < 14) or (${ancaman_th} != '' and ${ancaman_th} < 7))",
        ),
    ]


def probation() -> Rows:
    """The probation officer's social inquiry."""
    return [
        words("pk", "Pembimbing Kemasyarakatan (PK)", "Probation officer"),
        words("bapas", "Bapas", "Probation office"),
        words("no_litmas", "Nomor litmas", "Social inquiry number"),
        past_day("tgl_litmas", "Tanggal litmas", "Day of the social inquiry"),
    ]


def police() -> Rows:
    """The police report and who handles it."""
    return [
        words("no_lp", "Nomor laporan polisi", "Police report number"),
        past_day("tgl_lp", "Tanggal laporan polisi", "Day of the police report"),
        words("unit", "Unit", "Unit", default="UPPA Polres Pasuruan Kota"),
        words("penyidik", "Penyidik", "Investigator"),
        words(
            "penasihat_hukum",
            "Penasihat hukum",
            "Legal counsel",
            hint=('Tulis "belum ada" bila belum ada.', 'Write "belum ada" when there is none yet.'),
        ),
    ]


def rj_check() -> Rows:
    """A first look at whether restorative justice suits the act; shown, never blocking."""
    return [
        calc(
            "kelayakan",
            "if(${perbuatan_kasus} = 'asusila', 'diblokir',"
            " if(${pengulangan} = 'ya' or (${ancaman_th} != '' and ${ancaman_th} >= 7) or ${perbuatan_kasus} = 'narkotika'"
            " or ${perbuatan_kasus} = 'senjata', 'perlu_ditinjau', 'lolos'))",
        ),
        note(
            "info_kelayakan",
            'Cek kelayakan RJ: **${kelayakan}**. Bila bukan "lolos", bicarakan dengan supervisor dan tulis alasannya.',
            'RJ check: **${kelayakan}**. If it is not "lolos", talk to the supervisor and write the reason.',
        ),
        words("alasan_kelayakan", "Alasan melanjutkan", "Reason to go on", when="${kelayakan} != 'lolos'"),
    ]


def other_children() -> Rows:
    """Other children of the same incident, by initials; each has a case of its own."""
    return [
        yes_no("wali_hadir", "Orang tua atau wali anak hadir", "Parent or guardian of the child present"),
        *repeat(
            "anak_lain",
            "Anak lain dalam kejadian ini",
            "Other child of this incident",
            [
                words("anak_lain_inisial", "Inisial atau nomor kasus", "Initials or case number"),
                number("anak_lain_umur", "Umur (tahun)", "Age (years)", 0, 120),
                one("jk", "anak_lain_jk", "Jenis kelamin", "Sex"),
                words("anak_lain_sekolah", "Sekolah", "School"),
                yes_no("anak_lain_wali_hadir", "Wali hadir", "Guardian present"),
            ],
        ),
    ]


def victims() -> Rows:
    """Victims by initials only."""
    return [
        *repeat(
            "korban",
            "Korban",
            "Victim",
            [
                words("korban_inisial", "Inisial", "Initials"),
                number("korban_umur", "Umur (tahun)", "Age (years)", 0, 120),
                one("jk", "korban_jk", "Jenis kelamin", "Sex"),
                one("luka_korban", "korban_luka", "Luka", "Injury"),
                number("korban_kerugian", "Kerugian (Rp)", "Loss (Rp)", 0, 999999999),
            ],
        ),
        one("ya_tidak_tahu", "korban_anak", "Ada korban berusia anak?", "Is a victim a child?"),
        note(
            "info_korban_anak",
            "Rujuk korban anak ke UPTD PPA.",
            "Refer a child victim to UPTD PPA.",
            "${korban_anak} = 'ya'",
        ),
    ]


def participants() -> Rows:
    """Who took part, with signatures."""
    return repeat(
        "peserta",
        "Peserta",
        "Participant",
        [
            words("peserta_nama", "Nama", "Name"),
            one("peran_peserta", "peserta_peran", "Peran", "Role"),
            signature("peserta_ttd", "Tanda tangan", "Signature"),
        ],
    )
