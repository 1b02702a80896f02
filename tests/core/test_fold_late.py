"""Phones sync late, people correct forms, supervisors step in: what the case does then."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from server.sop import state as states
from server.sop.changes import differences
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.settle import Settled, settle
from server.sop.state import CaseState
from tests.core.sop_books import WIB, abh, act, at, later, sent, small_sop
from tests.core.test_fold_abh import agreed, ended, folded, report, reported


def follow(events: list[Event]) -> tuple[CaseState, list[Event], Settled]:
    """Events one after another as they arrive, each settled against the state before it."""
    kept: list[Event] = []
    state: CaseState | None = None
    settled = None
    for event in events:
        kept.append(event)
        settled = settle(abh(), state, kept, WIB, event)
        kept += settled.events
        state = settled.state
    assert state is not None
    assert settled is not None
    return state, kept, settled


def younger(received: str) -> Event:
    """The intake corrected: the child was 11, not 12."""
    return replace(report(11, "laporan"), id="koreksi", type="submission_edit", revision=1, received_at=at(received))


# ---------------------------------------------------------------- any order of arrival

SERIOUS = [
    *reported(13, "berat"),
    sent("abh_pelaporan_uppa", "2026-11-05"),
    sent("abh_diversi", "2026-11-06", interval_monitoring=7),
    sent("abh_pemantauan", "2026-11-13", tujuan_tercapai="ya"),
]


def known(state: CaseState) -> dict:
    """A state without the moments at which things were received."""
    row = states.to_json(state)
    row["visits"] = [{**v, "recorded_at": None, "opened_at": None, "gap_days": 0} for v in row["visits"]]
    return {**row, "clock_started": None}


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_the_order_in_which_events_are_read_never_matters(data: st.DataObject) -> None:
    events = data.draw(st.sampled_from([ended(), SERIOUS, agreed(), [*ended(), younger("2026-12-10")]]))
    shuffled = data.draw(st.permutations(events))
    again = data.draw(st.lists(st.sampled_from(events), max_size=5))
    assert folded([*shuffled, *again]) == folded(events)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_phones_that_sync_in_any_order_lead_to_one_state(data: st.DataObject) -> None:
    """All forms reach the server on later days than they were filled, in any order, some of them twice."""
    forms = data.draw(st.sampled_from([SERIOUS, agreed(11), agreed(14), reported(11, "berat")]))
    order = data.draw(st.permutations(range(len(forms))))
    arrived = [replace(forms[i], received_at=later(at("2026-12-01"), minutes=n)) for n, i in enumerate(order)]
    cut = data.draw(st.integers(0, len(arrived)))
    state = fold(abh(), arrived[:cut], WIB)
    assert {w.instance_id for w in state.waiting} | {v.instance_id for v in state.visits if not v.auto} >= {
        e.instance_id for e in arrived[:cut]
    }, "a form is placed or waits, never lost"
    assert known(folded([*arrived[:cut], *arrived])) == known(folded(forms))


def test_a_form_sent_before_its_step_waits_and_is_taken_when_the_step_opens() -> None:
    events = reported(13, "berat")
    early = sent("abh_pelaporan_uppa", "2026-11-02", at("2026-11-02", 18))
    state = folded([events[0], early])
    assert [(w.form, w.reason) for w in state.waiting] == [("abh_pelaporan_uppa", "step_not_open")]
    state = folded([*events, early])
    assert state.waiting == ()
    assert state.open_steps == ("s10",)
    assert state.visit("s08").done_on == "2026-11-02"


def test_a_form_before_its_intake_arrived_waits_for_it() -> None:
    state = folded(reported(13, "berat")[1:])
    assert {w.reason for w in state.waiting} == {"no_intake"}
    assert state.visits == ()


def test_a_form_dated_before_the_case_was_opened_waits_for_a_person() -> None:
    state = folded([report(), sent("abh_asesmen", "2026-10-30", at("2026-11-03"))])
    assert [w.reason for w in state.waiting] == ["before_opening"]
    assert state.open_steps == ("s03",)


def test_a_phone_whose_clock_is_wrong_counts_on_the_day_of_arrival() -> None:
    for day in ("2031-01-01", "2020-01-01"):
        state = folded([report(), sent("abh_asesmen", day, at("2026-11-03"))])
        assert state.visit("s03").done_on == "2026-11-03"
        assert "notice.device_clock" in {n.code for n in state.notices}


def test_a_form_sent_twice_stays_for_a_person() -> None:
    twice = sent("abh_asesmen", "2026-11-03", at("2026-11-03", 12), instance="uuid:lagi", berat_tindakan="ringan")
    state = folded([*reported(13, "berat"), twice])
    assert [(w.instance_id, w.reason) for w in state.waiting] == [("uuid:lagi", "already_done")]
    assert state.open_steps == ("s08",)


def test_the_answers_of_a_waiting_form_are_not_facts() -> None:
    waiting = sent("abh_putusan_rj", "2026-11-02", at("2026-11-02", 18), hasil_rj="gagal")
    state = folded([*reported(13, "berat"), waiting])
    assert "hasil_rj" not in state.facts


def test_a_rejected_form_is_taken_back_and_counts_again_once_corrected() -> None:
    form = reported(13, "berat")[2]
    rejected = replace(act("review", "2026-11-05", state="rejected"), instance_id=form.instance_id)
    assert folded([*reported(13, "berat"), rejected]).open_steps == ("s06",)
    corrected = replace(form, id="koreksi", type="submission_edit", revision=1, received_at=at("2026-11-06"))
    assert folded([*reported(13, "berat"), rejected, corrected]).open_steps == ("s08",)


# ---------------------------------------------------------------- late facts


def test_a_late_correction_reroutes_by_itself_while_nobody_acted() -> None:
    state, kept, last = follow([*reported(12, "berat"), younger("2026-11-05")])
    assert state.open_steps == ("s07",)
    assert state.conflicts == ()
    assert [v.step for v in last.changes.opened] == ["s07"]
    assert [v.step for v in last.changes.gone] == ["s08"]
    old = [d for d in state.decisions if d.superseded_by]
    assert [(d.step, d.to) for d in old] == [("s06", ("s08",))]
    assert fold(abh(), reversed(kept), WIB) == state


def test_a_late_correction_after_somebody_acted_asks_the_supervisor() -> None:
    state, kept, _ = follow([*reported(12, "berat"), sent("abh_pelaporan_uppa", "2026-11-05"), younger("2026-11-06")])
    assert state.open_steps == ("s10",), "only the old branch is open"
    (conflict,) = state.conflicts
    assert (conflict.old.to, conflict.new.to) == (("s08",), ("s07",))
    assert state.current_decisions[3].kind == "pinned"
    assert fold(abh(), reversed(kept), WIB) == state


def conflict_events() -> list[Event]:
    events = [*reported(12, "berat"), sent("abh_pelaporan_uppa", "2026-11-05"), younger("2026-11-06")]
    return follow(events)[1]


def test_accepting_the_correction_withdraws_the_old_branch_and_opens_the_new_one() -> None:
    accepted = act("resolve", "2026-11-09", "s06", resolution="accept")
    state = folded([*conflict_events(), accepted])
    assert state.open_steps == ("s07",)
    assert state.visit("s10").state == "withdrawn"
    assert state.visit("s08").state == "done", "what was done stays on record"
    assert state.conflicts == ()
    assert [(d.to, d.superseded_by) for d in state.decisions if d.step == "s06"] == [
        (("s08",), accepted.id),
        (("s07",), None),
    ]


def test_keeping_the_old_branch_is_an_override_with_a_reason() -> None:
    state = folded(
        [*conflict_events(), act("resolve", "2026-11-09", "s06", resolution="keep", reason="sudah dilimpahkan")]
    )
    assert state.open_steps == ("s10",)
    assert state.conflicts == ()
    decision = next(d for d in state.current_decisions if d.step == "s06")
    assert (decision.kind, decision.reason, decision.by) == ("kept", "sudah dilimpahkan", "sari")


def test_a_correction_taken_back_ends_the_conflict_by_itself() -> None:
    back = replace(report(12), id="kembali", type="submission_edit", revision=2, received_at=at("2026-11-07"))
    state = folded([*conflict_events(), back])
    assert state.conflicts == ()
    assert state.open_steps == ("s10",)
    assert next(d for d in state.current_decisions if d.step == "s06").kind == "rule"


def test_a_second_correction_after_an_accepted_one_asks_again_once_somebody_acted() -> None:
    events = [
        *reported(12, "berat"),
        sent("abh_pelaporan_uppa", "2026-11-05"),
        younger("2026-11-06"),
        act("resolve", "2026-11-09", "s06", resolution="accept"),
        sent("abh_upaya_rj", "2026-11-10"),
        replace(report(12), id="kembali", type="submission_edit", revision=2, received_at=at("2026-11-11")),
    ]
    state, kept, _ = follow(events)
    (conflict,) = state.conflicts
    assert (conflict.old.to, conflict.new.to) == (("s07",), ("s08",))
    assert state.open_steps == ("s09",)
    assert fold(abh(), reversed(kept), WIB) == state


def test_a_letter_that_was_issued_counts_as_acting() -> None:
    letter = act("document", "2026-11-05", "s08", document="surat_uppa", visit=1)
    state, _, _ = follow([*reported(12, "berat"), letter, younger("2026-11-06")])
    assert len(state.conflicts) == 1


# ---------------------------------------------------------------- people step in


def test_an_override_leads_the_case_elsewhere_with_a_reason() -> None:
    state = folded(
        [*reported(13, "berat"), act("override", "2026-11-05", "s06", to=["s07"], reason="korban memaafkan")]
    )
    assert state.open_steps == ("s07",)
    assert state.visit("s08").state == "withdrawn"
    decision = state.current_decisions[-1]
    assert (decision.kind, decision.to, decision.reason) == ("override", ("s07",), "korban memaafkan")
    assert [d.to for d in state.decisions if d.superseded_by] == [("s08",)]


def test_an_override_comes_too_late_when_the_next_step_is_done() -> None:
    done = sent("abh_pelaporan_uppa", "2026-11-04", at("2026-11-04", 12))
    late = act("override", "2026-11-05", "s06", to=["s07"], reason="terlambat")
    state = folded([*reported(13, "berat"), done, late])
    assert state.open_steps == ("s10",)
    assert "notice.act_ignored" in {n.code for n in state.notices}


def test_an_override_without_a_step_opens_one_more() -> None:
    state = folded([*reported(13, "berat"), act("override", "2026-11-05", None, to=["s11"], reason="darurat")])
    assert state.open_steps == ("s08", "s11")


def test_a_step_that_cannot_be_done_may_be_skipped() -> None:
    state = folded([report(), act("override", "2026-11-03", "s03", to=["s06"], reason="sudah diasesmen polisi")])
    assert state.visit("s03").state == "withdrawn"
    assert state.open_steps == ("s06",)


def test_two_true_rules_or_none_stop_the_case_for_the_supervisor() -> None:
    blank = [*reported(13, "berat")[:2], sent("abh_konferensi_kasus", "2026-11-04", berat_tindakan="")]
    state = folded(blank)
    assert state.open_steps == ()
    assert [d.step for d in state.stuck] == ["s06"]
    assert "notice.stuck" in {n.code for n in state.notices}
    waiting = folded([*blank, sent("abh_upaya_rj", "2026-11-05")])
    assert [w.reason for w in waiting.waiting] == ["stuck"]
    led = folded(
        [*blank, sent("abh_upaya_rj", "2026-11-05"), act("override", "2026-11-06", "s06", to=["s07"], reason="ringan")]
    )
    assert led.open_steps == ("s09",), "the form that waited was taken"
    assert led.stuck == ()


def test_closing_by_hand_and_opening_again() -> None:
    closed = act("close", "2026-11-05", closeReason="pindah")
    state = folded([*reported(13, "berat"), closed])
    assert (state.status, state.close_reason, state.closed_on) == ("closed", "pindah", "2026-11-05")
    assert state.visit("s08").state == "withdrawn"
    late = folded([*reported(13, "berat"), closed, sent("abh_pelaporan_uppa", "2026-11-06")])
    assert [w.reason for w in late.waiting] == ["case_closed"]
    opened = folded([*reported(13, "berat"), closed, act("reopen", "2026-11-16", "s08")])
    assert opened.status == "open"
    assert (opened.visit("s08").visit, opened.open_steps) == (2, ("s08",))
    assert opened.visit("s08").due_at.startswith("2026-11-20"), "a new service clock of 4 working days"
    assert opened.service_due_at.startswith("2026-11-23")


def test_a_form_filled_before_the_closing_but_synced_after_it_still_counts() -> None:
    closed = act("close", "2026-11-06", closeReason="pindah")
    state = folded([*reported(13, "berat"), closed, sent("abh_pelaporan_uppa", "2026-11-05", at("2026-11-09"))])
    assert state.visit("s08").state == "done"
    assert state.waiting == ()


def test_a_pause_stops_the_clock() -> None:
    events = [*reported(13, "berat"), act("pause", "2026-11-05", reason="menunggu polisi")]
    state = folded(events)
    assert state.paused
    assert state.due_at is None
    assert state.visit("s08").due_at is None
    going = folded([*events, act("resume", "2026-11-10")])
    assert not going.paused
    # three working days stood still: 5, 6 and 9 November
    assert going.visit("s08").due_at.startswith("2026-11-11")
    assert going.service_due_at.startswith("2026-11-12")


def test_the_case_and_its_steps_can_be_given_to_people() -> None:
    events = [
        *reported(13, "berat"),
        act("assign", "2026-11-04", assignee="7", hour=15),
        act("assign", "2026-11-04", "s08", assignee="9", hour=16),
    ]
    state = folded(events)
    assert (state.manager, state.visit("s08").assignee) == ("7", "9")


def test_free_tasks_stand_beside_the_steps() -> None:
    task = act("task", "2026-11-05", text="Antar surat ke sekolah", assignee="7", due="2026-11-09")
    state = folded([*reported(13, "berat"), task])
    assert [(t["text"], t["done_on"]) for t in state.tasks] == [("Antar surat ke sekolah", None)]
    state = folded([*reported(13, "berat"), task, act("task_done", "2026-11-06", task=task.id)])
    assert state.tasks[0]["done_on"] == "2026-11-06"
    assert state.open_steps == ("s08",)


# ---------------------------------------------------------------- branches

FORK_STEPS = """
name | kind | form | role | repeat | choose | clock
s01 | form | lapor | peksos | once | each | service
s02 | form | bantuan | peksos | once | | service
s03 | form | sekolah | peksos | once | | service
s04 | form | selesai | peksos | once | | outside
"""
FORK_ROUTES = """
name | from | when | to | close_reason
r1 | s01 | ${bantuan} = 'ya' | s02 |
r2 | s01 | ${sekolah} = 'ya' | s03 |
r3 | s02 | | close | selesai
r4 | s03 | | end_branch |
"""


def fork(**sheets) -> object:
    return small_sop(FORK_STEPS, FORK_ROUTES, **sheets)


def test_parallel_branches_open_together_and_a_closing_waits_for_the_other_one() -> None:
    begun = [sent("lapor", "2026-11-02", bantuan="ya", sekolah="ya")]
    assert fold(fork(), begun, WIB).open_steps == ("s02", "s03")
    held = fold(fork(), [*begun, sent("bantuan", "2026-11-03")], WIB)
    assert (held.status, held.held_close, held.open_steps) == ("open", "selesai", ("s03",))
    assert "notice.close_held" in {n.code for n in held.notices}
    closed = fold(fork(), [*begun, sent("bantuan", "2026-11-03"), sent("sekolah", "2026-11-04")], WIB)
    assert (closed.status, closed.closed_on, closed.close_reason) == ("closed", "2026-11-04", "selesai")
    withdrawn = act("override", "2026-11-05", "s03", to=["end_branch"], reason="tidak bersekolah")
    assert fold(fork(), [*begun, sent("bantuan", "2026-11-03"), withdrawn], WIB).closed_on == "2026-11-05"


def test_a_step_that_joins_waits_for_all_branches() -> None:
    steps = (
        FORK_STEPS.replace("repeat |", "join | repeat |")
        .replace("peksos | once", "peksos | | once")
        .replace("selesai | peksos | |", "selesai | peksos | all |")
    )
    routes = (
        FORK_ROUTES.replace("| close | selesai", "| s04 |").replace("end_branch", "s04")
        + "r5 | s04 | | close | selesai\n"
    )
    sop = small_sop(steps, routes)
    begun = [sent("lapor", "2026-11-02", bantuan="ya", sekolah="ya"), sent("bantuan", "2026-11-03")]
    assert fold(sop, begun, WIB).open_steps == ("s03",)
    assert fold(sop, [*begun, sent("sekolah", "2026-11-04")], WIB).open_steps == ("s04",)


def test_nothing_true_in_a_fork_stops_the_case() -> None:
    state = fold(fork(), [sent("lapor", "2026-11-02", bantuan="tidak", sekolah="tidak")], WIB)
    assert [d.kind for d in state.current_decisions] == ["stuck"]


def test_rules_can_ask_how_many_service_steps_are_open_and_how_often_a_step_was_visited() -> None:
    routes = FORK_ROUTES.replace("r3 | s02 | | close", "r3 | s02 | ${kasus#langkah_layanan_terbuka} = 0 | close") + (
        "r6 | s02 | ${kasus#langkah_layanan_terbuka} > 0 and ${s03#visits} = 1 | s04 |\n"
    )
    sop = small_sop(FORK_STEPS, routes)
    both = [sent("lapor", "2026-11-02", bantuan="ya", sekolah="ya"), sent("bantuan", "2026-11-03")]
    assert fold(sop, both, WIB).open_steps == ("s03", "s04")
    alone = [sent("lapor", "2026-11-02", bantuan="ya", sekolah="tidak"), sent("bantuan", "2026-11-03")]
    assert fold(sop, alone, WIB).status == "closed"


def test_the_clock_starts_when_the_file_is_complete() -> None:
    sop = small_sop(
        FORK_STEPS,
        FORK_ROUTES,
        settings=[
            {
                "sop_id": "coba",
                "title": "x",
                "version": "1",
                "office": "k",
                "service_time": "3",
                "clock_start": "${berkas_lengkap} = 'ya'",
            }
        ],
    )
    begun = sent("lapor", "2026-11-02", bantuan="ya", sekolah="ya", berkas_lengkap="tidak")
    state = fold(sop, [begun], WIB)
    assert (state.clock_started, state.due_at) == (None, None)
    complete = sent("bantuan", "2026-11-04", berkas_lengkap="ya")
    state = fold(sop, [begun, complete], WIB)
    assert state.clock_started.startswith("2026-11-04")
    assert state.due_at.startswith("2026-11-09")


def test_a_decision_on_the_web_completes_an_approval_with_its_answers() -> None:
    steps = """name | kind | form | role
s01 | form | lapor | peksos
s02 | approval | setuju | supervisor
s03 | manual | | peksos
"""
    routes = (
        "name | from | when | to | close_reason\nr1 | s01 | | s02 |\nr2 | s02 | ${putusan} = 'ya' | s03 |\n"
        "r3 | s02 | ${putusan} = 'tidak' | close | ditolak\nr4 | s03 | | close | selesai\n"
    )
    sop = small_sop(steps, routes)
    begun = [sent("lapor", "2026-11-02")]
    approved = act("decision", "2026-11-03", "s02", answers={"putusan": "ya"}, actor="12")
    state = fold(sop, [*begun, approved], WIB)
    assert state.open_steps == ("s03",)
    assert state.current_decisions[-1].by == "12"
    on_paper = act("decision", "2026-11-03", "s02", answers={"putusan": "tidak"}, decidedBy="Kepala Bidang")
    state = fold(sop, [*begun, on_paper], WIB)
    assert (state.close_reason, state.current_decisions[-1].by) == ("ditolak", "Kepala Bidang")
    assert fold(sop, [*begun, approved, act("decision", "2026-11-04", "s03")], WIB).close_reason == "selesai"


def test_a_derived_fact_is_worked_out_from_the_answers() -> None:
    exact = (
        "int(format-date(${d},'%Y')) - int(format-date(${lahir},'%Y')) - "
        "if(number(format-date(${d},'%m%d')) < number(format-date(${lahir},'%m%d')), 1, 0)"
    )
    routes = FORK_ROUTES.replace("${bantuan} = 'ya'", "${usia} < 12").replace("${sekolah} = 'ya'", "${usia} >= 12")
    sop = small_sop(FORK_STEPS, routes, facts=[{"name": "usia", "calculation": exact, "type": "integer"}])
    for day, step in ((date(2014, 11, 3), "s02"), (date(2014, 11, 2), "s03"), (date(2014, 11, 1), "s03")):
        state = fold(sop, [sent("lapor", "2026-11-02", d=date(2026, 11, 2), lahir=day)], WIB)
        assert state.open_steps == (step,), day
        assert state.facts["usia"] == (11 if step == "s02" else 12)


def test_what_changed_is_told_once() -> None:
    before = folded(reported(13, "berat"))
    after = folded([*reported(13, "berat"), sent("abh_pelaporan_uppa", "2026-11-05")])
    changes = differences(before, after)
    assert ([v.step for v in changes.done], [v.step for v in changes.opened]) == (["s08"], ["s10"])
    assert [p.key for p in changes.papers] == [("s08", 1, "surat_uppa")]
    assert [d.key for d in changes.decisions] == ["s08#1"]
    nothing = differences(after, after)
    assert (nothing.rows, nothing.gone, nothing.papers, nothing.decisions, nothing.notices) == ((), (), (), (), ())
    assert differences(None, before).opened == tuple(v for v in before.visits if v.state == "open")
    assert differences(folded(ended()[:-1]), folded(ended())).closed


# ---------------------------------------------------------------- other ways in and on


def test_today_in_a_rule_is_the_day_of_the_form_not_of_the_server() -> None:
    routes = FORK_ROUTES.replace("${bantuan} = 'ya'", "today() < date('2026-11-05')").replace(
        "${sekolah} = 'ya'", "today() >= date('2026-11-05')"
    )
    sop = small_sop(FORK_STEPS, routes)
    assert fold(sop, [sent("lapor", "2026-11-04", at("2026-12-01"))], WIB).open_steps == ("s02",)
    assert fold(sop, [sent("lapor", "2026-11-05", at("2026-12-01"))], WIB).open_steps == ("s03",)


def test_a_second_report_of_the_same_child_is_kept_as_a_report_and_tells_only_what_nobody_had_said() -> None:
    again = sent(
        "abh_laporan_awal", "2026-11-04", jenis_masuk="undangan_diversi", usia_saat_kejadian=9, nama_ibu="Wati"
    )
    state = folded([*reported(13, "berat"), again])
    assert state.waiting == ()
    assert [(r.instance_id, r.day) for r in state.reports] == [
        ("uuid:abh_laporan_awal-2026-11-02", "2026-11-02"),
        ("uuid:abh_laporan_awal-2026-11-04", "2026-11-04"),
    ]
    assert state.facts["nama_ibu"] == "Wati"
    assert (state.open_steps, state.facts["jenis_masuk"], state.facts["usia_saat_kejadian"]) == (
        ("s08",),
        "laporan",
        13,
    )


def test_a_case_taken_over_while_running_begins_where_it_stood() -> None:
    taken = act("start_at", "2026-11-02", answers={"usia_saat_kejadian": 14}, steps=["s06"])
    state = folded([taken])
    assert (state.open_steps, state.opened_on) == (("s06",), "2026-11-02")
    held = sent("abh_konferensi_kasus", "2026-11-04", berat_tindakan="berat")
    assert folded([taken, held]).open_steps == ("s08",)


def test_a_case_moved_to_another_service_is_closed_here() -> None:
    state = folded([*reported(13, "berat"), act("move", "2026-11-05", toSop="anjal_terlantar", reason="terlantar")])
    assert (state.status, state.close_reason) == ("closed", "pindah_layanan")


def test_a_step_opened_more_often_than_its_limit_is_pointed_out() -> None:
    steps = FORK_STEPS.replace("repeat |", "max_visits | repeat |").replace("peksos | once", "peksos | | once")
    steps = steps.replace("bantuan | peksos | | once", "bantuan | peksos | 2 | loop")
    routes = FORK_ROUTES.replace("r3 | s02 | | close | selesai", "r3 | s02 | | s02 |")
    events = [sent("lapor", "2026-11-02", bantuan="ya", sekolah="tidak")]
    events += [sent("bantuan", f"2026-11-{day:02}") for day in (3, 4)]
    state = fold(small_sop(steps, routes), events, WIB)
    assert state.visit("s02").visit == 3
    assert [dict(n.args)["visit"] for n in state.notices if n.code == "notice.max_visits"] == ["3"]


def test_a_step_that_waits_for_a_date_goes_on_when_its_timer_comes() -> None:
    steps = FORK_STEPS.replace("s02 | form | bantuan", "s02 | wait | ")
    begun = sent("lapor", "2026-11-02", bantuan="ya", sekolah="tidak")
    assert fold(small_sop(steps, FORK_ROUTES), [begun], WIB).open_steps == ("s02",)
    assert fold(small_sop(steps, FORK_ROUTES), [begun, act("timer", "2026-11-09", "s02")], WIB).status == "closed"


def test_a_loop_takes_only_forms_of_its_own_time() -> None:
    """Two monitoring forms from before monitoring began: one becomes the first visit, the other waits for a person."""
    early = sent("abh_pemantauan", "2026-11-05", tujuan_tercapai="tidak", interval_monitoring=7)
    twin = sent("abh_pemantauan", "2026-11-05", at("2026-11-05", 12), instance="kembar", tujuan_tercapai="ya")
    state = folded([*agreed(), early, twin])
    assert [(v.visit, v.state, v.done_on) for v in state.visits if v.step == "s11"] == [
        (1, "done", "2026-11-05"),
        (2, "open", None),
    ]
    assert [(w.instance_id, w.reason) for w in state.waiting] == [("kembar", "already_done")]
    next_one = sent("abh_pemantauan", "2026-11-13", tujuan_tercapai="ya")
    assert folded([*agreed(), early, twin, next_one]).open_steps == ("s12",)


def test_work_goes_on_after_a_correction_of_the_day_alone() -> None:
    form = reported(13, "berat")[2]
    moved = replace(
        form, id="k", type="submission_edit", revision=1, effective=date(2026, 11, 3), received_at=at("2026-11-09")
    )
    state = folded([*reported(13, "berat"), sent("abh_pelaporan_uppa", "2026-11-05"), moved])
    assert state.open_steps == ("s10",)
    assert state.visit("s06").done_on == "2026-11-03"
    assert state.visit("s06").recorded_at == form.received_at.isoformat(), "first received, whatever was edited later"
