"""How servers write the event of a chunk: OpenAI's way, and what others do differently."""

import json
from typing import Any

import msgspec

# Azure repeats it in every chunk: https://learn.microsoft.com/azure/ai-services/openai/concepts/content-streaming
_FILTERED = {
    name: {"filtered": False, "severity": "safe"} for name in ("hate", "protected_material", "self_harm", "violence")
}
_RUNNING_USAGE = {"prompt_tokens": 42, "completion_tokens": 7, "total_tokens": 49}


def written_by(kind: str, index: int, chunk: dict[str, Any]) -> bytes:
    """The event of the token at `index` in a stream of this kind."""
    match kind:
        case "comments":
            return b": OPENROUTER PROCESSING\n\n" + _event(chunk)
        case "crlf":
            return b"data: " + msgspec.json.encode(chunk) + b"\r\n\r\n"
        case "named":
            return b"event: message\nid: %d\n" % index + _event(chunk)
        case "escaped":
            return b"data: " + json.dumps(chunk).encode() + b"\n\n"
        case "usage":
            return _event({**chunk, "usage": _RUNNING_USAGE})
        case "vendors":
            return _event(_of_another_server(index, chunk))
        case "mixed":
            before = b": ping\n\n" if index % 4 == 1 else b""
            return before + _event({**chunk, "usage": _RUNNING_USAGE} if index % 4 == 3 else chunk)
        case _:
            return _event(chunk)


def _event(chunk: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(chunk) + b"\n\n"


def _of_another_server(index: int, chunk: dict[str, Any]) -> dict[str, Any]:
    """Other keys in another order, by turns."""
    content: str = chunk["choices"][0]["delta"]["content"]
    envelope = {name: chunk[name] for name in ("created", "id", "model", "object")}
    match index % 3:
        case 0:  # Azure
            said = {"delta": {"content": content}, "finish_reason": None, "index": 0, "logprobs": None}
            choices = [{"content_filter_results": _FILTERED, **said}]
            return {"choices": choices, **envelope, "system_fingerprint": "fp_1", "usage": None}
        case 1:  # what fills in every field that there is
            empty = dict.fromkeys(("refusal", "tool_calls", "function_call", "reasoning_content", "annotations"))
            choice = {"index": 0, "delta": {"role": "assistant", "content": content, **empty}, "finish_reason": None}
            return {**envelope, "choices": [choice]}
        case _:  # OpenRouter
            choice = {"index": 0, "delta": {"role": "assistant", "content": content}, "finish_reason": None}
            return {"provider": "OpenAI", **envelope, "choices": [{**choice, "native_finish_reason": None}]}
