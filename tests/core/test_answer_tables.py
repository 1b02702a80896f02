"""Answers read without a parser are the answers a parser reads, whatever stands in the XML."""

from hypothesis import example, given, strategies

from forms.answer_tables import Layout
from forms.plain_xml import tokens
from forms.schema import Field

LAYOUT = Layout(
    (
        Field("/nama", "nama", "field", "string"),
        Field("/keluarga", "keluarga", "group", ""),
        Field("/keluarga/nama", "nama", "field", "string"),
        Field("/anggota", "anggota", "repeat", ""),
        Field("/anggota/umur", "umur", "field", "int", repeat="/anggota"),
        Field("/anggota/barang", "barang", "repeat", "", repeat="/anggota"),
        Field("/anggota/barang/apa", "apa", "field", "string", repeat="/anggota/barang"),
        Field("/meta", "meta", "group", ""),
        Field("/meta/instanceID", "instanceID", "field", "string"),
    )
)
HEAD = b"<?xml version='1.0' encoding='UTF-8' ?>"
PARSED = b"<!-- only a parser reads this -->"

NAMES = strategies.sampled_from(
    ["nama", "keluarga", "anggota", "umur", "barang", "apa", "meta", "instanceID", "asing", "o:meta", "o:instanceID"]
)
ATTRIBUTES = strategies.sampled_from(
    [
        "",
        "",
        "",
        " ",
        ' id="a b/"',
        " \n x='<'".replace("<", "&lt;"),
        ' a=">"',
        ' o:template=""',
        ' x="template"',
        ' a="/"',
    ]
)
PLAIN = ("", "", " ", "\n ", "Budi", "a/b", "é ~ 😀", "template", "'\"")
ODD = (
    *("5 > 3", "A &amp; B", "&#65;", "<!-- k -->", "<![CDATA[<x>]]>", "<?p i?>"),
    *("<!-- < -->", "<?p << ?>", "<![CDATA[ < ]]>", "\r\n", "]]&gt;"),
)
TEXTS = strategies.sampled_from(PLAIN + ODD)


@strategies.composite
def elements(draw: strategies.DrawFn, depth: int = 4) -> str:
    name, attributes = draw(NAMES), draw(ATTRIBUTES)
    inner = draw(TEXTS)
    for _ in range(draw(strategies.integers(0, 3)) if depth else 0):
        inner += draw(elements(depth=depth - 1)) + draw(TEXTS)
    if not inner and draw(strategies.booleans()):
        return f"<{name}{attributes}/>"
    return f"<{name}{attributes}>{inner}</{name}{draw(strategies.sampled_from(['', ' ']))}>"


@given(strategies.lists(elements(), max_size=6), strategies.booleans())
@example(["<nama>Budi<b/>x</nama>", "<nama><b><c>y</c></b></nama>", "<keluarga><nama/></keluarga>"], True)
@example(["<nama>5 > 3</nama><!-- < -->", "<umur>8</umur>"], True)
@example(["<anggota o:template=''><umur>1</umur></anggota>", "<anggota><umur>2</umur></anggota>"], False)
def test_every_xml_reads_as_a_parser_reads_it(inside: list[str], declared: bool):
    xml = f'<data id="x" xmlns:o="urn:o">{"".join(inside)}</data>'.encode()
    assert LAYOUT.read((HEAD if declared else b"") + xml) == LAYOUT.read(PARSED + xml)


def test_what_phones_write_needs_no_parser():
    assert tokens(HEAD + b'<data id="x"><nama>Budi</nama><catatan /><meta><instanceID>1</instanceID></meta></data>')


def test_another_encoding_is_left_to_the_parser():
    xml = "<?xml version='1.0' encoding='ISO-8859-1'?><data><nama>é</nama></data>".encode("latin-1")
    assert LAYOUT.read(xml).values == {"/nama": "é"}
    assert LAYOUT.read("<data><nama>é</nama></data>".encode("utf-16")).values == {"/nama": "é"}
