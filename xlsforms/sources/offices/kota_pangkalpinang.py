"""Dinas Sosial Kota Pangkalpinang. Its people, numbers and phones of persons are invented; the printed address,
telephone, site and complaint channels are those of the standard of SOP 001."""

from xlsforms.sources.kantor import Office

# The office's own spelling is one word; the Kemendagri list writes Pangkal Pinang.
_IDENTITY = {
    "id": "kota_pangkalpinang",
    "name": "Dinas Sosial Kota Pangkalpinang",
    "government": "Pemerintah Kota Pangkal Pinang",
    "address": "Jl. Usman Ambon no. 25 Kel. Kejaksaan Kecamatan Taman Sari",
    "city": "Pangkalpinang",
    "postal_code": "33173",
    "phone": "081358734496",
    "site": "sosialpangkalpinang.com",
    "email": "dinsos@pangkalpinang.go.id",
    "timezone": "Asia/Jakarta",
    "area_code": "19.71",
    "logo": "",
    "work_days": "mon-fri",
    "opd_code": "DINSOS",
}

_OFFICIALS = """
Kepala Dinas Sosial | Drs. HASAN PERUMPAMAAN, M.Si. | 19680921 199303 1 101 | Pembina Utama Muda (IV/c) | definitif | 2022-03-01 | | dinas | kadis
Sekretaris Dinas Sosial | LINDA CONTOHANI, S.E., M.M. | 19720514 199803 2 102 | Pembina Tk. I (IV/b) | definitif | 2021-08-02 | | sekretariat | supervisor
Kepala Bidang Rehabilitasi Sosial | YUSUF MISALKAN, S.Sos., M.AP. | 19760708 200112 1 103 | Pembina (IV/a) | definitif | 2022-01-03 | | rehsos | kabid
Kepala Seksi Rehabilitasi Sosial Tuna Sosial | MARLINA ANDAIKATA, S.ST. | 19820319 200604 2 104 | Penata Tk. I (III/d) | definitif | 2022-01-03 | | tuna_sosial | peksos_kasi
Ketua Rumah Perlindungan Sosial (RPS) SENYUM | ROSIDAH TAMSILWATI, S.Sos. | 19850127 200901 2 105 | Penata (III/c) | definitif | 2023-05-02 | | rps | ketua_rps
"""

_UNITS = """
dinas | Dinas Sosial Kota Pangkalpinang | | Kepala Dinas Sosial
sekretariat | Sekretariat | dinas | Sekretaris Dinas Sosial
rehsos | Bidang Rehabilitasi Sosial | dinas | Kepala Bidang Rehabilitasi Sosial
tuna_sosial | Seksi Rehabilitasi Sosial Tuna Sosial | rehsos | Kepala Seksi Rehabilitasi Sosial Tuna Sosial
rps | Rumah Perlindungan Sosial (RPS) SENYUM | rehsos | Ketua Rumah Perlindungan Sosial (RPS) SENYUM
"""

_INSTITUTIONS = """
rps_senyum | Rumah Perlindungan Sosial (RPS) SENYUM | rps | Kota Pangkalpinang |
slrt | Sistem Layanan Rujukan Terpadu (SLRT) Kota Pangkalpinang | slrt | Kota Pangkalpinang |
polresta | Unit PPA Polresta Pangkalpinang | kepolisian | Kota Pangkalpinang |
satpol_pp | Satuan Polisi Pamong Praja Kota Pangkalpinang | satpol_pp | Kota Pangkalpinang |
rsud | RSUD Depati Hamzah | kesehatan | Kota Pangkalpinang |
puskesmas | Puskesmas Contoh Taman Sari | kesehatan | Kota Pangkalpinang |
uptd_ppa | UPTD PPA Kota Pangkalpinang | uptd_ppa | Kota Pangkalpinang |
bnnk | BNN Kota Pangkalpinang | bnnk | Kota Pangkalpinang |
disdukcapil | Dinas Kependudukan dan Pencatatan Sipil Kota Pangkalpinang | adminduk | Kota Pangkalpinang |
dinsos_babel | Dinas Sosial Provinsi Kepulauan Bangka Belitung | dinsos | Kota Pangkalpinang |
panti_provinsi | Panti Sosial Provinsi (contoh) | panti | Kepulauan Bangka Belitung |
sentra | Sentra Kementerian Sosial (contoh) | sentra | Kementerian Sosial |
lks | LKS Contoh Harapan Baru | lks | Kota Pangkalpinang |
"""

_OFFICERS = """
pks-01 | NURUL UMPAMAWATI | peksos_kasi | tuna_sosial
pks-02 | FERI REKAANTO | peksos_kasi | tuna_sosial
kasi-01 | MARLINA ANDAIKATA | peksos_kasi | tuna_sosial
rps-01 | ROSIDAH TAMSILWATI | ketua_rps | rps
kabid-01 | YUSUF MISALKAN | kabid | rehsos
spv-01 | LINDA CONTOHANI | supervisor | sekretariat
"""

_SCHOOLS = """
sdn-contoh-1 | SDN Contoh 1 | sd | Kota Pangkalpinang |
smpn-contoh-1 | SMPN Contoh 1 | smp | Kota Pangkalpinang |
sman-contoh-1 | SMAN Contoh 1 | sma | Kota Pangkalpinang |
pkbm-contoh | PKBM Contoh | pkbm | Kota Pangkalpinang |
"""

_NUMBERS = """
surat_keluar | 400.9.4.2/{urut:03}/{opd}/{tahun} | 2025-01-01 | | surat_penolakan surat_pelimpahan
disposisi | {urut:04}/DISP/{opd}/{bulan_romawi}/{tahun} | 2025-01-01 | | lembar_disposisi
ba | 400.9.4.2/{urut:03}/BA/{tahun} | 2025-01-01 | | ba_serah_terima
laporan | 400.9.4.2/{urut:03}/LAP/{tahun} | 2025-01-01 | | case_record
tanda_terima | {urut:04}/TT/{opd}/{tahun} | 2025-01-01 | | tanda_terima
spt | 800.1.11.1/{urut:03}/{opd}/{tahun} | 2025-01-01 | | surat_tugas
kasus | RTS-{tahun}-{urut:04} | 2025-01-01 | | kasus
agenda | {urut:04}/AGD/{tahun} | 2025-01-01 | | agenda
"""

_COMPLAINTS = """
Pengaduan, saran, dan masukan dapat disampaikan secara tertulis melalui surat yang ditujukan | Dinas Sosial Kota Pangkalpinang (SLRT) Jl. Usman Ambon No. 25 Kel. Kacang Pedang Kec. Gerunggang Kota Pangkalpinang | offline
Menyampaikan pengaduan, saran, dan masukan Langsung melalui surel | dinsos@pangkalpinang.go.id | online
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
