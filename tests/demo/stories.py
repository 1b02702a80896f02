"""How cases go: which form comes next, after how long, with the answers that decide the way (SOP 003)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.demo import people
from tests.demo.people import Child
from tests.phone.java import TIMEZONE

ZONE = ZoneInfo(TIMEZONE)
PEKSOS, TKSK, DATIN, SUPERVISOR = "peksos", "tksk", "staf_datin", "supervisor"

# Share of cases by entrance, ages, and how quickly people work.
_ENTRANCES = ("laporan", "laporan", "laporan", "undangan_rj", "undangan_diversi")
_AGES = (9, 10, 11, 11, 12, 12, 13, 14, 14, 15, 15, 16, 16, 17, 17)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done on a case: a form filled by somebody of this role, or a confirmation on the web (`form` None)."""

    day: date
    form: str | None
    role: str
    answers: dict[str, object]


@dataclass(frozen=True, slots=True)
class Story:
    """A case from its report on, as far as it has come by `until`."""

    number: int
    child: Child
    officer: int
    acts: tuple[Act, ...]


def tell(random: Random, number: int, opened: date, until: date) -> Story:
    """A case reported on `opened`; what would happen after `until` has not happened yet."""
    age = random.choice(_AGES)
    child = people.child(random, opened - timedelta(days=10), age)
    acts = [act for act in _acts(random, child, age, opened) if act.day <= until]
    return Story(number, child, random.randrange(3), tuple(acts))


def _acts(random: Random, child: Child, age: int, opened: date) -> Iterator[Act]:
    entrance = random.choice(_ENTRANCES)
    severe = "berat" if random.random() < 0.35 else "ringan"
    pace = random.choice((0, 0, 0, 1, 1, 3))
    day = opened
    yield Act(day, "abh_laporan_awal", PEKSOS, _report(random, child, entrance, day))
    if entrance == "undangan_diversi":
        day = _later(day, 1 + pace)
        yield Act(day, "abh_pendampingan_aph", PEKSOS, {})
        yield from _diversion(random, _later(day, 2 + pace))
        return
    if entrance == "undangan_rj":
        day = _later(day, 1 + pace)
        yield Act(day, "abh_kunjungan_rumah", PEKSOS, {})
    else:
        day = _later(day, random.randint(0, 1) + pace)
        yield Act(day, "abh_asesmen", PEKSOS, {"berat_tindakan": severe})
        day = _later(day, 1 + pace)
        yield Act(day, "abh_konferensi_kasus", PEKSOS, {"berat_tindakan": severe})
        day = _later(day, 1)
        if age >= 12 and severe == "berat":
            yield from _police(random, day, pace)
            return
        yield Act(day, "abh_upaya_rj", PEKSOS, {})
    yield from _settlement(random, age, _later(day, 1 + pace), pace)


def _settlement(random: Random, age: int, day: date, pace: int) -> Iterator[Act]:
    while random.random() < 0.15:
        yield Act(day, "abh_putusan_rj", PEKSOS, {"hasil_rj": "gagal"})
        day = _later(day, 2 + pace)
        if age >= 12:
            yield from _police(random, day, pace)
            return
        yield Act(day, "abh_konferensi_kasus", PEKSOS, {"berat_tindakan": "ringan"})
        day = _later(day, 2)
        yield Act(day, "abh_upaya_rj", PEKSOS, {})
        day = _later(day, 2)
    yield Act(day, "abh_putusan_rj", PEKSOS, {"hasil_rj": "sepakat", "interval_monitoring": 30})
    yield from _aftercare(random, day)


def _police(random: Random, day: date, pace: int) -> Iterator[Act]:
    yield Act(day, "abh_pelaporan_uppa", PEKSOS, {})
    yield from _diversion(random, _later(day, 2 + pace))


def _diversion(random: Random, day: date) -> Iterator[Act]:
    yield Act(day, "abh_diversi", PEKSOS, {"interval_monitoring": 30})
    yield from _aftercare(random, day)


def _aftercare(random: Random, day: date) -> Iterator[Act]:
    for visit in range(visits := random.choice((1, 2, 2, 3))):
        day = _later(day + timedelta(days=30), random.choice((0, 0, 1, 4)))
        reached = visit == visits - 1
        answers: dict[str, object] = {"tujuan_tercapai": "ya" if reached else "tidak"}
        if not reached:
            answers["interval_monitoring"] = 30
        by_tksk = random.random() < 0.4
        yield Act(day, "abh_pemantauan", TKSK if by_tksk else PEKSOS, answers)
    day = _later(day, 1)
    yield Act(day, "abh_terminasi", PEKSOS, {})
    day = _later(day, random.choice((0, 1, 3)))
    yield Act(day, None, SUPERVISOR, {})
    day = _later(day, random.choice((1, 2, 3, 5)))
    yield Act(day, "abh_laporan_kasus", PEKSOS, {})
    yield Act(_later(day, 1), "abh_arsip", DATIN, {})


def _report(random: Random, child: Child, entrance: str, day: date) -> dict[str, object]:
    happened = day - timedelta(days=random.randint(0, 9))
    answers: dict[str, object] = {
        "tgl_laporan": day,
        "jenis_masuk": entrance,
        "sumber_laporan": "keluarga" if entrance == "laporan" else "polisi",
        "tgl_kejadian": happened,
        "nama_lengkap": child.name,
        "inisial": child.initials[:8],
        "jk": child.sex,
        "nik": child.nik,
        "tgl_lahir_pasti": "tepat",
        "tgl_lahir": min(child.born, happened),
        "ketersediaan_identitas": "lengkap",
        "jml_anak": 1,
    }
    if random.random() < 0.08:
        del answers["tgl_lahir"]
        guess = max(8, (day - child.born).days // 365)
        answers |= {"tgl_lahir_pasti": "perkiraan_umur", "usia_perkiraan": guess}
        answers |= {"taksiran_min": guess - 1, "taksiran_maks": guess + 1}
    return answers


def _later(day: date, working_days: int) -> date:
    """So many working days later, weekends skipped; never on a weekend."""
    while working_days > 0 or day.weekday() >= 5:
        day += timedelta(days=1)
        if day.weekday() < 5:
            working_days = max(0, working_days - 1)
    return day


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return _later(day, 0)


def moment(random: Random, day: date) -> datetime:
    """Some time in the office hours of a day."""
    return datetime.combine(day, time(random.randint(8, 15), random.randrange(60)), ZONE)
