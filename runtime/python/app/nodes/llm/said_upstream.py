"""What an upstream server said of an error, as far as an operator's log may hold it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from app.nodes.llm.chat_wire import ErrorBody

_LONGEST = 300
# What looks like a key or a token, which servers like to repeat.
_SECRET = re.compile(
    r"(?<![\w-])(?:(?:sk|pk|gsk|key|xai|api|token|bearer)[-_ ]\S{3,}|AIza\S{8,}|\S*\*{3,}\S*|[\w-]{32,})", re.I
)
_QUOTED = re.compile(r"(['\"`])(?:(?!\1).){40,}\1", re.DOTALL)
_SHORTEST_PROMPT = 12


class _Asked(Protocol):
    @property
    def messages(self) -> Sequence[Mapping[str, Any]]: ...


def said_upstream(
    error: ErrorBody, *, status: int | None = None, request: _Asked | None = None
) -> dict[str, str] | None:
    """Status, code, type, parameter and sentence of an error, without keys and prompts; None where there is nothing."""
    known = {"status": None if status is None else str(status), "code": error.code, "type": error.type}
    known |= {"param": error.param, "message": _sentence(error.message or "", request)}
    found = {name: value[:_LONGEST] for name, value in known.items() if value}
    return found if found.keys() - {"status"} else None


def _sentence(message: str, request: _Asked | None) -> str:
    for sent in () if request is None else request.messages:
        content: Any = sent.get("content")
        if isinstance(content, str) and len(content) >= _SHORTEST_PROMPT:
            message = message.replace(content, "…")
    message = _QUOTED.sub("'…'", message)
    return _SECRET.sub("…", " ".join(message.split()))
