"""Messages that come from outside a workflow, such as a conversation that its caller keeps."""

import re
from typing import Any, cast

from app.llm.types import Message
from app.runtime.errors import ExpressionError, InvalidInput, ServiceError

_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_OF_THE_INPUT = re.compile(r"\{\{\s*input((?:\.\w+)+)\s*\}\}")


def conversation(value: Any, expression: str) -> list[Message]:
    """The messages that `expression` gave: objects with a `role` and what was said, as far as all servers want it.

    Raises:
        InvalidInput: it is of the input, and no list, or holds something else.
        ExpressionError: so is what another step gave; the message names the place.
    """
    if not isinstance(value, list):
        raise _unfit(expression, None, "is no list")
    items = cast("list[Any]", value)
    for place, item in enumerate(items):
        if fault := _fault(item):
            raise _unfit(expression, place, fault)
    return items


def _fault(item: Any) -> str | None:
    """What every server would refuse of a message."""
    match item:
        case {"role": str(role)} if role not in _ROLES:
            return f"has none of the roles {', '.join(_ROLES)}"
        case {"role": "tool", "content": str() | list()} if not isinstance(item.get("tool_call_id"), str):
            return "does not say with `tool_call_id` of which call it is the result"
        case {"role": "assistant"} | {"role": str(), "content": str() | list()}:
            return None
        case {"role": str()}:
            return "has no `content`"
        case _:
            return "is no object with a role"


def _unfit(expression: str, place: int | None, fault: str) -> ServiceError:
    hint = "Give a list of messages such as {'role': 'user', 'content': '…'}."
    if sent := _OF_THE_INPUT.fullmatch(expression):
        pointer = sent[1].replace(".", "/") + ("" if place is None else f"/{place}")
        problems = [{"in": "body", "pointer": pointer, "detail": f"It {fault}."}]
        return InvalidInput("The input holds what is no conversation.", hint=hint, errors=problems)
    return ExpressionError(f"{expression}{'' if place is None else f'[{place}]'} {fault}.", hint=hint)
