"""The top-level parameters of the Responses API, and those of Chat Completions that have moved.

Source: https://platform.openai.com/docs/api-reference/responses/create
"""

from tests.simulated_providers.errors import ApiError
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.validation.parameters import (
    Check,
    any_value,
    boolean,
    check_members,
    decimal,
    integer,
    json_array,
    json_object,
    list_of,
    metadata,
    object_of,
    one_of,
    text,
)

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
    "background": boolean,
    "context_management": json_array,
    "conversation": any_value,
    "include": list_of(INCLUDED),
    "input": any_value,
    "instructions": text(),
    "max_output_tokens": integer(16, 2**31 - 1),
    "max_tool_calls": integer(1, 2**31 - 1),
    "metadata": metadata,
    "model": any_value,
    "moderation": json_object,
    "parallel_tool_calls": boolean,
    "previous_response_id": text(),
    "prompt": json_object,
    "prompt_cache_key": text(64),
    "prompt_cache_options": json_object,
    "prompt_cache_retention": one_of("in_memory", "24h"),
    "reasoning": object_of(
        {
            "context": one_of("auto", "current_turn", "all_turns"),
            "effort": one_of("none", "minimal", "low", "medium", "high", "xhigh", "max"),
            "generate_summary": SUMMARIES,
            "mode": text(),
            "summary": SUMMARIES,
        }
    ),
    "safety_identifier": text(64),
    "service_tier": one_of("auto", "default", "flex", "scale", "priority", "fast", "ultrafast"),
    "store": boolean,
    "stream": boolean,
    "stream_options": object_of({"include_obfuscation": boolean}),
    "temperature": decimal(0, 2),
    "text": object_of({"format": json_object, "verbosity": one_of("low", "medium", "high")}),
    "tool_choice": any_value,
    "tools": json_array,
    "top_logprobs": integer(0, 20),
    "top_p": decimal(0, 1),
    "truncation": one_of("auto", "disabled"),
    "user": text(),
}
MOVED = {
    "max_completion_tokens": "max_output_tokens",
    "max_tokens": "max_output_tokens",
    "messages": "input",
    "reasoning_effort": "reasoning.effort",
    "response_format": "text.format",
    "verbosity": "text.verbosity",
}


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
