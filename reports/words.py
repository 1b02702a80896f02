"""Numbers, days, hours and names of duty as official Indonesian papers write them.

Spelling follows EYD: `Sabtu, 21 November 2026`, `09.30 WIB`, `Rp1.250.000,00` without a space, and in
records of proceedings every number of the date in words.
"""

import re
from datetime import date, datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from num2words import num2words

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
LONGEST_WORD = 60
_PIECE = 20
LONGEST_TEXT = 6_000
_SOFT_BREAK = "\u200b"
_ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}


def in_words(number: int) -> str:
    """Terbilang: 2026 -> `dua ribu dua puluh enam`."""
    return str(num2words(number, lang="id"))


def roman_month(month: int) -> str:
    """1 to 12 as `I` to `XII`."""
    if not 1 <= month <= 12:
        raise ValueError(month)
    return _ROMAN[month - 1]


def day_name(day: date) -> str:
    """`Sabtu`."""
    return str(format_date(day, "EEEE", locale="id"))


def month_name(month: int) -> str:
    """11 -> `November`."""
    return str(format_date(date(2000, month, 1), "LLLL", locale="id"))


def date_long(day: date) -> str:
    """`21 November 2026`: no leading zero, month in words."""
    return str(format_date(day, "d MMMM y", locale="id"))


def date_short(day: date) -> str:
    """`21 Nov 2026`."""
    return str(format_date(day, "d MMM y", locale="id"))


def date_digits(day: date) -> str:
    """`21-11-2026`, as records repeat the date that was written in words."""
    return day.strftime("%d-%m-%Y")


def long_date(day: date) -> str:
    """`Sabtu, 21 November 2026`."""
    return f"{day_name(day)}, {date_long(day)}"


def clock(moment: datetime) -> str:
    """`09.30 WIB`. `moment` carries its offset; one outside Indonesia is written `09.30 UTC+5`."""
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a moment needs its offset")
    hours = offset / timedelta(hours=1)
    return f"{moment:%H.%M} {_ZONES.get(int(hours), f'UTC{hours:+g}') if hours.is_integer() else f'UTC{hours:+g}'}"


def rupiah(amount: int) -> str:
    """`Rp1.250.000,00`."""
    return str(format_currency(amount, "IDR", locale="id"))


def number(value: int | float) -> str:
    """`12.345,67`: dot between thousands, comma before the fraction."""
    return str(format_decimal(value, locale="id"))


def percent(part: int, whole: int) -> str:
    """One decimal and a comma, `66,7%`; a dash when there is nothing to divide by."""
    return f"{part / whole * 100:.1f}%".replace(".", ",") if whole else "–"


def nip(digits: str | None) -> str:
    """A civil servant's number as printed: birth, appointment, sex and serial apart, `19700101 199503 1 002`.

    Contract staff have none: an empty text stays empty; what is not 18 digits is printed as it was written.
    """
    plain = re.sub(r"\s", "", digits or "")
    if not re.fullmatch(r"[0-9]{18}", plain):
        return (digits or "").strip()
    return f"{plain[:8]} {plain[8:14]} {plain[14]} {plain[15:]}"


def initials(name: str) -> str:
    """`Rizky Pratama` -> `R. P.`, for copies that must not carry a child's name; empty stays empty."""
    return " ".join(f"{word[0].upper()}." for word in re.findall(r"[^\W\d_][^\s]*", name))


def breakable(text: str) -> str:
    """`text` with places to break (zero-width spaces) every 20 letters in words over 60, so that layout stays fast.

    WeasyPrint takes 20 s for one word of 20,000 letters if it must find the breaks itself.
    """
    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", lambda found: _SOFT_BREAK.join(_pieces(found.group(0))), text)


def _pieces(word: str) -> list[str]:
    return [word[start : start + _PIECE] for start in range(0, len(word), _PIECE)]


def shortened(text: str) -> str:
    """`text` as far as a letter has room for it: 6,000 letters, then a word that there is more."""
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT].rstrip()} … (selengkapnya dalam berkas kasus)"
