"""The syntax tree of an expression, and its way back to text.

`span` is the slice of the source a node was read from; it does not count when trees are compared.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number written in the expression."""

    value: str | float
    span: Span = dataclasses.field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """`${field}` or `${form#field}`."""

    field: str
    form: str | None = None
    span: Span = dataclasses.field(default=(0, 0), compare=False, repr=False)

    def __str__(self) -> str:
        return f"${{{self.form}#{self.field}}}" if self.form else f"${{{self.field}}}"


@dataclass(frozen=True, slots=True)
class Here:
    """`.`: the row a predicate looks at, or the question the expression belongs to."""

    span: Span = dataclasses.field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Child:
    """`base/name`: a column of every row of `base`."""

    base: "Node"
    name: str
    span: Span = dataclasses.field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Filter:
    """`base[predicate]`: the rows of `base` for which the predicate holds."""

    base: "Node"
    predicate: "Node"
    span: Span = dataclasses.field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments, `not(…)` included."""

    name: str
    args: tuple["Node", ...] = ()
    span: Span = dataclasses.field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`left op right`; op is one of or, and, =, !=, <, <=, >, >=, +, -, *, div, mod."""

    op: str
    left: "Node"
    right: "Node"
    span: Span = dataclasses.field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negate:
    """`-operand`."""

    operand: "Node"
    span: Span = dataclasses.field(default=(0, 0), compare=False, repr=False)


Node = Literal | Name | Here | Child | Filter | Call | Binary | Negate

STRENGTH = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
"""How strongly an operator binds; equal ones group from the left."""

UNARY = 7


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in the order they are written."""
    match node:
        case Binary():
            return (node.left, node.right)
        case Call():
            return node.args
        case Filter():
            return (node.base, node.predicate)
        case Child():
            return (node.base,)
        case Negate():
            return (node.operand,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order it is written. Does not recurse."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def spine(node: Binary, ops: frozenset[str] | None = None) -> tuple[Node, list[tuple[str, Node]]]:
    """`a + b - c` as `a` and `[("+", b), ("-", c)]`, as far down the left as the operator is in `ops`."""
    links: list[tuple[str, Node]] = []
    current: Node = node
    while isinstance(current, Binary) and (ops is None or current.op in ops):
        links.append((current.op, current.right))
        current = current.left
    links.reverse()
    return current, links


def _number(value: float) -> str:
    if value == float("inf"):
        return "1" + "0" * 400
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def _text(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


def unparse(node: Node) -> str:
    """The expression as text; reading it again gives the same tree."""
    return _unparse(node, 0)


def _unparse(node: Node, outer: int) -> str:
    match node:
        case Literal():
            return _text(node.value) if isinstance(node.value, str) else _number(node.value)
        case Name():
            return str(node)
        case Here():
            return "."
        case Child(base=Here()):
            return node.name
        case Child():
            return f"{_unparse(node.base, UNARY)}/{node.name}"
        case Filter():
            return f"{_unparse(node.base, UNARY)}[{_unparse(node.predicate, 0)}]"
        case Call():
            return f"{node.name}({', '.join(_argument(node, index) for index in range(len(node.args)))})"
        case Negate():
            text = f"-{_unparse(node.operand, UNARY)}"
            return f"({text})" if outer > UNARY else text
        case Binary():
            return _unparse_binary(node, outer)


def _argument(call: Call, index: int) -> str:
    argument = call.args[index]
    if call.name == "jr:choice-name" and index == 1 and isinstance(argument, Name):
        return f"'{argument}'"
    return _unparse(argument, 0)


def _unparse_binary(node: Binary, outer: int) -> str:
    strength = STRENGTH[node.op]
    same = frozenset(op for op, level in STRENGTH.items() if level == strength)
    first, links = spine(node, same)
    text = _unparse(first, strength) + "".join(f" {op} {_unparse(right, strength + 1)}" for op, right in links)
    return f"({text})" if outer > strength else text
