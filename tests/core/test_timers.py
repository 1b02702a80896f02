"""Time itself: waits that end, deadlines that come near, alerts of a quiet day."""

from datetime import datetime

from forms.sop import Sop
from server.sop.fold import fold
from server.sop.settle import settle
from server.sop.state import CaseState
from server.sop.timers import due_timers, next_timer
from tests.core.sop_books import WIB, act, at, sent, small_sop

STEPS = """
name | kind | form | role | limit | limit_unit | escalate_at | escalate_to | clock | not_before
s01 | form | lapor | peksos | | | | | service |
s02 | form | asesmen | peksos | 5 | working_day | 80% | kabid | service |
s03 | wait | | peksos | 3 | working_day | | | outside |
s04 | wait | | peksos | | | | | outside | ${hari}
s05 | form | tutup | peksos | | | | | outside |
"""
ROUTES = """
name | from | when | to | close_reason
r1 | s01 | | s02 |
r2 | s02 | ${hari} = '' | s03 |
r3 | s02 | ${hari} != '' | s04 |
r4 | s03 | | s05 |
r5 | s04 | | s05 |
r6 | s05 | | close | selesai
"""
CASE = "c1"


def sop(**sheets) -> Sop:
    return small_sop(STEPS, ROUTES, **sheets)


def passing(rules: Sop, events: list, *moments: datetime) -> tuple[CaseState, list]:
    """The case as time passes: at each moment what is due is written down and folded."""
    kept = list(events)
    state = fold(rules, kept, WIB)
    for now in moments:
        while due := due_timers(rules, CASE, state, WIB, now, events=kept):
            for event in due:
                kept.append(event)
                state = settle(rules, state, kept, WIB, event).state
    return state, kept


BEGUN = sent("lapor", "2026-11-02")
ASSESSED = sent("asesmen", "2026-11-03", hari="")


def test_the_head_of_section_is_told_when_four_of_five_working_days_are_gone() -> None:
    # Reported on Monday 2 November: the fourth working day ends on Friday the 6th.
    state = fold(sop(), [BEGUN], WIB)
    assert state.visit("s02").escalate_at == "2026-11-06T23:59:59+07:00"
    assert next_timer(sop(), state, WIB, at("2026-11-03")) == datetime.fromisoformat("2026-11-06T23:59:59+07:00")
    assert due_timers(sop(), CASE, state, WIB, at("2026-11-06", 23), events=[BEGUN]) == ()
    state, kept = passing(sop(), [BEGUN], at("2026-11-07", 1), at("2026-11-09"), at("2026-11-30"))
    assert len(kept) == 2, "told once, however often time is asked"
    assert state.visit("s02").escalated_on == "2026-11-06"
    assert [(n.to, dict(n.args)["step"]) for n in state.notices if n.code == "notice.escalated"] == [("kabid", "s02")]
    assert next_timer(sop(), state, WIB, at("2026-11-09")) is None


def test_a_form_that_was_filled_in_time_but_synced_late_takes_the_escalation_back() -> None:
    _, kept = passing(sop(), [BEGUN], at("2026-11-09"))
    state = fold(sop(), [*kept, sent("asesmen", "2026-11-05", at("2026-11-10"), hari="")], WIB)
    assert state.visit("s02").escalated_on is None
    assert "notice.escalated" not in {n.code for n in state.notices}


def test_more_time_given_by_a_supervisor_moves_the_deadline_and_its_escalation() -> None:
    more = act("override", "2026-11-09", "s02", due="2026-11-20", reason="keluarga di luar kota")
    _, kept = passing(sop(), [BEGUN], at("2026-11-09"))
    state = fold(sop(), [*kept, more], WIB)
    visit = state.visit("s02")
    assert (visit.due_at[:10], visit.extended, visit.escalated_on) == ("2026-11-20", "keluarga di luar kota", None)
    state, _ = passing(sop(), [*kept, more], at("2026-11-21"))
    assert state.visit("s02").escalated_on == "2026-11-20"
    late = fold(sop(), [BEGUN, more, sent("asesmen", "2026-11-19", hari="")], WIB).visit("s02")
    assert not late.late


def test_more_time_for_a_step_that_is_not_open_is_pointed_out() -> None:
    state = fold(sop(), [BEGUN, act("override", "2026-11-03", "s05", due="2026-11-20", reason="x")], WIB)
    assert "notice.act_ignored" in {n.code for n in state.notices}


def test_nothing_escalates_while_the_case_stands_still_or_is_closed() -> None:
    paused = [BEGUN, act("pause", "2026-11-03", reason="menunggu polisi")]
    assert due_timers(sop(), CASE, fold(sop(), paused, WIB), WIB, at("2026-12-01"), events=paused) == ()
    closed = [BEGUN, act("close", "2026-11-03", closeReason="pindah")]
    assert next_timer(sop(), fold(sop(), closed, WIB), WIB, at("2026-12-01")) is None


def test_a_wait_ends_by_itself_when_its_working_days_are_over() -> None:
    events = [BEGUN, ASSESSED]
    assert fold(sop(), events, WIB).open_steps == ("s03",)
    state, _ = passing(sop(), events, at("2026-11-06", 20))
    assert state.open_steps == ("s03",)
    state, kept = passing(sop(), events, at("2026-11-06", 20), at("2026-11-07", 3))
    assert state.open_steps == ("s05",)
    assert state.visit("s03").done_on == "2026-11-06"
    assert fold(sop(), reversed(kept), WIB) == state


def test_a_wait_for_a_number_of_days_ends_on_the_morning_of_that_day() -> None:
    state, _ = passing(sop(), [BEGUN, sent("asesmen", "2026-11-03", hari=10)], at("2026-11-12", 23))
    assert state.open_steps == ("s04",)
    state, _ = passing(sop(), [BEGUN, sent("asesmen", "2026-11-03", hari=10)], at("2026-11-13", 0, 1))
    assert (state.open_steps, state.visit("s04").done_on) == (("s05",), "2026-11-13")


def test_a_wait_that_turns_out_to_have_begun_later_is_planned_anew() -> None:
    _, kept = passing(sop(), [BEGUN, ASSESSED], at("2026-11-07"))
    corrected = sent("asesmen", "2026-11-05", at("2026-11-09"), instance=ASSESSED.instance_id, revision=1, hari="")
    state, _ = passing(sop(), [*kept, corrected])
    assert state.open_steps == ("s03",)
    assert state.waiting == (), "the timer that came too early is nobody's task"
    state, _ = passing(sop(), [*kept, corrected], at("2026-11-11"))
    assert state.open_steps == ("s05",)


def test_somebody_may_end_a_wait_by_hand() -> None:
    ended = act("decision", "2026-11-04", "s03", actor="12")
    assert fold(sop(), [BEGUN, ASSESSED, ended], WIB).open_steps == ("s05",)


def test_a_case_nobody_has_touched_for_long_is_put_in_front_of_the_supervisor_once() -> None:
    rows = [{"name": "a1", "when": "${kasus#hari_berjalan} >= 10", "at": "daily", "to": "supervisor"}]
    rules = sop(alerts=rows)
    moments = [at(f"2026-11-{day:02}", 6) for day in range(3, 29)]
    assert next_timer(rules, fold(rules, [BEGUN], WIB), WIB, moments[0]) == datetime.fromisoformat(
        "2026-11-04T00:05:00+07:00"
    )
    state, kept = passing(rules, [BEGUN], *moments)
    raised = [n for n in state.notices if n.code == "notice.alert"]
    assert [(n.on, n.to) for n in raised] == [("2026-11-12", "supervisor")]
    assert [e.data["kind"] for e in kept if e.type == "timer"] == ["escalation", "alert"], "quiet days leave no trace"


def test_an_hourly_limit_escalates_by_the_minute_and_skips_the_pause() -> None:
    steps = STEPS.replace("5 | working_day | 80%", "2 | hour | 50%")
    rules = small_sop(steps, ROUTES)
    begun = sent("lapor", "2026-11-02", at("2026-11-02", 8))
    state = fold(rules, [begun], WIB)
    assert state.visit("s02").escalate_at == "2026-11-02T09:00:00+07:00"
    stood = [act("pause", "2026-11-02", hour=8, reason="x"), act("resume", "2026-11-02", hour=10)]
    state = fold(rules, [begun, *stood], WIB)
    assert state.visit("s02").escalate_at == "2026-11-02T11:00:00+07:00"


def test_part_of_a_limit_is_counted_in_the_days_that_count() -> None:
    opened = at("2026-11-06")
    assert WIB.partway(opened, 1, "working_day", 50).isoformat() == "2026-11-09T12:00:00+07:00"
    assert WIB.partway(opened, 5, "working_day", 100) == WIB.due(opened, 5, "working_day")
    assert WIB.partway(opened, 5, "day", 120).isoformat() == "2026-11-12T23:59:59+07:00"
