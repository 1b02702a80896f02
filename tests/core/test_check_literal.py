"""The five SOPs read word for word: the checker finds exactly the holes and contradictions the papers have."""

from math import prod

import pytest

from server.locale.findings import words
from server.sop.cells import minus
from server.sop.check.flow import Flow
from server.sop.check.model import Checked
from tests.golden import (
    literal_abh,
    literal_anjal_terlantar,
    literal_gelandangan,
    literal_tuna_sosial,
    literal_tuna_susila,
)
from tests.golden.literal import Literal

TUNA_SOSIAL, TUNA_SUSILA = literal_tuna_sosial.LITERAL, literal_tuna_susila.LITERAL
ANJAL, ABH, GELANDANGAN = literal_anjal_terlantar.LITERAL, literal_abh.LITERAL, literal_gelandangan.LITERAL
ALL = {one.sop_id: one for one in (TUNA_SOSIAL, TUNA_SUSILA, ANJAL, ABH, GELANDANGAN)}


def said(literal: Literal, code: str) -> list[str]:
    """What the admin reads of the errors of one kind, shortened to what differs."""
    heads = ("Langkah ", "Dari langkah ")
    found = [words(f, "id")[0] for f in literal.findings() if f.code == f"sop.{code}" and f.level == "error"]
    return [next((text.removeprefix(head) for head in heads if text.startswith(head)), text) for text in found]


def nobody(*steps: str) -> list[str]:
    return [f"{step} tidak punya penanggung jawab." for step in steps]


def no_close(*steps: str) -> list[str]:
    return [f"{step} tidak ada jalan sampai kasus ditutup." for step in steps]


def nowhere(*steps: str) -> list[str]:
    return [f"{step} tidak menuju ke mana pun." for step in steps]


def without_a_rule(literal: Literal, step: str) -> tuple[int, int]:
    """How many combinations of answers, blanks included, have no rule, and how many there are."""
    rules = Flow(Checked(literal.sop(), literal.schemas())).rules[step]
    assert rules is not None
    gaps = minus(rules.table.full, [box for boxes in rules.held for box in boxes])
    return sum(prod(mask.bit_count() for mask in gap) for gap in gaps), prod(m.bit_count() for m in rules.table.full)


def test_000_names_nobody_for_eleven_steps_and_leads_nowhere_after_step_10() -> None:
    assert said(TUNA_SOSIAL, "E12") == nobody(*(f"s{n:02}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12)))
    assert said(TUNA_SOSIAL, "E05") == nowhere("s10")


def test_000_leaves_the_child_who_needs_nothing_without_a_step_after_the_conference() -> None:
    gaps = [text for text in said(TUNA_SOSIAL, "E06") if text.startswith("s04")]
    assert gaps[0] == (
        "s04: tidak ada aturan untuk butuh_darurat = tidak; punya_jks = ya; bersekolah = ya; butuh_rehab = tidak."
    )
    assert all("kosong" in text for text in gaps[1:])
    assert without_a_rule(TUNA_SOSIAL, "s04") == (16, 81)


def test_000_has_a_hole_and_three_contradictions_after_monitoring() -> None:
    gaps = [text for text in said(TUNA_SOSIAL, "E06") if text.startswith("s09")]
    assert gaps[0] == (
        "s09: tidak ada aturan untuk pulih = ya; butuh_lanjut = tidak; layanan_terpenuhi = tidak; dijamin = tidak."
    )
    assert all("kosong" in text for text in gaps[1:])
    assert said(TUNA_SOSIAL, "E07") == [
        "s09: r10 dan r11 sama-sama berlaku untuk pulih = tidak; butuh_lanjut: semua; layanan_terpenuhi = ya; "
        "dijamin: semua, tetapi tujuannya berbeda.",
        "s09: r10 dan r12 sama-sama berlaku untuk pulih = ya; butuh_lanjut = ya; layanan_terpenuhi: semua; "
        "dijamin = ya, tetapi tujuannya berbeda.",
        "s09: r11 dan r12 sama-sama berlaku untuk pulih = ya; butuh_lanjut: semua; layanan_terpenuhi = ya; "
        "dijamin = ya, tetapi tujuannya berbeda.",
    ]
    assert {text[:3] for text in said(TUNA_SOSIAL, "E06")} == {"s04", "s09"}


def test_001_has_a_rule_for_one_accepted_client_in_nine_and_none_before_the_decision() -> None:
    assert said(TUNA_SUSILA, "E06") == [
        "s03: tidak ada aturan untuk disposisi = ya; darurat = ya; perlu_pengamanan = tidak.",
        "s03: tidak ada aturan untuk disposisi = ya; darurat = ya; perlu_pengamanan = kosong.",
        "s03: tidak ada aturan untuk disposisi = ya; darurat = tidak; perlu_pengamanan: semua.",
        "s03: tidak ada aturan untuk disposisi = ya; darurat = kosong; perlu_pengamanan: semua.",
        "s03: tidak ada aturan untuk disposisi = kosong; darurat: semua; perlu_pengamanan: semua.",
    ]
    assert without_a_rule(TUNA_SUSILA, "s03") == (8 + 9, 27)
    assert said(TUNA_SUSILA, "E12") == nobody("s06", "s07")
    assert said(TUNA_SUSILA, "E05") == said(TUNA_SUSILA, "E07") == []


def test_002_never_closes_a_case_and_names_no_sender() -> None:
    assert said(ANJAL, "E05") == [*no_close("s01", "s02", "s03", "s04", "s05", "s06"), *nowhere("s07")]
    assert said(ANJAL, "E12") == nobody("s06")
    assert said(ANJAL, "E06") == said(ANJAL, "E07") == []


def test_003_has_no_rule_for_twelve_years_nor_for_goals_not_reached() -> None:
    assert said(ABH, "E06") == [
        "s02: tidak ada aturan untuk jenis_masuk = kosong.",
        "s06: tidak ada aturan untuk usia ≥ 13; berat_tindakan = kosong.",
        "s06: tidak ada aturan untuk usia = 12; berat_tindakan: semua.",
        "s06: tidak ada aturan untuk usia = kosong; berat_tindakan: semua.",
        "s11: tidak ada aturan untuk tujuan_tercapai = tidak.",
        "s11: tidak ada aturan untuk tujuan_tercapai = kosong.",
    ]
    assert said(ABH, "E05") == nowhere("s07")
    assert said(ABH, "E12") == nobody(*(f"s{n:02}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12)))
    assert said(ABH, "E07") == []


def test_004_names_nobody_closes_nothing_and_sends_two_groups_two_ways() -> None:
    assert said(GELANDANGAN, "E12") == nobody(*(f"s{n:02}" for n in range(1, 11)))
    ends = said(GELANDANGAN, "E05")
    assert [text for text in ends if "mana pun" in text] == nowhere("s06", "s08", "s10")
    assert [text for text in ends if "mana pun" not in text] == no_close(
        "s01", "s02", "s03", "s04", "s05", "s07", "s09"
    )
    assert said(GELANDANGAN, "E07") == [
        "s04: r05 dan r09 sama-sama berlaku untuk asal = kota_banjar; alamat_keluarga = belum_ditemukan, "
        "tetapi tujuannya berbeda.",
        "s04: r07 dan r09 sama-sama berlaku untuk asal = luar_kota; alamat_keluarga = belum_ditemukan, "
        "tetapi tujuannya berbeda.",
    ]
    assert said(GELANDANGAN, "E06") == [
        "s04: tidak ada aturan untuk asal = kosong; alamat_keluarga = ditemukan, kosong.",
        "s04: tidak ada aturan untuk asal = kosong; alamat_keluarga = kosong.",
    ]


@pytest.mark.parametrize(
    ("sop_id", "warned"),
    [
        ("tuna_sosial", {"sop.E15", "sop.E17"}),
        ("tuna_susila", {"sop.E15"}),
        ("anjal_terlantar", set()),
        ("abh", {"sop.E15"}),
        ("gelandangan", {"sop.E15"}),
    ],
)
def test_nothing_else_is_wrong_with_the_printed_words(sop_id: str, warned: set[str]) -> None:
    found = ALL[sop_id].findings()
    assert {f.code for f in found if f.level == "error"} <= {"sop.E05", "sop.E06", "sop.E07", "sop.E12"}
    assert {f.code for f in found if f.level != "error"} == warned
