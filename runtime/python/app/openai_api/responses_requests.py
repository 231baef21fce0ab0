"""Requests of the Responses API: https://platform.openai.com/docs/api-reference/responses/create

Nothing is kept between two requests, so the whole conversation comes with each. What models are set with is the
workflow's affair, as in Chat Completions.
"""

from typing import Any, cast

from app.openai_api.errors import BadRequest
from app.openai_api.offered import choice_of, offered_functions
from app.openai_api.paired_calls import paired
from app.openai_api.requests import Asked, JsonObject, check_name, check_part, member, model_of, refuse

_UNKEPT = "nothing is kept here between two requests; send the whole conversation as `input`."
_ROLES = ("system", "developer", "user", "assistant")


def read_responses_request(body: JsonObject) -> Asked:
    """The request of a body, its conversation as messages of Chat Completions.

    Raises:
        BadRequest: it is none.
    """
    model = model_of(body)
    for name in ("previous_response_id", "conversation"):
        refuse(body, name, (), _UNKEPT)
    refuse(body, "background", (False,), "answers come at once.")
    messages: list[JsonObject] = []
    if instructions := member(body, "instructions", str):
        messages.append({"role": "system", "content": instructions})
    given = body.get("input")
    if isinstance(given, str):
        messages.append({"role": "user", "content": given})
    elif isinstance(given, list) and given:
        for at, value in enumerate(cast("list[Any]", given)):
            _add_item(messages, value, f"input[{at}]")
    else:
        raise BadRequest("`input` is neither text nor a list of items.", param="input")
    tools = offered_functions(body, inside=None)
    return Asked(
        model=model,
        messages=paired(messages),
        stream=bool(member(body, "stream", bool)),
        include_usage=True,
        tools=tools,
        tool_choice=choice_of(body.get("tool_choice"), tools),
        body=body,
    )


def _add_item(messages: list[JsonObject], value: Any, place: str) -> None:
    item = cast("JsonObject", value) if isinstance(value, dict) else {}
    match item.get("type", "message"):
        case "message":
            messages.append(_message(item, place))
        case "function_call":
            call = {
                "id": _text(item, "call_id", place),
                "type": "function",
                "function": {"name": _text(item, "name", place), "arguments": _text(item, "arguments", place)},
            }
            check_name(_text(item, "name", place), f"{place}.name")
            before = messages[-1] if messages else {}
            if before.get("role") == "assistant":
                before.setdefault("tool_calls", []).append(call)
            else:
                messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        case "function_call_output":
            output = item.get("output")
            content = output if isinstance(output, str) else _parts(output, "tool", f"{place}.output")
            messages.append({"role": "tool", "tool_call_id": _text(item, "call_id", place), "content": content})
        case "reasoning":
            pass  # Only who wrote it can go on with it.
        case _:
            raise BadRequest(f"`{place}.type` is no message, function call or output of one.", param=f"{place}.type")


def _message(item: JsonObject, place: str) -> JsonObject:
    role, content = item.get("role"), item.get("content")
    if role not in _ROLES:
        raise BadRequest(f"`{place}.role` is none of {', '.join(_ROLES)}.", param=f"{place}.role")
    place = f"{place}.content"
    return {"role": role, "content": content if isinstance(content, str) else _parts(content, role, place)}


def _parts(value: Any, role: str, place: str) -> list[JsonObject]:
    if not isinstance(value, list) or not value:
        raise BadRequest(f"`{place}` is neither text nor a list of parts.", param=place)
    parts = [_part(part, f"{place}[{at}]") for at, part in enumerate(cast("list[Any]", value))]
    for at, part in enumerate(parts):
        check_part(role, part, f"{place}[{at}]")
    return parts


def _part(value: Any, place: str) -> JsonObject:
    part = cast("JsonObject", value) if isinstance(value, dict) else {}
    match part.get("type"):
        case "input_text" | "output_text" | "text":
            return {"type": "text", "text": _text(part, "text", place)}
        case "refusal":
            return {"type": "refusal", "refusal": _text(part, "refusal", place)}
        case "input_image":
            image = {"url": _text(part, "image_url", place), "detail": part.get("detail") or "auto"}
            return {"type": "image_url", "image_url": image}
        case "input_file":
            names = ("file_id", "file_data", "filename")
            file = {name: part[name] for name in names if isinstance(part.get(name), str)}
            if not file.keys() & {"file_id", "file_data"}:
                raise BadRequest(f"`{place}` has neither `file_id` nor `file_data`.", param=place)
            return {"type": "file", "file": file}
        case _:
            kinds = "input_text, output_text, refusal, input_image or input_file"
            raise BadRequest(f"`{place}.type` is not {kinds}.", param=f"{place}.type")


def _text(item: JsonObject, name: str, place: str) -> str:
    value = item.get(name)
    if not isinstance(value, str):
        raise BadRequest(f"`{place}.{name}` is missing or no text.", param=f"{place}.{name}")
    return value
