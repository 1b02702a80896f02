"""Dinas Sosial Kota Pasuruan. Its people, numbers and phones of persons are invented."""

from xlsforms.sources.kantor import Office

_IDENTITY = {
    "id": "kota_pasuruan",
    "name": "Dinas Sosial Kota Pasuruan",
    "government": "Pemerintah Kota Pasuruan",
    "address": "Jl. Balai Kota No. 10",
    "city": "Pasuruan",
    "postal_code": "67125",
    "phone": "(0343) 423628",
    "site": "https://dinsos.pasuruankota.go.id/",
    "email": "dinsos@pasuruankota.go.id",
    "timezone": "Asia/Jakarta",
    "area_code": "35.75",
    "logo": "",
    "work_days": "mon-fri",
    "opd_code": "423.104",
}

_OFFICIALS = """
Kepala Dinas Sosial | Dra. SRI CONTOHWATI, M.Si. | 19680412 199403 2 001 | Pembina Utama Muda (IV/c) | definitif | 2023-02-01 | | dinas |
Sekretaris Dinas Sosial | Drs. BAGUS REKAYASA, M.M. | 19700817 199603 1 002 | Pembina Tk. I (IV/b) | definitif | 2022-07-01 | | sekretariat |
Kepala Bidang Rehabilitasi Sosial | NINGSIH ANDAIAN, S.Sos., M.AP. | 19751103 200003 2 003 | Pembina (IV/a) | definitif | 2021-01-04 | 2026-06-30 | rehsos | supervisor
Kepala Bidang Rehabilitasi Sosial | JOKO PERMISALAN, S.Sos. | 19780925 200312 1 004 | Penata Tk. I (III/d) | Plt. | 2026-07-01 | | rehsos | supervisor
Kepala Seksi Data dan Informasi | WULAN CONTOHSARI, S.Kom. | 19840221 201001 2 005 | Penata (III/c) | definitif | 2022-01-03 | | datin |
"""

_UNITS = """
dinas | Dinas Sosial Kota Pasuruan | | Kepala Dinas Sosial
sekretariat | Sekretariat | dinas | Sekretaris Dinas Sosial
rehsos | Bidang Rehabilitasi Sosial | dinas | Kepala Bidang Rehabilitasi Sosial
datin | Seksi Data dan Informasi | sekretariat | Kepala Seksi Data dan Informasi
"""

_INSTITUTIONS = """
polres | Unit PPA Satreskrim Polres Pasuruan Kota | kepolisian | Kota Pasuruan |
polsek_bugul_kidul | Polsek Bugul Kidul | kepolisian | Kota Pasuruan |
polsek_gadingrejo | Polsek Gadingrejo | kepolisian | Kota Pasuruan |
polsek_purworejo | Polsek Purworejo | kepolisian | Kota Pasuruan |
kejari | Kejaksaan Negeri Pasuruan | kejaksaan | Kota Pasuruan |
pn | Pengadilan Negeri Pasuruan | pengadilan | Kota Pasuruan |
bapas | Balai Pemasyarakatan (Bapas) | bapas | Malang |
uptd_ppa | UPTD PPA Kota Pasuruan | uptd_ppa | Kota Pasuruan |
dispendik | Dinas Pendidikan dan Kebudayaan Kota Pasuruan | pendidikan | Kota Pasuruan |
disdukcapil | Dinas Kependudukan dan Pencatatan Sipil Kota Pasuruan | adminduk | Kota Pasuruan |
rsud | RSUD dr. R. Soedarsono | kesehatan | Kota Pasuruan |
sentra | Sentra Kementerian Sosial (contoh) | sentra | Jawa Timur |
lpks | LPKS Contoh Harapan | lpks | Jawa Timur |
lksa | LKSA Contoh Kasih | lksa | Kota Pasuruan |
dinsos_jatim | Dinas Sosial Provinsi Jawa Timur | dinsos | Surabaya |
"""

_OFFICERS = """
pks-01 | RATNA MISALIA | peksos | rehsos
pks-02 | DIMAS ANDAIKA | peksos | rehsos
pks-03 | LAILA CONTOHNI | peksos | rehsos
tksk-01 | HARI UMPAMA | tksk | rehsos
tksk-02 | SITI TAMSILAH | tksk | rehsos
dtn-01 | AGUS REKAAN | staf_datin | datin
spv-01 | JOKO PERMISALAN | supervisor | rehsos
"""

_SCHOOLS = """
sdn-contoh-1 | SDN Contoh 1 | sd | Kota Pasuruan |
sdn-contoh-2 | SDN Contoh 2 | sd | Kota Pasuruan |
smpn-contoh-1 | SMPN Contoh 1 | smp | Kota Pasuruan |
smpn-contoh-2 | SMPN Contoh 2 | smp | Kota Pasuruan |
sman-contoh-1 | SMAN Contoh 1 | sma | Kota Pasuruan |
smkn-contoh-1 | SMKN Contoh 1 | smk | Kota Pasuruan |
slb-contoh | SLB Contoh | slb | Kota Pasuruan |
pkbm-contoh | PKBM Contoh | pkbm | Kota Pasuruan |
"""

_NUMBERS = """
surat_keluar | 400.9.2.3/{urut:03}/{opd}/{tahun} | 2025-01-01 | | surat_uppa rujukan_ljs
ba | 400.9.2.3/{urut:03}/BA/{tahun} | 2025-01-01 | | ba_konferensi rencana_kasus kesepakatan_rj ba_terminasi ba_terminasi_pulih ba_penanganan
laporan | 400.9.2.3/{urut:03}/LAP/{tahun} | 2025-01-01 | | laporan_kasus
tanda_terima | {urut:04}/TT/{opd}/{tahun} | 2025-01-01 | | tanda_terima
spt | 800.1.11.1/{urut:03}/{opd}/{tahun} | 2025-01-01 | | surat_tugas
kasus | ABH-{tahun}-{urut:04} | 2025-01-01 | | kasus
agenda | {urut:04}/AGD/{tahun} | 2025-01-01 | | agenda
"""

_COMPLAINTS = """
MPP (Mall Pelayanan Publik) Kota Pasuruan | Jl. KH. Wachid Hasyim, Kota Pasuruan | offline
E-Sambat Kota Pasuruan | https://esambat.pasuruankota.go.id/ | online
Lapor! | https://www.lapor.go.id/ | online
Website | https://dinsos.pasuruankota.go.id/ | online
Whatsapp | 085607966637 | online
Instagram | @dinsoskotapasuruan | online
Facebook | dinsoskotapasuruan | online
Tiktok | @dinsoskotapasuruan | online
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
