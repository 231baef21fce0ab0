"""The top-level parameters of the Responses API, its tools, and what of Chat Completions has moved."""

from dataclasses import dataclass, replace
from typing import Any

from tests.simulated_providers.completion import Function
from tests.simulated_providers.errors import (
    ApiError,
    invalid_type,
    invalid_value,
    missing_parameter,
    unsupported_parameter,
)
from tests.simulated_providers.json_values import JsonObject, is_object
from tests.simulated_providers.models import Model
from tests.simulated_providers.validation.functions import (
    ToolChoice,
    check_function,
    check_function_parameters,
    check_tool_choice,
)
from tests.simulated_providers.validation.parameters import (
    COMMON,
    Check,
    any_value,
    boolean,
    check_members,
    integer,
    json_array,
    json_object,
    list_of,
    object_of,
    one_of,
    text,
)
from tests.simulated_providers.validation.schemas import strict_form

SUMMARIES = one_of("auto", "concise", "detailed")
INCLUDED = one_of(
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
)
RESPONSES: dict[str, Check] = {
    **COMMON,
    "background": boolean,
    "context_management": json_array,
    "conversation": any_value,
    "include": list_of(INCLUDED),
    "input": any_value,
    "instructions": text(),
    "max_output_tokens": integer(16, 2**31 - 1),
    "max_tool_calls": integer(1, 2**31 - 1),
    "previous_response_id": text(),
    "prompt": json_object,
    "reasoning": object_of(
        {
            "context": one_of("auto", "current_turn", "all_turns"),
            "effort": one_of("none", "minimal", "low", "medium", "high", "xhigh", "max"),
            "generate_summary": SUMMARIES,
            "mode": text(),
            "summary": SUMMARIES,
        }
    ),
    "service_tier": one_of("auto", "default", "flex", "scale", "priority", "fast", "ultrafast"),
    "stream_options": object_of({"include_obfuscation": boolean}),
    "text": object_of({"format": json_object, "verbosity": one_of("low", "medium", "high")}),
    "truncation": one_of("auto", "disabled"),
}
MOVED = {
    "max_completion_tokens": "max_output_tokens",
    "max_tokens": "max_output_tokens",
    "messages": "input",
    "reasoning_effort": "reasoning.effort",
    "response_format": "text.format",
    "verbosity": "text.verbosity",
}


# Tools that OpenAI runs itself, or that take no JSON: accepted, listed in the answer, and never used.
HOSTED = (
    "file_search", "web_search", "web_search_preview", "computer", "computer_use_preview", "code_interpreter", "mcp",
    "image_generation", "local_shell", "shell", "custom", "apply_patch", "namespace", "tool_search",
)  # fmt: skip
FURTHER = frozenset(("type", "defer_loading", "output_schema", "allowed_callers"))


def check_parameters(body: JsonObject) -> None:
    """Raises ApiError for a parameter that is unknown, has moved, or has the wrong type or range."""
    for name in body:
        if name in MOVED:
            raise _moved(name)
    check_members(body, RESPONSES)


def _moved(name: str) -> ApiError:
    return ApiError(
        f"Unsupported parameter: '{name}'. In the Responses API, this parameter has moved to '{MOVED[name]}'. Try "
        "again with the new parameter. See the API documentation for more information: "
        "https://platform.openai.com/docs/api-reference/responses/create.",
        code="unsupported_parameter",
    )


@dataclass(frozen=True, slots=True)
class ResponsesTools:
    """The choice that a request offers, and the tools as an answer lists them."""

    choice: ToolChoice
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
        check_function_parameters(schema, function.name, place, strict=True)
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
