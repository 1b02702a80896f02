"""Cells that Excel keeps as dates and times: what their author sees there, as the phone reads it.

pyxform writes `2026-02-01 00:00:00` for every one of them, which JavaRosa drops from a question without a word
(tried: tests/core/test_date_cells.py).
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from forms.findings import Finding
from forms.survey import kind_of, survey_sheet
from forms.workbook import Cell, Row, Workbook, fold, key

KINDS = frozenset(("date", "datetime", "date time", "time"))
_WORKED_OUT = re.compile(r"[($]|instance|\s[-+*]\s|\bdiv\b")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(T\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?")
_SLASHED_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
# What people read; a date in a rule stays what it is, and is refused there.
_TEXTS = ("default", "label", "hint", "guidance", "constraint_message", "required_message")
_NAMES = ("name", "value", "list_name")
_FIRST_DAY = date(1900, 1, 1)  # those before it are no days: Excel gives them to a time without one


def texts(workbook: Workbook) -> Iterator[tuple[str, Row, str, Cell, str]]:
    """Every date or time typed as a default or a text of survey, or in choices: sheet (as pyxform calls it), row,
    heading, cell, and its text for the phone. Names and what no phone could read are left out: they are refused."""
    for name, sheet in (("survey", survey_sheet(workbook)), ("choices", workbook.sheet("choices"))):
        for row in sheet.rows if sheet else ():
            for title, cell in row.items():
                read = key(title).startswith(_TEXTS) if name == "survey" else key(title) not in _NAMES
                text = _text(row, title, cell) if read and isinstance(cell.value, date | time | timedelta) else None
                if text is not None:
                    yield name, row, title, cell, text


def check(workbook: Workbook) -> Iterator[Finding]:
    """What is read otherwise than Excel keeps it, and defaults of dates no phone reads. Codes `xlsform.date_*`."""
    for _, _, _, cell, text in texts(workbook):
        yield Finding("xlsform.date_cell", "warning", cell.place, {"shown": cell.text, "read": text})
    survey = survey_sheet(workbook)
    for row in survey.rows if survey else ():
        found = row.cell("default")
        if found is not None and kind_of(row) in KINDS and not _is_read(row, found):
            yield Finding("xlsform.date_default", place=found.place, args={"default": found.text})


def _is_read(row: Row, cell: Cell) -> bool:
    if isinstance(cell.value, date | time | timedelta):
        return _default(kind_of(row), cell.value) is not None
    if _WORKED_OUT.search(cell.text):
        return True
    if kind_of(row) == "time":  # other texts are a warning of the rules
        return cell.is_text and not _SLASHED_DAY.fullmatch(cell.text)
    day = _DAY.fullmatch(cell.text)
    if not cell.is_text or day is None or (kind_of(row) == "date" and day[4]):
        return False
    return _exists(*map(int, day.groups()[:3]))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _text(row: Row, title: str, cell: Cell) -> str | None:
    if fold(title) == "default" and kind_of(row) in KINDS:
        return _default(kind_of(row), cell.value)
    return cell.text


def _default(kind: str, value: object) -> str | None:
    """The value as the default of a question of that kind; None when it has not what the question asks."""
    day, clock = _parts(value)
    if kind == "time":
        return clock.isoformat("seconds") if clock is not None and (day is None or clock != time()) else None
    if day is None:
        return None
    return day.isoformat() if kind == "date" else f"{day.isoformat()}T{(clock or time()).isoformat('seconds')}"


def _parts(value: object) -> tuple[date | None, time | None]:
    """The day and the time of day a cell holds."""
    if isinstance(value, timedelta):  # shown as hours and minutes, of which there may be more than a day has
        hours = timedelta() <= value < timedelta(days=1)
        return None, (datetime.min + value).time() if hours else None
    if isinstance(value, datetime):
        return (value.date() if value.date() >= _FIRST_DAY else None), value.time()
    if isinstance(value, time):
        return None, value
    return (value, None) if isinstance(value, date) else (None, None)
