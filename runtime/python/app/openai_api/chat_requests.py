"""Requests of Chat Completions: https://platform.openai.com/docs/api-reference/chat/create

What models are set with, such as `temperature`, is the workflow's affair: such parameters are taken and mean nothing,
as do those that nobody knows.
"""

from typing import Any, cast

from app.openai_api.errors import BadRequest
from app.openai_api.paired_calls import paired
from app.openai_api.requests import Asked, JsonObject, check_name, member, model_of, refuse

_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_SPOKEN = ("role", "content", "name")
_MEMBERS = {
    "assistant": (*_SPOKEN, "refusal", "audio", "function_call", "tool_calls"),
    "tool": ("role", "content", "tool_call_id"),
}
"""What messages may have beyond what all have; models' APIs refuse what clients write there for themselves."""
_PARTS = {
    "text": "text",
    "refusal": "refusal",
    "image_url": "image_url",
    "input_audio": "input_audio",
    "file": "file",
}
"""The parts of a message's content, and the member that each must have."""


def read_chat_request(body: JsonObject) -> Asked:
    """The request of a body.

    Raises:
        BadRequest: it is none.
    """
    model = model_of(body)
    messages: list[Any] | None = member(body, "messages", list)
    if not messages:
        raise BadRequest("`messages` has no message.", param="messages")
    refuse(body, "n", (1,), "there is one answer to each request.")
    refuse(body, "modalities", (["text"],), "answers are text.")
    options: JsonObject = member(body, "stream_options", dict) or {}
    return Asked(
        model=model,
        messages=paired([_message(message, f"messages[{index}]") for index, message in enumerate(messages)]),
        stream=bool(member(body, "stream", bool)),
        include_usage=bool(member(options, "include_usage", bool)),
        tools=_functions(body),
        tool_choice=body.get("tool_choice"),
        body=body,
    )


def _message(value: Any, place: str) -> JsonObject:
    if not isinstance(value, dict):
        raise BadRequest(f"`{place}` is no object.", param=place)
    given = cast("JsonObject", value)
    role = given.get("role")
    if role not in _ROLES:
        raise BadRequest(f"`{place}.role` is none of {', '.join(_ROLES)}.", param=f"{place}.role")
    message = {name: given[name] for name in _MEMBERS.get(role, _SPOKEN) if name in given}
    content = message.get("content")
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        raise BadRequest(f"`{place}.tool_call_id` is missing or no text.", param=f"{place}.tool_call_id")
    if message.get("tool_calls") is not None:
        _check_calls(message, f"{place}.tool_calls")
    match content:
        case None if role == "assistant":
            return message
        case str():
            return message
        case list() if content:
            parts = cast("list[Any]", content)
            return {**message, "content": [_part(part, f"{place}.content[{at}]") for at, part in enumerate(parts)]}
        case _:
            raise BadRequest(f"`{place}.content` is neither text nor a list of parts.", param=f"{place}.content")


def _check_calls(message: JsonObject, place: str) -> None:
    calls: list[Any] = member(message, "tool_calls", list) or []
    for at, call in enumerate(calls):
        match call:
            case {"id": str(), "type": "function", "function": {"name": str(name), "arguments": str()}}:
                check_name(name, f"{place}[{at}].function.name")
            case _:
                raise BadRequest(f"`{place}[{at}]` is no call of a function.", param=f"{place}[{at}]")


def _part(given: Any, place: str) -> JsonObject:
    part = cast("JsonObject", given) if isinstance(given, dict) else {}
    kind = part.get("type")
    wanted = _PARTS.get(kind) if isinstance(kind, str) else None
    if wanted is None:
        raise BadRequest(f"`{place}.type` is none of {', '.join(_PARTS)}.", param=f"{place}.type")
    value: Any = part.get(wanted)
    if isinstance(value, str) if wanted in ("text", "refusal") else isinstance(value, dict) and value:
        if wanted == "image_url" and not isinstance(cast("JsonObject", value).get("url"), str):
            raise BadRequest(f"`{place}.image_url.url` is missing or no text.", param=f"{place}.image_url")
    else:
        raise BadRequest(f"`{place}.{wanted}` is missing or of the wrong type.", param=f"{place}.{wanted}")
    return part


def _functions(body: JsonObject) -> list[JsonObject]:
    """The functions that the caller offers, as tools."""
    tools: list[Any] = member(body, "tools", list) or []
    found: list[JsonObject] = []
    for at, value in enumerate(tools):
        tool = cast("JsonObject", value) if isinstance(value, dict) else {}
        if tool.get("type") != "function":
            continue
        function: Any = tool.get("function")
        if not isinstance(function, dict) or not isinstance(cast("JsonObject", function).get("name"), str):
            raise BadRequest(f"`tools[{at}].function.name` is missing.", param=f"tools[{at}].function")
        found.append(tool)
    return found
