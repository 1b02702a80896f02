"""Why a case went where it went, as a social worker reads it."""

from functools import partial

from server.locale import say
from server.sop.explain import explain
from server.sop.state import Decision
from tests.core.sop_books import abh, act, sent
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
