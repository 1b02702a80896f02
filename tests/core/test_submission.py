"""What a phone sends, read as typed answers: nothing lost, nothing believed too early."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, strategies
from pyxform.xls2xform import convert

from forms import schema, submission
from forms.submission import MAX_ELEMENTS, SubmissionError

WIB = timezone(timedelta(hours=7))

FORM = """
| settings |
| | form_id | version | form_title |
| | abh_tes | 2 | Tes |
| survey |
| | type | name | label | calculation |
| | start | mulai | | |
| | text | nama | Nama | |
| | select_one jk | jk | Jenis kelamin | |
| | select_multiple jk | banyak | Banyak | |
| | integer | umur | Umur | |
| | decimal | biaya | Biaya | |
| | date | tgl | Tanggal | |
| | time | jam | Jam | |
| | datetime | kapan | Kapan | |
| | geopoint | titik | Titik | |
| | image | foto | Foto | |
| | calculate | total | | 1+1 |
| | begin_group | g | Grup | |
| | text | nama_g | Nama | |
| | text | label | Label | |
| | text | entity | Entity | |
| | image | foto2 | Foto | |
| | text | nama | Nama di grup | |
| | end_group | | | |
| | begin_repeat | orang | Orang | |
| | text | nama_o | Nama | |
| | begin_repeat | barang | Barang | |
| | text | apa | Apa | |
| | end_repeat | | | |
| | end_repeat | | | |
| | begin_group | orang_tua | Orang tua | |
| | text | ayah | Ayah | |
| | end_group | | | |
| | audit | audit | | |
| choices |
| | list_name | name | label |
| | jk | l | L |
| | jk | p | P |
"""


@pytest.fixture(scope="module")
def form() -> schema.Schema:
    return schema.read(convert(FORM, file_type=".md", form_name="data").xform)


def sent(body: str, attributes: str = 'id="abh_tes" version="2"') -> bytes:
    meta = "" if "<meta>" in body else "<meta><instanceID>uuid:1</instanceID></meta>"
    return f"<data {attributes}>{body}{meta}</data>".encode()


def reading(form: schema.Schema, body: str) -> submission.Reading:
    return submission.read(sent(body), form)


class TestWhoItSaysItIs:
    def test_ids_are_found_and_trimmed_whatever_the_indentation(self):
        head = submission.head(
            sent("<meta><instanceID>\n  uuid:x\n</instanceID></meta>", 'id=" abh_tes " version=" 2 "')
        )
        assert (head.form_id, head.version, head.instance_id) == ("abh_tes", "2", "uuid:x")
        assert not head.encrypted

    @pytest.mark.parametrize("prefix", ["orx", "jr", "x"])
    def test_meta_and_version_are_found_under_any_prefix(self, prefix):
        xml = (
            f'<data xmlns:{prefix}="http://openrosa.org/xforms" id="a" {prefix}:version="3"><{prefix}:meta>'
            f"<{prefix}:instanceID>uuid:x</{prefix}:instanceID><{prefix}:deprecatedID> uuid:w </{prefix}:deprecatedID>"
            f"<{prefix}:instanceName>Siti</{prefix}:instanceName></{prefix}:meta></data>"
        )
        head = submission.head(xml.encode())
        assert head == submission.Head("a", "3", "uuid:x", "uuid:w", "Siti")

    def test_a_missing_version_is_the_empty_version(self):
        assert submission.head(sent("", 'id="a"')).version == ""

    def test_an_escaped_version_is_the_version_the_author_wrote(self):
        assert submission.head(sent("", 'id="a" version=" 1 &amp; 2 "')).version == "1 & 2"

    def test_a_default_namespace_and_an_instance_id_without_meta_are_read(self):
        xml = b'<kunjungan xmlns="http://example.org/f" id="a"><instanceID>uuid:x</instanceID></kunjungan>'
        assert submission.head(xml).instance_id == "uuid:x"

    def test_the_envelope_of_an_encrypted_form_is_recognised(self):
        for namespace in ("http://opendatakit.org/submissions", "http://www.opendatakit.org/xforms/encrypted"):
            xml = f'<data xmlns="{namespace}" id="a" encrypted="yes"><meta><instanceID>u</instanceID></meta></data>'
            assert submission.head(xml.encode()).encrypted

    @pytest.mark.parametrize(
        ("xml", "code"),
        [
            (b"", "not_xml"),
            (b"bukan xml", "not_xml"),
            (b"<data id='a'><meta>", "not_xml"),
            (b"<data id='a'>\x00</data>", "not_xml"),
            (b"<data id='a'>\xff\xfe</data>", "not_xml"),
            (b"<data><meta><instanceID>u</instanceID></meta></data>", "no_form_id"),
            (b"<data id=' '/>", "no_form_id"),
            (b"<data id='a'/>", "no_instance_id"),
            (b"<data id='a'><meta><instanceID> </instanceID></meta></data>", "no_instance_id"),
        ],
    )
    def test_what_is_no_submission_is_refused_with_its_reason(self, xml, code):
        with pytest.raises(SubmissionError) as refused:
            submission.head(xml)
        assert refused.value.code == code

    def test_a_form_without_ids_may_send_without_one_but_an_encrypted_one_may_not(self):
        assert submission.head(b"<data id='a'/>", instance_id_optional=True).instance_id == ""
        with pytest.raises(SubmissionError, match="no_instance_id"):
            submission.head(b"<data id='a' encrypted='yes'/>", instance_id_optional=True)


class TestHostileXml:
    @pytest.mark.parametrize(
        "xml",
        [
            b'<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="a">&x;</data>',
            b'<!--\n<a --><!DOCTYPE data><data id="a"/>',
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE data><data id="a"/>'.encode("utf-16"),
            b'<!DOCTYPE z [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><z id="&b;"/>',
        ],
    )
    def test_a_doctype_is_refused_wherever_it_hides(self, xml):
        with pytest.raises(SubmissionError) as refused:
            submission.parse(xml)
        assert refused.value.code == "doctype"

    def test_the_word_doctype_in_an_answer_is_only_an_answer(self, form):
        assert reading(form, "<nama><![CDATA[<!DOCTYPE html>]]></nama>").answers["nama"] == "<!DOCTYPE html>"

    @pytest.mark.parametrize(
        "xml",
        [
            b"<data id='a'>" + b"<x/>" * (MAX_ELEMENTS + 1) + b"</data>",
            b"<data id='a'>" + b"<x></x>" * (MAX_ELEMENTS * 3) + b"</data>",
            b"<x>" * 101 + b"</x>" * 101,
            b"<data id='a'><x>" + b"a" * (21 * 2**20) + b"</x></data>",
        ],
    )
    def test_too_many_elements_too_deep_and_too_long_are_refused(self, xml):
        with pytest.raises(SubmissionError) as refused:
            submission.parse(xml)
        assert refused.value.code == "too_complex"

    def test_a_large_but_reasonable_submission_is_taken(self):
        rows = b"<x>a</x>" * (MAX_ELEMENTS - 10)
        assert len(submission.parse(b"<data id='a'>" + rows + b"</data>")) == MAX_ELEMENTS - 10

    def test_odd_but_legal_xml_is_taken(self, form):
        xml = (
            b'\xef\xbb\xbf<?xml version="1.0" standalone="yes"?>\r\n<!-- dari ponsel -->\r\n'
            b'<data id="abh_tes" version="2"><nama>a<!-- x -->b<?pi y?> &amp; <![CDATA[<c>]]> \xf0\x9f\x91\xa7</nama>'
            b"<meta><instanceID>uuid:1</instanceID></meta></data>"
        )
        assert submission.head(xml).instance_id == "uuid:1"
        assert submission.read(xml, form).answers == {"nama": "ab & <c> 👧"}


class TestAnswers:
    @pytest.mark.parametrize(
        ("body", "name", "value"),
        [
            ("<umur>15</umur>", "umur", 15),
            ("<umur>-0</umur>", "umur", 0),
            ("<umur>3276010203040001</umur>", "umur", 3276010203040001),
            ("<umur> 7\n</umur>", "umur", 7),
            ("<umur>3.0E9</umur>", "umur", 3_000_000_000),
            ("<umur>NaN</umur>", "umur", ""),
            ("<biaya>12.5</biaya>", "biaya", 12.5),
            ("<biaya>1.5E7</biaya>", "biaya", 15_000_000.0),
            ("<biaya>100.0</biaya>", "biaya", 100.0),
            ("<biaya>NaN</biaya>", "biaya", ""),
            ("<tgl>2026-03-12</tgl>", "tgl", date(2026, 3, 12)),
            ("<tgl>2026-03-12T00:00:00.000+07:00</tgl>", "tgl", date(2026, 3, 12)),
            ("<jam>08:15:00.000+07:00</jam>", "jam", "08:15:00.000+07:00"),
            ("<kapan>2026-03-12T08:15:00.000+07:00</kapan>", "kapan", datetime(2026, 3, 12, 8, 15, tzinfo=WIB)),
            ("<kapan>2026-03-12T08:15:00.000+07</kapan>", "kapan", datetime(2026, 3, 12, 8, 15, tzinfo=WIB)),
            ("<kapan>2026-03-12T01:15:00.000Z</kapan>", "kapan", datetime(2026, 3, 12, 1, 15, tzinfo=UTC)),
            ("<jk> l </jk>", "jk", "l"),
            ("<banyak>p l</banyak>", "banyak", "p l"),
            ("<titik>-6.9 107.6 0 0</titik>", "titik", "-6.9 107.6 0 0"),
            ("<total>3.0E9</total>", "total", "3.0E9"),
            ("<nama> dua\nbaris </nama>", "nama", " dua\nbaris "),
            ("<nama/>", "nama", ""),
            ("<nama>  \n </nama>", "nama", ""),
            ("<umur/>", "umur", ""),
        ],
    )
    def test_an_answer_is_of_its_questions_type(self, form, body, name, value):
        found = reading(form, body)
        assert found.answers == {name: value}
        assert type(found.answers[name]) is type(value)
        assert not found.mistyped

    def test_the_phones_offset_is_kept(self, form):
        assert reading(form, "<kapan>2026-03-12T08:15:00+09</kapan>").answers["kapan"].utcoffset() == timedelta(hours=9)

    @pytest.mark.parametrize(
        ("name", "text", "type_"),
        [
            ("umur", "lima", "int"),
            ("umur", "1.5", "int"),
            ("umur", "Infinity", "int"),
            ("umur", "٣", "int"),
            ("umur", "9" * 5000, "int"),
            ("biaya", "1E999", "decimal"),
            ("biaya", "Infinity", "decimal"),
            ("biaya", "12,5", "decimal"),
            ("tgl", "12/03/2026", "date"),
            ("tgl", "2026-02-30", "date"),
            ("kapan", "2026-03-12T08:15:00", "dateTime"),
            ("kapan", "kemarin", "dateTime"),
        ],
    )
    def test_an_answer_that_is_not_of_its_type_is_kept_as_text_and_reported(self, form, name, text, type_):
        found = reading(form, f"<{name}>{text}</{name}>")
        assert found.answers == {name: text}
        assert found.mistyped == ((f"/{name}", text, type_),)

    def test_a_hidden_question_is_absent_and_a_blank_one_is_blank(self, form):
        answers = reading(form, "<nama/><g><nama_g/></g>").answers
        assert answers == {"nama": "", "nama_g": ""}

    def test_groups_are_flattened_and_of_two_equal_names_the_first_counts_but_both_stay(self, form):
        found = reading(form, "<nama>Siti</nama><g><nama>Ani</nama></g>")
        assert found.answers == {"nama": "Siti"}
        assert (found.paths["/nama"], found.paths["/g/nama"]) == ("Siti", "Ani")

    def test_questions_called_label_and_entity_are_questions(self, form):
        assert reading(form, "<g><label>a</label><entity>b</entity></g>").answers == {"label": "a", "entity": "b"}

    def test_a_repeat_is_a_list_of_rows_and_repeats_inside_it_too(self, form):
        found = reading(
            form,
            "<orang><nama_o>a</nama_o><barang><apa>x</apa></barang><barang><apa>y</apa></barang></orang>"
            "<orang><nama_o>b</nama_o></orang><orang_tua><ayah>z</ayah></orang_tua>",
        )
        assert found.answers == {
            "orang": [{"nama_o": "a", "barang": [{"apa": "x"}, {"apa": "y"}]}, {"nama_o": "b"}],
            "ayah": "z",
        }
        assert found.paths["/orang"][0]["/orang/barang"] == [
            {"/orang/barang/apa": "x"},
            {"/orang/barang/apa": "y"},
        ]

    def test_meta_is_kept_by_path_and_is_nobodys_answer(self, form):
        found = reading(form, "<meta><instanceID> uuid:1 </instanceID><instanceName>Siti</instanceName></meta>")
        assert found.answers == {}
        assert found.paths == {"/meta/instanceID": "uuid:1", "/meta/instanceName": "Siti"}

    def test_what_the_form_does_not_know_is_kept_and_reported(self, form):
        found = reading(form, "<baru>x</baru><g><lain><dalam>y</dalam></lain></g><kosong/><nama>a</nama><nama>b</nama>")
        assert found.unknown == (("/baru", "x"), ("/g/lain/dalam", "y"), ("/nama", "b"))
        assert found.answers == {"nama": "a"}

    def test_a_path_that_begins_like_another_is_another(self, form):
        assert reading(form, "<nama_g>x</nama_g><orang_>y</orang_>").unknown == (("/nama_g", "x"), ("/orang_", "y"))

    def test_rows_made_at_publish_are_neither_answers_nor_unknown(self, form):
        found = reading(form, "<alur_langkah>s02</alur_langkah>")
        assert (found.answers, found.unknown) == ({}, ())

    def test_each_file_an_answer_names_is_expected_once_and_the_audit_too(self, form):
        found = reading(
            form,
            "<foto> a.jpg </foto><g><foto2>a.jpg</foto2></g>"
            "<meta><audit>audit.csv</audit><instanceID>u</instanceID></meta>",
        )
        assert found.attachments == ("a.jpg", "audit.csv")
        assert reading(form, "<foto/>").attachments == ()

    def test_one_parse_serves_both_head_and_answers(self, form):
        root = submission.parse(sent("<nama>Siti</nama>"))
        assert submission.head(root).instance_id == "uuid:1"
        assert submission.read(root, form).answers == {"nama": "Siti"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("12.5", 12.5),
        ("1.5E7", 1.5e7),
        ("-.5", -0.5),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        ("1 2", None),
    ],
)
def test_numbers_as_phones_write_them(text, value):
    assert submission.number(text) == value


LEGAL_TEXT = strategies.text(strategies.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
WHOLE = sent("<nama>x</nama><umur>1</umur><orang><nama_o>a</nama_o></orang>")
PIECES = (
    b"<meta>",
    b"</nama>",
    b"<!--",
    b"<g><g>",
    b"&amp;",
    b"&#0;",
    b'xmlns="x"',
    b"<?x?>",
    b"<umur/>",
    b"\x00",
    b"<",
)


@given(LEGAL_TEXT)
def test_whatever_is_typed_into_a_text_question_arrives_unchanged(form, text):
    found = reading(form, f"<nama>{escape(text)}</nama>")
    assert found.answers["nama"] == (text if text.strip() else "")
    assert not found.unknown


@given(strategies.lists(strategies.tuples(strategies.integers(0, len(WHOLE)), strategies.sampled_from(PIECES))))
def test_damaged_xml_is_read_or_refused_but_never_a_crash(form, damages):
    xml = bytearray(WHOLE)
    for position, piece in damages:
        xml[position:position] = piece
    with suppress(SubmissionError):
        root = submission.parse(bytes(xml))
        submission.head(root)
        assert isinstance(submission.read(root, form), submission.Reading)
