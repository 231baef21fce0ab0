"""`tools` of the Responses API and the choice among them."""

from dataclasses import dataclass, replace
from typing import Any

from tests.simulated_providers.errors import (
    ApiError,
    invalid_type,
    invalid_value,
    missing_parameter,
    unsupported_parameter,
)
from tests.simulated_providers.json_values import JsonObject, is_object
from tests.simulated_providers.models import Model
from tests.simulated_providers.request import Function
from tests.simulated_providers.validation.functions import check_function
from tests.simulated_providers.validation.schemas import check_function_schema
from tests.simulated_providers.validation.strict_schemas import strict_form
from tests.simulated_providers.validation.tool_choice import Choice, check_tool_choice

# Tools that OpenAI runs itself, or that take no JSON: accepted, listed in the answer, and never used.
HOSTED = (
    "file_search", "web_search", "web_search_preview", "computer", "computer_use_preview", "code_interpreter", "mcp",
    "image_generation", "local_shell", "shell", "custom", "apply_patch", "namespace", "tool_search",
)  # fmt: skip
FURTHER = frozenset(("type", "defer_loading", "output_schema", "allowed_callers"))


@dataclass(frozen=True, slots=True)
class ResponsesTools:
    """The choice that a request offers, and the tools as an answer lists them."""

    choice: Choice
    listed: list[JsonObject]


def check_tools(body: JsonObject, model: Model) -> ResponsesTools:
    """Reads tools and choice. Raises ApiError for what OpenAI refuses."""
    functions: list[Function] = []
    listed: list[JsonObject] = []
    for index, tool in enumerate(body.get("tools") or []):
        place = f"tools[{index}]"
        if not is_object(tool):
            raise invalid_type(place, "an object", tool)
        kind: Any = tool.get("type")
        if kind is None:
            raise missing_parameter(f"{place}.type")
        if kind in HOSTED:
            listed.append(tool)
            continue
        if kind != "function":
            raise invalid_value(place, kind, ("function", *HOSTED))
        function = _check_function(tool, place)
        functions.append(function)
        listed.append(_listed(function, tool))
    if functions and not model.functions:
        raise unsupported_parameter("tools")
    wanted: Any = body.get("tool_choice")
    if wanted == "required" and not listed:
        raise ApiError("Tool choice 'required' must be specified with 'tools' parameter.", param="tool_choice")
    hosted = tuple(tool["type"] for tool in listed if tool["type"] != "function")
    choice = check_tool_choice(wanted, functions, nested=False, hosted=hosted)
    return ResponsesTools(choice, listed)


def _check_function(tool: JsonObject, place: str) -> Function:
    function = check_function(tool, place, more=FURTHER, longest_name=128)
    if tool.get("strict") is not None:
        return function
    schema = strict_form(function.parameters)
    try:
        check_function_schema(schema, function.name, place, strict=True)
    except ApiError:
        # What cannot be strict is taken as it is.
        return function
    return replace(function, parameters=schema, strict=True)


def _listed(function: Function, tool: JsonObject) -> JsonObject:
    return {
        "type": "function",
        "name": function.name,
        "description": tool.get("description"),
        "parameters": function.parameters,
        "strict": function.strict,
    }
