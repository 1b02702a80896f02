"""The XLSForm an admin starts from: the rows an intake or a follow-up of an SOP needs, ready to convert."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Literal

from xlsxwriter import Workbook

from reports.sheets.sop_template import GUIDE, example
from reports.sheets.sop_template.columns import LABELS

Kind = Literal["intake", "follow_up"]
KINDS: tuple[Kind, ...] = ("intake", "follow_up")

_ID, _EN = (title.removeprefix("label::") for title in LABELS.values())
_LONG = {
    "hint_id": f"hint::{_ID}",
    "hint_en": f"hint::{_EN}",
    "message_id": f"constraint_message::{_ID}",
    "message_en": f"constraint_message::{_EN}",
}
_SURVEY = (
    "type",
    "name",
    *LABELS.values(),
    f"hint::{_ID}",
    f"hint::{_EN}",
    "required",
    "relevant",
    "appearance",
    "default",
    "calculation",
    "constraint",
    f"constraint_message::{_ID}",
    f"constraint_message::{_EN}",
    "choice_filter",
    "save_to",
)
_SHEETS: Mapping[str, tuple[str, ...]] = {
    "survey": _SURVEY,
    "choices": ("list_name", "name", *LABELS.values()),
    "entities": ("list_name", "label", "entity_id"),
    "settings": ("form_title", "form_id", "version", "default_language", "instance_name", "client_editable"),
}
_TYPES = (
    "text",
    "integer",
    "decimal",
    "date",
    "time",
    "note",
    "calculate",
    "image",
    "geopoint",
    "begin_group",
    "end_group",
    "begin_repeat",
    "end_repeat",
)


def form_template(kind: Kind, sop_id: str, words: Mapping[str, str]) -> bytes:
    """The example form of that kind for an SOP of this code. words: the catalogue's `form_book.*` in one language."""
    sheets = example(kind, sop_id)
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(file, options)
    font = {"font_name": "Arial", "font_size": 10}
    head = book.add_format({**font, "bold": True, "font_color": "#FFFFFF", "bg_color": "#0B5C63", "text_wrap": True})
    text = book.add_format({**font, "num_format": "@", "text_wrap": True, "valign": "top"})
    for name, titles in _SHEETS.items():
        page = book.add_worksheet(name)
        for number, title in enumerate(titles):
            page.write_string(0, number, title, head)
            page.set_column(number, number, _width(title), text)
        for row, cells in enumerate(_long(sheets.get(name, ())), 1):
            for title, value in cells.items():
                page.write_string(row, titles.index(title), value, text)
        page.freeze_panes(1, 2 if name == "survey" else 1)
        if name == "survey":
            # A hint only: a type may name a list (`select_one jk`).
            types = {"validate": "list", "source": list(_TYPES), "show_error": False}
            page.data_validation(1, 0, 500, 0, types)
            yes = {"validate": "list", "source": ["yes", "no"], "error_type": "warning"}
            page.data_validation(1, titles.index("required"), 500, titles.index("required"), yes)
    guide = book.add_worksheet(GUIDE)
    guide.set_column(0, 0, 110)
    told = ("title", "lead", kind, "names", "version", "save")
    for row, key in enumerate(told):
        guide.write_string(row, 0, words[f"form_book.{key}"], book.add_format({**font, "text_wrap": True}))
    book.close()
    return file.getvalue()


def _long(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{_LONG.get(title, title): value for title, value in cells.items()} for cells in rows]


def _width(title: str) -> float:
    if title.startswith(("label", "hint", "constraint_message")):
        return 32
    return 40 if title in ("choice_filter", "calculation", "constraint", "instance_name") else 18
