"""Two files in one: what one of them went through does not change what the other one says."""

from dataclasses import replace

from server.sop.events import Event
from server.sop.fold import fold
from server.sop.order import canonical
from tests.core.sop_books import WIB, act, at, sent
from tests.core.test_fold_migrate import BEGUN, NAMES, migration, new, old

OTHER_ROUND = {"s04": "s03"}


def merged_in(events: list[Event]) -> list[Event]:
    """The merge, and the events of the other file as the surviving case reads them."""
    source = replace(act("merge", "2026-11-09"), data={"from": "B", "number": "2", "reason": "sama"})
    into = {"into": "A", "number": "1", "reason": "sama", "case": "B"}
    goes = replace(act("merge", "2026-11-09"), id="merge-b", data=into)
    return [source, *(replace(event, case="B") for event in [*events, goes])]


def test_a_migration_of_the_merged_file_renames_no_step_of_the_case_that_stays() -> None:
    mine = [*BEGUN, act("override", "2026-11-04", "s04", due="2026-11-30", reason="libur")]
    alone = fold(old(), mine, WIB)
    theirs = [
        sent("lapor", "2026-11-04", instance="uuid:lagi", usia=13),
        replace(migration(map=OTHER_ROUND), id="m-b", received_at=at("2026-11-08")),
    ]
    together = fold(old(), [*mine, *merged_in(theirs)], WIB)
    assert together.visits == alone.visits
    assert together.decisions == alone.decisions


def test_a_migration_of_the_case_that_stays_renames_the_steps_of_what_went_into_it() -> None:
    theirs = [sent("lapor", "2026-11-04", instance="uuid:lagi", usia=13), act("document", "2026-11-05", "s04")]
    paper = replace(theirs[1], data={"document": "surat", "visit": 1})
    later = replace(migration(), received_at=at("2026-11-12"))
    events = [*BEGUN, *merged_in([theirs[0], paper]), later]
    kept = {item.event.id: item.event.step for item in canonical(events, WIB, frozenset({"lapor"})).items}
    assert kept[paper.id] == NAMES["s04"]
    assert fold(new(), events, WIB).open_steps == ("rujukan",)


def test_two_forms_under_one_instance_id_count_both_and_are_rejected_apart() -> None:
    meeting = replace(sent("rapat", "2026-11-03", instance="uuid:x"), id="rapat")
    twice = [sent("lapor", "2026-11-02", instance="uuid:x", usia=13), meeting]
    assert fold(old(), twice, WIB).open_steps == ("s04",)
    word = replace(act("review", "2026-11-04", state="rejected"), instance_id="uuid:x", form="rapat")
    assert fold(old(), [*twice, word], WIB).open_steps == ("s02",)
    assert fold(old(), [word, *reversed(twice)], WIB) == fold(old(), [*twice, word], WIB)


def test_a_case_whose_report_was_rejected_can_be_closed_and_goes_on_when_it_was_right_after_all() -> None:
    word = replace(act("review", "2026-11-04", state="rejected"), instance_id=BEGUN[0].instance_id, form="lapor")
    closed = act("close", "2026-11-05", closeReason="lain", reason="palsu")
    state = fold(old(), [*BEGUN, word, closed], WIB)
    assert (state.status, state.close_reason, state.open_steps) == ("closed", "lain", ())
    right = replace(word, id="benar", received_at=at("2026-11-06"), data={"state": "received"})
    assert fold(old(), [*BEGUN, word, closed, right], WIB) == fold(old(), [*BEGUN, closed], WIB)
