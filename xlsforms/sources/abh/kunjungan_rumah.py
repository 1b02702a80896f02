"""Step 4: verification by home visit after an RJ invitation; a visit never waits for a letter (ruling 46)."""

from xlsforms.sources.abh.law import victims
from xlsforms.sources.blocks import (
    address_update,
    case,
    consent,
    evidence,
    follow_up_name,
    identity_correction,
    phone,
    sign_off,
    update_case,
)
from xlsforms.sources.survey import Form, Rows, ask, group, many, note, one, photo, repeat, words, yes_no

_HOUSE = (
    ("lantai", "Lantai", "Floor"),
    ("dinding", "Dinding", "Walls"),
    ("atap", "Atap", "Roof"),
    ("air", "Air bersih", "Water"),
    ("jamban", "Jamban", "Toilet"),
    ("listrik", "Listrik", "Electricity"),
)
_MET = "selected(${bertemu}, 'klien') or selected(${bertemu}, 'keluarga') or selected(${bertemu}, 'tetangga')"


def _house() -> Rows:
    return [one(name, f"kondisi_rumah_{name}", label, english) for name, label, english in _HOUSE]


FORM = Form(
    form_id="abh_kunjungan_rumah",
    title=("ABH 04 – Kunjungan rumah", "ABH 04 – Home visit"),
    rows=[
        *case("abh_kunjungan_rumah"),
        *group(
            "kunjungan",
            "Kunjungan",
            "Visit",
            [
                words(
                    "no_spt",
                    "Nomor SPT",
                    "Number of the duty order",
                    hint=("Boleh kosong; diterbitkan menyusul.", "May be blank; issued later."),
                ),
                note("info_spt", "SPT diterbitkan menyusul.", "The duty order follows.", "${no_spt} = ''"),
                many("tujuan_kunjungan", "tujuan_kunjungan", "Tujuan", "Purpose"),
                many(
                    "bertemu",
                    "bertemu",
                    "Bertemu",
                    "Met",
                    must=True,
                    hint=("Hasil tidak bertemu juga dicatat.", "Meeting nobody is a result too."),
                ),
                *repeat(
                    "ditemui",
                    "Orang yang ditemui",
                    "Person met",
                    [
                        words("ditemui_nama", "Nama", "Name"),
                        one("hubungan", "ditemui_hub", "Hubungan dengan anak", "Relation to the child"),
                        phone("ditemui_hp", "Nomor HP", "Mobile number"),
                    ],
                    when=_MET,
                ),
                many("pendamping", "pendamping", "Didampingi", "Accompanied by"),
                words("pendamping_nama", "Nama pendamping", "Names"),
                one("alamat_sesuai", "alamat_sesuai", "Alamat sesuai data", "Address as recorded"),
            ],
        ),
        *identity_correction(),
        *address_update(),
        *group(
            "rumah",
            "Keadaan rumah dan keluarga",
            "Home and family",
            [
                *_house(),
                ask("integer", "kondisi_rumah_kamar", "Jumlah kamar tidur", "Bedrooms"),
                one("bersih", "kondisi_rumah_kebersihan", "Kebersihan", "Cleanliness"),
                one("keamanan_rumah", "keamanan_rumah", "Aman bagi anak", "Safe for the child"),
                words(
                    "alasan_keamanan",
                    "Alasan",
                    "Reason",
                    when="${keamanan_rumah} = 'kurang' or ${keamanan_rumah} = 'tidak'",
                ),
                one("cukup", "kecukupan_makan", "Kecukupan makan", "Enough food"),
                words("anggota_terkini", "Perubahan anggota keluarga", "Changes in the household", long=True),
                one("skala5", "pengasuh_siap", "Kesiapan pengasuh", "Readiness of the carer"),
                words("pengasuh_siap_uraian", "Uraian kesiapan pengasuh", "Details"),
                words(
                    "interaksi", "Interaksi anak dan keluarga (pengamatan)", "Child and family (observed)", long=True
                ),
                words("keterangan_tetangga", "Keterangan lingkungan", "What neighbours say", long=True),
                many("jaminan", "bantuan_diterima", "Bantuan yang pernah diterima", "Assistance received"),
            ],
            when=_MET,
        ),
        *group(
            "hasil_kunjungan",
            "Hasil kunjungan",
            "Result",
            [
                many("masalah_utama", "kebutuhan_bidang", "Bidang kebutuhan anak", "Fields of need"),
                words("kebutuhan_teridentifikasi", "Kebutuhan anak", "Needs of the child", long=True),
                one("kesesuaian", "kesesuaian", "Kesesuaian dengan undangan", "As stated in the invitation"),
                one(
                    "berat_tindakan",
                    "berat_tindakan",
                    "Berat tindakan menurut petugas",
                    "Seriousness in the officer's view",
                    hint=("Kosongkan bila belum dapat dinilai.", "Leave blank when it cannot be judged yet."),
                    save_to="berat_tindakan",
                ),
                words("mediator", "Mediator musyawarah RJ", "Mediator of the RJ meeting"),
                yes_no(
                    "mediator_didampingi",
                    "Mediator sudah didampingi atau dihubungi",
                    "Mediator accompanied or contacted",
                ),
                yes_no("anak_didampingi", "Anak didampingi", "Child accompanied"),
                words("catatan_pendampingan", "Catatan pendampingan", "Notes on the accompaniment", long=True),
                *victims(),
                one("tingkat_risiko", "risiko_temuan", "Tingkat risiko yang ditemukan", "Risk found"),
                words(
                    "tindakan_segera",
                    "Tindakan segera",
                    "Act at once",
                    when="${risiko_temuan} = 'darurat' or ${risiko_temuan} = 'tinggi'",
                ),
                yes_no("kondisi_petugas", "Ada gangguan keamanan petugas", "Was the officer's safety disturbed"),
                photo("foto_rumah_luar", "Foto rumah dari luar (dengan izin)", "House from outside (with permission)"),
                photo("foto_rumah_dalam", "Foto rumah bagian dalam (dengan izin)", "House inside (with permission)"),
                ask("date", "kunjungan_berikut", "Kunjungan berikutnya", "Next visit"),
            ],
        ),
        *consent(),
        *evidence(),
        *sign_off(),
    ],
    entity=update_case(),
    instance_name=follow_up_name(),
)
