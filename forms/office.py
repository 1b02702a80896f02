"""The office workbook (`kantor.xlsx`, ruling 37) read into typed rows: who, where, when closed, who signs."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from forms import tables
from forms.findings import Finding, has_errors
from forms.sop import Complaint, FreeDay, complaint, free_day
from forms.tables import Cells, Columns, Reader
from forms.workbook import Workbook

SHEETS: Mapping[str, tuple[str, ...]] = {
    "office": ("kantor",),
    "officials": ("pejabat",),
    "units": ("unit", "unit_kerja"),
    "calendar": ("kalender",),
    "areas": ("wilayah",),
    "institutions": ("lembaga",),
    "officers": ("petugas",),
    "schools": ("sekolah",),
    "numbers": ("penomoran", "nomor_surat"),
    "complaints": ("pengaduan",),
}
KEYS = frozenset(
    [
        "id",
        "name",
        "government",
        "address",
        "city",
        "postal_code",
        "phone",
        "site",
        "email",
        "timezone",
        "area_code",
        "logo",
        "work_days",
        "opd_code",
        "whole_answers",
    ]
)
NEEDED_KEYS = ("id", "name", "government", "address", "city", "timezone", "area_code")
LEVELS: Mapping[str, tuple[str, ...]] = {
    "provinsi": ("province",),
    "kabkota": ("kabupaten", "kota", "regency"),
    "kecamatan": ("district",),
    "kelurahan": ("desa", "village"),
}
CAPACITIES: Mapping[str, tuple[str, ...]] = {
    "definitif": ("tetap",),
    "Plt.": ("plt", "pelaksana tugas"),
    "Plh.": ("plh", "pelaksana harian"),
    "a.n.": ("an", "a.n", "atas nama"),
}
ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HARI = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_TOKEN = re.compile(r"\{([^{}]*)\}")
_TOKENS = re.compile(r"(klas|opd|unit|jenis|bulan_romawi|sifat|tahun|(?:urut|bulan)(?::0?\d{1,2})?)")

_COLUMNS: Mapping[str, Columns] = {
    "office": Columns({"key": ("kunci",), "value": ("isi", "nilai")}),
    "officials": Columns(
        {
            "post": ("jabatan",),
            "name": ("nama",),
            "nip": (),
            "rank": ("pangkat",),
            "capacity": ("kapasitas",),
            "from": ("dari", "sejak"),
            "until": ("sampai",),
            "unit": (),
            "role": ("peran",),
        }
    ),
    "units": Columns({"code": ("kode",), "name": ("nama",), "parent": ("induk",), "head_post": ("jabatan_kepala",)}),
    "calendar": Columns({"date": ("tanggal",), "kind": ("jenis",), "decree": ("dasar",), "estimate": ("perkiraan",)}),
    "areas": Columns(
        {
            "code": ("kode",),
            "level": ("tingkat",),
            "parent": ("induk",),
            "name": ("nama",),
            "sejak": ("since", "from"),
            "sampai": ("until",),
        }
    ),
    "institutions": Columns(
        {"code": ("kode",), "name": ("nama",), "kind": ("jenis",), "address": ("alamat",), "phone": ("telepon",)}
    ),
    "officers": Columns({"code": ("kode",), "name": ("nama",), "role": ("peran",), "unit": ()}),
    "schools": Columns(
        {"code": ("kode",), "name": ("nama",), "level": ("jenjang",), "address": ("alamat",), "area": ("wilayah",)}
    ),
    "numbers": Columns(
        {"register": ("buku",), "pattern": ("pola",), "from": ("dari",), "until": ("sampai",), "document": ("dokumen",)}
    ),
    "complaints": Columns(
        {
            "channel": ("saluran",),
            "address": ("alamat",),
            "kind": ("jenis",),
            "response_limit": ("batas_tanggapan",),
            "response_unit": ("satuan_tanggapan",),
            "role": ("peran",),
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody in a post from a day until a day (None: still). `capacity`: definitif, Plt., Plh. or a.n."""

    post: str
    name: str
    nip: str
    rank: str
    capacity: str
    from_day: date
    until: date | None
    unit: str
    role: str
    row: Cells = field(repr=False, compare=False)

    def holds(self, day: date) -> bool:
        return self.from_day <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    parent: str
    head_post: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Area:
    """A Kemendagri area, or one of the office's own, valid from `since` until `until`."""

    code: str
    level: str
    parent: str
    name: str
    since: date | None
    until: date | None
    row: Cells = field(repr=False, compare=False)

    def holds(self, day: date | None) -> bool:
        """Whether the area exists on a day; without a day, whether it has no end."""
        if day is None:
            return self.until is None
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Institution:
    code: str
    name: str
    kind: str
    address: str
    phone: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Officer:
    code: str
    name: str
    role: str
    unit: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class School:
    code: str
    name: str
    level: str
    address: str
    area: str
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """How a register numbers its letters, from a day until a day. `documents`: what it numbers."""

    register: str
    pattern: str
    from_day: date | None
    until: date | None
    documents: tuple[str, ...]
    row: Cells = field(repr=False, compare=False)

    def holds(self, day: date) -> bool:
        return (self.from_day is None or self.from_day <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Office:
    """One office. `identity` holds the sheet `office` by key; `work_days` weekdays, Monday = 0."""

    identity: Mapping[str, str]
    timezone: str
    work_days: frozenset[int]
    officials: tuple[Official, ...]
    units: tuple[Unit, ...]
    calendar: tuple[FreeDay, ...]
    areas: tuple[Area, ...]
    institutions: tuple[Institution, ...]
    officers: tuple[Officer, ...]
    schools: tuple[School, ...]
    numbers: tuple[NumberPattern, ...]
    complaints: tuple[Complaint, ...]

    @property
    def id(self) -> str:
        return self.identity["id"]

    @property
    def name(self) -> str:
        return self.identity["name"]

    @property
    def whole_answers(self) -> frozenset[str]:
        """The roles that may take answers away as they were sent, beside those that always may."""
        return frozenset(self.identity.get("whole_answers", "").replace(",", " ").split())

    @property
    def places(self) -> tuple[Unit | Area, ...]:
        """Its units and the areas it serves: where somebody may work."""
        return (*self.units, *self.areas)

    @property
    def letterhead(self) -> Mapping[str, str]:
        """What stands at the top of a letter, by key of the sheet `office`; missing keys are blank."""
        keys = ("government", "name", "address", "city", "postal_code", "phone", "site", "email", "logo")
        return {key: self.identity.get(key, "") for key in keys}

    @property
    def decreed_until(self) -> int:
        """The last year whose joint leave is decreed; 0 when none is."""
        years = (day.date.year for day in self.calendar if day.kind == "cuti_bersama" and not day.estimate)
        return max(years, default=0)

    def signer(self, post: str, day: date) -> Official | None:
        """Who signs for a post on a day: of several, the one who came last (a stand-in before the holder)."""
        return _latest(official for official in self.officials if official.post == post and official.holds(day))

    def signer_for(self, role: str, day: date) -> Official | None:
        """Who signs for a role of the SOPs on a day."""
        return _latest(official for official in self.officials if official.role == role and official.holds(day))

    def number_pattern(self, document: str, day: date) -> NumberPattern | None:
        """The register that numbers a document on a day."""
        return next((n for n in self.numbers if document in n.documents and n.holds(day)), None)

    def area_name(self, code: str) -> str:
        """The name of an area, `""` when unknown; valid or not, old cases keep their area."""
        return next((area.name for area in self.areas if area.code == code), "")

    def media(self, day: date | None = None) -> dict[str, bytes]:
        """The CSV files forms may name (xlsforms/README.md), as UTF-8 bytes; areas as they are on `day`."""
        areas = ((a.code, a.name, a.level, a.parent) for a in self.areas if a.holds(day))
        return {
            "wilayah.csv": _csv(("name", "label", "level", "parent"), areas),
            "lembaga.csv": _csv(("name", "label", "kind"), ((i.code, i.name, i.kind) for i in self.institutions)),
            "petugas.csv": _csv(
                ("name", "label", "role", "unit"), ((o.code, o.name, o.role, o.unit) for o in self.officers)
            ),
            "sekolah.csv": _csv(("name", "label", "level"), ((s.code, s.name, s.level) for s in self.schools)),
        }


def _latest(officials: Iterable[Official]) -> Official | None:
    return max(officials, key=lambda official: official.from_day, default=None)


def _csv(headers: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return stream.getvalue().encode()


def read(workbook: Workbook) -> tuple[Office | None, tuple[Finding, ...]]:
    """The office of a workbook and everything wrong with it; no office when a finding is an error.

    Codes `office.*`: those of `forms.tables`, and missing_key, unknown_key, bad_zone, bad_work_days,
    unknown_parent, unknown_unit, unknown_post, unknown_area, ends_before_start, two_in_post, bad_nip,
    bad_token.
    """
    reader = Reader("office")
    sheets = {
        name: reader.rows(workbook, (name, *SHEETS[name]), _COLUMNS[name], needed=name in ("office", "officials"))
        for name in SHEETS
    }
    identity = _identity(reader, sheets["office"])
    office = Office(
        identity=identity,
        timezone=_zone(reader, sheets["office"], identity),
        work_days=_work_days(reader, sheets["office"], identity),
        officials=tuple(o for o in map(_official, sheets["officials"]) if o),
        units=tuple(
            Unit(row.name("code"), row.needed("name"), row.text("parent"), row.text("head_post"), row)
            for row in sheets["units"]
        ),
        calendar=tuple(day for day in map(free_day, sheets["calendar"]) if day),
        areas=tuple(map(_area, sheets["areas"])),
        institutions=tuple(
            Institution(
                row.name("code"), row.needed("name"), row.text("kind"), row.text("address"), row.text("phone"), row
            )
            for row in sheets["institutions"]
        ),
        officers=tuple(
            Officer(row.name("code"), row.needed("name"), row.needed("role"), row.text("unit"), row)
            for row in sheets["officers"]
        ),
        schools=tuple(
            School(row.name("code"), row.needed("name"), row.text("level"), row.text("address"), row.text("area"), row)
            for row in sheets["schools"]
        ),
        numbers=tuple(map(_number, sheets["numbers"])),
        complaints=tuple(map(complaint, sheets["complaints"])),
    )
    _check(reader, office)
    return (None if has_errors(reader.findings) else office), tuple(reader.findings)


def digest(workbook: Workbook) -> str:
    """The hash of what the office says: equal for a workbook saved again without a change."""
    return tables.content(workbook, SHEETS)


def _identity(reader: Reader, rows: list[Cells]) -> dict[str, str]:
    identity: dict[str, str] = {}
    for row in rows:
        key = row.needed("key")
        if key and key not in KEYS:
            row.wrong("unknown_key", "key", "warning")
        if key in identity:
            row.wrong("same_name", "key", name=key, first="")
        identity[key] = row.text("value")
    for key in NEEDED_KEYS:
        if rows and not identity.get(key):
            place = next((row.place("value") for row in rows if row.text("key") == key), None)
            reader.add("missing_key", place, key=key)
    return identity


def _cell_of(rows: list[Cells], key: str) -> Cells | None:
    return next((row for row in rows if row.text("key") == key), None)


def _zone(reader: Reader, rows: list[Cells], identity: Mapping[str, str]) -> str:
    written = identity.get("timezone", "")
    zone = ZONES.get(written.casefold(), written) or "Asia/Jakarta"
    try:
        return ZoneInfo(zone).key
    except (KeyError, ValueError, OSError):
        row = _cell_of(rows, "timezone")
        reader.add("bad_zone", row.place("value") if row else None, value=written, options=", ".join(ZONES.values()))
        return "Asia/Jakarta"


def _work_days(reader: Reader, rows: list[Cells], identity: Mapping[str, str]) -> frozenset[int]:
    text = identity.get("work_days", "").casefold().replace(" ", "")
    days: set[int] = set()
    for part in filter(None, text.split(",")):
        ends = [_weekday(end) for end in part.split("-")]
        if len(ends) > 2 or None in ends or (ends[0] or 0) > (ends[-1] or 0):
            row = _cell_of(rows, "work_days")
            reader.add("bad_work_days", row.place("value") if row else None, value=text)
            return frozenset(range(5))
        days.update(range(ends[0] or 0, (ends[-1] or 0) + 1))
    return frozenset(days or range(5))


def _weekday(text: str) -> int | None:
    return next((i for i in range(7) if text in (_WEEKDAYS[i], _HARI[i])), None)


def _official(row: Cells) -> Official | None:
    from_day = row.day("from")
    row.needed("from")
    official_post, name = row.needed("post"), row.needed("name")
    capacity = row.one_of("capacity", CAPACITIES, "definitif")
    nip = row.text("nip")
    if nip and not re.fullmatch(r"\d{18}", nip.replace(" ", "")):
        row.wrong("bad_nip", "nip", "warning")
    if from_day is None:
        return None
    return Official(
        official_post,
        name,
        nip,
        row.text("rank"),
        capacity,
        from_day,
        row.day("until"),
        row.text("unit"),
        row.text("role"),
        row,
    )


def _area(row: Cells) -> Area:
    return Area(
        row.needed("code"),
        row.one_of("level", LEVELS, "kelurahan"),
        row.text("parent"),
        row.needed("name"),
        row.day("sejak"),
        row.day("sampai"),
        row,
    )


def _number(row: Cells) -> NumberPattern:
    pattern = row.needed("pattern")
    for token in _TOKEN.findall(pattern):
        if not _TOKENS.fullmatch(token):
            row.wrong("bad_token", "pattern", token=token)
    if pattern and not re.search(r"\{urut(:0?\d+)?\}", pattern):
        row.wrong("bad_token", "pattern", token="")
    return NumberPattern(row.name("register"), pattern, row.day("from"), row.day("until"), row.words("document"), row)


def _check(reader: Reader, office: Office) -> None:
    for rows in (office.units, office.areas, office.institutions, office.officers, office.schools):
        seen: set[str] = set()
        for item in rows:
            if item.code in seen:
                item.row.wrong("same_name", "code", name=item.code, first="")
            seen.add(item.code)
    units = {unit.code for unit in office.units}
    posts = {official.post for official in office.officials}
    areas = {area.code for area in office.areas}
    for unit in office.units:
        _known(unit.row, "parent", unit.parent, units, "unknown_parent")
        _known(unit.row, "head_post", unit.head_post, posts, "unknown_post")
    for area in office.areas:
        _known(area.row, "parent", area.parent, areas, "unknown_parent")
        _span(area.row, "sampai", area.since, area.until)
    people: tuple[Official | Officer, ...] = (*office.officials, *office.officers)
    for person in people:
        _known(person.row, "unit", person.unit, units, "unknown_unit")
    for school in office.schools:
        _known(school.row, "area", school.area, areas, "unknown_area")
    for official in office.officials:
        _span(official.row, "until", official.from_day, official.until)
    for number in office.numbers:
        _span(number.row, "until", number.from_day, number.until)
    _two_in_post(office.officials)


def _known(row: Cells, column: str, value: str, known: set[str], what: str) -> None:
    if value and value not in known:
        row.wrong(what, column, name=value)


def _span(row: Cells, column: str, start: date | None, end: date | None) -> None:
    if start and end and end < start:
        row.wrong("ends_before_start", column, start=start.isoformat())


def _two_in_post(officials: tuple[Official, ...]) -> None:
    """Two holders of one post on one day would make the signature a matter of chance."""
    holders = [official for official in officials if official.capacity in ("definitif", "Plt.")]
    for i, first in enumerate(holders):
        for second in holders[i + 1 :]:
            same = first.post == second.post and first.capacity == second.capacity
            if same and first.from_day <= (second.until or date.max) and second.from_day <= (first.until or date.max):
                second.row.wrong("two_in_post", "post", post=second.post, name=second.name, other=first.name)
