"""A finding is one thing wrong with a workbook: a code, a place and arguments, never a sentence.

The catalogue (server/locale) holds for every code what is wrong (`finding.<code>`) and what to do
(`finding.<code>.repair`), in Indonesian and English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a workbook: sheet as written, 1-based row, header of the column, cell ('D7'), its value."""

    sheet: str
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    value: str | None = None

    @property
    def address(self) -> str:
        """`sheet!cell`, as Excel writes it; the sheet alone when no cell is known."""
        where = self.cell or (str(self.row) if self.row else "")
        return f"{self.sheet}!{where}" if where else self.sheet


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint. `code` is `<subject>.<what>` ('xlsform.blank_rows', 'sop.E06')."""

    code: str
    level: Level = "error"
    place: Place | None = None
    args: Mapping[str, object] = field(default_factory=dict)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether publishing is blocked."""
    return any(finding.level == "error" for finding in findings)
