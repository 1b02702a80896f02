"""Work in parallel: branches of a fork, forks in forks, and the step that gathers them."""

import pytest

from forms.sop import Sop
from server.sop.fold import fold
from server.sop.state import CaseState
from tests.core.sop_books import WIB, act, sent, small_sop

STEPS = """
name | kind | form | role | choose | join | repeat | clock
s01 | form | lapor | peksos | each | | once | service
bantuan | form | bantuan | peksos | each | | once | service
sekolah | form | sekolah | peksos | | | once | service
uang | form | uang | peksos | | | once | service
beras | form | beras | peksos | | | once | service
serah | form | serah | peksos | | all | once | service
rapat | form | rapat | peksos | | all | once | service
pantau | form | pantau | peksos | | | loop | outside
"""
ROUTES = """
name | from | when | to | close_reason
r1 | s01 | ${perlu} = 'ya' | bantuan |
r2 | s01 | ${bersekolah} = 'tidak' | sekolah |
r3 | s01 | | pantau |
r4 | bantuan | | uang |
r5 | bantuan | ${beras} = 'ya' | beras |
r6 | uang | | serah |
r7 | beras | | serah |
r8 | serah | | rapat |
r9 | sekolah | | rapat |
r10 | pantau | ${pulih} = 'ya' | end_branch |
r11 | pantau | ${pulih} = 'tidak' | pantau |
r12 | rapat | | close | selesai
"""
BEGUN = [
    sent("lapor", "2026-11-02", perlu="ya", bersekolah="tidak"),
    sent("bantuan", "2026-11-03", beras="ya"),
]
MONEY = sent("uang", "2026-11-04")
RICE = sent("beras", "2026-11-05")
SCHOOL = sent("sekolah", "2026-11-06")
HANDED = sent("serah", "2026-11-09")
WELL = sent("pantau", "2026-11-09", pulih="ya")


def rules() -> Sop:
    return small_sop(STEPS, ROUTES)


def after(*events) -> CaseState:
    return fold(rules(), [*BEGUN, *events], WIB)


def test_every_true_branch_opens_and_a_fork_inside_a_fork_opens_its_own() -> None:
    assert after().open_steps == ("sekolah", "pantau", "uang", "beras")


def test_the_inner_join_waits_for_its_own_fork_only() -> None:
    assert after(MONEY).open_steps == ("sekolah", "pantau", "beras")
    assert after(MONEY, RICE).open_steps == ("sekolah", "pantau", "serah"), "school goes on beside it"


def test_the_outer_join_waits_for_every_branch_of_the_outer_fork() -> None:
    assert after(MONEY, RICE, SCHOOL).open_steps == ("pantau", "serah")
    assert after(MONEY, RICE, SCHOOL, HANDED).open_steps == ("pantau",), "monitoring is a branch of that fork"
    state = after(MONEY, RICE, SCHOOL, HANDED, WELL)
    assert state.open_steps == ("rapat",)
    assert [visit.visit for visit in state.visits if visit.step == "rapat"] == [1], "gathered once"


def test_a_join_outside_the_fork_that_still_runs_does_not_wait_for_it() -> None:
    """A step somebody opened beside the flow belongs to no branch."""
    beside = act("override", "2026-11-03", None, to=["pantau"], reason="dipantau sejak awal")
    no_monitoring = ROUTES.replace("r3 | s01 | | pantau |", "r3 | s01 | ${perlu} = 'x' | pantau |")
    sop = small_sop(STEPS, no_monitoring)
    state = fold(sop, [*BEGUN, beside, MONEY, RICE, SCHOOL, HANDED], WIB)
    assert state.open_steps == ("pantau", "rapat")


def test_only_one_branch_was_needed() -> None:
    alone = sent("lapor", "2026-11-02", perlu="tidak", bersekolah="tidak")
    assert fold(rules(), [alone, SCHOOL, WELL], WIB).open_steps == ("rapat",)


@pytest.mark.parametrize("form", [MONEY, RICE])
def test_a_branch_that_is_stuck_is_not_done(form) -> None:
    routes = ROUTES.replace("r7 | beras | |", "r7 | beras | ${cukup} = 'ya' |")
    sop = small_sop(STEPS, routes)
    state = fold(sop, [*BEGUN, MONEY, sent("beras", "2026-11-05", cukup="")], WIB)
    assert state.stuck
    assert "serah" not in state.open_steps
    led = act("override", "2026-11-06", "beras", to=["end_branch"], reason="beras habis")
    assert "serah" in fold(sop, [*BEGUN, MONEY, sent("beras", "2026-11-05", cukup=""), led], WIB).open_steps


def test_a_withdrawn_branch_no_longer_holds_the_join() -> None:
    led = act("override", "2026-11-06", "beras", to=["end_branch"], reason="keluarga menolak")
    assert "serah" in after(MONEY, led).open_steps


def test_a_supervisor_may_go_to_the_joining_step_without_waiting() -> None:
    led = act("override", "2026-11-06", "sekolah", to=["rapat"], reason="mendesak")
    assert after(led).open_steps == ("pantau", "uang", "beras", "rapat")


def test_a_closing_waits_for_a_branch_that_is_stuck() -> None:
    routes = ROUTES.replace("r9 | sekolah | | rapat |", "r9 | sekolah | | close | selesai").replace(
        "r10 | pantau | ${pulih} = 'ya' | end_branch |", "r10 | pantau | ${pulih} = 'ya' | end_branch |"
    )
    sop = small_sop(STEPS, routes)
    begun = sent("lapor", "2026-11-02", perlu="tidak", bersekolah="tidak")
    state = fold(sop, [begun, SCHOOL, sent("pantau", "2026-11-09", pulih="")], WIB)
    assert (state.status, state.held_close) == ("open", "selesai")
    led = act("override", "2026-11-10", "pantau", to=["end_branch"], reason="pindah rumah")
    assert fold(sop, [begun, SCHOOL, sent("pantau", "2026-11-09", pulih=""), led], WIB).close_reason == "selesai"
