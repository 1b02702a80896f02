"""A form filled on the web asks, calculates and refuses as the phone does: every shipped form beside JavaRosa."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from pyxform.xls2xform import convert

from forms import questionnaire
from forms.answering import ON_PHONES_ONLY, Answered, answer
from forms.questionnaire import Questionnaire
from forms.values import Value, text
from tests.core.instruments import WAITING, Instruments
from tests.phone import random_answers
from tests.phone.java import TIMEZONE
from tests.phone.javarosa import Form, Question, Refused, Session
from xlsforms.build import ROOT

ZONE = ZoneInfo(TIMEZONE)
BOOKS = sorted(file for file in ROOT.glob("*/*/*.xlsx") if file.stem != "sop")
APPROVALS = ("tuna_susila_disposisi", "anjal_terlantar_telaah_kabid", "anjal_terlantar_tanda_tangan_kadis")
KNOWN = {
    "inisial": "M.",
    "jk": "P",
    "usia_saat_kejadian": "14",
    "usia_min": "13",
    "usia_maks": "15",
    "tgl_kejadian": "2026-10-30",
    "darurat": "ya",
    "perlu_pengamanan": "ya",
    "usulan": "diterima",
    "tingkat_risiko": "tinggi",
    "kelompok": "anak_jalanan",
    "ppks_utama": "anak_jalanan",
}


class Careless(random_answers.Author):
    """An officer who leaves every tenth required question blank and adds no rows."""

    def __init__(self, leaves_out: float) -> None:
        self.leaves_out = leaves_out

    def rows(self, path: str, random: Random) -> int:
        return 0

    def candidates(self, question: Question, random: Random) -> Iterator[object]:
        if random.random() >= self.leaves_out:
            yield from random_answers.candidates(question, random)


@cache
def service(office: str, sop_id: str) -> Instruments:
    return Instruments(office, sop_id, KNOWN)


def form_of(book: Path) -> Form:
    return service(book.parts[-3], book.parts[-2]).form(book.stem)


@cache
def paper(source: bytes) -> Questionnaire:
    return questionnaire.read(source.decode())


def lists(form: Form) -> dict[str, list[dict[str, str]]]:
    return {
        name: list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        for name, data in form.media.items()
        if name.endswith(".csv")
    }


def sent(session: Session) -> dict[str, str]:
    """Path -> text of what the phone sends, rows of repeats and meta left out."""
    root = etree.fromstring(session.xml())
    repeats = {path.partition("/data")[2] for path in session.form.repeats}
    found = {}
    for node in root.iterdescendants():
        names = [etree.QName(above).localname for above in [*list(node.iterancestors())[-2::-1], node]]
        path = "/" + "/".join(names)
        if len(node) or names[0] == "meta" or any(f"{path}/".startswith(f"{repeat}/") for repeat in repeats):
            continue
        found[path] = node.text or ""
    return found


def same_as_phone(form: Form, session: Session) -> Answered:
    """Gives our side what the officer answered, and compares what follows from it."""
    asks = paper(form.source)
    phone = sent(session)
    by_path = {node.path: node for node in asks.nodes}
    on_screen = [question.path.partition("/data")[2] for question in session.questions()]
    shown = [path for path in on_screen if path in by_path and not by_path[path].repeated and path != "/kasus_id"]
    given = {by_path[path].name: phone[path] for path in shown if path in phone and not by_path[path].readonly}
    case = {"kasus_id": phone["/kasus_id"]} if "/kasus_id" in phone else {}
    now = datetime.now(ZONE)
    ours = answer(asks, given, case, today=now.date(), now=now, lists=lists(form))
    assert [question.name for question in ours.shown] == [by_path[path].name for path in shown]
    for path, written in phone.items():
        node = by_path[path]
        if node.system or node.type in ON_PHONES_ONLY:
            continue
        if node.calculate is not None or node.setters:
            assert text_of(ours.answers.get(node.name, "")) == written.strip(), path
    hidden = {node.name for node in asks.nodes if node.path not in phone and not node.repeated}
    assert not hidden & ours.answers.keys() - {by_path[path].name for path in phone}
    return ours


def text_of(value: Value) -> str:
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else text(value)


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_every_form_asks_calculates_and_refuses_on_the_web_as_on_a_phone(book: Path) -> None:
    """One officer fills everything, the next leaves out every tenth question."""
    form = form_of(book)
    asks_for_case = any(node.name == "kasus_id" and not node.repeated for node in paper(form.source).nodes)
    for seed in range(20 if book.stem in APPROVALS else 3):
        chosen = {"kasus_id": WAITING} if asks_for_case else {}
        session = form.open().fill_random(seed, chosen, Careless(0.1 if seed % 2 else 0.0))
        ours = same_as_phone(form, session)
        try:
            session.finalise()
        except Refused as stopped:
            refused = str(stopped)
        else:
            refused = ""
        first = next((error for error in ours.errors if error.code != "phone_only"), None)
        path, _, code = refused.partition(": ")
        if path in form.binds and not any(path.startswith(f"{repeat}/") for repeat in form.repeats):
            assert first is not None, refused
            assert (first.field, first.code) == (path.rpartition("/")[2], code)
        else:
            assert first is None


# --- what phones do not show ---------------------------------------------------------------------

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=ZONE)
SURVEY = (
    ("select_one ya_tidak", "bawa_surat", "Membawa surat?", "", "true()", "", ""),
    ("image", "foto_surat", "Foto surat", "${bawa_surat} = 'ya'", "true()", "", ""),
    ("geopoint", "lokasi", "Lokasi", "", "", "", ""),
    ("select_multiple hari", "hari", "Hari pertemuan", "", "", "count-selected(.) <= 2", ""),
    ("integer", "biaya", "Biaya", "", "", ". >= 0", ""),
    ("calculate", "biaya_total", "", "", "", "", "${biaya} * count-selected(${hari})"),
    ("integer", "ongkos", "Ongkos", "${bawa_surat} = 'ya'", "", "", ""),
    ("time", "jam", "Jam", "", "", "", ""),
    ("dateTime", "waktu", "Waktu", "", "", "", ""),
    ("text", "kunci", "Kunci", "", "", "", "once(concat('K-', format-date(today(), '%d%m')))"),
    ("begin repeat", "anggota", "Anggota", "${bawa_surat} = 'tidak'", "", "", ""),
    ("text", "nama", "Nama", "", "true()", "", ""),
    ("end repeat", "", "", "", "", "", ""),
)


@cache
def small() -> Questionnaire:
    """A form with everything a web page has to think about."""
    header = ("type", "name", "label", "relevant", "required", "constraint", "calculation")
    survey = [{name: cell for name, cell in zip(header, row, strict=True) if cell} for row in SURVEY]
    choices = [
        {"list_name": name, "name": value, "label": value.title()}
        for name, values in (("ya_tidak", "ya tidak"), ("hari", "senin selasa rabu"))
        for value in values.split()
    ]
    settings = [{"form_id": "pertemuan", "form_title": "Pertemuan", "version": "1"}]
    made = convert({"survey": survey, "choices": choices, "settings": settings}, form_name="data", warnings=[])
    return questionnaire.read(made.xform)


def met(**given: str | list[str]) -> Answered:
    return answer(small(), given, {}, today=NOW.date(), now=NOW, lists={})


def test_a_required_photograph_sends_the_officer_to_the_phone_only_when_it_is_asked() -> None:
    assert [(one.field, one.code) for one in met(bawa_surat="ya").errors] == [("foto_surat", "phone_only")]
    assert [(one.field, one.code) for one in met(bawa_surat="tidak").errors] == [("anggota", "phone_only")]
    assert [(one.field, one.code) for one in met().errors] == [("bawa_surat", "required")]
    place = next(one for one in met().shown if one.name == "lokasi")
    assert (place.phone_only, place.required) == (True, False)


def test_days_are_ticked_one_by_one_and_no_more_than_the_form_allows() -> None:
    said = met(bawa_surat="ya", hari=["senin", "rabu"], biaya="15000")
    assert (said.answers["hari"], said.answers["biaya"], said.answers["biaya_total"]) == ("senin rabu", 15000, "30000")
    wrong = met(hari=["senin", "selasa", "rabu"], biaya="-1").errors
    assert [(one.field, one.code) for one in wrong] == [
        ("bawa_surat", "required"),
        ("hari", "constraint"),
        ("biaya", "constraint"),
    ]
    strange = met(bawa_surat="ya", hari=["minggu"], biaya="banyak").errors
    assert [(one.field, one.code) for one in strange if one.field != "foto_surat"] == [
        ("hari", "choice"),
        ("biaya", "type"),
    ]


def test_times_of_a_web_page_become_times_of_the_office() -> None:
    said = met(jam="7:05", waktu="2026-03-04T10:15").answers
    assert said["jam"] == "07:05:00.000+07:00"
    assert said["waktu"] == datetime(2026, 3, 4, 10, 15, tzinfo=ZONE)
    assert [one.code for one in met(jam="25:70", waktu="kemarin").errors][-2:] == ["type", "type"]


def test_a_key_given_once_stays_and_a_calculation_takes_no_answer() -> None:
    assert met().answers["kunci"] == "K-0403"
    assert met(kunci="K-0101").answers["kunci"] == "K-0101"
    assert ("biaya_total", "unknown") in [(one.field, one.code) for one in met(biaya_total="1").errors]


def test_what_was_typed_before_a_question_was_hidden_is_neither_kept_nor_wrong() -> None:
    typed = met(bawa_surat="tidak", ongkos="dua ribu")
    assert "ongkos" not in typed.answers
    assert [one.field for one in typed.errors] == ["anggota"]
    assert "ongkos" in [one.field for one in met(bawa_surat="ya", ongkos="dua ribu").errors]
