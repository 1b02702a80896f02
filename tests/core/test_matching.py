"""Who may be the same person, as officers would say it (rulings 16 and 33)."""

from typing import Any

import pytest

from server.cases.matching import compare, person, same_client, sound_of

DAY = "2026-03-02"
RIZKI: dict[str, Any] = {"nama_lengkap": "Rizki Saputra", "tgl_lahir": {"date": "2012-05-04"}, "jk": "L"}
NAMELESS: dict[str, Any] = {
    "nama_lengkap": "ANAK X Pasar",
    "jk": "L",
    "usia_min": 10,
    "usia_maks": 13,
    "kelurahan": "3575",
}


def reasons(one: dict[str, Any], other: dict[str, Any], day: str = DAY) -> tuple[str, ...]:
    match = compare(person(one, DAY), person(other, day))
    return match.reasons if match else ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("syarifudin", "sarifuddin"),
        ("djoko", "joko"),
        ("tjokro", "cokro"),
        ("rizky", "rizki"),
        ("zulkifli", "sulkifli"),
    ],
)
def test_one_name_is_written_in_many_ways(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


def test_two_identity_numbers_are_two_people_whatever_the_name() -> None:
    assert reasons({**RIZKI, "nik": "3575010405120001"}, {**RIZKI, "nik": "3575010405120002"}) == ()
    assert reasons({**RIZKI, "nik": "3575010405120001"}, {"nik": "3575010405120001"}) == ("nik",)


def test_a_slip_in_the_day_of_birth_does_not_hide_a_child() -> None:
    assert reasons(RIZKI, {**RIZKI, "tgl_lahir": {"date": "2012-04-05"}}) == ("name",)
    assert reasons(RIZKI, {**RIZKI, "tgl_lahir": {"date": "2009-11-30"}}) == ()


def test_an_estimated_birthday_is_no_birthday() -> None:
    assert person({**RIZKI, "tgl_lahir_pasti": "perkiraan"}, DAY).born == ""


def test_without_identity_one_sign_alone_says_nothing() -> None:
    assert reasons(NAMELESS, {**NAMELESS, "usia_min": 12, "usia_maks": 15}) == ("sex", "age", "area", "time")
    assert reasons(NAMELESS, {**NAMELESS, "usia_min": 14, "usia_maks": 17}) == ()
    assert reasons(NAMELESS, {**NAMELESS, "jk": "P"}) == ()
    assert reasons(NAMELESS, {**NAMELESS, "kelurahan": "3576"}) == ()
    assert reasons(NAMELESS, NAMELESS, "2026-05-02") == ()


def test_marks_speak_for_and_against() -> None:
    scar = {**NAMELESS, "ciri_fisik": "bekas luka di dahi"}
    assert "marks" in reasons(scar, {**NAMELESS, "ciri_fisik": "luka dahi kiri"})
    assert reasons(scar, {**NAMELESS, "ciri_fisik": "tato naga"}) == ()


def test_near_places_count_and_far_ones_do_not() -> None:
    square = {**NAMELESS, "kelurahan": "", "lokasi": "-7.6453 112.9075 0 5"}
    assert "place" in reasons(square, {**square, "lokasi": "-7.6500 112.9080 0 5"})
    assert reasons(square, {**square, "lokasi": "-7.2500 112.7500 0 5"}) == ()


def test_only_what_tells_the_person_makes_another_person() -> None:
    assert same_client(RIZKI, {**RIZKI, "hasil_rj": "sepakat"})
    assert not same_client(RIZKI, {**RIZKI, "nik": "3575010405120001"})
