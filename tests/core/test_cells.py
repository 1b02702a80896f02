"""Boxes say of a rule exactly what the evaluator says, answer by answer."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.expression import Expression, Name, boolean, evaluate, parse
from forms.values import Value
from server.sop.cells import Box, Info, Table, joined, meet, minus, product
from server.sop.check import where

INFOS = {
    "usia": Info("integer"),
    "berat": Info("choice", ("ringan", "berat")),
    "hasil": Info("choice", ("ya", "tidak", "batal"), required=True),
    "skor": Info("decimal"),
    "catatan": Info("text"),
}
VALUES: dict[str, list[Value]] = {
    "usia": ["", 0, 11, 12, 13, 17, 18, 40],
    "berat": ["", "ringan", "berat"],
    "hasil": ["ya", "tidak", "batal"],
    "skor": ["", 0.0, 0.5, 11.5, 12.0, 12.25, 99.0],
    "catatan": ["", "a", "b", "lain"],
}
ATOMS = st.one_of(
    st.builds(
        "${{usia}} {} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), st.sampled_from([0, 12, 13, 18])
    ),
    st.builds("{} {} ${{usia}}".format, st.sampled_from([12, 17]), st.sampled_from(["<", ">="])),
    st.builds("${{skor}} {} {}".format, st.sampled_from(["<", ">=", "="]), st.sampled_from([0, 0.5, 12])),
    st.builds(
        "${{berat}} {} '{}'".format, st.sampled_from(["=", "!="]), st.sampled_from(["ringan", "berat", "", "beratt"])
    ),
    st.builds("selected(${{hasil}}, '{}')".format, st.sampled_from(["ya", "batal"])),
    st.builds("${{catatan}} {} '{}'".format, st.sampled_from(["=", "!="]), st.sampled_from(["a", "b", ""])),
    st.sampled_from(
        ["${berat}", "${catatan}", "true()", "${usia} - ${skor} > 3", "${usia} > ${skor}", "contains(${catatan}, 'a')"]
    ),
)
RULES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not({})".format, inner),
    ),
    max_leaves=6,
).map(parse)
CASES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})
TODAY, NOW = date(2026, 11, 2), datetime(2026, 11, 2, tzinfo=UTC)


def table(*rules: Expression) -> Table:
    return Table(rules, lambda name: INFOS.get(name.field))


def holds(rule: Expression, case: dict[str, Value]) -> bool:
    return boolean(evaluate(rule, lambda name: case[name.field], today=TODAY, now=NOW))


def inside(grid: Table, case: dict[str, Value], boxes: list[Box]) -> bool:
    place = grid.locate(lambda name: case[name.field], TODAY, NOW)
    assert None not in place, "every answer has a cell"
    point = tuple(1 << (at or 0) for at in place)
    return any(meet(point, box) is not None for box in boxes)


@settings(max_examples=300, deadline=None)
@given(RULES, CASES)
def test_a_rule_holds_where_its_boxes_are(rule: Expression, case: dict[str, Value]) -> None:
    grid = table(rule)
    assert inside(grid, case, grid.boxes(rule)) == holds(rule, case)


@settings(max_examples=200, deadline=None)
@given(RULES, RULES, CASES)
def test_gaps_and_overlaps_are_where_no_rule_or_both_hold(
    first: Expression, second: Expression, case: dict[str, Value]
) -> None:
    grid = table(first, second)
    boxes = [grid.boxes(first), grid.boxes(second)]
    gap = minus(grid.full, [*boxes[0], *boxes[1]])
    assert inside(grid, case, gap) == (not holds(first, case) and not holds(second, case))
    assert inside(grid, case, product(*boxes)) == (holds(first, case) and holds(second, case))
    for i, box in enumerate(gap):
        assert all(meet(box, other) is None for other in gap[:i]), "gaps are told apart"
        assert where(grid, box) or not box
    assert inside(grid, case, joined(gap)) == inside(grid, case, gap), "fewer boxes say the same"


def test_cells_are_shown_as_people_write_them() -> None:
    grid = table(parse("${usia} < 12 or ${usia} = 15 or ${skor} <= 0.5 or ${berat} = 'ringan' or ${catatan} = 'a'"))
    shown = {domain.subject: [domain.show(1 << i) for i in range(len(domain.cells))] for domain in grid.domains}
    assert shown == {
        "${usia}": ["≤ 11", "12", "13–14", "15", "≥ 16", "∅"],
        "${skor}": ["< 0.5", "0.5", "> 0.5", "∅"],
        "${berat}": ["ringan", "berat", "∅"],
        "${catatan}": ["a", "…", "∅"],
    }
    usia = grid.domains[0]
    assert usia.show(0b000111) == "≤ 14"
    assert usia.show(0b011101) == "≤ 11, ≥ 13"
    assert grid.domains[1].show(0b0110) == "≥ 0.5"


def test_a_bounded_number_has_no_cells_outside() -> None:
    rule = parse("${usia} >= 12")
    grid = Table([rule], lambda name: Info("integer", required=True, low=0, high=17) if name == Name("usia") else None)
    assert [grid.domains[0].show(1 << i) for i in range(len(grid.domains[0].cells))] == ["0–11", "12", "13–17"]
