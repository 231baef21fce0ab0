"""The functions that a request offers to the model, and what the model has to do about them.

https://platform.openai.com/docs/guides/function-calling
"""

from typing import Any, cast

from app.openai_api.errors import BadRequest
from app.openai_api.requests import JsonObject, check_name, member

_MODES = ("auto", "none", "required")
_KINDS = {"description": str, "parameters": dict, "strict": bool}


def offered_functions(body: JsonObject, *, inside: str | None) -> list[JsonObject]:
    """The functions among the tools, as tools of Chat Completions; `inside` is the member of a tool that has it, where
    it is not the tool itself. Other tools, which servers of models have themselves, mean nothing here.

    Raises:
        BadRequest: one cannot be called.
    """
    found: list[JsonObject] = []
    given: list[Any] = member(body, "tools", list) or []
    for at, value in enumerate(given):
        tool = cast("JsonObject", value) if isinstance(value, dict) else {}
        if tool.get("type") == "function":
            place = f"tools[{at}]" if inside is None else f"tools[{at}].{inside}"
            function = tool if inside is None else tool.get(inside)
            found.append({"type": "function", "function": _function(function, place)})
    return found


def _function(value: Any, place: str) -> JsonObject:
    given = cast("JsonObject", value) if isinstance(value, dict) else {}
    name = given.get("name")
    if not isinstance(name, str):
        raise BadRequest(f"`{place}.name` is missing or no text.", param=f"{place}.name")
    check_name(name, f"{place}.name")
    function: JsonObject = {"name": name}
    for member_name, kind in _KINDS.items():
        wanted = given.get(member_name)
        if wanted is None:
            continue
        if not isinstance(wanted, kind):
            place = f"{place}.{member_name}"
            raise BadRequest(f"`{place}` cannot be a value of this type.", param=place)
        function[member_name] = wanted
    return function


def choice_of(choice: Any, tools: list[JsonObject]) -> Any:
    """What the model has to do, as Chat Completions has it; None where there is nothing to choose.

    Raises:
        BadRequest: it is nothing that can be done with these functions.
    """
    if choice is None or not tools:
        return None
    match choice:
        case str() if choice in _MODES:
            return choice
        case {"type": "function", "function": {"name": str(name)}} | {"type": "function", "name": str(name)}:
            if any(tool["function"]["name"] == name for tool in tools):
                return {"type": "function", "function": {"name": name}}
        case _:
            pass
    detail = f"`tool_choice` is none of {', '.join(_MODES)}, and no function among `tools`."
    raise BadRequest(detail, param="tool_choice")
