"""Conversations: what is kept of them, and as the messages of Chat Completions, which answers are drawn from."""

from typing import Any

from tests.simulated_providers.json_values import JsonObject, is_array, objects

MAX_CONVERSATIONS = 1_000
MAX_ITEMS = 10_000
TEXTS = ("input_text", "output_text", "summary_text")


class StoredConversations:
    """The items of conversations by the id of the response that ends them; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._items: dict[str, list[JsonObject]] = {}

    def find(self, response_id: str) -> list[JsonObject] | None:
        """The items up to and including a response, None when it was not stored."""
        return self._items.get(response_id)

    def find_item(self, item_id: str) -> JsonObject | None:
        """The item of an id in any of the conversations."""
        conversations = reversed(self._items.values())
        return next((item for items in conversations for item in items if item.get("id") == item_id), None)

    def keep(self, response_id: str, items: list[JsonObject]) -> None:
        """Stores the items of a conversation."""
        self._items[response_id] = items
        if len(self._items) > MAX_CONVERSATIONS:
            del self._items[next(iter(self._items))]


class IssuedItems:
    """Which reasoning item the items of answers came after, by their ids, whether the answers were stored or not."""

    def __init__(self) -> None:
        self._reasoning: dict[str, str] = {}

    def reasoning_of(self, item_id: str) -> str | None:
        """The id of the reasoning that led to an item; None when it came without any."""
        return self._reasoning.get(item_id)

    def keep(self, items: list[JsonObject]) -> None:
        """Remembers the items of an answer; the oldest are forgotten first."""
        reasoning: str | None = None
        for item in items:
            if item["type"] == "reasoning":
                reasoning = item["id"]
            elif reasoning is not None:
                self._reasoning[item["id"]] = reasoning
        while len(self._reasoning) > MAX_ITEMS:
            del self._reasoning[next(iter(self._reasoning))]


def messages_of(items: list[JsonObject], instructions: str | None = None) -> list[JsonObject]:
    """The instructions and every message, call and output. Reasoning and items of other kinds are passed over."""
    messages = [{"role": "system", "content": instructions}] if instructions else []
    messages.extend(message for item in items if (message := _message(item)))
    return messages


def _message(item: JsonObject) -> JsonObject | None:
    match item.get("type", "message"):
        case "message":
            return {"role": item["role"], "content": _content(item["content"])}
        case "function_call":
            function = {"name": item["name"], "arguments": item["arguments"]}
            call = {"id": item["call_id"], "type": "function", "function": function}
            return {"role": "assistant", "content": None, "tool_calls": [call]}
        case "function_call_output":
            return {"role": "tool", "tool_call_id": item["call_id"], "content": _content(item["output"])}
        case _:
            return None


def _content(content: Any) -> Any:
    return [_part(part) for part in objects(content)] if is_array(content) else content


def _part(part: JsonObject) -> JsonObject:
    if part["type"] in TEXTS:
        return {"type": "text", "text": part["text"]}
    return part
