"""What every letter about a case is made of: the office, who signs, and the client as papers name one.

A paper travels further than the screen: people of the client's side are named by initials only, and the
client's name is taken out of texts that officers wrote freely.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from forms.office import Office, Official
from forms.sop import Sop
from reports import words
from reports.office import Kantor, Orang, Penandatangan
from server.sop.events import Event
from server.sop.state import CaseState

# (form, question, answer) -> the answer's label; an answer without choices comes back as it is.
Label = Callable[[str, str, str], str]

# Parts of names that are no name, and names that are words as well.
_JOINING = frozenset({"bin", "binti", "alias"})
_WORDS_TOO = (
    "hari putra putri anak ibu bapak dewi budi indah agung sari cahaya bunga wulan "
    "bulan bintang setia mulia adil jaya kota desa panji surya intan mawar melati lestari "
    "cinta kasih damai utama muda tua baru pagi malam "
)
_MEANING = frozenset(_WORDS_TOO.split())


@dataclass(frozen=True, slots=True)
class Sources:
    """What a letter is made of.

    `people` are names by actor id, `label` turns choices into words, `manager` is the case manager and
    `head` who signs *Mengetahui*, both as they were on `day`, the day of issue.
    """

    sop: Sop
    state: CaseState
    number: str
    events: tuple[Event, ...]
    day: date
    office: Kantor
    manager: Orang
    head: Penandatangan
    label: Label
    people: Mapping[str, str] = field(default_factory=dict)


def letterhead(office: Office | None) -> Kantor:
    """The office as the top of its papers shows it; blank lines before a workbook was published."""
    if office is None:
        return Kantor("", "Dinas Sosial", "", "", "")
    said = office.letterhead
    city = said["city"]
    # The office writes its own full name; its first line already names the government.
    name = _without_place(said["name"], said["government"].removeprefix("Pemerintah "))
    contact = (("Telepon", "phone"), ("Laman", "site"), ("Pos-el", "email"))
    return Kantor(
        pemerintah=said["government"],
        nama=name,
        alamat=", ".join(filter(None, (said["address"], f"{city} {said['postal_code']}".strip()))),
        kontak=", ".join(f"{word} {_address(said[key])}" for word, key in contact if said[key]),
        tempat=city,
        logo=said["logo"] if said["logo"].startswith("data:") else "",
    )


def _without_place(name: str, place: str) -> str:
    """An office's name without the town it ends with, however that is spelled (*Pangkal Pinang*, *Pangkalpinang*)."""
    words, wanted = name.split(), "".join(place.split()).casefold()
    for count in range(1, len(words)):
        if "".join(words[count:]).casefold() == wanted:
            return " ".join(words[:count])
    return name


def post(role: str) -> str:
    """What one person of a role is called in a signature: `Pekerja sosial atau …`, `Petugas … (Bidang …)` name more."""
    one = role.partition(" (")[0].partition(" atau ")[0]
    return " ".join(word[:1].upper() + word[1:] for word in one.split())


def signer(official: Official | None) -> Penandatangan:
    """An official as signature blocks print them; a blank one to be filled by hand when nobody holds the post."""
    if official is None:
        return Penandatangan("Kepala Dinas Sosial", "")
    capacity = "" if official.capacity.casefold() == "definitif" else official.capacity
    return Penandatangan(official.post, official.name, official.nip, official.rank, capacity)


def _address(text: str) -> str:
    return re.sub(r"^https?://", "", text).rstrip("/")


def initials(facts: Mapping[str, object]) -> str:
    """The client's initials, as copies that travel name a person."""
    known = str(facts.get("inisial") or "").strip()
    return known or words.initials(str(facts.get("nama_lengkap") or "")) or "tidak diketahui"


def name_pattern(facts: Mapping[str, object]) -> re.Pattern[str] | None:
    """Finds the client's name, whole or in parts, with the full stop after it; None for ANAK X and the like."""
    found: set[str] = set()
    for name in ("nama_lengkap", "nama_alias"):
        text = str(facts.get(name) or "")
        if not text.upper().startswith(("ANAK X", "KLIEN X")):
            found.update(word.casefold() for word in re.findall(r"[^\W\d_]+", text) if len(word) > 2)
    parts = [_either_case(word) for word in sorted(found - _JOINING, key=lambda word: (-len(word), word))]
    if not parts:
        return None
    one = f"(?:{'|'.join(parts)})"
    return re.compile(rf"\b{one}(?:\s+(?:(?:bin|binti)\s+)?{one})*\b\.?")


def _either_case(word: str) -> str:
    """A word in any case; one that also means something (a day is *hari*) only with a capital letter."""
    return f"{word[0].upper()}(?i:{word[1:]})" if word in _MEANING else f"(?i:{re.escape(word)})"
