"""Short ways to write down what a server streams by Chat Completions, and what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.upstream import DONE, USAGE, event

ONE = '{"city": "Paris"}'
TWO = '{"city": "Oslo"}'
PARIS: Any = ("get_weather", {"city": "Paris"})
OSLO: Any = ("get_weather", {"city": "Oslo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A stream and what it comes to: text, calls and why it ended, or the code of the one error.

    `prompt_tokens` is what the usage says, None where there is none.
    """

    stream: bytes
    text: str = ""
    calls: Sequence[tuple[str, Any]] = ()
    finish_reason: str = "stop"
    code: str | None = None
    prompt_tokens: int | None = 9


def sse(*payloads: Any) -> bytes:
    """Events with these payloads, those that are bytes as they are."""
    return b"".join(payload if isinstance(payload, bytes) else event(payload) for payload in payloads)


def chunk(delta: Any, finish_reason: Any = None, *, choice: Any = None, **more: Any) -> dict[str, Any]:
    """One chunk; `choice` are further members of its choice."""
    choices: Any = [{"index": 0, "delta": delta, "finish_reason": finish_reason, **(choice or {})}]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": choices,
        **more,
    }


def call(arguments: Any = None, name: str | None = "get_weather", **members: Any) -> dict[str, Any]:
    """A delta with a piece of one call."""
    function = {"name": name, "arguments": arguments}
    return {"tool_calls": [{**members, "type": "function", "function": function}]}


SAID = {"content": "Hello"}
TEXT = chunk(SAID)
STOP = chunk({}, "stop")
CALLED = chunk({}, "tool_calls")
COUNTED: Any = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [],
    "usage": USAGE,
}
END: Any = (COUNTED, DONE)
