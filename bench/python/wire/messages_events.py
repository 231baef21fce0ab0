"""The upstream's streams by Anthropic's Messages API, as far as they are text.

https://platform.claude.com/docs/en/build-with-claude/streaming
"""

import functools
from typing import Any

import msgspec

from work import Work, word

MODEL = "claude-sonnet-5-5"


@functools.lru_cache(maxsize=4)
def opening(kind: str) -> bytes:
    """The events before the first token: the message, and its one block."""
    usage = {"input_tokens": 0, "output_tokens": 1, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    message = {
        "id": "msg_bench",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    block = {"type": "text", "text": ""}
    begun = _event("message_start", message=message) + _event("content_block_start", index=0, content_block=block)
    return begun + _event("ping")


@functools.lru_cache(maxsize=4096)
def token(kind: str, index: int) -> bytes:
    """The event of one token."""
    return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": word(index)})


def closing(work: Work) -> bytes:
    """The end of the block and of the message, with the usage."""
    counts = work.usage()
    usage = {"input_tokens": counts["prompt_tokens"], "output_tokens": counts["completion_tokens"]}
    ended = _event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage=usage)
    return _event("content_block_stop", index=0) + ended + _event("message_stop")


def _event(kind: str, **fields: Any) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), msgspec.json.encode({"type": kind, **fields}))
