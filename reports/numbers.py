"""Numbers of letters: an office writes a pattern per register, `{klas}/{urut:03}/{opd}/{bulan_romawi}/{tahun}`."""

import re
from collections.abc import Mapping
from datetime import date

from reports.words import roman_month

TOKENS = ("klas", "urut", "opd", "unit", "jenis", "sifat", "bulan", "bulan_romawi", "tahun")
_TOKEN = re.compile(r"\{([^{}]*)\}")
_WIDTH = re.compile(r"0?[0-9]{1,2}")


class BadPattern(ValueError):
    """A number pattern that cannot be used. `code`: token, width, brace, no_sequence, no_value; `token`: which."""

    def __init__(self, code: str, token: str = "") -> None:
        super().__init__(code, token)
        self.code = code
        self.token = token


def check(pattern: str) -> None:
    """Raises BadPattern if `pattern` has an unknown token, a width on a text, a lone brace or no `{urut}`."""
    names = [_parse(found.group(1))[0] for found in _TOKEN.finditer(pattern)]
    if re.search(r"[{}]", _TOKEN.sub("", pattern)):
        raise BadPattern("brace")
    if "urut" not in names:
        raise BadPattern("no_sequence", "urut")


def _parse(token: str) -> tuple[str, int]:
    name, _, width = token.partition(":")
    if name not in TOKENS:
        raise BadPattern("token", token)
    if ":" in token and (name not in ("urut", "bulan") or not _WIDTH.fullmatch(width)):
        raise BadPattern("width", token)
    return name, int(width or 0)


def letter_number(pattern: str, sequence: int, day: date, names: Mapping[str, str] | None = None) -> str:
    """The number of one letter.

    `sequence` is the place in the register's series of that year, `day` the day of issue, `names` the
    office's own words for `klas`, `opd`, `unit`, `jenis`, `sifat`. Raises BadPattern for an unknown token
    or for a word the office has not given, so that no letter leaves with a hole in its number.
    """
    check(pattern)
    words = {name: text for name, text in (names or {}).items() if text}
    figures = {"urut": sequence, "bulan": day.month, "tahun": day.year}

    def fill(found: re.Match[str]) -> str:
        name, width = _parse(found.group(1))
        if name in figures:
            return f"{figures[name]:0{width}d}" if width else str(figures[name])
        if name == "bulan_romawi":
            return roman_month(day.month)
        if name not in words:
            raise BadPattern("no_value", name)
        return words[name]

    return _TOKEN.sub(fill, pattern)
