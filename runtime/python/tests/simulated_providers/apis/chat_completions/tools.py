"""`functions` and `tools` of Chat Completions, and the choice among them."""

from dataclasses import dataclass
from typing import Any

from tests.simulated_providers.completion import Function
from tests.simulated_providers.errors import ApiError, invalid_type, invalid_value, missing_parameter, unknown_parameter
from tests.simulated_providers.json_values import JsonArray, JsonObject, is_object
from tests.simulated_providers.validation.functions import ToolChoice, check_count, check_function, check_tool_choice


@dataclass(frozen=True, slots=True)
class Offered:
    """The choice that a request offers, whether in the legacy notation, and whether several calls are fine."""

    choice: ToolChoice
    legacy: bool = False
    parallel: bool = True


def check_functions(body: JsonObject) -> Offered:
    """Reads whichever of `functions` and `tools` a request has. Raises ApiError for what OpenAI refuses."""
    if body.get("functions") is not None and body.get("tools") is not None:
        raise ApiError(
            "'functions' and 'tools' cannot be used together: 'functions' is deprecated in favor of 'tools'."
        )
    if body.get("functions") is not None:
        functions = _check_legacy(body["functions"])
        choice = _legacy_choice(body.get("function_call"), functions)
        _refuse_tool_options(body)
        return Offered(choice, legacy=True, parallel=False)
    if body.get("function_call") is not None:
        raise _only_with("function_call", "functions")
    if body.get("tools") is None:
        _refuse_tool_options(body)
        return Offered(ToolChoice([], "none"))
    functions = _check_tools(body["tools"])
    choice = check_tool_choice(body.get("tool_choice"), functions, nested=True)
    return Offered(choice, parallel=body.get("parallel_tool_calls") is not False)


def _refuse_tool_options(body: JsonObject) -> None:
    for name in ("tool_choice", "parallel_tool_calls"):
        if body.get(name) is not None:
            raise _only_with(name, "tools")


def _only_with(name: str, needed: str) -> ApiError:
    return ApiError(f"Invalid value for '{name}': '{name}' is only allowed when '{needed}' are specified.", param=name)


def _check_legacy(values: JsonArray) -> list[Function]:
    check_count(values, "functions")
    return [check_function(value, f"functions[{index}]") for index, value in enumerate(values)]


def _check_tools(values: JsonArray) -> list[Function]:
    check_count(values, "tools")
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
            functions.append(check_function(tool["function"], f"{place}.function"))
    return functions


def _legacy_choice(value: Any, functions: list[Function]) -> ToolChoice:
    if value is None or value == "auto":
        return ToolChoice(functions)
    if value == "none":
        return ToolChoice(functions, "none")
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
    return ToolChoice(functions, "required", value["name"])
