"""From a node's config to the body of a Responses request.

https://platform.openai.com/docs/api-reference/responses/create
https://platform.openai.com/docs/guides/migrate-to-responses
"""

from typing import Any

from app.nodes.llm.model_request import ModelRequest
from app.nodes.llm.models import known_as, reasons, takes_functions
from app.nodes.llm.openai_types import OpenAIConfig
from app.nodes.llm.request_parts import RESPONSES_LOGPROBS, finished_request, messages_of, response_format_of, tools_of
from app.nodes.llm.responses_input import input_of
from app.nodes.llm.responses_tools import flat_tools
from app.runtime.errors import InvalidRequest

_SENT_AS_IS = frozenset(
    (
        "model",
        "temperature",
        "top_p",
        "user",
        "metadata",
        "service_tier",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "safety_identifier",
        "moderation",
        "top_logprobs",
    )
)
_TRANSLATED = frozenset(
    (
        "messages",
        "max_tokens",
        "max_completion_tokens",
        "response_format",
        "reasoning_effort",
        "verbosity",
        "functions",
        "function_call",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "logprobs",
        "store",
        "stream",
        "stream_options",
        # Not sent at all.
        "timeout",
        "max_retries",
        "api",
        "base_model",
        "extra_body",
    )
)
_NEUTRAL: dict[str, Any] = {
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logit_bias": {},
    "stop": [],
    "n": 1,
    "modalities": ["text"],
}
"""Values that ask for nothing, of parameters that only Chat Completions has."""


def responses_request(config: OpenAIConfig, *, stream: bool) -> ModelRequest:
    """Encodes a request.

    Raises:
        JsonModeRequiresJsonWord: JSON mode without the word JSON in any message, which OpenAI would refuse.
        InvalidRequest: a parameter or a message that the Responses API does not have, a value that has no JSON form,
            or no messages.
    """
    values: dict[str, Any] = {name: value for name, value in config.items() if value is not None}
    _check_parameters(values)
    messages = messages_of(values)
    response_format = response_format_of(values)
    body: dict[str, Any] = {name: value for name, value in values.items() if name in _SENT_AS_IS}
    # Chat Completions stores nothing unless asked to, the Responses API everything.
    body["store"] = values.get("store", False)
    body.update(input_of(messages, instructions_count_as_input=response_format != {"type": "json_object"}))
    body.update(_limits(values))
    text = _text(response_format, values)
    if text:
        body["text"] = text
    body.update(flat_tools(tools_of(values)))
    include = _include(values, tools="tools" in body)
    if include:
        body["include"] = include
    legacy = bool(values.get("functions")) and not values.get("tools") and takes_functions(known_as(config))
    return finished_request(
        "responses",
        values,
        body,
        stream_options=_stream_options(values) if stream else None,
        calls_end_as="function_call" if legacy else "tool_calls",
    )


def _check_parameters(values: dict[str, Any]) -> None:
    unknown = [
        name
        for name, value in values.items()
        if name not in _SENT_AS_IS and name not in _TRANSLATED and not (name in _NEUTRAL and value == _NEUTRAL[name])
    ]
    if unknown:
        raise InvalidRequest(
            f"The Responses API does not have {', '.join(unknown)}.",
            hint='Remove what is named, set api to "chat", or send parameters of the Responses API in extra_body.',
            parameters=unknown,
        )


def _include(values: dict[str, Any], *, tools: bool) -> list[str]:
    """What the answer is to hold besides. Reasoning that is not stored has to be sent back after a function call, which
    models without reasoning refuse to hear of.
    """
    include = [RESPONSES_LOGPROBS] if values.get("logprobs") else []
    if tools and reasons(known_as(values)):
        include.append("reasoning.encrypted_content")
    return include


def _limits(values: dict[str, Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    limit = values.get("max_completion_tokens", values.get("max_tokens"))
    if limit is not None:
        limits["max_output_tokens"] = limit
    if "reasoning_effort" in values:
        limits["reasoning"] = {"effort": values["reasoning_effort"]}
    return limits


def _text(response_format: dict[str, Any] | None, values: dict[str, Any]) -> dict[str, Any]:
    """Format and verbosity, which the Responses API keeps together."""
    text: dict[str, Any] = {}
    if response_format is not None:
        schema: dict[str, Any] = response_format.get("json_schema") or {}
        text["format"] = {**schema, "type": response_format.get("type")}
    if "verbosity" in values:
        text["verbosity"] = values["verbosity"]
    return text


def _stream_options(values: dict[str, Any]) -> dict[str, Any]:
    """Usage always comes with the last event and cannot be asked for."""
    options: dict[str, Any] = values.get("stream_options", {})
    return {name: value for name, value in options.items() if name != "include_usage"}
