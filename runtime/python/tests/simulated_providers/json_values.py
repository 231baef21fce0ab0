"""JSON values as Python has them, with the type guards that keep the rest of the package typed."""

import re
import sys
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
# A number of fewer digits, and with no exponent, is one that can be counted with.
LONG = 300
LONG_NUMBER = re.compile(rb"\d{%d}|\d[eE]" % LONG)
STRING_OR_NUMBER = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?', re.DOTALL)

JsonObject = dict[str, Any]
JsonArray = list[Any]

encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def decode(text: bytes | str) -> Any:
    """The value of a JSON text; its numbers are as `number_of` has them. Raises ValueError when it is no JSON."""
    raw = text.encode() if isinstance(text, str) else text
    return _decode(STRING_OR_NUMBER.sub(_readable, raw) if LONG_NUMBER.search(raw) else raw)


def _readable(match: re.Match[bytes]) -> bytes:
    return match[0] if match[0].startswith(b'"') else encode(number_of(match[0].decode()))


def number_of(written: str) -> int | float:
    """The number that is written; one that is too long for an integer or too large comes as a decimal."""
    if len(written) < LONG and written.lstrip("-").isdecimal():
        return int(written)
    return max(-sys.float_info.max, min(float(written), sys.float_info.max))


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
    for member in value.values() if is_object(value) else value if is_array(value) else ():
        yield from texts(member)


def type_name(value: object) -> str:
    """How OpenAI's messages call the type of a value, as in "but got a string instead"."""
    return "null" if value is None else TYPE_NAMES.get(type(value), "unknown")


def compact(value: Any) -> str:
    """A value as compact JSON text, the way models write arguments."""
    return encode(value).decode()
