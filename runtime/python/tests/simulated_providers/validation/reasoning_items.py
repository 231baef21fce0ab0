"""Reasoning that is sent back: what came after it has to be there too, and the other way round.

Source: the API's refusals as people report them, such as https://github.com/vercel/ai/issues/7543,
https://github.com/continuedev/continue/issues/8933 and https://github.com/openai/openai-agents-python/issues/1611
"""

from tests.simulated_providers.errors import ApiError
from tests.simulated_providers.json_values import JsonArray, JsonObject
from tests.simulated_providers.responses.items import encrypted_reasoning
from tests.simulated_providers.responses.stored import IssuedItems, StoredConversations


def check_reasoning_items(items: JsonArray, stored: StoredConversations, issued: IssuedItems) -> None:
    """Raises ApiError for reasoning that cannot be read, or stands apart from what it led to."""
    given: set[str] = set()
    for place, item in enumerate(items):
        if item.get("type") == "reasoning":
            _check_content(item, stored)
            if not _continues(items, place + 1):
                raise ApiError(
                    f"Item '{item.get('id')}' of type 'reasoning' was provided without its required following item.",
                    param="input",
                )
            given.add(str(item.get("id")))
            continue
        item_id = item.get("id")
        needed = issued.reasoning_of(item_id) if isinstance(item_id, str) else None
        if needed is not None and needed not in given:
            raise ApiError(
                f"Item '{item_id}' of type '{item.get('type', 'message')}' was provided without its required "
                f"'reasoning' item: '{needed}'.",
                param="input",
            )


def _check_content(item: JsonObject, stored: StoredConversations) -> None:
    item_id = str(item.get("id"))
    encrypted = item.get("encrypted_content")
    if encrypted is None:
        if stored.find_item(item_id) is None:
            raise ApiError(
                f"Item with id '{item_id}' not found. Items are not persisted when `store` is set to false. Try again "
                "with `store` set to true, or remove this item from your input.",
                param="input",
                status=404,
            )
    elif encrypted != encrypted_reasoning(item_id):
        raise ApiError(
            f"The encrypted content for item {item_id} could not be verified. Reason: Encrypted content could not be "
            "decrypted or parsed.",
            code="invalid_encrypted_content",
        )


def _continues(items: JsonArray, place: int) -> bool:
    """Whether something of the model's stands there, and not of its user's."""
    if place >= len(items):
        return False
    following = items[place]
    if following.get("type", "message") == "message":
        return following.get("role") == "assistant"
    return following["type"] in {"reasoning", "function_call"}
