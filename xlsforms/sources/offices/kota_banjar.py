"""Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak Kota Banjar. Its people and phones of persons are invented."""

from xlsforms.sources.kantor import Office

_IDENTITY = {
    "id": "kota_banjar",
    "name": "Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak Kota Banjar",
    "government": "Pemerintah Kota Banjar",
    "address": "Jl. Gerilya Komplek Perkantoran Pamongkoran",
    "city": "Banjar",
    "postal_code": "46311",
    "phone": "(0265) 742289",
    "site": "https://dinsosp3a.banjarkota.go.id/",
    "email": "dinsosp3akotabanjar@gmail.com",
    "timezone": "Asia/Jakarta",
    "area_code": "32.79",
    "logo": "",
    "work_days": "mon-fri",
    "opd_code": "DINSOSP3A",
}

_OFFICIALS = """
Kepala Dinas | Drs. ASEP CONTOHWAN, M.Si. | 19670305 199303 1 001 | Pembina Utama Muda (IV/c) | definitif | 2022-03-01 | | dinas |
Sekretaris Dinas | Hj. EUIS PERMISALAN, S.Sos., M.M. | 19710914 199703 2 002 | Pembina Tk. I (IV/b) | definitif | 2023-01-02 | | sekretariat |
Kepala Bidang Rehsosdayasos | DADAN ANDAIAN, S.Sos., M.AP. | 19761120 200112 1 003 | Pembina (IV/a) | definitif | 2021-06-01 | | rehsosdayasos | supervisor
Kepala Bidang Perlindungan Anak | NENENG REKAWATI, S.Psi. | 19790228 200501 2 004 | Penata Tk. I (III/d) | definitif | 2022-09-01 | | anak |
"""

_UNITS = """
dinas | Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak Kota Banjar | | Kepala Dinas
sekretariat | Sekretariat | dinas | Sekretaris Dinas
rehsosdayasos | Bidang Rehsosdayasos | dinas | Kepala Bidang Rehsosdayasos
anak | Bidang Perlindungan Anak | dinas | Kepala Bidang Perlindungan Anak
"""

_INSTITUTIONS = """
satpol_pp | Satuan Polisi Pamong Praja Kota Banjar | satpol_pp | Kota Banjar |
polres | Polres Banjar | kepolisian | Kota Banjar |
rsud | RSUD Kota Banjar | kesehatan | Kota Banjar |
disdukcapil | Dinas Kependudukan dan Pencatatan Sipil Kota Banjar | adminduk | Kota Banjar |
uptd_ppa | UPTD PPA Kota Banjar | uptd_ppa | Kota Banjar |
baznas | Baznas Kota Banjar | baznas | Kota Banjar |
rumah_singgah | Rumah Singgah Contoh Kota Banjar | rumah_singgah | Kota Banjar |
balai | Balai Rehabilitasi Contoh | balai | Jawa Barat |
panti_provinsi | Panti Sosial Provinsi Contoh | panti | Jawa Barat |
rsj | Rumah Sakit Jiwa Contoh | kesehatan | Jawa Barat |
dinsos_jabar | Dinas Sosial Provinsi Jawa Barat | dinsos | Bandung |
dinsos_ciamis | Dinas Sosial Kabupaten Ciamis | dinsos | Ciamis |
dinsos_cilacap | Dinas Sosial Kabupaten Cilacap | dinsos | Cilacap |
dinsos_pangandaran | Dinas Sosial Kabupaten Pangandaran | dinsos | Pangandaran |
dinsos_tasikmalaya | Dinas Sosial Kota Tasikmalaya | dinsos | Tasikmalaya |
"""

_OFFICERS = """
rhs-01 | YAYAT UMPAMA | petugas_rehsos | rehsosdayasos
rhs-02 | IIS TAMSILAH | petugas_rehsos | rehsosdayasos
rhs-03 | CECEP MISALNO | petugas_rehsos | rehsosdayasos
tksk-01 | LILIS CONTOHNI | tksk | rehsosdayasos
spv-01 | DADAN ANDAIAN | supervisor | rehsosdayasos
"""

_SCHOOLS = """
sdn-contoh-1 | SDN Contoh 1 Banjar | sd | Kota Banjar |
smpn-contoh-1 | SMPN Contoh 1 Banjar | smp | Kota Banjar |
sman-contoh-1 | SMAN Contoh 1 Banjar | sma | Kota Banjar |
slb-contoh | SLB Contoh Banjar | slb | Kota Banjar |
pkbm-contoh | PKBM Contoh Banjar | pkbm | Kota Banjar |
"""

_NUMBERS = """
surat_keluar | 400.9.4.1/{urut:03}/{opd}/{tahun} | 2025-01-01 | | surat_rujukan surat_koordinasi
ba | 400.9.4.1/{urut:03}/BA/{tahun} | 2025-01-01 | | ba_reunifikasi ba_reunifikasi_luar_kota ba_pengiriman
laporan | 400.9.4.1/{urut:03}/LAP/{tahun} | 2025-01-01 | | laporan_sosial
tanda_terima | {urut:04}/TT/{opd}/{tahun} | 2025-01-01 | | tanda_terima
spt | 800.1.11.1/{urut:03}/{opd}/{tahun} | 2025-01-01 | | surat_tugas
kasus | GLD-{tahun}-{urut:04} | 2025-01-01 | | kasus
agenda | {urut:04}/AGD/{tahun} | 2025-01-01 | | agenda
"""

_COMPLAINTS = """
Menyampaikan secara langsung | Jl. Gerilya Komplek Perkantoran Pamongkoran Kota Banjar 46311 | offline
Kotak saran | Jl. Gerilya Komplek Perkantoran Pamongkoran Kota Banjar 46311 | offline
Website | dinsosp3a.banjarkota.go.id | online
Telepon | (0265) 742289 | online
WA | 0822-2636-0473 | online
Email | dinsosp3akotabanjar@gmail.com | online
Sp4n Lapo | www.lapor.go.id | online
"""

OFFICE = Office(
    identity=_IDENTITY,
    officials=_OFFICIALS,
    units=_UNITS,
    institutions=_INSTITUTIONS,
    officers=_OFFICERS,
    schools=_SCHOOLS,
    numbers=_NUMBERS,
    complaint_channels=_COMPLAINTS,
)
