"""Turns a tree into nested closures, so that one evaluation costs a few calls and no dispatch."""

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo

from forms.expression import dates, numbers, places, texts
from forms.expression.coerce import (
    TINY,
    Row,
    Rows,
    boolean,
    index,
    integer,
    local,
    number,
    single,
    string,
)
from forms.expression.errors import ExpressionError
from forms.expression.tree import Binary, Call, Child, Filter, Here, Literal, Name, Negate, Node, spine
from forms.values import Value

FUEL = 200_000
"""Rows and predicates one evaluation may look at."""
_FLAT = 12
"""Links of one operator from which a chain is run in a loop instead of nested calls."""

Lookup = Callable[[Name], Value]
ChoiceName = Callable[[str, Name], str]
PullData = Callable[[str, str, str, str], str]


class Scope:
    """What an evaluation sees: the answers, the day, the row a predicate looks at."""

    __slots__ = ("choice_name", "fuel", "here", "lookup", "now", "position", "pulldata", "today", "zone")

    def __init__(
        self,
        lookup: Lookup,
        today: date,
        now: datetime,
        here: Value = "",
        choice_name: ChoiceName | None = None,
        pulldata: PullData | None = None,
    ) -> None:
        self.lookup = lookup
        self.today = today
        self.zone: tzinfo = now.tzinfo or UTC
        self.now = now if now.tzinfo else now.replace(tzinfo=UTC)
        self.here = here
        self.position = 1
        self.choice_name = choice_name
        self.pulldata = pulldata
        self.fuel = FUEL

    def burn(self) -> None:
        self.fuel -= 1
        if self.fuel < 0:
            raise ExpressionError("out_of_fuel", None, limit=FUEL)


Run = Callable[[Scope], Value]


def compile_tree(node: Node) -> Run:
    """The tree as a function from a scope to a value."""
    match node:
        case Literal():
            constant = node.value
            return lambda scope: constant
        case Name():
            return _name(node)
        case Here():
            return lambda scope: scope.here
        case Child():
            return _child(node)
        case Filter():
            return _filter(node)
        case Negate():
            operand = compile_tree(node.operand)
            return lambda scope: -number(operand(scope))
        case Binary():
            return _chain(node)
        case Call():
            return _call(node)


# References


def _name(node: Name) -> Run:
    def run(scope: Scope) -> Value:
        value = scope.lookup(node)
        kind = type(value)
        if kind is str or kind is float or kind is bool:
            return value
        if kind is int:
            return float(value)  # type: ignore[arg-type]
        return local(value, scope.zone)

    return run


def _as_rows(value: Value) -> Rows:
    if isinstance(value, Rows):
        return value
    return Rows([Row(value, 1)])


def _child(node: Child) -> Run:
    name = node.name
    if isinstance(node.base, Here):
        return lambda scope: _column(scope.here, name, scope.zone)
    base = compile_tree(node.base)

    def run(scope: Scope) -> Value:
        found = Rows()
        for row in _as_rows(base(scope)):
            scope.burn()
            value = _column(row.value, name, scope.zone)
            if isinstance(value, Rows):
                found.extend(value)
            elif isinstance(row.value, Mapping) and name in row.value:
                found.append(Row(value, 1))
        return found

    return run


def _column(row: Value, name: str, zone: tzinfo) -> Value:
    return local(row.get(name, ""), zone) if isinstance(row, Mapping) else ""


def _filter(node: Filter) -> Run:
    base, holds = compile_tree(node.base), compile_tree(node.predicate)

    def run(scope: Scope) -> Value:
        outer = (scope.here, scope.position)
        kept = Rows()
        try:
            for place, row in enumerate(_as_rows(base(scope)), 1):
                scope.burn()
                scope.here, scope.position = row.value, place
                verdict = single(holds(scope))
                if verdict == place if isinstance(verdict, float) else boolean(verdict):
                    kept.append(row)
        finally:
            scope.here, scope.position = outer
        return kept

    return run


# Operators


def _equal(left: Value, right: Value) -> bool:
    left, right = single(left), single(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return boolean(left) is boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return abs(number(left) - number(right)) < TINY
    return string(left) == string(right)


_LOGIC = frozenset({"and", "or"})
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": numbers.divide,
    "mod": numbers.modulo,
}
_APPLY: dict[str, Callable[[Value, Value], Value]] = {
    "=": _equal,
    "!=": lambda left, right: not _equal(left, right),
    **{op: (lambda left, right, by=by: by(number(left), number(right))) for op, by in _COMPARE.items()},  # type: ignore[misc]
    **{op: (lambda left, right, by=by: by(number(left), number(right))) for op, by in _ARITHMETIC.items()},  # type: ignore[misc]
}


def _chain(node: Binary) -> Run:
    if node.op in _LOGIC:
        first, links = spine(node, frozenset({node.op}))
        return _logic(node.op, [compile_tree(first), *(compile_tree(right) for _, right in links)])
    first, links = spine(node, frozenset(_APPLY))
    if len(links) <= _FLAT:
        run = compile_tree(first)
        for op, right in links:
            run = _link(op, run, right)
        return run
    return _loop(compile_tree(first), [(_APPLY[op], compile_tree(right)) for op, right in links])


def _logic(op: str, terms: list[Run]) -> Run:
    if len(terms) == 2:
        one, two = terms
        if op == "and":
            return lambda scope: boolean(one(scope)) and boolean(two(scope))
        return lambda scope: boolean(one(scope)) or boolean(two(scope))
    if op == "and":
        return lambda scope: all(boolean(term(scope)) for term in terms)
    return lambda scope: any(boolean(term(scope)) for term in terms)


def _loop(first: Run, links: list[tuple[Callable[[Value, Value], Value], Run]]) -> Run:
    def run(scope: Scope) -> Value:
        value = first(scope)
        for apply, right in links:
            value = apply(value, right(scope))
        return value

    return run


def _link(op: str, left: Run, right_node: Node) -> Run:
    if isinstance(right_node, Literal):
        return _link_constant(op, left, right_node.value)
    right = compile_tree(right_node)
    if op in _COMPARE:
        compare = _COMPARE[op]
        return lambda scope: compare(number(left(scope)), number(right(scope)))
    apply = _APPLY[op]
    return lambda scope: apply(left(scope), right(scope))


def _link_constant(op: str, left: Run, constant: str | float) -> Run:
    if op in _COMPARE:
        compare, bound = _COMPARE[op], number(constant)
        return lambda scope: compare(number(left(scope)), bound)
    if op in ("=", "!=") and isinstance(constant, str):
        wanted = op == "="

        def run(scope: Scope) -> Value:
            value = left(scope)
            return (value == constant if type(value) is str else _equal(value, constant)) is wanted

        return run
    apply = _APPLY[op]
    return lambda scope: apply(left(scope), constant)


# Functions


def _call(node: Call) -> Run:
    name = node.name
    if name == "indexed-repeat":
        return _indexed_repeat(node)
    if name == "jr:choice-name":
        return _choice_name(node)
    args = [compile_tree(argument) for argument in node.args]
    if name in _LAZY:
        return _LAZY[name](args)
    if name in numbers.FUNCTIONS:
        return _mathematical(numbers.FUNCTIONS[name], args)
    if name in _SCOPED:
        scoped = _SCOPED[name]
        return lambda scope: scoped(scope, *[argument(scope) for argument in args])
    plain = _PLAIN[name]
    if len(args) == 1:
        only = args[0]
        return lambda scope: plain(only(scope))
    if len(args) == 2:
        one, two = args
        return lambda scope: plain(one(scope), two(scope))
    return lambda scope: plain(*[argument(scope) for argument in args])


def _mathematical(function: Callable[..., float], args: list[Run]) -> Run:
    def run(scope: Scope) -> Value:
        values = []
        for argument in args:
            value = argument(scope)
            values.append(dates.fractional_days(value, scope.zone) if isinstance(value, date) else number(value))
        return function(*values)

    return run


def _if(args: list[Run]) -> Run:
    condition, yes, no = args
    return lambda scope: yes(scope) if boolean(condition(scope)) else no(scope)


def _coalesce(args: list[Run]) -> Run:
    first, second = args

    def run(scope: Scope) -> Value:
        value = first(scope)
        inner = single(value)
        return second(scope) if inner == "" or inner != inner else value

    return run


def _indexed_repeat(node: Call) -> Run:
    field = node.args[0]
    column = field.field if isinstance(field, Name) else field.name  # type: ignore[union-attr]
    levels = [(arg, compile_tree(place)) for arg, place in zip(node.args[1::2], node.args[2::2], strict=True)]
    repeat = compile_tree(levels[0][0])

    def run(scope: Scope) -> Value:
        value = repeat(scope)
        for level, (reference, place) in enumerate(levels):
            if level:
                name = reference.field if isinstance(reference, Name) else reference.name  # type: ignore[union-attr]
                value = _column(value, name, scope.zone)
            wanted = max(1, index(integer(place(scope))))
            found = _as_rows(value) if value != "" else Rows()
            value = found[wanted - 1].value if wanted <= len(found) else ""
        return _column(value, column, scope.zone)

    return run


def _choice_name(node: Call) -> Run:
    value, field = compile_tree(node.args[0]), node.args[1]

    def run(scope: Scope) -> Value:
        chosen = string(value(scope))
        if scope.choice_name is None or not isinstance(field, Name):
            return chosen
        return scope.choice_name(chosen, field)

    return run


def _text_of(value: Value) -> str:
    """The text of an answer with choices; JavaRosa takes no numbers or dates here."""
    value = single(value)
    if isinstance(value, str):
        return value
    raise ExpressionError("not_text", None, value=string(value))


def _selected(answer: Value, choice: Value) -> bool:
    wanted = _text_of(choice)
    return texts.contains_choice(_text_of(answer), wanted)


def _selected_at(answer: Value, place: Value) -> str:
    chosen = texts.pieces(_text_of(answer))
    wanted = index(integer(place))
    return chosen[wanted] if 0 <= wanted < len(chosen) else ""


def _spread(values: tuple[Value, ...]) -> list[Value]:
    """The values of a path when it is the only argument, else the arguments."""
    if len(values) == 1 and isinstance(values[0], Rows):
        return [row.value for row in values[0]]
    return list(values)


def _is_filled(value: Value) -> bool:
    return bool(value) if isinstance(value, str | Mapping | list) else value is not None


def _sum(value: Value) -> float:
    found = (number(row.value) for row in _as_rows(value))
    return sum((item for item in found if item == item), 0.0)


def _checklist(least: Value, most: Value, *factors: Value) -> bool:
    low, high = index(number(least)), index(number(most))
    count = sum(boolean(factor) for factor in _spread(factors))
    return (low < 0 or count >= low) and (high < 0 or count <= high)


def _weighted_checklist(least: Value, most: Value, *pairs: Value) -> bool:
    flags, weights = list(pairs[0::2]), list(pairs[1::2])
    if len(pairs) == 2:
        flags, weights = _spread((pairs[0],)), _spread((pairs[1],))
        if len(flags) != len(weights):
            raise ExpressionError("unequal_rows", None, left=len(flags), right=len(weights))
    total = 0.0
    for flag, weight in zip(flags, weights, strict=True):
        amount = number(weight)
        if boolean(flag):
            total += amount
    return number(least) <= total <= number(most)


def _join(separator: Value, *values: Value) -> str:
    return string(separator).join(string(value) for value in _spread(values))


def _position(scope: Scope, *args: Value) -> float:
    if not args:
        return float(scope.position)
    found = _as_rows(args[0])
    return float(found[0].position) if found else 0.0


def _points(values: Iterable[Value], function: str) -> list[places.Point]:
    return [places.point(string(value), function) for value in values]


def _distance(*values: Value) -> float:
    if len(values) > 1:
        return places.distance(_points(values, "distance"))
    only = values[0]
    if not isinstance(only, str | Rows):
        raise ExpressionError("not_a_place", None, name="distance", value=string(only))
    return places.distance(_shape(only, "distance"))


def _shape(value: Value, function: str) -> list[places.Point]:
    if isinstance(value, Rows) and len(value) != 1:
        return _points((row.value for row in value), function)
    return places.trace(string(value), function)


def _round(value: Value, places_: Value = 0.0) -> float:
    return numbers.rounded(number(value), index(number(places_)))


def _substr(text: Value, start: Value, end: Value | None = None) -> str:
    stop = None if end is None else index(integer(end))
    return texts.cut(string(text), index(integer(start)), stop)


def _pulldata(scope: Scope, *args: Value) -> str:
    table, wanted, column, key = map(string, args)
    return scope.pulldata(table, wanted, column, key) if scope.pulldata else ""


def _unrepeatable(name: str) -> Callable[..., Value]:
    def refuse(scope: Scope, *args: Value) -> Value:
        raise ExpressionError("not_in_sop", None, name=name)

    return refuse


_LAZY: dict[str, Callable[[list[Run]], Run]] = {"if": _if, "coalesce": _coalesce}

_SCOPED: dict[str, Callable[..., Value]] = {
    "today": lambda scope: scope.today,
    "now": lambda scope: scope.now,
    "date": lambda scope, value: dates.moment(value, scope.zone, keep_time=False),
    "date-time": lambda scope, value: dates.moment(value, scope.zone, keep_time=True),
    "decimal-date-time": lambda scope, value: dates.decimal_days(value, scope.zone, keep_date=True),
    "decimal-time": lambda scope, value: dates.decimal_days(value, scope.zone, keep_date=False),
    "format-date": lambda scope, value, form: dates.formatted(value, string(form), scope.zone),
    "format-date-time": lambda scope, value, form: dates.formatted(value, string(form), scope.zone),
    "position": _position,
    "once": lambda scope, value: scope.here if boolean(string(scope.here)) else value,
    "string-length": lambda scope, *value: texts.length(string(value[0] if value else scope.here)),
    "normalize-space": lambda scope, *value: texts.normalized(string(value[0] if value else scope.here)),
    "pulldata": _pulldata,
    "random": _unrepeatable("random"),
    "uuid": _unrepeatable("uuid"),
}

_PLAIN: dict[str, Callable[..., Value]] = {
    "true": lambda: True,
    "false": lambda: False,
    "boolean": boolean,
    "boolean-from-string": lambda value: string(value).lower() in ("true", "1"),
    "not": lambda value: not boolean(value),
    "depend": lambda value, *_others: value,
    "checklist": _checklist,
    "weighted-checklist": _weighted_checklist,
    "selected": _selected,
    "is-selected": _selected,
    "count-selected": lambda value: float(len(texts.pieces(_text_of(value)))),
    "selected-at": _selected_at,
    "count": lambda value: float(len(_as_rows(value))),
    "count-non-empty": lambda value: float(sum(_is_filled(row.value) for row in _as_rows(value))),
    "sum": _sum,
    "min": lambda *values: numbers.smallest(map(number, _spread(values))),
    "max": lambda *values: numbers.largest(map(number, _spread(values))),
    "number": number,
    "int": integer,
    "round": _round,
    "pi": lambda: 3.141592653589793,
    "string": string,
    "concat": lambda *values: "".join(map(string, _spread(values))),
    "join": _join,
    "substr": _substr,
    "substring-before": lambda text, part: texts.before(string(text), string(part)),
    "substring-after": lambda text, part: texts.after(string(text), string(part)),
    "contains": lambda text, part: string(part) in string(text),
    "starts-with": lambda text, part: string(text).startswith(string(part)),
    "ends-with": lambda text, part: string(text).endswith(string(part)),
    "translate": lambda text, old, new: texts.translate(string(text), string(old), string(new)),
    "regex": lambda text, expression: texts.matches(string(text), string(expression)),
    "digest": lambda text, kind, form="base64": texts.digest(string(text), string(kind), string(form)),
    "base64-decode": lambda text: texts.decoded(string(text)),
    "distance": _distance,
    "area": lambda value: places.area(_shape(value, "area")),
    "enclosed-area": lambda value: places.area(_shape(value, "enclosed-area")),
    "geofence": lambda place, shape: places.inside(places.point(string(place), "geofence"), _shape(shape, "geofence")),
}
