"""Objects with some fields set, renamed or left out."""

from collections.abc import Collection, Mapping
from typing import Any, cast

from app.runtime.errors import ExpressionError, MissingValue
from app.runtime.expressions import kind_of


def edited(
    value: Any,
    *,
    rename: Mapping[str, str] | None = None,
    remove: Collection[str] = (),
    change: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An object like the given one: `rename` gives fields new names, by the old ones, in their place; what is in
    `remove` is left out then; `change` sets fields at last.

    Raises:
        ExpressionError: the value is no object.
        MissingValue: a field that is renamed is not there.
    """
    if not isinstance(value, dict):
        raise ExpressionError(f"Fields of an object are edited, not of {kind_of(value)}.")
    fields = cast("dict[str, Any]", value)
    names = rename or {}
    for old in names:
        if old not in fields:
            raise MissingValue(f"There is no field {old!r} to rename.", key=old)
    replaced = set(names.values())
    result: dict[str, Any] = {}
    for key, field in fields.items():
        # A field that is renamed takes the place of one that has the name.
        if key in names or key not in replaced:
            result[names.get(key, key)] = field
    for key in remove:
        result.pop(key, None)
    return {**result, **(change or {})}
