"""Running cases of SOP 003 before they move to a newer version: the same, only the way ahead differs, or a conflict."""

from server.sop.migration import Verdict, classify, proposed
from tests import drafts
from tests.core.sop_books import WIB, abh, act, sent
from tests.core.test_fold_abh import agreed, reported
from tests.core.test_simulate import from_14

RENAMED = {"s08": "s08b"}


def verdict(draft, events, step_map=None) -> Verdict:
    migrate = act("migrate", "2026-12-05", map=step_map or {}, reason="versi baru")
    return classify(abh(), draft, events, WIB, WIB, migrate)


def reasons(found: Verdict) -> list[tuple[str, str]]:
    return [(reason.code, reason.step) for reason in found.reasons]


def test_a_version_with_other_words_leaves_every_case_the_same() -> None:
    reworded = drafts.read(drafts.draft({("steps", "s08", "source_text"): "Bunyi baru."}))
    assert verdict(reworded, reported(13, "berat")).kind == "same"


def test_a_rule_behind_the_case_that_agrees_changes_nothing_for_it() -> None:
    assert verdict(from_14(), agreed()).kind == "same"


def test_a_rule_still_to_come_makes_it_a_move_with_a_note() -> None:
    found = verdict(from_14(), reported(13, "berat")[:2])
    assert found.kind == "future_only"
    assert reasons(found) == [("ahead", "s06")]


def test_a_deadline_that_moves_is_told_with_its_days() -> None:
    longer = drafts.read(drafts.draft({("steps", "s08", "limit"): 6}))
    found = verdict(longer, reported(13, "berat"))
    assert found.kind == "future_only"
    assert [(r.code, r.step, r.days) for r in found.reasons] == [("ahead", "s08", None), ("due", "s08", 4)]


def test_a_past_decision_that_would_lead_elsewhere_is_a_conflict() -> None:
    found = verdict(from_14(), reported(13, "berat"))
    assert found.kind == "conflict"
    assert ("decision", "s06") in reasons(found)


def test_an_open_step_the_new_version_lacks_needs_a_mapping() -> None:
    gone = drafts.read(drafts.draft(rename=RENAMED))
    found = verdict(gone, reported(13, "berat"))
    assert found.kind == "conflict"
    assert found.missing == ("s08",)
    assert ("missing_step", "s08") in reasons(found)


def test_the_server_proposes_where_a_renamed_step_went() -> None:
    assert proposed(abh(), drafts.read(drafts.draft(rename=RENAMED))) == RENAMED


def test_with_the_mapping_the_renamed_step_is_the_same_step() -> None:
    gone = drafts.read(drafts.draft(rename=RENAMED))
    confirmed = [*reported(13, "berat"), act("assign", "2026-11-04", "s08", assignee="7")]
    assert verdict(gone, confirmed, RENAMED) == Verdict("same")


def test_a_form_the_new_version_has_no_step_for_is_a_conflict() -> None:
    events = [*reported(13, "berat"), sent("abh_pelaporan_uppa", "2026-11-05")]
    other = drafts.read(drafts.draft({("routes", "r07", "to"): "s10"}))
    found = verdict(other, events)
    assert found.kind == "conflict"
    assert ("unplaced", "abh_pelaporan_uppa") in reasons(found)


def test_acts_on_a_renamed_step_count_for_the_step_of_the_new_name() -> None:
    events = [*reported(13, "berat"), sent("abh_pelaporan_uppa", "2026-11-05"), sent("abh_diversi", "2026-11-06")]
    renamed = drafts.read(drafts.draft(rename={"s10": "s10b"}))
    turned = [*events[:-1], act("override", "2026-11-06", "s10", to=["s11"], reason="sudah di pengadilan")]
    assert verdict(renamed, turned, {"s10": "s10b"}) == Verdict("same")
    assert verdict(renamed, turned).kind == "conflict"
