"""What can be wrong with an expression: a code, the column and arguments, never a sentence."""

from collections.abc import Mapping


class ExpressionError(Exception):
    """An expression that cannot be read, or an answer it cannot work on.

    `code` is the last part of the catalogue key `expression.<code>`; `column` is 1-based in the
    text, or None when an evaluation failed; `args_` names what the sentence needs.
    """

    def __init__(self, code: str, column: int | None = None, **args: object) -> None:
        super().__init__(code, column, args)
        self.code = code
        self.column = column
        self.args_: Mapping[str, object] = args
