"""What an edit changed, told answer by answer."""

from forms.differences import Difference, differences


def told(old: str, new: str, repeats: tuple[str, ...] = ()) -> list[Difference]:
    frame = '<data id="f" version="1">{}<meta><instanceID>uuid:{}</instanceID></meta></data>'
    found = differences(frame.format(old, 1).encode(), frame.format(new, 2).encode(), repeats)
    found.remove(Difference(("meta", "instanceID"), "uuid:1", "uuid:2"))
    return found


def test_only_what_changed_is_told_with_its_place_and_exact_text() -> None:
    found = told("<nama>Ani</nama><g><usia>7</usia><jk>P</jk></g>", "<nama>Ani </nama><g><usia>8</usia><jk>P</jk></g>")
    assert found == [Difference(("nama",), "Ani", "Ani "), Difference(("g", "usia"), "7", "8")]
    assert [one.field for one in found] == ["/nama", "/g/usia"]


def test_an_emptied_answer_is_not_an_absent_one() -> None:
    assert told("<a>1</a><b>2</b>", "<a/>") == [Difference(("a",), "1", ""), Difference(("b",), "2", None)]
    assert told("<a/>", "<a/><b/>") == [Difference(("b",), None, "")]


def test_rows_are_counted_from_zero_and_a_new_one_is_told_whole() -> None:
    one = "<anak><nama>A</nama></anak>"
    found = told(one, one.replace("A", "B") + "<anak><nama>C</nama><usia>3</usia></anak>")
    assert found == [
        Difference((("anak", 0), "nama"), "A", "B"),
        Difference((("anak", 1),), None, {"nama": "C", "usia": "3"}),
    ]


def test_a_single_row_is_counted_where_the_form_repeats() -> None:
    found = told("<anak><nama>A</nama></anak>", "<anak><nama>B</nama></anak>", ("/anak",))
    assert found == [Difference((("anak", 0), "nama"), "A", "B")]
    assert found[0].field == "/anak/nama"


def test_rows_inside_rows_of_a_removed_one_are_told_as_a_list() -> None:
    kept = "<rt><jiwa>1</jiwa></rt>"
    gone = "<rt><jiwa>2</jiwa><jiwa>3</jiwa></rt>"
    assert told(kept + gone, kept) == [Difference((("rt", 1),), {"jiwa": ["2", "3"]}, None)]


def test_spacing_between_elements_namespaces_and_comments_change_nothing() -> None:
    assert told("<g><a>1</a></g>", '\n  <g xmlns:o="urn:o">\n <!-- x --> <o:a>1</o:a>\n</g>\n') == []


def test_a_question_that_became_a_group_is_told_as_both() -> None:
    assert told("<a>1</a>", "<a><b>2</b></a>") == [Difference(("a",), "1", {"b": "2"})]
