"""How a source writes a form: questions, groups and calculations as rows of the survey sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsforms.book import Book, Cells, table
from xlsforms.sources import sensitivity

Rows = list[Cells]
Pair = tuple[str, str]

ID, EN = "Indonesian (id)", "English (en)"
YES = "yes"
VERSION = "2026112101"
COLUMNS = (
    "type",
    "name",
    f"label::{ID}",
    f"label::{EN}",
    f"hint::{ID}",
    f"hint::{EN}",
    "required",
    "relevant",
    "appearance",
    "default",
    "calculation",
    "trigger",
    "constraint",
    f"constraint_message::{ID}",
    f"constraint_message::{EN}",
    "choice_filter",
    "parameters",
    "read_only",
    "save_to",
    "bind::type",
    sensitivity.COLUMN,
)
CHOICE_COLUMNS = ("list_name", "name", f"label::{ID}", f"label::{EN}")
ENTITY_COLUMNS = ("list_name", "label", "entity_id")
SETTING_COLUMNS = (
    "form_title",
    "form_id",
    "version",
    "default_language",
    "instance_name",
    "client_editable",
    "namespaces",
)
PHOTO = "max-pixels=1280"
DRAWING = "max-pixels=1024"


@dataclass(frozen=True, slots=True)
class Form:
    """One instrument. `entity` is its row of the entities sheet, `steps` the SOP steps it serves."""

    form_id: str
    title: Pair
    rows: Rows
    entity: Cells
    instance_name: str
    version: str = VERSION

    def book(self, choices: Mapping[str, Sequence[tuple[str, Pair]]]) -> Book:
        """The workbook: survey, the lists this form uses, entities and settings."""
        lists = dict.fromkeys(name for row in self.rows if (name := _list_of(row["type"])))
        chosen = [
            {"list_name": name, "name": value, f"label::{ID}": label[0], f"label::{EN}": label[1]}
            for name in lists
            for value, label in choices[name]
        ]
        settings = {
            "form_title": self.title[0],
            "form_id": self.form_id,
            "version": self.version,
            "default_language": ID,
            "instance_name": self.instance_name,
            "client_editable": YES,
            # Alur needs no such cell; other tools that read these workbooks do.
            "namespaces": sensitivity.NAMESPACE,
        }
        return {
            "survey": table(COLUMNS, [sensitivity.declared(row) for row in self.rows]),
            "choices": table(CHOICE_COLUMNS, chosen),
            "entities": table(ENTITY_COLUMNS, [self.entity]),
            "settings": table(SETTING_COLUMNS, [settings]),
        }


def _list_of(kind: str) -> str:
    word, _, name = kind.partition(" ")
    return name if word in ("select_one", "select_multiple") else ""


def ask(
    kind: str,
    name: str,
    label: str,
    english: str,
    *,
    hint: Pair | None = None,
    must: bool = False,
    when: str = "",
    valid: str = "",
    message: Pair | None = None,
    **more: str,
) -> Cells:
    """One question. `must`: required; `when`: relevant; `valid`: constraint with its `message`."""
    row = {"type": kind, "name": name, f"label::{ID}": label, f"label::{EN}": english, "relevant": when}
    if hint:
        row[f"hint::{ID}"], row[f"hint::{EN}"] = hint
    if must:
        row["required"] = YES
    if valid:
        row["constraint"] = valid
    if message:
        row[f"constraint_message::{ID}"], row[f"constraint_message::{EN}"] = message
    return row | more


def one(choices: str, name: str, label: str, english: str, **more: Any) -> Cells:
    """A question with one answer from a list."""
    return ask(f"select_one {choices}", name, label, english, **more)


def many(choices: str, name: str, label: str, english: str, **more: Any) -> Cells:
    """A question with several answers from a list."""
    return ask(f"select_multiple {choices}", name, label, english, **more)


def yes_no(name: str, label: str, english: str, **more: Any) -> Cells:
    """A question answered with ya or tidak."""
    return one("ya_tidak", name, label, english, **more)


def words(name: str, label: str, english: str, *, long: bool = False, **more: Any) -> Cells:
    """A text question, over several lines when `long`."""
    if long:
        more["appearance"] = "multiline"
    return ask("text", name, label, english, **more)


def number(name: str, label: str, english: str, low: int | str, high: int | str, **more: Any) -> Cells:
    """A whole number between two bounds (numbers or expressions)."""
    said: dict[str, Any] = {
        "valid": f". >= {low} and . <= {high}",
        "message": (
            f"Isi bilangan {low} sampai {high}.",
            f"Enter a number from {low} to {high}.",
        ),
    }
    return ask("integer", name, label, english, **(said | more))


def past_day(name: str, label: str, english: str, **more: Any) -> Cells:
    """A day that is not in the future."""
    said: dict[str, Any] = {
        "valid": ". <= today()",
        "message": ("Tanggal tidak boleh setelah hari ini.", "The date cannot be after today."),
    }
    return ask("date", name, label, english, **(said | more))


def photo(name: str, label: str, english: str, **more: Any) -> Cells:
    """A picture, made small enough for a weak signal."""
    return ask("image", name, label, english, parameters=PHOTO, **more)


def signature(name: str, label: str, english: str, **more: Any) -> Cells:
    """A signature on the screen; never required, because paper may follow."""
    return ask("image", name, label, english, appearance="signature", parameters=DRAWING, **more)


def note(name: str, label: str, english: str, when: str = "") -> Cells:
    """A text shown to the officer."""
    return ask("note", name, label, english, when=when)


def calc(
    name: str, expression: str, *, whole: bool = False, when: str = "", must: bool = False, save_to: str = ""
) -> Cells:
    """A calculated answer; `whole`: the server reads it as a whole number."""
    row = {"type": "calculate", "name": name, "calculation": expression, "relevant": when, "save_to": save_to}
    if whole:
        row["bind::type"] = "int"
    if must:
        row["required"] = YES
    return row


def saving(rows: Iterable[Cells], *names: str) -> Rows:
    """The same questions, those named kept in the case list under their own name."""
    return [{**row, "save_to": row["name"]} if row["name"] in names else row for row in rows]


def day_after(day: str, days: str) -> str:
    """The day so many days after a date question, as text; blank while either is not known."""
    known = " and ".join(f"{part} != ''" for part in (f"${{{day}}}", days) if part.startswith("$"))
    return f"if({known}, format-date(date(${{{day}}} + {days}), '%Y-%m-%d'), '')"


def group(name: str, label: str, english: str, rows: Iterable[Cells], when: str = "", appearance: str = "") -> Rows:
    """Questions under one heading."""
    begin = ask("begin_group", name, label, english, when=when, appearance=appearance)
    return [begin, *rows, {"type": "end_group", "name": name}]


def repeat(name: str, label: str, english: str, rows: Iterable[Cells], when: str = "") -> Rows:
    """Questions asked once per row (participants, agreements)."""
    return [ask("begin_repeat", name, label, english, when=when), *rows, {"type": "end_repeat", "name": name}]
