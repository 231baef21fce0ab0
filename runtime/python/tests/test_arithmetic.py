"""Arithmetic and membership of expressions where types are not known before."""

from collections.abc import Callable
from typing import Any

import pytest

from app.runtime import arithmetic as a
from app.runtime.errors import ExpressionError
from app.runtime.lists import is_in


@pytest.mark.parametrize(
    ("operation", "left", "right", "result"),
    [
        (a.add, 1, 2, 3),
        (a.add, 1, 2.0, 3.0),
        (a.subtract, 1, 2.5, -1.5),
        (a.multiply, 10**20, 10**20, 10**40),
        (a.divide, 4, 2, 2.0),
        (a.floor_divide, -7, 2, -4),
        (a.floor_divide, -7.0, 2, -4.0),
        (a.modulo, -7, 3, 2),
        (a.modulo, 7, -3, -2),
    ],
)
def test_numbers(operation: Callable[[Any, Any], Any], left: Any, right: Any, result: Any) -> None:
    found = operation(left, right)
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize("operation", [a.add, a.subtract, a.multiply, a.divide, a.floor_divide, a.modulo])
@pytest.mark.parametrize(("left", "right"), [("1", 1), (1, "1"), ("a", "b"), (True, 1), (None, 1), ([], []), (1, {})])
def test_only_numbers(operation: Callable[[Any, Any], Any], left: Any, right: Any) -> None:
    with pytest.raises(ExpressionError, match="takes two numbers"):
        operation(left, right)


@pytest.mark.parametrize("operation", [a.divide, a.floor_divide, a.modulo])
def test_division_by_zero(operation: Callable[[Any, Any], Any]) -> None:
    for zero in (0, 0.0, -0.0):
        with pytest.raises(ExpressionError, match="divided by zero"):
            operation(1, zero)


def test_too_large() -> None:
    with pytest.raises(ExpressionError, match="too large"):
        a.divide(10**400, 3)


def test_negate() -> None:
    assert a.negate(2) == -2
    for value in ("2", True, None):
        with pytest.raises(ExpressionError, match="takes a number"):
            a.negate(value)


@pytest.mark.parametrize(
    ("value", "container", "found"),
    [
        (1, [1.0], True),
        (True, [1], False),
        ({"a": 1}, [{"a": 1.0}], True),
        ("b", "abc", True),
        ("b", {"b": 1}, True),
        ("b", {"a": "b"}, False),
    ],
)
def test_is_in(value: Any, container: Any, found: bool) -> None:
    assert is_in(value, container) is found


@pytest.mark.parametrize(("value", "container"), [(1, "1"), (1, {"1": 2}), ("a", 1), ("a", None)])
def test_is_in_nothing(value: Any, container: Any) -> None:
    with pytest.raises(ExpressionError):
        is_in(value, container)
