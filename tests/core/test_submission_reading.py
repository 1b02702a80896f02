"""The answers of a submission as a tree, and places as drawings."""

from forms.schema import Field, Schema
from forms.submission import parse, read, texts_at
from reports.sketch import sketch
from server.cases.privacy import Sight
from server.queries.list_labels import plain_choices
from server.queries.submission_reading import Item, Section, read_answers

SCHEMA = Schema(
    "panti",
    "1",
    "Panti",
    (
        Field("/start", "start", "field", "dateTime", bind="dateTime"),
        Field("/end", "end", "field", "string"),
        Field("/tgl", "tgl", "field", "date", labels={"id": "Tanggal"}),
        Field("/orang", "orang", "group", "group", labels={"id": "Orang"}),
        Field("/orang/nik", "nik", "field", "string", labels={"id": "NIK"}),
        Field("/orang/umur", "umur", "field", "int", labels={"id": "Umur"}),
        Field("/orang/hobi", "hobi", "field", "string", labels={"id": "Hobi"}),
        Field("/anak", "anak", "repeat", "repeat", labels={"id": "Anak"}),
        Field("/anak/nama", "nama", "field", "string", labels={"id": "Nama"}, repeat="/anak"),
        Field(
            "/anak/jk",
            "jk",
            "field",
            "select",
            labels={"id": "JK"},
            choices=(("p", {"id": "Perempuan"}),),
            repeat="/anak",
        ),
        Field("/skor", "skor", "field", "int", calculated=True),
    ),
)
XML = b"""<data id="panti" version="1"><start>2026-03-02T09:00:00.000+07:00</start><end>kemarin</end>
<tgl>2026-03-02</tgl>
<orang><nik>3575021202050001</nik><umur>dua</umur><hobi/></orang><anak><nama>Ani</nama><jk>p</jk></anak>
<anak><nama>Budi</nama><jk/></anak><skor>7</skor><lama>apa</lama><meta><instanceID>uuid:1</instanceID></meta></data>"""


def told(sight: Sight = "close"):  # type: ignore[no-untyped-def]
    return read_answers(SCHEMA, read(XML, SCHEMA), plain_choices, sight)


def test_parts_stand_in_the_forms_order_and_blank_questions_apart() -> None:
    loose, person, children = told().sections
    assert [part.name for part in loose.parts] == ["tgl"]
    assert [(part.name, part.text) for part in person.parts] == [("nik", "3575********0001"), ("umur", "dua")]
    assert [item.name for item in person.blank] == ["hobi"]
    assert [column.name for column in children.columns] == ["nama", "jk"]
    second = children.parts[1]
    assert isinstance(second, Section)
    assert second.find("/anak/jk") is None
    first = children.parts[0]
    assert isinstance(first, Section)
    sex = first.find("/anak/jk")
    assert isinstance(sex, Item)
    assert sex.choices == ({"id": "Perempuan"},)


def test_nothing_that_was_sent_is_left_out() -> None:
    found = told()
    assert found.unknown == (("/lama", "apa"),)
    assert {item.name: item.text for item in found.calculated} == {"end": "kemarin", "skor": "7"}
    assert list(found.system) == ["start"]
    umur = found.sections[1].parts[1]
    assert isinstance(umur, Item)
    assert umur.odd


def test_what_is_hidden_is_not_in_the_tree_until_a_reason_is_given() -> None:
    assert told().hides
    assert "3575021202050001" not in repr(told())
    assert not told("whole").hides
    assert "3575021202050001" in repr(told("whole"))


def test_who_does_not_work_on_it_reads_nothing_its_form_did_not_judge() -> None:
    assert told("listed").unknown == (("/lama", "***"),)
    assert "Ani" in repr(told("listed"))
    assert "Ani" not in repr(told("figures"))


def test_a_few_answers_are_read_without_reading_all() -> None:
    root = parse(XML)
    assert texts_at(root, "/anak/nama") == ["Ani", "Budi"]
    assert texts_at(root, "/orang/hobi") == [""]
    assert texts_at(root, "/tidak/ada") == []


def test_a_plot_is_drawn_to_scale_and_measured_around() -> None:
    square = [(-7.0, 112.0), (-7.0, 112.001), (-7.001, 112.001), (-7.001, 112.0)]
    plot, way = sketch(square, closed=True), sketch(square, closed=False)
    assert round(plot.length) == 444
    assert round(way.length) == 332
    assert "<polygon" in plot.svg
    assert "<polyline" in way.svg
    assert "100 m" in plot.svg
    assert sketch([(-7.0, 112.0), (-7.0, 112.0)], closed=False).length == 0
