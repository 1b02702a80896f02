"""Arithmetic of expressions with Java's answers where Python would raise."""

import math
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from forms.expression.coerce import NAN, java_double

_SMALLEST = 5e-324
_LARGEST = 1.7976931348623157e308


def divide(left: float, right: float) -> float:
    """`div`: a zero divisor gives an infinity with the right sign, or NaN."""
    if right:
        return left / right
    if not left or left != left or right != right:
        return NAN
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def modulo(left: float, right: float) -> float:
    """`mod`: the sign follows the left side; NaN for a zero divisor."""
    try:
        return math.fmod(left, right)
    except ValueError:
        return NAN


def power(base: float, exponent: float) -> float:
    """`pow`: NaN outside the real numbers, infinity beyond the range."""
    if exponent != exponent or (abs(base) == 1 and math.isinf(exponent)):
        return NAN
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        if base == 0:
            odd = exponent % 2 == 1
            return math.copysign(math.inf, base) if odd else math.inf
        return NAN


def _quiet(function: Callable[..., float]) -> Callable[..., float]:
    def run(*values: float) -> float:
        try:
            return function(*values)
        except ValueError:
            return NAN
        except OverflowError:
            return math.inf

    return run


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    def run(value: float) -> float:
        if value == 0:
            return -math.inf
        return NAN if value < 0 else function(value)

    return run


FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "pow": power,
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
    "exp": _quiet(math.exp),
    "exp10": lambda value: power(10.0, value),
    "sqrt": _quiet(math.sqrt),
    "sin": _quiet(math.sin),
    "cos": _quiet(math.cos),
    "tan": _quiet(math.tan),
    "asin": _quiet(math.asin),
    "acos": _quiet(math.acos),
    "atan": math.atan,
    "atan2": math.atan2,
}
"""Functions from numbers to a number; dates come in as days with fraction."""


def rounded(value: float, places: int) -> float:
    """`round`: halves go up; NaN for more than 30 places. Negative places round tens, hundreds …"""
    if value != value or math.isinf(value):
        return value
    if abs(places) > 30:
        return NAN
    exact = Decimal(java_double(value))
    if places >= 0:
        half = ROUND_HALF_DOWN if value < 0 else ROUND_HALF_UP
        if exact.adjusted() + places >= 40:
            return value
        digits = exact.scaleb(places).to_integral_value(rounding=half)
        return _unsigned_zero(float(digits.scaleb(-places)))
    scaled = float(exact.scaleb(places)) + 0.5
    whole = int(max(-(2.0**63), min(2.0**63, scaled)))
    return _unsigned_zero(float(Decimal(java_double(float(whole))).scaleb(-places)))


def _unsigned_zero(value: float) -> float:
    return value or 0.0


def largest(values: Iterable[float]) -> float:
    """`max` as JavaRosa computes it: it starts from the smallest positive number, so negatives never win."""
    numbers = [value for value in values if value == value]
    return max(_SMALLEST, *numbers) if numbers else NAN


def smallest(values: Iterable[float]) -> float:
    """`min`; blanks do not count, NaN when all are blank."""
    numbers = [value for value in values if value == value]
    if not numbers:
        return NAN
    least = min(_LARGEST, *numbers)
    return -0.0 if least == 0 and any(math.copysign(1.0, value) < 0 for value in numbers if value == 0) else least
