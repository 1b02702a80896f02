"""What is known of a case at one moment of the fold: answers, calculated facts, engine facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from forms.expression import Expression, ExpressionError, Name, boolean, evaluate, string
from forms.values import Answers, Value, to_json
from server.sop.plan import Plan
from server.sop.state import Input


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer came from; all blank for what the engine or a calculation gives."""

    form: str | None = None
    instance_id: str | None = None
    day: str | None = None


NOWHERE = Source()
Found = tuple[Value, Source]
_BLANK: Found = ("", NOWHERE)
_CALCULATING: Found = ("", NOWHERE)


class Facts:
    """Looks up `${x}`, `${form#x}`, `${s06#visits}` and `${kasus#…}` (sop-engine.md, Binding).

    A calculation of the `facts` sheet wins over an answer of the same name; `given` (tests, ends of an
    estimated age) wins over both. `own` are the answers of the form that completes a step: they come
    before the case's (ruling 8).
    """

    def __init__(self, plan: Plan, engine: Callable[[str, str], Value]) -> None:
        self._plan = plan
        self._engine = engine
        self._flat: dict[str, Found] = {}
        self._forms: dict[str, dict[str, Found]] = {}
        self.given: dict[str, Value] = {}
        self._own: Answers = {}
        self._own_form: str | None = None
        self._own_source = NOWHERE
        self._memory: dict[str, Found] = {}
        self.today = date.min
        self.now = datetime.min

    def learn(self, form: str, answers: Answers, source: Source) -> None:
        """A placed form's answers become facts; a question it did not ask leaves its fact alone."""
        found = {name: (value, source) for name, value in answers.items()}
        self._flat.update(found)
        self._forms.setdefault(form, {}).update(found)
        self._memory.clear()

    def learn_blank(self, form: str, answers: Answers, source: Source) -> None:
        """What another report says fills only what nobody has answered yet (rulings 16, 33)."""
        of_form = self._forms.setdefault(form, {})
        for name, value in answers.items():
            for known in (self._flat, of_form):
                if known.get(name, _BLANK)[0] in ("", None):
                    known[name] = (value, source)
        self._memory.clear()

    def answer(self, name: str) -> Value:
        """The newest answer to a question of any placed form; None when nobody asked it."""
        found = self._flat.get(name)
        return found[0] if found else None

    def look_from(self, form: str | None, answers: Answers, source: Source, today: date, now: datetime) -> None:
        """From here on rules are asked on this day, with these own answers."""
        self._own, self._own_form, self._own_source = answers, form, source
        self.today, self.now = today, now
        self._memory.clear()

    def forget(self) -> None:
        """The engine's facts have changed."""
        self._memory.clear()

    def find(self, name: Name) -> Found:
        if name.form is None:
            return self._case_fact(name.field)
        form = self._plan.aliases.get(name.form)
        if form is None:
            return (self._engine(name.form, name.field), NOWHERE)
        if form == self._own_form and name.field in self._own:
            return (self._own[name.field], self._own_source)
        return self._forms.get(form, {}).get(name.field, _BLANK)

    def _case_fact(self, field: str) -> Found:
        if field in self.given:
            return (self.given[field], NOWHERE)
        calculation = self._plan.calculations.get(field)
        if calculation is not None:
            return self._calculated(field, calculation)
        if field in self._own:
            return (self._own[field], self._own_source)
        return self._flat.get(field, _BLANK)

    def _calculated(self, field: str, calculation: Expression) -> Found:
        found = self._memory.get(field)
        if found is None:
            self._memory[field] = _CALCULATING
            value = self.value_of(calculation)
            found = self._memory[field] = ("" if value != value else value, NOWHERE)
        return found

    def lookup(self, name: Name) -> Value:
        return (self._case_fact(name.field) if name.form is None else self.find(name))[0]

    def value_of(self, expression: Expression) -> Value:
        """The value of an expression now; blank where a phone would report an error."""
        try:
            return evaluate(expression, self.lookup, today=self.today, now=self.now)
        except ExpressionError:
            return ""

    def holds(self, expression: Expression) -> bool:
        return boolean(self.value_of(expression))

    def inputs(self, names: tuple[Name, ...]) -> tuple[Input, ...]:
        """What a decision read, with where it came from."""
        inputs = []
        for name in names:
            value, source = self.find(name)
            label = f"{name.form}#{name.field}" if name.form else name.field
            raw = None if isinstance(value, str) else to_json(plain(value))
            inputs.append(Input(label, show(value), source.form, source.instance_id, source.day, raw))
        return tuple(inputs)

    def all(self) -> dict[str, object]:
        """Every case fact as JSON, calculated ones included."""
        facts = {name: to_json(value) for name, (value, _) in self._flat.items()}
        for name in self._plan.calculations:
            facts[name] = to_json(plain(self._case_fact(name)[0]))
        facts.update({name: to_json(value) for name, value in self.given.items()})
        return facts


def plain(value: Value) -> Value:
    """Whole numbers as integers, as forms write them."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def show(value: Value) -> str:
    """A value as a person reads it in an explanation; the rows of a repeat as their number."""
    if isinstance(value, Mapping):
        return ""
    if isinstance(value, list | tuple):
        return str(len(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return string(value)
