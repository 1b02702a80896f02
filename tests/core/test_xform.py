"""A form uploaded as XForm XML: what phones could not open, or what breaks a rule of this server, is refused."""

import pytest

from forms import xform
from forms.xlsform import convert
from tests.books import form

GOOD = str(convert(form("| | text | nama | Nama |")).xform).encode()


def codes(data: bytes) -> set[str]:
    return {finding.code for finding in xform.read(data).findings}


def test_what_pyxform_writes_is_taken_to_the_byte() -> None:
    made = xform.read(GOOD, "tes.xml")
    assert made.findings == ()
    assert (made.form_id, made.version, made.title) == ("tes", "2026112101", "Tes")
    assert made.xform is not None
    assert made.xform.encode() == GOOD


def test_a_byte_order_mark_is_no_part_of_the_form() -> None:
    assert xform.read(b"\xef\xbb\xbf" + GOOD).xform == GOOD.decode()


def test_another_encoding_becomes_utf_8() -> None:
    made = xform.read(GOOD.decode().replace('version="1.0"', 'version="1.0" encoding="UTF-16"').encode("utf-16"))
    assert made.findings == ()
    assert made.xform is not None
    assert "nama" in made.xform


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"2026112101", b"2" * 256, "xlsform.bad_version"),
        (b"2026112101", b"..", "xlsform.bad_version"),
        (b"<h:title>Tes</h:title>", b"<h:title/>", "xform.no_title"),
        (b"</h:html>", b"", "xform.not_xml"),
        (b"<h:html", b"<!DOCTYPE h:html [<!ENTITY a 'b'>]><h:html", "xform.doctype"),
        (b' id="tes"', b"", "xform.no_form_id"),
        (b' id="tes"', b' id="tes satu/dua"', "xlsform.bad_form_id"),
        (b"<instance>", b"<data>", "xform.not_xml"),
        (b"nama", b"alur_nama", "xlsform.alur_name"),
        (b"<bind ", b'<instance id="x" src="http://lain.test/x.csv"/><bind ', "xlsform.media_name"),
        (b"<bind ", b'<instance id="x" src="jr://file/../../etc/passwd"/><bind ', "xlsform.media_name"),
    ],
)
def test_each_fault_has_its_own_finding(old: bytes, new: bytes, code: str) -> None:
    assert old in GOOD
    assert code in codes(GOOD.replace(old, new))
    assert xform.read(GOOD.replace(old, new)).xform is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b' version="2026112101"', b"", "xform.no_version"),
        (b"<instanceID/>", b"", "xform.no_instance_id"),
        (b"<bind ", b'<submission action="http://lain.test/kirim" method="post"/><bind ', "xlsform.submission_url"),
    ],
)
def test_what_an_old_form_lacks_is_told_and_the_form_is_taken(old: bytes, new: bytes, code: str) -> None:
    made = xform.read(GOOD.replace(old, new, 1))
    assert {(item.code, item.level) for item in made.findings} == {(code, "warning")}
    assert made.xform is not None
    assert "lain.test" not in made.xform


def test_a_form_that_asks_nothing_is_told() -> None:
    made = xform.read(GOOD.replace(b"h:body", b"h:foot"))
    assert [(item.code, item.level) for item in made.findings] == [("xform.no_questions", "warning")]


def test_what_is_no_form_at_all() -> None:
    assert codes(b"<a/>") == {"xform.no_instance"}
    assert codes(b"") == {"xform.not_xml"}
    assert codes(b"<" * 10_000) == {"xform.not_xml"}
    assert codes(b"<a>" * 300 + b"</a>" * 300) <= {"xform.not_xml", "xform.no_instance"}
    assert codes(b"<a>" + b"x" * xform.MAX_BYTES) == {"xform.too_large"}
