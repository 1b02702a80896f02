"""Dinas Sosial P3A Kabupaten Lumajang. Its people, numbers and phones of persons are invented; the printed address,
telephone, site and complaint channels are those of the standard of SOP 002."""

from xlsforms.sources.kantor import Office

# The first page of the standard prints Pisang Gajah, the later ones Pisang Gajih; each is kept where it stands.
_IDENTITY = {
    "id": "kab_lumajang",
    "name": "Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak Kabupaten Lumajang",
    "government": "Pemerintah Kabupaten Lumajang",
    "address": "Jalan Pisang Gajah No. 01",
    "city": "Lumajang",
    "postal_code": "67316",
    "phone": "888155",
    "site": "dinsos.lumajangkab.go.id",
    "email": "",
    "timezone": "Asia/Jakarta",
    "area_code": "35.08",
    "logo": "",
    "work_days": "mon-fri",
    "opd_code": "427.64",
}

_OFFICIALS = """
Kepala Dinas | Dr. ENDANG PERUMPAMI, M.Si. | 19690212 199403 2 201 | Pembina Utama Muda (IV/c) | definitif | 2022-02-01 | | dinas | kadis
Sekretaris Dinas | Drs. SLAMET CONTOHARJO | 19710630 199703 1 202 | Pembina Tk. I (IV/b) | definitif | 2021-01-04 | | sekretariat | supervisor
Kepala Bidang Rehabilitasi Sosial | RETNO MISALWATI, S.Sos., M.M. | 19750918 200003 2 203 | Pembina (IV/a) | definitif | 2021-06-01 | | rehsos | kabid
Sub Koordinator Sub-Substansi Perlindungan Anak, Pelayanan Rehabilitasi Sosial Anak dan Lansia | BUDI ANDAIWAN, S.ST. | 19800405 200501 1 204 | Penata Tk. I (III/d) | definitif | 2022-01-03 | | anak_lansia | subkoor
Kepala Seksi Pelayanan dan Rehabilitasi Sosial Anak dan Lanjut Usia | SUSI REKAANINGRUM, S.Sos. | 19810722 200604 2 205 | Penata Tk. I (III/d) | definitif | 2020-01-02 | | anak_lansia | kasi
"""

_UNITS = """
dinas | Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak | | Kepala Dinas
sekretariat | Sekretariat | dinas | Sekretaris Dinas
rehsos | Bidang Rehabilitasi Sosial | dinas | Kepala Bidang Rehabilitasi Sosial
anak_lansia | Seksi Pelayanan dan Rehabilitasi Sosial Anak dan Lanjut Usia | rehsos | Kepala Seksi Pelayanan dan Rehabilitasi Sosial Anak dan Lanjut Usia
"""

_INSTITUTIONS = """
upt_ppsaa | UPT Pelayanan Sosial Asuhan Anak (contoh), Dinas Sosial Provinsi Jawa Timur | upt | Jawa Timur |
upt_ppsrr | UPT Pelayanan Sosial Remaja (contoh), Dinas Sosial Provinsi Jawa Timur | upt | Jawa Timur |
upt_napza | UPT Rehabilitasi Korban Napza (contoh), Dinas Sosial Provinsi Jawa Timur | upt | Jawa Timur |
dinsos_jatim | Dinas Sosial Provinsi Jawa Timur | dinsos | Surabaya |
polres | Unit PPA Satreskrim Polres Lumajang | kepolisian | Kabupaten Lumajang |
satpol_pp | Satuan Polisi Pamong Praja Kabupaten Lumajang | satpol_pp | Kabupaten Lumajang |
uptd_ppa | UPTD PPA Kabupaten Lumajang | uptd_ppa | Kabupaten Lumajang |
rsud | RSUD dr. Haryoto | kesehatan | Kabupaten Lumajang |
bnnk | BNN Kabupaten Lumajang | bnnk | Kabupaten Lumajang |
disdukcapil | Dinas Kependudukan dan Pencatatan Sipil Kabupaten Lumajang | adminduk | Kabupaten Lumajang |
dindik | Dinas Pendidikan dan Kebudayaan Kabupaten Lumajang | pendidikan | Kabupaten Lumajang |
lksa | LKSA Contoh Kasih Ibu | lksa | Kabupaten Lumajang |
sentra | Sentra Kementerian Sosial (contoh) | sentra | Jawa Timur |
"""

_OFFICERS = """
ptg-01 | WAHYU REKAWAN | petugas | rehsos
sp-01 | DEWI TAMSILNINGSIH | sakti_peksos | anak_lansia
sp-02 | ARIF UMPAMANTO | sakti_peksos | anak_lansia
pks-01 | RINA MISALSARI | peksos | anak_lansia
pks-02 | JOKO CONTOHADI | peksos | anak_lansia
sub-01 | BUDI ANDAIWAN | subkoor | anak_lansia
kasi-01 | SUSI REKAANINGRUM | kasi | anak_lansia
kabid-01 | RETNO MISALWATI | kabid | rehsos
kadis-01 | ENDANG PERUMPAMI | kadis | dinas
spv-01 | SLAMET CONTOHARJO | supervisor | sekretariat
"""

_SCHOOLS = """
sdn-contoh-1 | SDN Contoh 1 | sd | Kabupaten Lumajang |
sdn-contoh-2 | SDN Contoh 2 | sd | Kabupaten Lumajang |
smpn-contoh-1 | SMPN Contoh 1 | smp | Kabupaten Lumajang |
sman-contoh-1 | SMAN Contoh 1 | sma | Kabupaten Lumajang |
slb-contoh | SLB Contoh | slb | Kabupaten Lumajang |
pkbm-contoh | PKBM Contoh | pkbm | Kabupaten Lumajang |
"""

_NUMBERS = """
surat_keluar | 400.9.2.2/{urut:03}/{opd}/{tahun} | 2025-01-01 | | rekomendasi_pendampingan surat_rujukan
spt | 800.1.11.1/{urut:03}/{opd}/{tahun} | 2025-01-01 | | surat_perintah_tugas surat_tugas_asesmen
tanda_terima | {urut:04}/TT/{opd}/{tahun} | 2025-01-01 | | tanda_terima tanda_terima_rekomendasi
kasus | AAT-{tahun}-{urut:04} | 2025-01-01 | | kasus
agenda | {urut:04}/AGD/{tahun} | 2025-01-01 | | agenda
"""

_COMPLAINTS = """
Datang langsung ke kantor DINSOS P3A | Jl. Pisang Gajih No. 1 Kode Pos 67316 | offline | 48 | hour | supervisor
Melalui kotak saran yang disediakan di meja informasi pelayanan | | offline | 48 | hour | supervisor
Melalui POS | Jl. Pisang Gajih No. 1 Kode Pos 67316 | offline | 48 | hour | supervisor
Fb | https://www.facebook.com/dinassosial.kablumajang.3 | online | 48 | hour | supervisor
Instagram | https://www.instagram.com/dinsos_pppa_lumajang/ | online | 48 | hour | supervisor
Twitter | https://twitter.com/dinsos_lumajang | online | 48 | hour | supervisor
Youtube | https://www.youtube.com/channel/UCI7Abv0MDUuPpilGWvICDQA | online | 48 | hour | supervisor
Lain-lain | https://dinassosiallumajang.blogspot.com/ | online | 48 | hour | supervisor
Call center | 085 895 242 105 | online | 48 | hour | supervisor
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
