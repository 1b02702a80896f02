"""The shared blocks and lists speak of the child; SOPs whose clients are of any age say client instead."""

import re
from collections.abc import Mapping, Sequence

from xlsforms.book import Cells
from xlsforms.sources.survey import EN, ID, Pair, Rows

_CLIENT = {"anak": "klien", "Anak": "Klien", "child": "client", "Child": "Client"}
_WORD = re.compile(r"\b(?:anak|Anak|child|Child)\b")
# Where a child is meant, not the client.
_CHILD = (
    "Kartu Identitas Anak",
    "Child identity card",
    "anggap sebagai anak",
    "treat as a child",
    "Korban berusia anak",
    "Anak yang dibawa",
    "Anak kandung",
    "Own child",
    "Klien anak",
    "klien anak",
    "Persetujuan anak",
    "Pendapat anak",
    "Assent of the child",
    "The child's own words",
)
_CHILD_LISTS = frozenset({"ppks", "kegiatan_jalan", "dokumen_milik"})
_SAID = tuple(f"{kind}::{language}" for kind in ("label", "hint", "constraint_message") for language in (ID, EN))


def of_client(text: str) -> str:
    """A sentence about the child as one about a client."""
    if any(phrase in text for phrase in _CHILD):
        return text
    return _WORD.sub(lambda found: _CLIENT[found.group()], text)


def questions(rows: Rows) -> Rows:
    """The same questions, asked about a client."""
    return [_row(row) for row in rows]


def _row(row: Cells) -> Cells:
    return {column: of_client(cell) if column in _SAID else cell for column, cell in row.items()}


def choices(lists: Mapping[str, Sequence[tuple[str, Pair]]]) -> dict[str, list[tuple[str, Pair]]]:
    """The same choices, about a client; lists that name children as such stay as they are."""
    return {
        name: list(entries)
        if name in _CHILD_LISTS
        else [(value, (of_client(label), of_client(english))) for value, (label, english) in entries]
        for name, entries in lists.items()
    }
