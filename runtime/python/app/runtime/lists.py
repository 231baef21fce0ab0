"""What expressions do with lists and objects where Python has no plain form of it, or types are not known before."""

from typing import Any, cast

from app.runtime.errors import ExpressionError
from app.runtime.expressions import equal, kind_of


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
