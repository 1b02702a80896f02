"""Text functions of expressions, with lengths and places in UTF-16 units as Java counts them."""

import base64
import binascii
import hashlib
import re
from functools import lru_cache

import re2

from forms.expression.coerce import JAVA_BLANKS
from forms.expression.errors import ExpressionError

_BLANKS = re.compile("[ \t\n\x0b\f\r]+")
_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_PATTERN_MEMORY = 8 << 20


def _units(text: str) -> str:
    """The text with every character beyond U+FFFF as its two surrogates."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    return "".join(
        character
        if character <= "\uffff"
        else chr(0xD800 + ((ord(character) - 0x10000) >> 10)) + chr(0xDC00 + ((ord(character) - 0x10000) & 0x3FF))
        for character in text
    )


def _joined(units: str) -> str:
    if units.isascii():
        return units
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def length(text: str) -> float:
    """`string-length`."""
    return float(len(_units(text)))


def cut(text: str, start: int, end: int | None) -> str:
    """`substr`: from `start` up to but without `end`, from 0; negative places count from the end."""
    units = _units(text)
    size = len(units)
    stop = size if end is None else end
    first = start + size if start < 0 else start
    stop = stop + size if stop < 0 else stop
    return _joined(units[min(max(0, first), size) : min(max(0, stop), size)])


def before(text: str, part: str) -> str:
    """`substring-before`: blank when `part` does not occur."""
    head, found, _ = text.partition(part) if part else ("", "", "")
    return head if found else ""


def after(text: str, part: str) -> str:
    """`substring-after`: blank when `part` does not occur, everything when it is empty."""
    if not part:
        return text
    return text.partition(part)[2]


def translate(text: str, old: str, new: str) -> str:
    """`translate`: characters of `old` become those of `new` at the same place, or vanish."""
    old_units, new_units = _units(old), _units(new)
    table: dict[str, str] = {}
    for place, character in enumerate(old_units):
        table.setdefault(character, new_units[place] if place < len(new_units) else "")
    return _joined("".join(table.get(character, character) for character in _units(text)))


def normalized(text: str) -> str:
    """`normalize-space`."""
    return _BLANKS.sub(" ", text.strip(JAVA_BLANKS))


def pieces(text: str) -> list[str]:
    """The names in an answer with several choices."""
    return [piece for piece in text.split(" ") if piece]


def contains_choice(text: str, choice: str) -> bool:
    """`selected`."""
    return f" {choice.strip(JAVA_BLANKS)} " in f" {text} "


@lru_cache(512)
def pattern(text: str) -> re2._Regexp:
    """A compiled regular expression that runs in linear time. Raises 'bad_pattern'."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    try:
        return re2.compile(text, options)
    except re2.error:
        raise ExpressionError("bad_pattern", None, pattern=text) from None


def matches(text: str, expression: str) -> bool:
    """`regex`: whether the whole text matches."""
    return pattern(expression).fullmatch(text) is not None


def digest(text: str, algorithm: str, encoding: str) -> str:
    """`digest` in `base64` or `hex`. Raises 'bad_digest' for an unknown algorithm or encoding."""
    if algorithm not in _DIGESTS or encoding not in ("base64", "hex"):
        raise ExpressionError("bad_digest", None, algorithm=algorithm, encoding=encoding)
    summed = hashlib.new(_DIGESTS[algorithm], text.encode(), usedforsecurity=False).digest()
    return summed.hex() if encoding == "hex" else base64.b64encode(summed).decode()


def decoded(text: str) -> str:
    """`base64-decode` to UTF-8 text. Raises 'bad_base64'."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        raise ExpressionError("bad_base64") from None
