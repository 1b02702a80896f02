"""A question got another name: cases that began before go on reading the old one, newer rules read old answers."""

from forms.renames import with_new_names, with_old_names
from server.sop.fold import fold
from tests.core.sop_books import WIB, sent, small_sop

STEPS = """
name | kind | form | role
s01 | form | lapor | peksos
s02 | form | pulang | peksos
s03 | form | rujuk | peksos
"""
OLD = """
name | from | when | to | close_reason
r1 | s01 | ${pulih} = 'ya' | s02 |
r2 | s01 | ${pulih} = 'tidak' | s03 |
r3 | s02 | | close | selesai
r4 | s03 | | close | selesai
"""
NEW = OLD.replace("pulih", "sudah_pulih").replace("'tidak'", "'belum'")
RENAMES = [
    {"form": "lapor", "field": "pulih", "new_field": "sudah_pulih", "choice": "", "new_choice": ""},
    {"form": "lapor", "field": "pulih", "new_field": "sudah_pulih", "choice": "tidak", "new_choice": "belum"},
]


def test_a_case_of_the_old_version_understands_the_new_form() -> None:
    old, new = small_sop(STEPS, OLD), small_sop(STEPS, NEW, renames=RENAMES)
    answers = with_old_names(new.renames, "lapor", {"sudah_pulih": "belum", "catatan": "masih lemah"})
    assert answers == {"sudah_pulih": "belum", "catatan": "masih lemah", "pulih": "tidak"}
    assert fold(old, [sent("lapor", "2026-11-02", **answers)], WIB).open_steps == ("s03",)


def test_the_new_version_understands_what_the_old_form_said() -> None:
    new = small_sop(STEPS, NEW, renames=RENAMES)
    assert fold(new, [sent("lapor", "2026-11-02", pulih="tidak")], WIB).open_steps == ("s03",)
    assert fold(new, [sent("lapor", "2026-11-02", pulih="ya")], WIB).open_steps == ("s02",)
    assert fold(small_sop(STEPS, NEW), [sent("lapor", "2026-11-02", pulih="ya")], WIB).open_steps == ()


def test_an_answer_under_its_own_name_is_left_alone_and_other_forms_are_not_touched() -> None:
    renames = small_sop(STEPS, NEW, renames=RENAMES).renames
    assert with_new_names(renames, "lapor", {"pulih": "ya", "sudah_pulih": "belum"})["sudah_pulih"] == "belum"
    assert with_old_names(renames, "rujuk", {"sudah_pulih": "ya"}) == {"sudah_pulih": "ya"}


def test_of_several_choices_only_the_renamed_ones_change() -> None:
    rows = [{"form": "lapor", "field": "butuh", "new_field": "", "choice": "obat", "new_choice": "obat_rutin"}]
    renames = small_sop(STEPS, NEW, renames=rows).renames
    assert with_old_names(renames, "coba_lapor", {"butuh": "obat_rutin makan"}) == {"butuh": "obat makan"}
    assert with_new_names(renames, "coba_lapor", {"butuh": "makan obat"}) == {"butuh": "makan obat_rutin"}
