"""What each column of the SOP workbook takes: one table behind template, drop-downs and the admin's guide."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.sop import CLOSE, COLUMNS, END_BRANCH, OPTIONS

LABELS: Mapping[str, str] = {"id": "label::Indonesian (id)", "en": "label::English (en)"}
REMARK = "# catatan"
# `to` of routes offers these beside the steps.
ENDS = (CLOSE, END_BRANCH)

_LABELLED = frozenset(COLUMNS) - {"settings", "complaints", "tests", "renames"}
_NEEDED: Mapping[str, frozenset[str]] = {
    "settings": frozenset({"sop_id", "title", "version", "office"}),
    "forms": frozenset({"form_id"}),
    "routes": frozenset({"name", "from", "to"}),
    "documents": frozenset({"name", "step"}),
    "choices": frozenset({"list_name", "name"}),
    "complaints": frozenset({"channel"}),
    "calendar": frozenset({"date"}),
    "alerts": frozenset({"name", "when", "to"}),
    "tests": frozenset({"case", "form"}),
    "requirements": frozenset({"name", "text"}),
    "products": frozenset({"name", "text"}),
    "renames": frozenset({"form", "field"}),
}
_YES_NO: Mapping[str, frozenset[str]] = {
    "settings": frozenset({"confidential"}),
    "roles": frozenset({"stated_in_source", "may_override", "may_close", "may_reopen"}),
    "forms": frozenset({"opens_case"}),
    "documents": frozenset({"required", "to_authority"}),
    "calendar": frozenset({"estimate"}),
}
_REFERS: Mapping[tuple[str, str], str] = {
    ("settings", "clock_start"): "steps",
    ("roles", "deputy"): "roles",
    ("steps", "form"): "forms",
    ("steps", "role"): "roles",
    ("steps", "assign_to"): "roles",
    ("steps", "escalate_to"): "roles",
    ("steps", "same_as"): "steps",
    ("steps", "confirm_by"): "roles",
    ("steps", "recorded_by"): "roles",
    ("routes", "from"): "steps",
    ("documents", "step"): "steps",
    ("documents", "blocks"): "steps",
    ("documents", "signed_by"): "roles",
    ("complaints", "role"): "roles",
    ("alerts", "to"): "roles",
    ("alerts", "opens"): "steps",
    ("tests", "form"): "forms",
    ("products", "document"): "documents",
    ("renames", "form"): "forms",
}
_WIDTHS: Mapping[str, float] = {
    "source_text": 44,
    "text": 44,
    "interpretation": 40,
    "when": 44,
    "calculation": 44,
    "case_label": 44,
    "title": 34,
    "form": 24,
    "form_id": 24,
    "service_time_text": 20,
    "legal_basis": 28,
    "product": 28,
    "cost": 22,
    "expect_decision": 18,
    "number_format": 28,
    "note": 28,
    "address": 28,
    "channel": 22,
}


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One column of one sheet.

    `options`: the words it takes; `refers`: the sheet whose first column it names; `ends`: also `close` and
    `end_branch`; `width` in characters.
    """

    sheet: str
    name: str
    aliases: tuple[str, ...]
    needed: bool = False
    options: tuple[str, ...] = ()
    refers: str = ""
    ends: bool = False
    width: float = 14

    @property
    def keys(self) -> tuple[str, str]:
        """Where the catalogue explains it: under its own sheet, else under `any`."""
        return f"sop_book.{self.sheet}.{self.name}", f"sop_book.any.{self.name}"


def columns(sheet: str) -> tuple[ColumnUse, ...]:
    """The columns of a sheet in the order of the template; labels follow the name, remarks come last."""
    made: list[ColumnUse] = []
    for name, aliases in COLUMNS[sheet].names.items():
        made.append(_column(sheet, name, aliases))
        after = "list_name" if sheet == "choices" else ""
        if len(made) == 1 + bool(after) and sheet in _LABELLED:
            made += [ColumnUse(sheet, title, (), width=26) for title in LABELS.values()]
    return (*made, ColumnUse(sheet, REMARK, (), width=26))


def _column(sheet: str, name: str, aliases: tuple[str, ...]) -> ColumnUse:
    needed = _NEEDED.get(sheet, frozenset({"name"}))
    options = tuple(OPTIONS.get(sheet, {}).get(name, ()))
    if name in _YES_NO.get(sheet, ()):
        options = ("yes", "no")
    ends = (sheet, name) == ("routes", "to")
    refers = "steps" if ends else _REFERS.get((sheet, name), "")
    return ColumnUse(sheet, name, aliases, name in needed, options, refers, ends, _WIDTHS.get(name, 14))


def explained(column: ColumnUse, words: Mapping[str, str]) -> str:
    """What the catalogue says about a column. Raises KeyError for a column nobody explained."""
    if column.name == REMARK:
        return words["sop_book.remark"]
    if column.name in LABELS.values():
        return words["sop_book.label"]
    own, shared = column.keys
    return words[own] if own in words else words[shared]


def choices(column: ColumnUse, words: Mapping[str, str]) -> str:
    """What a column offers, in words; empty when it takes anything."""
    if column.ends:
        return words["sop_book.targets"]
    if column.refers:
        return f"{words['sop_book.from_sheet']} {column.refers}"
    if column.options == ("yes", "no"):
        return words["sop_book.yes_no"]
    return ", ".join(column.options)
