"""What an upstream server said of an error, as far as an operator's log may hold it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.nodes.llm.message_parts import parts_of
from app.runtime.errors import ServiceError

_LONGEST = 300
# What looks like a key or a token, which servers like to repeat.
_SECRET = re.compile(
    r"(?<![\w-])(?:(?:sk|pk|gsk|key|xai|api|token|bearer)[-_ ]\S{3,}|AIza\S{8,}|\S*\*{3,}\S*|[\w-]{32,})", re.I
)
_QUOTED = re.compile(r"(['\"`])(?:(?!\1).){40,}\1", re.DOTALL)
_SHORTEST_PROMPT = 12


def said_upstream(error: ServiceError, messages: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """The members of the error object that came, without keys and without the prompts in `messages`; None for none."""
    told = dict(error.upstream)
    if "message" in told:
        told["message"] = _sentence(told["message"], messages)
    return {name: word[:_LONGEST] for name, word in told.items()} or None


def _sentence(text: str, messages: Sequence[Mapping[str, Any]]) -> str:
    for message in messages:
        parts = [message.get("content"), *(part.get("text") for part in parts_of(message))]
        for prompt in parts:
            if isinstance(prompt, str) and len(prompt) >= _SHORTEST_PROMPT:
                text = text.replace(prompt, "…")
    text = _QUOTED.sub("'…'", text)
    return _SECRET.sub("…", " ".join(text.split()))
