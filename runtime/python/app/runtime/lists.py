"""What expressions do with lists and objects where Python has no plain form of it, or types are not known before."""

from typing import Any, cast

from app.runtime.errors import ExpressionError, MissingValue
from app.runtime.expressions import MISSING, equal, is_number, kind_of


def is_in(value: Any, container: Any) -> bool:
    """Whether a value is an item of a list, a part of a text, or a key of an object.

    Raises:
        ExpressionError: the container is something else, or what is looked for in a text or an object is no text.
    """
    if isinstance(container, list):
        return any(equal(item, value) for item in cast("list[Any]", container))
    if not isinstance(container, str | dict):
        raise ExpressionError(f"Only a list, a string or an object has something in it, not {kind_of(container)}.")
    if not isinstance(value, str):
        raise ExpressionError(f"Only a string can be in {kind_of(container)}, not {kind_of(value)}.")
    return value in container


def pluck(value: Any, key: str) -> list[Any]:
    """What each item has under a key.

    Raises:
        ExpressionError: it is no list of objects.
        MissingValue: an item does not have the key.
    """
    return members(objects(value, "pluck"), key)


def where(value: Any, key: str, wanted: Any = MISSING) -> list[Any]:
    """The items that have a value under a key, or one that counts as true.

    Raises:
        ExpressionError: it is no list of objects.
    """
    items = objects(value, "where")
    if wanted is MISSING:
        return [item for item in items if item.get(key)]
    return [item for item in items if key in item and equal(item[key], wanted)]


def sort_by(value: Any, key: str) -> list[Any]:
    """The items in the order of what they have under a key: numbers, or texts. Equal ones keep their order.

    Raises:
        ExpressionError: it is no list of objects, or the values have no order.
        MissingValue: an item does not have the key.
    """
    items = objects(value, "sort_by")
    check_ordered(members(items, key))
    return sorted(items, key=lambda item: item[key])


def unique(value: Any) -> list[Any]:
    """Each item once, where it comes first.

    Raises:
        ExpressionError: it is no list.
    """
    first: dict[Any, Any] = {}
    for item in _items(value, "unique"):
        first.setdefault(identity(item), item)
    return list(first.values())


def reverse(value: Any) -> Any:
    """A list or a string, the last first.

    Raises:
        ExpressionError: it is something else.
    """
    return _sequence(value, "reverse")[::-1]


def slice_of(value: Any, start: Any, end: Any = None) -> Any:
    """The part of a list or a string from an index to before another, as Python counts.

    Raises:
        ExpressionError: it is something else, or an index is no whole number.
    """
    for index in (start, 0 if end is None else end):
        check_whole(index, "slice")
    return _sequence(value, "slice")[start:end]


def batch(value: Any, size: Any) -> list[list[Any]]:
    """The items in lists of so many.

    Raises:
        ExpressionError: it is no list, or the size is no whole number from 1.
    """
    items = _items(value, "batch")
    check_whole(size, "batch")
    if size < 1:
        raise ExpressionError("batch takes a size of at least 1.")
    return [items[start : start + size] for start in range(0, len(items), size)]


def flatten(value: Any) -> list[Any]:
    """The items of a list, those of lists in it in their place.

    Raises:
        ExpressionError: it is no list.
    """
    nested = _items(value, "flatten")
    return [each for item in nested for each in (cast("list[Any]", item) if isinstance(item, list) else [item])]


def total(value: Any) -> Any:
    """All numbers of a list together.

    Raises:
        ExpressionError: it is something else.
    """
    items = _items(value, "sum")
    for index, item in enumerate(items):
        if not is_number(item):
            raise ExpressionError(f"sum takes a list of numbers; item {index} is {kind_of(item)}.", index=index)
    return sum(items)


def smallest(value: Any) -> Any:
    """The smallest number of a list, or the text that comes first.

    Raises:
        ExpressionError: it is no list of numbers or of texts.
        MissingValue: it is empty.
    """
    return min(_ordered(value, "min"))


def largest(value: Any) -> Any:
    """The largest number of a list, or the text that comes last; as `smallest`."""
    return max(_ordered(value, "max"))


def keys(value: Any) -> list[str]:
    """The keys of an object.

    Raises:
        ExpressionError: it is something else.
    """
    return list(_object(value, "keys"))


def values(value: Any) -> list[Any]:
    """The values of an object; as `keys`."""
    return list(_object(value, "values").values())


def merge(value: Any, other: Any) -> dict[str, Any]:
    """The keys of two objects, of which the second has the last word; as `keys`."""
    return {**_object(value, "merge"), **_object(other, "merge")}


def check_whole(value: Any, name: str) -> None:
    """Raises:
    ExpressionError: an argument is no whole number.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise ExpressionError(f"{name} takes a whole number there, not {kind_of(value)}.")


def items_of(value: Any) -> list[Any]:
    """The items that a loop goes through.

    Raises:
        ExpressionError: it is no list.
    """
    return _items(value, "A loop")


def _items(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise ExpressionError(f"{name} takes a list, not {kind_of(value)}.")
    return cast("list[Any]", value)


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ExpressionError(f"{name} takes an object, not {kind_of(value)}.")
    return cast("dict[str, Any]", value)


def objects(value: Any, name: str) -> list[dict[str, Any]]:
    """The value, which is a list of objects.

    Raises:
        ExpressionError: it is something else; `name` says what does not take it.
    """
    items = _items(value, name)
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise ExpressionError(f"{name} takes a list of objects; item {index} is {kind_of(item)}.", index=index)
    return items


def _sequence(value: Any, name: str) -> Any:
    if not isinstance(value, str | list):
        raise ExpressionError(f"{name} takes a string or a list, not {kind_of(value)}.")
    return cast("Any", value)


def members(items: list[dict[str, Any]], key: str) -> list[Any]:
    """What each item has under a key.

    Raises:
        MissingValue: an item does not have it.
    """
    for index, item in enumerate(items):
        if key not in item:
            raise MissingValue(f"Item {index} has no {key!r}.", key=key, index=index)
    return [item[key] for item in items]


def _ordered(value: Any, name: str) -> list[Any]:
    items = _items(value, name)
    if not items:
        raise MissingValue(f"{name} of something empty has no value.")
    check_ordered(items)
    return items


def check_ordered(items: list[Any]) -> None:
    """Raises:
    ExpressionError: values have no order: they are not numbers alone, or texts alone.
    """
    fits = is_number if items and is_number(items[0]) else _is_text
    for index, item in enumerate(items):
        if not fits(item):
            detail = f"Only numbers alone, or strings alone, have an order; item {index} is {kind_of(item)}."
            raise ExpressionError(detail, index=index)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def identity(value: Any) -> Any:
    """Something that is equal where two values are, and can be looked up."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list):
        return tuple(identity(item) for item in cast("list[Any]", value))
    if isinstance(value, dict):
        return frozenset((key, identity(item)) for key, item in cast("dict[str, Any]", value).items())
    return value
