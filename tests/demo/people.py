"""Invented people of the four towns: names as people there have them, one-word names included."""

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
_MEN = """
Suyanto, Abdul Rohman, Slamet Riyadi, Hariyono, M. Toha, Sugeng, Kusnadi, Agus Salim, Samsul, Bambang Irawan,
Ujang Sopandi, Tatang, Asep Koswara, Karta, Maman Suherman, Dadang, Jajang, Rusli, Zulkifli, Rahmat Hidayat
"""
_WOMEN = """
Suminah, Siti Khotijah, Sri Utami, Endang, Nur Hayati, Kartini, Fatimah, Yuliana, Tumini, Lilik Handayani,
Euis Komariah, Neneng, Iis Aisah, Mimin, Rohani, Meliana, Susanti, Ratna Sari, Lina, Yanti
"""


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


BOYS, GIRLS, MEN, WOMEN = _names(_BOYS), _names(_GIRLS), _names(_MEN), _names(_WOMEN)
GROWN = MEN + WOMEN
STREETS = ("Jl. Melati", "Jl. Kenanga", "Jl. Gajah", "Gang Kelinci", "Jl. Pahlawan Kecil", "Gang Masjid", "Jl. Apel")
ADULT = 18


@dataclass(frozen=True, slots=True)
class Town:
    """Where people live: first digits of identity numbers (area) and postal codes, and places people come from."""

    area: str
    postal: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A client of a case; `born` is exact."""

    name: str
    sex: str
    born: date
    nik: str

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.replace(".", "").split())


def nik(random: Random, town: Town, born: date, is_female: bool) -> str:
    """An identity number in the form of one: area, day of birth (women + 40), month, year, serial from 9000."""
    day = born.day + (40 if is_female else 0)
    return f"{town.area}{random.randint(1, 4):02}{day:02}{born:%m%y}{random.randint(9000, 9999)}"


def person(random: Random, town: Town, day: date, age: int, women: float = 0.22) -> Person:
    """Somebody who is `age` years old on `day`; `women` is the share of girls and women."""
    is_female = random.random() < women
    born = day.replace(year=day.year - age, day=min(day.day, 28)) - timedelta(days=random.randrange(364))
    names = (MEN, WOMEN) if age >= ADULT else (BOYS, GIRLS)
    return Person(random.choice(names[is_female]), "P" if is_female else "L", born, nik(random, town, born, is_female))


def address(random: Random) -> str:
    return f"{random.choice(STREETS)} No. {random.randint(1, 120)}"
