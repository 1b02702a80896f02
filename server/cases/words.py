"""The words a case is found by: of its number, its label and what its forms call personal."""

import string

_EDGES = string.punctuation + "–—…“”‘’«»·"
_LONGEST = 40
_MOST_ASKED = 8


def _bare(text: str) -> list[str]:
    words = (word.strip(_EDGES)[:_LONGEST] for word in text.casefold().split())
    return [word for word in words if word]


def words_of(number: str, *texts: str) -> frozenset[str]:
    """The words of a case with this number. Single signs are left out; the number counts whole and by its end."""
    found = {word for word in _bare(" ".join((number, *texts))) if len(word) > 1}
    return frozenset(found | {number.rpartition("-")[2]} - {""})


def asked(text: str) -> tuple[str, ...]:
    """The words a person searches by, at most eight; empty when the text holds none."""
    return tuple(dict.fromkeys(_bare(text)))[:_MOST_ASKED]


def end_of(word: str) -> str:
    """What comes after everything that begins with this word, compared byte by byte."""
    return word + chr(0x10FFFF)
