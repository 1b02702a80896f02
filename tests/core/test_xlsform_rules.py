"""What a phone or the converter ignores without a word is told with its cell; what they understand is left alone."""

import pytest

from forms.xlsform import convert
from server.locale import LANGUAGES, findings
from tests import corpus
from tests.books import from_rows
from tests.corpus import sheets

SETTINGS = "[settings]\nform_id | version | form_title\nt | 1 | T\n"
CHOICES = "[choices]\nlist_name | name | label | kab\nyt | ya | Ya | psr\nyt | tidak | Tidak | mlg\n"
_WORDS = "type name label parameters appearance calculation relevant constraint choice_filter trigger default required"
COLUMNS = _WORDS.split(" ")


def row(**cells: str) -> str:
    return " | ".join(cells.get(column, "") for column in COLUMNS)


def codes(*rows: str, more: str = CHOICES, settings: str = SETTINGS) -> set[tuple[str, str]]:
    text = f"{settings}[survey]\n{' | '.join(COLUMNS)}\n" + "\n".join(rows) + f"\n{more}"
    found = convert(from_rows(sheets(text))).findings
    for finding in found:
        for language in LANGUAGES:
            assert all(findings.words(finding, language)), finding.code
    told = ((item.code.removeprefix("xlsform."), item.place.address if item.place else "") for item in found)
    return {(code, place) for code, place in told if code != "image_size"}


B = row(type="integer", name="b", label="B")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"type": "text", "relevant": "b > 5"}, ("bare_name", "survey!G3")),
        ({"type": "text", "relevant": "${b} > 5 and b < 9"}, ("bare_name", "survey!G3")),
        ({"type": "text", "required": "wajib"}, ("bare_word", "survey!L3")),
        ({"type": "text", "required": "ya"}, ("bare_word", "survey!L3")),
        ({"type": "text", "constraint": "regex(., '[0-9')"}, ("bad_regex", "survey!H3")),
        ({"type": "select_one yt", "choice_filter": "kecamatan = 'x'"}, ("filter_column", "survey!I3")),
        ({"type": "integer", "default": "lima"}, ("default_type", "survey!K3")),
        ({"type": "decimal", "default": "1,5"}, ("default_type", "survey!K3")),
        ({"type": "time", "default": "8.30"}, ("default_type", "survey!K3")),
        ({"type": "geopoint", "default": "Pasuruan"}, ("default_type", "survey!K3")),
        ({"type": "select_one yt", "default": "mungkin"}, ("default_choice", "survey!K3")),
        ({"type": "select_multiple yt", "default": "ya mungkin"}, ("default_choice", "survey!K3")),
        ({"type": "audio", "parameters": "quality=best"}, ("bad_parameter", "survey!D3")),
        ({"type": "image", "parameters": "max-pixels=x"}, ("bad_parameter", "survey!D3")),
        ({"type": "select_one yt", "parameters": "randomize=maybe"}, ("bad_parameter", "survey!D3")),
        ({"type": "select_one_from_file desa.txt"}, ("file_ending", "survey!A3")),
        ({"type": "background-geopoint"}, ("no_trigger", "survey!J3")),
        ({"type": "select_one yt or_other", "choice_filter": "kab = 'x'"}, ("or_other_filter", "survey!I3")),
        ({"type": "select_one_from_file desa.csv"}, None),
        ({"type": "text", "relevant": "${b} > 5", "required": "yes"}, None),
        ({"type": "text", "relevant": "instance('yt')/root/item[name = 'b']/b = 'x'"}, None),
        ({"type": "text", "relevant": "selected(${b}, 'b') or 'b' = \"b\""}, None),
        ({"type": "text", "constraint": "regex(., '^\\p{L}+$') and . != 'b'"}, None),
        ({"type": "select_one yt", "choice_filter": "kab = ${b} or name = current()/../a"}, None),
        ({"type": "integer", "default": "${b} + 1"}, None),
        ({"type": "integer", "default": "-5"}, None),
        ({"type": "time", "default": "08:30"}, None),
        ({"type": "geopoint", "default": "-7.6 112.9 0 0"}, None),
        ({"type": "select_multiple yt", "default": "ya tidak"}, None),
        ({"type": "text", "default": "apa saja"}, None),
    ],
)
def test_each_with_its_cell(cells: dict[str, str], code: tuple[str, str] | None) -> None:
    found = codes(B, row(name="a", label="A", **cells))
    assert found == ({code} if code else set())


def test_a_column_nearly_called_as_one_that_is_read() -> None:
    misspelt = "[survey]\ntype | name | label | relevan | catatan\ntext | a | A | 1=1 | untuk kami\n"
    (finding,) = convert(from_rows(sheets(SETTINGS + misspelt))).findings
    assert (finding.code, finding.args["meant"]) == ("xlsform.column_misspelt", "relevant")
    assert finding.place is not None
    assert finding.place.address == "survey!D1"


def test_rows_nobody_reads() -> None:
    assert codes(B, settings=f"{SETTINGS}t2 | 2 | T2\n") == {("second_settings", "settings!A3")}
    assert ("choice_no_list", "choices!A4") in codes(B, more=CHOICES + "| lain | Lain |\n")


def test_one_list_from_two_places() -> None:
    both = codes(
        row(type="select_one_from_file yt.csv", name="a", label="A"), row(type="select_one yt", name="c", label="C")
    )
    assert both == {("same_instance", "survey!A2")}
    searched = row(type="select_one yt", name="a", label="A", appearance="search('x')")
    assert codes(searched, row(type="select_one yt", name="c", label="C")) == {("search_list", "survey!A2")}


def test_a_key_nothing_can_be_encrypted_with() -> None:
    settings = "[settings]\nform_id | version | form_title | public_key\nt | 1 | T | "
    assert codes(B, settings=f"{settings}bukan kunci\n") == {("bad_public_key", "settings!D2")}
    good = corpus.sheets(corpus.text_of("korpus_kunci"))["settings"][1][3]
    assert codes(B, settings=f"{settings}{good}\n") == {("encrypted", "settings!D2")}


def test_a_heading_that_would_break_the_form_is_named() -> None:
    more = "[choices]\nlist_name | name | label | <kab>\nyt | ya | Ya | psr\n"
    assert codes(row(type="select_one yt", name="a", label="A"), more=more) == {("broken_xml", "choices!D1")}
