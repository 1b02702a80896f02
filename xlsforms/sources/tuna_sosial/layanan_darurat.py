"""Step 5: emergency service; approval and papers may follow."""

from xlsforms.sources.blocks import case, consent, evidence, follow_up_name, sign_off, update_case
from xlsforms.sources.survey import (
    Form,
    ask,
    group,
    many,
    number,
    one,
    past_day,
    photo,
    repeat,
    signature,
    words,
    yes_no,
)
from xlsforms.sources.tuna_sosial.service import SERVICE

_PLACED = "${tempat_aman} != '' and ${tempat_aman} != 'tidak'"
_SHELTER = "${tempat_aman} = 'rps' or ${tempat_aman} = 'rumah_singgah'"
_LEFT = "${sudah_keluar} = 'ya'"

FORM = Form(
    form_id="tuna_sosial_layanan_darurat",
    title=("TS 05 – Layanan darurat", "TS 05 – Emergency service"),
    rows=[
        *case("tuna_sosial_layanan_darurat", SERVICE),
        *group(
            "darurat",
            "Kedaruratan",
            "Emergency",
            [
                many("dasar_darurat", "dasar_darurat", "Dasar kedaruratan", "Why it is an emergency", must=True),
                ask("dateTime", "waktu_permintaan", "Waktu permintaan", "Time of the request"),
                ask(
                    "dateTime",
                    "waktu_respon",
                    "Waktu respons",
                    "Time of the response",
                    # Moments compared as they are would be compared by their days.
                    valid=(
                        "${waktu_permintaan} = '' or decimal-date-time(.) >= decimal-date-time(${waktu_permintaan})"
                    ),
                    message=("Respons tidak boleh sebelum permintaan.", "The response cannot be before the request."),
                ),
                many("layanan_darurat", "layanan", "Layanan yang diberikan", "Services given", must=True),
                *repeat(
                    "jumlah_nilai",
                    "Bantuan yang diberikan",
                    "Goods given",
                    [
                        words("bantuan_item", "Barang atau jasa", "Goods or service"),
                        number("bantuan_jumlah", "Jumlah", "Quantity", 1, 10000),
                        one("satuan", "bantuan_satuan", "Satuan", "Unit"),
                        number("bantuan_rupiah", "Nilai (Rp)", "Value (Rp)", 0, 100000000),
                    ],
                ),
                one("izin_wali", "izin_wali", "Persetujuan wali", "Guardian's consent"),
                words(
                    "alasan_tanpa_izin",
                    "Alasan bertindak tanpa persetujuan",
                    "Reason to act without it",
                    when="${izin_wali} = 'tanpa_wali' or ${izin_wali} = 'wali_menolak'",
                    must=True,
                ),
                yes_no("lapor_polisi", "Dilaporkan ke polisi", "Reported to the police"),
                words("no_lp", "Nomor laporan polisi", "Police report number", when="${lapor_polisi} = 'ya'"),
                one(
                    "peran_penyetuju",
                    "penyetuju",
                    "Disetujui oleh",
                    "Approved by",
                    hint=("Boleh menyusul; layanan tidak menunggu.", "May follow; the service does not wait."),
                ),
                ask("dateTime", "waktu_setuju", "Waktu persetujuan", "Time of approval", when="${penyetuju} != ''"),
            ],
        ),
        *group(
            "penempatan",
            "Tempat aman",
            "Safe place",
            [
                one("tempat_aman", "tempat_aman", "Ditempatkan di", "Placed in", must=True),
                words("rps_kamar", "Kamar", "Room", when=_SHELTER),
                past_day("tgl_masuk", "Tanggal masuk", "Day of arrival", when=_PLACED),
                ask("time", "jam_masuk", "Jam masuk", "Time of arrival", when=_PLACED),
                number("rencana_lama_hari", "Rencana lama tinggal (hari)", "Planned stay (days)", 1, 30, when=_PLACED),
                many("kondisi", "kondisi_masuk", "Kondisi saat masuk", "Condition on arrival", when=_PLACED),
                ask(
                    "decimal",
                    "suhu",
                    "Suhu badan (°C)",
                    "Temperature (°C)",
                    when=_PLACED,
                    valid=". >= 30 and . <= 45",
                    message=("Isi 30 sampai 45.", "Enter 30 to 45."),
                ),
                words("tensi", "Tekanan darah", "Blood pressure", when=_PLACED),
                ask(
                    "decimal",
                    "berat",
                    "Berat badan (kg)",
                    "Weight (kg)",
                    when=_PLACED,
                    valid=". >= 1 and . <= 200",
                    message=("Isi 1 sampai 200.", "Enter 1 to 200."),
                ),
                *repeat(
                    "barang_titipan",
                    "Barang dititipkan",
                    "Thing deposited",
                    [
                        words("titipan_nama", "Nama barang", "Thing"),
                        number("titipan_jumlah", "Jumlah", "Quantity", 1, 10000),
                        photo("titipan_foto", "Foto barang", "Photo"),
                        signature("titipan_ttd", "Tanda tangan penitip", "Signature"),
                    ],
                    when=_PLACED,
                ),
                words(
                    "larangan_kunjungan",
                    "Pihak yang dilarang menemui",
                    "Who may not see the child",
                    when=_PLACED,
                ),
                ask(
                    "select_one_from_file petugas.csv",
                    "penanggung_jawab_rps",
                    "Penanggung jawab",
                    "Responsible",
                    when=_SHELTER,
                    must=True,
                    appearance="autocomplete",
                ),
                *repeat(
                    "pantau_harian",
                    "Catatan harian",
                    "Daily note",
                    [
                        past_day("pantau_tgl", "Tanggal", "Day"),
                        words("pantau_kondisi", "Kondisi", "Condition"),
                        words("pantau_kegiatan", "Kegiatan", "Activity"),
                        words("pantau_petugas", "Petugas", "Officer"),
                    ],
                    when=_PLACED,
                ),
                yes_no("sudah_keluar", "Anak sudah keluar?", "Has the child left?", when=_PLACED),
                past_day("tgl_keluar", "Tanggal keluar", "Day of leaving", when=_LEFT, must=True),
                ask("time", "jam_keluar", "Jam keluar", "Time of leaving", when=_LEFT),
                one("tujuan_keluar", "tujuan_keluar", "Keluar ke", "Left for", when=_LEFT, must=True),
                words("kondisi_keluar", "Kondisi saat keluar", "Condition on leaving", when=_LEFT),
            ],
        ),
        *consent(SERVICE),
        *evidence(),
        *sign_off(service=SERVICE),
    ],
    entity=update_case(SERVICE),
    instance_name=follow_up_name(),
)
