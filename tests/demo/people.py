"""Invented people of Pasuruan: names as people there have them, one-word names included."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

_BOYS = """
Ahmad Fauzan, Rizki, Moch. Ilham, Dimas Prayoga, Bagas, Farel Aditya, Sandi, M. Yusuf, Galih, Reno Saputra, Wahyudi,
Aril, Fajar Sidiq, Iqbal, Zaenal Arifin, Kevin Pratama, Slamet, Nanda Kurniawan, Rohim, Teguh Santoso, Bayu, Alfin
"""
_GIRLS = """
Siti Aisyah, Nabila, Dewi Lestari, Putri Ayu, Sulastri, Intan Permata, Zahra, Nur Aini, Wulandari, Rahma,
Citra Melati, Lailatul Fitri, Anisa, Maya Sari, Khofifah, Devi, Salsabila, Rini
"""
_GROWN = """
Suyanto, Abdul Rohman, Slamet Riyadi, Hariyono, M. Toha, Sugeng, Kusnadi, Agus Salim, Samsul, Bambang Irawan,
Suminah, Siti Khotijah, Sri Utami, Endang, Nur Hayati, Kartini, Fatimah, Yuliana, Tumini, Lilik Handayani
"""


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


BOYS, GIRLS, GROWN = _names(_BOYS), _names(_GIRLS), _names(_GROWN)
STREETS = ("Jl. Melati", "Jl. Kenanga", "Jl. Gajah", "Gang Kelinci", "Jl. Pahlawan Kecil", "Gang Masjid", "Jl. Apel")


@dataclass(frozen=True, slots=True)
class Child:
    """A child in a case; `born` is exact."""

    name: str
    sex: str
    born: date
    nik: str

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.replace(".", "").split())


def nik(random: Random, born: date, is_female: bool) -> str:
    """An identity number in the form of one: area, day of birth (women + 40), month, year, serial from 9000."""
    day = born.day + (40 if is_female else 0)
    return f"3575{random.randint(1, 4):02}{day:02}{born:%m%y}{random.randint(9000, 9999)}"


def child(random: Random, day: date, age: int) -> Child:
    """A child who is `age` years old on `day`."""
    is_girl = random.random() < 0.22
    born = _years_before(day, age) - timedelta(days=random.randrange(364))
    name = random.choice(GIRLS if is_girl else BOYS)
    return Child(name, "P" if is_girl else "L", born, nik(random, born, is_girl))


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


def address(random: Random) -> str:
    return f"{random.choice(STREETS)} No. {random.randint(1, 120)}"
