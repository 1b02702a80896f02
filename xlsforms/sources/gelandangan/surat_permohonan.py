"""Step 1: the letter of Satpol PP after a raid; every client in it opens a case of their own (ruling 28)."""

from xlsforms.sources import wording
from xlsforms.sources.blocks import evidence, identity, metadata, nik, officer, open_case, phone, sign_off
from xlsforms.sources.gelandangan.service import GELANDANGAN
from xlsforms.sources.survey import (
    Form,
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

# Moments are compared as numbers: JavaRosa compares two of them by their days alone.
_PAST = "decimal-date-time(.) <= decimal-date-time(now())"
_NOT_LATER = ("Tidak boleh setelah sekarang.", "Cannot be later than now.")
_MINUTES = (
    "if(${waktu_lapor} != '' and ${waktu_informasi} != '',"
    " round((decimal-date-time(${waktu_informasi}) - decimal-date-time(${waktu_lapor})) * 1440), '')"
)


def _letter() -> Rows:
    return group(
        "laporan",
        "Surat permohonan",
        "Request letter",
        [
            ask(
                "dateTime",
                "waktu_lapor",
                "Waktu surat disampaikan",
                "When the letter was handed over",
                must=True,
                default="now()",
                valid=_PAST,
                message=_NOT_LATER,
                hint=(
                    "Batas waktu layanan dihitung sejak surat ini diterima.",
                    "The service time counts from the receipt of this letter.",
                ),
            ),
            {
                **calc("tgl_laporan", "format-date-time(${waktu_lapor}, '%Y-%m-%d')", must=True),
                "bind::type": "date",
            },
            ask(
                "dateTime",
                "waktu_informasi",
                "Waktu informasi awal selesai diberikan",
                "When the first information had been given",
                valid=f"decimal-date-time(.) >= decimal-date-time(${{waktu_lapor}}) and {_PAST}",
                message=(
                    "Tidak boleh sebelum surat disampaikan atau setelah sekarang.",
                    "Cannot be before the letter was handed over, or later than now.",
                ),
            ),
            calc("menit_pelayanan", _MINUTES, whole=True),
            note(
                "info_menit",
                "Waktu penyampaian surat dan informasi awal: ${menit_pelayanan} menit (standar 30 menit).",
                "Handing over the letter and first information took ${menit_pelayanan} minutes (standard: 30).",
                "${menit_pelayanan} != ''",
            ),
            one(
                "jenis_masuk_gelandangan", "jenis_masuk", "Bentuk laporan", "Kind of report", must=True, default="razia"
            ),
            note(
                "info_tanpa_surat",
                "Layanan ini dimulai dari surat Satpol PP. Laporan lain dicatat dahulu dan menunggu suratnya.",
                "This service starts from a letter of Satpol PP. Other reports are recorded and wait for the letter.",
                "${jenis_masuk} != '' and ${jenis_masuk} != 'razia' and ${jenis_masuk} != 'surat'",
            ),
            one("kanal", "kanal", "Diterima melalui", "Received through", must=True, default="surat"),
            one(
                "sumber_laporan",
                "sumber_laporan",
                "Sumber laporan",
                "Source of the report",
                must=True,
                default="satpol_pp",
            ),
            ask(
                "select_one_from_file lembaga.csv",
                "instansi_pengirim",
                "Instansi pengirim",
                "Sending institution",
                appearance="autocomplete",
            ),
            words("instansi_lain", "Instansi lain", "Other institution", when="${instansi_pengirim} = ''"),
            words(
                "no_surat",
                "Nomor surat",
                "Letter number",
                hint=("Kosongkan bila surat belum bernomor.", "Leave blank when the letter has no number yet."),
            ),
            past_day("tgl_surat", "Tanggal surat", "Letter date"),
            words("hal_surat", "Hal surat", "Letter subject"),
            *repeat(
                "surat",
                "Foto surat",
                "Photo of the letter",
                [photo("foto_surat", "Foto surat", "Photo of the letter")],
            ),
        ],
    )


def _bearer() -> Rows:
    known = "${anonim} != 'ya'"
    return group(
        "pelapor",
        "Petugas Satpol PP yang menyerahkan",
        "Officer of Satpol PP who hands over",
        [
            yes_no(
                "anonim",
                "Penyerah minta namanya dirahasiakan?",
                "Does the bearer ask for secrecy?",
                default="tidak",
            ),
            words("pelapor_nama", "Nama", "Name", when=known),
            nik("pelapor_nik", "NIK", "NIK (identity number)", known),
            phone("pelapor_hp", "Nomor HP", "Mobile number", known),
            words("pelapor_alamat", "Alamat atau kesatuan", "Address or unit", when=known),
            one("hubungan", "pelapor_hub", "Hubungan dengan klien", "Relation to the clients", default="petugas"),
        ],
    )


def _raid() -> Rows:
    return group(
        "kejadian",
        "Razia",
        "Raid",
        [
            past_day(
                "tgl_kejadian",
                "Tanggal razia",
                "Day of the raid",
                must=True,
                default="today()",
                hint=("Umur klien dihitung pada hari ini.", "The clients' ages are counted on this day."),
            ),
            ask(
                "dateTime",
                "waktu_ditemukan",
                "Waktu ditemukan",
                "When they were found",
                valid=_PAST,
                message=_NOT_LATER,
            ),
            words(
                "tempat_ditemukan",
                "Tempat ditemukan",
                "Where they were found",
                hint=("Mis. Terminal Banjar.", "E.g. Terminal Banjar."),
            ),
            ask(
                "select_one_from_file wilayah.csv",
                "kecamatan_temuan",
                "Kecamatan tempat ditemukan",
                "Kecamatan where they were found",
                choice_filter="level = 'kecamatan'",
            ),
            ask(
                "select_one_from_file wilayah.csv",
                "kelurahan_temuan",
                "Kelurahan atau desa tempat ditemukan",
                "Kelurahan or village where they were found",
                choice_filter="level = 'kelurahan' and parent = ${kecamatan_temuan}",
            ),
            ask(
                "geopoint",
                "lokasi",
                "Titik lokasi",
                "Position",
                parameters="capture-accuracy=15 warning-accuracy=50",
            ),
            words(
                "kronologi_singkat",
                "Gambaran permasalahan",
                "What happened",
                long=True,
                must=True,
                valid="string-length(.) >= 20",
                message=("Tulis paling sedikit 20 huruf.", "Write at least 20 letters."),
            ),
            number("jml_klien", "Jumlah klien dalam surat", "Clients named in the letter", 1, 200, must=True),
        ],
    )


def _client() -> Rows:
    """One client of the raid: a case of its own, with its own entity."""
    place = "${kelurahan_temuan}"
    return repeat(
        "klien",
        "Klien",
        "Client",
        [
            *identity(GELANDANGAN, "tempat_ditemukan"),
            one("ppks", "ppks_dugaan", "Dugaan kategori lain", "Suspected further category"),
            calc("kelurahan", f"if({place} != '', {place}, '')", save_to="kelurahan"),
            calc(
                "wilayah_nama",
                f"if({place} != '', instance('wilayah')/root/item[name = {place}]/label, '')",
                save_to="wilayah_nama",
            ),
            many("kondisi_razia", "kondisi", "Kondisi saat ditemukan", "Condition when found"),
            one(
                "ya_tidak_tahu",
                "ancaman_segera",
                "Ada ancaman segera?",
                "Is there an immediate threat?",
                must=True,
                hint=("Supervisor diberi tahu segera.", "The supervisor is told at once."),
            ),
            one("ya_tidak_tahu", "perlu_medis", "Perlu pertolongan medis?", "Is medical help needed?", must=True),
            note(
                "info_darurat",
                "**Darurat.** Hubungi 119, 110 atau supervisor sekarang; formulir boleh dilengkapi nanti.",
                "**Emergency.** Call 119, 110 or the supervisor now; the form can wait.",
                "${ancaman_segera} = 'ya' or ${perlu_medis} = 'ya'",
            ),
            one("status_klien", "status_klien_sekarang", "Keberadaan klien sekarang", "Where the client is now"),
            words(
                "asal_menurut_klien",
                "Asal menurut klien",
                "Origin in the client's words",
                hint=("Ditetapkan pada asesmen.", "Settled by the assessment."),
            ),
            words("ciri_fisik", "Ciri fisik atau tanda lahir", "Physical marks"),
            photo(
                "foto_wajah",
                "Foto wajah",
                "Photo of the face",
                hint=("Hanya dengan persetujuan atau dasar hukum.", "Only with consent or a legal basis."),
            ),
            *repeat(
                "barang_bawaan",
                "Barang bawaan",
                "Belongings",
                [
                    words("barang_nama", "Nama barang", "Thing"),
                    number("barang_jumlah", "Jumlah", "Number", 1, 10000),
                    words("barang_nilai", "Nilai atau keterangan", "Value or remark"),
                    photo("barang_foto", "Foto barang", "Photo"),
                ],
            ),
            one("ya_tidak_tahu", "pernah_dilaporkan", "Klien ini pernah terjaring?", "Found in a raid before?"),
            words(
                "kasus_sebelumnya",
                "Nomor kasus sebelumnya",
                "Earlier case number",
                when="${pernah_dilaporkan} = 'ya'",
            ),
            one("tingkat_risiko", "urgensi", "Tingkat risiko awal", "First risk level"),
        ],
    )


def _papers() -> Rows:
    return group(
        "berkas",
        "Berkas dan tindak lanjut",
        "Papers and next act",
        [
            calc("jml_dicatat", "count(${klien})", whole=True),
            note(
                "info_jml_klien",
                "Surat menyebut ${jml_klien} klien, dicatat ${jml_dicatat}. Periksa kembali.",
                "The letter names ${jml_klien} clients, ${jml_dicatat} are recorded. Please check.",
                "${jml_klien} != '' and ${jml_klien} != ${jml_dicatat}",
            ),
            many("syarat_gelandangan", "syarat", "Kelengkapan yang diterima", "Papers received"),
            yes_no("berkas_lengkap", "Berkas lengkap dan benar?", "Are the papers complete and correct?", must=True),
            past_day(
                "tgl_lengkap",
                "Tanggal berkas lengkap",
                "Day the papers were complete",
                when="${berkas_lengkap} = 'ya'",
            ),
            one("disposisi_gelandangan", "tujuan_disposisi", "Diteruskan kepada", "Passed on to"),
            signature("tanda_terima_ttd", "Tanda tangan penyerah", "Bearer's signature"),
        ],
    )


FORM = Form(
    form_id="gelandangan_surat_permohonan",
    title=("GLD 01 – Surat permohonan Satpol PP (hasil razia)", "GLD 01 – Request letter of Satpol PP (raid)"),
    rows=wording.questions(
        [
            *metadata(),
            *officer(),
            *_letter(),
            *_bearer(),
            *_raid(),
            *_client(),
            *_papers(),
            *evidence(),
            *sign_off("tgl_laporan", GELANDANGAN),
        ]
    ),
    entity=open_case(GELANDANGAN),
    instance_name="concat('Razia ', ${tempat_ditemukan}, ' · ', ${tgl_laporan})",
)
