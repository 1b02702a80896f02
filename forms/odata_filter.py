"""`$filter` and `$orderby` of OData as trees; what a field is, and its SQL, is decided by who asks the database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

COMPARISONS = frozenset({"lt", "le", "eq", "ne", "ge", "gt"})
FUNCTIONS = frozenset({"year", "month", "day", "hour", "minute", "second"})
# Nobody writes more by hand, and every node becomes a piece of SQL.
MAX_LENGTH = 2_000
MAX_DEPTH = 20

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?
        (?:Z|[+-][0-9]{2}(?::?[0-9]{2})?|[ ][0-9]{2}:[0-9]{2})?)?)
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
    | (?P<name>[$A-Za-z_][\w$]*(?:/[A-Za-z_][\w]*)*)
    | (?P<sign>[(),])
    )""",
    re.VERBOSE,
)


class FilterError(Exception):
    """The text is no filter. `reason` says what was found, `at` where (characters from the start)."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason, at)
        self.reason = reason
        self.at = at


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, moment, day, boolean or None."""

    value: str | int | float | bool | datetime | date | None


@dataclass(frozen=True, slots=True)
class Name:
    """A field, as written."""

    path: str
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """`now()`, or `year(field)` and its like."""

    function: str
    argument: Name | None
    at: int


Operand = Literal | Name | Call


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`; the operator is one of COMPARISONS."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inside: "Filter"


@dataclass(frozen=True, slots=True)
class Both:
    """Several conditions joined by `and` or `or`."""

    word: str
    parts: tuple["Filter", ...]


Filter = Comparison | Not | Both


def parse_filter(text: str) -> Filter:
    """The condition. Raises FilterError."""
    if len(text) > MAX_LENGTH:
        raise FilterError(f"> {MAX_LENGTH}", MAX_LENGTH)
    reader = _Reader(text)
    found = reader.either(0)
    reader.end()
    return found


def parse_orderby(text: str) -> tuple[tuple[Name, bool], ...]:
    """Fields with whether they run downwards. Raises FilterError."""
    if len(text) > MAX_LENGTH:
        raise FilterError(f"> {MAX_LENGTH}", MAX_LENGTH)
    reader = _Reader(text)
    found = [reader.ordering()]
    while reader.take(","):
        found.append(reader.ordering())
    reader.end()
    return tuple(found)


def names(found: Filter) -> Iterator[str]:
    """The fields a condition mentions."""
    if isinstance(found, Not):
        yield from names(found.inside)
    elif isinstance(found, Both):
        for part in found.parts:
            yield from names(part)
    else:
        for side in (found.left, found.right):
            name = side.argument if isinstance(side, Call) else side
            if isinstance(name, Name):
                yield name.path


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


class _Reader:
    """Walks over the words of one text."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0
        self._length = len(text)

    def _peek(self) -> _Token:
        return self._tokens[self._next] if self._next < len(self._tokens) else _Token("end", "", self._length)

    def take(self, text: str) -> bool:
        """Whether the next word is this one; then it is passed."""
        if self._peek().kind in ("name", "sign") and self._peek().text == text:
            self._next += 1
            return True
        return False

    def _need(self, text: str) -> None:
        if not self.take(text):
            self._fail()

    def _fail(self) -> None:
        token = self._peek()
        raise FilterError(token.text[:50] or "…", token.at)

    def end(self) -> None:
        if self._peek().kind != "end":
            self._fail()

    def ordering(self) -> tuple[Name, bool]:
        token = self._peek()
        if token.kind != "name":
            self._fail()
        self._next += 1
        down = self.take("desc")
        if not down:
            self.take("asc")
        return Name(token.text, token.at), down

    def either(self, depth: int) -> Filter:
        parts = [self._all(depth)]
        while self.take("or"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Both("or", tuple(parts))

    def _all(self, depth: int) -> Filter:
        parts = [self._one(depth)]
        while self.take("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Both("and", tuple(parts))

    def _one(self, depth: int) -> Filter:
        if depth > MAX_DEPTH:
            self._fail()
        if self.take("not"):
            return Not(self._one(depth + 1))
        if self.take("("):
            inside = self.either(depth + 1)
            self._need(")")
            return inside
        left = self._operand()
        operator = self._peek()
        if operator.kind != "name" or operator.text not in COMPARISONS:
            self._fail()
        self._next += 1
        return Comparison(operator.text, left, self._operand())

    def _operand(self) -> Operand:
        token = self._peek()
        self._next += 1
        if token.kind == "text":
            return Literal(token.text[1:-1].replace("''", "'"))
        if token.kind == "number":
            return Literal(float(token.text) if "." in token.text else int(token.text))
        if token.kind == "moment":
            return Literal(_moment(token))
        if token.kind == "name":
            return self._named(token)
        self._next -= 1
        self._fail()
        raise AssertionError

    def _named(self, token: _Token) -> Operand:
        if token.text in ("null", "true", "false"):
            return Literal({"null": None, "true": True, "false": False}[token.text])
        if not self.take("("):
            return Name(token.text, token.at)
        argument = None
        if not self.take(")"):
            inner = self._operand()
            if not isinstance(inner, Name):
                self._fail()
            argument = inner if isinstance(inner, Name) else None
            self._need(")")
        return Call(token.text, argument, token.at)


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise FilterError(text[at : at + 50].strip(), at)
        kind = str(found.lastgroup)
        yield _Token(kind, found[kind], found.start(kind))
        at = found.end()


def _moment(token: _Token) -> datetime | date:
    text = token.text.replace(" ", "+")  # what becomes of a + that was not escaped in an address
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        raise FilterError(token.text, token.at) from None
