"""Reads the text of an expression into its tree, by hand and without recursion deeper than 60 levels.

Grammar: ODK's subset of XPath 1.0 as JavaRosa reads it, with `${field}` and `${form#field}` in
place of absolute paths.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from forms.expression import dates, texts
from forms.expression.errors import ExpressionError
from forms.expression.signatures import SIGNATURES, UNREPEATABLE, accepts
from forms.expression.tree import STRENGTH, Binary, Call, Child, Filter, Here, Literal, Name, Negate, Node

MAX_LENGTH = 4_000
"""Characters an expression may have."""
MAX_DEPTH = 60
"""Levels of parentheses, calls, predicates and signs inside each other."""
_MAX_HEIGHT = 120
"""The same with operators that bind more strongly to the right counted, so that no tree exhausts the stack."""

_NAME = r"[^\W\d][\w.\-]*"
_TOKEN = re.compile(
    rf"""(?P<blank>[ \n\t\f\r]+)
    |(?P<reference>\$\{{[^}}]*\}})
    |(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<sign><=|>=|!=|::|\.\.|//|[=<>+\-*/|\[\](),.@])
    |(?P<name>{_NAME}(?::{_NAME})?)""",
    re.VERBOSE,
)
_WORD = re.compile("and|or|div|mod")
_REFERENCE = re.compile(rf"\$\{{\s*(?:({_NAME})#)?({_NAME})\s*\}}")
_CURLY_QUOTES = frozenset("‘’“”‚„´`")
_ENDS_VALUE = frozenset({"reference", "number", "text", "name"})
_CHECKED: dict[str, Callable[[str], object]] = {
    "regex": texts.pattern,
    "format-date": dates.check_pattern,
    "format-date-time": dates.check_pattern,
}
_TAKES_ROWS = {"count": 0, "count-non-empty": 0, "sum": 0, "area": 0, "enclosed-area": 0, "geofence": 1}
"""Functions that look through the rows of a repeat, and which of their arguments must be a path."""
_PASSES_ROWS = frozenset({"if", "coalesce", "depend", "once", "indexed-repeat"})


def _may_be_rows(node: Node) -> bool:
    return not isinstance(node, Literal | Binary | Negate | Call) or (
        isinstance(node, Call) and node.name in _PASSES_ROWS
    )


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


_LETTERS = re.compile(r"[^\W\d_]+")


def _lex(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at, after_value = 0, False
    while at < len(text):
        found = _WORD.match(text, at) if after_value else None
        kind = "word"
        if found is None:
            found = _TOKEN.match(text, at)
            if found is None or (after_value and found.lastgroup == "name"):
                raise _unreadable(text, at)
            kind = str(found.lastgroup)
        if kind != "blank":
            token = _Token("sign" if kind == "word" else kind, found.group(), at, found.end())
            tokens.append(token)
            after_value = kind in _ENDS_VALUE or token.text in (")", "]", ".", "..")
        at = found.end()
    tokens.append(_Token("end", "", len(text), len(text)))
    return tokens


def _unreadable(text: str, at: int) -> ExpressionError:
    character = text[at]
    if character in _CURLY_QUOTES:
        return ExpressionError("curly_quote", at + 1, found=character)
    if character in "'\"":
        return ExpressionError("open_quote", at + 1, found=character)
    if text.startswith("${", at):
        return ExpressionError("open_reference", at + 1)
    word = _LETTERS.match(text, at)
    if word is not None:
        return ExpressionError("expected_operator", at + 1, found=word.group())
    return ExpressionError("unexpected", at + 1, found=character)


class _Parser:
    def __init__(self, text: str, sop: bool) -> None:
        self.text = text
        self.sop = sop
        self.tokens = _lex(text)
        self.at = 0
        self.depth = 0
        self.operands = 0
        self.rows = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def sees(self, sign: str) -> bool:
        token = self.tokens[self.at]
        return token.kind == "sign" and token.text == sign

    def expect(self, sign: str) -> _Token:
        if not self.sees(sign):
            raise self.expected(sign)
        return self.take()

    def expected(self, what: str) -> ExpressionError:
        """`what`: the sign that should stand here, or `value`, `name` for one of those."""
        code = f"expected_{what}" if what.isalpha() else "expected"
        args = {} if what.isalpha() else {"expected": what}
        if self.token.kind == "end":
            return ExpressionError(f"{code}_before_end", self.token.start + 1, **args)
        return ExpressionError(code, self.token.start + 1, found=self.token.text, **args)

    def deeper(self) -> None:
        self.depth += 1
        self.check_height()

    def check_height(self) -> None:
        if self.depth > MAX_DEPTH or self.depth + self.operands > _MAX_HEIGHT:
            raise ExpressionError("too_deep", self.token.start + 1, limit=MAX_DEPTH)

    def whole(self) -> Node:
        node = self.expression(0)
        if self.token.kind != "end":
            raise self.expected_operator()
        return node

    def expected_operator(self) -> ExpressionError:
        return ExpressionError("expected_operator", self.token.start + 1, found=self.token.text)

    def expression(self, outer: int) -> Node:
        left = self.unary()
        while True:
            token = self.token
            strength = STRENGTH.get(token.text, 0) if token.kind == "sign" else 0
            if strength <= outer:
                return left
            self.at += 1
            self.operands += 1
            self.check_height()
            right = self.expression(strength)
            self.operands -= 1
            left = Binary(token.text, left, right, (left.span[0], right.span[1]))

    def unary(self) -> Node:
        if not self.sees("-"):
            return self.path()
        start = self.take().start
        self.deeper()
        operand = self.unary()
        self.depth -= 1
        return Negate(operand, (start, operand.span[1]))

    def path(self) -> Node:
        node = self.primary()
        while self.token.kind == "sign" and self.token.text in ("[", "/"):
            if not isinstance(node, Name | Here | Child | Filter):
                raise self.expected_operator()
            node = self.predicate(node) if self.sees("[") else self.step(node)
        return node

    def predicate(self, base: Node) -> Node:
        self.take()
        self.deeper()
        self.rows += 1
        condition = self.expression(0)
        self.rows -= 1
        self.depth -= 1
        return Filter(base, condition, (base.span[0], self.expect("]").end))

    def step(self, base: Node) -> Node:
        self.take()
        if self.token.kind != "name":
            raise self.expected("name")
        name = self.take()
        return Child(base, name.text, (base.span[0], name.end))

    def primary(self) -> Node:
        token = self.take()
        span = (token.start, token.end)
        if token.kind == "reference":
            return self.reference(token)
        if token.kind == "number":
            return Literal(float(token.text), span)
        if token.kind == "text":
            return Literal(token.text[1:-1], span)
        if token.kind == "name":
            return self.call(token) if self.sees("(") else self.column(token)
        if token.text == "(":
            return self.group(token)
        if token.text == "." and (self.rows or not self.sop):
            return Here(span)
        self.at -= 1
        if token.text == "..":
            raise ExpressionError("parent_path", token.start + 1)
        raise self.expected("value")

    def group(self, token: _Token) -> Node:
        self.deeper()
        inner = self.expression(0)
        self.depth -= 1
        self.expect(")")
        return inner

    def reference(self, token: _Token) -> Name:
        found = _REFERENCE.fullmatch(token.text)
        if found is None:
            raise ExpressionError("bad_reference", token.start + 1, found=token.text)
        return Name(found[2], found[1], (token.start, token.end))

    def column(self, token: _Token) -> Node:
        if not self.rows:
            raise ExpressionError("bare_name", token.start + 1, name=token.text)
        span = (token.start, token.end)
        return Child(Here(span), token.text, span)

    def call(self, token: _Token) -> Node:
        name = token.text
        if name not in SIGNATURES:
            nearest = difflib.get_close_matches(name, SIGNATURES, 1)
            code = "unknown_function_near" if nearest else "unknown_function"
            raise ExpressionError(code, token.start + 1, name=name, **({"nearest": nearest[0]} if nearest else {}))
        if self.sop and name in UNREPEATABLE:
            raise ExpressionError("not_in_sop", token.start + 1, name=name)
        args, end = self.arguments()
        if not accepts(name, len(args)):
            raise ExpressionError("arity", token.start + 1, name=name, count=len(args))
        self.check_constants(name, args)
        if name in _TAKES_ROWS and not _may_be_rows(args[_TAKES_ROWS[name]]):
            raise ExpressionError("not_a_reference", token.start + 1, name=name)
        if name == "jr:choice-name":
            args = [args[0], self.quoted_reference(args[1])]
        elif name == "indexed-repeat" and not all(isinstance(arg, Name | Child) for arg in (args[0], *args[1::2])):
            raise ExpressionError("not_a_reference", token.start + 1, name=name)
        return Call(name, tuple(args), (token.start, end))

    def arguments(self) -> tuple[list[Node], int]:
        self.take()
        self.deeper()
        args: list[Node] = []
        if not self.sees(")"):
            args.append(self.expression(0))
            while self.sees(","):
                self.take()
                args.append(self.expression(0))
        if not self.sees(")"):
            raise self.expected(")")
        self.depth -= 1
        return args, self.take().end

    def check_constants(self, name: str, args: list[Node]) -> None:
        """A pattern written in the expression is checked when it is read, not when a case depends on it."""
        check = _CHECKED.get(name)
        pattern = args[1] if check else None
        if check is None or not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
            return
        try:
            check(pattern.value)
        except ExpressionError as error:
            raise ExpressionError(error.code, pattern.span[0] + 1, **error.args_) from None

    def quoted_reference(self, node: Node) -> Node:
        """The field named by `'${field}'`, as XLSForm writes the second argument of jr:choice-name."""
        if isinstance(node, Literal) and isinstance(node.value, str):
            found = _REFERENCE.fullmatch(node.value)
            if found:
                return Name(found[2], found[1], node.span)
        if isinstance(node, Name):
            return node
        raise ExpressionError("not_a_reference", node.span[0] + 1, name="jr:choice-name")


def read(text: str, sop: bool) -> Node:
    """The tree of `text`. Raises ExpressionError with the column of what is wrong."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too_long", None, limit=MAX_LENGTH, length=len(text))
    if not text.strip():
        raise ExpressionError("empty", 1)
    return _Parser(text, sop).whole()
