"""The upstream's answers by Chat Completions, in the form that OpenAI sends them, obfuscation padding included.

https://platform.openai.com/docs/api-reference/chat/streaming
"""

import functools
from typing import Any

import msgspec

from wire.framing import json_answer
from wire.vendors import written_by
from work import FUNCTION, JSON_BEGIN, JSON_END, MODEL, PATTERNS, Work, escaped, word

_ENVELOPE = {
    "id": "chatcmpl-BenchBenchBenchBenchBench0001",
    "object": "chat.completion.chunk",
    "created": 1767225600,
    "model": MODEL,
    "service_tier": "default",
    "system_fingerprint": None,
}


@functools.lru_cache(maxsize=64)
def opening(kind: str) -> bytes:
    """The events before the first token: the role, and the beginning of every call."""
    first = event({"role": "assistant", "content": "", "refusal": None})
    if kind == "json":
        return first + event({"content": JSON_BEGIN})
    calls = [mark for mark in sorted({*PATTERNS[kind]}) if mark.isdigit()]
    return first + b"".join([_call_begins(mark) for mark in calls])


@functools.lru_cache(maxsize=4096)
def token(kind: str, index: int) -> bytes:
    """The event of one token."""
    pattern = PATTERNS[kind]
    mark = pattern[index % len(pattern)]
    if mark == "t":
        delta: dict[str, Any] = {"content": escaped(word(index)) if kind == "json" else word(index)}
    elif mark == "-":
        delta = {"content": None, "reasoning_content": word(index)}
    else:
        delta = _arguments(mark, escaped(word(index)))
    return written_by(kind, index, chunk(delta, pad=index))


def closing(work: Work) -> bytes:
    """The end of every call, finish reason, usage and `[DONE]`; instead of it all an error, if the work wants one."""
    if work.kind == "error":
        return b'data: {"error":{"message":"The server had an error","type":"server_error","code":null}}\n\n'
    calls = [mark for mark in sorted({*PATTERNS[work.kind]}) if mark.isdigit()]
    ends = b"".join([event(_arguments(mark, JSON_END)) for mark in calls])
    if work.kind == "json":
        ends = event({"content": JSON_END})
    finish = event({}, finish_reason="tool_calls" if calls else "stop")
    usage: dict[str, Any] = {**_ENVELOPE, "choices": [], "usage": usage_of(work)}
    return ends + finish + b"data: " + msgspec.json.encode(usage) + b"\n\ndata: [DONE]\n\n"


@functools.lru_cache(maxsize=2048)
def whole_answer(work: Work) -> bytes:
    """The answer in one piece, HTTP head included."""
    message: dict[str, Any] = {"role": "assistant", "content": work.text() or None, "refusal": None, "annotations": []}
    calls = [
        {
            "id": f"call_bench{number}",
            "type": "function",
            "function": {"name": FUNCTION["name"], "arguments": arguments},
        }
        for number, arguments in enumerate(work.arguments())
    ]
    if calls:
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls" if calls else "stop"}
    envelope = {**_ENVELOPE, "object": "chat.completion"}
    return json_answer(msgspec.json.encode({**envelope, "choices": [choice], "usage": usage_of(work)}))


def event(delta: dict[str, Any], *, finish_reason: str | None = None) -> bytes:
    """An event as OpenAI writes it."""
    return b"data: " + msgspec.json.encode(chunk(delta, finish_reason=finish_reason)) + b"\n\n"


def chunk(delta: dict[str, Any], *, finish_reason: str | None = None, pad: int = 0) -> dict[str, Any]:
    """The object of one event."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return {**_ENVELOPE, "choices": [choice], "usage": None, "obfuscation": "xK3pQ7aZ"[: 3 + pad % 6]}


def usage_of(work: Work) -> dict[str, Any]:
    """The token counts with their details."""
    return {
        **work.usage(),
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _call_begins(mark: str) -> bytes:
    function = {"name": FUNCTION["name"], "arguments": ""}
    first = {"index": int(mark), "id": f"call_bench{mark}", "type": "function", "function": function}
    return event({"tool_calls": [first]}) + event(_arguments(mark, JSON_BEGIN))


def _arguments(mark: str, piece: str) -> dict[str, Any]:
    return {"tool_calls": [{"index": int(mark), "function": {"arguments": piece}}]}
