"""Arithmetic of expressions where it is not known before that the values are numbers.

Whole numbers stay whole, but for `/`; true and false are no numbers, and texts are joined with `~`. Apart from that the
operators are Python's.
"""

from collections.abc import Callable
from typing import Any

from app.runtime.errors import ExpressionError
from app.runtime.expressions import is_number, kind_of


def add(a: Any, b: Any) -> Any:
    """`a + b`

    Raises:
        ExpressionError: one of the two is no number.
    """
    return _calculated("+", lambda x, y: x + y, a, b)


def subtract(a: Any, b: Any) -> Any:
    """`a - b`; as `add`."""
    return _calculated("-", lambda x, y: x - y, a, b)


def multiply(a: Any, b: Any) -> Any:
    """`a * b`; as `add`."""
    return _calculated("*", lambda x, y: x * y, a, b)


def divide(a: Any, b: Any) -> Any:
    """`a / b`, a float; as `add`, and ExpressionError for a division by zero."""
    return _calculated("/", lambda x, y: x / y, a, b)


def floor_divide(a: Any, b: Any) -> Any:
    """`a // b`, rounded down; as `divide`."""
    return _calculated("//", lambda x, y: x // y, a, b)


def modulo(a: Any, b: Any) -> Any:
    """`a % b`, with the sign of b; as `divide`."""
    return _calculated("%", lambda x, y: x % y, a, b)


def negate(a: Any) -> Any:
    """`-a`

    Raises:
        ExpressionError: it is no number.
    """
    if not is_number(a):
        raise ExpressionError(f"- takes a number, not {kind_of(a)}.")
    return -a


def _calculated(sign: str, operation: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    if not is_number(a) or not is_number(b):
        raise ExpressionError(f"{sign} takes two numbers, not {kind_of(a)} and {kind_of(b)}.")
    try:
        return operation(a, b)
    except ZeroDivisionError:
        raise ExpressionError("Nothing can be divided by zero.") from None
    except OverflowError:
        raise ExpressionError("The number gets too large.") from None
