"""Letters an office writes in its SOP workbook: every sheet of the five services, and a small one of our own."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from forms import letter_sheet, workbook
from forms import sop as sop_workbook
from forms.workbook import Workbook
from reports import letters
from reports.office import Kantor, Orang, Penandatangan
from server.cases.letter import Sources
from server.cases.sheet_letter import Written, numbered, sheet_letter
from server.sop.events import Event
from server.sop.state import CaseState, Visit
from tests.books import from_rows
from tests.core.sop_books import small_sop
from tests.papers import read

OFFICES = Path(__file__).parents[2] / "xlsforms"
BOOKS = sorted(OFFICES.glob("*/*/sop.xlsx"))
STEPS = """
name | kind | form | role
s01 | form | lapor | peksos
"""
ROUTES = """
name | from | when | to | close_reason
r1 | s01 | | close | selesai
"""
PAPER = [{"name": "surat", "direction": "out", "step": "s01", "template": "surat", "signed_by": "peksos"}]
OFFICE = Kantor("Pemerintah Kota Contoh", "Dinas Sosial", "Jl. Contoh 1", "", "Contoh")


def sheet_of(*rows: tuple[str, str, str, str]) -> tuple[Workbook, tuple]:
    book = workbook.read(from_rows({"surat": [["bagian", "keterangan", "teks", "bila"], *rows]}))
    return book, letter_sheet.read(book, small_sop(STEPS, ROUTES, documents=PAPER))[1]


def written(*rows: tuple[str, str, str, str], forms: str = "", **answers: object) -> str:
    """The letter of these rows for a case with these answers; only `asesmen` knows *anak_jalanan*."""
    sop = small_sop(STEPS, ROUTES, forms, documents=PAPER)
    book, findings = sheet_of(*rows)
    assert findings == ()
    sheets, _ = letter_sheet.read(book, sop)
    came = datetime(2026, 3, 2, tzinfo=UTC)
    told = Event("e", "submission", date(2026, 3, 2), came, "7", "i", form="lapor", answers=answers)  # type: ignore[arg-type]
    visit = Visit("s01", 1, "done", "2026-03-02", "2026-03-02", form="lapor", instance_id="i", event_id="e")
    state = CaseState("kecil", "1", "A. B.", "open", "2026-03-02", visits=(visit,))
    sources = Sources(
        sop, state, "K-1", (told,), date(2026, 3, 3), OFFICE, Orang("Sri"), Penandatangan("Kepala Dinas", "Hadi"),
        lambda form, _name, value: (
            {"anak_jalanan": "Anak jalanan"} if form == "asesmen" else {"ya": "Ya, setuju"}
        ).get(value, value),
    )  # fmt: skip
    values = numbered(sheet_letter(sources, Written(sheets["surat"], sop.documents[0], visit)), "12/2026")
    values["surat"] |= {"nomor": "12/2026"}  # type: ignore[operator]
    return " ".join(" ".join(page.text for page in read(letters.render("surat", values))).split())


def test_names_are_filled_with_labels_dates_in_words_and_the_letters_own_number() -> None:
    said = written(
        ("yth", "", "Kepala Panti", ""),
        ("hal", "", "Rujukan", ""),
        ("paragraf", "", "Nomor ${surat.nomor}: lahir ${tgl_lahir}, ${setuju}, kasus ${kasus.nomor}.", ""),
        tgl_lahir=date(2013, 4, 5),
        setuju="ya",
    )
    assert "Nomor 12/2026: lahir 5 April 2013, Ya, setuju, kasus K-1." in said
    assert "Yth. Kepala Panti" in said
    assert "Hal : Rujukan" in said


def test_an_answer_carried_on_by_another_form_is_told_in_the_words_of_the_question() -> None:
    forms = "form_id | opens_case\nlapor | yes\nasesmen | no"
    assert "Kategori: Anak jalanan" in written(
        ("paragraph", "", "Kategori: ${jenis}", ""), forms=forms, jenis="anak_jalanan"
    )


def test_what_nobody_answered_is_a_marked_gap_and_never_a_blank() -> None:
    assert "Nama: (…… nama lengkap ……)." in written(("paragraf", "", "Nama: ${nama_lengkap}.", ""))


def test_a_line_may_be_there_only_when_it_holds() -> None:
    rows = (("butir", "NIK", "${nik}", "${nik} != ''"), ("butir", "NIK", "belum ada", "${nik} = ''"))
    assert "belum ada" in written(*rows)
    assert "belum ada" not in written(*rows, nik="3575010101130001")


def test_what_a_client_is_called_is_text_and_never_markup() -> None:
    said = written(("judul", "", "Surat Tugas", ""), ("paragraf", "", "${nama}", ""), nama="<b>${kasus.nomor}</b>")
    assert "<b>${kasus.nomor}</b>" in said


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("paragrap", "", "x", ""), "sop.bad_option"),
        (("paragraf", "", "", ""), "sop.missing_value"),
        (("paragraf", "", "x", "${a} ="), "sop.bad_expression"),
    ],
)
def test_a_row_that_is_no_line_of_a_letter_is_told_with_its_cell(row: tuple[str, str, str, str], code: str) -> None:
    _, findings = sheet_of(row)
    assert [(f.code, f.place.sheet if f.place else "") for f in findings] == [(code, "surat")]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.parent.name)
def test_every_letter_of_the_five_services_reads_without_a_finding(path: Path) -> None:
    book = workbook.read(path.read_bytes())
    sop, _ = sop_workbook.read(book)
    assert sop is not None
    sheets, findings = letter_sheet.read(book, sop)
    assert findings == ()
    assert "tanda_terima" in sheets


def test_a_changed_letter_is_a_changed_workbook() -> None:
    """Otherwise an office that rewrites a letter would publish nothing."""

    def book(text: str) -> Workbook:
        documents = [["name", "direction", "step", "template"], ["surat", "out", "s01", "surat"]]
        return workbook.read(from_rows({"documents": documents, "surat": [["part", "text"], ["paragraph", text]]}))

    assert sop_workbook.digest(book("a")) == sop_workbook.digest(book("a"))
    assert sop_workbook.digest(book("a")) != sop_workbook.digest(book("b"))
