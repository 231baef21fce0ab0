"""The upstream's streams by the Responses API.

https://platform.openai.com/docs/api-reference/responses-streaming
"""

import functools
from typing import Any

import msgspec

from work import FUNCTION, JSON_BEGIN, JSON_END, MODEL, PATTERNS, Work, escaped, word

_RESPONSE: dict[str, Any] = {
    "id": "resp_bench",
    "object": "response",
    "created_at": 1767225600,
    "status": "in_progress",
    "model": MODEL,
    "output": [],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "error": None,
    "incomplete_details": None,
    "instructions": None,
    "metadata": {},
    "temperature": 1.0,
    "top_p": 1.0,
}
_REASONING, _MESSAGE, _FIRST_CALL = range(3)


@functools.lru_cache(maxsize=64)
def opening(kind: str) -> bytes:
    """The events before the first token: the response, and each of its items."""
    begun = _event("response.created", response=_RESPONSE) + _event("response.in_progress", response=_RESPONSE)
    return begun + b"".join([_item_begins(mark) for mark in sorted({*PATTERNS[kind]})])


@functools.lru_cache(maxsize=4096)
def token(kind: str, index: int) -> bytes:
    """The event of one token."""
    pattern = PATTERNS[kind]
    mark = pattern[index % len(pattern)]
    pad = "xK3pQ7aZ"[: 3 + index % 6]
    if mark.isdigit():
        return _arguments(mark, escaped(word(index)), pad)
    if mark == "-":
        place = {"item_id": "rs_bench", "output_index": _REASONING, "summary_index": 0}
        return _event("response.reasoning_summary_text.delta", **place, delta=word(index), obfuscation=pad)
    place = {"item_id": "msg_bench", "output_index": _MESSAGE, "content_index": 0}
    return _event("response.output_text.delta", **place, delta=word(index), logprobs=[], obfuscation=pad)


def closing(work: Work) -> bytes:
    """The end of every item and of the response, with the usage."""
    items = [_item(mark, work) for mark in sorted({*PATTERNS[work.kind]})]
    ends = [_arguments(mark, JSON_END, "xK3") for mark in sorted({*PATTERNS[work.kind]}) if mark.isdigit()]
    ends += [_event("response.output_item.done", output_index=index, item=item) for index, item in items]
    counts = work.usage()
    usage = {
        "input_tokens": counts["prompt_tokens"],
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": counts["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": counts["total_tokens"],
    }
    response = {**_RESPONSE, "status": "completed", "output": [item for _, item in items], "usage": usage}
    return b"".join(ends) + _event("response.completed", response=response)


def _event(kind: str, **fields: Any) -> bytes:
    payload = msgspec.json.encode({"type": kind, "sequence_number": 1, **fields})
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), payload)


def _arguments(mark: str, piece: str, pad: str) -> bytes:
    place = {"item_id": f"fc_bench{mark}", "output_index": _FIRST_CALL + int(mark)}
    return _event("response.function_call_arguments.delta", **place, delta=piece, obfuscation=pad)


def _item_begins(mark: str) -> bytes:
    index, item = _item(mark, None)
    begun = _event("response.output_item.added", output_index=index, item=item)
    return begun + (_arguments(mark, JSON_BEGIN, "xK3") if mark.isdigit() else b"")


def _item(mark: str, work: Work | None) -> tuple[int, dict[str, Any]]:
    """An item and its place: complete with the work, as it begins without."""
    status = "completed" if work else "in_progress"
    if mark == "-":
        return _REASONING, {"id": "rs_bench", "type": "reasoning", "summary": []}
    if mark == "t":
        texts = [{"type": "output_text", "text": work.text(), "annotations": list[Any]()}] if work else []
        return _MESSAGE, {"id": "msg_bench", "type": "message", "status": status, "role": "assistant", "content": texts}
    call = {"id": f"fc_bench{mark}", "type": "function_call", "status": status, "call_id": f"call_bench{mark}"}
    arguments = work.arguments()[int(mark)] if work else ""
    return _FIRST_CALL + int(mark), {**call, "name": FUNCTION["name"], "arguments": arguments}
