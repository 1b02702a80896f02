"""What a draft SOP would have done to past cases, as a workbook: summary, per decision, and the cases that differ.

Cases are numbers only: whoever may open a case finds it by the link, nobody else learns who it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reports.office import Kantor
from reports.xlsx import Book, Column

Say = Callable[[str], str]
COUNTED = ("same", "elsewhere", "no_rule", "ruled", "unreached", "new")


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One route of one step: what became of the decisions that took it. `targets`: (where to now, how many)."""

    step: str
    route: str
    counts: dict[str, int]
    targets: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case that differs, in words. `link` is its address, blank when none is known."""

    number: str
    version: str
    decisions: tuple[str, ...]
    dues: tuple[str, ...]
    close: str = ""
    unplaced: tuple[str, ...] = ()
    link: str = ""


class SimulationBook:
    """Written while the cases are replayed: `add` each case that differs, `close` with the sums."""

    def __init__(self, title: str, letterhead: Kantor, say: Say) -> None:
        self._title = title
        self._say = say
        self._book = Book(title, letterhead, say)
        columns = self._columns
        wide = (("number", 18.0), ("version", 14.0), ("decisions", 70.0), ("dues", 36.0), ("close", 26.0))
        self._summary = self._book.listing(say("simulation.sheet.summary"), columns(("what", 60.0), ("value", 60.0)))
        self._decisions = self._book.listing(say("simulation.sheet.decisions"), self._decision_columns())
        self._cases = self._book.listing(say("simulation.sheet.cases"), columns(*wide, ("unplaced", 36.0)))
        self._left_out = 0

    def _columns(self, *named: tuple[str, float]) -> tuple[Column, ...]:
        return tuple(Column(name, self._say(f"simulation.column.{name}"), width) for name, width in named)

    def _decision_columns(self) -> Sequence[Column]:
        counts = (Column(name, self._say(f"simulation.verdict.{name}"), 13.0, "number") for name in COUNTED)
        texts = self._columns(("step", 44.0), ("route", 44.0))
        total = Column("total", self._say("simulation.column.total"), 11.0, "number")
        return (*texts, total, *counts, *self._columns(("targets", 60.0)))

    def add(self, line: CaseLine) -> None:
        """Writes one case that differs."""
        written = self._cases.add(
            {
                "number": line.number,
                "version": line.version,
                "decisions": "\n".join(line.decisions),
                "dues": "\n".join(line.dues),
                "close": line.close,
                "unplaced": ", ".join(line.unplaced),
            },
            line.link,
        )
        self._left_out += not written

    def close(self, summary: Iterable[tuple[str, object]], decisions: Iterable[DecisionLine]) -> bytes:
        """Writes the sums and gives the finished workbook."""
        self._summary.add({"what": self._title})
        for what, value in summary:
            self._summary.add({"what": what, "value": value})
        if self._left_out:
            self._summary.add({"what": self._say("simulation.left_out"), "value": self._left_out})
        for line in decisions:
            targets = "\n".join(f"{name}: {count}" for name, count in line.targets)
            row = {"step": line.step, "route": line.route, "total": sum(line.counts.values()), "targets": targets}
            self._decisions.add({**row, **{name: line.counts.get(name, 0) for name in COUNTED}})
        for sheet in (self._summary, self._decisions, self._cases):
            sheet.finish()
        return self._book.close()
