"""Sari types dates and times into her form as Excel keeps them: phones begin with what she sees, or she is told."""

from datetime import date, datetime, time, timedelta

import pytest

from forms.old_excel import as_xlsx
from forms.xlsform import convert
from server.locale import LANGUAGES, findings
from tests.books import from_rows
from tests.core.test_old_excel import old_book
from tests.phone.javarosa import open_form

HEAD = ["type", "name", "label", "default"]
SETTINGS = [["form_id", "version", "form_title"], ["tes", "1", "Tes"]]
NIGHT = datetime(2026, 2, 1)
HALF_PAST = datetime(2026, 2, 1, 8, 30)


def told(data: bytes) -> tuple[str | None, set[tuple[str, str, str]]]:
    converted = convert(data, "tes.xlsx")
    for finding in converted.findings:
        assert all(all(findings.words(finding, language)) for language in LANGUAGES)
    return converted.xform, {(f.code, f.level, f.place.address if f.place else "") for f in converted.findings}


def book(kind: str, default: object) -> bytes:
    return from_rows({"settings": SETTINGS, "survey": [HEAD, ["text", "a", "A", None], [kind, "b", "B", default]]})


@pytest.mark.parametrize(
    ("kind", "default", "begins"),
    [
        ("date", NIGHT, "2026-02-01"),
        ("date", date(2026, 2, 1), "2026-02-01"),
        ("date", HALF_PAST, "2026-02-01"),
        ("dateTime", HALF_PAST, "2026-02-01T08:30:00.000+07:00"),
        ("datetime", NIGHT, "2026-02-01T00:00:00.000+07:00"),
        ("time", time(8, 30), "08:30:00.000+07:00"),
        ("time", timedelta(hours=8, minutes=30), "08:30:00.000+07:00"),
        ("time", HALF_PAST, "08:30:00.000+07:00"),
        ("text", NIGHT, "2026-02-01"),
    ],
)
def test_a_phone_begins_with_what_its_author_sees(kind: str, default: object, begins: str) -> None:
    xform, said = told(book(kind, default))
    assert said == {("xlsform.date_cell", "warning", "survey!D3")}
    assert xform is not None
    assert open_form(xform).finalise().value("b") == begins


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("date", time(8, 30)),
        ("dateTime", time(8, 30)),
        ("time", NIGHT),
        ("time", timedelta(hours=30)),
        ("date", 46054),
        ("date", 20260201),
        ("time", 0.5),
        ("dateTime", 46054.5),
        ("date", "2026-02-30"),
        ("date", "2026-02-01T08:30:00.000+07:00"),
        ("date", "1 Februari 2026"),
        ("date", "01/02/2026"),
        ("time", "1/2/2026"),
        ("dateTime", "2026-02-01 08:30"),
    ],
)
def test_what_no_phone_reads_is_refused_with_its_cell(kind: str, default: object) -> None:
    xform, said = told(book(kind, default))
    assert ("xlsform.date_default", "error", "survey!D3") in said
    assert xform is None


@pytest.mark.parametrize(
    ("kind", "default"),
    [("date", "2026-2-1"), ("date", "today()"), ("dateTime", "2026-02-01T08:30"), ("time", "8:30"), ("time", "now()")],
)
def test_what_phones_read_is_left_alone(kind: str, default: str) -> None:
    assert told(book(kind, default))[1] == set()


def test_a_number_that_became_a_date_is_told() -> None:
    assert ("xlsform.default_type", "warning", "survey!D3") in told(book("integer", NIGHT))[1]


def test_old_excel_keeps_times_and_dates_too() -> None:
    survey: list[list[object]] = [HEAD, ["date", "a", "A", NIGHT], ["time", "b", "B", time(8, 30)]]
    formats = {("survey", 1, 3): "dd/mm/yyyy", ("survey", 2, 3): "hh:mm"}
    settings: list[list[object]] = [list(row) for row in SETTINGS]
    xform, said = told(as_xlsx(old_book({"survey": survey, "settings": settings}, formats)))
    assert {place for _, _, place in said} == {"survey!D2", "survey!D3"}
    session = open_form(xform or "").finalise()
    assert (session.value("a"), session.value("b")) == ("2026-02-01", "08:30:00.000+07:00")


def test_choices_show_the_day_and_filter_by_it() -> None:
    choices = [["list_name", "name", "label", "mulai"], ["sesi", "a", NIGHT, NIGHT]]
    head = [*HEAD[:3], "choice_filter"]
    rows = [["date", "hari", "Hari", None], ["select_one sesi", "sesi", "Sesi", "mulai = ${hari}"]]
    xform, said = told(from_rows({"settings": SETTINGS, "survey": [head, *rows], "choices": choices}))
    assert said == {("xlsform.date_cell", "warning", "choices!C2"), ("xlsform.date_cell", "warning", "choices!D2")}
    session = open_form(xform or "").fill({"hari": date(2026, 2, 1)})
    assert session.offered("sesi") == {"a": "2026-02-01"}
