"""What follows from following the arrows: which can be taken, and what is answered on every way to a step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forms.expression import Name
from forms.sop import Route, Step
from server.sop.cells import Box, Info, Table, TooWide, minus
from server.sop.check.model import Checked, Key, reach

Arrows = Mapping[str, Sequence[tuple[Route, bool]]]


@dataclass(slots=True)
class StepRules:
    """The arrows of a step as boxes: `held` where each rule is true, `taken` where it is the one taken."""

    table: Table
    routes: Sequence[Route]
    held: list[list[Box]]
    taken: list[list[Box]]


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of questions at one moment, as bits of `Flow.keys`: `sure` are answered whatever the way,
    `asked` were asked on every way (and may have stayed blank), `maybe` on some way."""

    sure: int
    asked: int
    maybe: int


NOTHING = Answers(0, 0, 0)


class Flow:
    """The arrows of an SOP and the data that flows along them.

    `rules` know what is surely answered (None: no routes, or too wide: then `wide` has the step); `before`
    and `after` are the answers when a step opens and when it is done.
    """

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.wide: set[str] = set()
        self.keys: dict[Key, int] = {key: at for at, key in enumerate(checked.asked)}
        rough = {step.name: self._rules(step, NOTHING) for step in checked.sop.steps}
        self.arrows: Arrows = {name: _arrows(checked, name, rough[name]) for name in checked.steps}
        self.forward = {name: [r.to for r, possible in leaving if possible] for name, leaving in self.arrows.items()}
        self.comes = backwards(self.forward)
        self.starts = _starts(checked)
        self.before: dict[str, Answers] = {}
        self.after: dict[str, Answers] = {}
        self._spread()
        self.rules = {
            step.name: self._rules(step, self.after[step.name]) if self._learns(step) else rough[step.name]
            for step in checked.sop.steps
        }

    # rules of a step

    def _rules(self, step: Step, known: Answers) -> StepRules | None:
        routes = self.checked.routes.get(step.name, ())
        if not routes:
            return None

        def info(name: Name) -> Info:
            found = self.checked.info(name)
            return _required(found) if self.sure(name, known) else found

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
            self.wide.add(step.name)
            return None
        return StepRules(table, routes, held, taken)

    def _learns(self, step: Step) -> bool:
        """Whether a rule of the step reads something surely answered by then."""
        routes = self.checked.routes.get(step.name, ())
        names = (name for route in routes if route.when for name in route.when.names)
        return any(self.sure(name, self.after[step.name]) for name in names)

    # answers along the ways

    def sure(self, name: Name, known: Answers) -> bool:
        """Whether a question surely has an answer."""
        return bool(known.sure & self._bits(name))

    def asked(self, name: Name, known: Answers) -> bool:
        """Whether a question was asked on every way."""
        return bool(known.asked & self._bits(name))

    def maybe(self, name: Name, known: Answers) -> bool:
        """Whether a question was asked on some way."""
        return bool(known.maybe & self._bits(name))

    def _bits(self, name: Name) -> int:
        at = self.keys.get(self.checked.key(name))
        return 0 if at is None else 1 << at

    def _given(self) -> dict[str, Answers]:
        """What each form's arrival adds."""
        found: dict[str, Answers] = {}
        for form in self.checked.forms:
            sure = asked = 0
            for key, at in self.keys.items():
                about = self.checked.asked[key]
                sure |= (form in about.answered and key[0] in (None, form)) << at
                asked |= (form in about.forms and key[0] in (None, form)) << at
            found[form] = Answers(sure, asked, asked)
        return found

    def _spread(self) -> None:
        """Answers at every step: a question counts as answered where every way to the step answers it."""
        everything = (1 << len(self.keys)) - 1
        given = self._given()
        self.before = dict.fromkeys(self.checked.steps, Answers(everything, everything, 0))
        self.after = dict(self.before)
        joined = {name: self._joined(name) for name in self.checked.steps}
        waiting = list(self.checked.steps)
        pending = set(waiting)
        while waiting:
            name = waiting.pop(0)
            pending.discard(name)
            comes = [self.after[other] for other in self.comes.get(name, ())]
            before = _meet(comes, [NOTHING] if name in self.starts else [], everything)
            for branch in joined[name]:
                done = self.after[branch]
                before = Answers(before.sure | done.sure, before.asked | done.asked, before.maybe)
            gives = given.get(self.checked.steps[name].form, NOTHING)
            after = Answers(before.sure | gives.sure, before.asked | gives.asked, before.maybe | gives.maybe)
            changed = after != self.after[name]
            self.before[name], self.after[name] = before, after
            if changed:
                new = [target for target in self.forward[name] if target in self.after and target not in pending]
                waiting.extend(dict.fromkeys(new))
                pending.update(new)

    def _joined(self, join: str) -> list[str]:
        """The steps surely done when branches join: those to which arrows without a condition lead from a fork that
        every way to the join goes through."""
        if self.checked.steps[join].join != "all":
            return []
        return [
            name for name in self.comes.get(join, ()) if (fork := self._fork(name)) and self._before_all(fork, join)
        ]

    def _fork(self, name: str) -> str | None:
        """The fork whose unconditional branch a step surely is on; None when a condition lies between."""
        seen = {name}
        while True:
            routes = [r for other in self.comes.get(name, ()) for r in self.checked.routes[other] if r.to == name]
            if len(routes) != 1 or routes[0].when is not None or routes[0].from_step in seen:
                return None
            name = routes[0].from_step
            seen.add(name)
            if self.checked.steps[name].choose == "each":
                return name

    def _before_all(self, fork: str, join: str) -> bool:
        around = {name: targets for name, targets in self.forward.items() if name != fork}
        return join not in reach(self.starts, around)


def _meet(comes: list[Answers], start: list[Answers], everything: int) -> Answers:
    sure = asked = everything
    maybe = 0
    for known in (*comes, *start):
        sure &= known.sure
        asked &= known.asked
        maybe |= known.maybe
    return Answers(sure, asked, maybe)


def _arrows(checked: Checked, name: str, rules: StepRules | None) -> list[tuple[Route, bool]]:
    """The arrows of a step and whether each can ever be taken."""
    routes = checked.routes.get(name, ())
    if rules is None:
        return [(route, True) for route in routes]
    return [(route, bool(boxes)) for route, boxes in zip(routes, rules.taken, strict=True)]


def _starts(checked: Checked) -> list[str]:
    """The steps a new case begins with: the first one of each form that opens cases."""
    forms = {form.form_id for form in checked.sop.intakes}
    first: dict[str, str] = {}
    for step in checked.sop.steps:
        if step.form in forms and not step.same_as and step.kind != "auto":
            first.setdefault(step.form, step.name)
    return list(first.values()) or [step.name for step in checked.sop.steps[:1]]


def backwards(arrows: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The arrows turned round."""
    found: dict[str, list[str]] = {}
    for name, targets in arrows.items():
        for target in targets:
            found.setdefault(target, []).append(name)
    return found


def _required(info: Info) -> Info:
    return Info(info.type, info.choices, True, info.low, info.high)
