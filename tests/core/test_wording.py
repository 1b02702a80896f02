"""A condition as an office reads it, and two versions of its SOP side by side."""

from functools import partial

import pytest

from forms.expression import parse
from server.locale import say
from server.sop.compare import compare
from server.sop.wording import in_words
from tests.core.sop_books import small_sop


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("${usia} < 12 or ${berat_tindakan} = 'ringan'", "usia < 12 atau berat tindakan = ringan"),
        ("${a} = 'ya' and (${b} = 'ya' or ${c} != '')", "a = ya dan (b = ya atau c ≠ kosong)"),
        ("${a} = 'ya' and ${b} = 'ya' or ${c} >= 3", "a = ya dan b = ya atau c ≥ 3"),
        ("not(${a} = 'ya' and ${b} = 'ya')", "tidak benar bahwa (a = ya dan b = ya)"),
        ("selected(${kebutuhan}, 'rumah_aman')", "kebutuhan memuat rumah aman"),
        ("${lahir} < date('2010-01-01')", "lahir < 2010-01-01"),
        ("count(${anggota}) > 1", "count(${anggota}) > 1"),
    ],
)
def test_a_rule_is_read_as_a_sentence(written: str, read: str) -> None:
    assert in_words(parse(written, sop=True), partial(say, "id")) == read


def test_a_route_without_a_condition_is_always_taken() -> None:
    assert in_words(None, partial(say, "id")) == "selalu"
    assert in_words(None, partial(say, "en")) == "always"


STEPS = (
    "name | kind | form | role | limit\ns01 | form | coba_lapor | peksos | \ns02 | form | coba_kunjungan | peksos | 2"
)
LATER = (
    "name | kind | form | role | limit\ns01 | form | coba_lapor | peksos | \ns02 | form | coba_kunjungan | peksos | 3"
)
ROUTES = "name | from | when | to\nr01 | s01 |  | s02\nr02 | s02 |  | close"
CHANGED = "name | from | when | to\nr01 | s01 |  | s02\nr03 | s02 | ${aman} = 'ya' | close"


def test_an_sop_beside_itself_shows_nothing() -> None:
    assert compare(small_sop(STEPS, ROUTES), small_sop(STEPS, ROUTES)) == ()


def test_what_a_new_version_adds_takes_out_and_writes_differently() -> None:
    changes = compare(small_sop(STEPS, ROUTES), small_sop(LATER, CHANGED))
    told = [(c.sheet, c.name, c.kind) for c in changes]
    assert told == [("steps", "s02", "changed"), ("routes", "r03", "added"), ("routes", "r02", "removed")]
    limit = changes[0].cells[0]
    assert (limit.column, limit.before, limit.after) == ("limit", "2", "3")
    assert ("when", "", "${aman} = 'ya'") in [(c.column, c.before, c.after) for c in changes[1].cells]
