"""`functions` and `tools`, and the choice among them."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from simulated_openai.errors import ApiError, invalid_type, invalid_value, missing_parameter, unknown_parameter
from simulated_openai.json_values import JsonArray, JsonObject, is_object
from simulated_openai.request import Function
from simulated_openai.validation.schemas import check_function_schema

NAME = re.compile(r"[a-zA-Z0-9_-]+\Z")
MAX_FUNCTIONS = 128
NO_PARAMETERS: JsonObject = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class Offered:
    """The functions a request offers, and how the model may choose."""

    functions: list[Function]
    legacy: bool = False
    choice: Literal["none", "auto", "required"] = "none"
    named: str | None = None
    parallel: bool = True


def check_functions(body: JsonObject) -> Offered:
    """Reads whichever of `functions` and `tools` a request has. Raises ApiError for what OpenAI refuses."""
    if body.get("functions") is not None and body.get("tools") is not None:
        raise ApiError(
            "'functions' and 'tools' cannot be used together: 'functions' is deprecated in favor of 'tools'."
        )
    if body.get("functions") is not None:
        functions = _check_legacy(body["functions"])
        choice, named = _legacy_choice(body.get("function_call"), functions)
        _refuse_tool_options(body)
        return Offered(functions, True, choice, named, parallel=False)
    if body.get("function_call") is not None:
        raise _only_with("function_call", "functions")
    if body.get("tools") is None:
        _refuse_tool_options(body)
        return Offered([])
    functions = _check_tools(body["tools"])
    choice, named = _tool_choice(body.get("tool_choice"), functions)
    return Offered(functions, False, choice, named, parallel=body.get("parallel_tool_calls") is not False)


def _refuse_tool_options(body: JsonObject) -> None:
    for name in ("tool_choice", "parallel_tool_calls"):
        if body.get(name) is not None:
            raise _only_with(name, "tools")


def _only_with(name: str, needed: str) -> ApiError:
    return ApiError(f"Invalid value for '{name}': '{name}' is only allowed when '{needed}' are specified.", param=name)


def _check_legacy(values: JsonArray) -> list[Function]:
    _check_count(values, "functions")
    return [_check_function(value, f"functions[{index}]", f"functions[{index}]") for index, value in enumerate(values)]


def _check_tools(values: JsonArray) -> list[Function]:
    _check_count(values, "tools")
    functions: list[Function] = []
    for index, tool in enumerate(values):
        place = f"tools[{index}]"
        if not is_object(tool):
            raise invalid_type(place, "an object", tool)
        if "type" not in tool:
            raise missing_parameter(f"{place}.type")
        if tool["type"] not in ("function", "custom"):
            raise invalid_value(f"{place}.type", tool["type"], ("function", "custom"))
        for key in tool.keys() - {"type", tool["type"]}:
            raise unknown_parameter(f"{place}.{key}")
        if tool["type"] not in tool:
            raise missing_parameter(f"{place}.{tool['type']}")
        if tool["type"] == "function":
            functions.append(_check_function(tool["function"], f"{place}.function", f"{place}.function"))
    return functions


def _check_count(values: JsonArray, name: str) -> None:
    if not values:
        raise ApiError(
            f"Invalid '{name}': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            param=name,
            code="empty_array",
        )
    if len(values) > MAX_FUNCTIONS:
        raise ApiError(
            f"Invalid '{name}': array too long. Expected an array with maximum length {MAX_FUNCTIONS}, "
            f"but got an array with length {len(values)} instead.",
            param=name,
            code="array_above_max_length",
        )


def _check_function(value: Any, place: str, param: str) -> Function:
    if not is_object(value):
        raise invalid_type(place, "an object", value)
    for key in value:
        if key not in {"name", "description", "parameters", "strict"}:
            raise unknown_parameter(f"{param}.{key}")
    name: Any = value.get("name")
    if name is None:
        raise missing_parameter(f"{param}.name")
    if not isinstance(name, str):
        raise invalid_type(f"{param}.name", "a string", name)
    _check_name(name, f"{param}.name")
    description: Any = value.get("description") or ""
    if not isinstance(description, str):
        raise invalid_type(f"{param}.description", "a string", description)
    strict: Any = value.get("strict") or False
    if not isinstance(strict, bool):
        raise invalid_type(f"{param}.strict", "a boolean", strict)
    parameters: Any = value.get("parameters")
    if parameters is None:
        return Function(name, description, NO_PARAMETERS, strict)
    check_function_schema(parameters, name, f"{param}.parameters", strict=strict)
    return Function(name, description, parameters, strict)


def _check_name(name: str, param: str) -> None:
    if len(name) > 64:
        raise ApiError(
            f"Invalid '{param}': string too long. Expected a string with maximum length 64, "
            f"but got a string with length {len(name)} instead.",
            param=param,
            code="string_above_max_length",
        )
    if not name:
        raise ApiError(
            f"Invalid '{param}': empty string. Expected a string with minimum length 1, but got an empty string "
            "instead.",
            param=param,
            code="empty_string",
        )
    if not NAME.match(name):
        raise ApiError(
            f"Invalid '{param}': string does not match pattern. Expected a string that matches the pattern "
            "'^[a-zA-Z0-9_-]+$'.",
            param=param,
            code="invalid_value",
        )


Choice = tuple[Literal["none", "auto", "required"], str | None]


def _legacy_choice(value: Any, functions: list[Function]) -> Choice:
    if value is None or value == "auto":
        return "auto", None
    if value == "none":
        return "none", None
    if isinstance(value, str):
        raise invalid_value("function_call", value, ("none", "auto"))
    if not is_object(value) or not isinstance(value.get("name"), str):
        raise invalid_type("function_call", "one of 'none' or 'auto', or an object with a name", value)
    if value["name"] not in {function.name for function in functions}:
        raise ApiError(
            f"Invalid value for 'function_call': no function named '{value['name']}' was specified in the 'functions' "
            "parameter.",
            param="function_call",
        )
    return "required", value["name"]


def _tool_choice(value: Any, functions: list[Function]) -> Choice:
    if value is None or value == "auto":
        return "auto", None
    if value == "none":
        return "none", None
    if value == "required":
        return "required", None
    if isinstance(value, str):
        raise invalid_value("tool_choice", value, ("none", "auto", "required"))
    if not is_object(value):
        raise invalid_type("tool_choice", "one of 'none', 'auto' or 'required', or an object", value)
    if value.get("type") == "allowed_tools":
        return _allowed_tools(value)
    named: Any = value.get("function")
    if value.get("type") != "function":
        raise invalid_value("tool_choice.type", value.get("type"), ("function", "custom", "allowed_tools"))
    if not is_object(named) or not isinstance(named.get("name"), str):
        raise missing_parameter("tool_choice.function.name")
    if named["name"] not in {function.name for function in functions}:
        raise ApiError(f"Tool choice '{named['name']}' not found in 'tools' parameter.", param="tool_choice")
    return "required", named["name"]


def _allowed_tools(value: JsonObject) -> Choice:
    allowed: Any = value.get("allowed_tools")
    if not is_object(allowed) or allowed.get("mode") not in ("auto", "required"):
        raise missing_parameter("tool_choice.allowed_tools.mode")
    return allowed["mode"], None
