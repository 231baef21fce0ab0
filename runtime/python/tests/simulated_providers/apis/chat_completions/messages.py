"""`messages`: roles, contents, and that tool messages answer the calls before them."""

from collections.abc import Mapping
from typing import Any

from tests.simulated_providers.errors import (
    ApiError,
    empty_array,
    invalid_type,
    invalid_value,
    missing_parameter,
    unknown_parameter,
)
from tests.simulated_providers.json_values import JsonArray, JsonObject, is_array, is_object, objects
from tests.simulated_providers.models import Model

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
MEMBERS: dict[str, set[str]] = {
    "system": {"role", "content", "name"},
    "developer": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {
        "role", "content", "name", "refusal", "audio", "function_call", "tool_calls", "annotations", "parsed",
    },
    "tool": {"role", "content", "tool_call_id", "name"},
    "function": {"role", "content", "name"},
}  # fmt: skip
PART_TYPES: dict[str, tuple[str, ...]] = {
    "system": ("text",),
    "developer": ("text",),
    "user": ("text", "image_url", "input_audio", "file"),
    "assistant": ("text", "refusal"),
    "tool": ("text",),
}


def check_messages(
    values: JsonArray, model: Model, members: Mapping[str, set[str]] | None = MEMBERS
) -> list[JsonObject]:
    """The messages of a request. Raises ApiError for the first thing that is refused. `members` are those that the
    messages of each role may have; None for any.
    """
    if not values:
        raise empty_array("messages")
    messages = [_check_message(value, f"messages[{index}]", model, members) for index, value in enumerate(values)]
    _check_answers(messages)
    return messages


def _check_message(message: Any, place: str, model: Model, members: Mapping[str, set[str]] | None) -> JsonObject:
    if not is_object(message):
        raise invalid_type(place, "an object", message)
    role: Any = message.get("role")
    if role is None:
        raise missing_parameter(f"{place}.role")
    if role not in ROLES:
        raise invalid_value(f"{place}.role", role, ROLES)
    for key in message:
        if members is not None and key not in members[role]:
            raise unknown_parameter(f"{place}.{key}")
    _check_calls(message, place)
    content: Any = message.get("content")
    if content is None:
        _check_absent_content(message, place)
    elif is_array(content) and role in PART_TYPES:
        _check_parts(content, role, place, model)
    elif not isinstance(content, str):
        raise invalid_type(f"{place}.content", "one of a string or array of objects", content)
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        raise missing_parameter(f"{place}.tool_call_id")
    if role == "function" and not isinstance(message.get("name"), str):
        raise missing_parameter(f"{place}.name")
    return message


def _check_absent_content(message: JsonObject, place: str) -> None:
    if message["role"] == "assistant" and any(message.get(key) for key in ("tool_calls", "function_call", "audio")):
        return
    if message["role"] in {"assistant", "function"} and ("content" in message or message.get("refusal")):
        return
    if "content" not in message:
        raise missing_parameter(f"{place}.content")
    raise ApiError(
        "Invalid value for 'content': expected a string, got null.", param=f"{place.replace('[', '.[')}.content"
    )


def _check_parts(parts: JsonArray, role: str, place: str, model: Model) -> None:
    for index, part in enumerate(parts):
        here = f"{place}.content[{index}]"
        if not is_object(part):
            raise invalid_type(here, "an object", part)
        kind: Any = part.get("type")
        if kind is None:
            raise missing_parameter(f"{here}.type")
        if kind not in PART_TYPES[role]:
            raise invalid_value(f"{here}.type", kind, PART_TYPES[role])
        if not part.get(kind) and kind != "text":
            raise missing_parameter(f"{here}.{kind}")
        if kind == "text" and not isinstance(part.get("text"), str):
            raise missing_parameter(f"{here}.text")
        if (kind == "image_url" and not model.vision) or (kind == "input_audio" and not model.audio):
            param = f"messages.{place.removeprefix('messages')}.content.[{index}].type"
            raise ApiError(f"Invalid content type. {kind} is only supported by certain models.", param=param)


def _check_calls(message: JsonObject, place: str) -> None:
    call: Any = message.get("function_call")
    if call is not None and not _is_call(call):
        raise invalid_type(f"{place}.function_call", "an object with a name and arguments", call)
    calls: Any = message.get("tool_calls")
    if calls is None:
        return
    if not is_array(calls):
        raise invalid_type(f"{place}.tool_calls", "an array of objects", calls)
    if not calls:
        raise empty_array(f"{place}.tool_calls")
    for index, each in enumerate(calls):
        here = f"{place}.tool_calls[{index}]"
        if not is_object(each):
            raise invalid_type(here, "an object", each)
        for key in ("id", "type", str(each.get("type", "function"))):
            if key not in each:
                raise missing_parameter(f"{here}.{key}")
        if each["type"] == "function" and not _is_call(each["function"]):
            raise missing_parameter(f"{here}.function.arguments")


def _is_call(value: Any) -> bool:
    return is_object(value) and isinstance(value.get("name"), str) and isinstance(value.get("arguments"), str)


def _check_answers(messages: list[JsonObject]) -> None:
    """Every tool call has its tool message right after it, and every tool message its call."""
    open_calls: dict[str, int] = {}
    answerable: set[str] = set()
    for index, message in enumerate(messages):
        if message["role"] == "tool":
            call_id = message["tool_call_id"]
            if not answerable:
                raise ApiError(
                    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
                    "'tool_calls'.",
                    param=f"messages.[{index}].role",
                )
            if call_id not in answerable:
                raise ApiError(
                    f"Invalid parameter: 'tool_call_id' of '{call_id}' not found in 'tool_calls' of previous message.",
                    param=f"messages.[{index}].tool_call_id",
                )
            open_calls.pop(call_id, None)
            continue
        _refuse_open_calls(open_calls, index)
        answerable = {str(call["id"]) for call in objects(message.get("tool_calls"))}
        open_calls = dict.fromkeys(answerable, index)
    _refuse_open_calls(open_calls, len(messages))


def _refuse_open_calls(open_calls: dict[str, int], index: int) -> None:
    if open_calls:
        raise ApiError(
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            "'tool_call_id'. The following tool_call_ids did not have response messages: "
            f"{', '.join(sorted(open_calls))}",
            param=f"messages.[{index}].role",
        )
