"""The conditions of an SOP in words: `${usia} < 12 or ${berat} = 'ringan'` -> usia < 12 atau berat = ringan.

Names and values are shown as the office wrote them, with spaces for underscores; what has no plain reading
(arithmetic, functions) stays as written. The joining words come from the catalogue (`condition.*`).
"""

from collections.abc import Callable

from forms.expression import Binary, Call, Expression, Literal, Name, Node, string, unparse

Say = Callable[..., str]

_SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def plain_name(name: str) -> str:
    """`berat_tindakan` -> berat tindakan."""
    return name.replace("_", " ").strip()


def in_words(
    expression: Expression | None,
    say: Say,
    name: Callable[[Name], str] | None = None,
    choice: Callable[[Name, str], str] | None = None,
) -> str:
    """A condition as a phrase; of a missing one, the word for *always*.

    say: `say(key)` of the door; name: how a question is called, its plain name when not given; choice: how an answer
    is called that a question is compared with, its plain code when not given.
    """
    if expression is None:
        return say("condition.always")
    called = name or (lambda asked: plain_name(asked.field))
    return _Phrase(say, called, choice or (lambda _asked, value: plain_name(value))).of(expression.tree, 0)


class _Phrase:
    def __init__(self, say: Say, name: Callable[[Name], str], choice: Callable[[Name, str], str]) -> None:
        self.say = say
        self.name = name
        self.choice = choice

    def of(self, node: Node, outer: int) -> str:
        """The phrase of a node; `outer`: 0 alone, 1 within *or*, 2 within *and*, 3 within *not*."""
        match node:
            case Binary(op="or", left=left, right=right):
                text = f"{self.of(left, 1)} {self.say('condition.or')} {self.of(right, 1)}"
                return f"({text})" if outer > 1 else text
            case Binary(op="and", left=left, right=right):
                text = f"{self.of(left, 2)} {self.say('condition.and')} {self.of(right, 2)}"
                return f"({text})" if outer > 2 else text
            case Binary(op=op, left=left, right=right) if op in _SIGNS:
                return f"{self.side(left, right)} {_SIGNS[op]} {self.side(right, left)}"
            case Call(name="not", args=(inner,)):
                return f"{self.say('condition.not')} {self.of(inner, 3)}"
            case Call(name="selected", args=(asked, Literal(value=value) as literal)):
                told = self.side(literal, asked) if value else string(value)
                return self.say("condition.selected", name=self.side(asked), value=told)
            case _:
                return self.side(node)

    def side(self, node: Node, beside: Node | None = None) -> str:
        """One side of a comparison; `beside` is the other."""
        match node:
            case Name():
                return self.name(node)
            case Literal(value=""):
                return self.say("condition.blank")
            case Literal(value=str() as value):
                return self.choice(beside, value) if isinstance(beside, Name) else plain_name(value)
            case Literal(value=value):
                return string(value)
            case Call(name="date", args=(Literal(value=value),)):
                return string(value)
            case _:
                return unparse(node)
