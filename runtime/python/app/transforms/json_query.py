"""Values taken apart and put together anew by JMESPath: https://jmespath.org/specification.html."""

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from app.runtime.errors import ServiceError


class TransformFailed(ServiceError, code="transform_failed", title="Transformation failed"):
    """A JMESPath expression is none, or a function in it does not take what it was given."""

    hint = "Try the expression with the value at https://jmespath.org."


class JsonQuery:
    """An expression, read once.

    Raises:
        TransformFailed: it is none.
    """

    __slots__ = ("_query",)

    def __init__(self, expression: str) -> None:
        try:
            self._query: Any = jmespath.compile(expression)  # pyright: ignore[reportUnknownMemberType]
        except JMESPathError as error:
            raise TransformFailed(f"This is no JMESPath expression: {expression}") from error

    def of(self, value: Any) -> Any:
        """What it makes of a value; None where it leads nowhere.

        Raises:
            TransformFailed: a function does not take what it is given.
        """
        try:
            return self._query.search(value)
        except JMESPathError as error:
            raise TransformFailed(_first_line(error)) from error


def _first_line(error: JMESPathError) -> str:
    name = getattr(error, "function_name", "")
    return (
        f"The function {name} does not take what it was given." if name else "The expression could not be worked out."
    )
