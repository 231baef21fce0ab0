"""`tool_choice`: whether, and which of the offered functions, the model calls."""

from dataclasses import dataclass
from typing import Any, Literal

from tests.simulated_providers.errors import ApiError, invalid_type, invalid_value, missing_parameter
from tests.simulated_providers.json_values import JsonArray, JsonObject, is_array, is_object, objects
from tests.simulated_providers.request import Function

MODES = ("none", "auto", "required")


@dataclass(frozen=True, slots=True)
class Choice:
    """How the model chooses: `named` is the function it must call, `functions` are those it may."""

    functions: list[Function]
    mode: Literal["none", "auto", "required"] = "auto"
    named: str | None = None


def check_tool_choice(value: Any, functions: list[Function], *, nested: bool, hosted: tuple[str, ...] = ()) -> Choice:
    """Reads the choice among some functions. Raises ApiError for what OpenAI refuses.

    `nested` is for Chat Completions, which puts a function's name under `function` and a list of allowed tools under
    `allowed_tools`. `hosted` are further types that may be named; choosing one leaves the model free.
    """
    match value:
        case None | "auto":
            return Choice(functions)
        case "none":
            return Choice(functions, "none")
        case "required":
            return Choice(functions, "required")
        case str():
            raise invalid_value("tool_choice", value, MODES)
        case _ if not is_object(value):
            raise invalid_type("tool_choice", "one of 'none', 'auto' or 'required', or an object", value)
        case _:
            return _check_object(value, functions, nested, hosted)


def _check_object(value: JsonObject, functions: list[Function], nested: bool, hosted: tuple[str, ...]) -> Choice:
    kind: Any = value.get("type")
    if kind == "allowed_tools":
        return _allowed_tools(value, functions, nested)
    if kind in hosted:
        return Choice(functions)
    if kind != "function":
        raise invalid_value("tool_choice.type", kind, ("function", "custom", "allowed_tools"))
    name = _name(value, "tool_choice", nested)
    _check_offered(name, functions)
    return Choice(functions, "required", name)


def _allowed_tools(value: JsonObject, functions: list[Function], nested: bool) -> Choice:
    place = "tool_choice.allowed_tools" if nested else "tool_choice"
    allowed: Any = value.get("allowed_tools") if nested else value
    if not is_object(allowed):
        raise missing_parameter(place)
    mode: Any = allowed.get("mode")
    if mode is None:
        raise missing_parameter(f"{place}.mode")
    if mode not in ("auto", "required"):
        raise invalid_value(f"{place}.mode", mode, ("auto", "required"))
    tools: Any = allowed.get("tools")
    if tools is None:
        raise missing_parameter(f"{place}.tools")
    if not is_array(tools):
        raise invalid_type(f"{place}.tools", "an array of objects", tools)
    names = _names(tools, f"{place}.tools", nested)
    for name in names:
        _check_offered(name, functions)
    return Choice([function for function in functions if function.name in names], mode)


def _names(tools: JsonArray, place: str, nested: bool) -> list[str]:
    return [
        _name(tool, f"{place}[{index}]", nested)
        for index, tool in enumerate(objects(tools))
        if tool.get("type") == "function"
    ]


def _name(value: JsonObject, place: str, nested: bool) -> str:
    holder: Any = value.get("function") if nested else value
    name: Any = holder.get("name") if is_object(holder) else None
    if not isinstance(name, str):
        raise missing_parameter(f"{place}.function.name" if nested else f"{place}.name")
    return name


def _check_offered(name: str, functions: list[Function]) -> None:
    if name not in {function.name for function in functions}:
        raise ApiError(f"Tool choice '{name}' not found in 'tools' parameter.", param="tool_choice")
