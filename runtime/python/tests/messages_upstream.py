"""What the Messages API sends, piece by piece, for scripted servers and decoders."""

import json
from typing import Any

from tests.upstream import head

BEGUN_USAGE = {
    "input_tokens": 5,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 4,
    "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
    "output_tokens": 1,
    "service_tier": "standard",
}
END_USAGE = {"output_tokens": 2, "output_tokens_details": {"thinking_tokens": 1}}
USAGE = {**BEGUN_USAGE, **END_USAGE}
COUNTS: Any = {
    "prompt_tokens": 9,
    "completion_tokens": 2,
    "total_tokens": 11,
    "cached_tokens": 4,
    "reasoning_tokens": 1,
}


def named(kind: str, **members: Any) -> bytes:
    """One event as Anthropic sends it."""
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), json.dumps({"type": kind, **members}).encode())


def message(*blocks: Any, stop_reason: str | None = "end_turn", **more: Any) -> dict[str, Any]:
    """A message."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-x",
        "content": list(blocks),
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "stop_details": None,
        "usage": USAGE,
        **more,
    }


def text_block(text: str) -> dict[str, Any]:
    """A block of text."""
    return {"type": "text", "text": text}


def thinking_block(thinking: str, signature: str = "sig") -> dict[str, Any]:
    """A block of what the model thinks."""
    return {"type": "thinking", "thinking": thinking, "signature": signature}


def call_block(call_id: str, name: str, arguments: Any) -> dict[str, Any]:
    """A call."""
    return {"type": "tool_use", "id": call_id, "name": name, "input": arguments}


START = named("message_start", message=message(stop_reason=None, usage=BEGUN_USAGE))
PING = named("ping")


_EMPTY: dict[str, dict[str, Any]] = {
    "text": {"text": ""},
    "tool_use": {"input": {}},
    "thinking": {"thinking": "", "signature": ""},
}


def began(index: int, block: dict[str, Any]) -> bytes:
    """A block begins, with nothing in it yet."""
    return named("content_block_start", index=index, content_block={**block, **_EMPTY.get(block["type"], {})})


def delta(index: int, kind: str, **piece: Any) -> bytes:
    """A piece of a block."""
    return named("content_block_delta", index=index, delta={"type": kind, **piece})


def text(piece: str, index: int = 0) -> bytes:
    """A piece of text."""
    return delta(index, "text_delta", text=piece)


def thought(piece: str, index: int = 0) -> bytes:
    """A piece of what the model thinks."""
    return delta(index, "thinking_delta", thinking=piece)


def arguments(piece: str, index: int = 0) -> bytes:
    """A piece of a call's arguments."""
    return delta(index, "input_json_delta", partial_json=piece)


def stopped(index: int = 0) -> bytes:
    """A block ends."""
    return named("content_block_stop", index=index)


def finish(stop_reason: str = "end_turn", **more: Any) -> bytes:
    """Why there is no more, and what it has used."""
    ended = {"stop_reason": stop_reason, "stop_sequence": None, "stop_details": None, **more}
    return named("message_delta", delta=ended, usage=END_USAGE)


STOP = named("message_stop")
BEGUN = START + PING + began(0, text_block(""))
HELLO = BEGUN + text("Hel") + text("lo") + stopped() + finish() + STOP


def called(index: int, call_id: str, name: str, *pieces: str) -> bytes:
    """A call from its beginning to its end."""
    block = began(index, call_block(call_id, name, {}))
    return block + b"".join(arguments(piece, index) for piece in pieces) + stopped(index)


def error(kind: str, words: str = "words of the provider sk-secret") -> bytes:
    """An error in the middle of a stream."""
    return named("error", error={"type": kind, "message": words}, request_id="req_1")


def refusal(kind: str, words: str = "words of the provider sk-secret", **more: Any) -> bytes:
    """The body of an answer that refuses the request."""
    return json.dumps({"type": "error", "error": {"type": kind, "message": words, **more}, "request_id": "r"}).encode()


def whole(*blocks: Any, **more: Any) -> bytes:
    """A message in one piece."""
    return json.dumps(message(*blocks, **more)).encode()


WHOLE = head(content_type="application/json") + whole(text_block("Hello"))
STREAM = head() + HELLO
