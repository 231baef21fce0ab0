"""What was asked and said, in the form that OpenTelemetry's conventions have for it.

https://github.com/open-telemetry/semantic-conventions/blob/main/docs/gen-ai/gen-ai-input-messages.json
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.nodes.llm.message_parts import parts_of
from app.nodes.llm.model_answer import ModelAnswer
from app.nodes.llm.openai_types import JsonObject, OpenAIConfig


def input_messages(messages: Sequence[Mapping[str, Any]]) -> list[JsonObject]:
    """The messages of a request. Images and files are named, not recorded."""
    return [{"role": message.get("role"), "parts": _parts(message)} for message in messages]


def output_messages(answer: ModelAnswer) -> list[JsonObject]:
    """What has arrived of an answer."""
    said = "".join(answer.text) or "".join(answer.refusal)
    parts: list[JsonObject] = [_text(said)] if said else []
    parts += [_call(call.id, call.name, "".join(call.arguments)) for call in answer.calls]
    return [{"role": "assistant", "parts": parts, "finish_reason": answer.finish_reason}]


def tool_definitions(config: OpenAIConfig) -> list[JsonObject]:
    """What the model may call."""
    declared: list[Mapping[str, Any]] = [tool.get("function") or tool for tool in config.get("tools") or ()]
    return [{"type": "function", **function} for function in [*declared, *(config.get("functions") or ())]]


def _parts(message: Mapping[str, Any]) -> list[JsonObject]:
    content: Any = message.get("content")
    parts = [_text(content)] if isinstance(content, str) else [_part(part) for part in parts_of(message)]
    match message.get("role"):
        case "tool":
            said = content if isinstance(content, str) else parts
            return [{"type": "tool_call_response", "id": message.get("tool_call_id"), "response": said}]
        case "function":
            return [{"type": "tool_call_response", "id": None, "response": content}]
        case _:
            pass
    parts += [_call(call.get("id"), **call.get("function", {})) for call in message.get("tool_calls") or ()]
    if message.get("function_call"):
        parts.append(_call(None, **message["function_call"]))
    return parts


def _part(part: JsonObject) -> JsonObject:
    match part.get("type"):
        case "text" | "refusal" as kind:
            return _text(part.get(kind))
        case "image_url":
            image: JsonObject = part.get("image_url") or {}
            url = str(image.get("url"))
            return {"type": "image"} if url.startswith("data:") else {"type": "uri", "modality": "image", "uri": url}
        case kind:
            return {"type": kind}


def _text(content: Any) -> JsonObject:
    return {"type": "text", "content": content}


def _call(call_id: str | None, name: str = "", arguments: str = "") -> JsonObject:
    try:
        parsed: Any = msgspec.json.decode(arguments)
    except (msgspec.DecodeError, RecursionError):
        parsed = arguments
    return {"type": "tool_call", "id": call_id, "name": name, "arguments": parsed}
