"""What expressions mean where Python alone would mean something else."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from app.runtime import expressions as e
from app.runtime.errors import ServiceError


class Size(BaseModel):
    width: int = Field(serialization_alias="w")
    height: int | None = None


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        ("1", 1, False),
        (None, None, True),
        (None, False, False),
        ([1, {"a": True}], [1.0, {"a": True}], True),
        ([1, {"a": True}], [1, {"a": 1}], False),
        ([1], [1, 2], False),
        ({"a": 1}, {"b": 1}, False),
        ([], {}, False),
    ],
)
def test_equal(a: Any, b: Any, same: bool) -> None:
    assert e.equal(a, b) is same
    assert e.equal(b, a) is same


def test_get() -> None:
    value = {"a": [{"b": None}], "0": "zero"}
    assert e.get(value, "a", 0, "b", default="x") is None
    for path in (("a", 1), ("a", "0"), ("b",), ("a", 0, "b", "c"), (0,)):
        assert e.get(value, *path, default="x") == "x"
    assert e.get(value, "a", -1, default="x") == {"b": None}
    # Only items, never attributes.
    assert e.get(value, "items", default="x") == "x"
    for missing in (lambda: e.get(value, "b"), lambda: e.get(e.MISSING)):
        with pytest.raises(ServiceError) as caught:
            missing()
        assert caught.value.code == "missing_value"
    assert e.get(e.MISSING, default="x") == "x"


def test_first_present() -> None:
    assert e.first_present(lambda: e.get({}, "a"), lambda: 2) == 2
    assert e.first_present(lambda: e.MISSING, lambda: 2) == 2
    assert e.first_present(lambda: None, lambda: 2) is None
    assert not e.MISSING
    assert repr(e.MISSING) == "MISSING"


def test_plain() -> None:
    assert e.plain([Size(width=1)]) == [{"w": 1}]


class Box(BaseModel):
    model_config = ConfigDict(extra="allow")

    note: str | None
    label: str | None = None
    colour: str = "brown"
    size: Size | None = None


def test_plain_keeps_the_null_that_was_given_and_nothing_that_was_left_out() -> None:
    assert e.plain(Box(note=None)) == {"note": None, "colour": "brown"}
    given = {"note": None, "label": None, "colour": "red", "size": {"width": 2}, "more": {"inside": None}}
    assert e.plain(Box.model_validate(given)) == given | {"size": {"w": 2}}


def test_order() -> None:
    assert e.less(1, 1.5)
    assert e.less_equal("a", "a")
    assert not e.less("b", "a")
    for pair in ((1, "1"), (True, 2), (None, 1), ([1], [2])):
        with pytest.raises(ServiceError) as caught:
            e.less(*pair)
        assert caught.value.code == "invalid_expression"
        with pytest.raises(ServiceError):
            e.less_equal(*pair)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"),
        (1, "1"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        ({"a": [1]}, '{"a":[1]}'),
        (2.0, "2"),
        (-0.0, "0"),
        ({"a": [2.0, 2.5]}, '{"a":[2,2.5]}'),
        (1e300, "1e300"),
    ],
)
def test_as_text(value: Any, expected: str) -> None:
    assert e.as_text(value) == expected


@pytest.mark.parametrize(
    ("apply", "expected"),
    [
        (lambda: e.to_json("a"), '"a"'),
        (lambda: e.length([1, 2]), 2),
        (lambda: e.length("abc"), 3),
        (lambda: e.length({"a": 1}), 1),
        (lambda: e.first([1, 2]), 1),
        (lambda: e.last("ab"), "b"),
        (lambda: e.upper("a"), "A"),
        (lambda: e.lower("A"), "a"),
        (lambda: e.trim(" a\n"), "a"),
        (lambda: e.join([1, "a", None], "-"), "1-a-null"),
        (lambda: e.join(["a", "b"]), "a, b"),
        (lambda: e.round_number(2.567, 1), 2.6),
        (lambda: e.round_number(2.4), 2),
        (lambda: e.to_int("12"), 12),
        (lambda: e.to_int(2.9), 2),
        (lambda: e.to_float("1.5"), 1.5),
        (lambda: e.present(0, "x"), 0),
    ],
)
def test_filters(apply: Callable[[], Any], expected: Any) -> None:
    assert apply() == expected
    assert type(apply()) is type(expected)


@pytest.mark.parametrize(
    ("apply", "code"),
    [
        (lambda: e.length(1), "invalid_expression"),
        (lambda: e.first({}), "invalid_expression"),
        (lambda: e.first([]), "missing_value"),
        (lambda: e.last(""), "missing_value"),
        (lambda: e.upper(None), "invalid_expression"),
        (lambda: e.lower(1), "invalid_expression"),
        (lambda: e.trim([]), "invalid_expression"),
        (lambda: e.join("ab"), "invalid_expression"),
        (lambda: e.join([], 1), "invalid_expression"),
        (lambda: e.round_number("2"), "invalid_expression"),
        (lambda: e.round_number(float("inf")), "invalid_expression"),
        (lambda: e.round_number(1.5, True), "invalid_expression"),
        (lambda: e.to_int("1.5"), "invalid_expression"),
        (lambda: e.to_int(None), "invalid_expression"),
        (lambda: e.to_float("x"), "invalid_expression"),
        (lambda: e.to_float("nan"), "invalid_expression"),
        (lambda: e.to_float(object()), "invalid_expression"),
        (lambda: e.present(e.get({}, "a", default=None), "nodes.a.output"), "missing_value"),
    ],
)
def test_values_that_a_filter_does_not_take(apply: Callable[[], Any], code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        apply()
    assert caught.value.code == code
