"""E06 to E09, E15, E19 and E22: the rules that leave a step, taken together as a decision table."""

from collections.abc import Iterable, Iterator
from itertools import islice, pairwise

from forms.findings import Level
from forms.sop import Route, Step
from server.sop.cells import Box, Meeting, Table, TooWide, joined, minus
from server.sop.check.flow import Flow, StepRules
from server.sop.check.model import Checked
from server.sop.plan import AGE_ENDS, AGE_FACTS

MOST_WITNESSES = 20
"""Findings of one kind on one step; a person mends the first ones and asks again."""
MOST_FIELDS = 12
"""Questions one decision may read before nobody can survey it (sop-engine.md 3.2)."""


def check_decisions(checked: Checked, flow: Flow) -> None:
    """Every step's rules: gaps, overlaps, dead and doubled rules, what is read before it is asked."""
    places = (finding.place for finding in checked.findings.values() if finding.code == "sop.E01")
    unheard = {place.address for place in places if place}
    for step in checked.sop.steps:
        _late_questions(checked, flow, step)
        if unheard & {route.row.place("when").address for route in checked.routes.get(step.name, ())}:
            continue  # gaps and overlaps over a name nobody asks would only say the same mistake in other words
        rules = flow.rules[step.name]
        if rules is None:
            if step.name in flow.wide:
                checked.add("too_wide", step.row, "name", "warning", step=step.name, problem="work")
        else:
            if len(rules.table.domains) > MOST_FIELDS:
                fields = len(rules.table.domains)
                checked.add("too_wide", step.row, "name", "warning", step=step.name, problem="fields", fields=fields)
            _free(checked, step, rules)
            _gaps(checked, step, rules)
            _overlaps(checked, step, rules)
            _dead_rules(checked, step, rules)
            _doubled(checked, step, rules)
        _age(checked, step)


def _late_questions(checked: Checked, flow: Flow, step: Step) -> None:
    """E15: a question a rule reads that some way to the step never asks, or that may stay blank."""
    known = flow.after[step.name]
    for route in checked.routes.get(step.name, ()):
        for name in dict.fromkeys(route.when.names) if route.when else ():
            about = checked.about(name)
            if name.form is None and name.field in checked.facts:
                inputs = [item for item in checked.inputs(name) if checked.about(item)]
                if inputs and not any(flow.asked(item, known) for item in inputs):
                    asking = {form for item in inputs for form in checked.asked[checked.key(item)].forms}
                    _late(checked, route, step, str(name), asking, "not_asked")
            elif about is not None and not about.calculated and not flow.sure(name, known):
                _late(
                    checked, route, step, str(name), about.forms, "optional" if flow.asked(name, known) else "not_asked"
                )
    if step.not_before is not None:
        for name in dict.fromkeys(step.not_before.names):
            about = checked.about(name)
            if about is not None and not about.calculated and not flow.asked(name, flow.before[step.name]):
                shown = ", ".join(sorted(checked.sop.short(form) for form in about.forms))
                more = {"step": step.name, "forms": shown, "problem": "not_asked"}
                checked.add("E15", step.row, "not_before", "warning", name=str(name), **more)


def _late(checked: Checked, route: Route, step: Step, name: str, forms: Iterable[str], problem: str) -> None:
    shown = ", ".join(sorted(checked.sop.short(form) for form in forms))
    checked.add("E15", route.row, "when", "warning", name=name, step=step.name, forms=shown, problem=problem)


def _free(checked: Checked, step: Step, rules: StepRules) -> None:
    """E19: comparisons that count as free yes/no questions, so that a reported gap may not exist."""
    for route in rules.routes:
        subjects = [d.subject for d in rules.table.of(route.when) if d.free] if route.when else []
        if subjects:
            shown = "; ".join(subjects)
            checked.add("E19", route.row, "when", "note", step=step.name, route=route.name, subjects=shown)


def _gaps(checked: Checked, step: Step, rules: StepRules) -> None:
    """E06: answers for which no rule says where to go."""
    held = [box for boxes in rules.held for box in boxes]
    try:
        gaps = minus(rules.table.full, held, MOST_WITNESSES)
    except TooWide:
        checked.add("too_wide", step.row, "name", "warning", step=step.name, problem="work")
        return
    witnesses = (witness for gap in joined(gaps) for witness in _apart(rules.table, gap))
    for box in islice(witnesses, MOST_WITNESSES):
        level: Level = "warning" if _unsure(rules.table, box) or _blank_calculation(checked, rules, box) else "error"
        checked.add("E06", step.row, "name", level, step=step.name, where=where(rules.table, box))


def _apart(table: Table, box: Box) -> Iterator[Box]:
    """A gap with blank answers apart from real ones, because they are cured in different places."""
    blanks = [table.blank(i) if box[i] != domain.full else 0 for i, domain in enumerate(table.domains)]
    real = tuple(mask & ~blank for mask, blank in zip(box, blanks, strict=True))
    if all(real):
        yield real
    for i, blank in enumerate(blanks):
        if box[i] & blank:
            yield (*box[:i], box[i] & blank, *box[i + 1 :])


def _unsure(table: Table, box: Box) -> bool:
    """Whether a box hangs on comparisons that share a question, so that it may hold no case at all (E19)."""
    bound = [d for d, mask in zip(table.domains, box, strict=True) if mask != d.full]
    return any(
        first.free and set(first.names) & set(second.names)
        for first in bound
        for second in bound
        if first is not second
    )


def _blank_calculation(checked: Checked, rules: StepRules, box: Box) -> bool:
    """Whether a gap needs a calculated answer to be blank: its form may well always fill it."""
    for i, domain in enumerate(rules.table.domains):
        known = checked.about(domain.names[0]) if len(domain.names) == 1 else None
        if known is not None and known.calculated and box[i] and not box[i] & ~rules.table.blank(i):
            return True
    return False


def _overlaps(checked: Checked, step: Step, rules: StepRules) -> None:
    """E07: answers for which two rules lead to different places."""
    if step.choose != "one":
        return
    owners = [i for i, boxes in enumerate(rules.held) for _ in boxes]
    boxes = [box for held in rules.held for box in held]
    index = Meeting(rules.table.full, boxes)
    seen: set[tuple[int, int]] = set()
    for at, box in enumerate(boxes):
        for other in index.meeting(box, at + 1):
            pair = (owners[at], owners[other])
            first, second = rules.routes[pair[0]], rules.routes[pair[1]]
            if pair in seen or first.to == second.to:
                continue
            seen.add(pair)
            both = tuple(a & b for a, b in zip(box, boxes[other], strict=True))
            level: Level = "warning" if _unsure(rules.table, both) else "error"
            more = {"route": second.name, "other": first.name, "where": where(rules.table, both)}
            checked.add("E07", second.row, "when", level, step=step.name, **more)
            if len(seen) >= MOST_WITNESSES:
                return


def _dead_rules(checked: Checked, step: Step, rules: StepRules) -> None:
    """E08: a rule that is never true, or always hidden by those above it."""
    for route, held, taken in zip(rules.routes, rules.held, rules.taken, strict=True):
        if not held:
            checked.add("E08", route.row, "when", route=route.name, step=step.name, problem="never")
        elif not taken:
            checked.add("E08", route.row, "when", "warning", route=route.name, step=step.name, problem="hidden")


def _doubled(checked: Checked, step: Step, rules: StepRules) -> None:
    """E09: rules that say the same of the same answers, or that one row could say together. A remark only:
    rows of their own are right where the printed SOP has sentences of their own."""
    by_saying: dict[tuple[str, ...], list[tuple[Route, list[Box]]]] = {}
    for route, held in zip(rules.routes, rules.held, strict=True):
        saying = (route.to, route.close_reason, route.source, route.interpretation, str(route.protective))
        by_saying.setdefault(saying, []).append((route, held))
    for alike in by_saying.values():
        for (first, left), (second, right) in pairwise(alike):
            problem = _alike(left, right) if left and right else None
            if problem:
                more = {"route": second.name, "other": first.name, "problem": problem}
                checked.add("E09", second.row, "when", "note", step=step.name, **more)


def _alike(left: list[Box], right: list[Box]) -> str | None:
    if set(left) == set(right):
        return "duplicate"
    if len(left) == len(right) == 1:
        differ = [i for i, (a, b) in enumerate(zip(left[0], right[0], strict=True)) if a != b]
        return "mergeable" if len(differ) == 1 else None
    return None


def _age(checked: Checked, step: Step) -> None:
    """E22: rules that read an age need different ranks, where an age may be estimated (ruling 34)."""
    if not any((None, end) in checked.asked for end in AGE_ENDS):
        return
    routes = checked.routes.get(step.name, ())
    names = (name for route in routes if route.when for name in route.when.names)
    if not any(name.field in AGE_FACTS for name in names):
        return
    ranks: dict[int | None, str] = {}
    for route in routes:
        if route.protective is None or ranks.setdefault(route.protective, route.to) != route.to:
            checked.add("E22", route.row, "protective", route=route.name, step=step.name)


def where(table: Table, box: Box) -> str:
    """A box as text without words: `usia_saat_kejadian = 12; berat_tindakan: ✱`.

    `∅` is a blank answer, `…` any other text, `✱` every answer; doors say them in the reader's language.
    """
    parts = []
    for i, (domain, mask) in enumerate(zip(table.domains, box, strict=True)):
        shown = domain.show(mask)
        if mask == domain.full:
            parts.append(f"{table.label(i)}: ✱")
        elif shown[:1] in "<>≤≥":
            parts.append(f"{table.label(i)} {shown}")
        else:
            parts.append(f"{table.label(i)} = {shown}")
    return "; ".join(parts)
