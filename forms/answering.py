"""A form filled away from a phone: what is asked next, what is calculated, what is wrong, as JavaRosa decides it.

Nothing is remembered between calls: all answers so far come in, everything that follows from them comes out. A value
set when the form is opened or when another question is answered therefore stands until an answer of its own is given,
and a calculation, `once()` aside, always has the last word.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from forms.expression import Expression, ExpressionError, Name, boolean, number
from forms.expression.coerce import Rows, java_double, rows, string
from forms.expression.compiler import FUEL, Scope
from forms.questionnaire import ITSELF, Choices, Node, Questionnaire, Texts, read
from forms.schema import DEFAULT_LANGUAGE, Labels, strip_markup
from forms.submission import typed
from forms.values import Value, text

__all__ = ["ON_PHONES_ONLY", "Answered", "Given", "Group", "Lists", "Question", "Wrong", "answer", "read"]

Given = Mapping[str, str | Sequence[str]]
"""Leaf name of a question -> its answer as text, or the choices of a question with several."""

Lists = Mapping[str, Sequence[Mapping[str, str]]]
"""Name of a file of choices (`petugas.csv`) -> its rows by column."""

ON_PHONES_ONLY = frozenset({"binary", "geopoint", "geotrace", "geoshape", "rank", "repeat"})
"""Types of questions a web page does not ask: files, places, orders by hand, rows."""

MOST_WORK = 2_000_000
"""Rows all rules of a form together may look at; a form that needs more is filled on a phone."""

_CHOSEN = frozenset({"select", "select_multiple", "rank"})
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d{1,6})?)?")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a question keeps the form from being finished. `code`: required, constraint, choice (no longer or never
    offered), type, phone_only, unknown. `messages`: the form's own words by language, empty where it has none."""

    field: str
    code: str
    messages: Labels
    value: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The heading a question stands under."""

    name: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it stands on the page now. `type` as `forms.schema.Field.type`; `value` as a phone writes it;
    `note`: only text to be read; `phone_only`: it can be left blank here, an answer needs a phone."""

    name: str
    type: str
    labels: Labels
    hints: Labels
    choices: tuple[tuple[str, Labels], ...]
    value: str
    required: bool
    readonly: bool
    note: bool
    phone_only: bool
    group: Group | None
    appearance: str
    constraint_messages: Labels


@dataclass(frozen=True, slots=True)
class Answered:
    """What follows from the answers given.

    `answers`: leaf name -> typed value of every question and calculation that is relevant, blank ones `""`, without
    notes and what only a phone fills. `saves`: property -> text for the case's row. `errors` in the form's order.
    """

    answers: Mapping[str, Value]
    errors: tuple[Wrong, ...]
    shown: tuple[Question, ...]
    saves: Mapping[str, str]


def answer(
    questionnaire: Questionnaire,
    given: Given,
    case: Given,
    *,
    today: date,
    now: datetime,
    lists: Lists,
) -> Answered:
    """The form with these answers. `given`: what a person answered, hidden questions included (they are left out);
    `case`: what is known from where the form is filled (the case it is about): not asked, not changed by anybody.

    `now` in the zone of the office. A list missing from `lists` offers nothing and refuses nothing.
    """
    return _Filling(questionnaire, given, case, today, now, lists).answered()


class _Filling:
    def __init__(
        self, form: Questionnaire, given: Given, case: Given, today: date, now: datetime, lists: Lists
    ) -> None:
        self.form = form
        self.today = today
        self.now = now
        self.files = lists
        self.errors: dict[int, Wrong] = {}
        self.strange: list[Wrong] = []
        self.known = self._placed(case, set())
        asked = {index for index, node in enumerate(form.nodes) if node.asked and not node.system}
        self.given = {place: value for place, value in self._placed(given, asked).items() if place not in self.known}
        self.held: dict[int, Value] = {}
        self.relevant: dict[int, bool] = {}
        self.rows: dict[str, Rows] = {}
        self.fuel = MOST_WORK

    def answered(self) -> Answered:
        for place in self.form.order:
            self._work_out(place)
        shown = [self._shown(place, node) for place, node in self._asked()]
        self._check_rows()
        wrong = [one for place, one in sorted(self.errors.items()) if self.relevant[place] or one.code != "type"]
        return Answered(dict(self._answers()), (*self.strange, *wrong), tuple(shown), self._saves())

    # -- what was given ------------------------------------------------------------------------

    def _placed(self, given: Given, asked: set[int]) -> dict[int, Value]:
        """Answers by place, in their types; those to nothing this form asks are complaints when `asked` is given."""
        found: dict[int, Value] = {}
        for name, value in given.items():
            place = self.form.place(name)
            if place is None or (asked and place not in asked):
                if asked:
                    self.strange.append(Wrong(name, "unknown", {}, str(value)[:100]))
                continue
            node = self.form.nodes[place]
            held = self._typed(node, value)
            if held is None:
                self.errors[place] = Wrong(name, "type", {}, str(value)[:100])
            else:
                found[place] = held
        return found

    def _typed(self, node: Node, value: object) -> Value | None:
        """The answer in its type; None when it has none of that form."""
        if not isinstance(value, str):
            if not isinstance(value, Sequence) or node.type != "select_multiple":
                return None
            value = " ".join(dict.fromkeys(str(item).strip() for item in value))
        value = value.replace("\r\n", "\n")
        if not value.strip():
            return ""
        if node.type in _CHOSEN:
            return value.strip()
        if node.type == "time":
            return self._clock(value.strip())
        if node.type == "dateTime" and _LOCAL.fullmatch(value.strip()):
            return datetime.fromisoformat(value.strip()).replace(tzinfo=self.now.tzinfo)
        if node.type == "string":
            return value
        return typed(value, node.type)

    def _clock(self, value: str) -> Value | None:
        """A time of day as phones write it, with the office's offset where it has none."""
        found = _CLOCK.fullmatch(value)
        if found is None:
            return value if _CLOCK.match(value) else None
        hour, minute, second = found[1].zfill(2), found[2], found[3] or "00"
        return f"{hour}:{minute}:{second}.000{self.now.isoformat()[-6:] if self.now.tzinfo else ''}"

    # -- working out ---------------------------------------------------------------------------

    def _work_out(self, place: int) -> None:
        node = self.form.nodes[place]
        above = node.parent is None or self.relevant[node.parent]
        self.relevant[place] = above and (node.relevant is None or boolean(self._run(place, node.relevant)))
        if node.type not in ("group", "repeat") and not node.repeated:
            self.held[place] = self._filled_in(node) if node.system else self._value(place, node)

    def _filled_in(self, node: Node) -> Value:
        """What the phone fills by itself: its clock; names of device and officer stay blank."""
        return {"date": self.today, "dateTime": self.now}.get(node.type, "")

    def _value(self, place: int, node: Node) -> Value:
        if place in self.known:
            return self.known[place]
        is_given = place in self.given and not self._is_readonly(place, node)
        if is_given:
            self.held[place] = self.given[place]  # what `.` and once() see
        if node.calculate is not None:
            return self._stored(node, self._run(place, node.calculate))
        if is_given:
            return self.given[place]
        for setter in reversed(node.setters):
            if setter.trigger is None or self._see(setter.trigger) != "":
                return self._stored(node, self._run(place, setter.value))
        held = typed(node.default, node.type)
        return node.default if held is None else held

    def _stored(self, node: Node, value: Value) -> Value:
        """What a phone keeps of a calculated value: no number is blank, a day is no moment (JavaRosa's wrapData)."""
        if isinstance(value, Rows):
            value = value[0].value if value else ""
        if value is None or value == "" or value != value:
            return ""
        if node.type == "boolean" or isinstance(value, bool):
            return boolean(value)
        if isinstance(value, float):
            return float(int(value)) if node.type == "int" else value
        if isinstance(value, datetime):
            return value if node.type in ("dateTime", "time") else value.date()
        return value

    def _run(self, place: int, rule: Expression) -> Value:
        """What a rule gives; nothing where the phone would stop with an error, and the question is for phones."""
        scope = Scope(
            partial(self._look, place), self.today, self.now, self._see(place), self._choice_name, self._pulled
        )
        scope.fuel = full = min(FUEL, self.fuel)
        try:
            return rule.run(scope)
        except ExpressionError:
            self.errors.setdefault(place, self._wrong(place, "phone_only", {}))
            return ""
        finally:
            self.fuel -= full - scope.fuel

    def _look(self, place: int, name: Name) -> Value:
        if name.field == ITSELF:
            return self._see(place)
        kind, _, number_ = name.field.partition(".")
        if kind == "q":
            return self._see(int(number_))
        return self._list([*self.form.files, *self.form.lists][int(number_)])

    def _see(self, place: int) -> Value:
        """A node's value as rules see it: blank while it is hidden; of a repeat the blank rows it begins with."""
        node = self.form.nodes[place]
        if node.repeated:
            return rows([{} if node.type in ("repeat", "group") else ""] * node.rows)
        return self.held.get(place, "") if self.relevant.get(place) else ""

    def _list(self, name: str) -> Rows:
        if name not in self.rows:
            file = self.form.files.get(name)
            self.rows[name] = rows(self.files.get(file, ()) if file else self.form.lists[name])
        return self.rows[name]

    def _pulled(self, table: str, wanted: str, column: str, key: str) -> str:
        found = (row.get(wanted) or "" for row in self.files.get(f"{table}.csv", ()) if row.get(column) == key)
        return next(found, "")

    def _choice_name(self, chosen: str, name: Name) -> str:
        place = int(name.field.partition(".")[2])
        choices = self.form.nodes[place].choices
        offered = dict(self._offered(place, choices)) if choices else {}
        return next(iter(offered.get(chosen, {}).values()), "")

    # -- what comes of it ----------------------------------------------------------------------

    def _asked(self) -> Iterator[tuple[int, Node]]:
        for place, node in enumerate(self.form.nodes):
            if not node.asked or node.system or node.repeated or place in self.known or not self.relevant[place]:
                continue
            if node.type != "group":
                yield place, node

    def _shown(self, place: int, node: Node) -> Question:
        value = self.held[place]
        readonly = self._is_readonly(place, node)
        required = node.required is not None and boolean(self._run(place, node.required))
        choices = self._offered(place, node.choices) if node.choices else ()
        constraint = self._said(place, node.constraint_messages)
        self._check(place, node, required, choices, constraint)
        return Question(
            name=node.name,
            type=node.type,
            labels=self._said(place, node.labels),
            hints=self._said(place, node.hints),
            choices=choices,
            value=written(value),
            required=required,
            readonly=readonly,
            note=readonly and node.calculate is None and value == "",
            phone_only=node.type in ON_PHONES_ONLY,
            group=self._group(node.parent),
            appearance=node.appearance,
            constraint_messages=constraint,
        )

    def _check(self, place: int, node: Node, required: bool, choices: tuple, constraint: Labels) -> None:
        value = self.held[place]
        if place in self.errors:
            return
        if node.unreadable or (required and value == "" and node.type in ON_PHONES_ONLY):
            self.errors[place] = self._wrong(place, "phone_only", {})
        elif required and value == "":
            self.errors[place] = self._wrong(place, "required", self._said(place, node.required_messages))
        elif value != "" and node.choices and not self._is_offered(node, text(value), choices):
            self.errors[place] = self._wrong(place, "choice", {})
        elif value != "" and node.constraint is not None and not boolean(self._run(place, node.constraint)):
            self.errors.setdefault(place, self._wrong(place, "constraint", constraint))

    def _check_rows(self) -> None:
        """Rows the form wants filled: those it counts, and those it begins with when a question in them is required."""
        for place, node in enumerate(self.form.nodes):
            if node.type != "repeat" or not self.relevant[place]:
                continue
            inside = f"{node.path}/"
            wants = any(item.asked and item.required and item.path.startswith(inside) for item in self.form.nodes)
            if (node.rows and wants) or (node.count is not None and number(self._run(place, node.count)) > 0):
                self.errors[place] = Wrong(node.name, "phone_only", {})

    def _is_offered(self, node: Node, value: str, choices: tuple) -> bool:
        if not choices and node.choices and self._is_missing(node.choices):
            return True
        wanted = value.split() if node.type != "select" else [value]
        return {choice for choice, _ in choices}.issuperset(wanted)

    def _is_missing(self, choices: Choices) -> bool:
        """Whether the choices stand in a file that is not at hand."""
        names = [name.field for name in choices.rows.names if name.field.startswith("i.")] if choices.rows else []
        known = [*self.form.files, *self.form.lists]
        return any(self.form.files.get(known[int(name[2:])], "") not in self.files for name in names) and all(
            known[int(name[2:])] in self.form.files for name in names
        )

    def _offered(self, place: int, choices: Choices) -> tuple[tuple[str, Labels], ...]:
        if choices.rows is None:
            return choices.fixed
        found = self._run(place, choices.rows)
        held = [row.value for row in found] if isinstance(found, Rows) else []
        return tuple(
            (row.get(choices.value, ""), self._choice_labels(choices, row))
            for row in held
            if isinstance(row, Mapping) and row.get(choices.value)
        )

    def _choice_labels(self, choices: Choices, row: Mapping[str, str]) -> Labels:
        said = row.get(choices.label, "")
        if choices.itext:
            return {language: self._joined(None, pieces) for language, pieces in self.form.texts.get(said, {}).items()}
        return {DEFAULT_LANGUAGE: strip_markup(said)} if said else {}

    def _group(self, place: int | None) -> Group | None:
        while place is not None:
            node = self.form.nodes[place]
            if node.labels:
                return Group(node.name, self._said(place, node.labels))
            place = node.parent
        return None

    def _is_readonly(self, place: int, node: Node) -> bool:
        return node.readonly is not None and boolean(self._run(place, node.readonly))

    def _said(self, place: int, texts: Texts) -> Labels:
        return {language: self._joined(place, pieces) for language, pieces in texts.items()}

    def _joined(self, place: int | None, pieces: tuple[str | Expression, ...]) -> str:
        said = [piece if isinstance(piece, str) else string(self._run(place or 0, piece)) for piece in pieces]
        return strip_markup("".join(said))

    def _wrong(self, place: int, code: str, messages: Labels) -> Wrong:
        return Wrong(self.form.nodes[place].name, code, messages, written(self.held.get(place, ""))[:100])

    def _answers(self) -> Iterator[tuple[str, Value]]:
        seen: set[str] = set()
        for place, node in enumerate(self.form.nodes):
            if place not in self.held or not self.relevant[place] or node.system or node.name in seen:
                continue
            if node.type in ON_PHONES_ONLY:
                continue
            value = self.held[place]
            if value == "" and node.calculate is None and self._is_readonly(place, node):
                continue  # a note
            seen.add(node.name)
            yield node.name, self._as_sent(node, value)

    def _as_sent(self, node: Node, value: Value) -> Value:
        """The value as the submission of a phone would be read."""
        if isinstance(value, int | float):
            sent = typed(written(value), node.type)
            return written(value) if sent is None else sent
        return value

    def _saves(self) -> dict[str, str]:
        updates = self.form.updates
        if isinstance(updates, Expression):
            updates = string(self._run(0, updates)) in ("1", "true")
        if not updates:
            return {}
        return {
            node.save_to: written(self.held[place])
            for place, node in enumerate(self.form.nodes)
            if node.save_to
            and not node.system
            and place in self.held
            and self.relevant[place]
            and node.type not in ON_PHONES_ONLY
        }


def written(value: Value) -> str:
    """A value as JavaRosa writes it into a submission."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else java_double(number(value))
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return text(value)
