"""How many tokens a prompt has, estimated from its length: for errors, and for calls whose usage nobody reported."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.llm.errors import ContextLengthExceeded
from app.llm.models import ModelFacts
from app.llm.request import parts_of
from app.llm.types import JsonObject
from app.runtime.usage import estimate_tokens

# https://github.com/openai/openai-cookbook, "How to count tokens": what a message costs besides its content.
_PER_MESSAGE = 4
# https://platform.openai.com/docs/guides/images-vision: an image in low detail, and one of 1024 by 1024 pixels.
_LOW_DETAIL_IMAGE, _IMAGE = 85, 765
_LISTED_MESSAGES = 20


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


def locate_tokens(error: ContextLengthExceeded, config: Mapping[str, Any], facts: ModelFacts | None) -> None:
    """Adds where the tokens of the prompt are: `messages` with index, role and estimated tokens, the largest ones if
    there are many, then `other_messages` and `tools`, each with their number and estimated tokens. Nobody's text is in
    them. The estimates are made to sum up to what the provider counted.
    """
    details = error.details
    if details.get("limit") is None and facts is not None:
        details["limit"] = facts.context_window
    messages: Sequence[Mapping[str, Any]] = config.get("messages", [])
    sizes = [message_tokens(message) for message in messages]
    tools = description_tokens(config)
    prompt, functions = details.get("prompt_tokens"), details.get("function_tokens")
    if prompt is not None and functions is not None:
        sizes, tools = _shares(sizes, prompt - functions), functions
    elif prompt is not None:
        *sizes, tools = _shares([*sizes, tools], prompt)
    largest = sorted(range(len(sizes)), key=lambda index: -sizes[index])
    listed = sorted(largest[:_LISTED_MESSAGES])
    details["messages"] = [
        {"index": index, "role": messages[index].get("role"), "estimated_tokens": sizes[index]} for index in listed
    ]
    if len(sizes) > len(listed):
        rest = sum(sizes) - sum(sizes[index] for index in listed)
        details["other_messages"] = {"count": len(sizes) - len(listed), "estimated_tokens": rest}
    if tools:
        count = len(config.get("tools") or ()) + len(config.get("functions") or ())
        details["tools"] = {"count": count, "estimated_tokens": tools}
    if largest:
        first = largest[0]
        role = messages[first].get("role")
        error.hint = f"{error.hint} The largest is messages[{first}] ({role}) with about {sizes[first]} tokens."


def _shares(sizes: Sequence[int], total: int) -> list[int]:
    """The sizes in proportion, as whole numbers that sum up to the total."""
    sum_of_sizes = sum(sizes) or 1
    shares: list[int] = []
    so_far = given = 0
    for size in sizes:
        so_far += size
        shares.append(so_far * total // sum_of_sizes - given)
        given += shares[-1]
    return shares
