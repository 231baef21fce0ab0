"""A Chat Completions request from its body, checked in the order in which OpenAI's errors appear."""

from typing import Any

from tests.simulated_providers import tokens
from tests.simulated_providers.errors import ApiError, missing_parameter
from tests.simulated_providers.json_values import JsonObject, compact, is_array
from tests.simulated_providers.request import ChatRequest
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.validation.body import check_stream_options, decode_body
from tests.simulated_providers.validation.by_model import (
    check_chat_model,
    check_effort,
    check_length,
    check_output_limit,
    check_sampling,
    check_tools,
)
from tests.simulated_providers.validation.chat_tools import check_functions
from tests.simulated_providers.validation.formats import check_format
from tests.simulated_providers.validation.messages import check_messages
from tests.simulated_providers.validation.parameters import CHAT, check_members


def parse_chat_request(raw: bytes, settings: Settings) -> ChatRequest:
    """Raises ApiError with OpenAI's status, message, param and code for the first thing it would refuse."""
    body = decode_body(raw)
    model = check_chat_model(body, settings)
    check_members(body, CHAT)
    if body.get("messages") is None:
        raise missing_parameter("messages")
    messages = check_messages(body["messages"], model)
    effort = check_effort(body, model)
    check_sampling(body, model, effort)
    offered = check_functions(body)
    check_tools(body, model, effort)
    json_object, schema = check_format(body.get("response_format"), "response_format", model, messages)
    _check_combinations(body)
    limit_name = "max_completion_tokens" if body.get("max_completion_tokens") is not None else "max_tokens"
    limit: int | None = body.get(limit_name)
    function_tokens = (
        tokens.count(compact(body.get("tools") or body.get("functions") or "")) if offered.choice.functions else 0
    )
    prompt = tokens.REPLY_START + sum(tokens.count_message(message) for message in messages) + function_tokens
    check_output_limit(model, limit, limit_name)
    check_length(model, prompt, function_tokens, limit, settings)
    options: JsonObject = body.get("stream_options") or {}
    return ChatRequest(
        body=body,
        model=model,
        messages=messages,
        functions=offered.choice.functions,
        legacy=offered.legacy,
        choice=offered.choice.mode,
        named=offered.choice.named,
        parallel=offered.parallel and model.parallel_calls,
        json_object=json_object,
        response_schema=schema,
        max_tokens=limit,
        n=body.get("n") or 1,
        stop=_stop(body.get("stop")),
        stream=body.get("stream") is True,
        include_usage=options.get("include_usage") is True,
        include_obfuscation=options.get("include_obfuscation") is not False,
        top_logprobs=(body.get("top_logprobs") or 0) if body.get("logprobs") else None,
        effort=effort,
        prompt_tokens=prompt,
    )


def _stop(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(each) for each in value] if is_array(value) else []


def _check_combinations(body: JsonObject) -> None:
    check_stream_options(body)
    if body.get("top_logprobs") is not None and body.get("logprobs") is not True:
        raise ApiError("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", param="top_logprobs")
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        raise ApiError(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", param="max_tokens"
        )
