"""A Chat Completions request from its body, checked in the order in which OpenAI's errors appear."""

from typing import Any

from simulated_openai import tokens
from simulated_openai.errors import ApiError, invalid_type, missing_parameter, unparsable_body
from simulated_openai.json_values import JsonObject, compact, decode, is_array, is_object
from simulated_openai.request import ChatRequest
from simulated_openai.settings import Settings
from simulated_openai.validation.by_model import check_effort, check_length, check_model, check_sampling, check_tools
from simulated_openai.validation.formats import check_response_format
from simulated_openai.validation.functions import check_functions
from simulated_openai.validation.messages import check_messages
from simulated_openai.validation.parameters import CHAT, check_members


def parse_chat_request(raw: bytes, settings: Settings) -> ChatRequest:
    """Raises ApiError with OpenAI's status, message, param and code for the first thing it would refuse."""
    body = _decode(raw)
    model = check_model(body, settings)
    check_members(body, CHAT)
    if body.get("messages") is None:
        raise missing_parameter("messages")
    messages = check_messages(body["messages"], model)
    effort = check_effort(body, model)
    check_sampling(body, model, effort)
    offered = check_functions(body)
    check_tools(body, model, effort)
    json_object, schema = check_response_format(body, messages, model)
    _check_combinations(body)
    limit_name = "max_completion_tokens" if body.get("max_completion_tokens") is not None else "max_tokens"
    limit: int | None = body.get(limit_name)
    function_tokens = (
        tokens.count(compact(body.get("tools") or body.get("functions") or "")) if offered.functions else 0
    )
    prompt = tokens.REPLY_START + sum(tokens.count_message(message) for message in messages) + function_tokens
    check_length(model, prompt, function_tokens, limit, limit_name, settings)
    options: JsonObject = body.get("stream_options") or {}
    return ChatRequest(
        body=body,
        model=model,
        messages=messages,
        functions=offered.functions,
        legacy=offered.legacy,
        choice=offered.choice,
        named=offered.named,
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


def _decode(raw: bytes) -> JsonObject:
    try:
        body: Any = decode(raw)
    except ValueError:
        raise unparsable_body() from None
    if not is_object(body):
        raise invalid_type("body", "an object", body)
    return body


def _stop(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(each) for each in value] if is_array(value) else []


def _check_combinations(body: JsonObject) -> None:
    if body.get("stream_options") is not None and body.get("stream") is not True:
        raise ApiError(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )
    if body.get("top_logprobs") is not None and body.get("logprobs") is not True:
        raise ApiError("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", param="top_logprobs")
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        raise ApiError(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", param="max_tokens"
        )
