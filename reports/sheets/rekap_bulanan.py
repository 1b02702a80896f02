"""The monthly recap of an office: flow of cases, timeliness, who the clients are, routes of ABH, list of cases."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from reports import words
from reports.office import Kantor
from reports.xlsx import Book, Column, Group, Kind, Sheet, Signing

# Age groups of the PPKS recap (upper bounds in completed years); the last ones are 60 and over, and unknown.
AGE_LIMITS = (4, 11, 17, 24, 44, 59)
AGE_GROUPS = ("0-4", "5-11", "12-17", "18-24", "25-44", "45-59", "60+", "unknown")
SEXES = ("L", "P", "unknown")
ROUTES = ("rj", "diversi", "formal", "undecided")


@dataclass(frozen=True, slots=True)
class Flow:
    """Cases of one SOP through the period: opening + new + reopened - ended = closing."""

    sop: str
    opening: int
    new: int
    reopened: int
    done: int
    referred: int
    refused: int
    other: int
    closing: int


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Service time of one SOP. Days are working days from the start of the clock to the end of the service steps.

    `gross` counts every working day, `net` leaves out those on which the clock stood still.
    `overdue` are cases whose service is not finished at the end of the period though its day has passed.
    """

    sop: str
    standard: str
    entered: int
    finished: int
    on_time: int
    late: int
    overdue: int
    median_gross: float | None
    p90_gross: float | None
    median_net: float | None
    p90_net: float | None
    paused: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of the period as a recap may show it: no name, no NIK, no address."""

    number: str
    initials: str
    sex: str
    age: int | None
    sop: str
    step: str
    opened: date
    due: date | None
    closed: date | None
    late_days: int
    manager: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A figure that is another than was handed in, in words: table, row, column, before, after."""

    table: str
    row: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Recap:
    """A month of an office. `clients` and `routes` count by `(row, sex)` (`routes` None: no service of the office knows
    RJ and diversion); `as_of` and `status` are printed as written.

    `changes`: what a revision changes of the recap handed in before it, and `reason` why; `late`: by month, what
    changed of earlier months since it was last told.
    """

    first: date
    last: date
    as_of: str
    area: str
    flows: tuple[Flow, ...]
    timeliness: tuple[Timeliness, ...]
    clients: Mapping[tuple[str, str], int]
    routes: Mapping[tuple[str, str], int] | None
    cases: Iterable[CaseLine]
    close_reasons: tuple[tuple[str, int], ...]
    versions: tuple[str, ...]
    status: str = ""
    reason: str = ""
    changes: tuple[ChangeLine, ...] = ()
    late: tuple[tuple[str, tuple[ChangeLine, ...]], ...] = ()


def age_group(age: int | None) -> str:
    """The age group of completed years; `unknown` for None."""
    if age is None:
        return "unknown"
    return next((name for limit, name in zip(AGE_LIMITS, AGE_GROUPS, strict=False) if age <= limit), "60+")


def workbook(recap: Recap, letterhead: Kantor, signing: Signing, say: Callable[[str], str]) -> bytes:
    """The recap as XLSX. `say` gives the fixed words by key (`recap.title`, …)."""
    month = f"{words.month_name(recap.first.month)} {recap.first.year}"
    book = Book(f"{say('recap.title')} {month}", letterhead, say)
    maker = _Maker(recap, say, f"{say('recap.period')}: {words.date_long(recap.first)} – {words.date_long(recap.last)}")
    for sheet in maker.sheets():
        book.table(sheet, signing)
    book.facts(say("recap.sheet.metadata"), say("recap.sheet.metadata"), maker.metadata())
    return book.close()


def _sums(rows: Iterable[object], *names: str) -> dict[str, object]:
    listed = list(rows)
    return {name: sum(getattr(row, name) for row in listed) for name in names}


def _as_values(row: object) -> dict[str, object]:
    return {field.name: getattr(row, field.name) for field in fields(row)}  # type: ignore[arg-type]


def _share(part: int, whole: int) -> float | str:
    return part / whole if whole else "-"


class _Maker:
    def __init__(self, recap: Recap, say: Callable[[str], str], period: str) -> None:
        self.recap, self.say, self.period = recap, say, period
        parts = (f"{say('recap.as_of')} {recap.as_of}", f"{say('recap.area')}: {recap.area}", recap.status)
        self.source = " · ".join(filter(None, parts))

    def _sheet(self, name: str, groups: tuple[Group, ...], rows: Iterable[Mapping[str, object]], **more: Any) -> Sheet:
        notes = tuple(self.say(f"recap.note.{name}").splitlines())
        title = self.say(f"recap.title_of.{name}")
        return Sheet(
            self.say(f"recap.sheet.{name}"), title, self.period, self.source, groups, rows, notes=notes, **more
        )

    def _column(self, name: str, width: float, kind: Kind = "number", **more: Any) -> Column:
        return Column(name, self.say(f"recap.column.{name}"), width, kind, **more)

    def _single(self, name: str, width: float, kind: Kind = "number", **more: Any) -> Group:
        return Group((self._column(name, width, kind, **more),))

    def _group(self, name: str, *columns: Column) -> Group:
        return Group(columns, self.say(f"recap.group.{name}"))

    def sheets(self) -> Iterator[Sheet]:
        yield from self.revised()
        yield from (self.flow(), self.timeliness(), self.clients())
        if self.recap.routes is not None:
            yield self._by_sex("route", ROUTES, self.recap.routes)
        yield self.cases()

    def revised(self) -> Iterator[Sheet]:
        """What this revision changes, and what late facts change of earlier months; no sheet where there is nothing."""
        if self.recap.changes:
            yield self._changes("changes", [("", line) for line in self.recap.changes], self.recap.reason)
        late = [(month, line) for month, lines in self.recap.late for line in lines]
        if late:
            yield self._changes("late", late, "")

    def _changes(self, name: str, found: Iterable[tuple[str, ChangeLine]], reason: str) -> Sheet:
        texts = {"table": 18, "row": 40, "column": 22, "before": 24, "after": 24}
        months = {"month": 18} if name == "late" else {}
        groups = (
            self._single("no", 5),
            *(self._single(key, wide, "text") for key, wide in {**months, **texts}.items()),
        )
        rows = [{"no": number, "month": month, **_as_values(line)} for number, (month, line) in enumerate(found, 1)]
        sheet = self._sheet(name, groups, rows)
        return replace(sheet, notes=(f"{self.say('recap.reason')}: {reason}", *sheet.notes)) if reason else sheet

    def flow(self) -> Sheet:
        flows = self.recap.flows
        closing = "{opening}+{new}+{reopened}-{done}-{referred}-{refused}-{other}"
        names = ("opening", "new", "reopened", "done", "referred", "refused", "other", "closing")
        groups = (
            self._single("no", 5),
            self._single("sop", 40, "text"),
            self._single("opening", 12, total="sum"),
            self._group("in", *(self._column(name, 12, total="sum") for name in ("new", "reopened"))),
            self._group(
                "out", *(self._column(name, 12, total="sum") for name in ("done", "referred", "refused", "other"))
            ),
            self._single("closing", 12, formula=closing, total="formula"),
        )
        rows = [{"no": number, **_as_values(flow)} for number, flow in enumerate(flows, 1)]
        return self._sheet("flow", groups, rows, totals={"sop": self.say("recap.total"), **_sums(flows, *names)})

    def timeliness(self) -> Sheet:
        rows = self.recap.timeliness
        counted = ("entered", "finished", "on_time", "late", "overdue", "paused")
        share = 'IF({finished}=0,"-",{on_time}/{finished})'
        groups = (
            self._single("no", 5),
            self._single("sop", 34, "text"),
            self._single("standard", 16, "text"),
            self._single("entered", 9, total="sum"),
            self._single("finished", 9, total="sum"),
            self._group(
                "punctual",
                self._column("on_time", 9, total="sum"),
                self._column("late", 10, total="sum"),
                self._column("share", 9, "percent", formula=share, total="formula"),
            ),
            self._single("overdue", 11, total="sum"),
            self._group("gross", self._column("median_gross", 9, "decimal"), self._column("p90_gross", 9, "decimal")),
            self._group("net", self._column("median_net", 9, "decimal"), self._column("p90_net", 9, "decimal")),
            self._single("paused", 9, total="sum"),
        )
        totals = _sums(rows, *counted)
        totals["share"] = _share(sum(r.on_time for r in rows), sum(r.finished for r in rows))
        values = [
            {"no": number, **_as_values(row), "share": _share(row.on_time, row.finished)}
            for number, row in enumerate(rows, 1)
        ]
        return self._sheet("timeliness", groups, values, totals={"sop": self.say("recap.total"), **totals})

    def _by_sex(self, name: str, kinds: tuple[str, ...], counts: Mapping[tuple[str, str], int]) -> Sheet:
        groups = (
            self._single("no", 5),
            self._single(name, 44, "text"),
            self._group("sex", *(self._column(f"sex_{sex}", 16, total="sum") for sex in SEXES)),
            self._single("sum", 16, formula="SUM({sex_L}:{sex_unknown})", total="formula"),
        )
        rows: list[dict[str, object]] = []
        totals: dict[str, object] = {name: self.say("recap.total")}
        for number, kind in enumerate(kinds, 1):
            found = {f"sex_{sex}": counts.get((kind, sex), 0) for sex in SEXES}
            rows.append({"no": number, name: self.say(f"recap.{name}.{kind}"), **found, "sum": sum(found.values())})
        for sex in SEXES:
            totals[f"sex_{sex}"] = sum(counts.get((kind, sex), 0) for kind in kinds)
        totals["sum"] = sum(counts.values())
        return self._sheet(name, groups, rows, totals=totals)

    def clients(self) -> Sheet:
        return self._by_sex("age", AGE_GROUPS, self.recap.clients)

    def cases(self) -> Sheet:
        groups = (
            self._single("no", 5),
            self._single("number", 17, "text"),
            self._single("initials", 9, "text"),
            self._single("sex", 6, "text"),
            self._single("age", 6),
            self._single("sop", 26, "text"),
            self._single("step", 34, "text"),
            self._group("days", *(self._column(name, 11, "day") for name in ("opened", "due", "closed"))),
            self._single("late_days", 11),
            self._single("manager", 20, "text"),
        )
        rows = ({"no": number, **_as_values(case)} for number, case in enumerate(self.recap.cases, 1))
        return self._sheet("cases", groups, rows)

    def metadata(self) -> list[tuple[str, str]]:
        say = self.say
        reasons = "; ".join(f"{reason.replace('_', ' ')}: {count}" for reason, count in self.recap.close_reasons) or "-"
        terms = ("active", "new", "late", "working_day", "gross_net", "age", "privacy")
        return [
            (say("recap.meta.period"), self.period),
            (say("recap.meta.as_of"), self.recap.as_of),
            (say("recap.meta.area"), self.recap.area),
            *([(say("recap.meta.status"), self.recap.status)] if self.recap.status else []),
            (say("recap.meta.versions"), "; ".join(self.recap.versions) or "-"),
            (say("recap.meta.reasons"), reasons),
            *((say(f"recap.term.{term}"), say(f"recap.term.{term}_means")) for term in terms),
        ]
