"""The phone's own answer to an expression: JavaRosa over one filled form, and the same answers for our evaluator."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from forms.expression import Name
from forms.values import Value
from tests.phone.java import TIMEZONE, type_of
from tests.phone.javarosa import bridge

ZONE = ZoneInfo(TIMEZONE)

ANSWERS: dict[str, Value] = {
    "usia": 12,
    "nol": 0,
    "minus": -3,
    "berat_badan": 31.5,
    "kosong_angka": "",
    "kosong": "",
    "nama": "Siti  Aminah binti É",
    "catatan": "panen 🌾 é",
    "berat_tindakan": "berat",
    "layanan": "sekolah rumah rujukan",
    "kosong_pilihan": "",
    "tgl_lahir": date(2013, 11, 21),
    "tgl_kosong": "",
    "saat": datetime(2025, 3, 1, 23, 45, 12, 345000, ZONE),
    "jam": "07:30:00.000+07:00",
    "titik": "-7.6469 112.9075 4 5",
    "nik": "3575019001139001",
    "anggota": [
        {"jk": "p", "umur": 3, "pilih": "a b", "tempat": "-7.60 112.90 0 0"},
        {"jk": "l", "umur": 35, "pilih": "", "tempat": "-7.61 112.95 0 0"},
        {"jk": "p", "umur": "", "pilih": "b", "tempat": "-7.65 112.92 0 0"},
        {"jk": "p", "umur": 71, "pilih": "a", "tempat": "-7.66 112.91 0 0"},
    ],
    "tanpa_baris": [],
}
"""What the form holds, in the types of forms.values."""

_TYPES = {
    "usia": "int",
    "nol": "int",
    "minus": "int",
    "berat_badan": "decimal",
    "kosong_angka": "int",
    "tgl_lahir": "date",
    "tgl_kosong": "date",
    "saat": "dateTime",
    "jam": "time",
    "titik": "geopoint",
    "anggota/umur": "int",
    "anggota/tempat": "geopoint",
}
_REPEATS = ("anggota", "tanpa_baris")


def lookup(name: Name) -> Value:
    """The answers as our evaluator asks for them; a column of the repeat is the list of its values."""
    if name.field in ANSWERS:
        return ANSWERS[name.field]
    return [row[name.field] for row in ANSWERS["anggota"]]  # type: ignore[attr-defined]


def _text(value: Value) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return escape(value.isoformat() if isinstance(value, date) else str(value))


def _xform() -> str:
    body = []
    for name, value in ANSWERS.items():
        for row in value if isinstance(value, list) else [None]:
            inner = "".join(f"<{key}>{_text(item)}</{key}>" for key, item in row.items()) if row else _text(value)
            body.append(f"<{name}>{inner}</{name}>")
    body.append('<tanpa_baris jr:template=""><jk/><umur/></tanpa_baris>')
    binds = "".join(f'<bind nodeset="/data/{path}" type="{kind}"/>' for path, kind in _TYPES.items())
    groups = "".join(
        f'<group ref="/data/{name}"><label>r</label><repeat nodeset="/data/{name}">'
        f'<input ref="/data/{name}/jk"><label>q</label></input></repeat></group>'
        for name in _REPEATS
    )
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        ' xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>oracle</h:title><model><instance>'
        f'<data id="oracle">{"".join(body)}</data></instance>{binds}</model></h:head><h:body>{groups}</h:body></h:html>'
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """JavaRosa threw instead of answering."""

    reason: str


@cache
def _form() -> tuple[object, object, object]:
    bridge()  # as on a phone: what JavaRosa answers must not depend on what ran before in this Java
    form = type_of("org.javarosa.xform.parse.XFormParser")(type_of("java.io.StringReader")(_xform())).parse()
    form.initialize(False, type_of("org.javarosa.core.model.instance.InstanceInitializationFactory")())
    question = type_of("org.javarosa.model.xform.XPathReference")("/data/kosong").getReference()
    context = type_of("org.javarosa.core.model.condition.EvaluationContext")(form.getEvaluationContext(), question)
    return form.getMainInstance(), context, type_of("org.javarosa.xpath.XPathConditional")


def _moment(milliseconds: int) -> datetime | Refused:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return Refused("beyond the years 1 to 9999")


_REFERENCE = re.compile(r"\$\{(\w+)\}")


def _path(found: re.Match[str]) -> str:
    name = found[1]
    return f"/data/{name}" if name in ANSWERS else f"/data/anggota/{name}"


def ask(text: str) -> Value | Refused:
    """JavaRosa's value of an expression as str, float, bool or datetime, or why it refused."""
    instance, context, conditional = _form()
    java_exception = type_of("java.lang.Throwable")
    try:
        answer = conditional(_REFERENCE.sub(_path, text)).evalRaw(instance, context)  # type: ignore[operator]
    except java_exception as problem:
        return Refused(str(problem))
    kind = type(answer).__name__
    if kind == "java.lang.Boolean":
        return bool(answer)
    if kind == "java.lang.Double":
        return float(answer)
    if kind == "java.util.Date":
        return _moment(int(answer.getTime()))
    return str(answer)
