"""Why a case went where it went, as a social worker reads it."""

from dataclasses import replace
from functools import partial

from server.locale import say
from server.sop.explain import explain
from server.sop.fold import fold
from server.sop.state import Decision
from tests.core.sop_books import WIB, abh, act, sent, small_sop
from tests.core.test_fold_abh import folded, report, reported
from tests.core.test_fold_late import conflict_events


def told(decision: Decision, language: str = "id", **more: object) -> str:
    return explain(decision, abh(), partial(say, language), language=language, **more)


def test_a_child_of_12_with_a_serious_act() -> None:
    text = told(folded(reported(12, "berat")).decisions[-1], day=lambda iso: iso[8:].lstrip("0") + " Nov")
    assert text.startswith("Dari langkah 6 (Konferensi kasus) ke langkah 8 (Pelaporan ke UPPA Polres Pasuruan Kota). ")
    assert (
        "Berlaku r07: Umur saat kejadian (tahun): 12 (≥ 12 benar; ABH 01 – Penerimaan laporan atau undangan, 2 Nov)"
        in text
    )
    assert "berat_tindakan: berat (= berat benar; ABH 06 – Konferensi kasus, 4 Nov)" in text
    assert (
        "Tidak berlaku r06: Umur saat kejadian (tahun): 12 (< 12 salah) dan berat_tindakan: berat (= ringan salah)."
        in text
    )
    assert "Sumber: SOP langkah 8." in text
    assert "Tafsir: Tepat 12 tahun mengikuti" in text
    assert text.endswith(
        "Akan ke langkah 7 (Upaya RJ di masyarakat) bila Umur saat kejadian (tahun) ≤ 11 atau berat_tindakan = ringan."
    )


def test_the_same_in_english() -> None:
    text = told(folded(reported(11, "berat")).decisions[-1], "en")
    assert text.startswith("From step 6 (Case conference) to step 7 (Attempt of restorative justice in the community).")
    assert "It would go to step 8 (Report to UPPA of Polres Pasuruan Kota) if Age at the incident (years) ≥ 12." in text


def test_questions_are_named_as_their_form_asks_them() -> None:
    asked = {("berat_tindakan", "abh_konferensi_kasus"): "Berat tindakan"}
    text = told(
        folded(reported(13, "berat")).decisions[-1], question=lambda field, form: asked.get((field, form), field)
    )
    assert "Berat tindakan: berat" in text


def test_a_step_that_always_leads_on_says_so() -> None:
    assert "Selalu demikian (r01)." in told(folded([report()]).decisions[0])


def test_a_blank_answer_is_called_blank_when_no_rule_holds() -> None:
    blank = [*reported(13, "berat")[:2], sent("abh_konferensi_kasus", "2026-11-04", berat_tindakan="")]
    text = told(folded(blank).decisions[-1])
    assert "tidak ada aturan yang berlaku" in text
    assert "berat_tindakan: tidak dijawab" in text


def test_an_override_names_who_and_why() -> None:
    turned = [*reported(13, "berat"), act("override", "2026-11-05", "s06", to=["s07"], reason="korban memaafkan")]
    text = told(folded(turned).current_decisions[-1])
    assert text.startswith("Dari langkah 6 (Konferensi kasus) ke langkah 7 (Upaya RJ di masyarakat).")
    assert "Dialihkan oleh sari pada 2026-11-05: korban memaafkan." in text


def test_a_decision_held_by_a_conflict_and_one_kept_say_so() -> None:
    events = conflict_events()
    held = next(d for d in folded(events).current_decisions if d.step == "s06")
    assert "keputusan lama berlaku sampai supervisor memutuskan" in told(held)
    kept = folded([*events, act("resolve", "2026-11-09", "s06", resolution="keep", reason="sudah dilimpahkan")])
    decision = next(d for d in kept.current_decisions if d.step == "s06")
    assert "Dipertahankan oleh sari walau jawaban berubah kemudian: sudah dilimpahkan." in told(decision)


def test_the_closing_is_called_by_its_name() -> None:
    decision = Decision("s13a", 1, ("r20",), ("close",), "2026-12-02", "e1")
    assert told(decision).endswith("ke penutupan kasus.")


def test_answers_are_called_what_their_form_calls_them() -> None:
    called = {("berat_tindakan", "berat"): "Berat", ("berat_tindakan", "ringan"): "Ringan"}
    text = told(
        folded(reported(12, "berat")).decisions[-1], choice=lambda field, form, value: called.get((field, value), value)
    )
    assert "berat_tindakan: Berat (= Berat benar" in text
    assert "berat_tindakan: Berat (= Ringan salah)" in text
    assert text.endswith("berat_tindakan = Ringan.")


APPROVED = small_sop(
    """
    name | kind | form | role | choose
    s01 | form | laporan | peksos | one
    s02 | approval | persetujuan | supervisor | first
    s03 | form | layanan | peksos | one
    s04 | form | cepat | peksos | one
    """,
    """
    name | from | when | to | close_reason
    r01 | s01 | | s02 |
    r02 | s02 | ${setuju} = 'ya' and ${mendesak} = 'ya' | s04 |
    r03 | s02 | ${setuju} = 'ya' | s03 |
    r04 | s02 | | close | ditolak
    r05 | s03 | | close | selesai
    r06 | s04 | | close | selesai
    """,
)


def approved(**more: str) -> Decision:
    """A report, approved as urgent on the web by actor 7."""
    events = [
        sent("laporan", "2026-11-02"),
        act("decision", "2026-11-03", "s02", actor="7", answers={"setuju": "ya", "mendesak": "ya"}, **more),
    ]
    return fold(APPROVED, events, WIB).current_decisions[-1]


def test_an_approval_names_who_decided_and_a_rule_that_came_too_late() -> None:
    named = {"7": "Hadi Prasetyo"}
    text = explain(approved(), APPROVED, partial(say, "id"), person=lambda actor: named.get(actor, actor))
    assert "Diputuskan oleh Hadi Prasetyo pada 2026-11-03." in text
    assert "r03 juga terpenuhi, tetapi aturan di atasnya didahulukan." in text
    assert "Berlaku r03" not in text


def test_a_decision_on_paper_names_the_decider_and_who_entered_it() -> None:
    decision = approved(decidedBy="Kepala Dinas", decidedOn="2026-11-03")
    text = explain(decision, APPROVED, partial(say, "en"), language="en")
    assert "Decided by Kepala Dinas on 2026-11-03, entered by 7." in text


def test_an_uncertain_age_says_so_and_who_confirmed_it() -> None:
    guessed = [report("", usia_min=11, usia_maks=13), *reported(13, "berat")[1:]]
    decision = folded(guessed).current_decisions[-1]
    assert "Usia belum pasti" in told(decision)
    confirmed = replace(decision, confirmed_by="9")
    assert "Usia yang belum pasti dikukuhkan oleh Hadi." in told(confirmed, person=lambda actor: "Hadi")


def test_every_kind_of_decision_is_told_in_both_languages_without_a_gap() -> None:
    blank = [*reported(13, "berat")[:2], sent("abh_konferensi_kasus", "2026-11-04", berat_tindakan="")]
    turned = [*reported(13, "berat"), act("override", "2026-11-05", "s06", to=["s07"], reason="korban memaafkan")]
    kept = [*conflict_events(), act("resolve", "2026-11-09", "s06", resolution="keep", reason="sudah dilimpahkan")]
    kinds = set()
    for events in (reported(13, "berat"), blank, turned, conflict_events(), kept):
        for decision in folded(events).decisions:
            kinds.add(decision.kind)
            for language in ("id", "en"):
                text = told(decision, language)
                assert text.endswith(".")
                assert "{" not in text
    assert kinds >= {"rule", "stuck", "override", "pinned", "kept"}
