"""The words a case is found by, and the words a person asks with."""

from server.cases.words import asked, end_of, words_of


def test_a_case_is_found_by_its_number_its_running_number_and_its_label() -> None:
    found = words_of("ABH-2026-0047", "R.A.P., L, 14 th, Kebonsari – laporan", "3575010101100001")
    assert found == {"abh-2026-0047", "0047", "r.a.p", "14", "th", "kebonsari", "laporan", "3575010101100001"}


def test_what_is_asked_reads_as_what_is_kept() -> None:
    assert asked("  R.A.P.  KEBONSARI, kebonsari ") == ("r.a.p", "kebonsari")
    assert asked("% _ ' --") == ()


def test_a_beginning_ends_before_the_next_word() -> None:
    assert "kebon" <= "kebonsari" < end_of("kebon") < "kebun"
