"""A decision in words: what was read, which rule held and which did not, where the SOP says so, what else could be.

The sentences come from the catalogue (`explain.*`) through `say`, which the door gives; here only their
arguments are put together. Shape: sop-engine.md section 6, Explanation.
"""

from collections.abc import Callable, Iterable, Mapping

from forms.sop import CLOSE, END_BRANCH, Sop
from server.sop.state import Decision, Input, Part, Tried, WhatIf

Say = Callable[..., str]
Choice = Callable[[str, str | None, str], str]
"""Field, form it is qualified by (None: any), value -> what the form calls that choice; the value where it has none."""


def explain(
    decision: Decision,
    sop: Sop,
    say: Say,
    *,
    language: str = "id",
    day: Callable[[str], str] = lambda iso: iso,
    question: Callable[[str, str | None], str] = lambda field, form: field,
    choice: Choice = lambda field, form, value: value,
    person: Callable[[str], str] = lambda actor: actor,
) -> str:
    """Why a case went where it went.

    say: `say(key, **args)` of the door; language: which labels of the workbook to use; day: how an ISO
    day is written; question: the label of a field of a form, by their names; choice: that of an answer;
    person: the name of an actor id. A blank input is named as such: a rule that failed on a blank is the
    usual surprise.
    """
    words = _Words(sop, say, language, day, question, choice, person)
    sentences = [words.head(decision), *words.reasons(decision), *words.origin(decision), *words.elsewhere(decision)]
    return " ".join(sentence for sentence in sentences if sentence)


class _Words:
    def __init__(
        self,
        sop: Sop,
        say: Say,
        language: str,
        day: Callable[[str], str],
        question: Callable[[str, str | None], str],
        choice: Choice,
        person: Callable[[str], str],
    ) -> None:
        self.sop = sop
        self.question = question
        self.choice = choice
        self.person = person
        self.told: set[str] = set()
        self.say = say
        self.language = language
        self.day = day

    # names

    def label(self, labels: Mapping[str, str], name: str) -> str:
        return labels.get(self.language) or labels.get("id") or name

    def target(self, name: str) -> str:
        if name in (CLOSE, END_BRANCH):
            return self.say(f"explain.{name}")
        step = self.sop.step(name)
        if step is None:
            return name
        return self.say("explain.step", source=step.source or name, label=self.label(step.labels, name))

    def listed(self, parts: Iterable[str], joint: str = "and") -> str:
        found = list(dict.fromkeys(part for part in parts if part))
        if len(found) < 2:
            return "".join(found)
        return self.say(f"explain.{joint}", first=", ".join(found[:-1]), last=found[-1])

    def fact(self, name: str) -> str:
        """A fact by the label of the sheet `facts`, else as its form asks it."""
        form, _, field = name.rpartition("#")
        fact = next((fact for fact in self.sop.facts if fact.name == field), None)
        use = self.sop.form(form) if form else None
        return self.label(fact.labels, field) if fact else self.question(field, use.form_id if use else None)

    def value(self, name: str, value: str) -> str:
        """An answer of a fact as its form calls it; a blank one says so."""
        form, _, field = name.rpartition("#")
        use = self.sop.form(form) if form else None
        return self.choice(field, use.form_id if use else None, value) if value else self.say("explain.blank")

    def form(self, form_id: str | None) -> str:
        form = self.sop.form(form_id) if form_id else None
        return self.label(form.labels, form.form_id) if form else ""

    # sentences

    def head(self, decision: Decision) -> str:
        step = self.target(decision.step)
        if decision.kind == "stuck":
            held = [tried.route for tried in decision.tried if tried.holds]
            key = "stuck_many" if held else "stuck_none"
            return self.say(f"explain.{key}", step=step, routes=", ".join(held))
        to = self.listed(self.target(name) for name in decision.to)
        return self.say("explain.head", step=step, to=to)

    def reasons(self, decision: Decision) -> Iterable[str]:
        yield from self.people(decision)
        sources = {item.name: item for item in decision.inputs}
        held = [tried for tried in decision.tried if tried.holds and tried.route in decision.routes]
        if held and not any(tried.when for tried in held):
            yield self.say("explain.always", routes=self.listed(tried.route for tried in held))
        for tried in sorted(decision.tried, key=lambda tried: not tried.holds):
            if tried.holds and decision.routes and tried not in held:
                yield self.say("explain.passed_over", route=tried.route)
            elif tried.when and (tried.holds or not decision.routes or tried not in held):
                yield self.rule(tried, sources)

    def people(self, decision: Decision) -> Iterable[str]:
        """Who had a part in it: led it elsewhere, decided, entered it for the decider, confirmed an uncertain age."""
        reason, by = decision.reason or "–", self.person(decision.by) if decision.by else "–"
        if decision.kind in ("override", "kept", "pinned"):
            yield self.say(f"explain.{decision.kind}", reason=reason, by=by, on=self.day(decision.on))
        elif decision.by and decision.recorded_by:
            recorded_by = self.person(decision.recorded_by)
            yield self.say("explain.recorded", by=by, recorded_by=recorded_by, on=self.day(decision.on))
        elif decision.by:
            yield self.say("explain.decided", by=by, on=self.day(decision.on))
        if decision.uncertain:
            yield self.say("explain.uncertain")
        if decision.confirmed_by:
            yield self.say("explain.confirmed", by=self.person(decision.confirmed_by))

    def rule(self, tried: Tried, sources: Mapping[str, Input]) -> str:
        """A rule with its comparisons: those that held for one that holds, those that failed for one that does not."""
        shown = [part for part in tried.parts if part.holds == tried.holds] or list(tried.parts)
        conditions = self.listed(self.part(part, sources) for part in shown)
        return self.say("explain.holds" if tried.holds else "explain.fails", route=tried.route, conditions=conditions)

    def part(self, part: Part, sources: Mapping[str, Input]) -> str:
        read = next((item for name, item in sources.items() if f"${{{name}}}" in part.text), None)
        name = self.fact(read.name) if read else part.text
        value = self.value(read.name, part.value) if read else part.value or self.say("explain.blank")
        condition = self.condition(part, read.name if read else "")
        verdict = self.say("explain.true" if part.holds else "explain.false", condition=condition)
        if read and read.form and read.day and read.name not in self.told:
            self.told.add(read.name)
            origin = self.say("explain.origin", form=self.form(read.form), day=self.day(read.day))
            return self.say("explain.part_from", name=name, value=value, verdict=verdict, origin=origin)
        return self.say("explain.part", name=name, value=value, verdict=verdict)

    def condition(self, part: Part, name: str) -> str:
        """A comparison without its subject where that is plain: `${usia} >= 12` -> `≥ 12`."""
        text = part.text
        for sign, shown in ((">=", "≥"), ("<=", "≤"), ("!=", "≠"), ("=", "="), ("<", "<"), (">", ">")):
            left, found, right = text.partition(sign)
            if found and left.strip().startswith("${") and left.strip().endswith("}"):
                return f"{shown} {self.value(name, right.strip().strip(chr(39)))}"
        return text

    def origin(self, decision: Decision) -> Iterable[str]:
        if decision.source:
            yield self.say("explain.source", source=decision.source)
        if decision.interpretation:
            yield self.say("explain.interpretation", text=decision.interpretation.rstrip("."))

    def elsewhere(self, decision: Decision) -> Iterable[str]:
        by_target: dict[tuple[str, ...], list[WhatIf]] = {}
        for option in decision.what_if:
            by_target.setdefault(option.to, []).append(option)
        for to, options in by_target.items():
            changes = (self.listed(self.change(name, value) for name, value in option.changes) for option in options)
            target = self.listed(self.target(name) for name in to)
            yield self.say("explain.what_if", to=target, changes=self.listed(changes, "or"))

    def change(self, name: str, value: str) -> str:
        if value[:1] in "<>≤≥":
            return f"{self.fact(name)} {value}"
        return f"{self.fact(name)} = {self.value(name, value)}"
