"""What filters for lists and texts refuse, and give, where types are not known before."""

from collections.abc import Callable
from typing import Any

import pytest

from app.runtime import lists, texts
from app.runtime.errors import ExpressionError, MissingValue


@pytest.mark.parametrize(
    "call",
    [
        lambda: lists.pluck("a", "id"),
        lambda: lists.pluck([1], "id"),
        lambda: lists.where([None], "id"),
        lambda: lists.sort_by([{"id": 1}, {"id": "a"}], "id"),
        lambda: lists.sort_by([{"id": True}], "id"),
        lambda: lists.slice_of([1], "0"),
        lambda: lists.batch([1], 0),
        lambda: lists.total([1, True]),
        lambda: lists.smallest([1, "a"]),
        lambda: lists.merge({}, []),
        lambda: texts.split("a", ""),
        lambda: texts.truncate("abc", 0),
        lambda: texts.parse_json("{"),
        lambda: texts.parse_json("[" * 10_000),
        lambda: texts.format_date("yesterday", "%Y"),
        lambda: texts.to_fixed("1", 2),
        lambda: texts.to_fixed(10**400, 2),
        lambda: texts.html_escape(1),
    ],
)
def test_refused(call: Callable[[], Any]) -> None:
    with pytest.raises(ExpressionError):
        call()


@pytest.mark.parametrize(
    "call",
    [lambda: lists.pluck([{}], "id"), lambda: lists.sort_by([{}], "id"), lambda: lists.largest([])],
)
def test_missing(call: Callable[[], Any]) -> None:
    with pytest.raises(MissingValue):
        call()


def test_unique_keeps_the_first() -> None:
    assert lists.unique([3, 1, 2, 1, 1.0, True, [1], [1], {"a": [1]}, {"a": [1.0]}]) == [3, 1, 2, True, [1], {"a": [1]}]
