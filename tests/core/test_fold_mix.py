"""Everything at once: forks, waits, papers, records, merged files, migrations, time; one state whatever the order."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

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
from server.sop.state import CaseState
from server.sop.timers import due_timers, next_timer
from tests.core.sop_books import SETTINGS, WIB, at, small_sop
from tests.core.test_fold_any import consistent

STEPS = """
name | kind | form | role | choose | join | repeat | clock | limit | escalate_at | confirm_by | not_before
s01 | form | lapor | peksos | each | | once | service | | | |
s02 | form | bantuan | peksos | each | | once | service | 2 | 50% | |
s03 | form | uang | peksos | | | once | service | 3 | 100% | kabid |
s04 | form | beras | peksos | | | once | service | | | |
s05 | form | serah | peksos | | all | loop | service | | | |
s06 | wait | | peksos | | | loop | outside | 2 | | |
s07 | form | pantau | peksos | first | | loop | outside | | | | ${jarak}
s08 | approval | putus | kabid | | all | loop | pause | | | |
"""
ROUTES = """
name | from | when | to | protective | close_reason
r1 | s01 | ${perlu} = 'ya' | s02 | |
r2 | s01 | | s07 | |
r3 | s02 | ${usia} < 12 | s03 | 2 |
r4 | s02 | ${usia} >= 12 | s04 | 1 |
r5 | s02 | ${beras} = 'ya' | s04 | 1 |
r6 | s03 | | s05 | |
r7 | s04 | | s05 | |
r8 | s05 | ${lengkap} = 'ya' | s08 | |
r9 | s05 | ${lengkap} = 'tidak' | s06 | |
r10 | s06 | | s05 | |
r11 | s07 | ${pulih} = 'ya' | s08 | |
r12 | s07 | | s07 | |
r13 | s08 | ${setuju} = 'ya' | close | | selesai
r14 | s08 | ${setuju} = 'tidak' | s05 | |
"""
FORMS = """
form_id | opens_case | record
lapor | yes |
bantuan | no |
uang | no |
beras | no |
serah | no |
pantau | no |
putus | no |
rujukan | no | referral
masuk | no | stay_in
keluar | no | stay_out
"""
DOCUMENTS = [
    {"name": "kwitansi", "direction": "in", "step": "s03", "required": "yes", "blocks": "s05", "template": "x"},
    {"name": "undangan", "direction": "out", "step": "s04", "required": "${perlu} = 'ya'", "blocks": "s04"},
    {"name": "surat_polisi", "direction": "out", "step": "s02", "required": "yes", "to_authority": "yes"},
]
ALERTS = [
    {"name": "a1", "when": "${s07#visits} > 2", "at": "event", "to": "supervisor"},
    {"name": "a2", "when": "${kasus#hari_berjalan} >= 7", "at": "daily", "to": "supervisor"},
]
NAMES = {"s05": "serah_terima", "s07": "pantauan"}
ANSWERS = {
    "perlu": ["ya", "ya", "tidak", ""],
    "usia": [11, 12, 13, ""],
    "usia_min": [10, 12, ""],
    "usia_maks": [11, 13, ""],
    "beras": ["ya", "tidak"],
    "lengkap": ["ya", "tidak", ""],
    "pulih": ["ya", "tidak"],
    "setuju": ["ya", "tidak", ""],
    "jarak": [0, 2, 5],
    "kwitansi": ["foto.jpg", ""],
    "lembaga_tujuan": ["RS"],
}
FORM_IDS = ["lapor", "bantuan", "uang", "beras", "serah", "pantau", "putus", "rujukan", "masuk", "keluar", "lain"]
WAY: dict[str, dict[str, object]] = {
    "lapor": {"perlu": "ya", "usia_min": 11},
    "bantuan": {"beras": "ya"},
    "uang": {"kwitansi": "foto.jpg"},
    "beras": {},
    "serah": {"lengkap": "ya"},
    "pantau": {"pulih": "ya"},
    "putus": {"setuju": "ya"},
}
"""The forms of a case that goes its way, with what they usually say."""


def fresh(other: bool = False) -> Sop:
    steps, routes, documents = STEPS, ROUTES, DOCUMENTS
    facts = [{"name": "usia_saat_kejadian", "calculation": "${usia}", "type": "integer"}]
    if other:
        routes = routes.replace("< 12", "< 13").replace(">= 12", ">= 13")
        for name, new in NAMES.items():
            steps, routes = steps.replace(name, new), routes.replace(name, new)
        documents = [{**row, "blocks": NAMES.get(row.get("blocks", ""), row.get("blocks", ""))} for row in documents]
    sheets = {"documents": documents, "alerts": ALERTS, "facts": facts}
    return small_sop(steps, routes, FORMS, settings=[{**SETTINGS, "version": "2" if other else "1"}], **sheets)


first, second, twin = cache(lambda: fresh()), cache(lambda: fresh(other=True)), cache(lambda: fresh())


@st.composite
def answers(draw: st.DrawFn, most: int = 11) -> dict[str, object]:
    names = draw(st.sets(st.sampled_from(sorted(ANSWERS)), max_size=most))
    return {name: draw(st.sampled_from(ANSWERS[name])) for name in sorted(names)}


ACTS: list[tuple[str, str | None, dict[str, object]]] = [
    ("document", "s03", {"document": "kwitansi", "visit": 1, "action": "received"}),
    ("document", "s04", {"document": "undangan", "visit": 1}),
    ("document", "s04", {"document": "undangan", "visit": 1, "action": "voided"}),
    ("document", "s02", {"document": "surat_polisi", "visit": 1, "action": 3}),
    ("record", None, {"record": "r", "kind": "referral", "state": "accepted", "on": "2026-11-05"}),
    ("record", None, {"record": "r", "kind": "stay", "state": "in", "on": 7}),
    ("record", None, {"kind": "lain"}),
    ("confirm", None, {"about": "age", "ok": True}),
    ("confirm", "s03", {"ok": True}),
    ("confirm", "s03", {"ok": False, "reason": "kurang"}),
    ("override", "s02", {"due": "2026-11-20", "reason": "x"}),
    ("override", "s07", {"due": "kapan-kapan"}),
    ("override", "s02", {"to": ["s03", "s04"], "reason": "x"}),
    ("override", "s07", {"to": ["end_branch"], "reason": "x"}),
    ("override", None, {"to": ["s05"], "reason": "x"}),
    ("decision", "s08", {"decidedBy": "Kabid", "decidedOn": "2026-11-06"}),
    ("decision", "s06", {}),
    ("timer", "s06", {"kind": "wait", "visit": 1}),
    ("timer", "s02", {"kind": "escalation", "visit": 1}),
    ("timer", None, {"kind": "alert"}),
    ("close", None, {"closeReason": "ditarik"}),
    ("reopen", "s05", {}),
    ("pause", None, {}),
    ("resume", None, {}),
    ("resolve", "s02", {"resolution": "accept"}),
    ("resolve", "s02", {"resolution": "keep", "reason": "x"}),
    ("assign", "s07", {"assignee": "4"}),
    ("start_at", None, {"steps": ["s05"], "fromCase": "k"}),
    ("move", None, {"toSop": "lain", "toCase": "k"}),
]

USUAL = [ACTS[0], ACTS[1], ("confirm", "s03", {"ok": True})]


@st.composite
def file_of(draw: st.DrawFn, mark: str) -> list[Event]:
    """The events of one case: its way, late here and there, with acts and further forms mixed in."""
    made = []
    forms = [*list(WAY)[: draw(st.integers(1, len(WAY) + 4))], *draw(st.lists(st.sampled_from(FORM_IDS), max_size=4))]
    for number, form in enumerate(forms):
        day = date(2026, 11, 2) + timedelta(days=draw(st.integers(0, 2)) + number)
        received = at(day.isoformat(), 8, number) + timedelta(days=draw(st.sampled_from([0, 0, 0, 3, 9])))
        told = {**WAY.get(form, {}), **draw(answers(1))}
        if form == "lapor":
            told |= {"usia": draw(st.sampled_from([11, 13])), "usia_maks": draw(st.sampled_from([11, 13]))}
        name = f"{mark}{number}"
        made.append(Event(name, "submission", day, received, None, name, 0, form, None, told))
        if form == "serah":
            told["lengkap"] = draw(st.sampled_from(["ya", "tidak"]))
        if draw(st.integers(0, 3)) == 0:
            edit = {**told, "usia": draw(st.sampled_from([11, 13])), "usia_maks": 11, **draw(answers(1))}
            later = received + timedelta(days=draw(st.integers(0, 5)), minutes=30)
            made.append(Event(f"{name}e", "submission_edit", day, later, None, name, 1, form, None, edit))
    usual = USUAL if draw(st.integers(0, 3)) else []
    for number, (kind, step, data) in enumerate([*usual, *draw(st.lists(st.sampled_from(ACTS), max_size=4))]):
        day = date(2026, 11, 2) + timedelta(days=draw(st.integers(2, 15)))
        told = draw(answers(2)) if kind in ("decision", "start_at") else {}
        received = at(day.isoformat(), 17, number)
        made.append(Event(f"{mark}a{number}", kind, day, received, "1", None, 0, None, step, told, data))
    return made


def merged(stays: list[Event], goes: list[Event], day: date) -> tuple[list[Event], Event, Event]:
    """The events of the surviving case as they are read, and the event on either side."""
    received = at(day.isoformat(), 18)
    source = Event("gabung-a", "merge", day, received, "1", data={"from": "B", "number": "2", "reason": "sama"})
    into = Event("gabung-b", "merge", day, received, "1", data={"into": "A", "number": "1", "case": "B"})
    return [*stays, source, *(replace(event, case="B") for event in [*goes, into])], source, into


def migration(day: date) -> Event:
    data = {"from": "1", "to": "2", "map": NAMES, "reason": "SK baru"}
    return Event("pindah-versi", "migrate", day, at(day.isoformat(), 19), "1", data=data)


SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
LATER = st.integers(0, 20).map(lambda n: date(2026, 11, 4) + timedelta(days=n))


def sound(sop: Sop, state: CaseState) -> None:
    consistent(state, sop)
    assert states.from_json(json.loads(json.dumps(states.to_json(state)))) == state
    for decision in state.current_decisions:
        if decision.kind == "rule":
            assert again(plan(sop).steps[decision.step], decision, WIB.tz) == decision.to
    for paper in state.papers:
        assert not (paper.held and paper.issued)


@SLOW
@given(file_of("a"), file_of("b"), LATER, st.booleans(), st.randoms(use_true_random=False))
def test_any_order_any_copy_any_batch_gives_one_state(mine, others, day, both, chance) -> None:
    events = merged(mine, others, day)[0] if both else mine
    state = fold(first(), events, WIB)
    sound(first(), state)
    shuffled = [*events, *events[:4]]
    chance.shuffle(shuffled)
    for size in (2, len(shuffled)):
        seen: list[Event] = []
        for start in range(0, len(shuffled), size):
            seen += shuffled[start : start + size]
            last = fold(first(), seen, WIB)
        assert last == state
    assert fold(twin(), shuffled, WIB) == state, "nothing is remembered from one case to the next"


@SLOW
@given(file_of("a"), st.integers(0, 30))
def test_as_it_arrives_with_time_passing_it_reads_back_as_it_was(events, days) -> None:
    kept: list[Event] = []
    state: CaseState | None = None

    def take(event: Event) -> CaseState:
        kept.append(event)
        settled = settle(first(), state, kept, WIB, event)
        kept.extend(settled.events)
        assert differences(state, settled.state) == settled.changes
        sound(first(), settled.state)
        return settled.state

    def pass_time(now: datetime) -> None:
        nonlocal state
        while state and (due := due_timers(first(), "A", state, WIB, now, events=kept)):
            soonest = next_timer(first(), state, WIB, now - timedelta(days=1))
            assert soonest is not None
            assert soonest <= now
            for event in due:
                state = take(event)

    for event in sorted(events, key=lambda e: (e.received_at, e.id)):
        pass_time(event.received_at)
        state = take(event)
    pass_time(at("2026-11-20") + timedelta(days=days))
    assert state is not None
    assert fold(first(), reversed(kept), WIB) == state
    assert len({event.id for event in kept}) == len(kept)


@SLOW
@given(file_of("a"), file_of("b"), LATER)
def test_undoing_a_merge_gives_the_two_states_of_before(mine, others, day) -> None:
    together, source, into = merged(mine, others, day)
    undo = Event("urai", "merge", day, at("2026-12-20"), "1", data={"undoes": source.id})
    undo_other = replace(undo, id="urai-b", data={"undoes": into.id})
    assert fold(first(), [*together, undo], WIB) == fold(first(), mine, WIB)
    assert fold(first(), [*others, into, undo_other], WIB) == fold(first(), others, WIB)
    closed = fold(first(), [*others, into], WIB)
    assert closed.close_reason == "digabung" or not closed.visits


@SLOW
@given(file_of("a"), LATER, file_of("c"))
def test_a_migration_changes_no_decision_and_its_undoing_gives_the_state_of_before(events, day, more) -> None:
    cause = migration(day)
    before = [event for event in events if event.received_at < cause.received_at]
    old = fold(first(), before, WIB)
    settled = settle(second(), old, [*before, cause], WIB, cause)
    kept = [*before, cause, *settled.events]
    assert fold(second(), reversed(kept), WIB) == settled.state
    sound(second(), settled.state)
    taken = {d.key: d.to for d in old.current_decisions if d.kind != "stuck"}
    for decision in settled.state.current_decisions:
        step, _, visit = decision.key.partition("#")
        was = taken.get(f"{ {new: name for name, new in NAMES.items()}.get(step, step) }#{visit}")
        if was is not None:
            assert decision.to == tuple(NAMES.get(name, name) for name in was)
    undo = Event("kembali", "migrate", date(2026, 12, 20), at("2026-12-20"), "1", data={"undoes": cause.id})
    back = settle(first(), settled.state, [*kept, undo], WIB, undo)
    assert (back.state, back.events) == (old, ())
    late = [replace(event, id=f"x{event.id}") for event in more if event.received_at > cause.received_at]
    after = fold(second(), [*kept, *late], WIB)
    assert fold(second(), [*late, *reversed(kept)], WIB) == after
