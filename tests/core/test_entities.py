"""Entities: what a submission asks for, and the list a phone downloads."""

import csv as csv_format
import io

import pytest
from hypothesis import given, strategies
from pyxform.xls2xform import convert

from forms import schema, submission
from forms.entities import EntityAct, csv, normal_id, truthy, version_number

FOLLOW_UP = """
| settings |
| | form_id | version | form_title |
| | abh_tes | 1 | Tes |
| survey |
| | type | name | label | save_to |
| | select_one_from_file kasus_abh.csv | kasus_id | Kasus | |
| | text | hasil | Hasil | kasus_abh#hasil |
| | begin_group | g | Grup | |
| | text | catatan | Catatan | kasus_abh#catatan |
| | end_group | | | |
| | begin_repeat | anggota | Anggota | |
| | text | nama | Nama | anggota#nama |
| | select_multiple jk | jk | Jenis kelamin | anggota#jk |
| | end_repeat | | | |
| choices |
| | list_name | name | label |
| | jk | l | L |
| | jk | p | P |
| entities |
| | list_name | label | entity_id | create_if |
| | kasus_abh | | ${kasus_id} | |
| | anggota | ${nama} | | ${nama} != '' |
"""


@pytest.fixture(scope="module")
def form() -> schema.Schema:
    return schema.read(convert(FOLLOW_UP, file_type=".md", form_name="data").xform)


def acts(form: schema.Schema, answers: str, attributes: str, rows: str = "") -> tuple[EntityAct, ...]:
    block = f'<entity dataset="kasus_abh" {attributes}/>' if attributes else ""
    return submission.read(
        f'<data id="abh_tes" version="1">{answers}{rows}'
        f"<meta>{block}<instanceID>uuid:1</instanceID></meta></data>".encode(),
        form,
    ).entities


UPDATE = 'id="uuid:AB12" update="1" baseVersion="3" trunkVersion="2" branchId="b"'


def test_a_follow_up_updates_the_chosen_case_with_what_it_asks(form):
    (act,) = acts(form, "<hasil>baik</hasil><g><catatan>x</catatan></g>", UPDATE)
    assert act == EntityAct(
        list="kasus_abh",
        id="ab12",
        create=False,
        update=True,
        label=None,
        base_version=3,
        trunk_version=2,
        branch_id="b",
        data={"hasil": "baik", "catatan": "x"},
    )


def test_a_hidden_question_leaves_its_property_alone_and_a_blank_one_clears_it(form):
    (act,) = acts(form, "<hasil/>", UPDATE)
    assert act.data == {"hasil": ""}


def test_a_first_offline_update_has_no_trunk_and_no_branch(form):
    (act,) = acts(form, "", 'id="a" update="1" baseVersion="" trunkVersion="" branchId=""')
    assert (act.base_version, act.trunk_version, act.branch_id) == (None, None, None)


@pytest.mark.parametrize(("text", "on"), [("1", True), ("true", True), ("0", False), ("", False), ("yes", False)])
def test_only_1_and_true_switch_an_action_on(form, text, on):
    (act,) = acts(form, "", f'id="a" update="{text}"')
    assert act.update is on
    assert truthy(text) is on


def test_an_action_the_form_does_not_declare_is_not_taken(form):
    (act,) = acts(form, "", 'id="a" create="1"')
    assert not act.create
    assert not act.update


def test_an_entity_of_a_list_the_form_does_not_declare_is_reported_as_unknown(form):
    found = submission.read(
        b'<data id="abh_tes"><meta><entity dataset="kasus_lain" id="a" update="1"/>'
        b"<instanceID>u</instanceID></meta></data>",
        form,
    )
    assert found.entities == ()
    assert found.unknown == (("/meta/entity", "kasus_lain"),)


def test_each_row_of_a_repeat_has_its_own_entity_with_its_own_answers(form):
    rows = "".join(
        f'<anggota><nama>{name}</nama><jk>l p</jk><meta><entity dataset="anggota" id="{name}" create="{create}">'
        f"<label>Anak {name}</label></entity></meta></anggota>"
        for name, create in (("a", "1"), ("b", "0"))
    )
    first, second = acts(form, "", "", rows)
    assert (first.container, first.rows, first.label, first.create) == ("/anggota", (0,), "Anak a", True)
    assert first.data == {"nama": "a", "jk": "l p"}
    assert (second.rows, second.create, second.data["nama"]) == ((1,), False, "b")


@pytest.mark.parametrize(
    ("sent", "kept"), [("uuid:ABC", "abc"), (" 1B ", "1b"), ("", ""), (None, ""), ("UUID:ABC", "abc")]
)
def test_ids_are_compared_without_prefix_and_case(sent, kept):
    assert normal_id(sent) == kept


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), (" 3 ", 3), ("", None), (None, None), ("x", None), ("-1", None)]
)
def test_a_version_that_is_no_number_counts_as_absent(text, number):
    assert version_number(text) == number


@pytest.mark.parametrize(
    ("entity_id", "valid"),
    [("7e1c5d1e-5c1a-4b7a-9a77-0a6f3d1c2b3a", True), ("7e1c5d1e-5c1a-1b7a-9a77-0a6f3d1c2b3a", False), ("", False)],
)
def test_only_a_uuid_of_version_4_is_kept_offline(form, entity_id, valid):
    (act,) = acts(form, "", f'id="{entity_id}" update="1"')
    assert act.has_valid_id is valid


class TestTheListAPhoneDownloads:
    def test_each_case_is_a_row_with_its_version_and_properties(self):
        text = csv([("a", "ABH-1 ANAK X", 3, {"langkah": "s02 s03", "lain": "-"})], ["langkah", "petugas"])
        assert text == "name,label,__version,langkah,petugas\na,ABH-1 ANAK X,3,s02 s03,\n"

    def test_commas_quotes_and_line_ends_stay_inside_their_cell(self):
        label = 'Anak "X", laki-laki\nKel. Cigadung'
        text = csv([("a", label, 1, {"c": "1;2"})], ["c"])
        assert list(csv_format.reader(io.StringIO(text)))[1] == ["a", label, "1", "1;2"]

    def test_a_blank_label_becomes_the_id_because_one_bad_row_stops_the_whole_list(self):
        assert "a,a,1\n" in csv([("a", "", 1, {})], [])

    def test_letters_a_phone_chokes_on_are_left_out(self):
        assert csv([("a", "A\x00B\x07", 1, {})], []).endswith("a,AB,1\n")

    @pytest.mark.parametrize(("entity_id", "version"), [("", 1), ("a", 0)])
    def test_a_row_without_id_or_version_is_never_served(self, entity_id, version):
        with pytest.raises(ValueError, match="needs an id"):
            csv([(entity_id, "x", version, {})], [])

    def test_an_empty_list_still_has_its_header(self):
        assert csv([], ["langkah"]) == "name,label,__version,langkah\n"


@given(strategies.text(strategies.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_label_survives_the_way_to_the_phone(label):
    rows = list(csv_format.reader(io.StringIO(csv([("a", label, 1, {"p": label})], ["p"]), newline="")))
    assert rows[1] == ["a", label, "1", label]
