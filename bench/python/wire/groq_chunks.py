"""The upstream's streams as Groq writes them: Chat Completions without padding, the usage in the last chunk's `x_groq`.

https://console.groq.com/docs/api-reference#chat-create
"""

import functools
from typing import Any

import msgspec

from work import Work, word

_ENVELOPE = {
    "id": "chatcmpl-bench",
    "object": "chat.completion.chunk",
    "created": 1767225600,
    "model": "openai/gpt-oss-120b",
    "system_fingerprint": "fp_bench",
}


@functools.lru_cache(maxsize=4)
def opening(kind: str) -> bytes:
    """The event before the first token."""
    return _chunk({"role": "assistant", "content": ""}, x_groq={"id": "req_bench"})


@functools.lru_cache(maxsize=4096)
def token(kind: str, index: int) -> bytes:
    """The event of one token."""
    return _chunk({"content": word(index)})


def closing(work: Work) -> bytes:
    """The finish reason with the usage, and `[DONE]`."""
    told = {"id": "req_bench", "usage": {"queue_time": 0.01, **work.usage(), "total_time": 0.02}}
    return _chunk({}, finish_reason="stop", x_groq=told) + b"data: [DONE]\n\n"


def _chunk(delta: dict[str, Any], *, finish_reason: str | None = None, **further: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return b"data: %b\n\n" % msgspec.json.encode({**_ENVELOPE, "choices": [choice], **further})
