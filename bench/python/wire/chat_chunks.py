"""The upstream's answers as bytes, in the form that OpenAI sends them, obfuscation padding included.

https://platform.openai.com/docs/api-reference/chat/streaming
"""

import functools
from typing import Any

import msgspec

from work import CALL_ARGUMENTS, FUNCTION, MODEL, Work, words

STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n"
    b"x-request-id: req_bench\r\nopenai-processing-ms: 1\r\n\r\n"
)
STREAM_END = b"0\r\n\r\n"

_ENVELOPE = {
    "id": "chatcmpl-BenchBenchBenchBenchBench0001",
    "object": "chat.completion.chunk",
    "created": 1767225600,
    "model": MODEL,
    "service_tier": "default",
    "system_fingerprint": None,
}


def stream_opening() -> bytes:
    """The event that names the role."""
    return http_chunk(_event({"role": "assistant", "content": "", "refusal": None}))


@functools.lru_cache(maxsize=4096)
def text_write(start: int, end: int) -> bytes:
    """The events of the tokens from `start` up to `end`, as one piece on the wire."""
    return http_chunk(b"".join([_event({"content": word}, pad=index) for index, word in enumerate(words(start, end))]))


@functools.lru_cache(maxsize=16)
def call_write() -> bytes:
    """The events of a function call, its arguments in three pieces."""
    first = {
        "index": 0,
        "id": "call_bench1",
        "type": "function",
        "function": {"name": FUNCTION["name"], "arguments": ""},
    }
    pieces = (CALL_ARGUMENTS[:5], CALL_ARGUMENTS[5:12], CALL_ARGUMENTS[12:])
    rest = [{"index": 0, "function": {"arguments": piece}} for piece in pieces]
    return http_chunk(b"".join([_event({"tool_calls": [call]}) for call in (first, *rest)]))


def stream_closing(work: Work) -> bytes:
    """Finish reason, usage and `[DONE]`; the end of the HTTP body is `STREAM_END`, sent on its own."""
    usage: dict[str, Any] = {**_ENVELOPE, "choices": [], "usage": _usage(work)}
    finish = _event({}, finish_reason="tool_calls" if work.call else "stop")
    return http_chunk(finish + b"data: " + msgspec.json.encode(usage) + b"\n\ndata: [DONE]\n\n")


@functools.lru_cache(maxsize=2048)
def whole_answer(work: Work) -> bytes:
    """The answer in one piece, HTTP head included."""
    message: dict[str, Any] = {"role": "assistant", "content": work.text() or None, "refusal": None, "annotations": []}
    if work.call:
        function = {"name": FUNCTION["name"], "arguments": CALL_ARGUMENTS}
        message["tool_calls"] = [{"id": "call_bench1", "type": "function", "function": function}]
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": "tool_calls" if work.call else "stop",
    }
    envelope = {**_ENVELOPE, "object": "chat.completion"}
    body = msgspec.json.encode({**envelope, "choices": [choice], "usage": _usage(work)})
    return json_answer(body)


def json_answer(body: bytes) -> bytes:
    """A JSON body with its HTTP head."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_bench\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


def http_chunk(payload: bytes) -> bytes:
    """One chunk of a chunked body (RFC 9112, 7.1)."""
    return b"%x\r\n%b\r\n" % (len(payload), payload)


def _event(delta: dict[str, Any], *, finish_reason: str | None = None, pad: int = 0) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    chunk = {**_ENVELOPE, "choices": [choice], "usage": None, "obfuscation": "xK3pQ7aZ"[: 3 + pad % 6]}
    return b"data: " + msgspec.json.encode(chunk) + b"\n\n"


def _usage(work: Work) -> dict[str, Any]:
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
