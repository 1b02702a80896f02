"""A draft of SOP 003 is tried on what happened to the children of last year, before anybody works by it."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.sop import Sop
from server.sop.events import Event
from server.sop.simulate import CaseDifference, Tally, replay, tally_from_json, tally_to_json
from tests import drafts
from tests.core.sop_books import WIB, abh, act, sent
from tests.core.test_fold_abh import agreed, ended, report, reported

SERIOUS_ONLY = "${usia_saat_kejadian} < 14 or ${abh_konferensi_kasus#berat_tindakan} = 'ringan'"
FROM_14 = "${usia_saat_kejadian} >= 14 and ${abh_konferensi_kasus#berat_tindakan} = 'berat'"


@cache
def from_14() -> Sop:
    """A draft in which UPPA hears of serious acts from 14 years on, no longer from 12."""
    cells = {("routes", "r06", "when"): SERIOUS_ONLY, ("routes", "r07", "when"): FROM_14}
    return drafts.read(drafts.draft(cells))


def tried(draft: Sop, events: list[Event]) -> CaseDifference:
    return replay(abh(), draft, events, WIB, WIB)


def told(events: list[Event]) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return [(one.step, one.verdict, one.before, one.after) for one in tried(from_14(), events).changed]


@pytest.mark.parametrize("events", [reported(13, "berat"), agreed(), ended(), [report(channel="undangan_rj")]])
def test_the_same_workbook_again_changes_nothing(events: list[Event]) -> None:
    assert tried(drafts.read(drafts.draft()), events).is_same


def test_a_child_of_13_with_a_serious_act_goes_to_rj_under_the_draft() -> None:
    assert told(reported(13, "berat")) == [("s06", "elsewhere", ("s08",), ("s07",))]
    assert told(reported(14, "berat")) == []
    found = tried(from_14(), reported(13, "berat"))
    assert (found.leaves, found.opens) == (("s08",), ("s07",))


def test_what_was_done_on_the_way_the_draft_does_not_take_is_not_reached_and_its_forms_would_wait() -> None:
    further = [*reported(13, "berat"), sent("abh_pelaporan_uppa", "2026-11-05")]
    assert told(further) == [("s06", "elsewhere", ("s08",), ("s07",)), ("s08", "unreached", ("s10",), ())]
    assert tried(from_14(), further).unplaced == ("abh_pelaporan_uppa",)


def test_a_draft_with_a_hole_names_the_case_that_falls_through() -> None:
    hole = drafts.read(drafts.draft({("routes", "r06", "when"): "${usia_saat_kejadian} < 12"}))
    assert [(one.step, one.verdict) for one in tried(hole, reported(13, "ringan")).changed] == [("s06", "no_rule")]
    assert tried(hole, reported(11, "ringan")).is_same


def test_a_gap_of_the_older_version_that_the_draft_closes_is_told_as_such() -> None:
    blank = [*reported(13, "berat")[:2], sent("abh_konferensi_kasus", "2026-11-04", berat_tindakan="")]
    closed = drafts.read(
        drafts.draft({("routes", "r07", "when"): "${usia_saat_kejadian} >= 12 and not(" + SERIOUS_ONLY + ")"})
    )
    aged = [event if event.form != "abh_laporan_awal" else report(15) for event in blank]
    assert [(one.step, one.verdict, one.after) for one in tried(closed, aged).changed] == [("s06", "ruled", ("s08",))]


def test_a_longer_limit_moves_deadlines_and_nothing_else() -> None:
    longer = drafts.read(drafts.draft({("steps", "s08", "limit"): 6}))
    found = tried(longer, reported(13, "berat"))
    assert not found.changed
    assert [(due.step, due.days) for due in found.dues] == [("s08", 4)]


def test_a_case_that_the_draft_would_have_ended_elsewhere_says_how() -> None:
    other = drafts.read(drafts.draft({("routes", "r20", "close_reason"): "tuntas"}))
    assert tried(other, ended()).close == ("terminasi", "tuntas")


def test_a_persons_word_stays_whatever_the_draft_says() -> None:
    turned = [*reported(13, "berat"), act("override", "2026-11-05", "s06", to=["s07"], reason="korban memaafkan")]
    assert tried(from_14(), turned).is_same


def counted(cases: dict[str, list[Event]]) -> Tally:
    tally = Tally()
    for name, events in cases.items():
        tally.add(name, tried(from_14(), events))
    return tally


def test_the_office_reads_how_many_go_elsewhere_by_route() -> None:
    children = {f"anak-{age}": reported(age, "berat") for age in (11, 12, 13, 14, 15)}
    tally = counted(children)
    assert (tally.cases, tally.changed) == (5, 2)
    row = tally.rows[("s06", "r07")]
    assert (row.total, row.changed, row.targets["s07"]) == (4, 2, 2)
    assert row.examples == {"elsewhere": ["anak-12", "anak-13"]}
    assert tally.flow[("s06", "s08", "s08")] == 2
    assert tally.flow[("s06", "s08", "s07")] == 2


def test_at_most_twenty_examples_are_kept() -> None:
    tally = Tally()
    found = tried(from_14(), reported(13, "berat"))
    for number in range(50):
        tally.add(f"kasus-{number}", found)
    assert len(tally.rows[("s06", "r07")].examples["elsewhere"]) == 20
    assert tally.count("elsewhere") == 50


@given(st.lists(st.sampled_from([11, 12, 13, 14, 15]), max_size=6), st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_counting_in_parts_gives_what_counting_at_once_gives(ages: list[int], cut: int) -> None:
    children = {f"anak-{number}": reported(age, "berat") for number, age in enumerate(ages)}
    whole = counted(children)
    first = counted(dict(list(children.items())[:cut]))
    first.merge(tally_from_json(tally_to_json(counted(dict(list(children.items())[cut:])))))
    assert tally_to_json(first) == tally_to_json(whole)
