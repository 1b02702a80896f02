"""The rows the checker proposes for `tests`: what an admin reads who cannot read rules."""

from collections.abc import Iterable

from server.sop.proposals import Proposed, proposals
from server.sop.trials import run_tests
from tests.core.damaged_books import abh, form, lansia
from tests.core.sop_books import WIB, read_sheets, small_sop
from tests.core.sop_books import abh as abh_sop
from tests.core.test_check_sop import published_forms

STEPS = """
name | kind | form | role
s01 | form | lapor | peksos
s02 | form | asesmen | peksos
s03 | form | ringankan | peksos
s04 | form | beratkan | peksos
"""
ROUTES = """
name | from | when | to | close_reason
r1 | s01 | ${sasaran} = 'ya' | s02 |
r2 | s01 | ${sasaran} = 'tidak' | close | bukan_sasaran
r3 | s02 | ${usia} < 12 or ${berat} = 'ringan' | s03 |
r4 | s02 | ${usia} >= 12 and ${berat} = 'berat' | s04 |
r5 | s03 | | close | selesai
r6 | s04 | | close | selesai
"""
ASKED = {
    "lapor": form("lapor", ("sasaran", "select", ("ya", "tidak")), ("usia", "int", ())),
    "asesmen": form("asesmen", ("berat", "select", ("ringan", "berat"))),
    "ringankan": form("ringankan"),
    "beratkan": form("beratkan"),
}


def last_rows(rows: Iterable[Proposed]) -> list[tuple[str, str | None, str, tuple[str, ...] | None]]:
    """Of each case the age, the weight and what opens."""
    cases: dict[str, list[Proposed]] = {}
    for row in rows:
        cases.setdefault(row.case, []).append(row)
    found = []
    for case, mine in cases.items():
        answers = {name: value for row in mine for name, value in row.answers.items()}
        if case.startswith("usul_s02"):
            found.append((answers["usia"], answers["berat"], mine[-1].expect_open))
    return found


def test_below_at_and_above_each_constant_with_each_choice() -> None:
    assert last_rows(proposals(small_sop(STEPS, ROUTES), ASKED)) == [
        ("11", "ringan", ("s03",)),
        ("11", "berat", ("s03",)),
        ("12", "ringan", ("s03",)),
        ("12", "berat", ("s04",)),
        ("13", "ringan", ("s03",)),
        ("13", "berat", ("s04",)),
    ]


def test_a_decision_that_closes_says_how() -> None:
    closing = [row for row in proposals(small_sop(STEPS, ROUTES), ASKED) if row.expect_close]
    assert [(row.form, dict(row.answers), row.expect_close) for row in closing] == [
        ("lapor", {"sasaran": "tidak"}, "bukan_sasaran")
    ]


def test_rows_the_sheet_has_are_not_proposed_again() -> None:
    rows = [
        {"case": "u1", "form": "lapor", "sasaran": "ya", "usia": "12", "expect_open": "s02"},
        {"case": "u1", "form": "asesmen", "berat": "berat", "expect_open": "s04"},
    ]
    proposed = last_rows(proposals(small_sop(STEPS, ROUTES, tests=rows), ASKED))
    assert ("12", "berat", ("s04",)) not in proposed
    assert len(proposed) == 5


def test_proposed_rows_written_into_the_sheet_pass_and_leave_nothing_to_propose() -> None:
    book = lansia()
    sop, _ = read_sheets(book.sheets)
    assert sop is not None
    found = proposals(sop, book.schemas, WIB)
    assert {row.case.rsplit("_", 1)[0] for row in found} >= {"usul_s01", "usul_s03", "usul_s06"}
    for row in found:
        expected = {"expect_open": " ".join(row.expect_open or ()), "expect_close": row.expect_close or ""}
        facts = {f"fakta:{name}": value for name, value in row.facts.items()}
        book.add("tests", case=row.case, form=row.form, **row.answers, **facts, **expected)
    grown, _ = read_sheets(book.sheets)
    assert grown is not None
    assert run_tests(grown, WIB, book.schemas) == ()
    assert proposals(grown, book.schemas, WIB) == ()


def test_the_boundaries_of_003_are_all_in_its_sheet_but_for_the_forum_reached_by_invitation() -> None:
    found = proposals(abh_sop(), published_forms())
    assert {row.case.rsplit("_", 1)[0] for row in found} <= {"usul_s02", "usul_s06", "usul_s09", "usul_s11"}
    assert all(row.form in {form.removeprefix("abh_") for form in abh().schemas} for row in found)
