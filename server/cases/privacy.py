"""What in an answer tells who somebody is, and how much of it lists and first glances may show (ruling 40).

A form may say it of a question itself (`bind::alur:sensitivity`: public, internal, personal, sensitive, secret);
where it does not, the question's name and type do.
"""

import re
from collections.abc import Mapping
from typing import Literal

from forms.schema import Field
from server.access import Extent
from server.cases.label import initials

Kind = Literal["", "name", "identity", "contact", "address", "birth", "place", "file", "sensitive", "secret"]
"""'' tells nothing about who it is; `identity` numbers the state gives, `file` pictures and recordings; `sensitive` and
`secret` what the form itself calls so, `secret` also the numbers and places among them."""

Sight = Literal["whole", "close", "listed", "figures"]
"""How much of one case or submission somebody reads: all of it after a reason; what the work on it needs; what any
officer of the office may; what counting needs (decision 36)."""

MARK = "***"
"""Stands for an answer of which nothing may be shown, so that it is not taken for a blank one."""

_FROM_OTHERS: frozenset[Kind] = frozenset({"identity", "contact", "address", "place", "sensitive", "secret"})
HIDDEN: Mapping[Sight, frozenset[Kind]] = {
    "whole": frozenset(),
    "close": frozenset({"identity", "place", "secret"}),
    "listed": _FROM_OTHERS,
    "figures": _FROM_OTHERS | {"name", "birth", "file"},
}
"""Shown whole only after somebody gave a reason, which is noted."""

NOTED: Kind = "sensitive"
"""What people write about a case or a submission in their own words."""

INSTANCE_NAME = "/meta/instanceName"
"""What a form calls one submission, of answers of its own choice; often the name of who it is about."""

# The words of a name: nama_anak, nama1, namaAnak, NIKAnak.
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_IDENTITY = frozenset({"nik", "kk", "ktp", "paspor", "passport", "npwp", "rekening", "nokk", "noktp", "kia", "akta"})
_IDENTITY |= {"nisn", "jkn", "bpjs", "kks"}
_CONTACT = frozenset({"hp", "telp", "telepon", "phone", "wa", "whatsapp", "email", "surel", "nohp", "kontak"})
_ADDRESS = frozenset({"alamat", "address", "rt", "rw", "jalan"})
_SECRET = frozenset({"rahasia", "confidential"})
_BIRTH = frozenset({"lahir", "birth", "dob"})
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAME = frozenset({"nama", "name", "panggilan", "alias"})
# Names that are those of no person: nama_sekolah, nama_lembaga …
_THINGS = re.compile(
    r"lembaga|sekolah|kantor|instansi|kegiatan|program|desa|kelurahan|kecamatan|kabupaten|kota|provinsi|panti|balai"
    r"|wilayah|rs|puskesmas|barang|dokumen|layanan|jabatan|bank|usaha|tempat|school|facility|village|district"
)
_FACES = frozenset({"wajah", "muka", "face", "potret", "portrait", "pasfoto", "selfie"})
_PHOTOS = frozenset({"foto", "photo", "gambar", "picture"})
_NO_PERSON = frozenset({"barang", "titipan", "dok", "dokumen", "surat", "rumah", "ktp", "kk", "lokasi"})
_DRAWN = frozenset({"signature", "draw", "annotate"})
_CHOSEN = frozenset({"select", "select_multiple", "rank"})
_PLACES = frozenset({"geopoint", "geotrace", "geoshape"})


def kind_of(field: Field) -> Kind:
    """What this question's answers tell about a person."""
    if field.path == INSTANCE_NAME:
        return "secret"
    if field.sensitivity in ("public", "internal"):
        return ""
    if field.sensitivity == "secret":
        return "secret"
    if field.sensitivity == "sensitive":
        return "secret" if field.type in _PLACES or _by_name(field) == "identity" else "sensitive"
    if field.type in _PLACES:
        return "place"
    if field.type == "binary":
        return "file"
    if field.type in _CHOSEN or field.kind != "field":
        return ""
    return _by_name(field) or ("name" if field.sensitivity == "personal" else "")


def _words_of(field: Field) -> frozenset[str]:
    return frozenset(word.casefold() for name in (field.name, field.name.casefold()) for word in _WORDS.findall(name))


def _by_name(field: Field) -> Kind:
    words = _words_of(field)
    if words & _SECRET:
        return "secret"
    if field.type in ("date", "dateTime"):
        return "birth" if words & _BIRTH else ""
    if words & _IDENTITY and field.type != "boolean":
        return "identity"
    if words & _CONTACT:
        return "contact"
    if words & _ADDRESS and field.type == "string":
        return "address"
    if words & _BIRTH and field.type == "string":
        return "birth"
    if words & _NAME and field.type == "string" and not any(map(_THINGS.fullmatch, words)):
        return "name"
    return ""


def portrait(field: Field) -> int:
    """How likely a question's pictures show the person: 2 a face, 1 another photo, 0 a paper, a thing, a signature."""
    if kind_of(field) != "file" or field.appearance in _DRAWN:
        return 0
    words = _words_of(field)
    if words & _FACES:
        return 2
    return 1 if words & _PHOTOS and not words & _NO_PERSON else 0


def masked(kind: Kind, text: str) -> str:
    """A hidden answer as it may be shown without a reason: `3273********0001`, `********123`; '' shows nothing."""
    if kind == "identity":
        return f"{text[:4]}********{text[-4:]}" if len(text) >= 12 else "********"
    if kind == "contact" and len(text) >= 8:
        return f"********{text[-3:]}"
    return ""


def about(text: str) -> str:
    """The first point of a place to about a kilometre, `-7.65 112.91`; '' when it is none."""
    try:
        latitude, longitude = (float(part) for part in text.split(";")[0].split()[:2])
    except ValueError:
        return ""
    return f"{latitude:.2f} {longitude:.2f}"


def in_list(kind: Kind, text: str) -> str:
    """An answer as a list may show it: names as initials, of a birth the year; '' where it may show nothing."""
    if kind == "name":
        return initials(text, "")
    if kind == "birth":
        year = _YEAR.search(text)
        return year[0] if year else ""
    return masked(kind, text) if kind else text


def in_own_words(field: Field) -> bool:
    """Whether the answer is written freely, so that names may stand in it: no choice, number, day or calculation, and
    nothing the form itself calls public or internal."""
    asked = field.type == "string" and bool(field.labels) and not field.calculated
    return asked and field.sensitivity not in ("public", "internal")


def seen_as(field: Field, sight: Sight) -> Kind:
    """What the answers to this question tell, for who reads one submission with this sight: who only counts gets
    nothing that was written freely."""
    return "secret" if sight == "figures" and in_own_words(field) else kind_of(field)


def stray(path: str) -> Kind:
    """What an answer tells that its form has no question for: nobody judged it, so its name is all there is."""
    return kind_of(Field(path, path.rpartition("/")[2], "field", "string", sensitivity="sensitive"))


def on_page(kind: Kind, text: str, sight: Sight = "listed") -> str:
    """An answer as somebody reads it who opened this one submission or case."""
    if kind not in HIDDEN[sight] or not text.strip():
        return text
    if kind == "place":
        return about(text) or MARK
    return ("" if sight == "figures" else masked(kind, text)) or MARK


def in_export(kind: Kind, text: str, extent: Extent) -> str:
    """An answer as it may leave among many: as in a list; without names and files for `figures`."""
    if extent == "whole" or not kind or not text.strip():
        return text
    if kind == "file":
        return text if extent == "listed" else MARK
    if extent == "figures" and kind in ("name", "identity", "contact"):
        return MARK
    return (about(text) if kind == "place" else in_list(kind, text)) or MARK
