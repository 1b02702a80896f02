"""What the rules of an SOP mean together: gaps, overlaps, dead ends, loops, names (sop-engine.md section 3).

Every finding carries what a person needs to see it: the step, the cells no rule covers or two cover, the
nearest name. Nothing is guessed: which comparison holds where is asked of the evaluator the fold uses.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from forms.expression import Binary, Call, Expression, Literal, Name, number, string, walk
from forms.findings import Finding, Level
from forms.schema import Field, Schema
from forms.sop import CASE, CLOSE, END_BRANCH, Route, Sop, Step
from forms.tables import Cells
from server.sop.cells import COMPARISONS, Box, Domain, Info, Table, TooWide, minus, product
from server.sop.plan import AGE_ENDS, AGE_FACTS, fact_info
from server.sop.trials import run_tests

MOST_WITNESSES = 20
EMERGENCY = frozenset({"ancaman_segera", "perlu_medis", "darurat"})
PERSONAL = frozenset({"nama", "nama_lengkap", "nik", "no_kk", "alamat", "no_hp", "tgl_lahir"})
CASE_FACTS = frozenset({"langkah_layanan_terbuka", "langkah_terbuka", "hari_kerja_berjalan", "hari_berjalan", "dibuka"})
STEP_FACTS = frozenset({"visits", "status", "opened_on", "done_on"})
_ORDER = frozenset({"<", "<=", ">", ">="})
_TYPES = {
    "int": "integer",
    "decimal": "decimal",
    "select": "choice",
    "select_multiple": "multiple",
    "date": "date",
    "dateTime": "date",
    "string": "text",
}
_NO_READING = re.compile(r"(tafsir|interpretation)?[\s:.]*([A-Z]{0,2}\d*)?[\s.]*", re.IGNORECASE)


def check(sop: Sop, schemas: Mapping[str, Schema]) -> tuple[Finding, ...]:
    """Everything wrong with an SOP as a whole.

    schemas: the forms it is published with, by form id; a form of the sheet `forms` that is not among
    them is a finding (E01). Codes `sop.E01` … `sop.E22` as in sop-engine.md 3.1 and the rulings, and
    `sop.emergency_unheard`, `sop.label_personal`, `sop.not_run`, `sop.no_form`, `sop.too_wide`.
    """
    checker = _Checker(sop, schemas)
    checker.names()
    checker.expressions()
    checker.graph()
    checker.readings()
    checker.people()
    checker.care()
    return tuple(finding for i, finding in enumerate(checker.findings) if finding not in checker.findings[:i])


@dataclass(slots=True)
class _Asked:
    """What the forms say of a question: its type and choices, who asks it, who always gets an answer."""

    info: Info
    forms: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    calculated: bool = False


@dataclass(slots=True)
class _StepRules:
    """The arrows of a step as boxes: `held` where each rule is true, `taken` where it is the one taken."""

    table: Table
    routes: Sequence[Route]
    held: list[list[Box]]
    taken: list[list[Box]]


class _Checker:
    def __init__(self, sop: Sop, schemas: Mapping[str, Schema]) -> None:
        self.sop = sop
        self.schemas = {form.form_id: schemas[form.form_id] for form in sop.forms if form.form_id in schemas}
        self.findings: list[Finding] = []
        self.steps = {step.name: step for step in sop.steps}
        self.roles = {role.name for role in sop.roles}
        self.forms = {form.form_id for form in sop.forms}
        self.aliases = {sop.short(form): form for form in self.forms} | {form: form for form in self.forms}
        self.facts = {fact.name: fact for fact in sop.facts}
        self.asked: dict[tuple[str | None, str], _Asked] = {}
        for form_id, schema in self.schemas.items():
            for item in schema.questions():
                self._ask(form_id, schema, item)

    def add(self, code: str, row: Cells, column: str, level: Level = "error", **args: object) -> None:
        self.findings.append(Finding(f"sop.{code}", level, row.place(column), args))

    # ------------------------------------------------------------------ what the forms ask

    def _ask(self, form_id: str, schema: Schema, item: Field) -> None:
        if item.repeat:
            info = Info("multiple")
        else:
            choices = tuple(choice for choice, _ in item.choices)
            kind = _TYPES.get(item.type, "")
            kind = "" if item.calculated and kind == "text" else kind
            info = Info("" if kind == "choice" and not choices else kind, choices)
        sure = item.required and not item.repeat and not _hidden(schema, item)
        for key in ((form_id, item.name), (None, item.name)):
            known = self.asked.get(key)
            if known is None:
                known = self.asked[key] = _Asked(info)
            elif known.info != info:
                same = known.info.type == info.type
                merged = tuple(dict.fromkeys((*known.info.choices, *info.choices)))
                known.info = Info(info.type if same else "", merged if same else ())
            known.forms.add(form_id)
            known.calculated |= item.calculated
            if sure:
                known.answered.add(form_id)

    def about(self, name: Name) -> _Asked | None:
        """What is known of a question a rule names; None when no form asks it."""
        if name.form is None:
            return self.asked.get((None, name.field))
        return self.asked.get((self.aliases.get(name.form, name.form), name.field))

    def info(self, name: Name) -> Info:
        """The question's type and choices; the sheet `facts` says more where it says anything."""
        known = self.about(name)
        info = known.info if known else Info()
        if name.form is None and name.field in self.facts:
            said = fact_info(self.sop)[name.field]
            if said.type:
                return Info(said.type, info.choices)
        if name.form == CASE or name.form in self.steps:
            whole = name.field in ("visits", *CASE_FACTS - {"dibuka"})
            return Info("integer", required=True, low=0) if whole else Info()
        return info

    # ------------------------------------------------------------------ E01: names

    def names(self) -> None:
        """E01: whatever is named must exist."""
        papers = {paper.name for paper in self.sop.documents}
        for form in self.sop.forms:
            if self.schemas and form.form_id not in self.schemas:
                self._unknown(form.row, "form_id", form.form_id, self.schemas, "form")
            self._form_fields(form.form_id, form.row)
        for step in self.sop.steps:
            self._known(step.row, "form", step.form, self.forms, "form")
            self._known(step.row, "same_as", step.same_as, self.steps, "step")
            for column in ("role", "escalate_to", "confirm_by"):
                self._known(step.row, column, getattr(step, column), self.roles, "role")
            for role in step.assign_to:
                self._known(step.row, "assign_to", role, self.roles, "role")
            for role in step.recorded_by:
                self._known(step.row, "recorded_by", role, self.roles, "role")
            if step.kind in ("form", "approval") and not step.form and not step.same_as:
                self.add("no_form", step.row, "form", step=step.name)
        for route in self.sop.routes:
            self._known(route.row, "from", route.from_step, self.steps, "step")
            if route.to not in (CLOSE, END_BRANCH):
                self._known(route.row, "to", route.to, self.steps, "step")
        for paper in self.sop.documents:
            self._known(paper.row, "step", paper.step, self.steps, "step")
            self._known(paper.row, "blocks", paper.blocks, self.steps, "step")
            self._known(paper.row, "signed_by", paper.signed_by, self.roles, "role")
        for alert in self.sop.alerts:
            self._known(alert.row, "to", alert.to, self.roles, "role")
        for said in self.sop.products:
            if said.about:
                self._known(self.sop.row, "product", said.about, papers, "document")
        for role_ in self.sop.roles:
            self._known(role_.row, "deputy", role_.deputy, self.roles, "role")
        for test in self.sop.tests:
            self._known(test.row, "form", test.form, self.aliases, "form")
        if isinstance(self.sop.clock_start, str):
            self._known(self.sop.row, "clock_start", self.sop.clock_start, self.steps, "step")

    def _form_fields(self, form_id: str, row: Cells) -> None:
        schema = self.schemas.get(form_id)
        if schema is None:
            return
        names = [item.name for item in schema.questions()]
        groups = [item.name for item in schema.fields]
        use = next(form for form in self.sop.forms if form.form_id == form_id)
        self._known(row, "event_date", use.event_date, names, "field")
        self._known(row, "case_field", use.case_field, names, "field")
        for person_field in use.person_fields:
            self._known(row, "person_fields", person_field, names, "field")
        if use.opens_case not in ("", "yes"):
            self._known(row, "opens_case", use.opens_case, groups, "field")

    def _known(self, row: Cells, column: str, name: str, known: Iterable[str], what: str) -> None:
        if name and name not in known:
            self._unknown(row, column, name, known, what)

    def _unknown(self, row: Cells, column: str, name: str, known: Iterable[str], what: str) -> None:
        self.add("E01", row, column, "error", name=name, what=what, **_nearest(name, known))

    # ------------------------------------------------------------------ E01–E03, E15: expressions

    def expressions(self) -> None:
        """E01–E03 in every expression of the workbook."""
        for row, column, expression in self._expressions():
            for name in expression.names:
                self._name(row, column, name)
            for node in walk(expression.tree):
                self._comparison(row, column, node)

    def _expressions(self) -> Iterator[tuple[Cells, str, Expression]]:
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

    def _name(self, row: Cells, column: str, name: Name) -> None:
        if name.form == CASE:
            self._known(row, column, name.field, CASE_FACTS, "fact")
        elif name.form in self.steps:
            self._known(row, column, name.field, STEP_FACTS, "fact")
        elif name.form is not None and name.form not in self.aliases:
            self._unknown(row, column, name.form, [*self.aliases, *self.steps, CASE], "form")
        elif self.schemas and self.about(name) is None and not (name.form is None and name.field in self.facts):
            known = [field for form, field in self.asked if form == name.form]
            self._unknown(row, column, name.field, [*known, *self.facts], "field")

    def _comparison(self, row: Cells, column: str, node: object) -> None:
        match node:
            case Binary(op=op, left=Name() as name, right=Literal(value=value)) if op in COMPARISONS:
                self._compared(row, column, op, name, value)
            case Binary(op=op, left=Literal(value=value), right=Name() as name) if op in COMPARISONS:
                self._compared(row, column, op, name, value)
            case Call(name="selected", args=(Name() as name, Literal(value=value))):
                self._choice(row, column, name, value)

    def _compared(self, row: Cells, column: str, op: str, name: Name, value: str | float) -> None:
        info = self.info(name)
        numeric = isinstance(value, float) or number(value) == number(value)
        if info.type == "date" and isinstance(value, str) and value:
            self.add("E03", row, column, name=str(name), value=value, problem="date_as_text")
        elif info.type in ("integer", "decimal") and not numeric and value != "":
            self.add("E03", row, column, name=str(name), value=string(value), problem="number_as_text")
        elif op in _ORDER and info.type in ("choice", "multiple", "text"):
            level: Level = "warning" if info.type == "text" else "error"
            self.add("E03", row, column, level, name=str(name), value=string(value), problem="order")
        elif op not in _ORDER:
            self._choice(row, column, name, value)

    def _choice(self, row: Cells, column: str, name: Name, value: str | float) -> None:
        info = self.info(name)
        text = string(value)
        if info.type in ("choice", "multiple") and info.choices and text and text not in info.choices:
            more = {"options": ", ".join(info.choices), **_nearest(text, info.choices)}
            self.add("E02", row, column, "error", name=str(name), value=text, **more)

    # ------------------------------------------------------------------ E04–E11, E13, E20, E22: the graph

    def graph(self) -> None:
        """What follows from following the arrows."""
        rules = {step.name: self._rules(step, set()) for step in self.sop.steps}
        arrows = {name: self._arrows(name, rules[name]) for name in self.steps}
        sure = self._sure_forms(arrows)
        for step in self.sop.steps:
            self._late_questions(step, sure[step.name])
            certain = self._rules(step, sure[step.name])
            if certain is not None:
                self._gaps(step, certain)
                self._overlaps(step, certain)
                self._dead_rules(step, certain)
            self._age(step)
        self._ways(arrows)
        self._cycles(arrows, rules)
        self._limits()

    def _rules(self, step: Step, sure: set[str]) -> _StepRules | None:
        routes = self.sop.routes_from(step.name)
        if not routes:
            return None

        def info(name: Name) -> Info:
            known = self.info(name)
            return _required(known) if self._answered(name, sure) else known

        try:
            table = Table([route.when for route in routes if route.when], info)
            held = [table.boxes(route.when) for route in routes]
            taken = held
            if step.choose == "first":
                taken = []
                before: list[Box] = []
                for own in held:
                    taken.append([left for box in own for left in minus(box, before)])
                    before = [*before, *own]
        except TooWide:
            self.add("too_wide", step.row, "name", "warning", step=step.name)
            return None
        if any(domain.free for domain in table.domains) and sure:
            shown = "; ".join(domain.subject for domain in table.domains if domain.free)
            self.add("E19", step.row, "name", "note", step=step.name, subjects=shown)
        return _StepRules(table, routes, held, taken)

    def _answered(self, name: Name, sure: set[str]) -> bool:
        """Whether a question surely has an answer at a step after which these forms are done."""
        known = self.about(name)
        if known is None:
            return False
        if name.form is None:
            return bool(known.answered & sure)
        return self.aliases.get(name.form, "") in known.answered & sure

    def _arrows(self, name: str, rules: _StepRules | None) -> list[tuple[Route, bool]]:
        """The arrows of a step and whether each can ever be taken."""
        routes = self.sop.routes_from(name)
        if rules is None:
            return [(route, True) for route in routes]
        return [(route, bool(boxes)) for route, boxes in zip(routes, rules.taken, strict=True)]

    def _starts(self) -> list[str]:
        forms = {form.form_id for form in self.sop.intakes}
        found = [s.name for s in self.sop.steps if s.form in forms and not s.same_as and s.kind != "auto"]
        first: dict[str, str] = {}
        for name in found:
            first.setdefault(self.steps[name].form, name)
        return list(first.values()) or [step.name for step in self.sop.steps[:1]]

    def _sure_forms(self, arrows: Mapping[str, list[tuple[Route, bool]]]) -> dict[str, set[str]]:
        """For every step the forms that are done on every way that finishes it."""
        everything = set(self.forms)
        sure = {name: set(everything) for name in self.steps}
        starts = set(self._starts())
        before: dict[str, list[str]] = {name: [] for name in self.steps}
        for name, leaving in arrows.items():
            for route, possible in leaving:
                if possible and route.to in before:
                    before[route.to].append(name)
        changed = True
        while changed:
            changed = False
            for name, step in self.steps.items():
                incoming = [sure[other] for other in before[name]]
                if name in starts:
                    incoming.append(set())
                now = set.intersection(*incoming) if incoming else set(everything)
                now |= {step.form} if step.form else set()
                if now != sure[name]:
                    sure[name], changed = now, True
        return sure

    def _late_questions(self, step: Step, sure: set[str]) -> None:
        """E15: a question a rule reads that some way to the step never asks, or that may stay blank."""
        for route in self.sop.routes_from(step.name):
            for name in route.when.names if route.when else ():
                known = self.about(name)
                if known is None or known.calculated or self._answered(name, sure):
                    continue
                problem = "optional" if known.forms & sure else "not_asked"
                shown = ", ".join(sorted(self.sop.short(form) for form in known.forms))
                more = {"step": step.name, "forms": shown, "problem": problem}
                self.add("E15", route.row, "when", "warning", name=str(name), **more)

    def _gaps(self, step: Step, rules: _StepRules) -> None:
        """E06: answers for which no rule says where to go."""
        held = [box for boxes in rules.held for box in boxes]
        try:
            gaps = minus(rules.table.full, held, MOST_WITNESSES)
        except TooWide:
            self.add("too_wide", step.row, "name", "warning", step=step.name)
            return
        for box in self._witnesses(rules.table, gaps):
            level: Level = "warning" if self._only_blank_calculation(rules.table, box) else "error"
            self.add("E06", step.row, "name", level, step=step.name, where=where(rules.table, box))

    def _witnesses(self, table: Table, boxes: Iterable[Box]) -> Iterator[Box]:
        """Boxes with blank answers apart from real ones, because they are cured in different places."""
        for box in boxes:
            split = [box]
            for i, domain in enumerate(table.domains):
                blank = sum(1 << at for at, cell in enumerate(domain.cells) if cell.kind == "blank")
                if box[i] & blank and box[i] & ~blank and box[i] != domain.full:
                    parts = (box[i] & ~blank, box[i] & blank)
                    split = [(*b[:i], part, *b[i + 1 :]) for b in split for part in parts]
            yield from split

    def _only_blank_calculation(self, table: Table, box: Box) -> bool:
        """Whether a gap needs a calculated answer to be blank: its form may well always fill it."""
        for domain, mask in zip(table.domains, box, strict=True):
            kinds = {cell.kind for i, cell in enumerate(domain.cells) if mask >> i & 1}
            known = self.about(domain.names[0]) if len(domain.names) == 1 else None
            if kinds == {"blank"} and known is not None and known.calculated:
                return True
        return False

    def _overlaps(self, step: Step, rules: _StepRules) -> None:
        """E07: answers for which two rules lead to different places."""
        if step.choose != "one":
            return
        for i, first in enumerate(rules.routes):
            for j in range(i + 1, len(rules.routes)):
                second = rules.routes[j]
                if first.to == second.to:
                    continue
                try:
                    both = product(rules.held[i], rules.held[j])
                except TooWide:
                    continue
                if both:
                    cells = where(rules.table, both[0])
                    self.add(
                        "E07", second.row, "when", step=step.name, route=second.name, other=first.name, where=cells
                    )

    def _dead_rules(self, step: Step, rules: _StepRules) -> None:
        """E08: a rule that is never true, or always hidden by those above it."""
        for route, held, taken in zip(rules.routes, rules.held, rules.taken, strict=True):
            if not held:
                self.add("E08", route.row, "when", route=route.name, step=step.name, problem="never")
            elif not taken:
                self.add("E08", route.row, "when", "warning", route=route.name, step=step.name, problem="hidden")

    def _age(self, step: Step) -> None:
        """E22: rules that read an age need different ranks, where an age may be estimated (ruling 34)."""
        if not any((None, end) in self.asked for end in AGE_ENDS):
            return
        routes = self.sop.routes_from(step.name)
        if not any(name.field in AGE_FACTS for route in routes if route.when for name in route.when.names):
            return
        ranks: dict[int | None, str] = {}
        for route in routes:
            if route.protective is None or ranks.setdefault(route.protective, route.to) != route.to:
                self.add("E22", route.row, "protective", route=route.name, step=step.name)

    def _ways(self, arrows: Mapping[str, list[tuple[Route, bool]]]) -> None:
        """E04: steps no way leads to; E05: steps from which no way leads out."""
        forward = {name: [r.to for r, possible in leaving if possible] for name, leaving in arrows.items()}
        reached = _reach(self._starts(), lambda name: forward.get(name, []))
        for name, step in self.steps.items():
            if name not in reached:
                self.add("E04", step.row, "name", step=name)
        ends = {name for name, targets in forward.items() if CLOSE in targets or END_BRANCH in targets}
        nowhere = {name for name in reached if name in self.steps and not forward[name]}
        for name in sorted(nowhere):
            self.add("E05", self.steps[name].row, "name", step=name, problem="nowhere")
        for name in sorted(reached & set(self.steps) - nowhere):
            way = _reach([name], lambda at: forward.get(at, []))
            if not way & ends and not way & nowhere:
                self.add("E05", self.steps[name].row, "name", step=name, problem="no_close")

    def _cycles(self, arrows: Mapping[str, list[tuple[Route, bool]]], rules: Mapping[str, _StepRules | None]) -> None:
        """E10: a circle nobody waits in; E11: a circle without a way out or a brake; E20: `once` on a circle."""
        forward = {name: [r.to for r, possible in leaving if possible] for name, leaving in arrows.items()}
        done: set[str] = set()
        for name, step in self.steps.items():
            circle = self._circle(name, forward)
            if not circle:
                continue
            if step.repeat == "once":
                self.add("E20", step.row, "repeat", step=name, others=", ".join(sorted(circle)))
            if step.repeat == "loop" and step.not_before is None and step.max_visits is None and step.kind != "auto":
                self.add("E11", step.row, "max_visits", "warning", step=name, problem="no_brake")
            if name in done:
                continue
            done |= circle
            if all(self._instant(self.steps[at]) for at in circle):
                self.add("E10", step.row, "name", step=name, others=", ".join(sorted(circle)))
            if not any(target not in circle for at in circle for target in forward[at]):
                self.add("E11", step.row, "name", step=name, problem="no_exit", others=", ".join(sorted(circle)))

    def _circle(self, name: str, forward: Mapping[str, list[str]]) -> set[str]:
        """The steps that lie with this one on a circle of arrows; empty when it lies on none."""
        ahead = _reach(forward.get(name, []), lambda at: forward.get(at, []))
        if name not in ahead:
            return set()
        return {at for at in ahead & set(self.steps) if name in _reach([at], lambda on: forward.get(on, []))}

    def _instant(self, step: Step) -> bool:
        return step.kind == "auto" or bool(step.same_as)

    def _limits(self) -> None:
        """E13: a step that may take longer than the whole service."""
        total = self.sop.service_time
        for step in self.sop.steps:
            if total is None or step.limit is None or step.clock != "service":
                continue
            if step.limit_unit == self.sop.service_time_unit and step.limit > total:
                self.add("E13", step.row, "limit", step=step.name, limit=step.limit, total=total)

    # ------------------------------------------------------------------ E12, E18 and care

    def people(self) -> None:
        """E12: a step that would lie in nobody's queue."""
        for step in self.sop.steps:
            if not step.role and not self._instant(step):
                self.add("E12", step.row, "role", step=step.name)

    def readings(self) -> None:
        """E18: an interpretation that says nothing, a numbered step of the source that no row represents."""
        for item in self.sop.readings:
            if _NO_READING.fullmatch(item.interpretation):
                self.add("E18", item.row, "interpretation", name=item.name, problem="no_text")
        numbers = {int(part) for step in self.sop.steps for part in re.findall(r"\d+", step.source)}
        for missing in sorted(set(range(1, max(numbers, default=0) + 1)) - numbers):
            self.add("E18", self.sop.steps[0].row, "source", name=str(missing), problem="missing_step")

    def care(self) -> None:
        """An emergency nobody hears of, a label that names a person (rulings 27, 40), a cell nothing acts on yet."""
        heard = {name.field for route in self.sop.routes if route.when for name in route.when.names}
        heard |= {name.field for alert in self.sop.alerts if alert.when for name in alert.when.names}
        for form in self.sop.forms:
            schema = self.schemas.get(form.form_id)
            asked = {item.name for item in schema.questions()} if schema else set()
            for question in sorted(asked & EMERGENCY - heard):
                self.add("emergency_unheard", form.row, "form_id", "warning", name=question, form=form.form_id)
        for alert in self.sop.alerts:
            if alert.at == "daily":
                self.add("not_run", alert.row, "at", "warning", value=alert.at)
        for paper in self.sop.documents:
            if paper.blocks:
                self.add("not_run", paper.row, "blocks", "warning", value=paper.blocks)
        for name in self.sop.case_label.names if self.sop.case_label else ():
            if name.field in PERSONAL:
                self.add("label_personal", self.sop.row, "case_label", "warning", name=name.field)


def where(table: Table, box: Box) -> str:
    """A box as text without words: `usia_saat_kejadian = 12; berat_tindakan = ringan, berat`; ∅ is a blank answer."""
    parts = []
    for domain, mask in zip(table.domains, box, strict=True):
        if mask != domain.full:
            shown = domain.show(mask)
            parts.append(f"{_subject(domain)} {shown}" if shown[:1] in "<>≤≥" else f"{_subject(domain)} = {shown}")
    return "; ".join(parts)


def _subject(domain: Domain) -> str:
    if len(domain.names) == 1 and domain.subject == str(domain.names[0]):
        name = domain.names[0]
        return f"{name.form}#{name.field}" if name.form else name.field
    return domain.subject


def _nearest(name: str, known: Iterable[str]) -> dict[str, str]:
    """The most similar known name, if any is similar."""
    near = get_close_matches(name, list(known), 1, 0.5)
    return {"nearest": near[0]} if near else {}


def _required(info: Info) -> Info:
    return Info(info.type, info.choices, True, info.low, info.high)


def _hidden(schema: Schema, item: Field) -> bool:
    """Whether `relevant` of the question or of a group around it may hide it."""
    parts = item.path.strip("/").split("/")
    around = ("/" + "/".join(parts[:depth]) for depth in range(1, len(parts)))
    return item.relevant or any((group := schema.field(path)) is not None and group.relevant for path in around)


def _reach(start: Iterable[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(step(name))
    return seen


__all__ = ["check", "run_tests", "where"]
