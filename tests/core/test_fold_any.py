"""Whatever arrives in whatever order: no form is lost, no state depends on the order, nothing breaks."""

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.sop import Sop
from server.sop import state as states
from server.sop.changes import differences
from server.sop.decide import again
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.plan import plan
from server.sop.settle import settle
from tests.core.sop_books import WIB, abh, act, at, sent, small_sop
from tests.core.test_fold_abh import reported

FORMS = [form.form_id for form in abh().forms]
STEPS = [step.name for step in abh().steps]
DAYS = st.integers(-3, 25).map(lambda n: date(2026, 11, 2) + timedelta(days=n))
ANSWERS = {
    "jenis_masuk": ["laporan", "undangan_rj", "undangan_diversi", ""],
    "usia_saat_kejadian": [0, 11, 12, 13, 17, 40, "", "tiga", [{"x": 1}, {"x": 2}], date(2014, 1, 1)],
    "usia_min": [10, 12, "", [], None],
    "usia_maks": [11, 13, ""],
    "berat_tindakan": ["ringan", "berat", ""],
    "hasil_rj": ["sepakat", "gagal", "", 7],
    "tujuan_tercapai": ["ya", "tidak", ""],
    "interval_monitoring": [0, 7, "", "sering", -4, 10**9, [{}, {}]],
}


@st.composite
def answers(draw: st.DrawFn) -> dict[str, object]:
    return {name: draw(st.sampled_from(ANSWERS[name])) for name in draw(st.sets(st.sampled_from(sorted(ANSWERS))))}


@st.composite
def one_event(draw: st.DrawFn, number: int) -> Event:
    """Any event of the engine, sensible or not."""
    day = draw(DAYS)
    delay = draw(st.sampled_from([0, 0, 0, 1, 5, 40]))
    received = at(day.isoformat(), draw(st.integers(6, 22)), number % 60) + timedelta(days=delay)
    kind = draw(st.sampled_from(["submission"] * 8 + ["edit"] * 2 + ["act"] * 4))
    if kind == "submission":
        form = draw(st.sampled_from(FORMS + FORMS[:3] + ["lain"]))
        return Event(f"e{number}", "submission", day, received, None, f"i{number}", 0, form, None, draw(answers()))
    if kind == "edit":
        of = draw(st.integers(0, max(number - 1, 0)))
        form = draw(st.sampled_from(FORMS[:3]))
        return Event(
            f"e{number}", "submission_edit", day, received, None, f"i{of}", number, form, None, draw(answers())
        )
    step = draw(st.sampled_from([*STEPS, "s99", None]))
    type_, data = draw(
        st.sampled_from(
            [
                ("decision", {}),
                ("confirm", {"ok": True}),
                ("confirm", {"ok": False, "reason": "kurang"}),
                ("override", {"to": ["s07"], "reason": "x"}),
                ("override", {"to": ["close"], "reason": "x", "closeReason": "lain"}),
                ("override", {"to": ["end_branch"], "reason": "x"}),
                ("override", {"to": ["s11", "s99"], "reason": "x"}),
                ("override", {}),
                ("assign", {"assignee": 3}),
                ("pause", {}),
                ("resume", {}),
                ("close", {"closeReason": "pindah"}),
                ("reopen", {}),
                ("resolve", {"resolution": "accept"}),
                ("resolve", {"resolution": "keep", "reason": "x"}),
                ("review", {"state": "rejected"}),
                ("review", {"state": "approved"}),
                ("document", {"document": "surat_uppa", "visit": 1}),
                ("document", {"document": None, "visit": "satu"}),
                ("override", {"to": "s07", "reason": ["x"]}),
                ("assign", {"assignee": None, "step": "s06"}),
                ("task", {"text": {"a": 1}, "due": 3}),
                ("resolve", {}),
                ("task", {"text": "x"}),
                ("task_done", {"task": "e0"}),
                ("start_at", {"steps": ["s06"]}),
                ("note", {"text": "x"}),
                ("move", {"toSop": "lain"}),
                ("timer", {}),
            ]
        )
    )
    instance = f"i{draw(st.integers(0, 10))}" if type_ == "review" else None
    return Event(f"e{number}", type_, day, received, "1", instance, 0, None, step, {}, data)


def rounds(age: int, seriousness: str) -> list[Event]:
    """A case that goes its way: conference, RJ that fails, UPPA or another conference, monitoring, the end."""
    return [
        *reported(age, seriousness),
        sent("abh_upaya_rj", "2026-11-05"),
        sent("abh_putusan_rj", "2026-11-06", hasil_rj="gagal", interval_monitoring=3),
        sent("abh_pelaporan_uppa", "2026-11-09"),
        sent("abh_konferensi_kasus", "2026-11-09", at("2026-11-09", 12), berat_tindakan="ringan", instance="lagi"),
        sent("abh_diversi", "2026-11-10", interval_monitoring=3),
        sent("abh_pemantauan", "2026-11-13", tujuan_tercapai="tidak", interval_monitoring=3),
        sent("abh_pemantauan", "2026-11-16", tujuan_tercapai="ya"),
        sent("abh_terminasi", "2026-11-17"),
        act("confirm", "2026-11-18", "s12", ok=True),
        sent("abh_laporan_kasus", "2026-11-19"),
        sent("abh_arsip", "2026-11-20"),
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """A case that goes its way, arriving late here and there, with anything else mixed in."""
    way = rounds(draw(st.sampled_from([11, 12, 13])), draw(st.sampled_from(["ringan", "berat"])))
    way = way[: draw(st.integers(1, len(way)))]
    late = draw(st.lists(st.sampled_from([0, 0, 0, 2, 9]), min_size=len(way), max_size=len(way)))
    way = [replace(e, received_at=e.received_at + timedelta(days=n)) for e, n in zip(way, late, strict=True)]
    mixed = [draw(one_event(number)) for number in range(1, draw(st.integers(1, 9)))]
    edits = []
    for number, of in enumerate(draw(st.lists(st.sampled_from(way), max_size=4))):
        if of.instance_id:
            told = {name: value for name, value in draw(answers()).items() if value != ""}
            received = of.received_at + timedelta(days=draw(st.integers(0, 9)), minutes=number + 1)
            more = {"id": f"edit{number}", "type": "submission_edit", "revision": number + 1}
            edits.append(replace(of, received_at=received, answers={**of.answers, **told}, **more))
    return [*way, *mixed, *edits]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(histories(), st.randoms(use_true_random=False))
def test_any_history(events: list[Event], chance) -> None:
    state = fold(abh(), events, WIB)
    shuffled = [*events, *events[:3]]
    chance.shuffle(shuffled)
    assert fold(abh(), shuffled, WIB) == state, "the order of reading never matters"
    assert states.from_json(json.loads(json.dumps(states.to_json(state)))) == state
    none_is_lost(events, state)
    consistent(state)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(histories())
def test_any_history_as_it_arrives(events: list[Event]) -> None:
    """Settled event by event: what is written down beside the causes gives the same state when read again."""
    kept: list[Event] = []
    state = None
    for event in sorted(events, key=lambda e: (e.received_at, e.id)):
        kept.append(event)
        settled = settle(abh(), state, kept, WIB, event)
        kept += settled.events
        before, state = state, settled.state
        assert differences(before, state) == settled.changes
        consistent(state)
        for conflict in state.conflicts:
            held = next(d for d in state.current_decisions if (d.step, d.visit) == (conflict.step, conflict.visit))
            assert held.to == conflict.old.to != conflict.new.to
    assert fold(abh(), reversed(kept), WIB) == state
    assert state is not None
    assert len({e.id for e in kept}) == len(kept)


def none_is_lost(events: list[Event], state: states.CaseState) -> None:
    """Every submission that was not rejected completes a visit, waits, or belongs to no step and only told facts."""
    seen = {w.instance_id for w in state.waiting} | {v.instance_id for v in state.visits}
    seen |= {report.instance_id for report in state.reports}
    rejected = {e.instance_id for e in events if e.type == "review" and e.data["state"] == "rejected"}
    refused = {v.step for v in state.visits if v.state != "done"}
    for event in events:
        if event.type.startswith("submission") and event.instance_id not in seen | rejected:
            newest = max((e for e in events if e.instance_id == event.instance_id and e.form), key=lambda e: e.revision)
            refusable = {"s12"} & set(plan(abh()).takes.get(newest.form or "", ()))
            assert refusable & refused, newest


def consistent(state: states.CaseState, sop: Sop | None = None) -> None:
    """What must hold of every state (of SOP 003 where none is named)."""
    sop = sop or abh()
    keys = [visit.key for visit in state.visits]
    assert len(set(keys)) == len(keys)
    open_ = [visit.step for visit in state.visits if visit.state == "open"]
    assert len(set(open_)) == len(open_), "a step is open once at a time"
    assert (state.status == "closed") == (state.closed_on is not None)
    if state.status == "closed":
        assert open_ == []
    for visit in state.visits:
        assert (visit.state == "done") == (visit.done_on is not None)
        earlier = [v.visit for v in state.visits if v.step == visit.step and v.visit <= visit.visit]
        assert earlier == list(range(1, visit.visit + 1))
    current = [decision.key for decision in state.current_decisions]
    assert len(set(current)) == len(current), "one decision per visit holds"
    done = {visit.key for visit in state.visits if visit.state == "done"}
    assert done <= set(current), "every finished visit was decided"
    if state.visits and state.status == "open" and not open_:
        assert state.stuck or "notice.nothing_open" in {n.code for n in state.notices}
    for decision in state.current_decisions:
        if decision.kind == "rule":
            assert again(plan(sop).steps[decision.step], decision, WIB.tz) == decision.to


def test_a_thousand_visits_fold_in_a_moment() -> None:
    steps = (
        "name | kind | form | role | repeat\ns01 | form | lapor | peksos | once\ns02 | form | pantau | peksos | loop\n"
    )
    routes = "name | from | when | to\nr1 | s01 | | s02\nr2 | s02 | ${lagi} = 'ya' | s02\n"
    sop = small_sop(steps, routes)
    events = [Event("a", "submission", date(2024, 1, 1), at("2027-01-01"), None, "a", 0, "lapor")]
    for number in range(1_000):
        day = date(2024, 1, 1) + timedelta(days=number)
        events.append(
            Event(
                f"p{number}", "submission", day, at("2027-01-01"), None, f"p{number}", 0, "pantau", None, {"lagi": "ya"}
            )
        )
    assert len(fold(sop, events, WIB).visits) == 1_002
