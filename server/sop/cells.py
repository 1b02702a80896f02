"""Rules as boxes in a grid: every question cut into the few cells its rules can tell apart.

A rule is a set of boxes (one bit mask of cells per question), so that gaps, overlaps and the nearest
other answer are plain set arithmetic (sop-engine.md 3.2). Which comparison holds in which cell is asked
of the real evaluator, on one representative per cell: there is no second meaning to keep in step.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import reduce
from math import inf, isnan

from forms.expression import (
    Binary,
    Call,
    Expression,
    ExpressionError,
    Literal,
    Name,
    Node,
    boolean,
    evaluate,
    number,
    parse,
    string,
    unparse,
    walk,
)
from forms.expression.tree import spine
from forms.values import Value

Box = tuple[int, ...]
MOST_BOXES = 4_000
MOST_CUTS = 50_000
"""Boxes one subtraction may look at, about half a second."""
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_ORDER = frozenset({"<", "<=", ">", ">="})
_SUBJECT = Name("subjek")
_DAY = date(2000, 1, 1)
_NOW = datetime(2000, 1, 1, tzinfo=UTC)


class TooWide(Exception):
    """A table with more boxes than can be worked through; it should be two steps."""


@dataclass(frozen=True, slots=True)
class Info:
    """What is known of a question. `type`: integer, decimal, choice, multiple, text, date, boolean or ""."""

    type: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    low: float = -inf
    high: float = inf


@dataclass(frozen=True, slots=True)
class Cell:
    """`kind`: blank, number (from `low` to `high`, ends included unless open), choice, other, truth."""

    kind: str
    value: Value = ""
    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False


BLANK = Cell("blank")


@dataclass(frozen=True, slots=True)
class Domain:
    """The cells of one subject: a question, or an expression the rules compare. `free`: not fully checkable."""

    subject: str
    cells: tuple[Cell, ...]
    integer: bool = False
    free: bool = False
    expression: Expression | None = None
    names: tuple[Name, ...] = ()

    @property
    def full(self) -> int:
        return (1 << len(self.cells)) - 1

    def index(self, value: Value) -> int | None:
        """The cell a value lies in."""
        value = "" if value is None else value
        if value == "":
            return next((i for i, cell in enumerate(self.cells) if cell.kind == "blank"), None)
        text = string(value) if not isinstance(value, list | dict) else ""
        amount = number(value) if not isinstance(value, list | dict) else float("nan")
        for i, cell in enumerate(self.cells):
            if cell.kind in ("choice", "truth") and cell.value == text:
                return i
            if cell.kind == "number" and not isnan(amount) and _within(cell, amount):
                return i
        return next((i for i, cell in enumerate(self.cells) if cell.kind == "other"), None)

    def show(self, mask: int) -> str:
        """Cells as text without words: `≤ 11`, `12`, `13–17`, `= ringan`, `≠ …`; blank is `∅`, other `…`."""
        cells = [cell for i, cell in enumerate(self.cells) if mask >> i & 1]
        shown = [span_text(run, self.integer) for run in _runs(cells)]
        return ", ".join(shown)


def _within(cell: Cell, amount: float) -> bool:
    low = amount > cell.low if cell.open_low else amount >= cell.low
    high = amount < cell.high if cell.open_high else amount <= cell.high
    return low and high


def _runs(cells: Sequence[Cell]) -> list[list[Cell]]:
    runs: list[list[Cell]] = []
    for cell in cells:
        last = runs[-1][-1] if runs else None
        if last and last.kind == cell.kind == "number" and _touch(last, cell):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return runs


def _touch(left: Cell, right: Cell) -> bool:
    return left.high == right.low or (not left.open_high and not right.open_low and right.low - left.high == 1)


def span_text(run: Sequence[Cell], integer: bool) -> str:
    """A run of neighbouring cells as text."""
    first, last = run[0], run[-1]
    if first.kind == "blank":
        return "∅"
    if first.kind == "other":
        return "…"
    if first.kind != "number":
        return string(first.value)
    low, high = string(first.low), string(last.high)
    if first.low == last.high:
        return low
    if first.low == -inf and last.high == inf:
        return "…"
    if first.low == -inf:
        return f"{'<' if last.open_high else '≤'} {high}"
    if last.high == inf:
        return f"{'>' if first.open_low else '≥'} {low}"
    if integer or not (first.open_low or last.open_high):
        return f"{low}–{high}"
    return f"{'>' if first.open_low else '≥'} {low} {'<' if last.open_high else '≤'} {high}"


@dataclass(slots=True)
class _Seen:
    """What the rules compare one subject with."""

    name: Name | None
    node: Node
    numbers: set[float] = field(default_factory=set)
    texts: dict[str, None] = field(default_factory=dict)
    truth: bool = False


def subject_of(atom: Node) -> tuple[Node, Node, bool]:
    """An atom as (subject, atom over the stand-in `${subjek}`, whether only its truth is known).

    `12 > ${a}` -> (`${a}`, `${subjek} < 12`); `${a} < ${b}` -> (`${a} - ${b}`, `${subjek} < 0`).
    """
    match atom:
        case Binary(op=op, left=left, right=Literal()) if op in COMPARISONS:
            return left, Binary(op, _SUBJECT, atom.right), False
        case Binary(op=op, left=Literal(), right=right) if op in COMPARISONS:
            return right, Binary(_MIRROR[op], _SUBJECT, atom.left), False
        case Binary(op=op, left=left, right=right) if op in COMPARISONS:
            return Binary("-", left, right), Binary(op, _SUBJECT, Literal(0.0)), False
        case Call(name="selected", args=(Name() as name, Literal() as choice)):
            return name, Call("selected", (_SUBJECT, choice)), False
        case Name():
            return atom, _SUBJECT, False
        case _:
            return atom, _SUBJECT, True


class Table:
    """The grid of one set of rules. `info` says what is known of a question (None: nothing)."""

    def __init__(self, expressions: Iterable[Expression], info: Callable[[Name], Info | None]) -> None:
        self.info = info
        self._seen: dict[str, _Seen] = {}
        self._atoms: dict[Node, tuple[int, int]] = {}
        nodes = [expression.tree for expression in expressions]
        for node in nodes:
            for atom in leaves(node):
                self._collect(atom)
        self.domains = tuple(self._domain(subject, seen) for subject, seen in self._seen.items())
        self._place = {domain.subject: i for i, domain in enumerate(self.domains)}

    @property
    def full(self) -> Box:
        return tuple(domain.full for domain in self.domains)

    # cutting into cells

    def _collect(self, atom: Node) -> None:
        if _constant(atom) is not None:
            return
        subject, over, truth = self._subject(atom)
        seen = self._seen.setdefault(unparse(subject), _Seen(subject if isinstance(subject, Name) else None, subject))
        seen.truth |= truth
        for literal in (node for node in walk(over) if isinstance(node, Literal)):
            amount = number(literal.value)
            ordering = isinstance(over, Binary) and over.op in _ORDER
            if isinstance(literal.value, float) or (ordering and not isnan(amount)):
                if not isnan(amount):
                    seen.numbers.add(amount)
            else:
                seen.texts.setdefault(literal.value)

    def _subject(self, atom: Node) -> tuple[Node, Node, bool]:
        """As `subject_of`, but each choice of a select_multiple is a yes/no question of its own."""
        subject, over, truth = subject_of(atom)
        if isinstance(atom, Call) and atom.name == "selected" and isinstance(subject, Name):
            info = self.info(subject)
            if info is None or info.type not in ("choice", ""):
                return atom, _SUBJECT, True
        return subject, over, truth

    def _domain(self, subject: str, seen: _Seen) -> Domain:
        names = tuple(dict.fromkeys(node for node in walk(seen.node) if isinstance(node, Name)))
        expression = parse(subject)
        if seen.truth:
            return Domain(subject, (Cell("truth", "true"), Cell("truth", "")), False, True, expression, names)
        info = (self.info(seen.name) if seen.name else None) or Info()
        cells = list(_cells(seen, info))
        if not info.required:
            cells.append(BLANK)
        return Domain(subject, tuple(cells), info.type == "integer", seen.name is None, expression, names)

    def blank(self, i: int) -> int:
        """The blank cells of a subject, as a mask."""
        return sum(1 << at for at, cell in enumerate(self.domains[i].cells) if cell.kind == "blank")

    def label(self, i: int) -> str:
        """A subject as people name it: `usia`, `asesmen#usia`, or the expression that is compared."""
        domain = self.domains[i]
        if len(domain.names) == 1 and domain.subject == str(domain.names[0]):
            name = domain.names[0]
            return f"{name.form}#{name.field}" if name.form else name.field
        return domain.subject

    def of(self, expression: Expression) -> tuple[Domain, ...]:
        """The subjects one of the table's rules compares."""
        atoms = (atom for atom in leaves(expression.tree) if _constant(atom) is None)
        places = dict.fromkeys(self._place[unparse(self._subject(atom)[0])] for atom in atoms)
        return tuple(self.domains[i] for i in places)

    # rules as boxes

    def boxes(self, expression: Expression | None) -> list[Box]:
        """The boxes in which a rule holds; a blank rule holds everywhere. Raises TooWide."""
        return [self.full] if expression is None else self._boxes(expression.tree, True)

    def _boxes(self, node: Node, positive: bool) -> list[Box]:
        match node:
            case Binary(op="and" | "or" as op):
                first, links = spine(node, frozenset({op}))
                sides = [self._boxes(side, positive) for side in (first, *(right for _, right in links))]
                if (op == "and") != positive:
                    return _capped([box for side in sides for box in side])
                return reduce(product, sides)
            case Call(name="not", args=(inner,)):
                return self._boxes(inner, not positive)
            case Call(name="boolean", args=(inner,)):
                return self._boxes(inner, positive)
        constant = _constant(node)
        if constant is not None:
            return [self.full] if constant == positive else []
        place, mask = self._mask(node)
        mask = mask if positive else self.domains[place].full & ~mask
        if not mask:
            return []
        return [tuple(mask if i == place else domain.full for i, domain in enumerate(self.domains))]

    def _mask(self, atom: Node) -> tuple[int, int]:
        found = self._atoms.get(atom)
        if found is None:
            found = self._atoms[atom] = self._evaluate(atom)
        return found

    def _evaluate(self, atom: Node) -> tuple[int, int]:
        subject, over, _ = self._subject(atom)
        place = self._place[unparse(subject)]
        expression = parse(unparse(over))
        mask = 0
        for i, cell in enumerate(self.domains[place].cells):
            mask |= _holds(expression, cell.value) << i
        return place, mask

    # a case in the grid

    def locate(self, lookup: Callable[[Name], Value], today: date, now: datetime) -> tuple[int | None, ...]:
        """The cell of every subject for the answers of a case (None: a value no cell has)."""
        found: list[int | None] = []
        for domain in self.domains:
            assert domain.expression is not None  # set by _domain
            try:
                value = evaluate(domain.expression, lookup, today=today, now=now)
            except ExpressionError:
                value = ""
            if domain.cells[0].kind == "truth":
                value = "true" if boolean(value) else ""
                found.append(0 if value else 1)
            else:
                found.append(domain.index("" if isinstance(value, float) and isnan(value) else value))
        return tuple(found)


def leaves(node: Node) -> Iterable[Node]:
    """The comparisons and other yes/no parts under and, or, not."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        match current:
            case Binary(op="and" | "or"):
                waiting += (current.right, current.left)
            case Call(name="not" | "boolean"):
                waiting += current.args
            case _:
                yield current


def _constant(node: Node) -> bool | None:
    if isinstance(node, Call) and node.name in ("true", "false"):
        return node.name == "true"
    if isinstance(node, Literal):
        return boolean(node.value)
    return None


def _holds(expression: Expression, value: Value) -> bool:
    try:
        return boolean(evaluate(expression, lambda _: value, today=_DAY, now=_NOW))
    except ExpressionError:
        return False


def _cells(seen: _Seen, info: Info) -> Iterable[Cell]:
    if info.choices and info.type == "choice":
        yield from (Cell("choice", choice) for choice in info.choices)
        return
    numeric = info.type in ("integer", "decimal") or (seen.numbers and info.type == "")
    if numeric or seen.numbers:
        yield from _number_cells(sorted(seen.numbers), info)
    yield from (Cell("choice", text) for text in seen.texts if text != "")
    if not numeric:
        yield Cell("other", "\N{HORIZONTAL ELLIPSIS}")


def _number_cells(constants: Sequence[float], info: Info) -> Iterable[Cell]:
    whole = info.type == "integer"
    inner = [c for c in constants if info.low <= c <= info.high and (not whole or c.is_integer())]
    low = info.low
    open_low = False
    for constant in inner:
        yield from _between(low, constant, open_low, True, whole)
        yield Cell("number", constant, constant, constant)
        low, open_low = constant, True
    yield from _between(low, info.high, open_low, False, whole)


def _between(low: float, high: float, open_low: bool, open_high: bool, whole: bool) -> Iterable[Cell]:
    if whole:
        low, high = (low + 1 if open_low else low), (high - 1 if open_high else high)
        if low <= high:
            yield Cell("number", low if low > -inf else (high if high < inf else 0.0), low, high)
        return
    if low < high:
        middle = 0.0 if (low, high) == (-inf, inf) else high - 1 if low == -inf else low + 1
        if high < inf and low > -inf:
            middle = (low + high) / 2
        yield Cell("number", middle, low, high, open_low, open_high or False)


# Arithmetic of boxes


def _capped(boxes: list[Box]) -> list[Box]:
    unique = list(dict.fromkeys(boxes))
    if len(unique) > MOST_BOXES:
        raise TooWide
    return unique


def meet(left: Box, right: Box) -> Box | None:
    """The cells two boxes share."""
    both = tuple(a & b for a, b in zip(left, right, strict=True))
    return both if all(both) else None


def product(left: list[Box], right: list[Box]) -> list[Box]:
    """Where both hold. Raises TooWide."""
    if len(left) * len(right) > MOST_BOXES * 4:
        raise TooWide
    return _capped([box for a in left for b in right if (box := meet(a, b)) is not None])


class Meeting:
    """Which of many boxes meet a given one: one set of boxes (as bits) for every cell, so that thousands of rules
    are found without comparing each with each."""

    def __init__(self, full: Box, boxes: Sequence[Box]) -> None:
        self._at: list[list[int]] = [[0] * mask.bit_length() for mask in full]
        self._all = (1 << len(boxes)) - 1
        for at, box in enumerate(boxes):
            for cells, mask in zip(self._at, box, strict=True):
                for cell in _bits(mask):
                    cells[cell] |= 1 << at

    def among(self, box: Box, found: int | None = None) -> int:
        """The boxes that meet this one, as bits; of those of `found` only, where it is given."""
        found = self._all if found is None else found
        for cells, mask in zip(self._at, box, strict=True):
            if not found:
                break
            meets = 0
            for cell in _bits(mask):
                meets |= cells[cell]
            found &= meets
        return found

    def meeting(self, box: Box, start: int = 0) -> Iterable[int]:
        """The numbers of the boxes from `start` on that meet this one."""
        yield from (start + at for at in _bits(self.among(box) >> start))


def _bits(mask: int) -> Iterable[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def minus(box: Box, others: Sequence[Box], most: int = MOST_BOXES) -> list[Box]:
    """What is left of a box without the others: disjoint boxes, at most `most` of them. Raises TooWide."""
    left: list[Box] = []
    index = Meeting(tuple(mask for mask in box), [tuple(a & b for a, b in zip(box, o, strict=True)) for o in others])
    waiting = [(box, index.among(box))]
    fuel = MOST_CUTS
    while waiting and len(left) < most:
        current, against = waiting.pop()
        fuel -= 1
        if fuel < 0:
            raise TooWide
        against = index.among(current, against)
        if not against:
            left.append(current)
            continue
        first = against & -against
        cut = others[first.bit_length() - 1]
        rest = list(current)
        for i, mask in enumerate(cut):
            outside = rest[i] & ~mask
            if outside:
                waiting.append(((*rest[:i], outside, *rest[i + 1 :]), against ^ first))
            rest[i] &= mask
    return left


def joined(boxes: Sequence[Box]) -> list[Box]:
    """The same cells in fewer boxes where two differ in one subject only: what a person is shown."""
    left = list(boxes)
    again = True
    while again:
        again = False
        for i, first in enumerate(left):
            for j in range(i + 1, len(left)):
                differ = [at for at, (a, b) in enumerate(zip(first, left[j], strict=True)) if a != b]
                if len(differ) == 1:
                    at = differ[0]
                    left[i] = (*first[:at], first[at] | left[j][at], *first[at + 1 :])
                    del left[j]
                    again = True
                    break
            if again:
                break
    return left


def away(place: Sequence[int | None], box: Box) -> list[int]:
    """The subjects whose answer would have to change for a case to lie in a box."""
    return [i for i, mask in enumerate(box) if place[i] is None or not mask >> (place[i] or 0) & 1]


def nearest(domain: Domain, at: int | None, mask: int) -> int:
    """The run of real cells of `mask` nearest to cell `at`, as a mask; 0 when only blank or other cells remain."""
    real = [i for i, cell in enumerate(domain.cells) if mask >> i & 1 and cell.kind not in ("blank", "other")]
    if not real:
        return 0
    if domain.cells[real[0]].kind != "number":
        return sum(1 << i for i in real)
    start = min(real, key=lambda i: abs(i - at) if at is not None else 0)
    chosen = {start}
    for step in (1, -1):
        i = start + step
        while i in real and _touch(*sorted((domain.cells[i], domain.cells[i - step]), key=lambda c: c.low)):
            chosen.add(i)
            i += step
    return sum(1 << i for i in chosen)
