"""`audit.csv`, the log Collect keeps while a form is filled: who was where in the form, and when (openrosa.md 12).

Read leniently, because phones write it in pieces over several versions: a BOM, rows shorter or longer than the
header, a second header in mid-file, bare quotes and unknown columns are all taken as they come.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

FILE = "audit.csv"
COLUMNS = (
    "event",
    "node",
    "start",
    "end",
    "latitude",
    "longitude",
    "accuracy",
    "old-value",
    "new-value",
    "user",
    "change-reason",
)
_HEADER = COLUMNS[:4]
_EVENTS = (
    "form start|form exit|form resume|form save|form finalize|question|group questions|add repeat|delete repeat|jump"
    "|end screen|save error|finalize error|constraint error|change reason|background audio [a-z]+"
    "|location [a-z ]+|google play services not available"
)
# A quoted cell ends at a quote before a comma or the end of the line; otherwise its quote is part of the text.
_CELL = re.compile(r'"((?:[^"]|"")*)"(?=[,\r\n]|\Z)|([^,\r\n]*)')
_NEXT_ROW = re.compile(rf"[\r\n](?:{_EVENTS}),")
_BLANK = frozenset({"", "\ufeff"})


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line. Texts as written; `started` and `ended` are the device's clock, None where it wrote no number.

    `node` is the path of a question, with positions on repeats (`/data/anggota[2]/nama`). `more`: cells of columns
    nobody knows, by their header, or by their number where there is none.
    """

    event: str
    node: str = ""
    start: str = ""
    end: str = ""
    latitude: str = ""
    longitude: str = ""
    accuracy: str = ""
    old_value: str = ""
    new_value: str = ""
    user: str = ""
    change_reason: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def started(self) -> datetime | None:
        return _moment(self.start)

    @property
    def ended(self) -> datetime | None:
        return _moment(self.end)

    @property
    def cells(self) -> list[str]:
        """The texts in the order of COLUMNS."""
        return [getattr(self, _attribute(name)) for name in COLUMNS]


def _attribute(column: str) -> str:
    return column.replace("-", "_")


def _moment(text: str) -> datetime | None:
    """A moment of epoch milliseconds, in UTC."""
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read(data: bytes) -> Iterator[AuditEvent]:
    """The events of an audit.csv, in its order. What cannot be decoded shows as U+FFFD; nothing raises."""
    header: Sequence[str] = COLUMNS
    for row in _rows(data.decode("utf-8-sig", "replace")):
        cells = [cell.strip() for cell in row]
        if tuple(cells[:4]) == _HEADER:
            header = cells
        elif any(cells):
            yield _event(header, cells)


def _event(header: Sequence[str], cells: Sequence[str]) -> AuditEvent:
    known: dict[str, str] = {}
    more: dict[str, str] = {}
    for number, cell in enumerate(cells):
        name = header[number] if number < len(header) else ""
        if name in COLUMNS:
            known[_attribute(name)] = cell
        elif cell:
            more[name or str(number + 1)] = cell
    return AuditEvent(event=known.pop("event", ""), **known, more=more)


def _rows(text: str) -> Iterator[list[str]]:
    at, row = 0, list[str]()
    while at < len(text):
        cell, at = _cell(text, at)
        row.append(cell)
        if text[at : at + 1] == ",":
            at += 1
            if at == len(text):
                row.append("")
            continue
        at += 2 if text[at : at + 2] == "\r\n" else 1
        yield row
        row = []
    if row:
        yield row


def _cell(text: str, at: int) -> tuple[str, int]:
    found = _CELL.match(text, at)
    assert found is not None
    if found[1] is None:
        return found[2], found.end()
    if _NEXT_ROW.search(found[1]):  # a bare quote that another row's quote seems to close
        end = re.compile(r"[,\r\n]|\Z").search(text, at)
        assert end is not None
        return text[at : end.start()], end.start()
    return found[1].replace('""', '"'), found.end()
