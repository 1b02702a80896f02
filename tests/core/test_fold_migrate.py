"""A running case moves to a newer version of its SOP: nothing decided before it changes, and it can be undone."""

from dataclasses import replace
from datetime import timedelta

from forms.sop import Sop
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.settle import settle
from server.sop.state import CaseState
from tests.core.sop_books import SETTINGS, WIB, act, at, sent, small_sop

OLD_STEPS = """
name | kind | form | role | repeat
s01 | form | lapor | peksos | once
s02 | form | rapat | peksos | loop
s03 | form | bina | peksos | once
s04 | form | rujuk | peksos | once
"""
OLD_ROUTES = """
name | from | when | to | close_reason
r1 | s01 | | s02 |
r2 | s02 | ${usia} < 12 | s03 |
r3 | s02 | ${usia} >= 12 | s04 |
r4 | s03 | | close | selesai
r5 | s04 | | close | dirujuk
"""
BEGUN = [
    sent("lapor", "2026-11-02", usia=13),
    sent("rapat", "2026-11-03"),
    act("assign", "2026-11-03", "s04", hour=15, assignee="9"),
]
NAMES = {"s02": "konferensi", "s04": "rujukan"}


def version(number: str, steps: str, routes: str) -> Sop:
    return small_sop(steps, routes, settings=[{**SETTINGS, "version": number}])


def old() -> Sop:
    return version("1", OLD_STEPS, OLD_ROUTES)


def new(border: int = 12) -> Sop:
    """Two steps have other names; the border of age may lie elsewhere."""
    steps, routes = OLD_STEPS, OLD_ROUTES.replace("12", str(border))
    for name, other in NAMES.items():
        steps, routes = steps.replace(name, other), routes.replace(name, other)
    return version("2", steps, routes)


def migration(**more: object) -> Event:
    data = {"from": "1", "to": "2", "map": NAMES, "reason": "SK baru", **more}
    return replace(act("migrate", "2026-11-05"), data=data)


def moved(sop: Sop, events: list[Event], cause: Event, state: CaseState) -> tuple[CaseState, list[Event]]:
    settled = settle(sop, state, [*events, cause], WIB, cause)
    kept = [*events, cause, *settled.events]
    assert fold(sop, reversed(kept), WIB) == settled.state
    return settled.state, kept


def test_steps_that_have_other_names_go_on_under_them() -> None:
    state, kept = moved(new(), BEGUN, migration(), fold(old(), BEGUN, WIB))
    assert (state.version, state.open_steps) == ("2", ("rujukan",))
    assert state.visit("rujukan").assignee == "9"
    assert [d.key for d in state.decisions] == ["s01#1", "konferensi#1"]
    assert {d.kind for d in state.decisions} == {"rule"}
    assert [e.type for e in kept[3:]] == ["migrate"], "nothing differs, nothing is written"


def test_a_decision_that_would_now_be_another_is_kept_with_the_reason_of_the_migration() -> None:
    cause = replace(migration(), actor="12")
    state, kept = moved(new(border=15), BEGUN, cause, fold(old(), BEGUN, WIB))
    assert state.open_steps == ("rujukan",)
    decision = next(d for d in state.current_decisions if d.step == "konferensi")
    assert (decision.kind, decision.reason, decision.by) == ("kept", "SK baru", "12")
    assert state.conflicts == (), "nobody has to resolve what the migration has settled"
    assert kept[-1].data["resolution"] == "keep"


def test_what_comes_after_the_migration_follows_the_newer_rules() -> None:
    state, kept = moved(new(border=15), BEGUN, migration(), fold(old(), BEGUN, WIB))
    again = act("override", "2026-11-06", "rujukan", to=["konferensi"], reason="dirapatkan lagi")
    other = sent("rapat", "2026-11-09", instance="uuid:rapat-2")
    state = fold(new(border=15), [*kept, again, other], WIB)
    assert state.open_steps == ("s03",)
    assert state.visit("konferensi").visit == 2


def test_a_migration_can_be_undone_and_what_was_done_meanwhile_keeps_its_place() -> None:
    before = fold(old(), BEGUN, WIB)
    state, kept = moved(new(border=15), BEGUN, migration(), before)
    undo = replace(act("migrate", "2026-11-10"), data={"undoes": migration().id, "reason": "keliru"})
    back, _ = moved(old(), kept, undo, state)
    assert back == before
    given = act("assign", "2026-11-06", "rujukan", assignee="4")
    state, kept = moved(new(border=15), [*kept, given], replace(given, id="x"), state)
    back, _ = moved(old(), kept, undo, state)
    assert back.visit("s04").assignee == "4"
    assert back.open_steps == ("s04",)


def test_a_decision_of_the_time_in_between_is_kept_when_the_migration_is_undone() -> None:
    """Under version 2 a boy of 13 goes to guidance; the case was decided so while it stood under version 2."""
    begun = BEGUN[:1]
    state, kept = moved(new(border=15), begun, migration(), fold(old(), begun, WIB))
    held = replace(sent("rapat", "2026-11-06"), received_at=at("2026-11-06"))
    settled = settle(new(border=15), state, [*kept, held], WIB, held)
    assert settled.state.open_steps == ("s03",)
    undo = replace(act("migrate", "2026-11-10"), data={"undoes": migration().id, "reason": "SK dicabut"})
    back, _ = moved(old(), [*kept, held], undo, settled.state)
    assert back.open_steps == ("s03",)
    decision = next(d for d in back.current_decisions if d.step == "s02")
    assert (decision.kind, decision.reason) == ("kept", "SK dicabut")


def test_a_late_correction_after_a_migration_asks_when_somebody_has_acted() -> None:
    state, kept = moved(new(), BEGUN, migration(), fold(old(), BEGUN, WIB))
    done = act("document", "2026-11-06", "rujukan", document="surat", visit=1)
    corrected = replace(
        BEGUN[0], id="k", type="submission_edit", revision=1, answers={"usia": 11}, received_at=at("2026-11-09")
    )
    state = settle(new(), state, [*kept, done], WIB, done).state
    settled = settle(new(), state, [*kept, done, corrected], WIB, corrected)
    assert len(settled.state.conflicts) == 1
    assert settled.state.open_steps == ("rujukan",)


def test_two_migrations_in_a_row_carry_the_names_on() -> None:
    state, kept = moved(new(), BEGUN, migration(), fold(old(), BEGUN, WIB))
    third = {"rujukan": "kirim"}
    steps, routes = OLD_STEPS, OLD_ROUTES
    for name, other in {"s02": "konferensi", "s04": "kirim"}.items():
        steps, routes = steps.replace(name, other), routes.replace(name, other)
    second = replace(migration(map=third), id="m2", received_at=migration().received_at + timedelta(days=1))
    state, _ = moved(version("3", steps, routes), kept, second, state)
    assert (state.open_steps, state.visit("kirim").assignee) == (("kirim",), "9")
