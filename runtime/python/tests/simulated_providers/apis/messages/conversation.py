"""`messages` and `system`: what the API checks of them, and the same as the messages of Chat Completions, which answers
are drawn from.

Sources: https://platform.claude.com/docs/en/api/messages, https://platform.claude.com/docs/en/api/errors
"""

from typing import Any

from tests.simulated_providers.apis.messages.errors import at, missing, refusal, wrong_type
from tests.simulated_providers.apis.messages.models import ClaudeModel
from tests.simulated_providers.json_values import JsonArray, JsonObject, compact, is_array, is_object, objects

BLOCKS = {
    "user": frozenset(("text", "image", "document", "search_result", "tool_result")),
    "assistant": frozenset(
        ("text", "thinking", "redacted_thinking", "tool_use", "server_tool_use", "web_search_tool_result")
    ),
    "system": frozenset(("text",)),
}
NEEDED = {
    "text": ("text",),
    "image": ("source",),
    "document": ("source",),
    "tool_use": ("id", "name", "input"),
    "tool_result": ("tool_use_id",),
    "thinking": ("thinking", "signature"),
    "redacted_thinking": ("data",),
}


class IssuedThoughts:
    """The thoughts of answers by their signatures, and those that calls came with."""

    MOST = 10_000

    def __init__(self) -> None:
        self._thoughts: dict[str, str] = {}
        self._of_calls: dict[str, str] = {}

    def keep(self, content: list[JsonObject]) -> None:
        """Remembers the blocks of an answer; the oldest are forgotten first."""
        signatures = [block["signature"] for block in content if block["type"] == "thinking"]
        for block in content:
            if block["type"] == "thinking":
                self._thoughts[block["signature"]] = block["thinking"]
            elif block["type"] == "tool_use" and signatures:
                self._of_calls[block["id"]] = signatures[-1]
        for kept in (self._thoughts, self._of_calls):
            while len(kept) > self.MOST:
                del kept[next(iter(kept))]

    def check(self, turns: list[tuple[str, list[JsonObject]]]) -> None:
        """Raises ApiError for thoughts that were changed, and for calls whose thoughts the last turn leaves out."""
        for index, (_, blocks) in enumerate(turns):
            for place, block in enumerate(blocks):
                if block["type"] != "thinking":
                    continue
                where = f"messages.{index}.content.{place}"
                if block["signature"] not in self._thoughts:
                    raise at(where, "Invalid `signature` in `thinking` block")
                if self._thoughts[block["signature"]] != block["thinking"]:
                    raise at(where, "`thinking` blocks in the latest assistant message cannot be modified")
        nothing: list[JsonObject] = []
        last = next((blocks for role, blocks in reversed(turns) if role == "assistant"), nothing)
        sent = {block["signature"] for block in last if block["type"] == "thinking"}
        for block in last:
            if block["type"] == "tool_use" and self._of_calls.get(block["id"], None) not in {None, *sent}:
                raise refusal("Expected `thinking` or `redacted_thinking`, but found `tool_use`.")


def check_turns(messages: Any, model: ClaudeModel) -> list[tuple[str, list[JsonObject]]]:
    """The messages as roles with blocks. Raises ApiError for the first thing that the API would refuse."""
    if not is_array(messages):
        raise wrong_type("messages", "a valid list")
    if not messages:
        raise at("messages", "at least one message is required")
    turns = [_turn(message, f"messages.{index}", model, index) for index, message in enumerate(messages)]
    if turns[0][0] != "user":
        raise at("messages", "first message must use the `user` role")
    if turns[-1][0] == "assistant" and not model.prefill:
        raise refusal(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    _check_results(turns)
    return turns


def _turn(message: Any, place: str, model: ClaudeModel, index: int) -> tuple[str, list[JsonObject]]:
    if not is_object(message):
        raise wrong_type(place, "a valid dictionary")
    role: Any = message.get("role")
    if role is None:
        raise missing(f"{place}.role")
    if role not in BLOCKS or (role == "system" and (index == 0 or not model.late_system)):
        raise at(f"{place}.role", "Input should be 'user' or 'assistant'")
    for name in message:
        if name not in ("role", "content"):
            raise at(f"{place}.{name}", "Extra inputs are not permitted")
    if "content" not in message:
        raise missing(f"{place}.content")
    blocks = check_content(message["content"], f"{place}.content", BLOCKS[role])
    if not blocks:
        raise at(place, f"{role} messages must have non-empty content")
    return role, blocks


def check_content(content: Any, place: str, taken: frozenset[str]) -> list[JsonObject]:
    """A content as blocks. Raises ApiError for those that the API refuses."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    if not is_array(content):
        raise wrong_type(place, "a valid list")
    return [_block(block, f"{place}.{index}", taken) for index, block in enumerate(content)]


def _block(block: Any, place: str, taken: frozenset[str]) -> JsonObject:
    if not is_object(block):
        raise wrong_type(place, "a valid dictionary")
    kind: Any = block.get("type")
    if kind not in taken:
        tags = ", ".join(f"'{name}'" for name in sorted(taken))
        raise at(place, f"Input tag '{kind}' found using 'type' does not match any of the expected tags: {tags}")
    for name in NEEDED.get(kind, ()):
        if name not in block:
            raise missing(f"{place}.{kind}.{name}")
    if kind == "text" and not block["text"]:
        raise at("messages", "text content blocks must be non-empty")
    if kind == "tool_use" and not is_object(block["input"]):
        raise wrong_type(f"{place}.tool_use.input", "a valid dictionary")
    if kind in ("image", "document"):
        _check_source(block["source"], f"{place}.{kind}.source", kind)
    if kind == "tool_result" and "content" in block:
        check_content(block["content"], f"{place}.tool_result.content", BLOCKS["user"] - {"tool_result"})
    return block


def _check_source(source: Any, place: str, kind: str) -> None:
    of_kind: Any = source.get("type") if is_object(source) else None
    if of_kind == "base64":
        images = ("image/jpeg", "image/png", "image/gif", "image/webp")
        if source.get("media_type") not in (images if kind == "image" else ("application/pdf",)):
            raise at(f"{place}.base64.media_type", "Input should be one of the supported media types")
        if not source.get("data"):
            raise missing(f"{place}.base64.data")
    elif of_kind not in ("url", "file", *(("text", "content") if kind == "document" else ())):
        raise at(place, f"Input tag '{of_kind}' found using 'type' does not match any of the expected tags")


def _check_results(turns: list[tuple[str, list[JsonObject]]]) -> None:
    """Calls are answered right after them, all in one message and before any text."""
    called: list[str] = []
    for index, (role, blocks) in enumerate(turns):
        results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        for place, block in enumerate(blocks):
            where = f"messages.{index}.content.{place}"
            if block["type"] == "tool_result" and block["tool_use_id"] not in called:
                raise at(
                    where,
                    f"unexpected `tool_use_id` found in `tool_result` blocks: {block['tool_use_id']}. Each "
                    "`tool_result` block must have a corresponding `tool_use` block in the previous message.",
                )
            if block["type"] == "tool_result" and place >= len(results):
                raise at(where, "`tool_result` blocks must come first in the message")
        left = [call for call in called if call not in results]
        if left:
            raise at(
                f"messages.{index - 1}",
                f"`tool_use` ids were found without `tool_result` blocks immediately after: {', '.join(left)}. Each "
                "`tool_use` block must have a corresponding `tool_result` block in the next message.",
            )
        called = [block["id"] for block in blocks if block["type"] == "tool_use"] if role == "assistant" else []
    if called:
        raise at(f"messages.{len(turns) - 1}", "`tool_use` ids were found without `tool_result` blocks after them")


def messages_of(system: Any, turns: list[tuple[str, list[JsonObject]]]) -> list[JsonObject]:
    """A conversation as Chat Completions writes it; thoughts are passed over."""
    messages: list[JsonObject] = [{"role": "system", "content": _content(_as_blocks(system))}] if system else []
    for role, blocks in turns:
        results = [block for block in blocks if block["type"] == "tool_result"]
        messages += [
            {
                "role": "tool",
                "tool_call_id": block["tool_use_id"],
                "content": _content(_as_blocks(block.get("content") or "")),
            }
            for block in results
        ]
        said = [block for block in blocks if block["type"] in ("text", "image", "document")]
        calls = [_call(block) for block in blocks if block["type"] == "tool_use"]
        if calls:
            messages.append({"role": role, "content": _content(said) or None, "tool_calls": calls})
        elif said:
            messages.append({"role": role, "content": _content(said)})
    return messages


def turns_of(messages: JsonArray) -> list[tuple[str, list[JsonObject]]]:
    """Messages that were accepted, as roles with blocks."""
    return [(message["role"], _as_blocks(message["content"])) for message in objects(messages)]


def _as_blocks(content: Any) -> list[JsonObject]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else objects(content)


def _call(block: JsonObject) -> JsonObject:
    function = {"name": block["name"], "arguments": compact(block["input"])}
    return {"id": block["id"], "type": "function", "function": function}


def _content(blocks: list[JsonObject]) -> Any:
    if all(block["type"] == "text" for block in blocks):
        return "\n\n".join(block["text"] for block in blocks)
    return [
        {"type": "text", "text": block["text"]} if block["type"] == "text" else {"type": "image_url", "image_url": {}}
        for block in blocks
    ]
