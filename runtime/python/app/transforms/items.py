"""Lists of objects: kept, sorted and summed up."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

from app.runtime.errors import ExpressionError, MissingValue
from app.runtime.expressions import MISSING, equal, less, less_equal
from app.runtime.lists import check_ordered, identity, is_in, largest, members, objects, smallest, total
from app.runtime.texts import starts_with

Operator = Literal[
    "equals",
    "notEquals",
    "greater",
    "atLeast",
    "less",
    "atMost",
    "contains",
    "startsWith",
    "in",
    "exists",
    "missing",
]
Operation = Literal["count", "sum", "min", "max", "mean", "first", "last", "list"]


class Condition(NamedTuple):
    """What a field of an item, or a path to one (`customer.city`), is compared with, and how."""

    field: str
    operator: Operator
    value: Any = None


def matching(value: Any, *conditions: Condition, match: Literal["all", "any"] = "all") -> list[Any]:
    """The items of a list that meet all conditions, or any of them. One that lacks the field meets `missing` and
    `notEquals` alone.

    Raises:
        ExpressionError: it is no list of objects, or a field cannot be compared so; `index` says of which item.
    """
    decided = all if match == "all" else any
    looked = [(condition, condition.field.split(".")) for condition in conditions]
    kept: list[Any] = []
    for index, item in enumerate(objects(value, "filterArray")):
        try:
            if decided(_meets(_at(item, path), condition) for condition, path in looked):
                kept.append(item)
        except ExpressionError as error:
            raise ExpressionError(f"Item {index}: {error.detail}", index=index) from error
    return kept


def _at(item: dict[str, Any], path: list[str]) -> Any:
    """What lies at the end of a path of fields; MISSING where one of them is not there."""
    value: Any = item
    for field in path:
        if not isinstance(value, dict) or field not in value:
            return MISSING
        value = cast("dict[str, Any]", value)[field]
    return value


def _meets(value: Any, condition: Condition) -> bool:
    _, operator, wanted = condition
    if value is MISSING:
        return operator in ("missing", "notEquals")
    match operator:
        case "equals":
            return equal(value, wanted)
        case "notEquals":
            return not equal(value, wanted)
        case "greater":
            return less(wanted, value)
        case "atLeast":
            return less_equal(wanted, value)
        case "less":
            return less(value, wanted)
        case "atMost":
            return less_equal(value, wanted)
        case "contains":
            return is_in(wanted, value)
        case "startsWith":
            return starts_with(value, wanted)
        case "in":
            return is_in(value, wanted)
        case "exists":
            return True
        case "missing":
            return False


def in_order(value: Any, *fields: tuple[str, Literal["ascending", "descending"]]) -> list[Any]:
    """The items of a list sorted by fields, or paths to them, of which the first counts most; equal ones keep their
    order.

    Raises:
        ExpressionError: it is no list of objects, or the values of a field have no order.
        MissingValue: an item lacks a field. `index` says which.
    """
    items = objects(value, "sortArray")
    keys = [_ordered(items, field) for field, _ in fields]
    order = list(range(len(items)))
    for (_, direction), key in zip(reversed(fields), reversed(keys), strict=True):
        order.sort(key=key.__getitem__, reverse=direction == "descending")
    return [items[index] for index in order]


def _ordered(items: list[dict[str, Any]], field: str) -> list[Any]:
    path = field.split(".")
    values = [_at(item, path) for item in items]
    for index, value in enumerate(values):
        if value is MISSING:
            raise MissingValue(f"Item {index} has no {field!r}.", key=field, index=index)
    check_ordered(values)
    return values


def aggregated(value: Any, values: Mapping[str, tuple[Operation, str | None]]) -> Any:
    """An object of what operations on fields of the items of a list give, by name. Of no items count and sum are 0, the
    list is empty, and all else is None.

    Raises:
        ExpressionError: it is no list of objects, or the operation cannot be done with the field.
        MissingValue: an item lacks the field.
    """
    return _summed_up(objects(value, "aggregate"), values)


def aggregated_by(value: Any, group_by: str, values: Mapping[str, tuple[Operation, str | None]]) -> Any:
    """A list of what `aggregated` gives for each value of a field, which is in it too, in the order in which they come.

    Raises:
        ExpressionError, MissingValue: as `aggregated`; an item lacks the field.
    """
    items = objects(value, "aggregate")
    # Of the whole list, so that an error counts the items as they came.
    _summed_up(items, values)
    groups: dict[Any, list[dict[str, Any]]] = {}
    for item, key in zip(items, members(items, group_by), strict=True):
        groups.setdefault(identity(key), []).append(item)
    return [{group_by: group[0][group_by], **_summed_up(group, values)} for group in groups.values()]


def _summed_up(items: list[dict[str, Any]], values: Mapping[str, tuple[Operation, str | None]]) -> dict[str, Any]:
    return {
        name: len(items) if field is None else _of_field(operation, members(items, field))
        for name, (operation, field) in values.items()
    }


def _of_field(operation: Operation, field: list[Any]) -> Any:
    match operation:
        case "count":
            return len(field)
        case "list":
            return field
        case "sum":
            return total(field)
        case "mean":
            return total(field) / len(field) if field else None
        case "min":
            return smallest(field) if field else None
        case "max":
            return largest(field) if field else None
        case "first":
            return field[0] if field else None
        case "last":
            return field[-1] if field else None
