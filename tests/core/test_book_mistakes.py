"""Rina works in Excel: what her hand does to a workbook is named with sheet, cell, cause and what to do."""

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from forms import sop as sop_reader
from forms import workbook
from forms.findings import Finding
from server.actions.bundle import Upload
from server.actions.bundle_prepare import prepare
from server.locale.findings import words
from tests.core.damaged_books import ABH, abh

Change = Callable[[Workbook], None]


def saved(change: Change) -> bytes:
    """SOP 003 of Pasuruan after Rina's change."""
    book = openpyxl.load_workbook(ABH / "sop.xlsx")
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def findings(change: Change) -> tuple[Finding, ...]:
    return sop_reader.read(workbook.read(saved(change)))[1]


def put(sheet: str, row: str, column: str, value: object) -> Change:
    def change(book: Workbook) -> None:
        at = [cell.value for cell in book[sheet][1]].index(column)
        line = next(cells for cells in book[sheet].iter_rows(min_row=2) if cells[0].value == row)
        line[at].value = value

    return change


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("${hasil_rj} == 'sepakat'", "ditemukan = (huruf ke-14)"),
        ("${hasil_rj} = ‘sepakat’", "Gunakan petik tegak"),
        ("hasil_rj = 'sepakat'", "Nama hasil_rj harus ditulis di dalam ${…}"),
        ("${hasil_rj} = 'sepakat' dan ${usia_saat_kejadian} > 3", "ditemukan dan (huruf ke-25)"),
        ("Jika hasil RJ sepakat", "ditemukan hasil (huruf ke-6)"),
    ],
)
def test_a_condition_that_cannot_be_read_says_where_it_breaks(written: str, said: str) -> None:
    [finding] = findings(put("routes", "r12", "when", written))
    wrong, repair = words(finding, "id")
    assert finding.place is not None
    assert finding.place.address == "routes!C13"
    assert said in wrong
    assert repair
    assert not re.search(r"– \(|–$", words(finding, "en")[0])


def test_a_condition_left_to_excel_is_not_read_as_always() -> None:
    [finding] = findings(put("routes", "r06", "when", "=IF(A1>1,1,0)"))
    assert (finding.code, finding.place and finding.place.address) == ("sop.formula", "routes!C7")
    [finding] = findings(put("routes", "r06", "close_reason", "#REF!"))
    assert (finding.code, finding.place and finding.place.address) == ("sop.excel_fault", "routes!E7")


def test_formulas_in_her_own_columns_disturb_nobody() -> None:
    def change(book: Workbook) -> None:
        book["routes"]["L1"], book["routes"]["L5"] = "# hitung", "=1+1"

    assert findings(change) == ()


def test_a_renamed_column_is_one_finding_on_its_heading() -> None:
    def change(book: Workbook) -> None:
        book["routes"]["D1"] = "tujuan"

    missing = [finding for finding in findings(change) if finding.level == "error"]
    assert [(f.code, f.place and f.place.address) for f in missing] == [("sop.missing_column", "routes!D1")]
    assert "tujuan" in words(missing[0], "id")[1]


def test_a_title_above_the_headings_and_a_renamed_sheet_are_told_as_what_they_are() -> None:
    def title(book: Workbook) -> None:
        book["routes"].insert_rows(1)
        book["routes"]["A1"] = "ALUR SOP 003"

    def rename(book: Workbook) -> None:
        book["routes"].title = "rute"

    assert [f.code for f in findings(title)] == ["sop.no_headings"]
    [finding] = findings(rename)
    assert "rute" in words(finding, "id")[1]


def test_merged_cells_are_named_as_the_cause() -> None:
    found = findings(lambda book: book["routes"].merge_cells("B4:B6"))
    assert [f.place and f.place.address for f in found] == ["routes!B5", "routes!B6"]
    assert all("B4:B6" in words(f, language)[0] for f in found for language in ("id", "en"))


def test_headings_may_be_written_with_blanks_and_capitals() -> None:
    def change(book: Workbook) -> None:
        for cell in book["settings"][1]:
            cell.value = str(cell.value).replace("_", " ").upper()

    assert findings(change) == ()


def test_an_sop_without_steps_is_refused_and_a_clock_names_its_step() -> None:
    assert "sop.no_rows" in {f.code for f in findings(lambda book: book["steps"].delete_rows(2, 40))}
    damaged = abh()
    damaged.set("settings", "abh", "clock_start", "s77")
    [finding] = [f for f in damaged.findings() if f.code == "sop.E01"]
    assert finding.place is not None
    assert finding.place.column == "clock_start"


def test_a_misspelt_question_is_said_once_and_not_as_gaps() -> None:
    damaged = abh()
    damaged.set("routes", "r12", "when", "${hasil_rjj} = 'sepakat'")
    of_rules = [f.code for f in damaged.findings() if f.place and f.place.sheet in ("routes", "steps")]
    assert of_rules == ["sop.E01"]


def test_an_answer_no_question_offers_is_found_in_the_test_rows() -> None:
    damaged = abh()
    row = next(row for row in damaged.sheets["tests"] if row["berat_tindakan"])
    row["berat_tindakan"] = "beratt"
    [finding] = [f for f in damaged.findings() if f.code == "sop.E02"]
    assert finding.place is not None
    assert finding.place.sheet == "tests"


def codes(*uploads: Upload) -> list[tuple[str, str]]:
    found = prepare(uploads, None, None).findings
    return [(f.code, str(f.args["file"])) for f in found if f.level != "note"]


def test_tables_of_other_programs_and_files_no_form_uses_are_not_passed_over() -> None:
    assert codes(Upload("sop.xls", b"\xd0\xcf\x11\xe0lama")) == [("workbook.old_format", "sop.xls")]
    assert codes(Upload("sop.ods", b"PK\x03\x04kosong")) == [("workbook.not_xlsx", "sop.ods")]
    assert codes(Upload("sop.csv", b"a,b")) == [("bundle.unused_file", "sop.csv")]
    assert codes(Upload("~$sop.xlsx", b"Rina")) == []


def test_a_workbook_without_its_routes_is_still_an_sop() -> None:
    assert codes(Upload("sop.xlsx", saved(lambda book: book.remove(book["routes"])))) == [
        ("sop.missing_sheet", "sop.xlsx")
    ]


def test_two_workbooks_of_one_sop_and_forms_left_at_home_are_named() -> None:
    data = (ABH / "sop.xlsx").read_bytes()
    told = codes(Upload("sop.xlsx", data), Upload("sop (1).xlsx", data))
    assert ("bundle.same_sop", "sop (1).xlsx") in told
    assert {code for code, _ in told} == {"bundle.same_sop", "sop.E01"}
