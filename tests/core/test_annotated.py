"""A workbook refused comes back as Rina sent it, with what is wrong written at the cell and nothing else changed."""

import io
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from forms import sop as sop_reader
from forms import workbook
from forms.workbook import WorkbookError
from reports.sheets.annotated import AUTHOR, FINDINGS, Proposal, Remark, annotate, annotate_packed, pack
from reports.sheets.sop_template import example, sop_template
from server.locale import topic
from tests.core.sop_books import book_bytes

WORDS = topic("id", "annotated.")
HOLE = Remark("error", "routes", "D3", "Langkah s02: tidak ada aturan untuk usia = 60.", "Tambahkan aturan.")
ALSO = Remark("warning", "routes", "D3", "Isian usia boleh kosong.", "Wajibkan isian usia.")
WHOLE = Remark("error", "steps", "", "Langkah 4 SOP belum ada barisnya.", "Tambahkan baris.")


def ours() -> bytes:
    return sop_template(example("sop", "lansia", "kota_pasuruan"), topic("id", "sop_book."))


def of_openpyxl() -> bytes:
    """A plain workbook without any note, as an admin's own program might write it."""
    return book_bytes(example("sop", "lansia", "kota_pasuruan"))


def with_a_note_of_hadi() -> bytes:
    book = load_workbook(io.BytesIO(of_openpyxl()))
    book["routes"]["D3"].comment = Comment("Pak Hadi: sudah disepakati", "Hadi")
    book["routes"].add_data_validation(DataValidation("list", formula1='"s02,s03"', sqref="D2:D9"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def notes(data: bytes, sheet: str) -> dict[str, tuple[str, str]]:
    page = load_workbook(io.BytesIO(data))[sheet]
    cells = (cell for row in page.iter_rows() for cell in row if cell.comment)
    return {cell.coordinate: (cell.comment.author, cell.comment.text) for cell in cells if cell.row > 1}


BOOKS = {"ours": ours(), "plain": of_openpyxl(), "noted": with_a_note_of_hadi()}
SOURCES = pytest.mark.parametrize("data", BOOKS.values(), ids=BOOKS.keys())


@SOURCES
def test_cause_and_repair_stand_at_the_cell(data: bytes) -> None:
    made = annotate(data, [HOLE, ALSO, WHOLE], Proposal(), WORDS)
    told = notes(made, "routes")["D3"][1]
    for remark in (HOLE, ALSO):
        assert remark.wrong in told
        assert remark.repair in told


@SOURCES
def test_what_the_workbook_says_is_the_same(data: bytes) -> None:
    made = annotate(data, [HOLE, ALSO, WHOLE], Proposal(), WORDS)
    assert sop_reader.digest(workbook.read(made)) == sop_reader.digest(workbook.read(data))


@SOURCES
def test_only_what_had_to_change_changed(data: bytes) -> None:
    before, after = parts(data), parts(annotate(data, [HOLE], Proposal(), WORDS))
    book = load_workbook(io.BytesIO(data))
    routes = f"xl/worksheets/sheet{book.sheetnames.index('routes') + 1}.xml"
    touched = {name for name in before if after[name] != before[name]}
    shared = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", routes}
    notes_of_routes = {name for name in touched if "omment" in name or "Drawing" in name or "_rels/sheet" in name}
    assert touched - notes_of_routes == shared
    assert len(notes_of_routes) <= 2


@SOURCES
def test_the_cell_is_coloured_until_it_is_repaired(data: bytes) -> None:
    page = load_workbook(io.BytesIO(annotate(data, [HOLE], Proposal(), WORDS)))["routes"]
    value = page["D3"].value or ""
    rules = [(str(where.sqref), rule) for where in page.conditional_formatting for rule in where.rules]
    assert [(where, rule.formula) for where, rule in rules] == [("D3", [f'EXACT(D3&"","{value}")'])]
    assert rules[0][1].dxf.fill.bgColor.rgb == "FFF9D0CC"


@SOURCES
def test_all_findings_are_listed_with_links(data: bytes) -> None:
    page = load_workbook(io.BytesIO(annotate(data, [HOLE, ALSO, WHOLE], Proposal(), WORDS)))[FINDINGS]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=4)]
    assert rows == [
        ["harus diperbaiki", "routes!D3", HOLE.wrong, HOLE.repair],
        ["perlu diperhatikan", "routes!D3", ALSO.wrong, ALSO.repair],
        ["harus diperbaiki", "steps", WHOLE.wrong, WHOLE.repair],
    ]
    assert [page[f"B{row}"].hyperlink.location for row in (4, 5, 6)] == ["'routes'!D3", "'routes'!D3", "'steps'!A1"]


@SOURCES
def test_checked_again_the_earlier_findings_are_gone(data: bytes) -> None:
    first = annotate(data, [HOLE, ALSO], Proposal(), WORDS)
    second = annotate(first, [Remark("error", "steps", "A2", "Nama salah.", "Ganti.")], Proposal(), WORDS)
    was = notes(data, "routes")
    assert {cell: text.strip() for cell, (_, text) in notes(second, "routes").items()} == {
        cell: text.strip() for cell, (_, text) in was.items()
    }
    assert notes(second, "steps")["A2"] == (AUTHOR, "Nama salah.\n→ Ganti.")
    book = load_workbook(io.BytesIO(second))
    assert list(book["routes"].conditional_formatting) == []
    assert book.sheetnames.count(FINDINGS) == 1
    assert len(list(book[FINDINGS].iter_rows(min_row=4))) == 1
    drawn = [name for name in parts(second) if name.endswith(".vml")]
    boxes = sum(parts(second)[name].count(b"ObjectType=") for name in drawn)
    assert boxes == sum(len([c for row in page.iter_rows() for c in row if c.comment]) for page in book.worksheets)


def test_a_colleagues_note_stays_above_ours() -> None:
    told = notes(annotate(with_a_note_of_hadi(), [HOLE], Proposal(), WORDS), "routes")["D3"]
    assert told[0] == "Hadi"
    assert told[1].startswith("Pak Hadi: sudah disepakati\n— Alur —\n")


@SOURCES
def test_the_next_version_and_proposed_trials_are_filled_in(data: bytes) -> None:
    trial = {"case": "usul_1", "at": "2026-03-02", "form": "lansia_asesmen", "usia": "60"}
    proposal = Proposal((("settings", "C2", "2"),), {"tests": (trial, {**trial, "usia": "61"})}, ("Versi 2.",))
    before, _ = sop_reader.read(workbook.read(data))
    after, findings = sop_reader.read(workbook.read(annotate(data, [HOLE], proposal, WORDS)))
    assert before is not None
    assert after is not None, findings
    if before.row.place("version").cell == "C2":
        assert after.version == "2"
    assert [test.case for test in after.tests[len(before.tests) :]] == ["usul_1", "usul_1"]
    assert [test.answers["usia"] for test in after.tests[len(before.tests) :]] == ["60", "61"]


def test_formulas_pictures_and_macros_stay_byte_for_byte() -> None:
    data = parts(ours())
    data |= {"xl/vbaProject.bin": b"\x00macro", "xl/media/image1.png": b"\x89PNG...", "customXml/item1.xml": b"<a/>"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in data.items():
            archive.writestr(name, content)
    made = parts(annotate(out.getvalue(), [HOLE], Proposal(), WORDS))
    for name in ("xl/vbaProject.bin", "xl/media/image1.png", "customXml/item1.xml", "xl/sharedStrings.xml"):
        assert made[name] == data[name]
    assert any(b"SUMPRODUCT" in content for content in made.values())


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(WorkbookError):
        annotate(b"PK bukan", [HOLE], Proposal(), WORDS)


def test_the_same_through_the_argument_of_a_child() -> None:
    proposal = Proposal((("settings", "C2", "2"),), {"tests": ({"case": "a", "form": "lansia_asesmen"},)}, ("x",))
    data = of_openpyxl()
    made = annotate_packed(pack(data, [HOLE], proposal, WORDS))
    assert parts(made) == parts(annotate(data, [HOLE], proposal, WORDS))


def test_letters_no_file_may_hold_do_not_spoil_it() -> None:
    odd = Remark("error", "routes", "D3", "Isi \x01\x0b sel \ufffe ini & <itu>", "")
    assert notes(annotate(ours(), [odd], Proposal(), WORDS), "routes")["D3"][1] == "Isi  sel  ini & <itu>"
