"""Functions that a request offers, and `tool_choice`: whether, and which of them, the model calls."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from tests.simulated_providers.completion import Function
from tests.simulated_providers.errors import (
    ApiError,
    bad_name,
    empty_array,
    invalid_type,
    invalid_value,
    missing_parameter,
    too_long,
    unknown_parameter,
)
from tests.simulated_providers.json_values import JsonArray, JsonObject, is_array, is_object, objects
from tests.simulated_providers.validation.schemas import check_schema

NAME = re.compile(r"[a-zA-Z0-9_-]+\Z")
MAX_FUNCTIONS = 128
MEMBERS = frozenset(("name", "description", "parameters", "strict"))
NO_PARAMETERS: JsonObject = {"type": "object", "properties": {}}
MODES = ("none", "auto", "required")


def check_count(values: JsonArray, name: str) -> None:
    """At least one function or tool, and not too many."""
    if not values:
        raise empty_array(name)
    if len(values) > MAX_FUNCTIONS:
        raise too_long(name, "array", MAX_FUNCTIONS, len(values))


def check_function(value: Any, place: str, *, more: frozenset[str] = frozenset(), longest_name: int = 64) -> Function:
    """One function with its name, description, parameters and whether they are strict. `more` are further members.

    Raises ApiError for what OpenAI refuses.
    """
    if not is_object(value):
        raise invalid_type(place, "an object", value)
    name: Any = value.get("name")
    if name is None:
        raise missing_parameter(f"{place}.name")
    for key in value:
        if key not in MEMBERS | more:
            raise unknown_parameter(f"{place}.{key}")
    if not isinstance(name, str):
        raise invalid_type(f"{place}.name", "a string", name)
    _check_name(name, f"{place}.name", longest_name)
    description: Any = value.get("description") or ""
    if not isinstance(description, str):
        raise invalid_type(f"{place}.description", "a string", description)
    strict: Any = value.get("strict") or False
    if not isinstance(strict, bool):
        raise invalid_type(f"{place}.strict", "a boolean", strict)
    parameters: Any = value.get("parameters")
    if parameters is None:
        return Function(name, description, NO_PARAMETERS, strict)
    check_function_parameters(parameters, name, f"{place}.parameters", strict=strict)
    return Function(name, description, parameters, strict)


def check_function_parameters(schema: Any, name: str, param: str, *, strict: bool) -> None:
    """The schema of a function's parameters. Raises ApiError for what OpenAI refuses."""
    check_schema(schema, f"function '{name}'", strict=strict, param=param, code="invalid_function_parameters")


def _check_name(name: str, param: str, longest: int) -> None:
    if len(name) > longest:
        raise too_long(param, "string", longest, len(name))
    if not name:
        raise ApiError(
            f"Invalid '{param}': empty string. Expected a string with minimum length 1, but got an empty string "
            "instead.",
            param=param,
            code="empty_string",
        )
    if not NAME.match(name):
        raise bad_name(param)


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """How the model chooses: `named` is the function it must call, `functions` are those it may."""

    functions: list[Function]
    mode: Literal["none", "auto", "required"] = "auto"
    named: str | None = None


def check_tool_choice(
    value: Any, functions: list[Function], *, nested: bool, hosted: tuple[str, ...] = ()
) -> ToolChoice:
    """Reads the choice among some functions. Raises ApiError for what OpenAI refuses.

    `nested` is for Chat Completions, which puts a function's name under `function` and a list of allowed tools under
    `allowed_tools`. `hosted` are further types that may be named; choosing one leaves the model free.
    """
    match value:
        case None | "auto":
            return ToolChoice(functions)
        case "none":
            return ToolChoice(functions, "none")
        case "required":
            return ToolChoice(functions, "required")
        case str():
            raise invalid_value("tool_choice", value, MODES)
        case _ if not is_object(value):
            raise invalid_type("tool_choice", "one of 'none', 'auto' or 'required', or an object", value)
        case _:
            return _check_object(value, functions, nested, hosted)


def _check_object(value: JsonObject, functions: list[Function], nested: bool, hosted: tuple[str, ...]) -> ToolChoice:
    kind: Any = value.get("type")
    if kind == "allowed_tools":
        return _allowed_tools(value, functions, nested)
    if kind in hosted:
        return ToolChoice(functions)
    if kind != "function":
        raise invalid_value("tool_choice.type", kind, ("function", "custom", "allowed_tools"))
    name = _name(value, "tool_choice", nested)
    _check_offered(name, functions)
    return ToolChoice(functions, "required", name)


def _allowed_tools(value: JsonObject, functions: list[Function], nested: bool) -> ToolChoice:
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
    return ToolChoice([function for function in functions if function.name in names], mode)


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
