"""What a story is made of: who does what to a case on which day, on a phone or on the web."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.demo.people import Person, Town
from tests.phone.java import TIMEZONE

ZONE = ZoneInfo(TIMEZONE)
SUPERVISOR = "supervisor"
Answers = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """Stands in answers and bodies for the id of the story's case at this place (in the order they were opened)."""

    place: int = 0


@dataclass(frozen=True, slots=True)
class Fill:
    """A form filled on a phone. `opens`: it opens cases, one per row of it or one."""

    form: str
    answers: Answers
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """The newest sent form of this id, filled by the same officer, corrected on the phone."""

    form: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class Web:
    """An act on a case's page: the body of an event (`type`, …); `merge` and `return` (of a form) besides."""

    body: Answers
    case: Case = Case()


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done by somebody of this role; `other` counts on from the officer whose case it is."""

    day: date
    role: str
    what: Fill | Edit | Web
    other: int = 0


@dataclass(frozen=True, slots=True)
class Manner:
    """How officers of a service write: what they usually choose, their sentences by part of a question's name, the
    questions they never leave out."""

    usual: Mapping[str, tuple[str, ...]]
    sentences: Mapping[str, tuple[str, ...]]
    always: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Story:
    """A case, or all cases of one letter, from the report on, as far as it has come by today."""

    number: int
    service: "Service"
    people: tuple[Person, ...]
    officer: int
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One SOP in the demo. `share`: its clients among a hundred of all; `clients`: how many one story has at most.

    `manager`: the role that is given the cases; `tell` writes what happens into a script.
    """

    sop_id: str
    intake: str
    manager: str
    share: float
    manner: Manner
    tell: Callable[["Script"], None]
    clients: int = 1


@dataclass
class Script:
    """A story being written: days go on with `later`; what would happen after `until` has not happened yet."""

    random: Random
    town: Town
    sop_id: str
    day: date
    until: date
    clients: int = 1
    people: list[Person] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    def later(self, working_days: int, days: int = 0) -> "Script":
        """So many calendar days and then working days on; never on a weekend."""
        self.day = after(self.day + timedelta(days=days), working_days)
        return self

    def fill(self, role: str, form: str, case: Case | None = Case(), /, **answers: object) -> "Script":
        """A form about one case, or about those its answers name (`case` None)."""
        about = {"kasus_id": case} if case else {}
        return self._act(role, Fill(f"{self.sop_id}_{form}", {**about, "tgl_kegiatan": self.day, **answers}))

    def open(self, role: str, form: str, other: int = 0, /, **answers: object) -> "Script":
        """A form that opens cases; `other`: by another officer than the one whose case it becomes."""
        return self._act(role, Fill(f"{self.sop_id}_{form}", answers, opens=True), other)

    def correct(self, role: str, form: str, **answers: object) -> "Script":
        """A form sent before, corrected on the phone that sent it."""
        return self._act(role, Edit(f"{self.sop_id}_{form}", answers))

    def web(self, role: str, kind: str, case: Case = Case(), /, **body: object) -> "Script":
        """An act on the page of a case."""
        return self._act(role, Web({"type": kind, **body}, case))

    def give(self, role: str, step: str) -> "Script":
        """The supervisor gives an open step to somebody of this role, on whose phone the case then is."""
        return self.web(SUPERVISOR, "give", step=step, role=role)

    def send_back(self, form: str, comment: str) -> "Script":
        """The supervisor returns a form for correction."""
        return self.web(SUPERVISOR, "return", form=f"{self.sop_id}_{form}", comment=comment)

    def close(self, why: str, reason: str, case: Case = Case(), search: str = "") -> "Script":
        """The supervisor closes a case for a reason no step names; `search`: what was done to find the client."""
        searched = {"search": search} if search else {}
        return self.web(SUPERVISOR, "close", case, closeReason=why, reason=reason, **searched)

    def _act(self, role: str, what: Fill | Edit | Web, other: int = 0) -> "Script":
        if self.day <= self.until:
            self.acts.append(Act(self.day, role, what, other))
        return self

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pace(self) -> int:
        """Working days everything takes longer here: most people are quick, some are not."""
        return self.random.choice((0, 0, 0, 0, 0, 1, 1, 3))


def identity(script: Script, person: Person, on: date) -> dict[str, object]:
    """Who a client is, as an intake asks it; now and then the age is only guessed."""
    answers: dict[str, object] = {
        "nama_lengkap": person.name,
        "inisial": person.initials[:8],
        "jk": person.sex,
        "nik": person.nik,
        "tgl_lahir_pasti": "tepat",
        "tgl_lahir": min(person.born, on),
        "ketersediaan_identitas": "lengkap",
    }
    if script.chance(0.08):
        del answers["tgl_lahir"]
        guess = max(2, (on - person.born).days // 365)
        answers |= {"tgl_lahir_pasti": "perkiraan_umur", "usia_perkiraan": guess}
        answers |= {"taksiran_min": max(1, guess - 1), "taksiran_maks": guess + 1}
    return answers


def ended_early(script: Script, share: float = 0.07) -> bool:
    """Now and then a case ends for a reason no step names; whether it did."""
    if not script.chance(share):
        return False
    script.later(script.random.randint(1, 3))
    why, reason, search = script.random.choice(_EARLY_ENDS)
    script.close(why, reason, search=search)
    return True


_EARLY_ENDS = (
    ("pindah", "Keluarga pindah ke luar kota; dinas tujuan sudah dihubungi.", ""),
    ("ditarik", "Pelapor menarik laporan; keluarga menyelesaikan sendiri.", ""),
    ("bukan_sasaran", "Setelah diperiksa, bukan sasaran layanan ini.", ""),
    (
        "hilang_kontak",
        "Tidak dapat dihubungi lagi.",
        "Dihubungi tiga kali lewat telepon, didatangi dua kali bersama RT; tetangga tidak tahu kepindahannya.",
    ),
)


def after(day: date, working_days: int) -> date:
    """So many working days later, weekends skipped; never on a weekend."""
    while working_days > 0 or day.weekday() >= 5:
        day += timedelta(days=1)
        if day.weekday() < 5:
            working_days = max(0, working_days - 1)
    return day


def moment(random: Random, day: date) -> datetime:
    """Some time in the office hours of a day."""
    return datetime.combine(day, time(random.randint(8, 15), random.randrange(60)), ZONE)
