"""Blocks every instrument shares, written once: metadata, case picker, identity, address, household, consent, evidence, sign-off."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsforms.book import Cells
from xlsforms.sources.survey import (
    DRAWING,
    PHOTO,
    Pair,
    Rows,
    ask,
    calc,
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

UNSURE_AGE = "${tgl_lahir_pasti} != '' and ${tgl_lahir_pasti} != 'tepat'"
NIK_RULE = (
    "regex(., '^[1-9][0-9]{15}$') and not(ends-with(., '0000'))"
    " and ((number(substr(., 6, 8)) >= 1 and number(substr(., 6, 8)) <= 31)"
    " or (number(substr(., 6, 8)) >= 41 and number(substr(., 6, 8)) <= 71))"
    " and number(substr(., 8, 10)) >= 1 and number(substr(., 8, 10)) <= 12"
)
NIK_SAID = (
    "NIK terdiri dari 16 angka sesuai kartu. Kosongkan bila tidak diketahui.",
    "A NIK has 16 digits as on the card. Leave it blank when not known.",
)
_KK_RULE = "regex(., '^[0-9]{16}$')"
_KK_SAID = ("Nomor KK terdiri dari 16 angka.", "A family card number has 16 digits.")
_PHONE_RULE = r"regex(., '^(\+62|62|0)8[0-9]{7,12}$')"
_PHONE_SAID = ("Tulis seperti 081234567890.", "Write it like 081234567890.")
_NAME_RULE = 'regex(., "^[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ .\'-]{0,59}$")'
_NAME_SAID = (
    "Huruf, spasi, titik, tanda petik atau strip, paling banyak 60. Nama satu kata boleh.",
    "Letters, spaces, dots, apostrophes or hyphens, at most 60. A single word is fine.",
)


@dataclass(frozen=True, slots=True)
class Service:
    """What the shared blocks say differently for each SOP.

    `area`: the office's own city or regency, as residents know it; `category`: the rows that set
    `ppks_utama`; `age_limits`: notes on ages the SOP treats apart, shown, never refusing (ruling 17);
    `client`: what a client is called inside a sentence, Indonesian and English; `nameless`: what one
    without a known name is called (ruling 40).
    """

    sop_id: str
    area: str
    category: Sequence[Cells]
    age_limits: Sequence[Cells]
    client: Pair = ("anak", "child")
    nameless: str = "ANAK X"

    @property
    def cases(self) -> str:
        """The entity list of this SOP's cases (ruling 22)."""
        return f"kasus_{self.sop_id}"


ABH = Service(
    sop_id="abh",
    area="Kota Pasuruan",
    category=(calc("ppks_utama", "'abh'"),),
    age_limits=(
        note(
            "info_usia_12",
            "Di bawah 12 tahun. Tepat 12 tahun dihitung sebagai 12 tahun ke atas (UU 11/2012).",
            "Under 12. A child of exactly 12 counts as 12 and over (law 11/2012).",
            "${usia_saat_kejadian} != '' and ${usia_saat_kejadian} < 12",
        ),
        note(
            "info_usia_18",
            "Umur 18 tahun ke atas berada di luar sasaran SOP ini. Formulir tetap dapat dikirim; supervisor diberi tahu.",
            "18 and over is outside this SOP. The form can still be sent; the supervisor is told.",
            "${usia_saat_kejadian} != '' and ${usia_saat_kejadian} >= 18",
        ),
        note(
            "info_usia_ragu",
            "Umur belum pasti: antara ${usia_min} dan ${usia_maks} tahun. Batas 12, 14 dan 18 tahun akan dipastikan supervisor.",
            "Age uncertain: between ${usia_min} and ${usia_maks}. A supervisor will confirm the limits 12, 14 and 18.",
            UNSURE_AGE,
        ),
    ),
)


def name_rule(service: Service) -> str:
    """A name as law allows it (Permendagri 73/2022: at most 60), or what the nameless are called."""
    return f"{_NAME_RULE} or starts-with(., '{service.nameless}')"


def phone(name: str, label: str, english: str, when: str = "") -> Cells:
    """A mobile number as text."""
    return ask("text", name, label, english, when=when, appearance="numbers", valid=_PHONE_RULE, message=_PHONE_SAID)


def nik(name: str, label: str, english: str, when: str = "") -> Cells:
    """A national identity number: text, because spreadsheets cut the sixteenth digit."""
    return ask("text", name, label, english, when=when, appearance="numbers", valid=NIK_RULE, message=NIK_SAID)


def metadata() -> Rows:
    """What the phone records by itself."""
    return [{"type": kind, "name": kind} for kind in ("start", "end", "today", "deviceid", "username", "audit")]


def officer() -> Rows:
    """Who did the act, when and in which language (block A)."""
    return group(
        "petugas_kegiatan",
        "Petugas dan waktu",
        "Officer and time",
        [
            ask(
                "select_one_from_file petugas.csv",
                "petugas_kode",
                "Petugas",
                "Officer",
                hint=("Kosongkan bila sama dengan pemilik ponsel.", "Leave blank if it is the owner of the phone."),
                appearance="autocomplete",
            ),
            ask("time", "jam_mulai", "Jam mulai", "Start time"),
            ask("time", "jam_selesai", "Jam selesai", "End time"),
            one("bahasa", "bahasa_wawancara", "Bahasa wawancara", "Language of the interview"),
            one("penerjemah", "penerjemah", "Didampingi penerjemah atau juru bahasa isyarat", "Interpreter present"),
        ],
    )


def of_case(fact: str, service: Service = ABH) -> str:
    """What the case list on the phone says about the chosen case."""
    return f"instance('{service.cases}')/root/item[name = ${{kasus_id}}]/{fact}"


def shown() -> Cells:
    """Whether the case list shows what waits for this form, or every open case (ruling 22)."""
    return one(
        "tampil",
        "tampil",
        "Tampilkan kasus",
        "Show cases",
        must=True,
        default="menunggu",
        hint=(
            "Pilih semua kasus terbuka bila kegiatan dilakukan lebih awal.",
            "Choose all open cases when the work is done ahead.",
        ),
    )


def picked(form_id: str, service: Service = ABH) -> Rows:
    """The choice of a case and what the phone knows of it; may stand in a repeat, a case for each row.

    The filter is ruling 22's: cases that wait for this form, every open one when work is done ahead,
    and always the one already chosen, because JavaRosa empties a selection that is no longer offered.
    """
    offered = (
        f"selected(formulir, '{form_id}') or (${{tampil}} = 'semua' and terbuka = 'ya') or name = current()/../kasus_id"
    )
    return [
        ask(
            f"select_one_from_file {service.cases}.csv",
            "kasus_id",
            "Kasus",
            "Case",
            must=True,
            choice_filter=offered,
            hint=(
                f"Daftar menampilkan inisial atau {service.nameless}, jenis kelamin, umur, kelurahan dan tanggal.",
                f"The list shows initials or {service.nameless}, sex, age, kelurahan and date.",
            ),
        ),
        calc("kasus_nomor", of_case("nomor", service)),
        calc("kasus_label", of_case("label", service)),
        calc("kasus_jatuh_tempo", of_case("jatuh_tempo", service)),
        note(
            "kasus_terpilih",
            "Kasus terpilih: **${kasus_nomor}** ${kasus_label}. Jatuh tempo: ${kasus_jatuh_tempo}",
            "Chosen case: **${kasus_nomor}** ${kasus_label}. Due: ${kasus_jatuh_tempo}",
            "${kasus_id} != ''",
        ),
    ]


def act_day() -> Cells:
    """The day of the act, which differs from the day of writing when entered late (ruling 20)."""
    return past_day(
        "tgl_kegiatan",
        "Tanggal kegiatan",
        "Day of the act",
        must=True,
        default="today()",
        hint=(
            "Tanggal kegiatan dilakukan, bukan tanggal pengisian.",
            "The day it was done, not the day of writing.",
        ),
    )


def case(form_id: str, service: Service = ABH) -> Rows:
    """Metadata, the case this form belongs to, and the day of the act: the head of every follow-up form."""
    return [*metadata(), shown(), *picked(form_id, service), act_day(), *officer()]


def open_case(service: Service = ABH) -> Cells:
    """The entities row of the intake: it opens a case under a label without a name (ruling 40)."""
    area = "if(${wilayah_nama} != '', concat(${wilayah_nama}, ', '), '')"
    return {
        "list_name": service.cases,
        "label": (
            f"concat(${{inisial}}, ', ', ${{jk}}, ', ', ${{usia_saat_kejadian}}, ' th, ', {area}, "
            "format-date(${tgl_laporan}, '%d/%m/%Y'))"
        ),
    }


def update_case(service: Service = ABH) -> Cells:
    """The entities row of a follow-up form: it updates the chosen case."""
    return {"list_name": service.cases, "entity_id": "${kasus_id}"}


def follow_up_name() -> str:
    """How a sent form is listed on the phone: the case's number or label and the day, never a name."""
    return "concat(if(${kasus_nomor} != '', ${kasus_nomor}, ${kasus_label}), ' · ', ${tgl_kegiatan})"


_MD = "number(format-date({0}, '%m%d'))"
_YEARS = "(int(format-date(${{tgl_kejadian}}, '%Y')) - {0})"


def _age_exact() -> str:
    born = "int(format-date(${tgl_lahir}, '%Y'))"
    early = f"{_MD.format('${tgl_kejadian}')} < {_MD.format('${tgl_lahir}')}"
    return f"{_YEARS.format(born)} - if({early}, 1, 0)"


def _age_of_month(test: str) -> str:
    return f"{_YEARS.format('${thn_lahir}')} - if({test}, 1, 0)"


def _floor(expression: str) -> str:
    return f"if(({expression}) < 0, 0, {expression})"


def _by_precision(exact: str, month: str, year: str, guess: str) -> str:
    """One expression for the five ways a birth date may be known; blank until its answers are there."""
    return (
        f"if(${{tgl_lahir_pasti}} = 'tepat', if(${{tgl_lahir}} != '' and ${{tgl_kejadian}} != '', {exact}, ''), "
        f"if(${{tgl_lahir_pasti}} = 'bulan_tahun', "
        f"if(${{thn_lahir}} != '' and ${{bln_lahir}} != '' and ${{tgl_kejadian}} != '', {month}, ''), "
        f"if(${{tgl_lahir_pasti}} = 'tahun', if(${{thn_lahir}} != '' and ${{tgl_kejadian}} != '', {year}, ''), {guess})))"
    )


def age(service: Service = ABH, *, always_span: bool = False) -> Rows:
    """Birth data and the age on the day of the incident, exact or as a span (domain 3.0.3, rulings 17 and 34).

    The day of the incident, `tgl_kejadian`, is asked before. Exactly 12 counts as "12 and over"; 18 and
    over is noted, never refused. `usia_min`/`usia_maks` say how far an estimate may be wrong; with
    `always_span` also for an exact date, so that a correction narrows an earlier span to one value.
    """
    month = "int(format-date(${tgl_kejadian}, '%m'))"
    day = "int(format-date(${tgl_kejadian}, '%d'))"
    exact = _age_exact()
    age_now = _by_precision(
        exact,
        _floor(_age_of_month(f"{month} < ${{bln_lahir}} or ({month} = ${{bln_lahir}} and {day} < 15)")),
        _floor(_age_of_month(f"{month} < 7")),
        "${usia_perkiraan}",
    )
    youngest = _by_precision(
        exact, _floor(_age_of_month(f"{month} <= ${{bln_lahir}}")), _floor(_age_of_month("true()")), "${taksiran_min}"
    )
    oldest = _by_precision(
        exact, _floor(_age_of_month(f"{month} < ${{bln_lahir}}")), _YEARS.format("${thn_lahir}"), "${taksiran_maks}"
    )
    guessed = "${tgl_lahir_pasti} = 'perkiraan_umur' or ${tgl_lahir_pasti} = 'tidak_tahu'"
    in_year = "${tgl_lahir_pasti} = 'bulan_tahun' or ${tgl_lahir_pasti} = 'tahun'"
    span = "" if always_span else UNSURE_AGE
    return [
        one(
            "tgl_lahir_pasti",
            "tgl_lahir_pasti",
            "Seberapa pasti tanggal lahirnya?",
            "How certain is the birth date?",
            must=True,
        ),
        past_day(
            "tgl_lahir",
            "Tanggal lahir",
            "Birth date",
            must=True,
            when="${tgl_lahir_pasti} = 'tepat'",
            valid=". <= today() and (${tgl_kejadian} = '' or . <= ${tgl_kejadian})",
            message=(
                "Tanggal lahir tidak boleh setelah hari ini atau setelah tanggal kejadian.",
                "The birth date cannot be after today or after the incident.",
            ),
        ),
        number(
            "thn_lahir",
            "Tahun lahir",
            "Year of birth",
            1900,
            "int(format-date(${tgl_kejadian}, '%Y'))",
            must=True,
            when=in_year,
            message=("Isi tahun, paling lambat tahun kejadian.", "Enter a year, not after the incident."),
        ),
        number(
            "bln_lahir",
            "Bulan lahir (1–12)",
            "Month of birth (1–12)",
            1,
            12,
            must=True,
            when="${tgl_lahir_pasti} = 'bulan_tahun'",
        ),
        number(
            "usia_perkiraan",
            "Perkiraan umur saat kejadian (tahun)",
            "Estimated age at the incident (years)",
            0,
            120,
            must=True,
            when=guessed,
            hint=("Bila ragu, anggap sebagai anak.", "When in doubt, treat as a child."),
        ),
        number(
            "taksiran_min",
            "Paling muda (tahun)",
            "At the youngest (years)",
            0,
            "${usia_perkiraan}",
            must=True,
            when=guessed,
            message=("Paling tinggi sama dengan perkiraan umur.", "At most the estimated age."),
        ),
        number(
            "taksiran_maks",
            "Paling tua (tahun)",
            "At the oldest (years)",
            "${usia_perkiraan}",
            120,
            must=True,
            when=guessed,
            message=("Paling rendah sama dengan perkiraan umur.", "At least the estimated age."),
        ),
        many("dasar_taksiran", "dasar_taksiran", "Dasar taksiran umur", "Basis of the estimate", when=UNSURE_AGE),
        calc("usia_saat_kejadian", age_now, whole=True, must=True, save_to="usia_saat_kejadian"),
        calc("usia_min", youngest, whole=True, when=span, save_to="usia_min"),
        calc("usia_maks", oldest, whole=True, when=span, save_to="usia_maks"),
        note(
            "info_usia",
            "Umur saat kejadian: **${usia_saat_kejadian} tahun**.",
            "Age at the incident: **${usia_saat_kejadian} years**.",
            "${usia_saat_kejadian} != ''",
        ),
        *service.age_limits,
    ]


def _nameless() -> str:
    return "${ketersediaan_identitas} = 'tidak_ada' or ${ketersediaan_identitas} = 'menolak'"


def _initials(service: Service) -> Cells:
    """Initials, made from the name and open to correction: what lists show instead of it."""
    upper = "translate({0}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')"
    second = "if(contains(${nama_lengkap}, ' '), concat(substr(substring-after(${nama_lengkap}, ' '), 0, 1), '.'), '')"
    made = (
        f"if(starts-with(${{nama_lengkap}}, '{service.nameless}'), '{service.nameless}', "
        + upper.format(f"concat(substr(${{nama_lengkap}}, 0, 1), '.', {second})")
        + ")"
    )
    return words(
        "inisial",
        "Inisial",
        "Initials",
        must=True,
        trigger="${nama_lengkap}",
        calculation=made,
        valid="string-length(.) <= 8 and . != ${nama_lengkap}",
        message=(
            "Paling banyak 8 huruf; nama lengkap tidak boleh tampil di daftar.",
            "At most 8 letters; the full name must not appear in lists.",
        ),
        hint=("Tampil di daftar kasus sebagai ganti nama.", "Shown in case lists instead of the name."),
        save_to="inisial",
    )


def identity(service: Service = ABH, place: str = "tempat_kejadian") -> Rows:
    """Who the child is, as far as an intake can know it (block B, first part).

    A nameless child is a normal case: the name is pre-filled from day and `place`, a question (ruling 40).
    """
    return group(
        "identitas",
        f"Identitas {service.client[0]}",
        f"Identity of the {service.client[1]}",
        [
            one(
                "ketersediaan_identitas",
                "ketersediaan_identitas",
                "Ketersediaan identitas",
                "Identity available",
                must=True,
            ),
            words(
                "nama_lengkap",
                "Nama lengkap",
                "Full name",
                must=True,
                trigger="${ketersediaan_identitas}",
                calculation=(
                    f"if({_nameless()}, concat('{service.nameless} ', ${{{place}}}, ' ', ${{tgl_laporan}}), "
                    f"if(starts-with(${{nama_lengkap}}, '{service.nameless}'), '', ${{nama_lengkap}}))"
                ),
                valid=name_rule(service),
                message=_NAME_SAID,
                hint=(
                    f"Bila nama tidak diketahui, biarkan {service.nameless} dengan tempat dan tanggal.",
                    f"When the name is not known, keep {service.nameless} with place and day.",
                ),
            ),
            one("nama_sumber", "nama_sumber", "Sumber nama", "Source of the name"),
            _initials(service),
            words("nama_alias", "Nama panggilan", "Nickname"),
            one("jk", "jk", "Jenis kelamin", "Sex", must=True, save_to="jk"),
            nik("nik", "NIK", "NIK (identity number)", "${ketersediaan_identitas} != 'tidak_ada'"),
            note(
                "info_nik_jk",
                "Jenis kelamin pada NIK berbeda. Periksa kembali; isian tetap dapat dikirim.",
                "The NIK says another sex. Please check; the form can still be sent.",
                "string-length(${nik}) = 16 and ${jk} != ''"
                " and ((number(substr(${nik}, 6, 8)) > 40 and ${jk} = 'L') or (number(substr(${nik}, 6, 8)) < 41 and ${jk} = 'P'))",
            ),
            one("nik_status", "nik_status", "Status NIK", "State of the NIK"),
            words("tempat_lahir", "Tempat lahir", "Place of birth"),
            *age(service),
            *service.category,
        ],
    )


def identity_details() -> Rows:
    """The rest of block B, asked by the assessment."""
    return group(
        "identitas_rinci",
        "Identitas rinci",
        "Identity in detail",
        [
            words("nama_ayah", "Nama ayah kandung", "Father's name"),
            words(
                "nama_ibu",
                "Nama ibu kandung",
                "Mother's name",
                hint=("Rahasia: hanya untuk identifikasi.", "Confidential: for identification only."),
            ),
            ask(
                "text",
                "no_kk",
                "Nomor KK",
                "Family card number",
                appearance="numbers",
                valid=_KK_RULE,
                message=_KK_SAID,
            ),
            many("dokumen_milik", "kepemilikan_dok", "Dokumen yang dimiliki", "Papers at hand"),
            one("agama", "agama", "Agama atau kepercayaan", "Religion"),
            words("suku", "Suku", "Ethnic group"),
            one("status_kawin", "status_kawin", "Status perkawinan", "Marital status"),
            one("kewarganegaraan", "kewarganegaraan", "Kewarganegaraan", "Citizenship"),
            one("pendidikan", "pendidikan_terakhir", "Pendidikan terakhir", "Education"),
            one("pekerjaan", "pekerjaan", "Pekerjaan atau kegiatan", "Work or occupation"),
            phone("no_hp", "Nomor HP atau WhatsApp", "Mobile or WhatsApp number"),
            one("hp_milik", "no_hp_milik", "Milik siapa", "Whose phone", when="${no_hp} != ''"),
            yes_no("boleh_dihubungi", "Boleh dihubungi?", "May be contacted?", when="${no_hp} != ''"),
            many("disabilitas", "disabilitas", "Disabilitas", "Disability"),
            words("ciri_fisik", "Ciri fisik atau tanda lahir", "Physical marks"),
            photo(
                "foto_wajah",
                "Foto wajah",
                "Photo of the face",
                hint=("Hanya dengan persetujuan atau dasar hukum.", "Only with consent or a legal basis."),
            ),
            photo("foto_dok", "Foto dokumen identitas", "Photo of the identity paper"),
        ],
    )


def identity_correction(service: Service = ABH) -> Rows:
    """Identity or age turned out otherwise: asks again, so that hidden questions leave the facts alone."""
    return [
        yes_no(
            f"data_{service.client[0]}_berubah",
            f"Data {service.client[0]} atau umur perlu diperbaiki?",
            f"Does the {service.client[1]}'s data or age need correcting?",
            must=True,
            default="tidak",
        ),
        *group(
            "koreksi_identitas",
            f"Perbaikan data {service.client[0]}",
            f"Correction of the {service.client[1]}'s data",
            [
                words(
                    "nama_lengkap", "Nama lengkap", "Full name", must=True, valid=name_rule(service), message=_NAME_SAID
                ),
                _initials(service),
                one("jk", "jk", "Jenis kelamin", "Sex", must=True, save_to="jk"),
                nik("nik", "NIK", "NIK (identity number)"),
                past_day(
                    "tgl_kejadian",
                    "Tanggal kejadian",
                    "Day of the incident",
                    must=True,
                    trigger="${kasus_id}",
                    calculation=of_case("tgl_kejadian", service),
                    save_to="tgl_kejadian",
                ),
                *age(service, always_span=True),
            ],
            when=f"${{data_{service.client[0]}_berubah}} = 'ya'",
        ),
    ]


def address_update(service: Service = ABH) -> Rows:
    """Block C in a follow-up: asked only when it changes, so that hidden questions leave the facts alone."""
    return [
        yes_no(
            "alamat_berubah",
            "Alamat perlu dilengkapi atau diperbaiki?",
            "Does the address need completing or correcting?",
            must=True,
            default="tidak",
        ),
        *address(service, when="${alamat_berubah} = 'ya'"),
    ]


def address(service: Service = ABH, when: str = "") -> Rows:
    """Where the child lives (block C); areas are Kemendagri codes from the office's workbook."""
    local = "${penduduk_setempat} = 'ya'"
    elsewhere = "${penduduk_setempat} = 'tidak'"
    return group(
        f"alamat_{service.client[0]}",
        "Alamat",
        "Address",
        [
            one("alamat_jenis", "alamat_jenis", "Jenis alamat", "Kind of address"),
            one(
                "penduduk_setempat",
                "penduduk_setempat",
                f"Penduduk {service.area}?",
                f"Resident of {service.area}?",
                must=True,
            ),
            ask(
                "select_one_from_file wilayah.csv",
                "kecamatan",
                "Kecamatan",
                "Kecamatan (district)",
                when=local,
                choice_filter="level = 'kecamatan'",
            ),
            ask(
                "select_one_from_file wilayah.csv",
                "kelurahan",
                "Kelurahan",
                "Kelurahan (village)",
                when=local,
                choice_filter="level = 'kelurahan' and parent = ${kecamatan}",
                save_to="kelurahan",
            ),
            ask(
                "select_one_from_file wilayah.csv",
                "prov",
                "Provinsi asal",
                "Province of origin",
                when=elsewhere,
                choice_filter="level = 'provinsi'",
                appearance="autocomplete",
            ),
            ask(
                "select_one_from_file wilayah.csv",
                "kab",
                "Kabupaten atau kota asal",
                "Regency or city of origin",
                when=elsewhere,
                choice_filter="level = 'kabkota' and parent = ${prov}",
                appearance="autocomplete",
            ),
            calc(
                "wilayah_nama",
                "if(${kelurahan} != '', instance('wilayah')/root/item[name = ${kelurahan}]/label,"
                " if(${kab} != '', instance('wilayah')/root/item[name = ${kab}]/label, ''))",
                save_to="wilayah_nama",
            ),
            calc("luar_daerah", "if(${penduduk_setempat} = 'tidak', 'ya', 'tidak')"),
            words("alamat", "Jalan atau dusun, nomor", "Street or hamlet, number"),
            *_rt_rw(),
            ask(
                "text",
                "kode_pos",
                "Kode pos",
                "Postal code",
                appearance="numbers",
                valid="regex(., '^[0-9]{5}$')",
                message=("Kode pos terdiri dari 5 angka.", "A postal code has 5 digits."),
            ),
            words("patokan", "Patokan lokasi", "Landmark"),
            number("lama_tinggal_bln", "Lama tinggal (bulan)", "Months lived here", 0, 1200),
            one("status_tempat", "status_tempat", "Status tempat tinggal", "Kind of dwelling"),
            ask(
                "geopoint",
                "lokasi",
                "Titik lokasi rumah",
                "Position of the home",
                parameters="capture-accuracy=15 warning-accuracy=50",
                hint=("Jangan mengambil titik rumah aman.", "Never take the position of a safe house."),
            ),
        ],
        when=when,
    )


def _rt_rw() -> Rows:
    said = ("Tulis angka, mis. 001.", "Write digits, e.g. 001.")
    return [
        ask(
            "text",
            name,
            name.upper(),
            name.upper(),
            appearance="numbers",
            valid="regex(., '^[0-9]{1,3}$')",
            message=said,
        )
        for name in ("rt", "rw")
    ]


def household(service: Service = ABH) -> Rows:
    """Members of the household and its means (block D)."""
    who, english = service.client
    return group(
        "keluarga",
        "Keluarga dan pengasuh",
        "Household and carers",
        [
            *repeat(
                "anggota",
                "Anggota keluarga",
                "Household member",
                [
                    words("agt_nama", "Nama", "Name"),
                    nik("agt_nik", "NIK", "NIK (identity number)"),
                    one("jk", "agt_jk", "Jenis kelamin", "Sex"),
                    number("agt_umur", "Umur (tahun)", "Age (years)", 0, 120),
                    one("hubungan", "hub_klien", f"Hubungan dengan {who}", f"Relation to the {english}"),
                    one("agt_status", "status_hidup", "Keberadaan", "Whereabouts"),
                    one("pendidikan", "agt_pendidikan", "Pendidikan", "Education"),
                    one("pekerjaan", "agt_pekerjaan", "Pekerjaan", "Work"),
                    number("agt_penghasilan", "Penghasilan per bulan (Rp)", "Monthly income (Rp)", 0, 100000000),
                    yes_no("serumah", "Tinggal serumah", "Lives in the same house"),
                    many(
                        "disabilitas",
                        "agt_disabilitas",
                        "Disabilitas atau penyakit kronis",
                        "Disability or chronic illness",
                    ),
                    one("jkn", "agt_jkn", "JKN", "Health insurance (JKN)"),
                    yes_no("pengasuh_utama", "Pengasuh utama", "Main carer"),
                    yes_no("bersedia_mengasuh", "Bersedia mengasuh", "Willing to care"),
                    yes_no("larangan_kontak", f"Dilarang kontak dengan {who}", f"No contact with the {english}"),
                    words("alasan_larangan", "Alasan larangan", "Reason", when="${larangan_kontak} = 'ya'"),
                ],
            ),
            calc("jml_anggota", "count(${anggota})", whole=True),
            number("jml_tanggungan", "Jumlah tanggungan", "Number of dependants", 0, 30),
            one("penghasilan_kel", "penghasilan_kel", "Penghasilan keluarga per bulan", "Monthly family income"),
            number("pengeluaran", "Pengeluaran per bulan (Rp)", "Monthly spending (Rp)", 0, 100000000),
            number("hutang", "Hutang (Rp)", "Debts (Rp)", 0, 999999999),
            many("aset", "aset", "Aset", "Assets"),
            ask("image", "genogram", "Genogram", "Genogram", appearance="draw", parameters=DRAWING),
        ],
    )


def consent(service: Service = ABH) -> Rows:
    """What the family was told and agreed to (block E, law 27/2022); nothing here stops the form."""
    who, english = service.client
    return group(
        "persetujuan",
        "Persetujuan",
        "Consent",
        [
            note(
                "teks_informasi",
                f"Bacakan: data ini dipakai Dinas Sosial untuk menangani kasus {who}, disimpan rahasia, dan dibagikan kepada lembaga lain hanya bila perlu atau diizinkan. {who.capitalize()} dan wali boleh melihat, memperbaiki dan menarik persetujuan. (Teks P-01)",
                f"Read aloud: the office uses this data to handle the {english}'s case, keeps it confidential and shares it with others only when needed or allowed. {english.capitalize()} and guardian may see and correct it and withdraw consent. (Text P-01)",
            ),
            yes_no("info_dibacakan", "Informasi sudah dibacakan", "The information was read"),
            one("dasar_pemrosesan", "dasar_pemrosesan", "Dasar pemrosesan", "Legal basis", must=True),
            one("pemberi_persetujuan", "pemberi_persetujuan", "Pemberi persetujuan", "Who consents"),
            yes_no(
                "wali_konflik",
                f"Wali diduga pelaku atau berkonflik dengan {who}",
                f"Guardian suspected or in conflict with the {english}",
            ),
            note(
                "info_wali_konflik",
                "Jangan memakai persetujuan wali ini sebagai dasar; pilih dasar lain.",
                "Do not rely on this guardian's consent; choose another basis.",
                "${wali_konflik} = 'ya' and ${dasar_pemrosesan} = 'persetujuan'",
            ),
            words("nama_pemberi", "Nama pemberi persetujuan", "Name of the person consenting"),
            one("hubungan", "hub_pemberi", f"Hubungan dengan {who}", f"Relation to the {english}"),
            nik("nik_pemberi", "NIK pemberi persetujuan", "NIK of the person consenting"),
            yes_no("setuju_layanan", "Setuju menerima layanan", "Agrees to the service"),
            yes_no("setuju_foto", "Setuju difoto", "Agrees to photos"),
            yes_no(
                "setuju_berbagi",
                "Setuju data dibagikan kepada lembaga rujukan",
                "Agrees to sharing with referral institutions",
            ),
            yes_no("setuju_publikasi", "Setuju publikasi", "Agrees to publication"),
            one("assent", "assent_anak", "Persetujuan anak", "Assent of the child"),
            words("pendapat_anak", "Pendapat anak", "The child's own words", long=True),
            one("bentuk_persetujuan", "bentuk", "Bentuk persetujuan", "Form of the consent"),
            signature(
                "ttd_pemberi", "Tanda tangan pemberi persetujuan", "Signature", when="${bentuk} = 'tanda_tangan'"
            ),
            photo("cap_jempol_pemberi", "Foto cap jempol", "Photo of the thumb print", when="${bentuk} = 'cap_jempol'"),
            ask(
                "audio",
                "rekaman",
                "Rekaman suara",
                "Voice recording",
                when="${bentuk} = 'rekaman_suara'",
                parameters="quality=voice-only",
            ),
            words("nama_saksi_persetujuan", "Nama saksi", "Witness", when="${bentuk} = 'lisan_dengan_saksi'"),
            yes_no("tarik_info", "Diberi tahu cara menarik persetujuan", "Told how to withdraw consent"),
        ],
    )


def evidence() -> Rows:
    """Photos, place, attachments and confidential notes (block F)."""
    return group(
        "bukti",
        "Bukti kegiatan",
        "Evidence",
        [
            *repeat(
                "foto_kegiatan",
                "Foto kegiatan",
                "Photo",
                [photo("foto", "Foto", "Photo"), words("foto_keterangan", "Keterangan", "Caption")],
            ),
            yes_no("foto_boleh_publik", "Foto boleh dipakai publik", "Photos may be published", default="tidak"),
            ask(
                "geopoint",
                "lokasi_kegiatan",
                "Titik lokasi kegiatan",
                "Position of the act",
                parameters="capture-accuracy=15 warning-accuracy=50",
            ),
            *repeat(
                "lampiran",
                "Lampiran",
                "Attachment",
                [
                    one("jenis_dok", "jenis_dok", "Jenis dokumen", "Kind of document"),
                    ask("image", "dok_foto", "Foto dokumen", "Photo of the document", parameters=PHOTO),
                    ask("file", "dok_berkas", "Berkas", "File"),
                ],
            ),
            words(
                "catatan_rahasia",
                "Catatan rahasia",
                "Confidential note",
                long=True,
                hint=(
                    "Hanya dibaca manajer kasus dan supervisor.",
                    "Read only by the case manager and the supervisor.",
                ),
            ),
        ],
    )


def sign_off(day: str = "tgl_kegiatan", service: Service = ABH) -> Rows:
    """Conclusion, next acts and signatures (block G); signatures may follow on paper. `day`: the day of the act."""
    return group(
        "penutup",
        "Kesimpulan dan tanda tangan",
        "Conclusion and signatures",
        [
            words("kesimpulan", "Kesimpulan", "Conclusion", long=True),
            words("rekomendasi", "Rekomendasi", "Recommendation", long=True),
            *repeat(
                "rtl",
                "Rencana tindak lanjut",
                "Next act",
                [
                    words("rtl_tindakan", "Tindakan", "Act"),
                    words("rtl_penanggung_jawab", "Penanggung jawab", "Responsible"),
                    ask("date", "rtl_tenggat", "Tenggat", "Due", valid=f". >= ${{{day}}}", message=_NOT_BEFORE),
                ],
            ),
            signature("ttd_petugas", "Tanda tangan petugas", "Officer's signature", hint=_PAPER),
            signature(
                "ttd_klien",
                f"Tanda tangan {service.client[0]} atau wali",
                f"Signature of {service.client[1]} or guardian",
            ),
            photo("cap_jempol", "Foto cap jempol", "Photo of a thumb print"),
            words("nama_saksi", "Nama saksi", "Witness"),
            signature("ttd_saksi", "Tanda tangan saksi", "Signature of the witness"),
            words("mengetahui_nama", "Mengetahui: nama", "Attested by: name"),
            one("jabatan_mengetahui", "mengetahui_jabatan", "Mengetahui: jabatan", "Attested by: post"),
            signature("mengetahui_ttd", "Mengetahui: tanda tangan", "Attested by: signature"),
        ],
    )


_NOT_BEFORE = ("Tidak boleh sebelum tanggal kegiatan.", "Cannot be before the day of the act.")
_PAPER = ("Boleh menyusul di kertas.", "May follow on paper.")
