"""What the checks share: the SOP by name, what its forms ask, and the findings so far."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from forms.expression import Expression, Name
from forms.findings import Finding, Level
from forms.schema import Field, Schema
from forms.sop import CASE, Route, Sop, Step
from forms.tables import Cells
from server.sop.cells import Info
from server.sop.plan import fact_info

CASE_FACTS = frozenset({"langkah_layanan_terbuka", "langkah_terbuka", "hari_kerja_berjalan", "hari_berjalan", "dibuka"})
STEP_FACTS = frozenset({"visits", "status", "opened_on", "done_on"})
_COUNTS = frozenset({"visits", *CASE_FACTS - {"dibuka"}})
_TYPES = {
    "int": "integer",
    "decimal": "decimal",
    "select": "choice",
    "select_multiple": "multiple",
    "date": "date",
    "dateTime": "date",
    "string": "text",
}

Key = tuple[str | None, str]
"""A question as rules name it: (form id, name), or (None, name) for the case's last answer."""


@dataclass(slots=True)
class Asked:
    """What the forms say of a question: its type and choices, who asks it, who always gets an answer."""

    info: Info
    forms: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    calculated: bool = False


class Checked:
    """An SOP being checked with its forms. Checks read it and `add` what they find."""

    def __init__(self, sop: Sop, schemas: Mapping[str, Schema]) -> None:
        self.sop = sop
        self.schemas = {form.form_id: schemas[form.form_id] for form in sop.forms if form.form_id in schemas}
        self.findings: dict[tuple, Finding] = {}
        self.steps: dict[str, Step] = {step.name: step for step in sop.steps}
        self.routes: dict[str, tuple[Route, ...]] = _by_step(sop)
        self.roles = {role.name for role in sop.roles}
        self.forms = {form.form_id for form in sop.forms}
        self.aliases = {sop.short(form): form for form in self.forms} | {form: form for form in self.forms}
        self.facts = {fact.name: fact for fact in sop.facts}
        self.fact_infos = fact_info(sop)
        self.asked: dict[Key, Asked] = {}
        for form_id, schema in self.schemas.items():
            for item in schema.questions():
                self._ask(form_id, schema, item)

    def add(self, code: str, row: Cells, column: str, level: Level = "error", **args: object) -> None:
        """A finding `sop.<code>` on a cell; the same one twice counts once."""
        self.put(Finding(f"sop.{code}", level, row.place(column), args))

    def put(self, finding: Finding) -> None:
        """A finding as it is."""
        where = finding.place.address if finding.place else ""
        said = tuple((name, str(value)) for name, value in finding.args.items())
        self.findings.setdefault((finding.code, finding.level, where, said), finding)

    def known(self, row: Cells, column: str, name: str, known: Iterable[str], what: str) -> None:
        """E01 unless the name, if there is one, is among the known ones."""
        if name and name not in known:
            self.unknown(row, column, name, known, what)

    def unknown(self, row: Cells, column: str, name: str, known: Iterable[str], what: str) -> None:
        self.add("E01", row, column, "error", name=name, what=what, **nearest_name(name, known))

    def _ask(self, form_id: str, schema: Schema, item: Field) -> None:
        info = question_info(item)
        sure = item.required and not item.repeat and not _hidden(schema, item)
        for key in ((form_id, item.name), (None, item.name)):
            known = self.asked.get(key)
            if known is None:
                known = self.asked[key] = Asked(info)
            elif known.info != info:
                same = known.info.type == info.type
                merged = tuple(dict.fromkeys((*known.info.choices, *info.choices)))
                known.info = Info(info.type if same else "", merged if same else ())
            known.forms.add(form_id)
            known.calculated |= item.calculated
            if sure:
                known.answered.add(form_id)

    def key(self, name: Name) -> Key:
        return (None if name.form is None else self.aliases.get(name.form, name.form), name.field)

    def about(self, name: Name) -> Asked | None:
        """What is known of a question a rule names; None when no form asks it."""
        return self.asked.get(self.key(name))

    def info(self, name: Name) -> Info:
        """The question's type and choices; the sheet `facts` says more where it says anything."""
        known = self.about(name)
        info = known.info if known else Info()
        if name.form is None and name.field in self.facts:
            said = self.fact_infos[name.field]
            if said.type:
                return Info(said.type, info.choices)
        if name.form == CASE or name.form in self.steps:
            return Info("integer", required=True, low=0) if name.field in _COUNTS else Info()
        return info

    def expressions(self) -> Iterator[tuple[Cells, str, Expression]]:
        """Every expression of the workbook with its cell."""
        sop = self.sop
        everything: list[tuple[Cells, str, object]] = [
            (sop.row, "clock_start", sop.clock_start),
            (sop.row, "case_label", sop.case_label),
            *((fact.row, "calculation", fact.calculation) for fact in sop.facts),
            *((step.row, "not_before", step.not_before) for step in sop.steps),
            *((route.row, "when", route.when) for route in sop.routes),
            *((paper.row, "required", paper.required) for paper in sop.documents),
            *((alert.row, "when", alert.when) for alert in sop.alerts),
        ]
        for row, column, value in everything:
            if isinstance(value, Expression):
                yield row, column, value

    def inputs(self, name: Name) -> frozenset[Name]:
        """What a name stands for: itself, or what the calculation of a fact reads, all the way down."""
        found: set[Name] = set()
        seen: set[Name] = set()
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            fact = self.facts.get(current.field) if current.form is None else None
            if fact is not None and fact.calculation is not None:
                waiting.extend(fact.calculation.names)
            else:
                found.add(current)
        return frozenset(found)


def question_info(item: Field) -> Info:
    """What a rule may know of a question."""
    if item.repeat:
        return Info("multiple")
    choices = tuple(choice for choice, _ in item.choices)
    kind = _TYPES.get(item.type, "")
    kind = "" if item.calculated and kind == "text" else kind
    return Info("" if kind == "choice" and not choices else kind, choices)


def source_numbers(text: str) -> set[int]:
    """The step numbers of the printed SOP a cell names (`4`, `3a`, `5, 6`, `5-8`); none for `Produk 2`."""
    if re.match(r"\s*[A-Za-z]", text):
        return set()
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)[a-z]?(?:\s*[-–]\s*(\d+))?", text):
        low, high = int(first), int(last or first)
        found |= set(range(low, high + 1)) if low <= high <= low + 200 else {low, high}
    return found


def instant(step: Step) -> bool:
    """Whether a step is done together with the one that opened it."""
    return step.kind == "auto" or bool(step.same_as)


def nearest_name(name: str, known: Iterable[str]) -> dict[str, str]:
    """The most similar known name, if any is similar."""
    near = get_close_matches(name, list(known), 1, 0.5)
    return {"nearest": near[0]} if near else {}


def reach(start: Iterable[str], step: Mapping[str, Iterable[str]]) -> set[str]:
    """Everything that can be reached by following arrows, the start included."""
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(step.get(name, ()))
    return seen


def _by_step(sop: Sop) -> dict[str, tuple[Route, ...]]:
    found: dict[str, list[Route]] = {}
    for route in sop.routes:
        found.setdefault(route.from_step, []).append(route)
    return {name: tuple(routes) for name, routes in found.items()}


def _hidden(schema: Schema, item: Field) -> bool:
    """Whether `relevant` of the question or of a group around it may hide it."""
    parts = item.path.strip("/").split("/")
    around = ("/" + "/".join(parts[:depth]) for depth in range(1, len(parts)))
    return item.relevant or any((group := schema.field(path)) is not None and group.relevant for path in around)
