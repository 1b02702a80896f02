"""Offices still have workbooks of Excel 97 to 2003."""

import io
from datetime import datetime

import pytest
import xlwt
from xlrd.compdoc import CompDocError

from forms import workbook
from forms.old_excel import as_xlsx, is_old
from forms.xlsform import convert


def old_book(sheets: dict[str, list[list[object]]], formats: dict[tuple[str, int, int], str] | None = None) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                style = xlwt.easyxf(num_format_str=(formats or {}).get((name, number, column), "General"))
                sheet.write(number, column, value, style)
    book.save(out := io.BytesIO())
    return out.getvalue()


def test_cells_read_as_old_excel_showed_them() -> None:
    rows = [["a", "b", "c", "d", "e"], ["=1+1", 1.1, 12, datetime(2009, 3, 1), True]]
    data = as_xlsx(old_book({"settings": rows}, {("settings", 1, 1): "0.00", ("settings", 1, 3): "yyyy-mm-dd"}))
    sheet = workbook.read(data).sheet("settings")
    assert sheet is not None
    assert [cell.text for _, cell in sheet.rows[0].items()] == ["=1+1", "1.10", "12", "2009-03-01", "TRUE"]


def test_an_old_form_converts_and_findings_name_its_cells() -> None:
    sheets: dict[str, list[list[object]]] = {
        "survey": [["type", "name", "label"], ["text", "nama", "Nama"], ["integer", "nik", "NIK"]],
        "settings": [["form_id", "version"], ["pendataan_2009", "1"]],
    }
    data = old_book(sheets)
    assert is_old(data)
    converted = convert(as_xlsx(data), "pendataan.xls")
    assert (converted.form_id, converted.ok) == ("pendataan_2009", True)
    places = {finding.code: finding.place.address for finding in converted.findings if finding.place}
    assert places == {"xlsform.number_for_id": "survey!A3", "xlsform.no_title": "settings!2"}


def test_what_cannot_be_read_says_so() -> None:
    with pytest.raises(CompDocError):
        as_xlsx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000)
