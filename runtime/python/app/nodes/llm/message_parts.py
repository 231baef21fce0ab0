"""The parts of a message that is not plain text."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from app.nodes.llm.openai_types import JsonObject


def parts_of(message: Mapping[str, Any]) -> list[JsonObject]:
    """Text, images and files, as Chat Completions has them; empty when the content is text alone, or nothing."""
    content: Any = message.get("content")
    if not isinstance(content, list | tuple):
        return []
    return [cast("JsonObject", part) for part in cast("list[Any]", content) if isinstance(part, dict)]


def call_ids(messages: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids of the calls in a conversation, as far as they are written as the API has them."""
    ids: set[str] = set()
    for message in messages:
        calls = message.get("tool_calls")
        for call in cast("list[Any]", calls) if isinstance(calls, list) else ():
            match call:
                case {"id": str() as call_id}:
                    ids.add(call_id)
                case _:
                    pass
    return ids
