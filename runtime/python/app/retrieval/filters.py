"""Conditions on what was kept with a vector. Values are compared with, and can never become a part of the filter."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, cast

from app.retrieval.errors import InvalidFilter
from app.runtime.expressions import is_number

Condition = dict[str, Any] | None
"""A condition as Qdrant has it; None where an optional one got no value."""


def equals(field: str, value: Any, *, optional: bool = False) -> Condition:
    """The field, or one of the values that it lists, is the value."""
    if value is None and optional:
        return None
    return {"key": field, "match": {"value": _constant(field, value)}}


def one_of(field: str, values: Any, *, optional: bool = False) -> Condition:
    """The field is one of the values; of an empty list it is none."""
    if values is None and optional:
        return None
    if not isinstance(values, list):
        raise InvalidFilter(f"The filter of `{field}` takes a list.")
    listed = [_constant(field, value) for value in cast("list[Any]", values)]
    if any(isinstance(value, bool) for value in listed) or len({type(value) for value in listed}) > 1:
        raise InvalidFilter(f"The filter of `{field}` takes a list of texts, or one of whole numbers.")
    return {"key": field, "match": {"any": listed}}


def between(field: str, *, least: Any = None, most: Any = None, optional: bool = False) -> Condition:
    """The number in the field is in the range; an end that is None is open."""
    ends = {name: value for name, value in (("gte", least), ("lte", most)) if value is not None}
    if not ends and optional:
        return None
    if not ends or not all(is_number(value) and _is_finite(value) for value in ends.values()):
        raise InvalidFilter(f"The filter of `{field}` takes numbers.")
    return {"key": field, "range": ends}


def contains(field: str, text: Any, *, optional: bool = False) -> Condition:
    """The text in the field holds the text; where the field has an index of texts, all words of it."""
    if text is None and optional:
        return None
    if not isinstance(text, str):
        raise InvalidFilter(f"The filter of `{field}` takes a text.")
    return {"key": field, "match": {"text": text}}


def is_missing(field: str) -> Condition:
    """The field is not there, null, or an empty list."""
    return {"is_empty": {"key": field}}


def where(
    *,
    all_of: Sequence[Condition] = (),
    any_of: Sequence[Condition] = (),
    none_of: Sequence[Condition] = (),
) -> dict[str, Any] | None:
    """All conditions of `all_of`, at least one of `any_of`, and none of `none_of`."""
    named: Mapping[str, Sequence[Condition]] = {"must": all_of, "should": any_of, "must_not": none_of}
    given = {name: [each for each in conditions if each is not None] for name, conditions in named.items()}
    return {name: conditions for name, conditions in given.items() if conditions} or None


def _constant(field: str, value: Any) -> str | int | bool:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) or (isinstance(value, int) and -_LONGEST <= value < _LONGEST):
        return value
    raise InvalidFilter(f"The filter of `{field}` takes a text, a whole number of 64 bits or a boolean.")


_LONGEST = 2**63
"""What Qdrant's whole numbers are smaller than."""


def _is_finite(value: float) -> bool:
    try:
        return isfinite(value)
    except OverflowError:
        return False
