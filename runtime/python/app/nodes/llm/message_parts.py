"""The parts of a message that is not plain text."""

from collections.abc import Mapping
from typing import Any, cast

from app.nodes.llm.openai_types import JsonObject


def parts_of(message: Mapping[str, Any]) -> list[JsonObject]:
    """Text, images and files, as Chat Completions has them; empty when the content is text alone, or nothing."""
    content: Any = message.get("content")
    if not isinstance(content, list | tuple):
        return []
    return [cast("JsonObject", part) for part in cast("list[Any]", content) if isinstance(part, dict)]
