"""Lists beside a form: what a phone cannot open is found before it is published, and JavaRosa is the judge."""

import jpype
import pytest

from forms import media
from forms.media import Need
from forms.xlsform import convert
from tests import corpus
from tests.books import form, from_rows
from tests.corpus import sheets
from tests.phone.javarosa import Form

ROW = "| | select_one_from_file a.{} | q | Q |"
XFORMS = {ending: str(convert(form(ROW.format(ending))).xform) for ending in ("csv", "xml", "geojson")}
POINT = '"geometry":{"type":"Point","coordinates":[1,2]}'


def collection(*features: str) -> str:
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


CASES: tuple[tuple[str, str | bytes, str | None], ...] = (
    ("csv", "name,label\na,A\n", None),
    ("csv", "\ufeffname,label\na,A\n", None),
    ("csv", "name;label\na;A\n", None),
    ("csv", "name,label,\na,A,x\n", None),
    ("csv", "name,label\na\n", None),
    ("csv", "name,label\na,A,x,y\n", None),
    ("csv", "name,label\n\na,A\n\n", None),
    ("csv", 'name,label\na,A "x" B\n', None),
    ("csv", "", "empty"),
    ("csv", "name,label,label\na,A,B\n", "same_column"),
    ("csv", "name,nama\na,A\n", "missing_column"),
    ("csv", "kode,label\na,A\n", "missing_column"),
    ("csv", "Name,Label\na,A\n", "missing_column"),
    ("csv", " name , label \na,A\n", "missing_column"),
    ("csv", "name\tlabel\na\tA\n", "missing_column"),
    ("csv", '"name","label;x"\na,A\n', "quotes"),
    ("csv", 'name,label\na,"A\n', "quotes"),
    ("csv", 'name,label\na,"A" B\n', "quotes"),
    ("csv", "name,label\na,A\n".encode("utf-16"), "not_utf8"),
    ("xml", "<root><item><name>a</name><label>A</label></item></root>", None),
    ("xml", "<root/>", None),
    ("xml", "", "not_xml"),
    ("xml", "<root><item>", "not_xml"),
    ("xml", "<x><item><name>a</name><label>A</label></item></x>", "xml_root"),
    ("xml", "<root><item><name>a</name></item></root>", "missing_column"),
    ("xml", '<!DOCTYPE r [<!ENTITY a "b">]><root><item><name>&a;</name><label>A</label></item></root>', "doctype"),
    ("geojson", collection(f'{{"type":"Feature","id":"a","properties":{{"title":"A"}},{POINT}}}'), None),
    ("geojson", collection(f'{{"type":"Feature","properties":{{"id":"a","title":"A"}},{POINT}}}'), None),
    ("geojson", collection(f'{{"type":"Feature","id":7,"properties":{{"title":"A"}},{POINT}}}'), None),
    ("geojson", collection(), None),
    ("geojson", '{"type"', "not_json"),
    ("geojson", f'{{"type":"Feature","id":"a",{POINT}}}', "no_features"),
    ("geojson", collection(f'{{"type":"Feature","properties":{{"title":"A"}},{POINT}}}'), "feature_column"),
    ("geojson", collection(f'{{"type":"Feature","id":"a",{POINT}}}'), "feature_column"),
    ("geojson", collection('{"type":"Feature","id":"a","properties":{"title":"A"},"geometry":null}'), "geometry"),
    (
        "geojson",
        collection(
            '{"type":"Feature","id":"a","properties":{"title":"A"},"geometry":{"type":"MultiPoint","coordinates":[[1,2]]}}'
        ),
        "geometry",
    ),
    (
        "geojson",
        collection(f'{{"type":"Feature","id":"a","properties":{{"title":"A","x":{{"y":1}}}},{POINT}}}'),
        "nested_property",
    ),
)


def bytes_of(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


def opens(ending: str, data: bytes) -> bool:
    try:
        Form(XFORMS[ending], {f"a.{ending}": data}).open().offered("q")
    except jpype.JException:
        return False
    return True


@pytest.mark.parametrize(("ending", "content", "code"), CASES)
def test_we_say_what_javarosa_would_do(ending: str, content: str | bytes, code: str | None) -> None:
    data = bytes_of(content)
    name = f"a.{ending}"
    found = media.check(name, data, media.needs(XFORMS[ending])[name])
    errors = {finding.code for finding in found if finding.level == "error"}
    assert opens(ending, data) == (not errors)
    assert errors == ({f"media.{code}"} if code else set())


def test_what_a_phone_would_show_wrongly_is_a_warning_with_its_line() -> None:
    need = Need({"name": None, "label": None}, "name")
    found = media.check("a.csv", b"name,label\na,A\n,B\na,C\n", need)
    assert [(item.code, item.level, item.place.address if item.place else "") for item in found] == [
        ("media.blank_value", "warning", "a.csv!3"),
        ("media.same_value", "warning", "a.csv!4"),
    ]
    (empty,) = media.check("a.csv", b"name,label\n", need)
    assert (empty.code, empty.level) == ("media.no_rows", "warning")


def test_answers_with_spaces_cannot_be_taken_apart_where_several_are_chosen() -> None:
    several = Need({"name": None}, "name", several=True)
    assert [item.code for item in media.check("a.csv", b"name\na b\n", several)] == ["media.value_with_space"]
    assert media.check("a.csv", b"name\na b\n", Need({"name": None}, "name")) == ()


def test_columns_that_pulldata_and_search_name_are_needed() -> None:
    found = media.needs(str(convert(corpus.workbook("korpus_berkas")).xform))
    assert list(found["upah.csv"].columns) == ["rupiah", "kerja"]
    assert (list(found["kampung.csv"].columns), found["kampung.csv"].value) == (["kode", "sebutan"], "kode")
    searched = media.needs(str(convert(corpus.workbook("korpus_cari")).xform))
    assert set(searched["obat.csv"].columns) == {"kode", "nama"}
    assert set(searched["kampung_lama.csv"].columns) == {"kab", "name"}
    assert searched["kampung_lama.csv"].several


def test_the_files_of_the_corpus_are_without_a_fault() -> None:
    for form_id in ("korpus_berkas", "korpus_cari", "korpus_alias", "korpus_tampilan"):
        book = convert(from_rows(sheets(corpus.text_of(form_id))))
        for name, need in media.needs(str(book.xform)).items():
            assert media.check(name, corpus.media()[name], need) == (), (form_id, name)
