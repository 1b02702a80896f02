"""However large or tangled a workbook is, the admin gets an answer: work grows with its rows, not with their square."""

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType

import pytest

from forms.findings import Finding
from server.sop.cells import MOST_CUTS
from server.sop.check import check
from tests.core.large_books import chain, wide


def counted(work: Callable[[], tuple[Finding, ...]]) -> tuple[int, tuple[Finding, ...]]:
    """How many functions of the program a piece of work calls: the same on every machine."""
    calls = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(note)
    try:
        found = work()
    finally:
        sys.setprofile(None)
    return calls, found


def test_twice_the_rows_are_twice_the_work() -> None:
    small, large = chain(40), chain(80)
    (once, nothing), (twice, still_nothing) = counted(lambda: check(*small)), counted(lambda: check(*large))
    assert nothing == still_nothing == ()
    assert twice < 2.2 * once


@pytest.mark.parametrize(("fields", "rules"), [(12, 40), (20, 60)])
def test_a_tangled_decision_shows_its_first_twenty_findings_of_a_kind(fields: int, rules: int) -> None:
    sop, asked = wide(fields, rules)
    calls, found = counted(lambda: check(sop, asked))
    kinds = Counter(finding.code for finding in found)
    assert kinds["sop.E07"] == 20
    assert 10 < kinds["sop.E06"] <= 20
    assert calls < 1_000_000
    problems = {finding.args["problem"] for finding in found if finding.code == "sop.too_wide"}
    assert problems == ({"fields"} if fields > 12 else set())


def test_a_decision_too_wide_to_search_is_said_to_be_so() -> None:
    sop, asked = wide(20, 300)
    calls, found = counted(lambda: check(sop, asked))
    assert calls < 80 * MOST_CUTS
    assert {"fields", "work"} == {finding.args["problem"] for finding in found if finding.code == "sop.too_wide"}
    assert all(finding.level == "warning" for finding in found if finding.code == "sop.too_wide")
