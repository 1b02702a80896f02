"""Two files about one child become one, a child goes to another service, and both can be taken back."""

from dataclasses import replace

from server.sop.events import Event
from server.sop.fold import fold
from server.sop.settle import settle
from tests.core.sop_books import WIB, abh, act, at, sent
from tests.core.test_fold_abh import folded, report, reported

OLDER, YOUNGER = "kasus-lama", "kasus-baru"


def second_file() -> list[Event]:
    """The same child, reported again on Wednesday at another counter; somebody assessed and closed it by hand."""
    return [
        sent("abh_laporan_awal", "2026-11-04", at("2026-11-04", 8), instance="uuid:lagi", jenis_masuk="undangan_rj"),
        sent("abh_kunjungan_rumah", "2026-11-05", instance="uuid:rumah", berat_tindakan="berat"),
        act("assign", "2026-11-05", assignee="99"),
        act("pause", "2026-11-05", hour=15, reason="menunggu"),
        act("task", "2026-11-05", hour=16, text="Minta rapor"),
    ]


def merge_events() -> tuple[Event, Event]:
    into = act("merge", "2026-11-06", into=OLDER, number="ABH-1", reason="anak yang sama", case=YOUNGER)
    source = {"from": YOUNGER, "number": "ABH-2", "reason": "anak yang sama"}
    return replace(act("merge", "2026-11-06"), id="merge-a", data=source), replace(into, id="merge-b")


def of(case: str, events: list[Event]) -> list[Event]:
    """As `read_events` of the surviving case gives the events of the other one."""
    return [replace(event, case=case) for event in events]


def test_the_events_of_both_count_in_the_older_case_and_the_second_report_stays_a_report() -> None:
    stays, goes = merge_events()
    first = [*reported(13, "berat"), act("assign", "2026-11-03", assignee="7")]
    state = folded([*first, stays, *of(YOUNGER, [*second_file(), goes])])
    assert state.status == "open"
    assert [r.instance_id for r in state.reports] == ["uuid:abh_laporan_awal-2026-11-02", "uuid:lagi"]
    assert state.facts["jenis_masuk"] == "laporan", "the first report stands"
    assert [(w.instance_id, w.reason) for w in state.waiting] == [("uuid:rumah", "step_not_open")]
    assert (state.manager, state.paused) == ("7", False), "how the other file was led ends with it"
    assert [task["text"] for task in state.tasks] == ["Minta rapor"]


def test_of_a_step_done_in_both_the_earlier_counts() -> None:
    stays, goes = merge_events()
    twice = sent("abh_asesmen", "2026-11-05", instance="uuid:asesmen-2", berat_tindakan="ringan")
    state = folded([*reported(13, "berat"), stays, *of(YOUNGER, [*second_file(), twice, goes])])
    assert state.visit("s03").instance_id == "uuid:abh_asesmen-2026-11-03"
    assert ("uuid:asesmen-2", "already_done") in {(w.instance_id, w.reason) for w in state.waiting}


def test_the_merged_case_is_closed_and_says_why() -> None:
    _, goes = merge_events()
    before = folded(second_file())
    state = folded([*second_file(), goes])
    assert (state.status, state.close_reason, state.closed_on) == ("closed", "digabung", "2026-11-06")
    assert {v.key for v in state.visits if v.state == "withdrawn"} == {
        v.key for v in before.visits if v.state == "open"
    }


def test_taking_a_merge_back_gives_the_two_cases_as_they_were() -> None:
    stays, goes = merge_events()
    first = reported(13, "berat")
    undo_first = act("merge", "2026-11-09", undoes=stays.id, reason="bukan anak yang sama")
    undo_second = replace(undo_first, id="undo-b", data={"undoes": goes.id, "reason": "x"})
    assert folded([*first, stays, undo_first]) == folded(first)
    assert folded([*first, stays, undo_first, *of(YOUNGER, second_file())]) == folded(first)
    assert folded([*second_file(), goes, undo_second]) == folded(second_file())


def test_a_case_merged_twice_on_closes_only_where_it_ends() -> None:
    """C went into B, B into A: A is open, B and C are closed."""
    b_from_c = replace(act("merge", "2026-11-06"), id="b1", data={"from": "C", "number": "3", "reason": "x"})
    c_into_b = replace(
        act("merge", "2026-11-06"), id="c1", data={"into": "B", "number": "2", "reason": "x", "case": "C"}
    )
    a_from_b = replace(act("merge", "2026-11-09"), id="a1", data={"from": "B", "number": "2", "reason": "x"})
    b_into_a = replace(
        act("merge", "2026-11-09"), id="b2", data={"into": "A", "number": "1", "reason": "x", "case": "B"}
    )
    third = of("C", [*second_file(), c_into_b])
    b_own = [report(9, "laporan", "2026-11-03"), b_from_c]
    assert folded([*reported(13, "berat"), a_from_b, *of("B", [*b_own, b_into_a]), *third]).status == "open"
    assert folded([*b_own, b_into_a, *third]).close_reason == "digabung"
    assert folded([*second_file(), c_into_b]).close_reason == "digabung"


def test_a_merge_is_meant_to_lead_elsewhere_and_asks_nobody() -> None:
    stays, goes = merge_events()
    first = reported(13, "berat")
    earlier = sent(
        "abh_konferensi_kasus", "2026-11-03", at("2026-11-03", 12), instance="uuid:k", berat_tindakan="ringan"
    )
    everything = [*first, stays, *of(YOUNGER, [*second_file(), earlier, goes])]
    settled = settle(abh(), folded(first), everything, WIB, stays)
    assert settled.events == ()
    assert settled.state.open_steps == ("s07",)
    assert fold(abh(), reversed(everything), WIB) == settled.state


def test_a_move_to_another_service_closes_the_case_and_can_be_taken_back() -> None:
    moved = act("move", "2026-11-05", toSop="anjal_terlantar", toCase="k2", reason="terlantar")
    first = reported(13, "berat")
    assert folded([*first, moved]).close_reason == "pindah_layanan"
    back = act("move", "2026-11-06", undoes=moved.id, reason="keliru")
    assert folded([*first, moved, back]) == folded(first)


def test_the_case_it_moved_to_begins_with_what_was_known_and_takes_its_own_intake() -> None:
    begun = act(
        "start_at",
        "2026-11-05",
        answers={"usia_saat_kejadian": 13, "inisial": "R. A."},
        steps=["s01"],
        fromCase="k1",
        fromSop="tuna_sosial",
        fromNumber="TS-1",
        openedOn="2026-10-20",
    )
    state = folded([begun])
    assert (state.begun, state.open_steps, state.facts["inisial"]) == ("move", ("s01",), "R. A.")
    assert state.service_due_at.startswith("2026-11-12")
    intake = sent("abh_laporan_awal", "2026-11-06", jenis_masuk="laporan")
    state = folded([begun, intake])
    assert state.open_steps == ("s03",)
    assert state.visit("s01").instance_id == intake.instance_id
    assert [r.instance_id for r in state.reports] == [intake.instance_id]


def test_a_running_case_taken_over_from_a_list_has_deadlines_but_no_service_time() -> None:
    taken = act("start_at", "2026-11-02", answers={"usia_saat_kejadian": 14}, steps=["s06"], importedAs="baris 7")
    state = folded([taken])
    assert (state.begun, state.service_due_at, state.service_done_on) == ("import", None, None)
    assert state.visit("s06").due_at == state.due_at
    assert state.due_at is not None
