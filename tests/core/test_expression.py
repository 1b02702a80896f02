"""What an admin writes into the SOP workbook: read, refused with the place of the mistake, evaluated, explained."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.expression import (
    Binary,
    Call,
    Child,
    Expression,
    ExpressionError,
    Filter,
    Literal,
    Name,
    Negate,
    Node,
    atoms,
    boolean,
    evaluate,
    number,
    parse,
    parts,
    string,
    unparse,
)
from forms.expression.compiler import FUEL
from forms.expression.signatures import SIGNATURES
from forms.values import Value
from server.locale import LANGUAGES, catalogue, say

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=7)))


def value(text: str, **answers: Value) -> Value:
    return evaluate(parse(text), lambda name: answers.get(name.field, ""), today=TODAY, now=NOW)


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("", "empty", 1),
        ("   ", "empty", 1),
        ("${usia} <", "expected_value_before_end", 10),
        ("${usia} < )", "expected_value", 11),
        ("(${usia} < 12", "expected_before_end", 14),
        ("(${usia} < 12]", "expected", 14),
        ("usia < 12", "bare_name", 1),
        ("${usia} = ‘12’", "curly_quote", 11),
        ("${a} = 'ya", "open_quote", 8),
        ("${a = 1", "open_reference", 1),
        ("${a b} = 1", "bad_reference", 1),
        ("${a} ${b}", "expected_operator", 6),
        ("${a} = 'ya' 'tidak'", "expected_operator", 13),
        ("${a} ; 1", "unexpected", 6),
        ("seleced(${a}, 'b')", "unknown_function_near", 1),
        ("hitungsemua(${a})", "unknown_function", 1),
        ("__import__('os')", "unknown_function", 1),
        ("if(${a}, 1)", "arity", 1),
        ("selected(${a})", "arity", 1),
        ("indexed-repeat(1, ${r}, 1)", "not_a_reference", 1),
        ("indexed-repeat(${a}, ${r}, 1, ${s})", "arity", 1),
        ("sum(${a} + 1)", "not_a_reference", 1),
        ("${r}/", "expected_name_before_end", 6),
        ("../a", "parent_path", 1),
        ("random() > 0.5", "not_in_sop", 1),
        ("uuid()", "not_in_sop", 1),
        (". > 0", "expected_value", 1),
        ("regex(${a}, '(?=x)')", "bad_pattern", 13),
        ("format-date(${a}, '%Q')", "date_format", 19),
        ("(" * 61 + "1" + ")" * 61, "too_deep", 62),
        ("-" * 61 + "1", "too_deep", 62),
        ("1 or 1 and 1 = 1 < 1 + (" * 40 + "1" + ")" * 40, "too_deep", None),
        ("1" * 4001, "too_long", None),
    ],
)
def test_a_mistake_is_refused_with_its_place(text: str, code: str, column: int | None) -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse(text, sop=True)
    assert refusal.value.code == code
    if column is not None:
        assert refusal.value.column == column
    for language in LANGUAGES:
        assert say(language, f"expression.{code}", column=column or 1, **refusal.value.args_)


def test_every_sentence_about_expressions_exists_in_both_languages() -> None:
    keys = [{key for key in catalogue(language) if key.startswith("expression.")} for language in LANGUAGES]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 25


def test_the_nearest_function_is_offered() -> None:
    with pytest.raises(ExpressionError) as refusal:
        parse("seleced(${a}, 'b')")
    assert refusal.value.args_["nearest"] == "selected"


def test_names_are_listed_once_with_their_form() -> None:
    expression = parse("${konferensi_kasus#berat_tindakan} = 'berat' and ${usia} >= 12 and ${usia} < 18")
    assert expression.names == (Name("berat_tindakan", "konferensi_kasus"), Name("usia"))


def test_the_choice_label_names_its_field() -> None:
    assert parse("jr:choice-name(${hasil}, '${hasil}')").names == (Name("hasil"),)


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("${usia} < 12", {"usia": 11}, True),
        ("${usia} < 12", {"usia": 12}, False),
        ("${usia} < 12 or ${usia} >= 12", {"usia": ""}, False),
        ("not(${usia} >= 12)", {"usia": ""}, True),
        ("${x} != 'ya'", {}, True),
        ("${x} = ''", {"x": None}, True),
        ("if('false', 1, 2)", {}, 1.0),
        ("string(${nik})", {"nik": "3575019001139001"}, "3575019001139001"),
        ("${tgl} < today()", {"tgl": date(2026, 11, 20)}, True),
        ("today() - ${tgl}", {"tgl": date(2026, 11, 14)}, 7.0),
        ("format-date(today(), '%e %b %Y')", {}, "21 Nov 2026"),
        ("format-date(date('2026-08-17'), '%a %e %b')", {}, "Sen 17 Agu"),
        ("string(${saat})", {"saat": datetime(2026, 11, 20, 18, 0, tzinfo=UTC)}, "2026-11-21"),
        ("count(${anggota}[jk = 'p'])", {"anggota": [{"jk": "p"}, {"jk": "l"}]}, 1.0),
        ("sum(${anggota}/umur)", {"anggota": [{"umur": 3}, {"umur": ""}, {}]}, 3.0),
        ("count(${anggota})", {"anggota": []}, 0.0),
        ("${anggota}[2]/umur", {"anggota": [{"umur": 3}, {"umur": 9}]}, 9.0),
        ("count(${a}/b[c > 1])", {"a": [{"b": [{"c": 1}, {"c": 2}]}, {"b": [{"c": 3}]}]}, 2.0),
        ("indexed-repeat(${c}, ${a}, 2, ${b}, 1)", {"a": [{"b": []}, {"b": [{"c": 7}]}]}, 7.0),
        ("count(${anggota}[. = 1])", {"anggota": [1, 2, 1]}, 2.0),
        ("pulldata('w', 'nama', 'kode', '1')", {}, ""),
        ("jr:choice-name(${x}, '${x}')", {"x": "berat"}, "berat"),
    ],
)
def test_answers_are_judged_as_on_the_phone(text: str, answers: dict[str, Value], expected: Value) -> None:
    assert value(text, **answers) == expected


AGE = (
    "int(format-date(${d},'%Y')) - int(format-date(${lahir},'%Y'))"
    " - if(number(format-date(${d},'%m%d')) < number(format-date(${lahir},'%m%d')), 1, 0)"
)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2014, 11, 21), date(2026, 11, 20), 11),
        (date(2014, 11, 21), date(2026, 11, 21), 12),
        (date(2014, 11, 21), date(2026, 11, 22), 12),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_a_child_turns_twelve_on_the_birthday_itself(born: date, day: date, age: int) -> None:
    assert value(AGE, d=day, lahir=born) == age


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("${anggota}/umur > 3", "repeated"),
        ("selected(${usia}, 'a')", "not_text"),
        ("date(${nama})", "not_a_date"),
        ("date(${besar})", "date_range"),
        ("regex('a', ${pola})", "bad_pattern"),
        ("format-date(${tgl}, ${pola})", "date_format"),
        ("distance(${nama})", "not_a_place"),
        ("random()", "not_in_sop"),
    ],
)
def test_an_answer_that_does_not_fit_is_reported_not_guessed(text: str, code: str) -> None:
    rows: Value = [{"umur": 1}, {"umur": 2}]
    with pytest.raises(ExpressionError) as refusal:
        value(text, anggota=rows, usia=3, nama="Siti", besar=1e12, pola="(?=%Q)", tgl=TODAY)
    assert refusal.value.code == code


def test_a_hostile_pattern_is_answered_at_once() -> None:
    assert value("regex(${x}, '(a+)+$')", x="a" * 4000 + "b") is False


def test_a_formula_over_too_many_rows_stops() -> None:
    many: Value = [{"r": 1}] * 1000
    with pytest.raises(ExpressionError) as refusal:
        value("count(${a}[count(${a}[r = 1]) > 0])", a=many)
    assert refusal.value.code == "out_of_fuel"
    assert refusal.value.args_["limit"] == FUEL


def test_a_long_chain_needs_no_deep_stack() -> None:
    assert value("1" + "+1" * 1999) == 2000
    assert value(" or ".join(["${x} = 'tidak'"] * 200), x="ya") is False
    assert unparse(parse("1" + "+1" * 1999).tree).count("+") == 1999


def test_the_conditions_of_a_rule_are_explained() -> None:
    rule = parse("${usia} >= 12 and not(${berat} = 'berat') or selected(${layanan}, 'rumah') and ${darurat}")
    answers: dict[str, Value] = {"usia": 11, "berat": "berat", "layanan": "rumah sekolah", "darurat": ""}
    explained = parts(rule, lambda name: answers[name.field], today=TODAY, now=NOW)
    assert [(part.text, part.value, part.holds) for part in explained] == [
        ("${usia} >= 12", "11", False),
        ("${berat} = 'berat'", "berat", True),
        ("selected(${layanan}, 'rumah')", "rumah sekolah", True),
        ("${darurat}", "", False),
    ]
    assert len(atoms(rule.tree)) == 4


def test_values_turn_into_text_number_and_truth() -> None:
    assert [string(item) for item in (3.0, 3.5, 3e9, True, date(2026, 1, 2), None)] == [
        "3",
        "3.5",
        "3.0E9",
        "true",
        "2026-01-02",
        "",
    ]
    assert [number(item) for item in ("12,5", True, date(1970, 1, 11))] == [12.5, 1.0, 10.0]
    assert [boolean(item) for item in ("false", "", 0, 1e-13, TODAY)] == [True, False, False, False, True]


_NAMES = st.from_regex(r"\A[a-z_][a-z0-9_]{0,8}\Z").filter(lambda name: name not in ("and", "or", "div", "mod"))
_LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Literal, st.floats(min_value=0, allow_nan=False, allow_infinity=False)),
    st.builds(Literal, st.text(alphabet=st.characters(exclude_characters="'", exclude_categories=["Cs"]), max_size=8)),
    st.builds(Name, _NAMES, st.none() | _NAMES),
)


def _grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    operators = st.sampled_from(["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"])
    paths = st.builds(Child, st.builds(Name, _NAMES), _NAMES)
    return st.one_of(
        st.builds(Binary, operators, inner, inner),
        st.builds(Negate, inner),
        st.builds(Filter, paths, inner),
        st.builds(lambda one: Call("not", (one,)), inner),
        st.builds(lambda one, two: Call("concat", (one, two)), inner, inner),
    )


@settings(deadline=None)
@given(st.recursive(_LEAVES, _grow, max_leaves=12))
def test_what_is_written_out_reads_back_the_same(tree: Node) -> None:
    assert parse(unparse(tree)).tree == tree


@settings(deadline=None)
@given(st.text(alphabet="${}()[]'\"<>=+-*/.,# ab1or", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = parse(text)
    except ExpressionError as refusal:
        read = None
        code = refusal.code
    assert isinstance(read, Expression) or f"expression.{code}" in catalogue("id")


def test_every_function_can_be_called() -> None:
    for name, (fewest, _) in SIGNATURES.items():
        argument = "'${a}'" if name == "jr:choice-name" else "${a}"
        assert parse(f"{name}({', '.join([argument] * fewest)})").tree
