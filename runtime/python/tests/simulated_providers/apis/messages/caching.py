"""Which part of a prompt is read from the cache, and which is written to it.

Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
"""

import hashlib
from dataclasses import replace
from typing import Any

from tests.simulated_providers.apis.messages.models import ClaudeModel
from tests.simulated_providers.apis.messages.request import MessagesRequest
from tests.simulated_providers.json_values import compact, encode, is_array, is_object, objects
from tests.simulated_providers.tokens import REPLY_START, count_message, count_tokens


class WrittenPrompts:
    """The beginnings of prompts that were marked, up to the last block that is."""

    MOST = 10_000

    def __init__(self) -> None:
        self._written: set[bytes] = set()

    def counted(self, request: MessagesRequest) -> MessagesRequest:
        """The request with what of its prompt was read and written; what is written is read from then on."""
        minimum = request.model.cache_minimum if isinstance(request.model, ClaudeModel) else 0
        beginnings = _beginnings(request)
        cached = max((length for digest, length, _ in beginnings if digest in self._written), default=0)
        marked = [(digest, length) for digest, length, is_marked in beginnings if is_marked and length >= minimum]
        if len(self._written) > self.MOST:
            self._written.clear()
        self._written.update(digest for digest, _ in marked)
        written = max((length for _, length in marked), default=0)
        return replace(request, cached=cached if request.marks else 0, written=max(0, written - cached))


def _beginnings(request: MessagesRequest) -> list[tuple[bytes, int, bool]]:
    """Each beginning that could be cached: what it is, how long, and whether it is marked."""
    body = request.body
    length = REPLY_START + (count_tokens(compact(body["tools"])) if body.get("tools") else 0)
    digest = hashlib.sha256(encode([request.model.id, _unmarked(body.get("tools"))]))
    parts = [("system", body.get("system"))] if body.get("system") else []
    parts += [(message["role"], message["content"]) for message in objects(body["messages"])]
    sizes = _sizes(request)
    beginnings: list[tuple[bytes, int, bool]] = []
    for place, (role, content) in enumerate(parts):
        digest.update(encode([role, _unmarked(content)]))
        length += sizes[place]
        is_last = place == len(parts) - 1
        marked = any("cache_control" in block for block in objects(content))
        beginnings.append((digest.digest(), length, marked or (is_last and body.get("cache_control") is not None)))
    return beginnings


def _sizes(request: MessagesRequest) -> list[int]:
    """The tokens of the system prompt and of each message; one with several results counts as several do."""
    sizes = [count_message(request.messages[0])] if request.body.get("system") else []
    rest = request.messages[len(sizes) :]
    for _, blocks in request.turns:
        results = sum(block["type"] == "tool_result" for block in blocks)
        others = any(block["type"] in ("text", "image", "document", "tool_use") for block in blocks)
        taken, rest = rest[: results + others], rest[results + others :]
        sizes.append(sum(map(count_message, taken)))
    return sizes


def _unmarked(value: Any) -> Any:
    if is_array(value):
        return [_unmarked(item) for item in value]
    if is_object(value):
        return {name: _unmarked(member) for name, member in value.items() if name != "cache_control"}
    return value
