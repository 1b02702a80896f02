"""Believable made-up answers, best guess first; the form's own constraints pick among them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.phone.java import TIMEZONE

if TYPE_CHECKING:
    from tests.phone.javarosa import Question

_WORDS = (
    "keluarga kooperatif",
    "anak tinggal bersama ibu",
    "perlu pendampingan lanjutan",
    "sudah dihubungi lewat telepon",
    "rumah dekat sekolah",
    "menunggu hasil musyawarah",
    "kondisi anak baik",
)
_SENTENCE = "anak ditemukan sendirian di dekat pasar"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A photograph of one pixel."""
HERE = "-7.6453 112.9075 4.0 5.0"
"""Where the phone is: in Kota Pasuruan."""
_FILES = {
    "AUDIO_CAPTURE": (".m4a", b"\0\0\0\x18ftypM4A "),
    "VIDEO_CAPTURE": (".mp4", b"\0\0\0\x18ftypmp42"),
    "FILE_CAPTURE": (".pdf", b"%PDF-1.4\n"),
    "OSM_CAPTURE": (".osm", b"<osm/>"),
}


@dataclass(frozen=True, slots=True)
class Photo:
    """A file an officer takes or picks: its name in the answer and its bytes."""

    name: str
    data: bytes


class Author:
    """Who makes the answers up. Demos and loads have authors of their own."""

    def rows(self, path: str, random: Random) -> int:
        """How many rows a repeat gets."""
        return random.randint(1, 2)

    def candidates(self, question: Question, random: Random) -> Iterator[Any]:
        """Answers to try one after another; none when the question is left blank this time."""
        if question.is_required or random.random() < 0.85:
            yield from candidates(question, random)


def candidates(question: Question, random: Random) -> Iterator[Any]:
    """Answers of the question's type, in random order."""
    if question.is_a("SELECT_ONE") or question.is_looked_up:
        offered = list(question.offered())
        yield from random.sample(offered, len(offered))
    elif question.is_a("SELECT_MULTI"):
        offered = list(question.offered())
        for count in (min(len(offered), random.randint(1, 3)), 1):
            yield random.sample(offered, count)
    elif question.is_a("RANK"):
        offered = list(question.offered())
        yield random.sample(offered, len(offered))
    elif question.is_a("TRIGGER"):
        yield "OK"
    else:
        yield from _typed(question, random)


def _typed(question: Question, random: Random) -> Iterator[Any]:
    if question.holds("INTEGER", "LONG"):
        yield from (
            random.randint(low, high) for low, high in ((1, 6), (8, 17), (2009, 2017), (0, 1), (18, 60), (100, 999))
        )
    elif question.holds("DECIMAL"):
        yield from (round(random.uniform(1, top), 1) for top in (5, 50, 200))
    elif question.holds("DATE"):
        today = datetime.now(ZoneInfo(TIMEZONE)).date()
        yield from (today - timedelta(days=random.randint(*span)) for span in ((0, 5), (1, 30), (2200, 6200)))
        yield today + timedelta(days=random.randint(1, 30))
    elif question.holds("DATE_TIME"):
        now = datetime.now(ZoneInfo(TIMEZONE))
        yield from (now - timedelta(minutes=random.randint(1, 4000)), now)
    elif question.holds("TIME"):
        yield f"{random.randint(7, 16):02}:{random.randrange(60):02}:00.000+07:00"
    elif question.holds("GEOPOINT"):
        yield place(random)
    elif question.holds("GEOTRACE", "GEOSHAPE"):
        first = place(random)
        yield ";".join([first, place(random), place(random), first])
    elif question.holds("BINARY"):
        ending, data = next((kind for control, kind in _FILES.items() if question.is_a(control)), (".jpg", PIXEL))
        yield Photo(f"{random.randrange(10**12)}{ending}", data)
    else:
        yield from (random.choice(_WORDS), _nik(random), f"08{random.randrange(10**9, 10**10)}", "Ya", "A1", _SENTENCE)
        yield "keterangan lengkap menyusul dari keluarga"


def place(random: Random) -> str:
    """A point in Kota Pasuruan."""
    return f"{-7.6453 + random.uniform(-0.02, 0.02):.6f} {112.9075 + random.uniform(-0.02, 0.02):.6f} 4.0 5.0"


def _nik(random: Random) -> str:
    """An identity number that belongs to nobody: serials from 9000 are not handed out."""
    born = date(2009, 1, 1) + timedelta(days=random.randrange(2500))
    day = born.day + (40 if random.random() < 0.5 else 0)
    return f"3575{random.randint(1, 4):02}{day:02}{born:%m%y}{random.randint(9000, 9999)}"
