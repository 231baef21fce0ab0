"""Answers that later requests may refer to."""

from simulated_openai.json_values import JsonObject

MAX_CONVERSATIONS = 1_000


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
