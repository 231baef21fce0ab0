"""Requests of Chat Completions: https://platform.openai.com/docs/api-reference/chat/create

What models are set with, such as `temperature`, is the workflow's affair: such parameters are taken and mean nothing,
as do those that nobody knows.
"""

from typing import Any, cast

from app.openai_api.errors import BadRequest
from app.openai_api.offered import choice_of, offered_functions
from app.openai_api.paired_calls import paired
from app.openai_api.requests import Asked, JsonObject, check_name, check_part, member, model_of, refuse

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
    tools = offered_functions(body, inside="function")
    return Asked(
        model=model,
        messages=paired([_message(message, f"messages[{index}]") for index, message in enumerate(messages)]),
        stream=bool(member(body, "stream", bool)),
        include_usage=bool(member(options, "include_usage", bool)),
        tools=tools,
        tool_choice=choice_of(body.get("tool_choice"), tools),
        body=body,
    )


def _message(value: Any, place: str) -> JsonObject:
    if not isinstance(value, dict):
        raise BadRequest(f"`{place}` is no object.", param=place)
    given = cast("JsonObject", value)
    role = given.get("role")
    if role not in _ROLES:
        raise BadRequest(f"`{place}.role` is none of {', '.join(_ROLES)}.", param=f"{place}.role")
    known = (name for name in _MEMBERS.get(role, _SPOKEN) if name in given)
    message = {name: given[name] for name in known if given[name] is not None or name == "content"}
    content = message.get("content")
    if role == "tool" and not isinstance(message.get("tool_call_id"), str):
        raise BadRequest(f"`{place}.tool_call_id` is missing or no text.", param=f"{place}.tool_call_id")
    if role == "function" or "name" in message:
        name = message.get("name")
        if not isinstance(name, str):
            raise BadRequest(f"`{place}.name` is missing or no text.", param=f"{place}.name")
    _check_said(message, place)
    match content:
        case None if role == "assistant":
            return message
        case str():
            return message
        case list() if content and role != "function":
            parts = cast("list[Any]", content)
            return {
                **message,
                "content": [_part(part, role, f"{place}.content[{at}]") for at, part in enumerate(parts)],
            }
        case _:
            raise BadRequest(f"`{place}.content` is neither text nor a list of parts.", param=f"{place}.content")


def _check_said(message: JsonObject, place: str) -> None:
    """Looks at what a message of the assistant has besides its content."""
    for member_name, kind in (("refusal", str), ("audio", dict), ("function_call", dict), ("tool_calls", list)):
        if not isinstance(message.get(member_name), kind | None):
            raise BadRequest(f"`{place}.{member_name}` cannot be a value of this type.", param=f"{place}.{member_name}")
    match message.get("function_call"):
        case None | {"name": str(), "arguments": str()}:
            pass
        case _:
            raise BadRequest(f"`{place}.function_call` is no call.", param=f"{place}.function_call")
    calls: list[Any] = message.get("tool_calls", [])
    for at, call in enumerate(calls):
        match call:
            case {"id": str(), "type": "function", "function": {"name": str(name), "arguments": str()}}:
                check_name(name, f"{place}.tool_calls[{at}].function.name")
            case _:
                param = f"{place}.tool_calls[{at}]"
                raise BadRequest(f"`{param}` is no call of a function.", param=param)


def _part(given: Any, role: str, place: str) -> JsonObject:
    part = cast("JsonObject", given) if isinstance(given, dict) else {}
    kind = part.get("type")
    wanted = _PARTS.get(kind) if isinstance(kind, str) else None
    if wanted is None:
        raise BadRequest(f"`{place}.type` is none of {', '.join(_PARTS)}.", param=f"{place}.type")
    check_part(role, part, place)
    value: Any = part.get(wanted)
    if isinstance(value, str) if wanted in ("text", "refusal") else isinstance(value, dict) and value:
        if wanted == "image_url" and not isinstance(cast("JsonObject", value).get("url"), str):
            raise BadRequest(f"`{place}.image_url.url` is missing or no text.", param=f"{place}.image_url")
    else:
        raise BadRequest(f"`{place}.{wanted}` is missing or of the wrong type.", param=f"{place}.{wanted}")
    return part
