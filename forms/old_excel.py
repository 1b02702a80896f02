"""Workbooks of Excel 97 to 2003 (`.xls`) as workbooks of today, so that they are read, checked and kept as those."""

import io

import xlrd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_START = b"\xd0\xcf\x11\xe0"  # also of any workbook with a password


def is_old(data: bytes) -> bool:
    """Whether it begins as such a workbook does."""
    return data.startswith(_START)


def as_xlsx(data: bytes) -> bytes:
    """The same sheets, cells and number formats. For a child process: a hostile file may cost time and memory.

    Raises what xlrd raises for a file it cannot read, one with a password among them.
    """
    old = xlrd.open_workbook(file_contents=data, formatting_info=True)
    book = Workbook()
    book.remove(book.active)
    for sheet in old.sheets():
        page = book.create_sheet(sheet.name)
        for row in range(sheet.nrows):
            for column, cell in enumerate(sheet.row(row)):
                value = _value(cell, old.datemode)
                if value is None:
                    continue
                made = page.cell(row + 1, column + 1, value)
                if isinstance(value, str):
                    made.data_type = "s"  # also text that begins with an equals sign
                else:
                    made.number_format = old.format_map[old.xf_list[cell.xf_index].format_key].format_str
    book.save(out := io.BytesIO())
    return out.getvalue()


def _value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return ILLEGAL_CHARACTERS_RE.sub("", cell.value) or None
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return int(cell.value) if cell.value.is_integer() else cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return None  # blank, or an error such as #REF!
