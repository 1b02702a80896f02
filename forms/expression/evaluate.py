"""Evaluates expressions exactly as the phone does, and takes them apart for explanations."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from forms.expression.coerce import boolean, single, string
from forms.expression.compiler import ChoiceName, Lookup, PullData, Run, Scope, compile_tree
from forms.expression.errors import ExpressionError
from forms.expression.parser import read
from forms.expression.tree import Binary, Call, Literal, Name, Node, spine, walk
from forms.values import Value

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read without error: its text, its tree, the fields it names (each once)."""

    text: str
    tree: Node = field(repr=False)
    names: tuple[Name, ...]
    run: Run = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One condition inside an expression: its text, the value it looked at, whether it held."""

    text: str
    value: str
    holds: bool
    names: tuple[Name, ...] = ()


@lru_cache(8_192)
def parse(text: str, sop: bool = False) -> Expression:
    """Read an expression.

    text: as written in the workbook; `sop`: refuse what cannot be recomputed (`random()`, `uuid()`)
    and `.` outside a predicate. Raises ExpressionError: too_long, too_deep, empty, expected(_value,
    _name)(_before_end), expected_operator, unexpected, curly_quote, open_quote, open_reference,
    bad_reference, bare_name, parent_path, unknown_function(_near), not_in_sop, arity,
    not_a_reference, bad_pattern, date_format.
    """
    tree = read(text, sop)
    return Expression(text, tree, _names(tree), compile_tree(tree))


def _names(tree: Node) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(node for node in walk(tree) if isinstance(node, Name)))


def evaluate(
    expression: Expression,
    lookup: Lookup,
    *,
    today: date,
    now: datetime,
    current: Value = "",
    choice_name: ChoiceName | None = None,
    pulldata: PullData | None = None,
) -> Value:
    """The value of an expression: str, float (NaN for no number), bool, date or datetime.

    lookup: the answer to a name in the types of `forms.values`, `""` or None when blank, for a
    repeat its rows; `today`, `now`: what today() and now() give, the zone of `now` is the zone of
    all dates (UTC if it has none); `current`: the value of `.`; `choice_name(choice, field)`: the label
    behind jr:choice-name (without it the choice itself); `pulldata(table, column, key_column,
    key)`. Raises ExpressionError, without column, where a phone would report an error.
    """
    scope = Scope(lookup, today, now, current, choice_name, pulldata)
    return single(expression.run(scope))


def atoms(tree: Node) -> tuple[Node, ...]:
    """The conditions a tree joins with and, or, not: comparisons, selected(…), anything else that is true or false."""
    found: dict[Node, None] = {}
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Binary) and node.op in ("and", "or"):
            first, links = spine(node, frozenset({node.op}))
            waiting.extend(reversed([first, *(right for _, right in links)]))
        elif isinstance(node, Call) and node.name in ("not", "boolean"):
            waiting.extend(node.args)
        else:
            found.setdefault(node)
    return tuple(found)


@lru_cache(2_048)
def _conditions(expression: Expression) -> tuple[tuple[str, Run, Run, tuple[Name, ...]], ...]:
    conditions = []
    for atom in atoms(expression.tree):
        text = expression.text[slice(*atom.span)]
        conditions.append((text, compile_tree(atom), compile_tree(_subject(atom)), _names(atom)))
    return tuple(conditions)


def _subject(atom: Node) -> Node:
    """The side of a condition that is worth showing: not the constant."""
    if isinstance(atom, Binary) and atom.op in _COMPARISONS:
        return atom.right if isinstance(atom.left, Literal) else atom.left
    if isinstance(atom, Call) and atom.args and atom.name != "if":
        return atom.args[0]
    return atom


def parts(
    expression: Expression,
    lookup: Lookup,
    *,
    today: date,
    now: datetime,
    current: Value = "",
    choice_name: ChoiceName | None = None,
    pulldata: PullData | None = None,
) -> list[Part]:
    """The conditions of an expression with what each looked at and whether it held, in written order.

    Arguments as for `evaluate`. A condition that cannot be evaluated raises ExpressionError.
    """
    scope = Scope(lookup, today, now, current, choice_name, pulldata)
    return [
        Part(text, _shown(subject, scope), boolean(run(scope)), names)
        for text, run, subject, names in _conditions(expression)
    ]


def _shown(subject: Run, scope: Scope) -> str:
    try:
        return string(subject(scope))
    except ExpressionError:
        return ""
