"""SOP 003 as it runs: which step follows for which child, whatever order the phones sync in."""

import json

import pytest

from server.sop import state as states
from server.sop.decide import again
from server.sop.fold import fold
from server.sop.plan import plan
from server.sop.state import CaseState
from tests.core.sop_books import WIB, abh, act, at, sent


def report(age: int = 14, channel: str = "laporan", day: str = "2026-11-02", **answers: object):
    return sent(
        "abh_laporan_awal", day, jenis_masuk=channel, usia_saat_kejadian=age, inisial="R. A.", jk="l", **answers
    )


def reported(age: int, seriousness: str) -> list:
    """A reported child up to the case conference, one form a day from Monday 2 November."""
    return [
        report(age),
        sent("abh_asesmen", "2026-11-03", berat_tindakan=seriousness),
        sent("abh_konferensi_kasus", "2026-11-04", berat_tindakan=seriousness),
    ]


def agreed(age: int = 14) -> list:
    """A minor act, RJ agreed on Friday 6 November: monitoring is open, to be visited after 7 days."""
    return [
        *reported(age, "ringan"),
        sent("abh_upaya_rj", "2026-11-05"),
        sent("abh_putusan_rj", "2026-11-06", hasil_rj="sepakat", interval_monitoring=7),
    ]


def ended() -> list:
    """Three visits, termination confirmed by the supervisor, report and archive."""
    return [
        *agreed(),
        sent("abh_pemantauan", "2026-11-13", tujuan_tercapai="tidak", interval_monitoring=7),
        sent("abh_pemantauan", "2026-11-20", tujuan_tercapai="tidak", interval_monitoring=7),
        sent("abh_pemantauan", "2026-11-27", tujuan_tercapai="ya"),
        sent("abh_terminasi", "2026-11-30"),
        act("confirm", "2026-11-30", "s12", ok=True),
        sent("abh_laporan_kasus", "2026-12-01"),
        sent("abh_arsip", "2026-12-02"),
    ]


def folded(events: list) -> CaseState:
    return fold(abh(), events, WIB)


@pytest.mark.parametrize(("channel", "step"), [("laporan", "s03"), ("undangan_rj", "s04"), ("undangan_diversi", "s05")])
def test_the_way_a_case_comes_in_decides_the_first_step(channel: str, step: str) -> None:
    state = folded([report(channel=channel)])
    assert state.open_steps == (step,)
    assert [d.key for d in state.decisions] == ["s01#1", "s02#1"]


@pytest.mark.parametrize(
    ("age", "seriousness", "step"),
    [
        (0, "berat", "s07"),
        (11, "ringan", "s07"),
        (11, "berat", "s07"),
        (12, "ringan", "s07"),
        (12, "berat", "s08"),
        (13, "ringan", "s07"),
        (13, "berat", "s08"),
        (17, "berat", "s08"),
    ],
)
def test_age_and_act_decide_between_rj_and_uppa(age: int, seriousness: str, step: str) -> None:
    assert folded(reported(age, seriousness)).open_steps == (step,)


@pytest.mark.parametrize("channel", ["undangan_rj", "undangan_diversi"])
@pytest.mark.parametrize("age", [11, 12, 13])
def test_an_invitation_keeps_its_way_whatever_the_age(channel: str, age: int) -> None:
    first, second = ("kunjungan_rumah", "s09") if channel == "undangan_rj" else ("pendampingan_aph", "s10")
    state = folded([report(age, channel), sent(f"abh_{first}", "2026-11-03", berat_tindakan="berat")])
    assert state.open_steps == (second,)
    alerts = {dict(n.args)["alert"] for n in state.notices if n.code == "notice.alert"}
    assert ("a1" in alerts) == (channel == "undangan_rj" and age >= 12)


def test_a_failed_rj_from_12_on_goes_to_uppa() -> None:
    events = [
        *reported(12, "ringan"),
        sent("abh_upaya_rj", "2026-11-05"),
        sent("abh_putusan_rj", "2026-11-06", hasil_rj="gagal"),
    ]
    assert folded(events).open_steps == ("s08",)


def test_a_failed_rj_under_12_holds_another_conference_and_the_third_calls_the_supervisor() -> None:
    events = [*reported(11, "berat")]
    for round_, day in enumerate((5, 9, 12), start=1):
        assert folded(events).open_steps == ("s07",)
        assert folded(events).visit("s06").visit == round_
        events += [
            sent("abh_upaya_rj", f"2026-11-{day:02}"),
            sent("abh_putusan_rj", f"2026-11-{day:02}", at(f"2026-11-{day:02}", 11), hasil_rj="gagal"),
        ]
        state = folded(events)
        assert state.open_steps == ("s06",)
        events.append(sent("abh_konferensi_kasus", f"2026-11-{day + 1:02}", berat_tindakan="ringan"))
    assert [n.to for n in state.notices if dict(n.args).get("alert") == "a2"] == ["supervisor"]


def test_three_visits_then_termination_report_and_archive_close_the_case() -> None:
    state = folded(ended())
    assert (state.status, state.closed_on, state.close_reason) == ("closed", "2026-12-02", "terminasi")
    assert [v.visit for v in state.visits if v.step == "s11"] == [1, 2, 3]
    assert state.open_steps == ()
    assert state.waiting == ()
    assert state.due_at is None
    assert all(v.state == "done" for v in state.visits)


def test_termination_waits_for_the_supervisor() -> None:
    until = ended()[:9]
    state = folded(until)
    visit = state.visit("s12")
    assert (visit.state, visit.waits_for) == ("open", "supervisor")
    assert state.wanted_forms == ()


def test_a_refused_termination_is_open_again_with_the_reason_until_the_form_is_corrected() -> None:
    refused = act("confirm", "2026-11-30", "s12", ok=False, reason="lampiran kurang")
    events = [*ended()[:9], refused]
    visit = folded(events).visit("s12")
    assert (visit.state, visit.waits_for, visit.refused) == ("open", None, "lampiran kurang")
    assert folded(events).wanted_forms == ("abh_terminasi",)
    corrected = sent("abh_terminasi", "2026-11-30", at("2026-12-01"), revision=1)
    assert folded([*events, corrected]).visit("s12").waits_for == "supervisor"
    confirmed = act("confirm", "2026-12-01", "s12", ok=True)
    assert folded([*events, corrected, confirmed]).open_steps == ("s13",)


def test_what_is_due_when() -> None:
    state = folded(reported(14, "berat"))
    due = {v.step: (v.due_at or "")[:10] for v in state.visits}
    # service steps count from Monday 2 November, the day the report came
    assert due["s01"] == "2026-11-02"
    assert due["s03"] == "2026-11-03"
    assert due["s06"] == "2026-11-05"
    assert due["s08"] == "2026-11-06"
    assert state.service_due_at == "2026-11-09T23:59:59+07:00" == state.due_at
    assert not any(v.late for v in state.visits)


def test_a_late_conference_is_late_against_its_own_day() -> None:
    events = [
        report(),
        sent("abh_asesmen", "2026-11-03"),
        sent("abh_konferensi_kasus", "2026-11-06", berat_tindakan="berat"),
    ]
    assert [v.step for v in folded(events).visits if v.late] == ["s06"]


def test_monitoring_is_wished_after_the_interval_and_an_earlier_visit_is_taken_with_a_flag() -> None:
    state = folded(agreed())
    assert state.visit("s11").not_before == "2026-11-13"
    assert state.service_done_on == "2026-11-06"
    early = folded([*agreed(), sent("abh_pemantauan", "2026-11-10", tujuan_tercapai="tidak", interval_monitoring=7)])
    first = early.visit("s11", 1)
    assert first.state == "done"
    assert first.early
    assert "notice.early" in {n.code for n in early.notices}


def test_the_record_of_handling_and_the_letter_to_uppa_are_called_for() -> None:
    assert [p.document for p in folded([*reported(14, "berat"), sent("abh_pelaporan_uppa", "2026-11-05")]).papers] == [
        "surat_uppa"
    ]
    state = folded([*ended(), act("document", "2026-12-03", "s13", document="ba_penanganan", visit=1)])
    assert {(p.document, p.issued) for p in state.papers} == {("kesepakatan_rj", False), ("ba_penanganan", True)}


def test_an_estimated_age_around_12_takes_the_protective_route_and_says_so() -> None:
    events = [report(12, usia_min=11, usia_maks=13), *reported(12, "berat")[1:]]
    state = folded(events)
    assert state.open_steps == ("s07",)
    assert state.decisions[-1].uncertain
    sure = folded([report(13, usia_min=13, usia_maks=14), *reported(13, "berat")[1:]])
    assert sure.open_steps == ("s08",)
    assert not sure.decisions[-1].uncertain


def test_the_label_of_a_case_names_nobody() -> None:
    assert folded([report()]).label.startswith("R. A., l, 14 th")


def test_a_state_survives_being_kept_as_json() -> None:
    for events in (reported(12, "berat"), ended(), [*ended(), sent("abh_asesmen", "2026-12-04")]):
        state = folded(events)
        assert states.from_json(json.loads(json.dumps(states.to_json(state)))) == state


def test_every_decision_can_be_worked_out_again_from_what_it_kept() -> None:
    case_plan = plan(abh())
    for events in (ended(), reported(11, "berat"), reported(12, "berat"), reported(13, "ringan")):
        for decision in folded(events).decisions:
            assert again(case_plan.steps[decision.step], decision, WIB.tz) == decision.to


def test_the_decision_tells_what_it_read_and_what_would_have_led_elsewhere() -> None:
    decision = folded(reported(12, "berat")).decisions[-1]
    assert [(i.name, i.value, i.form, i.day) for i in decision.inputs] == [
        ("usia_saat_kejadian", "12", "abh_laporan_awal", "2026-11-02"),
        ("abh_konferensi_kasus#berat_tindakan", "berat", "abh_konferensi_kasus", "2026-11-04"),
    ]
    assert [(t.route, t.holds, [p.holds for p in t.parts]) for t in decision.tried] == [
        ("r06", False, [False, False]),
        ("r07", True, [True, True]),
    ]
    assert {w.to: None for w in decision.what_if} == {("s07",): None}
    assert [dict(w.changes) for w in decision.what_if] == [
        {"usia_saat_kejadian": "≤ 11"},
        {"abh_konferensi_kasus#berat_tindakan": "ringan"},
    ]
