"""An admin looks at two versions of a form: what changed, in which cells, and what old answers would not survive."""

from forms import workbook, xlsform
from forms.compare import Change, Version, compare
from tests import corpus
from tests.books import from_rows
from tests.corpus import sheets

BEFORE = """
[settings]
form_id | version | form_title | default_language
kunjungan | 1 | Kunjungan | Indonesian (id)
[choices]
list_name | name | label::Indonesian (id) | label::English (en) | kab
jk | l | Laki-laki | Male |
jk | p | Perempuan | Female |
kec | gading | Gadingrejo | Gadingrejo | psr
[survey]
type|name|label::Indonesian (id)|label::English (en)|hint::Indonesian (id)|relevant|constraint|calculation|choice_filter
text | nama | Nama | Name | | | | |
integer | umur | Umur | Age | | | . < 100 | |
select_one jk | jk | Jenis kelamin | Sex | | | | |
begin group | rumah | Rumah | Home | | | | |
text | alamat | Alamat | Address | Jalan dan nomor | | | |
text | rt | RT | RT | | | | |
select_one kec | kec | Kecamatan | District | | | | | kab = 'psr'
end group | | | | | | | |
begin repeat | anak | Anak | Children | | ${umur} > 15 | | |
text | nama_anak | Nama anak | Name of child | | | | |
end repeat | | | | | | | |
calculate | dewasa | | | | | | ${umur} >= 18 |
"""


def book(text: str) -> Version:
    data = from_rows(sheets(text))
    converted = xlsform.convert(data, "kunjungan.xlsx")
    assert converted.xform, converted.findings
    return Version(converted.xform, workbook.read(data))


OLD = book(BEFORE)


def changed(*replacements: tuple[str, str]) -> tuple[Change, ...]:
    text = BEFORE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return compare(OLD, book(text))


def one(*replacements: tuple[str, str]) -> Change:
    (change,) = changed(*replacements)
    return change


def test_a_form_is_the_same_as_itself() -> None:
    assert compare(OLD, OLD) == ()
    for form_id in corpus.FORM_IDS:
        made = Version(str(xlsform.convert(corpus.workbook(form_id)).xform))
        assert compare(made, made) == (), form_id


def test_another_version_string_alone_changes_nothing() -> None:
    assert changed(("kunjungan | 1 |", "kunjungan | 2 |")) == ()


def test_a_new_question_and_one_taken_out() -> None:
    added = one(("text | rt |", "text | patokan | Patokan | Landmark | | | | |\ntext | rt |"))
    assert (added.subject, added.act, added.path, added.new) == ("question", "added", "/rumah/patokan", "string")
    assert added.place is not None
    assert added.place.address == "survey!B7"
    gone = one(("text | rt | RT | RT | | | | |\n", ""))
    assert (gone.act, gone.path, gone.place) == ("removed", "/rumah/rt", None)
    assert gone.old_place is not None
    assert gone.old_place.address == "survey!B7"
    assert not gone.breaking


def test_a_question_under_another_name_is_renamed_when_it_asks_the_same() -> None:
    renamed = one(("text | nama |", "text | nama_lengkap |"))
    assert (renamed.act, renamed.old, renamed.new, renamed.path) == ("renamed", "nama", "nama_lengkap", "/nama_lengkap")
    by_name = changed(("text | rt | RT | RT", "text | patokan | Patokan | Landmark"))
    assert [change.act for change in by_name] == ["added", "removed"]
    alike = changed(("text | nama_anak | Nama anak", "text | nama_anak2 | Nama si anak"))
    assert [(change.subject, change.act) for change in alike] == [("question", "renamed"), ("text", "changed")]


def test_a_question_moved_to_another_group_and_within_its_own() -> None:
    row = "text | nama | Nama | Name | | | | |\n"
    into = one((row, ""), ("text | alamat", f"{row}text | alamat"))
    assert (into.act, into.what, into.old, into.new) == ("moved", "group", "", "/rumah")
    within = one((row, ""), ("begin group | rumah", f"{row}begin group | rumah"))
    assert (within.act, within.what, within.name) == ("moved", "order", "nama")


def test_a_renamed_group_keeps_its_questions() -> None:
    renamed = one(("begin group | rumah |", "begin group | tempat_tinggal |"))
    assert (renamed.act, renamed.old, renamed.new) == ("renamed", "rumah", "tempat_tinggal")


def test_rules_with_both_cells() -> None:
    rule = one((". < 100", ". < 120"))
    assert (rule.subject, rule.act, rule.what, rule.old, rule.new) == (
        "logic",
        "changed",
        "constraint",
        ". < 100",
        ". < 120",
    )
    assert rule.place is not None
    assert rule.old_place is not None
    assert rule.place.address == rule.old_place.address == "survey!G3"
    assert one(("${umur} > 15", "${umur} > 16")).what == "relevant"
    assert one(("${umur} >= 18", "${umur} >= 17")).what == "calculation"
    filtered = one(("| kab = 'psr'", "| kab = 'mlg'"))
    assert (filtered.what, filtered.old) == ("choice_filter", "kab = 'psr'")
    assert one(("| kab = 'psr'", "| ")).act == "removed"


def test_texts_by_language() -> None:
    label = one(("| Age |", "| Age in years |"))
    assert (label.subject, label.what, label.language, label.new) == ("text", "label", "English (en)", "Age in years")
    assert label.place is not None
    assert label.place.address == "survey!D3"
    hint = one(("Jalan dan nomor", "Jalan, nomor, patokan"))
    assert (hint.what, hint.language) == ("hint", "Indonesian (id)")


def test_a_language_is_one_change_and_not_one_for_each_text() -> None:
    changes = changed(("English (en)", "Javanese (jv)"))
    assert [(item.subject, item.act, item.name) for item in changes] == [
        ("form", "added", "Javanese (jv)"),
        ("form", "removed", "English (en)"),
    ]


def test_choices_by_list() -> None:
    added = one(("kec | gading", "jk | x | Lainnya | Other |\nkec | gading"))
    assert (added.subject, added.act, added.path, added.name, added.new) == ("choice", "added", "jk", "x", "Lainnya")
    assert added.place is not None
    assert added.place.address == "choices!B4"
    assert one(("jk | p | Perempuan | Female |\n", "")).act == "removed"
    text = one(("| Male |", "| Man |"))
    assert (text.act, text.what, text.language, text.old, text.new) == (
        "changed",
        "label",
        "English (en)",
        "Male",
        "Man",
    )
    column = changed(("Gadingrejo | psr", "Gadingrejo | mlg"))
    assert [(item.what, item.old, item.new) for item in column] == [("kab", "psr", "mlg")]


def test_settings_and_files() -> None:
    assert one(("| Kunjungan |", "| Kunjungan rumah |")).what == "form_title"
    file = changed(("select_one kec | kec", "select_one_from_file kecamatan.csv | kec"))
    assert ("form", "added", "kecamatan.csv") in {(item.subject, item.act, item.name) for item in file}


def test_only_a_change_to_text_leaves_old_answers_readable() -> None:
    number = one(("text | rt |", "integer | rt |"))
    assert (number.act, number.old, number.new, number.breaking) == ("retyped", "string", "int", True)
    assert number.place is not None
    assert number.place.address == "survey!A7"
    assert not next(change for change in changed(("integer | umur", "text | umur")) if change.act == "retyped").breaking
    rows = changed(("begin repeat | anak", "begin group | anak"), ("end repeat", "end group"))
    assert [(change.old, change.new) for change in rows if change.breaking] == [("repeat", "group")]


def test_a_change_crosses_to_another_process_and_back() -> None:
    change = one((". < 100", ". < 120"))
    assert Change.from_json(change.to_json()) == change
