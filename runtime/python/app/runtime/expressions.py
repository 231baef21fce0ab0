"""What expressions of a workflow mean where Python's own operators mean something else.

Values are JSON values: None, bool, int, float, str, list and dict.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from app.runtime.errors import ExpressionError, MissingEnv, MissingValue
from app.runtime.events import encode

Value = TypeVar("Value")


class Missing:
    """What stands for the value of a step that has not run, where None would be a value."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = Missing()

_EXACT = 2**53
"""Up to here a float holds every whole number."""


def get(value: Any, *path: str | int, default: Any = MISSING) -> Any:
    """The value at a path of keys and indexes, or the default if any of them is missing.

    Raises:
        MissingValue: something is missing and no default was given.
    """
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            if default is MISSING:
                raise MissingValue(f"There is no {step!r} where an expression reads it.", key=step) from None
            return default
    if value is MISSING:
        if default is MISSING:
            raise MissingValue("A step that an expression reads has not run.")
        return default
    return value


def first_present(value: Callable[[], Any], otherwise: Callable[[], Any]) -> Any:
    """The first value, or the other one if something that the first one reads is missing."""
    try:
        found = value()
    except (MissingEnv, MissingValue, KeyError, IndexError, TypeError):
        return otherwise()
    return otherwise() if found is MISSING else found


def plain(value: Any) -> Any:
    """The value as JSON values: models become dicts by the names that callers use, without what was left out.

    A field that is None was left out, unless the caller gave null for it.
    """
    if isinstance(value, BaseModel):
        given = value.model_fields_set
        fields = {
            field.serialization_alias or name: plain(getattr(value, name))
            for name, field in type(value).model_fields.items()
            if name in given or getattr(value, name) is not None
        }
        return fields | {key: plain(extra) for key, extra in (value.model_extra or {}).items()}
    if isinstance(value, list):
        return [plain(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in cast("dict[str, Any]", value).items()}
    return value


def present(value: Value | None, name: str) -> Value:
    """The value, unless it is None.

    Raises:
        MissingValue: it is None; `name` says what is missing.
    """
    if value is None:
        raise MissingValue(f"{name} has no value.", key=name)
    return value


def equal(a: Any, b: Any) -> bool:
    """JSON equality, deep: 1 equals 1.0; true equals neither 1 nor "true"."""
    if isinstance(a, bool) or isinstance(b, bool):
        return isinstance(a, bool) and isinstance(b, bool) and a == b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return bool(a == b)


def less(a: Any, b: Any) -> bool:
    """Whether a comes before b: two numbers, or two strings by code point.

    Raises:
        ExpressionError: anything else.
    """
    _check_order(a, b)
    return bool(a < b)


def less_equal(a: Any, b: Any) -> bool:
    """Whether a comes before b or equals it; as `less`."""
    _check_order(a, b)
    return bool(a <= b)


def as_text(value: Any) -> str:
    """A string as it stands, anything else as compact JSON."""
    return value if isinstance(value, str) else to_json(value)


def to_json(value: Any) -> str:
    """The value as compact JSON; a whole number is written without a fraction, whatever type it has."""
    return encode(_without_fractions(value)).decode()


def _without_fractions(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= _EXACT else value
    if isinstance(value, list):
        return [_without_fractions(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: _without_fractions(each) for key, each in cast("dict[str, Any]", value).items()}
    return value


def length(value: Any) -> int:
    """How many characters, items or keys there are."""
    if isinstance(value, str | list | dict):
        return len(value)  # pyright: ignore[reportUnknownArgumentType]
    raise _wrong("length", "a string, a list or an object", value)


def first(value: Any) -> Any:
    """The first item or character.

    Raises:
        MissingValue: there is none.
    """
    return _at(value, 0, "first")


def last(value: Any) -> Any:
    """The last item or character; as `first`."""
    return _at(value, -1, "last")


def upper(value: Any) -> str:
    """In capitals."""
    return _text(value, "upper").upper()


def lower(value: Any) -> str:
    """In small letters."""
    return _text(value, "lower").lower()


def trim(value: Any) -> str:
    """Without white space at both ends."""
    return _text(value, "trim").strip()


def join(value: Any, separator: Any = ", ") -> str:
    """The items of a list as text, with a separator between them."""
    if not isinstance(value, list):
        raise _wrong("join", "a list", value)
    items = cast("list[Any]", value)
    return _text(separator, "join").join(as_text(item) for item in items)


def round_number(value: Any, digits: Any = 0) -> int | float:
    """Rounded to so many decimal places, a half to the even neighbour; without places an integer."""
    if not is_number(value) or not isinstance(digits, int) or isinstance(digits, bool):
        raise _wrong("round", "a number and a whole number of digits", value)
    if not math.isfinite(value):
        raise _wrong("round", "a finite number", value)
    return round(value, digits) if digits else round(value)


def to_int(value: Any) -> int:
    """A whole number from a number (cut towards zero), a string or a boolean."""
    try:
        if isinstance(value, str | int | float):
            return int(value)
    except (ValueError, OverflowError):
        pass
    raise _wrong("int", "a number or a string that holds a whole number", value)


def to_float(value: Any) -> float:
    """A number from a number, a string or a boolean."""
    try:
        if isinstance(value, str | int | float):
            number = float(value)
            if math.isfinite(number):
                return number
    except (ValueError, OverflowError):
        pass
    raise _wrong("float", "a number or a string that holds one", value)


def _at(value: Any, index: int, name: str) -> Any:
    if not isinstance(value, str | list):
        raise _wrong(name, "a string or a list", value)
    if not value:
        raise MissingValue(f"{name} of something empty has no value.")
    return value[index]  # pyright: ignore[reportUnknownVariableType]


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise _wrong(name, "a string", value)
    return value


def _check_order(a: Any, b: Any) -> None:
    numbers = is_number(a) and is_number(b)
    if not numbers and not (isinstance(a, str) and isinstance(b, str)):
        raise ExpressionError(f"{kind_of(a)} and {kind_of(b)} have no order; compare two numbers or two strings.")


def is_number(value: Any) -> bool:
    """Whether it is a number of JSON, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _wrong(name: str, wanted: str, value: Any) -> ExpressionError:
    return ExpressionError(f"{name} takes {wanted}, not {kind_of(value)}.")


def kind_of(value: Any) -> str:
    """What JSON calls the value's type, with an article."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return f"a value of type {type(value).__name__}"
