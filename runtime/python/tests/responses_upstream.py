"""What the Responses API sends, piece by piece, for scripted servers and decoders."""

import json
from collections.abc import Sequence
from typing import Any

from tests.upstream import head

USAGE = {
    "input_tokens": 9,
    "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 0},
    "output_tokens": 2,
    "output_tokens_details": {"reasoning_tokens": 1},
    "total_tokens": 11,
}
COUNTS: Any = {
    "prompt_tokens": 9,
    "completion_tokens": 2,
    "total_tokens": 11,
    "cached_tokens": 4,
    "reasoning_tokens": 1,
}


def named(kind: str, **members: Any) -> bytes:
    """One event as OpenAI sends it."""
    return b"event: %b\ndata: %b\n\n" % (kind.encode(), json.dumps({"type": kind, **members}).encode())


def response(output: Sequence[Any] = (), status: str = "completed", **more: Any) -> dict[str, Any]:
    """A response object."""
    return {
        "id": "resp_1",
        "object": "response",
        "model": "gpt-x",
        "status": status,
        "error": None,
        "incomplete_details": None,
        "output": list(output),
        "usage": USAGE,
        **more,
    }


def message(*texts: str, refusal: str | None = None) -> dict[str, Any]:
    """A message item."""
    content: list[Any] = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    if refusal is not None:
        content.append({"type": "refusal", "refusal": refusal})
    return {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant", "content": content}


def call(call_id: str | None, name: str | None, arguments: str, item_id: str = "fc_1") -> dict[str, Any]:
    """A function call item."""
    item = {"id": item_id, "type": "function_call", "status": "completed", "call_id": call_id, "name": name}
    return {**item, "arguments": arguments}


REASONING: dict[str, Any] = {"id": "rs_1", "type": "reasoning", "summary": []}


def added(index: int, item: dict[str, Any]) -> bytes:
    """An item is announced, with nothing in it yet."""
    empty: dict[str, Any] = (
        {"content": []} if item["type"] == "message" else {"arguments": ""} if "arguments" in item else {}
    )
    return named("response.output_item.added", output_index=index, item={**item, **empty, "status": "in_progress"})


def done(index: int, item: dict[str, Any]) -> bytes:
    """An item is complete."""
    return named("response.output_item.done", output_index=index, item=item)


def text(delta: str, index: int = 0, *, part: int = 0) -> bytes:
    """A piece of text."""
    place: dict[str, Any] = {"item_id": f"msg_{index}", "output_index": index, "content_index": part, "logprobs": []}
    return named("response.output_text.delta", **place, delta=delta)


def arguments(delta: str, index: int = 0, item_id: str = "fc_1") -> bytes:
    """A piece of a call's arguments."""
    return named("response.function_call_arguments.delta", item_id=item_id, output_index=index, delta=delta)


def ended(*output: Any, status: str = "completed", **more: Any) -> bytes:
    """The terminal event."""
    return named(f"response.{status}", response=response(output, status, **more))


def incomplete(reason: str, *output: Any) -> bytes:
    """The terminal event of an answer that was cut short."""
    return ended(*output, status="incomplete", incomplete_details={"reason": reason})


def failed(code: str, words: str = "words of the provider sk-secret") -> bytes:
    """The terminal event of a response that failed."""
    return ended(status="failed", error={"code": code, "message": words})


CREATED = named("response.created", response=response(status="in_progress", usage=None)) + named(
    "response.in_progress", response=response(status="in_progress", usage=None)
)
PART: dict[str, Any] = {"type": "output_text", "text": "", "annotations": []}
BEGUN = (
    CREATED
    + added(0, message())
    + named("response.content_part.added", item_id="msg_0", output_index=0, content_index=0, part=PART)
)
HELLO = BEGUN + text("Hel") + text("lo") + done(0, message("Hello")) + ended(message("Hello"))


def whole(*output: Any, status: str = "completed", **more: Any) -> bytes:
    """A response in one piece."""
    return json.dumps(response(output, status, **more)).encode()


WHOLE = head(content_type="application/json") + whole(message("Hello"))
STREAM = head() + HELLO
