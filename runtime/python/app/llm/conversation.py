"""Messages that come from outside a workflow, such as a conversation that its caller keeps."""

from typing import Any, cast

from app.llm.types import Message
from app.runtime.errors import ExpressionError


def conversation(value: Any, expression: str) -> list[Message]:
    """The messages that `expression` gave: objects with a `role` and what was said.

    Raises:
        ExpressionError: it is no list, or holds something else; the message names the place.
    """
    if not isinstance(value, list):
        raise _unfit(expression, "is no list")
    items = cast("list[Any]", value)
    for place, item in enumerate(items):
        if not isinstance(item, dict) or not isinstance(cast("dict[str, Any]", item).get("role"), str):
            raise _unfit(f"{expression}[{place}]", "is no object with a role")
    return items


def _unfit(place: str, fault: str) -> ExpressionError:
    return ExpressionError(
        f"{place} {fault}.", hint="Give a list of messages such as {'role': 'user', 'content': '…'}."
    )
