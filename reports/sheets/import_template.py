"""The workbook running cases are brought in with: one row per case, drop-downs for steps and choices (ruling 43)."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

CASES, ABOUT, LISTS = "kasus", "tentang", "pilihan"
MARK = " · "
"""What stands between the name of a choice and its label in a drop-down."""
_ROWS = 2_000
_DAY = "yyyy-mm-dd"
_HEAD = "#E7EEEE"


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column of the template: its name (the header), its label, whether it must be filled, what it offers.

    `choices` are (name, label); `several`: more than one may be written, with blanks between; `kind` is day or text.
    """

    name: str
    label: str
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    several: bool = False
    kind: str = "text"


def offered(name: str, label: str) -> str:
    """A choice as the drop-down shows it."""
    return f"{name}{MARK}{label}" if label and label != name else name


def import_template(columns: Sequence[ImportColumn], about: Sequence[tuple[str, str]]) -> bytes:
    """An `.xlsx` with the sheets `kasus` (to be filled), `tentang` (what it is for) and `pilihan` (the lists)."""
    stream = BytesIO()
    with Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": _HEAD, "text_wrap": True})
        text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": _DAY})
        page, told, lists = (book.add_worksheet(name) for name in (CASES, ABOUT, LISTS))
        page.freeze_panes(1, 1)
        for number, column in enumerate(columns):
            page.set_column(number, number, max(14, len(column.name) + 2), day if column.kind == "day" else text)
            page.write_string(0, number, column.name, bold)
            page.write_comment(0, number, f"{column.label} *" if column.required else column.label)
            if not column.choices:
                continue
            lists.write_string(0, number, column.name, bold)
            for row, choice in enumerate(column.choices, 1):
                lists.write_string(row, number, offered(*choice))
            letter = xl_col_to_name(number)
            source = f"={LISTS}!${letter}$2:${letter}${len(column.choices) + 1}"
            # Several names in one cell are right too, so a drop-down may only offer them.
            how = {"validate": "list", "source": source, "show_error": not column.several}
            page.data_validation(1, number, _ROWS, number, how)
        for row, (name, value) in enumerate((("isian", "nilai"), *about)):
            told.write_string(row, 0, name, bold if row == 0 else None)
            told.write_string(row, 1, value, bold if row == 0 else None)
        told.set_column(0, 1, 30)
    return stream.getvalue()
