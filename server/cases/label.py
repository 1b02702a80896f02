"""What a case is called on lists, phones and papers (ruling 40)."""

import re

NAMELESS = "ANAK X"
"""What stands for the initials of a child whose name is not known."""

_WORD = re.compile(r"[^\W\d_]+(?:['’`-][^\W\d_]+)*")
_TITLES = frozenset(
    {"dr", "drs", "dra", "ir", "hj", "h", "kh", "prof", "bapak", "ibu", "sdr", "sdri", "an", "alm", "bin", "binti"}
)


def case_number(sop_id: str, year: int, sequence: int) -> str:
    """`ABH-2026-0047`: the SOP's short name, the year the case opened, its place in that year."""
    return f"{sop_id.upper()}-{year}-{sequence:04d}"


def initials(name: str, nameless: str = NAMELESS) -> str:
    """`Rizki Aditya Pratama` -> `R.A.P.`; titles and degrees are left out, no name gives `nameless`.

    At most four letters: more would begin to tell who it is.
    """
    before_degrees = name.split(",")[0]
    words = [word for word in _WORD.findall(before_degrees) if word.casefold() not in _TITLES]
    return "".join(f"{word[0].upper()}." for word in words[:4]) or nameless
