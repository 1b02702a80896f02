"""The field list of a form: paths, types, labels, choices, files, entities."""

import pytest
from pyxform.xls2xform import convert

from forms.schema import Schema, read

SETTINGS = "| settings |\n| | form_id | version | form_title |\n| | tes | 2 | Tes |\n"

EVERYTHING = """
| settings |
| | form_id | version | form_title | client_editable | default_language |
| | abh_tes | 2026112101 | Formulir tes | yes | Indonesia (id) |
| survey |
| | type | name | label::Indonesia (id) | label::English (en) | required | relevant | save_to | media::image |
| | start | mulai | | | | | | |
| | text | nama | Nama **anak** | Name | yes | | nama | |
| | select_one jk | jk | Jenis kelamin ${umur} | Sex | | | jk | |
| | select_multiple jk or_other | banyak | Banyak | Many | | ${jk}='l' | | x.png |
| | begin_group | rumah | Rumah | Home | | | | |
| | integer | umur | Umur | Age | | | | |
| | image | foto | Foto | Photo | | | | |
| | end_group | | | | | | | |
| | begin_repeat | orang | Orang | Person | | | | |
| | text | nama_o | Nama | Name | | | | |
| | begin_group | alamat | Alamat | Address | | | | |
| | geopoint | titik | Titik | Point | | | | |
| | begin_repeat | barang | Barang | Thing | | | | |
| | text | apa | Apa | What | | | | |
| | end_repeat | | | | | | | |
| | end_group | | | | | | | |
| | end_repeat | | | | | | | |
| | begin_group | orang_tua | Orang tua | Parents | | | | |
| | text | nama | Nama | Name | | | | |
| | end_group | | | | | | | |
| | rank jk | urut | Urut | Rank | | | | |
| | range | skala | Skala | Scale | | | | |
| | datetime | kapan | Kapan | When | | | | |
| | barcode | kode | Kode | Code | | | | |
| | select_one_from_file desa.csv | desa | Desa | Village | | | | |
| | text | meta_lain | Lain | Other | | | | |
| | audit | audit | | | | | | |
| choices |
| | list_name | name | label::Indonesia (id) | label::English (en) |
| | jk | l | Laki-laki | Male |
| | jk | p | Perempuan | Female |
| entities |
| | list_name | label |
| | kasus_abh | ${nama_o} |
"""


def schema_of(markdown: str) -> Schema:
    return read(convert(markdown, file_type=".md", form_name="data").xform)


@pytest.fixture(scope="module")
def schema() -> Schema:
    return schema_of(EVERYTHING.replace("| kasus_abh | ${nama_o} |", "| kasus_abh | ${jk} |"))


def test_the_form_says_who_it_is(schema):
    assert (schema.form_id, schema.version, schema.title) == ("abh_tes", "2026112101", "Formulir tes")
    assert schema.client_editable
    assert schema.public_key is None
    assert schema.has_instance_id
    assert schema.languages == ("Indonesia (id)", "English (en)")


def test_fields_stand_in_the_forms_order_with_their_paths_and_each_once(schema):
    paths = [item.path for item in schema.fields if not item.path.startswith("/meta")]
    assert paths[:5] == ["/mulai", "/nama", "/jk", "/banyak", "/banyak_other"]
    assert [path for path in paths if path.startswith("/orang/")] == [
        "/orang/nama_o",
        "/orang/alamat",
        "/orang/alamat/titik",
        "/orang/alamat/barang",
        "/orang/alamat/barang/apa",
    ]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    ("path", "kind", "type_", "repeat"),
    [
        ("/mulai", "field", "dateTime", None),
        ("/jk", "field", "select", None),
        ("/banyak", "field", "select_multiple", None),
        ("/rumah", "group", "group", None),
        ("/rumah/umur", "field", "int", None),
        ("/rumah/foto", "field", "binary", None),
        ("/orang", "repeat", "repeat", None),
        ("/orang/alamat/titik", "field", "geopoint", "/orang"),
        ("/orang/alamat/barang", "repeat", "repeat", "/orang"),
        ("/orang/alamat/barang/apa", "field", "string", "/orang/alamat/barang"),
        ("/orang_tua", "group", "group", None),
        ("/orang_tua/nama", "field", "string", None),
        ("/urut", "field", "rank", None),
        ("/skala", "field", "int", None),
        ("/kapan", "field", "dateTime", None),
        ("/kode", "field", "barcode", None),
        ("/desa", "field", "select", None),
        ("/meta/audit", "field", "binary", None),
    ],
)
def test_each_field_has_its_kind_type_and_nearest_repeat(schema, path, kind, type_, repeat):
    found = schema.field(path)
    assert (found.kind, found.type, found.repeat) == (kind, type_, repeat)


def test_a_group_whose_name_begins_like_a_repeats_name_is_not_in_the_repeat(schema):
    assert schema.field("/orang_tua/nama").repeat is None


def test_of_two_questions_with_one_name_the_first_is_found_by_name_and_both_by_path(schema):
    assert schema.by_name("nama").path == "/nama"
    assert schema.field("/orang_tua/nama").name == "nama"
    assert schema.by_name("tidak_ada") is None


def test_a_question_whose_name_begins_with_meta_is_a_question():
    schema = schema_of(SETTINGS + "| survey |\n| | type | name | label |\n| | text | metadata | Metadata |\n")
    assert schema.by_name("metadata").path == "/metadata"
    assert [item.name for item in schema.questions()] == ["metadata"]


def test_labels_come_in_each_language_without_markup_and_without_the_answers_shown_in_them(schema):
    assert schema.field("/nama").labels == {"Indonesia (id)": "Nama anak", "English (en)": "Name"}
    assert schema.field("/jk").label("id") == "Jenis kelamin …"
    assert schema.field("/jk").label("en") == "Sex"
    assert schema.field("/mulai").label("id") == "mulai"


def test_choices_carry_their_labels(schema):
    jk = schema.field("/jk")
    assert [name for name, _ in jk.choices] == ["l", "p", "other"]
    assert jk.choice_label("l", "en") == "Male"
    assert jk.choice_label("hilang") == "hilang"
    assert schema.field("/desa").choices == ()
    assert schema.field("/desa").choice_list == "desa"


def test_required_and_conditional_questions_are_marked(schema):
    assert schema.field("/nama").required
    assert not schema.field("/jk").required
    assert schema.field("/banyak").relevant


def test_the_files_a_form_needs_are_named(schema):
    assert {(file.name, file.kind) for file in schema.files} == {("desa.csv", "csv"), ("x.png", "image")}


def test_search_pulldata_external_and_default_images_name_files_and_last_saved_names_none():
    schema = schema_of(
        SETTINGS
        + """
| survey |
| | type | name | label | appearance | calculation | default | choice_filter |
| | select_one obat | obat | Obat | search('obat', 'contains', 'nama', 'a') | | | |
| | calculate | prov | | | pulldata('wilayah', 'nama', 'kode', '32') | | |
| | xml-external | kantor | | | | | |
| | image | logo | Logo | | | cap.png | |
| | text | dulu | Dulu | | | ${last-saved#dulu} | |
| | select_one_from_file titik.geojson | titik | Titik | | | | |
| | select_one_external desa | desa | Desa | | | | kec='1' |
| choices |
| | list_name | name | label |
| | obat | kode | nama |
| external_choices |
| | list_name | name | kec |
| | desa | a | 1 |
"""
    )
    assert {(file.name, file.kind) for file in schema.files} == {
        ("obat.csv", "csv"),
        ("wilayah.csv", "csv"),
        ("kantor.xml", "xml"),
        ("cap.png", "image"),
        ("titik.geojson", "geojson"),
        ("itemsets.csv", "itemsets"),
    }


def test_the_case_an_intake_opens_is_declared_with_the_questions_it_keeps(schema):
    (declared,) = schema.entities
    assert (declared.list, declared.path, declared.create, declared.update) == ("kasus_abh", "", True, False)
    assert declared.saves == {"/nama": "nama", "/jk": "jk"}
    assert schema.field("/meta/entity") is None


def test_an_entity_in_a_repeat_belongs_to_the_repeat_and_a_follow_up_updates():
    schema = schema_of(
        SETTINGS
        + """
| survey |
| | type | name | label | save_to |
| | select_one_from_file kasus_abh.csv | kasus_id | Kasus | |
| | text | hasil | Hasil | kasus_abh#hasil |
| | begin_repeat | anggota | Anggota | |
| | text | nama | Nama | anggota#nama |
| | end_repeat | | | |
| entities |
| | list_name | label | entity_id |
| | kasus_abh | | ${kasus_id} |
| | anggota | ${nama} | |
"""
    )
    declared = {item.list: item for item in schema.entities}
    assert declared["anggota"].path == "/anggota"
    assert declared["anggota"].create
    assert declared["anggota"].saves == {"/anggota/nama": "nama"}
    assert declared["kasus_abh"].update
    assert not declared["kasus_abh"].create
    assert declared["kasus_abh"].saves == {"/hasil": "hasil"}
    assert schema.field("/anggota/meta") is None


def test_rows_made_at_publish_are_nobodys_questions():
    schema = schema_of(
        SETTINGS
        + "| survey |\n| | type | name | label | calculation |\n"
        + "| | text | a | A | |\n| | calculate | alur_langkah | | 's02' |\n"
    )
    assert [item.name for item in schema.questions()] == ["a"]
    assert schema.reserved == {"/alur_langkah"}


def test_an_old_form_with_prefixed_meta_relative_binds_and_inline_choices_is_read_too():
    schema = read(
        """<h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns="http://www.w3.org/2002/xforms"
        xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title> Lama </h:title>
        <model><instance><kunjungan id=" lama " orx:version="1"><a/><g><b/></g><orx:meta><orx:instanceID/></orx:meta>
        </kunjungan></instance><bind nodeset="a" type="xsd:int"/><bind nodeset="/kunjungan/g/b" type="select1"/>
        <bind nodeset="orx:meta/orx:instanceID" jr:preload="uid"/></model></h:head>
        <h:body><input ref="a"><label>Umur</label></input>
        <select1 ref="/kunjungan/g/b"><label>Jenis</label><item><label>Satu</label><value>1</value></item></select1>
        </h:body></h:html>"""
    )
    assert (schema.form_id, schema.version, schema.title) == ("lama", "1", "Lama")
    assert schema.field("/a").type == "int"
    assert schema.field("/g/b").type == "select"
    assert schema.field("/g/b").choices == (("1", {"default": "Satu"}),)
    assert schema.has_instance_id


@pytest.mark.parametrize("text", ["", "<a/>", "<html><head><model/></head></html>", "bukan xml"])
def test_what_is_no_xform_is_refused(text):
    with pytest.raises(ValueError, match="not an XForm"):
        read(text)


def test_settings_that_travel_with_the_form_are_read():
    schema = schema_of(
        "| settings |\n| | form_id | version | form_title | public_key | auto_send | submission_url |\n"
        "| | tes | 2 | Tes | MIIB | true | http://lain.example |\n"
        "| survey |\n| | type | name | label |\n| | text | a | A |\n"
    )
    assert schema.public_key == "MIIB"
    assert (schema.submission.auto_send, schema.submission.auto_delete) == ("true", None)
    assert (schema.submission.action, schema.submission.method) == ("http://lain.example", "post")
    assert not schema.client_editable


def test_a_schema_survives_being_kept_as_json(schema):
    assert Schema.from_json(schema.to_json()) == schema


@pytest.mark.parametrize(
    ("given", "has"),
    [
        ('<bind nodeset="/data/meta/instanceID" jr:preload="uid" type="string"/>', True),
        ('<bind nodeset="/data/meta/instanceID" calculate="uuid()" type="string"/>', True),
        ('<setvalue event="odk-instance-first-load" ref="/data/meta/instanceID" value="uuid()"/>', True),
        ('<bind nodeset="/data/orx:meta/orx:instanceID" calculate="uuid()" type="string"/>', False),
        ('<bind nodeset="/data/meta/instanceID" preload="uid" type="string"/>', False),
        ('<bind nodeset="/data/meta/instanceID" type="string"/>', False),
        ("", False),
    ],
)
def test_an_instance_id_that_nobody_fills_is_none(given: str, has: bool) -> None:
    made = read(
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
        ' xmlns:jr="http://openrosa.org/javarosa"><h:head><model><instance><data id="lama"><nama/>'
        f"<meta><instanceID/></meta></data></instance>{given}</model></h:head></h:html>"
    )
    assert made.has_instance_id is has
