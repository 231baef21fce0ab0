"""Answers that later requests may refer to."""

from tests.simulated_providers.json_values import JsonObject

MAX_CONVERSATIONS = 1_000
MAX_ITEMS = 10_000


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
