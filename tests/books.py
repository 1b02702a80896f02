"""Workbooks for tests: written as Markdown tables or as rows of cells."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from pyxform.xls2json_backends import md_table_to_workbook


def from_markdown(table: str) -> bytes:
    """An `.xlsx` from pyxform's Markdown: `| survey | | |` begins a sheet, its rows follow."""
    return _bytes(md_table_to_workbook(table))


def from_rows(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An `.xlsx` whose cells keep their Python types (numbers, dates, booleans)."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return _bytes(book)


def form(survey: str, choices: str = "", entities: str = "", settings: str = "| | tes | 2026112101 | Tes |") -> bytes:
    """A whole form around the survey rows. Columns: type, name, label, calculation, relevant, choice_filter,
    save_to, appearance, default; choices: list_name, name, label; entities: list_name, label, entity_id."""
    parts = [f"| settings |\n| | form_id | version | form_title |\n{settings}"]
    columns = "type | name | label | calculation | relevant | choice_filter | save_to | appearance | default"
    parts.append(f"| survey |\n| | {columns} |\n{survey.strip()}")
    if choices:
        parts.append(f"| choices |\n| | list_name | name | label |\n{choices.strip()}")
    if entities:
        parts.append(f"| entities |\n| | list_name | label | entity_id |\n{entities.strip()}")
    return from_markdown("\n".join(parts))


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
