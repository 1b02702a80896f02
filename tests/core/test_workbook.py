"""A workbook as its author sees it, and workbooks made to hurt."""

import io
import re
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from forms.workbook import MAX_BYTES, WorkbookError, read
from tests.books import from_rows


def codes(data: bytes) -> list[str]:
    with pytest.raises(WorkbookError) as refused:
        read(data)
    return [finding.code for finding in refused.value.findings]


def repacked(data: bytes, change: dict[str, bytes]) -> bytes:
    """The same workbook with some parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in change if name not in old.namelist())]:
            new.writestr(name, change.get(name) or old.read(name))
    return out.getvalue()


def with_sheet(xml: bytes) -> bytes:
    head = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return repacked(from_rows({"survey": [["type"]]}), {"xl/worksheets/sheet1.xml": head + xml + b"</worksheet>"})


class TestWhatTheAuthorSees:
    def test_headers_and_sheets_are_found_in_any_case_and_by_any_alias(self):
        book = read(from_rows({"Langkah ": [["Kode", "Nama  langkah"], ["s01", "Terima"]]}))
        sheet = book.sheet("steps", "langkah")
        assert sheet is not None
        assert sheet.headers == {"Kode": "A", "Nama  langkah": "B"}
        assert sheet.rows[0].text("step", "KODE") == "s01"
        assert sheet.rows[0].text("nama langkah") == "Terima"
        assert sheet.rows[0].text("tidak ada") == ""
        assert book.sheet("routes") is None

    def test_a_place_names_sheet_row_column_and_cell_also_when_the_cell_is_blank(self):
        row = read(from_rows({"survey": [["type", "name"], ["text", None]]})).sheet("survey").rows[0]
        assert row.place("type").address == "survey!A2"
        assert row.place("type").value == "text"
        assert row.place("Name").address == "survey!B2"
        assert row.place("label").address == "survey!2"

    def test_empty_rows_are_skipped_but_row_numbers_stay_those_of_excel(self):
        sheet = read(from_rows({"a": [["x"], [None], ["1"], ["  "], ["2"]]})).sheet("a")
        assert [(row.number, row.text("x")) for row in sheet.rows] == [(3, "1"), (5, "2")]

    def test_a_header_below_an_empty_row_is_still_the_header(self):
        sheet = read(from_rows({"a": [[None], ["x"], ["1"]]})).sheet("a")
        assert (sheet.header_row, sheet.rows[0].text("x")) == (2, "1")

    @pytest.mark.parametrize(
        ("value", "number_format", "shown"),
        [
            (1.1, "0.00", "1.10"),
            (1.0, "0.0", "1.0"),
            (1.0, "General", "1"),
            (7, "000", "007"),
            (-7, "000", "-007"),
            (15000000, "#,##0", "15000000"),
            (0.5, "General", "0.5"),
            (datetime(2026, 3, 12), "yyyy-mm-dd", "2026-03-12"),
            (datetime(2026, 3, 12, 8, 15), "yyyy-mm-dd hh:mm", "2026-03-12T08:15:00"),
            (date(2026, 3, 12), "dd/mm/yyyy", "2026-03-12"),
            (time(8, 0), "hh:mm", "08:00"),
            (True, "General", "TRUE"),
            ("  1.10\u00a0 ", "@", "1.10"),
        ],
    )
    def test_cells_read_as_displayed(self, value, number_format, shown):
        book = Workbook()
        book.active["A1"] = "x"
        book.active["A2"] = value
        book.active["A2"].number_format = number_format
        out = io.BytesIO()
        book.save(out)
        cell = next(iter(read(out.getvalue()).sheets.values())).rows[0].cell("x")
        assert cell.text == shown
        assert cell.is_text == isinstance(value, str)

    def test_a_formula_counts_with_the_result_excel_kept(self):
        data = with_sheet(
            b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
            b'<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row></sheetData>'
        )
        assert read(data).sheet("survey").rows[0].text("x") == "2"

    def test_extensions_of_excel_that_openpyxl_does_not_know_do_not_matter(self):
        data = with_sheet(
            b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
            b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst>'
        )
        assert read(data).sheet("survey").headers == {"x": "A"}


class TestHostileWorkbooks:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "workbook.empty"),
            (b"PK\x03\x04 not really a zip", "workbook.not_xlsx"),
            (b"type,name\ntext,a\n", "workbook.not_xlsx"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook.old_format"),
            (b"\0" * (MAX_BYTES + 1), "workbook.too_large"),
        ],
    )
    def test_what_is_no_workbook_is_refused_with_a_reason(self, data, code):
        assert codes(data) == [code]

    def test_any_zip_is_not_a_workbook(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("surat.docx", "x")
        assert codes(out.getvalue()) == ["workbook.not_xlsx"]

    def test_a_zip_bomb_is_counted_not_opened(self):
        bomb = repacked(from_rows({"survey": [["type"]]}), {"xl/media/a.xml": b"0" * (70 * 2**20)})
        assert len(bomb) < 200_000
        assert codes(bomb) == ["workbook.bomb"]

    def test_a_part_packed_beyond_reason_is_a_bomb_even_when_small(self):
        assert codes(repacked(from_rows({"a": [["x"]]}), {"xl/b.bin": b"\0" * (2 * 2**20)})) == ["workbook.bomb"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_a_doctype_in_any_part_is_refused(self, encoding):
        part = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode(encoding)
        assert codes(repacked(from_rows({"a": [["x"]]}), {"xl/sharedStrings.xml": part})) == ["workbook.doctype"]

    def test_too_many_cells_are_refused_before_they_are_read(self):
        cells = (b"<c><v>%d</v></c>" % (number * 7919) for number in range(250_000))
        assert codes(with_sheet(b"<sheetData><row>" + b"".join(cells) + b"</row></sheetData>")) == [
            "workbook.too_many_cells"
        ]

    def test_one_cell_in_the_last_corner_does_not_fill_the_memory(self):
        far = b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        assert codes(with_sheet(far)) == ["workbook.too_many_cells"]

    def test_a_lying_dimension_is_not_believed(self):
        data = with_sheet(
            b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c>'
            b'</row><row r="2"><c r="A2"><v>5</v></c></row></sheetData>'
        )
        assert read(data).sheet("survey").rows[0].text("x") == "5"

    def test_a_cell_longer_than_excel_can_hold_is_refused_with_its_place(self):
        text = b"a" * 40_000
        data = with_sheet(
            b'<sheetData><row r="1"><c r="B1" t="inlineStr"><is><t>' + text + b"</t></is></c></row></sheetData>"
        )
        with pytest.raises(WorkbookError) as refused:
            read(data)
        finding = refused.value.findings[0]
        assert (finding.code, finding.place.address) == ("workbook.long_cell", "survey!B1")

    @pytest.mark.parametrize("part", ["xl/workbook.xml", "[Content_Types].xml", "xl/worksheets/sheet1.xml"])
    def test_a_damaged_part_is_unreadable_not_a_crash(self, part):
        assert codes(repacked(from_rows({"a": [["x"], ["1"]]}), {part: b"<broken"})) == ["workbook.unreadable"]

    def test_a_flipped_byte_in_the_packed_data_is_refused(self):
        data = bytearray(from_rows({"a": [["x"]] * 200}))
        with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
            entry = archive.getinfo("xl/worksheets/sheet1.xml")
        data[entry.header_offset + len(entry.filename) + 60] ^= 0xFF
        assert re.match(r"workbook\.(not_xlsx|unreadable)", codes(bytes(data))[0])
