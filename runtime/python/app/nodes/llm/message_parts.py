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
    """The ids of the calls in a conversation, however they are written."""
    calls: list[Any] = [call for message in messages for call in message.get("tool_calls") or ()]
    return {call["id"] for call in calls if isinstance(call, dict) and isinstance(call.get("id"), str)}  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
