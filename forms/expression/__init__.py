"""The expression language of XLSForms and SOP workbooks, with the answers JavaRosa gives on the phone."""

from forms.expression.coerce import boolean, number, string
from forms.expression.errors import ExpressionError
from forms.expression.evaluate import Expression, Part, atoms, evaluate, parse, parts
from forms.expression.signatures import SIGNATURES
from forms.expression.tree import (
    Binary,
    Call,
    Child,
    Filter,
    Here,
    Literal,
    Name,
    Negate,
    Node,
    children,
    unparse,
    walk,
)

__all__ = [
    "SIGNATURES",
    "Binary",
    "Call",
    "Child",
    "Expression",
    "ExpressionError",
    "Filter",
    "Here",
    "Literal",
    "Name",
    "Negate",
    "Node",
    "Part",
    "atoms",
    "boolean",
    "children",
    "evaluate",
    "number",
    "parse",
    "parts",
    "string",
    "unparse",
    "walk",
]
