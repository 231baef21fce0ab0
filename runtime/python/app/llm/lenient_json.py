"""Decoding of JSON that does not quite fit its type: what a server bends in a corner must not cost the answer."""

import json
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin

import msgspec

_S = TypeVar("_S", bound=msgspec.Struct)


def lenient(payload: bytes, kind: type[_S], *, halves: str = "") -> _S:
    """Decodes an object field by field: those that do not fit are taken for missing, numbers in quotes for numbers.

    A surrogate without its other half, which is no character, becomes U+FFFD; only in fields named `halves` it stays,
    for whoever puts the pieces of a text together.

    Raises:
        msgspec.DecodeError: not JSON, or not an object.
    """
    try:
        value: Any = msgspec.json.decode(payload)
    except (ValueError, RecursionError):
        value = _with_surrogates(payload, halves)
    if not isinstance(value, dict):
        raise msgspec.DecodeError("not an object")
    return fit(value, kind)


def replace_surrogates(text: str) -> str:
    """The text with pairs of surrogates as the characters they stand for, and U+FFFD for one without the other."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _with_surrogates(payload: bytes, halves: str) -> Any:
    """What Python's own decoder makes of it, which takes lone surrogates, and NaN too."""
    try:
        return _clean(json.loads(payload.decode()), halves)
    except (ValueError, RecursionError) as error:  # not UTF-8, no JSON, or brackets without end
        raise msgspec.DecodeError(str(error)) from None


def _clean(value: Any, halves: str) -> Any:
    match value:
        case str():
            return replace_surrogates(value)
        case list():
            return [_clean(item, halves) for item in value]  # pyright: ignore[reportUnknownVariableType]
        case dict():
            return {
                name: item if name == halves and isinstance(item, str) else _clean(item, halves)
                for name, item in value.items()  # pyright: ignore[reportUnknownVariableType]
            }
        case _:
            return value


def fit(value: Any, kind: Any) -> Any:
    """The value as the type wants it, with None in every place where it does not fit."""
    try:
        return msgspec.convert(value, kind, strict=False)
    except (msgspec.ValidationError, RecursionError):
        pass
    for option in get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,):
        base: Any = get_origin(option) or option
        if isinstance(base, type) and issubclass(base, msgspec.Struct) and isinstance(value, dict):
            fields = {field.name: field.type for field in msgspec.structs.fields(option)}
            return base(**{name: fit(value[name], fields[name]) for name in fields if name in value})
        if base is list and isinstance(value, list | dict):  # some servers send the one item without its list
            items = cast("list[Any]", value if isinstance(value, list) else [value])
            return [fit(item, get_args(option)[0]) for item in items]
    return None
