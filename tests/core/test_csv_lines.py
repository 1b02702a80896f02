"""CSV made in another process is the CSV made here."""

from functools import partial

from forms.answer_csv import Options
from forms.answer_tables import About, Layout
from forms.csv_lines import Tables, in_child, packed_piece, unpacked_lines
from server.cases.privacy import in_export
from tests.core.test_answer_tables import LAYOUT

SITI = b"<data><nama>Siti, S.Sos</nama><anggota><umur>7</umur></anggota><anggota><umur>9</umur></anggota></data>"
PIECE = [
    (About("uuid:1", "2026-12-01T00:00:00.000Z", None, None, 3, "Rina", 0, 0, None, None, 0, "1"), SITI),
    (About("uuid:2", "2026-12-01T00:00:00.000Z", None, None, 0, None, 0, 1, None, None, 0, "1", "not decrypted"), None),
]


def test_lines_made_in_a_child_are_those_made_here():
    tables = Tables("anak", LAYOUT, Options())
    made = unpacked_lines(in_child(tables.packed())(packed_piece(PIECE)), len(tables.sheets))
    assert made == tables.lines(PIECE)
    assert made[0].startswith(b'2026-12-01T00:00:00.000Z,"Siti, S.Sos",')
    assert made[1] == b"7,uuid:1,uuid:1/anggota[1]\n9,uuid:1,uuid:1/anggota[2]\n"


def test_what_may_not_be_read_as_it_was_sent_is_masked_in_a_child_too():
    masked = Layout(LAYOUT.fields, {"/nama": partial(in_export, "name", extent="listed")})
    tables = Tables("anak", masked, Options())
    made = unpacked_lines(in_child(tables.packed())(packed_piece(PIECE)), len(tables.sheets))
    assert made == tables.lines(PIECE)
    assert made[0].startswith(b"2026-12-01T00:00:00.000Z,S.,")


def test_the_form_s_own_table_alone():
    tables = Tables("anak", LAYOUT, Options(), root_only=True)
    assert tables.lines(PIECE) == Tables("anak", LAYOUT, Options()).lines(PIECE)[:1]
