"""How many tokens a prompt has, estimated from its length: for errors, and for calls whose usage nobody reported."""

from collections.abc import Mapping
from typing import Any

import msgspec

from app.llm.request import parts_of
from app.llm.types import JsonObject
from app.runtime.usage import estimate_tokens

# https://github.com/openai/openai-cookbook, "How to count tokens": what a message costs besides its content.
_PER_MESSAGE = 4
# https://platform.openai.com/docs/guides/images-vision: an image in low detail, and one of 1024 by 1024 pixels.
_LOW_DETAIL_IMAGE, _IMAGE = 85, 765


def prompt_tokens(config: Mapping[str, Any]) -> int:
    """The tokens of all that a config tells the model."""
    return sum(message_tokens(message) for message in config.get("messages", ())) + description_tokens(config)


def description_tokens(config: Mapping[str, Any]) -> int:
    """The tokens of functions and of the form of the answer."""
    described = {name: config[name] for name in ("tools", "functions", "response_format") if config.get(name)}
    return json_tokens(described) if described else 0


def message_tokens(message: Mapping[str, Any]) -> int:
    """The tokens of one message with its calls; an image counts by its detail, not by its bytes."""
    content: Any = message.get("content")
    tokens = _PER_MESSAGE + (text_tokens(content) if isinstance(content, str) else 0)
    tokens += sum(_part_tokens(part) for part in parts_of(message))
    tokens += sum(text_tokens(str(message[name])) for name in ("name", "refusal") if message.get(name))
    thought = [message.get(name) for name in ("reasoning_content", "reasoning", "reasoning_details")]
    items = message.get("response_items") or message.get("content_blocks")
    calls = items or [message.get("tool_calls"), message.get("function_call"), *thought]
    return tokens + sum(json_tokens(call) for call in calls if call)


def _part_tokens(part: JsonObject) -> int:
    match part.get("type"):
        case "text" | "refusal" as kind:
            return text_tokens(str(part.get(kind, "")))
        case "image_url":
            image: JsonObject = part.get("image_url") or {}
            return _LOW_DETAIL_IMAGE if image.get("detail") == "low" else _IMAGE
        case _:
            return json_tokens(part)


def text_tokens(text: str) -> int:
    """The tokens of a text."""
    # By bytes: other scripts than Latin take about as many tokens as their UTF-8 suggests.
    return estimate_tokens(len(text.encode("utf-8", "replace")))


def json_tokens(value: Any) -> int:
    """The tokens of a value as JSON."""
    return estimate_tokens(len(msgspec.json.encode(value)))
