"""`input`: text, or items of a conversation, in which calls and outputs, reasoning and what it led to belong together.

Source on reasoning: the API's refusals as people report them, such as https://github.com/vercel/ai/issues/7543,
https://github.com/continuedev/continue/issues/8933 and https://github.com/openai/openai-agents-python/issues/1611
"""

import base64
from typing import Any

from tests.simulated_providers.apis.responses.conversation import IssuedItems, StoredConversations
from tests.simulated_providers.errors import ApiError, invalid_type, invalid_value, missing_parameter, unknown_parameter
from tests.simulated_providers.json_values import JsonArray, JsonObject, is_array, is_object
from tests.simulated_providers.models import Model

ROLES = ("assistant", "system", "developer", "user")
ITEMS: dict[str, tuple[set[str], set[str]]] = {
    # What an item must have, and what it may have.
    "message": ({"role", "content"}, {"type", "id", "status", "phase"}),
    "function_call": ({"call_id", "name", "arguments"}, {"type", "id", "status", "namespace", "caller"}),
    "function_call_output": ({"call_id", "output"}, {"type", "id", "status", "name", "namespace", "caller"}),
    "reasoning": ({"summary"}, {"type", "id", "status", "content", "encrypted_content"}),
    "item_reference": ({"id"}, {"type"}),
}
PARTS: dict[str, tuple[str, ...]] = {
    "assistant": ("output_text", "refusal"),
    "user": ("input_text", "input_image", "input_file"),
    "system": ("input_text", "input_image", "input_file"),
    "developer": ("input_text", "input_image", "input_file"),
}
EVERY_PART = (
    "input_text", "input_image", "output_text", "refusal", "input_file", "computer_screenshot", "summary_text",
)  # fmt: skip


def check_input(value: Any, model: Model) -> list[JsonObject]:
    """The items of an input. Raises ApiError for the first thing OpenAI refuses."""
    if isinstance(value, str):
        return [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": value}]}]
    if not is_array(value):
        raise invalid_type("input", "one of a string or array of input items", value)
    return [_check_item(item, f"input[{index}]", model) for index, item in enumerate(value)]


def _check_item(item: Any, place: str, model: Model) -> JsonObject:
    if not is_object(item):
        raise invalid_type(place, "an object", item)
    kind: Any = item.get("type") or ("message" if "role" in item else None)
    if kind is None:
        raise missing_parameter(f"{place}.type")
    if kind not in ITEMS:
        raise invalid_value(place, kind, tuple(ITEMS))
    needed, further = ITEMS[kind]
    for key in item:
        if key not in needed | further:
            raise unknown_parameter(f"{place}.{key}")
    for key in sorted(needed):
        if item.get(key) is None:
            raise missing_parameter(f"{place}.{key}")
    match kind:
        case "message":
            _check_message(item, place, model)
        case "function_call":
            _check_texts(item, ("call_id", "name", "arguments"), place)
        case "function_call_output":
            _check_texts(item, ("call_id",), place)
            _check_content(item["output"], f"{place}.output", PARTS["user"], model)
        case _:
            pass
    return item


def _check_message(item: JsonObject, place: str, model: Model) -> None:
    if item["role"] not in ROLES:
        raise invalid_value(place, item["role"], ROLES)
    _check_content(item["content"], f"{place}.content", PARTS[item["role"]], model)


def _check_texts(item: JsonObject, names: tuple[str, ...], place: str) -> None:
    for name in names:
        if not isinstance(item[name], str):
            raise invalid_type(f"{place}.{name}", "a string", item[name])


def _check_content(content: Any, place: str, allowed: tuple[str, ...], model: Model) -> None:
    if isinstance(content, str):
        return
    if not is_array(content):
        raise invalid_type(place, "one of an array of objects or string", content)
    for index, part in enumerate(content):
        _check_part(part, f"{place}[{index}]", allowed, model)


def _check_part(part: Any, place: str, allowed: tuple[str, ...], model: Model) -> None:
    if not is_object(part):
        raise invalid_type(place, "an object", part)
    kind: Any = part.get("type")
    if kind is None:
        raise missing_parameter(f"{place}.type")
    if kind not in EVERY_PART:
        raise invalid_value(place, kind, EVERY_PART)
    if kind not in allowed:
        raise invalid_value(place, kind, allowed)
    if kind in {"input_text", "output_text", "refusal"}:
        name = "refusal" if kind == "refusal" else "text"
        if part.get(name) is None:
            raise missing_parameter(f"{place}.{name}")
        _check_texts(part, (name,), place)
    if kind == "input_image":
        _check_image(part, place, model)


def _check_image(part: JsonObject, place: str, model: Model) -> None:
    if not model.vision:
        raise ApiError("Invalid content type. image_url is only supported by certain models.", param=place)
    if part.get("image_url") is None and part.get("file_id") is None:
        raise missing_parameter(f"{place}.image_url")
    if is_object(part.get("image_url")):
        raise invalid_type(f"{place}.image_url", "an image URL", part["image_url"])


def resolve(items: list[JsonObject], stored: StoredConversations) -> list[JsonObject]:
    """The items with those in place that others refer to. Raises ApiError for one that was not stored."""
    return [_stored(item["id"], stored) if item.get("type") == "item_reference" else item for item in items]


def _stored(item_id: str, stored: StoredConversations) -> JsonObject:
    item = stored.find_item(item_id)
    if item is None:
        raise ApiError(f"Item with id '{item_id}' not found.", param="input", status=404)
    return item


def check_pairs(items: JsonArray) -> None:
    """Raises ApiError for an output without its call, or a call without its output."""
    calls: list[str] = [item["call_id"] for item in items if item.get("type") == "function_call"]
    outputs: list[str] = [item["call_id"] for item in items if item.get("type") == "function_call_output"]
    for call_id in outputs:
        if call_id not in calls:
            raise ApiError(f"No tool call found for function call output with call_id {call_id}.", param="input")
    for call_id in calls:
        if call_id not in outputs:
            raise ApiError(f"No tool output found for function call {call_id}.", param="input")


def check_reasoning_items(items: JsonArray, stored: StoredConversations, issued: IssuedItems) -> None:
    """Raises ApiError for reasoning that cannot be read, or stands apart from what it led to."""
    given: set[str] = set()
    for place, item in enumerate(items):
        if item.get("type") == "reasoning":
            _check_readable(item, stored)
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


def encrypted_reasoning(reasoning_id: str) -> str:
    """The encrypted content of a reasoning item: nothing but its name, which can be verified."""
    return base64.urlsafe_b64encode(f"reasoning of {reasoning_id}".encode()).decode()


def _check_readable(item: JsonObject, stored: StoredConversations) -> None:
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
