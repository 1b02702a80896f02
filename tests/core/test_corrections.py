"""Corrections of a returned report's answers, as the server works them out (ruling 51)."""

from datetime import UTC, datetime
from functools import cache

import pytest

from forms import correction_form, schema, submission, xform
from forms.corrections import CannotApply, Form, apply, lines
from forms.xlsform import convert
from server.actions.bundle import Upload
from server.actions.bundle_prepare import prepare
from server.limits.odk_validate import validate_xforms
from tests.books import from_markdown

BOOK = """
| settings |
| | form_id | version | form_title | instance_name |
| | tes | 2026112101 | Tes | concat('Tes ', ${hari}) |
| survey |
| | type | name | label | calculation | relevant | constraint | required |
| | text | nama | Nama | | | | |
| | integer | umur | Umur | | | . < 120 | |
| | calculate | dewasa | | if(${umur} > 17, 'dewasa', 'anak') | | | |
| | select_one yt | sekolah | Sekolah? | | | | |
| | integer | kelas | Kelas | | ${sekolah} = 'ya' | | yes |
| | date | hari | Hari | | | | |
| | begin_repeat | barang | Barang | | | | |
| | text | apa | Apa | | | | |
| | calculate | milik | | ${nama} | | | |
| | end_repeat | | | | | | |
| choices |
| | list_name | name | label |
| | yt | ya | Ya |
| | yt | tidak | Tidak |
"""
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
XML = b"""<data id="tes" version="2026112101"><nama>Rizky</nama><umur>12</umur><dewasa>anak</dewasa>\
<sekolah>ya</sekolah><kelas>6</kelas><hari>2026-03-02</hari>\
<barang><apa>tas</apa><milik>Rizky</milik></barang>\
<meta><instanceID>uuid:lama</instanceID><instanceName>Tes 2026-03-02</instanceName></meta></data>"""


@cache
def filled() -> Form:
    made = convert(from_markdown(BOOK))
    assert made.xform, made.findings
    return Form(made.xform, schema.read(made.xform))


def corrected(number: int, text: str) -> dict[str, object]:
    edit = apply(filled(), XML, {number: text}, "uuid:baru", today=NOW.date(), now=NOW)
    head = submission.head(edit)
    assert (head.instance_id, head.deprecated_id) == ("uuid:baru", "uuid:lama")
    return {**submission.read(edit, filled().schema).answers, "instanceName": head.instance_name}


def test_the_officer_reads_numbers_answers_and_choices() -> None:
    told = lines(filled().schema, XML, "id", lambda item, text: "***" if item.name == "nama" else text)
    assert told.splitlines() == [
        "1. Nama: ***",
        "2. Umur: 12",
        "3. Sekolah?: Ya [Ya / Tidak]",
        "4. Kelas: 6",
        "5. Hari: 2026-03-02",
    ]


def test_what_the_form_works_out_follows() -> None:
    told = corrected(2, " 19 ")
    assert (told["umur"], told["dewasa"]) == (19, "dewasa")
    assert corrected(5, "2026-03-01")["instanceName"] == "Tes 2026-03-01"


@pytest.mark.parametrize(
    ("number", "text", "code"),
    [
        (9, "x", "unknown"),
        (0, "x", "unknown"),
        (2, "dua belas", "type"),
        (2, "130", "rules"),
        (4, "", "rules"),
        (3, "mungkin", "choice"),
        (3, "Tidak", "rows"),  # hides a question in a form with rows
        (1, "Rizki", "rows"),  # rows are made of it
    ],
)
def test_what_only_a_phone_or_a_person_can_settle_is_refused(number: int, text: str, code: str) -> None:
    with pytest.raises(CannotApply) as refused:
        corrected(number, text)
    assert refused.value.code == code


def test_a_report_whose_answers_do_not_follow_from_each_other_is_left_to_a_person() -> None:
    odd = XML.replace(b"<dewasa>anak", b"<dewasa>dewasa")
    with pytest.raises(CannotApply, match="rules"):
        apply(filled(), odd, {2: "19"}, "uuid:baru", today=NOW.date(), now=NOW)


def test_the_form_is_one_phones_can_read_and_the_same_content_is_the_same_version() -> None:
    made = correction_form.build("abh", "Anak <dan> {hukum} & lain")
    assert xform.read(made.xform.encode()).findings == ()
    assert validate_xforms([(made.xform, None)]) == [()]
    assert made == correction_form.build("abh", "Anak <dan> {hukum} & lain")
    assert made.version != correction_form.build("abh", "Anak").version


def test_no_author_takes_the_name_of_the_list_of_returned_reports() -> None:
    made = correction_form.build("abh", "Anak")
    found = prepare([Upload("milik_sendiri.xml", made.xform.encode())], None, None).findings
    assert ("bundle.reserved", correction_form.LIST) in {(one.code, one.args.get("name")) for one in found}
