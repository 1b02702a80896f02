"""Whether two cases may be about one person, with a score that can be explained. Pure (rulings 16 and 33).

Nothing here merges: it says what a person should look at, and why.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from math import asin, cos, radians, sin, sqrt

from forms.values import from_json, text

# Fields of the instruments (domain.md section 3) a person is known by.
NAME, NIK, BORN, BORN_SURE = "nama_lengkap", "nik", "tgl_lahir", "tgl_lahir_pasti"
SEX, AREA, PLACE = "jk", "kelurahan", "lokasi"
AGES = ("usia_saat_kejadian", "usia", "usia_perkiraan")
YOUNGEST, OLDEST = "usia_min", "usia_maks"
MARKS = ("ciri_fisik", "ciri_khusus")
_READ = frozenset({NAME, NIK, BORN, BORN_SURE, SEX, AREA, PLACE, YOUNGEST, OLDEST, *AGES, *MARKS})
# How the instruments name a client whose name nobody knows (ruling 40).
NAMELESS = ("anak x", "tanpa nama", "tidak diketahui", "mr x", "mrs x")

PROPOSED_FROM = 60
"""Score of 100 from which a person is asked."""
SAME_TIME_DAYS = 30
"""Without identity two cases are compared only when they opened this near to each other, in days."""
ESTIMATE_YEARS = 3
"""How far a guessed age may be wrong on either side, in years, where the form gives no span."""
NEAR_KM = 2.0
_NAME_ALIKE = 0.85
_NAME_ROUGHLY = 0.7
_MARKS_ALIKE = 0.5

_NIK = re.compile(r"[0-9]{16}")
_TITLES = frozenset({"h", "hj", "dr", "drs", "dra", "bin", "binti", "alm", "bpk", "ibu", "sdr", "sdri"})


@dataclass(frozen=True, slots=True)
class Person:
    """What a case says of its client. `name` is comparable text ("" unknown), `born` an exact day only,
    `ages` the span the age lies in, in years; `area` a code, `place` (latitude, longitude) in degrees;
    `day` when the case opened."""

    nik: str = ""
    name: str = ""
    born: str = ""
    sex: str = ""
    ages: tuple[int, int] | None = None
    area: str = ""
    place: tuple[float, float] | None = None
    marks: str = ""
    day: str = ""

    @property
    def identified(self) -> bool:
        return bool(self.nik or (self.name and self.born))

    @property
    def sound(self) -> str:
        """What names that are written differently share: see `sound_of`."""
        return sound_of(self.name)

    @property
    def known(self) -> bool:
        """Whether there is anything to compare by."""
        return bool(self.nik or self.name or self.born or (self.sex and self.area))


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two cases are: `score` of 100, `reasons` as codes, strongest first."""

    score: int
    reasons: tuple[str, ...]


def person(facts: Mapping[str, object], day: str) -> Person:
    """The client of a case with these facts (as the state keeps them), opened on `day` (ISO)."""
    facts = {name: from_json(value) for name, value in facts.items() if name in _READ}

    def said(*names: str) -> str:
        return next((text(facts[name]).strip() for name in names if facts.get(name) not in (None, "")), "")

    nik = said(NIK)
    name = plain_name(said(NAME))
    return Person(
        nik if _NIK.fullmatch(nik) else "",
        "" if said(NAME).casefold().startswith(NAMELESS) else name,
        said(BORN)[:10] if said(BORN_SURE) in ("", "tepat") else "",
        said(SEX).casefold(),
        _ages(said(YOUNGEST), said(OLDEST), said(*AGES)),
        said(AREA)[:200],
        _place(said(PLACE)),
        " ".join(_words(" ".join(said(name) for name in MARKS)))[:500],
        day,
    )


def same_client(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Whether two readings of a case's facts say the same of its client; cheap, asked at every submission."""
    return all(before.get(name) == after.get(name) for name in _READ)


def plain_name(name: str) -> str:
    """A name as it is compared: small letters without accents, titles and order of words."""
    return " ".join(sorted(word for word in _words(name.split(",")[0]) if word not in _TITLES))[:200]


def _words(written: str) -> list[str]:
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", written) if not unicodedata.combining(sign))
    return re.findall(r"[a-z0-9]+", bare.casefold())


def sound_of(name: str) -> str:
    """The longest word of a name as it sounds: `Sjarifuddin`, `Syarifudin` and `Sarifudin` are alike.

    Old spellings (dj, tj, oe), silent letters, doubled letters and vowels go, the first letter stays.
    """
    words = name.split()
    if not words:
        return ""
    longest = max(sorted(words), key=len)
    for old, new in (("dj", "j"), ("tj", "c"), ("sj", "s"), ("sy", "s"), ("kh", "k"), ("ch", "c"), ("ph", "f")):
        longest = longest.replace(old, new)
    swapped = longest.translate(str.maketrans("vzqx", "fsks"))
    tail = re.sub(r"[aeiouyhw]", "", swapped[1:])
    return re.sub(r"(.)\1+", r"\1", swapped[0] + tail)[:20]


def _ages(youngest: str, oldest: str, age: str) -> tuple[int, int] | None:
    low, high = _years(youngest), _years(oldest)
    if low is not None and high is not None:
        return (min(low, high), max(low, high))
    about = _years(age)
    return None if about is None else (max(about - ESTIMATE_YEARS, 0), about + ESTIMATE_YEARS)


def _years(written: str) -> int | None:
    try:
        years = int(float(written))
    except (ValueError, OverflowError):
        return None
    return years if 0 <= years <= 120 else None


def _place(written: str) -> tuple[float, float] | None:
    parts = written.split()
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except (ValueError, IndexError):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def compare(one: Person, other: Person) -> Match | None:
    """How likely these are the same person; None when they are not, or nothing speaks for it.

    Two different identity numbers or sexes are two people.
    """
    if one.nik and other.nik:
        return Match(100, ("nik",)) if one.nik == other.nik else None
    if one.sex and other.sex and one.sex != other.sex:
        return None
    match = _by_name(one, other) if one.name and other.name else _without_identity(one, other)
    return match if match and match.score >= PROPOSED_FROM else None


def _by_name(one: Person, other: Person) -> Match | None:
    alike = _alike(one.name, other.name)
    if alike < _NAME_ROUGHLY:
        return None
    if one.born and other.born:
        if one.born != other.born:
            return None if alike < _NAME_ALIKE or not _digits_swapped(one.born, other.born) else Match(65, ("name",))
        return Match(95 if alike >= _NAME_ALIKE else 75, ("name", "born"))
    if alike < _NAME_ALIKE or _ages_apart(one, other):
        return None
    score, reasons = 40, ["name"]
    if one.ages and other.ages:
        score, reasons = score + 15, [*reasons, "age"]
    nearness, why = _near(one, other)
    return Match(score + nearness + _marks(one, other)[0], (*reasons, *why, *_marks(one, other)[1]))


def _alike(one: str, other: str) -> float:
    """How much of two names is the same, 0 to 1; 0 as soon as it cannot reach what counts."""
    if one == other:
        return 1.0
    match = SequenceMatcher(None, one, other, autojunk=False)
    if match.real_quick_ratio() < _NAME_ROUGHLY or match.quick_ratio() < _NAME_ROUGHLY:
        return 0.0
    return match.ratio()


def _without_identity(one: Person, other: Person) -> Match | None:
    """Sex, overlapping age, place, time and marks together (ruling 33); one of them alone says nothing."""
    if one.identified and other.identified:
        return None
    if not (one.sex and other.sex and one.ages and other.ages) or _ages_apart(one, other):
        return None
    days = _days_between(one, other)
    nearness, why = _near(one, other)
    if days is None or days > SAME_TIME_DAYS or not nearness:
        return None
    marks, seen = _marks(one, other)
    time = 15 if days <= 7 else 10
    return Match(30 + nearness + time + marks, ("sex", "age", *why, "time", *seen))


def _digits_swapped(one: str, other: str) -> bool:
    """Whether two days are written with the same digits: day and month exchanged, or one slip."""
    return sorted(one) == sorted(other) or sum(a != b for a, b in zip(one, other, strict=False)) == 1


def _ages_apart(one: Person, other: Person) -> bool:
    if one.ages is None or other.ages is None:
        return False
    return one.ages[1] < other.ages[0] or other.ages[1] < one.ages[0]


def _near(one: Person, other: Person) -> tuple[int, tuple[str, ...]]:
    if one.place and other.place:
        apart = _km(one.place, other.place)
        if apart <= NEAR_KM:
            return (20, ("place",))
        if apart > 10 * NEAR_KM:
            return (0, ())
    return (20, ("area",)) if one.area and one.area == other.area else (0, ())


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance in kilometres."""
    a, b = (tuple(map(radians, point)) for point in (one, other))
    half = sin((b[0] - a[0]) / 2) ** 2 + cos(a[0]) * cos(b[0]) * sin((b[1] - a[1]) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(min(half, 1.0)))


def _marks(one: Person, other: Person) -> tuple[int, tuple[str, ...]]:
    mine, theirs = set(one.marks.split()), set(other.marks.split())
    if not mine or not theirs:
        return (0, ())
    shared = len(mine & theirs) / min(len(mine), len(theirs))
    return (20, ("marks",)) if shared >= _MARKS_ALIKE else (-10, ())


def _days_between(one: Person, other: Person) -> int | None:
    try:
        return abs((date.fromisoformat(one.day) - date.fromisoformat(other.day)).days)
    except ValueError:
        return None
