"""What of a prompt is cached.

https://platform.claude.com/docs/en/build-with-claude/prompt-caching
"""

from collections.abc import Mapping
from typing import Any, cast

from app.llm.models import ModelFacts
from app.llm.tokens import json_tokens
from app.llm.types import JsonObject

_LEAST = 1_024
_MARK: JsonObject = {"type": "ephemeral"}


def mark_cached(body: JsonObject, cache: Any, facts: ModelFacts | None) -> None:
    """Marks what is to be cached in a request's body, unless it is marked by hand.

    Of its own accord it is what is likely to be sent again, where that is as long as the model's least: all of a
    conversation that has turns of the model or may call functions, as its next request repeats it; else instructions
    and tools, which other conversations begin with too. To write to the cache costs a quarter more, to read a tenth.
    """
    if cache == "off" or _is_marked(body):
        return
    if isinstance(cache, dict):
        body["cache_control"] = {**_MARK, **cast("JsonObject", cache)}
        return
    least = _LEAST if facts is None or facts.cache_minimum is None else facts.cache_minimum
    before = json_tokens([body.get("tools"), body.get("system")])
    turns: list[JsonObject] = body["messages"]
    goes_on = bool(body.get("tools")) or any(turn["role"] == "assistant" for turn in turns)
    if goes_on and before + json_tokens(turns) >= least:
        body["cache_control"] = _MARK
    elif before >= least and body.get("system"):
        body["system"] = _marked_at_end(body["system"])


def _marked_at_end(system: str | list[JsonObject]) -> list[JsonObject]:
    blocks: list[JsonObject] = [{"type": "text", "text": system}] if isinstance(system, str) else system
    return [*blocks[:-1], {**blocks[-1], "cache_control": _MARK}]


def _is_marked(body: Mapping[str, Any]) -> bool:
    contents = [body.get("system"), body.get("tools"), *(turn["content"] for turn in body["messages"])]
    blocks = [block for content in contents if isinstance(content, list) for block in cast("list[Any]", content)]
    return "cache_control" in body or any(isinstance(block, dict) and "cache_control" in block for block in blocks)
