"""Papers a step waits for, letters held while the age is unsure, referrals and shelter stays."""

from dataclasses import replace

from forms.sop import Sop
from server.sop.changes import differences
from server.sop.fold import fold
from server.sop.state import CaseState
from tests.core.sop_books import WIB, act, at, sent, small_sop

STEPS = """
name | kind | form | role | confirm_by | choose | clock
s01 | form | penyerahan | peksos | | | service
s02 | form | berkas | subkoor | kabid | | service
s03 | form | pendampingan | peksos | | | outside
"""
ROUTES = """
name | from | when | to | close_reason
r1 | s01 | | s02 |
r2 | s02 | | s03 |
r3 | s03 | | close | diterima_upt
"""
FORMS = """
form_id | opens_case | record
penyerahan | yes |
berkas | no |
pendampingan | no |
rujukan | no | referral
masuk_rps | no | stay_in
keluar_rps | no | stay_out
"""
DOCUMENTS = [
    {"name": "ba_penyerahan", "direction": "in", "step": "s01", "required": "yes", "blocks": "s02"},
    {"name": "laporan_sosial", "direction": "in", "step": "s02", "required": "yes", "blocks": "s02", "template": "x"},
    {"name": "surat_napza", "direction": "in", "step": "s02", "required": "${kelompok} = 'napza'", "blocks": "s02"},
    {"name": "rekomendasi", "direction": "out", "step": "s02", "required": "yes", "blocks": "s03", "template": "y"},
]
HANDED = sent("penyerahan", "2026-11-02", kelompok="anjal")
FILE = sent("berkas", "2026-11-03")
CONFIRMED = act("confirm", "2026-11-04", "s02", ok=True)
RECEIVED = act("document", "2026-11-05", "s02", document="laporan_sosial", visit=1, action="received")


def rules() -> Sop:
    return small_sop(STEPS, ROUTES, FORMS, documents=DOCUMENTS)


def after(*events) -> CaseState:
    return fold(rules(), [HANDED, *events], WIB)


def test_a_file_that_lacks_a_paper_stays_open_and_names_it() -> None:
    state = after(FILE)
    visit = state.visit("s02")
    assert (visit.state, visit.lacks, visit.waits_for) == ("open", ("laporan_sosial",), "kabid")
    assert state.wanted_forms == (), "phones need not fill the form again"


def test_it_is_done_on_the_day_the_last_paper_comes() -> None:
    assert after(FILE, CONFIRMED).visit("s02").state == "open"
    state = after(FILE, CONFIRMED, RECEIVED)
    assert (state.visit("s02").state, state.visit("s02").done_on) == ("done", "2026-11-05")
    assert state.open_steps == ("s03",)


def test_the_role_that_confirms_may_be_the_last_one() -> None:
    early = act("document", "2026-11-03", "s02", hour=16, document="laporan_sosial", visit=1, action="received")
    assert after(FILE, early).visit("s02").lacks == ()
    assert after(FILE, early, CONFIRMED).visit("s02").done_on == "2026-11-04"


def test_without_a_question_of_its_own_the_form_of_its_step_is_the_paper() -> None:
    """The record of handing over is the form of s01 itself; the social report was asked for and left blank."""
    assert "ba_penyerahan" not in after(FILE).visit("s02").lacks
    assert after(sent("berkas", "2026-11-03", laporan_sosial="")).visit("s02").lacks == ("laporan_sosial",)


def test_an_answer_named_like_the_paper_counts_as_the_paper() -> None:
    state = after(sent("berkas", "2026-11-03", laporan_sosial="laporan.pdf"), CONFIRMED)
    assert state.open_steps == ("s03",)


def test_a_paper_is_needed_only_where_its_rule_says_so() -> None:
    napza = sent("penyerahan", "2026-11-02", kelompok="napza", surat_napza="")
    state = fold(rules(), [napza, FILE], WIB)
    assert state.visit("s02").lacks == ("laporan_sosial", "surat_napza")
    corrected = sent("penyerahan", "2026-11-02", at("2026-11-06"), revision=1, kelompok="anjal")
    assert fold(rules(), [napza, FILE, corrected, RECEIVED, CONFIRMED], WIB).open_steps == ("s03",)


def test_a_letter_that_must_be_issued_first_holds_the_next_step_and_a_voided_one_does_not_count() -> None:
    base = [FILE, CONFIRMED, RECEIVED, sent("pendampingan", "2026-11-06")]
    assert after(*base).visit("s03").lacks == ("rekomendasi",)
    issued = act("document", "2026-11-09", "s02", document="rekomendasi", visit=1)
    state = after(*base, issued)
    assert (state.status, state.closed_on) == ("closed", "2026-11-09")
    voided = act("document", "2026-11-09", "s02", hour=9, document="rekomendasi", visit=1, action="voided")
    first = act("document", "2026-11-09", "s02", hour=8, document="rekomendasi", visit=1)
    state = after(FILE, CONFIRMED, RECEIVED, first, voided, sent("pendampingan", "2026-11-10"))
    assert state.visit("s03").lacks == ("rekomendasi",)
    assert [(p.document, p.issued) for p in state.papers] == [("rekomendasi", False)]


def test_a_letter_its_own_step_waits_for_is_called_for_when_the_form_has_come() -> None:
    documents = [{"name": "undangan", "direction": "out", "step": "s01", "required": "yes", "blocks": "s01"}]
    sop = small_sop(STEPS, ROUTES, FORMS, documents=documents)
    state = fold(sop, [HANDED], WIB)
    assert (state.visit("s01").lacks, [p.document for p in state.papers]) == (("undangan",), ["undangan"])
    issued = act("document", "2026-11-03", "s01", document="undangan", visit=1)
    state = fold(sop, [HANDED, issued], WIB)
    assert state.visit("s01").done_on == "2026-11-03"
    assert [p.issued for p in state.papers] == [True]


# ---------------------------------------------------------------- an age nobody is sure of (ruling 34)

AGE_STEPS = """
name | kind | form | role
s01 | form | lapor | peksos
s02 | form | rj | peksos
s03 | form | uppa | peksos
"""
AGE_ROUTES = """
name | from | when | to | protective | close_reason
r1 | s01 | ${usia_saat_kejadian} < 12 | s02 | 2 |
r2 | s01 | ${usia_saat_kejadian} >= 12 | s03 | 1 |
r3 | s02 | | s03 | |
r4 | s03 | | close | | selesai
"""
LETTERS = [
    {"name": "surat_uppa", "direction": "out", "step": "s02", "required": "yes", "to_authority": "yes"},
    {"name": "tanda_terima", "direction": "out", "step": "s02", "required": "yes"},
]
UNSURE = sent("lapor", "2026-11-02", usia_min=11, usia_maks=13)
TALKED = sent("rj", "2026-11-03")


def letters(*events) -> dict[str, str | None]:
    state = fold(small_sop(AGE_STEPS, AGE_ROUTES, documents=LETTERS), [UNSURE, TALKED, *events], WIB)
    return {paper.document: paper.held for paper in state.papers}


def test_a_letter_to_the_police_is_held_until_a_supervisor_has_confirmed_the_age() -> None:
    assert letters() == {"surat_uppa": "uncertain_age", "tanda_terima": None}
    confirmed = act("confirm", "2026-11-04", about="age", ok=True, reason="rapor sekolah", actor="7")
    assert letters(confirmed) == {"surat_uppa": None, "tanda_terima": None}
    assert letters(act("confirm", "2026-11-04", about="age", ok=False, reason="belum jelas")) == letters()


def test_the_confirmation_is_on_the_decision_and_the_letter_is_called_for_then() -> None:
    sop = small_sop(AGE_STEPS, AGE_ROUTES, documents=LETTERS)
    held = fold(sop, [UNSURE, TALKED], WIB)
    assert [p.document for p in differences(None, held).papers] == ["tanda_terima"]
    confirmed = act("confirm", "2026-11-04", about="age", ok=True, reason="rapor", actor="7")
    free = fold(sop, [UNSURE, TALKED, confirmed], WIB)
    assert [p.document for p in differences(held, free).papers] == ["surat_uppa"]
    assert next((d.step, d.uncertain, d.confirmed_by) for d in free.current_decisions) == ("s01", True, "7")


def test_what_was_told_after_the_confirmation_needs_a_word_of_its_own() -> None:
    confirmed = act("confirm", "2026-11-04", about="age", ok=True, reason="rapor", actor="7")
    edited = sent("lapor", "2026-11-02", at("2026-11-05"), revision=1, usia_min=10, usia_maks=12)
    assert letters(confirmed, edited)["surat_uppa"] == "uncertain_age"


# ---------------------------------------------------------------- referrals and stays (ruling 44)


def test_a_referral_is_written_down_by_its_form_and_goes_on_by_hand() -> None:
    sent_off = sent("rujukan", "2026-11-03", instance="uuid:r1", lembaga_tujuan="RS Jiwa", catatan="x")
    answer = act(
        "record", "2026-11-05", record="uuid:r1", kind="referral", state="refused", reason="penuh", on="2026-11-04"
    )
    (record,) = after(sent_off, answer).records
    assert (record.id, record.kind, record.state) == ("uuid:r1", "referral", "refused")
    assert [(e["state"], e["on"]) for e in record.entries] == [("sent", "2026-11-03"), ("refused", "2026-11-04")]
    assert record.entries[0]["lembaga_tujuan"] == "RS Jiwa"
    assert record.entries[1]["reason"] == "penuh"


def test_a_shelter_stay_has_its_in_and_out_whatever_the_steps_do() -> None:
    came = sent("masuk_rps", "2026-11-02", instance="uuid:m", tempat="RPS Senyum")
    left = sent("keluar_rps", "2026-11-20", instance="uuid:k", cara="serah_terima", kepada="ibu")
    closed = act("close", "2026-11-10", closeReason="pindah")
    (stay,) = after(came, closed, left).records
    assert [(e["state"], e["on"]) for e in stay.entries] == [("in", "2026-11-02"), ("out", "2026-11-20")]
    again = sent("masuk_rps", "2026-12-01", instance="uuid:n")
    assert [record.state for record in after(came, left, again).records] == ["out", "in"]


def test_a_rejected_form_takes_its_record_back() -> None:
    came = sent("masuk_rps", "2026-11-02", instance="uuid:m", tempat="RPS Senyum")
    rejected = replace(act("review", "2026-11-03", state="rejected"), instance_id="uuid:m")
    assert after(came, rejected).records == ()


def test_an_entry_of_no_kind_is_pointed_out() -> None:
    state = after(act("record", "2026-11-03", kind="titipan", state="in"))
    assert (state.records, {n.code for n in state.notices}) == ((), {"notice.act_ignored"})
