"""A list names a case without naming the child."""

import pytest

from server.cases.label import case_number, initials


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Rizki Aditya Pratama", "R.A.P."),
        ("  rizki  ", "R."),
        ("Drs. Bagus Rekayasa, M.M.", "B.R."),
        ("Nur'aini Al-Hakim", "N.A."),
        ("H. Muhammad bin Abdullah", "M.A."),
        ("A B C D E F", "A.B.C.D."),
        ("", "ANAK X"),
        ("-", "ANAK X"),
        ("12345", "ANAK X"),
    ],
)
def test_initials(name: str, shown: str) -> None:
    assert initials(name) == shown


def test_a_case_number_tells_service_year_and_place() -> None:
    assert case_number("abh", 2026, 47) == "ABH-2026-0047"
