"""Letters. A letter is a folder: `letter.toml` (what it is), `letter.html`, `letter.css`, `sample.json`, `values.py`.

A template sees plain values only (no database objects), every text is escaped, and a name nobody filled
is an error. Sentences of a letter stand in its template: official letters are Indonesian.
"""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reports import qr, words

# Width and height in millimetres (domain: letters A4; folio for records and decrees in many regions).
PAPERS = {"A4": (210, 297), "F4": (215, 330)}
KINDS = ("ba_penanganan",)
SHEET = "surat"
"""The kind of a letter an office wrote in a sheet of its SOP workbook: it serves no document of its own."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter is.

    `kind` names its folder, `serves` the document name in the SOP workbook it is made for, `register` the
    series its number is taken from, `pattern` the number pattern where the office has none, `secrecy` the
    word of the line *Sifat*, `version` that of the template. `reads`: the questions it is made of, by the instrument's
    short name; those under `kasus` are facts of the case.
    """

    kind: str
    title: str
    serves: str
    register: str
    pattern: str
    paper: str
    secrecy: str
    version: str
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def letter(kind: str) -> Letter:
    """The letter of that kind. Raises KeyError for a kind there is not."""
    if kind not in (*KINDS, SHEET):
        raise KeyError(kind)
    about = tomllib.loads(_read(f"{kind}/letter.toml"))
    reads = {form: tuple(names) for form, names in about.pop("reads", {}).items()}
    return Letter(kind=kind, **about, reads=reads)


def serving(document: str) -> Letter | None:
    """The letter made for a document name of an SOP workbook, None if nobody has drawn one."""
    return next((found for found in map(letter, KINDS) if found.serves == document), None)


def sample(kind: str) -> dict[str, object]:
    """Invented values to preview the letter with."""
    return dict(json.loads(_read(f"{letter(kind).kind}/sample.json")))


def render(kind: str, values: Mapping[str, object]) -> str:
    """The letter as one HTML page with its style. Raises jinja2.UndefinedError for a value that is missing."""
    about = letter(kind)
    width, height = PAPERS[about.paper]
    style = f"@page {{ size: {width}mm {height}mm }}\n{_read('letter.css')}\n{_read(f'{kind}/letter.css')}"
    return _environment().get_template(f"{kind}/letter.html").render(letter=about, style=style, **values)


def _read(name: str) -> str:
    return files("reports.letters").joinpath(*name.split("/")).read_text("utf-8")


def _source(name: str) -> str | None:
    return _read(name) if name.split("/")[0] in (*KINDS, SHEET, "parts.html") else None


def _finish(value: object) -> object:
    return (
        words.breakable(words.shortened(value)) if isinstance(value, str) and not isinstance(value, Markup) else value
    )


def _picture(address: str) -> Markup:
    """A picture's `data:` address, unbroken. Raises ValueError for any other address."""
    if not re.fullmatch(r"data:image/(png|jpeg|svg\+xml)[;,][A-Za-z0-9+/=;,:%._~!*'()-]*", address):
        raise ValueError("a picture in a letter is a data: address")
    return Markup.escape(address)


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finish,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., object]] = {
        "nama_hari": lambda text: words.day_name(_day(text)),
        "tanggal": lambda text: words.date_long(_day(text)),
        "tanggal_pendek": lambda text: words.date_short(_day(text)),
        "tanggal_angka": lambda text: words.date_digits(_day(text)),
        "hari_terbilang": lambda text: words.in_words(_day(text).day),
        "nama_bulan": lambda text: words.month_name(_day(text).month),
        "tahun_terbilang": lambda text: words.in_words(_day(text).year),
        "baris": lambda text: Markup("<br>").join(str(_finish(line)) for line in text.split("\n")),
        "pukul": lambda text: words.clock(datetime.fromisoformat(text)),
        "terbilang": words.in_words,
        "nip": words.nip,
        "qr": lambda text: Markup.escape(qr.svg_data(text)),
        "gambar": _picture,
    }
    environment.filters |= filters
    return environment
