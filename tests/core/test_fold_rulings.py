"""What the office decided where its SOPs are silent, one small story for each ruling."""

from dataclasses import replace
from datetime import date

import pytest

from server.sop.clock import Calendar
from server.sop.decide import again
from server.sop.fold import fold
from server.sop.plan import plan
from server.sop.settle import settle
from tests.core.sop_books import WIB, abh, act, at, sent, small_sop
from tests.core.test_fold_abh import agreed, ended, folded, reported

# ---------------------------------------------------------------- approvals that return and refuse (1, 10, 15)

LETTER_STEPS = """
name | kind | form | role | repeat
s01 | form | lapor | peksos | once
s03 | form | berkas | subkoor | loop
s04 | approval | telaah | kabid | loop
s05 | approval | tanda_tangan | kadis | loop
s06 | form | tanda_terima | peksos | once
"""
LETTER_ROUTES = """
name | from | when | to | close_reason
r0 | s01 | | s03 |
r1 | s03 | | s04 |
r2 | s04 | ${paraf} = 'ya' | s05 |
r3 | s04 | ${paraf} = 'tidak' | s03 |
r4 | s04 | ${paraf} = 'tolak' | close | ditolak
r5 | s05 | ${tanda_tangan} = 'ya' | s06 |
r6 | s05 | ${tanda_tangan} = 'tidak' | s04 |
r7 | s06 | | close | selesai
"""
BEGUN = sent("lapor", "2026-11-02", at("2026-11-02", 8))
FILE = sent("berkas", "2026-11-02")


def letter(*events):
    return fold(small_sop(LETTER_STEPS, LETTER_ROUTES), [BEGUN, FILE, *events], WIB)


def returned(day: str):
    return act("decision", day, "s04", answers={"paraf": "tidak"}, actor="kabid", reason="alamat keliru")


def test_a_returned_draft_opens_its_step_again_and_the_history_stays_per_visit() -> None:
    state = letter(returned("2026-11-03"))
    assert [(v.step, v.visit, v.state) for v in state.visits[1:]] == [
        ("s03", 1, "done"),
        ("s04", 1, "done"),
        ("s03", 2, "open"),
    ]
    mended = sent("berkas", "2026-11-04", instance="uuid:berkas-2")
    signed = act("decision", "2026-11-05", "s04", answers={"paraf": "ya"})
    state = letter(returned("2026-11-03"), mended, signed)
    assert (state.open_steps, state.visit("s04").visit) == (("s05",), 2)


def test_a_signature_refused_goes_one_desk_back_because_the_workbook_says_so() -> None:
    signed = act("decision", "2026-11-03", "s04", answers={"paraf": "ya"})
    refused = act("decision", "2026-11-04", "s05", answers={"tanda_tangan": "tidak"})
    assert letter(signed, refused).open_steps == ("s04",)


def test_a_refusal_closes_with_a_reason_of_its_own() -> None:
    state = letter(act("decision", "2026-11-03", "s04", answers={"paraf": "tolak"}))
    assert (state.status, state.close_reason) == ("closed", "ditolak")


def test_a_file_of_before_the_return_does_not_count_for_the_second_round() -> None:
    """Ruling 7: it was filled before the step opened again; it waits for a person."""
    leftover = sent("berkas", "2026-11-02", at("2026-11-04"), instance="uuid:sisa")
    state = letter(returned("2026-11-03"), leftover)
    assert state.open_steps == ("s03",)
    assert [(w.instance_id, w.reason) for w in state.waiting] == [("uuid:sisa", "already_done")]


# ---------------------------------------------------------------- decisions taken on paper (30), claimed days (35)


def test_a_decision_on_paper_names_the_decider_and_who_entered_it_and_counts_on_its_own_day() -> None:
    paper = act(
        "decision",
        "2026-11-06",
        "s04",
        actor="12",
        answers={"paraf": "ya"},
        decidedBy="Kepala Bidang",
        decidedOn="2026-11-03",
        recordedBy="12",
        scan="ab12",
    )
    state = letter(paper)
    decision = next(d for d in state.current_decisions if d.step == "s04")
    assert (decision.by, decision.recorded_by) == ("Kepala Bidang", "12")
    visit = state.visit("s04")
    assert (visit.done_on, visit.recorded_at[:10], visit.gap_days) == ("2026-11-03", "2026-11-06", 3)


def test_a_decision_on_paper_dated_in_the_future_counts_on_the_day_it_came() -> None:
    paper = act("decision", "2026-11-06", "s04", answers={"paraf": "ya"}, decidedBy="Kabid", decidedOn="2027-01-01")
    assert letter(paper).visit("s04").done_on == "2026-11-06"


def test_the_gap_between_the_claimed_day_and_the_receipt_is_seen() -> None:
    late = sent("abh_asesmen", "2026-11-03", at("2026-11-20"), berat_tindakan="ringan")
    visit = folded([reported(13, "ringan")[0], late]).visit("s03")
    assert (visit.done_on, visit.gap_days, visit.late) == ("2026-11-03", 17, False)


# ---------------------------------------------------------------- closing that waits (9), overrides (13), reopening

FORK_STEPS = """
name | kind | form | role | choose | clock
s01 | form | lapor | peksos | each | service
s02 | form | bantuan | peksos | | service
s03 | form | sekolah | peksos | | service
"""
FORK_ROUTES = """
name | from | when | to | close_reason
r1 | s01 | | s02 |
r2 | s01 | | s03 |
r3 | s02 | | close | selesai
r4 | s03 | | end_branch |
"""


def fork(*events):
    return fold(small_sop(FORK_STEPS, FORK_ROUTES), [sent("lapor", "2026-11-02"), *events], WIB)


def test_a_held_closing_ends_when_the_supervisor_withdraws_the_other_branch() -> None:
    helped = sent("bantuan", "2026-11-03")
    assert (fork(helped).held_close, fork(helped).status) == ("selesai", "open")
    withdrawn = act("override", "2026-11-05", "s03", to=["end_branch"], reason="sudah lulus", actor="7")
    state = fork(helped, withdrawn)
    assert (state.status, state.close_reason, state.closed_on) == ("closed", "selesai", "2026-11-05")
    assert state.visit("s03").state == "withdrawn"
    assert state.current_decisions[-1].reason == "sudah lulus"


def test_a_held_closing_may_be_turned_as_long_as_it_is_held() -> None:
    turned = act("override", "2026-11-04", "s02", to=["s03"], reason="masih perlu", actor="7")
    state = fork(sent("bantuan", "2026-11-03"), turned)
    assert (state.held_close, state.open_steps) == (None, ("s03",))


def test_an_override_on_a_branch_somebody_acted_on_keeps_what_was_done() -> None:
    """Ruling 13: like a kept conflict; the form that was sent stays done, what was open is withdrawn."""
    events = [
        *agreed(11),
        act("override", "2026-11-09", "s09", to=["s06"], reason="keluarga mundur", actor="7"),
    ]
    state = folded(events)
    assert state.open_steps == ("s06",)
    assert state.visit("s06").visit == 2
    assert state.visit("s09").state == "done"
    decision = next(d for d in state.current_decisions if d.key == "s09#1")
    assert (decision.kind, decision.reason, decision.by) == ("override", "keluarga mundur", "7")


def test_reopening_opens_a_new_visit_keeps_the_old_ones_and_starts_a_new_clock() -> None:
    state = folded([*ended(), act("reopen", "2026-12-14", "s11", reason="ditemukan lagi")])
    assert (state.status, state.closed_on, state.open_steps) == ("open", None, ("s11",))
    assert [v.visit for v in state.visits if v.step == "s11"] == [1, 2, 3, 4]
    assert state.visit("s11").opened_on == "2026-12-14"
    serviced = folded([*ended(), act("reopen", "2026-12-14", "s06", reason="perkara baru")])
    assert serviced.service_due_at.startswith("2026-12-21")


def test_the_reason_of_a_closing_by_hand_is_kept() -> None:
    lost = act("close", "2026-11-09", closeReason="hilang_kontak", search="tiga kali ke rumah", reason="x")
    assert folded([*reported(13, "berat"), lost]).close_reason == "hilang_kontak"


# ---------------------------------------------------------------- emergencies (27)


def test_an_emergency_does_not_wait_for_the_approval_which_confirms_it_afterwards() -> None:
    steps = """
name | kind | form | role
s01 | form | lapor | peksos
s03 | approval | disposisi | kabid
s04 | form | masuk_rps | rps
s05 | form | asesmen | peksos
"""
    routes = """
name | from | when | to | close_reason
r1 | s01 | | s03 |
r2 | s03 | ${disposisi} = 'tidak' | close | ditolak
r3 | s03 | ${disposisi} = 'ya' and ${darurat} = 'ya' | s04 |
r4 | s03 | ${disposisi} = 'ya' and ${darurat} = 'tidak' | s05 |
r5 | s04 | | s05 |
r6 | s05 | | close | selesai
"""
    alerts = [{"name": "darurat", "when": "${darurat} = 'ya'", "at": "event", "to": "petugas_jaga"}]
    sop = small_sop(steps, routes, alerts=alerts)
    begun = [sent("lapor", "2026-11-07", darurat="ya")]
    state = fold(sop, begun, WIB)
    assert [n.to for n in state.notices if n.code == "notice.alert"] == ["petugas_jaga"]
    opened = act("override", "2026-11-07", None, to=["s04"], reason="darurat", actor="3")
    state = fold(sop, [*begun, opened], WIB)
    assert state.open_steps == ("s03", "s04")
    housed = sent("masuk_rps", "2026-11-07", at("2026-11-07", 20))
    approved = act("decision", "2026-11-09", "s03", answers={"disposisi": "ya"})
    state = fold(sop, [*begun, opened, housed, approved], WIB)
    assert state.open_steps == ("s05",), "the shelter is not entered twice"


# ---------------------------------------------------------------- conflicts (3, 4)


def test_while_a_conflict_is_open_only_the_old_branch_is_and_each_answer_of_the_supervisor_holds() -> None:
    acted = [*reported(12, "berat"), sent("abh_pelaporan_uppa", "2026-11-05")]
    younger = replace(acted[0], id="koreksi", type="submission_edit", revision=1, received_at=at("2026-11-06"))
    younger = replace(younger, answers={**acted[0].answers, "usia_saat_kejadian": 11})
    settled = settle(abh(), folded(acted), [*acted, younger], WIB, younger)
    kept = [*acted, younger, *settled.events]
    assert settled.state.open_steps == ("s10",)
    accepted = act("resolve", "2026-11-09", "s06", resolution="accept", actor="7")
    assert folded([*kept, accepted]).open_steps == ("s07",)
    stays = act("resolve", "2026-11-09", "s06", resolution="keep", reason="sudah di polisi", actor="7")
    state = folded([*kept, stays])
    assert (state.open_steps, state.conflicts) == (("s10",), ())


# ---------------------------------------------------------------- an age nobody is sure of (34)


@pytest.mark.parametrize(("low", "high", "step", "unsure"), [(10, 11, "s07", False), (11, 13, "s07", True)])
def test_both_ends_of_an_age_are_tried_and_the_decision_can_be_worked_out_again(low, high, step, unsure) -> None:
    events = [sent("abh_laporan_awal", "2026-11-02", jenis_masuk="laporan", usia_min=low, usia_maks=high)]
    events += reported(high, "berat")[1:]
    state = folded(events)
    decision = next(d for d in state.decisions if d.step == "s06")
    assert (state.open_steps, decision.uncertain) == ((step,), unsure)
    assert again(plan(abh()).steps["s06"], decision, WIB.tz) == decision.to


# ---------------------------------------------------------------- the calendar is versioned (36)


def test_a_finished_step_keeps_the_calendar_it_ended_under_and_an_open_one_has_the_newest() -> None:
    """On Saturday 7 November a decree makes Thursday the 5th and Monday the 9th free days."""
    decreed = Calendar(
        WIB.zone,
        WIB.holidays | {date(2026, 11, 5), date(2026, 11, 9)},
        decreed_until=2026,
        earlier=((at("2026-11-07"), WIB),),
    )
    events = reported(13, "berat")
    before, after = fold(abh(), events, WIB), fold(abh(), events, decreed)
    assert after.visit("s06").due_at == before.visit("s06").due_at, "done on the 4th"
    assert before.visit("s08").due_at.startswith("2026-11-06")
    assert after.visit("s08").due_at.startswith("2026-11-10"), "two days more"
    assert after.service_due_at.startswith("2026-11-11")


def test_a_closed_case_keeps_its_calendar() -> None:
    free = Calendar(WIB.zone, WIB.holidays | {date(2026, 11, 4)}, 2026, earlier=((at("2027-01-04"), WIB),))
    assert fold(abh(), ended(), free) == fold(abh(), ended(), WIB)
    by_hand = [*reported(13, "berat"), act("close", "2026-11-05", closeReason="pindah")]
    assert fold(abh(), by_hand, free) == fold(abh(), by_hand, WIB)


def test_a_date_in_a_year_that_is_not_decreed_is_an_estimate_while_it_is_open() -> None:
    events = [
        replace(e, effective=e.effective.replace(day=30, month=12), received_at=at("2026-12-30"))
        for e in reported(13, "berat")
    ]
    state = folded(events)
    assert state.visit("s08").due_at.startswith("2027-01-05")
    assert [v.step for v in state.visits if v.estimate] == ["s08"]


# ---------------------------------------------------------------- people (39, 41)


def test_the_case_manager_and_the_officer_of_a_step_differ_and_a_hand_over_moves_only_what_it_names() -> None:
    events = [
        *reported(13, "berat"),
        act("assign", "2026-11-04", assignee="7", hour=15),
        act("assign", "2026-11-04", "s08", assignee="9", hour=16),
        act("assign", "2026-11-05", assignee="8"),
    ]
    state = folded(events)
    assert (state.manager, state.visit("s08").assignee) == ("8", "9")
    back = folded([*events, act("assign", "2026-11-06", "s08", assignee=None)])
    assert (back.manager, back.visit("s08").assignee) == ("8", None)


def test_a_free_task_outlives_the_steps_and_routes_nothing() -> None:
    task = act("task", "2026-11-05", text="Antar surat ke sekolah", assignee="7", due="2026-12-24")
    before, after = folded(ended()), folded([*ended(), task])
    assert after.tasks[0]["done_on"] is None
    assert replace(after, tasks=()) == before


# ---------------------------------------------------------------- the file is complete: the clock starts (14, 20)


def test_until_the_file_is_complete_nothing_is_due_or_late() -> None:
    settings = {"sop_id": "coba", "title": "x", "version": "1", "office": "k", "service_time": "3"}
    sop = small_sop(
        FORK_STEPS.replace("| clock", "| clock | limit").replace("| service", "| service | 2"),
        FORK_ROUTES,
        settings=[{**settings, "clock_start": "${berkas_lengkap} = 'ya'"}],
    )
    begun = sent("lapor", "2026-11-02", berkas_lengkap="tidak")
    state = fold(sop, [begun, sent("bantuan", "2026-11-20")], WIB)
    assert {(v.due_at, v.late) for v in state.visits} == {(None, False)}
    edited = sent("lapor", "2026-11-02", at("2026-11-09"), revision=1, berkas_lengkap="ya")
    state = fold(sop, [begun, edited], WIB)
    assert state.clock_started.startswith("2026-11-02"), "an edit says how it was on the day of the form"
    assert state.visit("s02").due_at.startswith("2026-11-04")


def test_a_corrected_report_says_on_which_day_the_file_became_complete() -> None:
    settings = {"sop_id": "coba", "title": "x", "version": "1", "office": "k", "service_time": "3"}
    rule = "if(${berkas_lengkap} = 'ya', coalesce(${tgl_lengkap}, true()), false())"
    sop = small_sop(
        FORK_STEPS.replace("| clock", "| clock | limit").replace("| service", "| service | 2"),
        FORK_ROUTES,
        settings=[{**settings, "clock_start": rule}],
    )
    begun = sent("lapor", "2026-11-02", berkas_lengkap="tidak")
    assert fold(sop, [begun], WIB).clock_started is None
    known = {"berkas_lengkap": "ya", "tgl_lengkap": date(2026, 11, 9)}
    state = fold(sop, [begun, sent("lapor", "2026-11-02", at("2026-11-09"), revision=1, **known)], WIB)
    assert state.clock_started.startswith("2026-11-09")
    assert state.visit("s02").due_at.startswith("2026-11-11")
    early = known | {"tgl_lengkap": date(2026, 10, 30)}
    state = fold(sop, [begun, sent("lapor", "2026-11-02", at("2026-11-09"), revision=1, **early)], WIB)
    assert state.clock_started.startswith("2026-11-02"), "never before the report"


# ---------------------------------------------------------------- waiting that stops the clock


def test_while_a_step_waits_for_another_agency_the_clock_stands() -> None:
    steps = FORK_STEPS.replace("sekolah | peksos | | service", "sekolah | peksos | | pause")
    sop = small_sop(steps, FORK_ROUTES)
    begun = sent("lapor", "2026-11-02")
    assert fold(sop, [begun], WIB).visit("s02").due_at is None
    state = fold(sop, [begun, sent("sekolah", "2026-11-05")], WIB)
    assert state.service_due_at.startswith("2026-11-11"), "Tuesday and Wednesday did not count"


# ---------------------------------------------------------------- loops: interval and maximum (2, 7)


def test_each_round_of_monitoring_is_wished_after_its_own_interval() -> None:
    first = sent("abh_pemantauan", "2026-11-13", tujuan_tercapai="tidak", interval_monitoring=14)
    state = folded([*agreed(), first])
    assert [(v.visit, v.not_before) for v in state.visits if v.step == "s11"] == [(1, "2026-11-13"), (2, "2026-11-27")]
