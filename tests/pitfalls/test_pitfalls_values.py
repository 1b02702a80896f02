"""Section D, what is pure: answers and fields as phones write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from forms import schema, submission
from forms.schema import Schema
from forms.submission import Reading
from forms.xlsform import convert
from tests.books import form as workbook

WIB = timezone(timedelta(hours=7))


def made(rows: str, choices: str = "") -> Schema:
    converted = convert(workbook(rows, choices), "tes.xlsx")
    assert converted.xform is not None, converted.findings
    return schema.read(converted.xform)


def read(form: Schema, answers: str) -> Reading:
    xml = f'<data id="tes" version="1">{answers}<meta><instanceID>uuid:1</instanceID></meta></data>'
    return submission.read(xml.encode(), form)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("decimal", "1.5E7", 15_000_000.0),
        ("decimal", "3.0E9", 3_000_000_000.0),
        ("int", "3.0E9", 3_000_000_000),
        ("decimal", "NaN", ""),
        ("int", "NaN", ""),
        ("decimal", "", ""),
        ("decimal", "Infinity", None),
        ("int", "-0", 0),
        ("int", "3578012345678901", 3578012345678901),
    ],
)
def test_43_read_numbers_in_every_notation_a_phone_writes_and_what_is_no_number_as_such(
    kind: str, text: str, value: object
) -> None:
    found = submission.typed(text, kind)
    assert found == value
    assert isinstance(found, type(value))


def test_44_keep_moments_with_their_offset_read_all_three_ways_to_write_one_and_count_days_where_the_office_is() -> (
    None
):
    moment = datetime(2026, 3, 2, 1, 30, tzinfo=WIB)
    for text in ("2026-03-02T01:30:00.000+07:00", "2026-03-02T01:30:00.000+07", "2026-03-01T18:30:00.000Z"):
        found = submission.typed(text, "dateTime")
        assert found == moment
        assert isinstance(found, datetime)
        assert found.astimezone(WIB).date() == date(2026, 3, 2)
        assert found.astimezone(UTC).date() == date(2026, 3, 1)
    asked = made("| | datetime | kapan | Kapan | | | | | | |")
    written = read(asked, "<kapan>2026-03-02T01:30:00.000+09:00</kapan>").answers["kapan"]
    assert isinstance(written, datetime)
    assert written.utcoffset() == timedelta(hours=9)


def test_47_an_answer_with_escaped_signs_is_one_value() -> None:
    asked = made("| | text | nama | Nama | | | | | | |")
    assert read(asked, "<nama>a &amp; b<![CDATA[ <c> ]]>&#100;</nama>").answers["nama"] == "a & b <c> d"


def test_48_not_confuse_a_path_with_one_that_begins_like_it() -> None:
    asked = made(
        "| | begin_repeat | orang | Orang | | | | | | |\n| | text | b | B | | | | | | |\n"
        "| | end_repeat | | | | | | | | |\n"
        "| | begin_group | orang_tua | Orang tua | | | | | | |\n| | text | bc | BC | | | | | | |\n"
        "| | end_group | | | | | | | | |"
    )
    fields = {field.path: field.repeat for field in asked.fields}
    assert (fields["/orang/b"], fields["/orang_tua/bc"]) == ("/orang", None)
    found = read(asked, "<orang><b>1</b></orang><orang_tua><bc>2</bc></orang_tua>")
    assert (found.answers["orang"], found.answers["bc"]) == ([{"b": "1"}], "2")


def test_49_take_questions_with_the_names_of_our_own_columns_and_one_name_in_two_groups() -> None:
    names = ("label", "entity", "name", "KEY", "id", "version")
    inner = "\n".join(f"| | text | {name} | {name} | | | | | | |" for name in names)
    rows = "\n".join(
        f"| | begin_group | {group} | {group} | | | | | | |\n{inner}\n| | end_group | | | | | | | | |"
        for group in ("g", "h")
    )
    asked = made(rows)
    answers = "".join(f"<{group}>{''.join(f'<{n}>{group}{n}</{n}>' for n in names)}</{group}>" for group in ("g", "h"))
    found = read(asked, answers)
    assert {path: value for path, value in found.paths.items() if "/meta" not in path} == {
        f"/{group}/{name}": f"{group}{name}" for group in ("g", "h") for name in names
    }
    assert found.unknown == ()


def test_51_skip_the_templates_and_copies_of_repeats_when_reading_a_form() -> None:
    asked = schema.read(
        "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' "
        "xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>T</h:title><model><instance><data id='t'>"
        "<anak jr:template=''><nama/></anak><anak><nama/></anak><anak><nama/></anak>"
        "<meta><instanceID/></meta></data></instance><bind nodeset='/data/anak/nama' type='string'/></model></h:head>"
        "<h:body><group ref='/data/anak'><repeat nodeset='/data/anak'><input ref='/data/anak/nama'/></repeat></group>"
        "</h:body></h:html>"
    )
    assert [field.path for field in asked.fields if not field.path.startswith("/meta")] == ["/anak", "/anak/nama"]
