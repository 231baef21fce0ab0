"""JSON values as Python has them, with the type guards that keep the rest of the package typed."""

from collections.abc import Iterator
from typing import Any, TypeGuard

import msgspec

TYPE_NAMES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "decimal",
}

JsonObject = dict[str, Any]
JsonArray = list[Any]

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder().decode


def is_object(value: Any) -> TypeGuard[JsonObject]:
    """Whether a decoded JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[JsonArray]:
    """Whether a decoded JSON value is an array."""
    return isinstance(value, list)


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether a decoded JSON value is a number; a boolean is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(value: Any) -> TypeGuard[int]:
    """Whether a decoded JSON value is an integer; a boolean is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def objects(values: Any) -> list[JsonObject]:
    """The objects in an array; an empty list when it is no array."""
    return [value for value in values if is_object(value)] if is_array(values) else []


def texts(value: Any) -> Iterator[str]:
    """Every string in a JSON value; the names of members are none."""
    if isinstance(value, str):
        yield value
    elif is_object(value):
        for member in value.values():
            yield from texts(member)
    elif is_array(value):
        for item in value:
            yield from texts(item)


def type_name(value: object) -> str:
    """How OpenAI's messages call the type of a value, as in "but got a string instead"."""
    if value is None:
        return "null"
    return TYPE_NAMES.get(type(value), "unknown")


def compact(value: Any) -> str:
    """A value as compact JSON text, the way models write arguments."""
    return encode(value).decode()
