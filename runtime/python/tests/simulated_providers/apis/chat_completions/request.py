"""A request to Chat Completions from its body, checked in the order in which OpenAI's errors appear."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulated_providers.apis.chat_completions.by_model import (
    check_chat_model,
    check_effort,
    check_length,
    check_sampling,
    check_tools,
)
from tests.simulated_providers.apis.chat_completions.messages import MEMBERS, check_messages
from tests.simulated_providers.apis.chat_completions.tools import check_functions
from tests.simulated_providers.completion import Request
from tests.simulated_providers.errors import ApiError, invalid_type, missing_parameter, too_long
from tests.simulated_providers.json_values import JsonObject, compact, is_array
from tests.simulated_providers.models import Model, find_model
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.tokens import REPLY_START, count_message, count_tokens
from tests.simulated_providers.validation.formats import check_format
from tests.simulated_providers.validation.parameters import (
    COMMON,
    Check,
    any_value,
    boolean,
    check_members,
    check_output_limit,
    check_stream_options,
    decimal,
    decode_body,
    integer,
    json_array,
    json_object,
    object_of,
    one_of,
)


def stop_sequences(name: str, value: Any) -> None:
    """A string or up to four of them."""
    if isinstance(value, str):
        return
    if not is_array(value) or not all(isinstance(each, str) for each in value):
        raise invalid_type(name, "a string or an array of strings", value)
    if len(value) > 4:
        raise too_long(name, "array", 4, len(value))


# https://platform.openai.com/docs/api-reference/chat/create
CHAT: dict[str, Check] = {
    **COMMON,
    "audio": json_object,
    "frequency_penalty": decimal(-2, 2),
    "function_call": any_value,
    "functions": json_array,
    "logit_bias": json_object,
    "logprobs": boolean,
    "max_completion_tokens": integer(1, 2**31 - 1),
    "max_tokens": integer(1, 2**31 - 1),
    "messages": json_array,
    "modalities": json_array,
    "n": integer(1, 128),
    "prediction": json_object,
    "presence_penalty": decimal(-2, 2),
    "reasoning_effort": one_of("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    "response_format": json_object,
    "seed": integer(-(2**63), 2**63 - 1),
    "service_tier": one_of("auto", "default", "flex", "scale", "priority", "fast"),
    "stop": stop_sequences,
    "stream_options": object_of({"include_usage": boolean, "include_obfuscation": boolean}),
    "verbosity": one_of("low", "medium", "high"),
    "web_search_options": json_object,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRules:
    """What the Chat Completions of a provider take: its models, the parameters (None for any), and the members of
    messages by their role (None for any). Who has `openai_families` refuses what OpenAI's families of models do.
    """

    find: Callable[[str], Model | None] = find_model
    parameters: Mapping[str, Check] | None = field(default_factory=lambda: CHAT)
    members: Mapping[str, set[str]] | None = field(default_factory=lambda: MEMBERS)
    openai_families: bool = True


OPENAI_RULES = ChatRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest(Request):
    """What was asked for; `include_usage` is for a stream."""

    include_usage: bool


def parse_chat_request(raw: bytes, settings: Settings, rules: ChatRules = OPENAI_RULES) -> ChatRequest:
    """Raises ApiError with OpenAI's status, message, param and code for the first thing that is refused."""
    body = decode_body(raw)
    model = check_chat_model(body, settings, rules.find)
    if rules.parameters is not None:
        check_members(body, rules.parameters)
    if body.get("messages") is None:
        raise missing_parameter("messages")
    messages = check_messages(body["messages"], model, rules.members)
    if rules.openai_families:
        effort = check_effort(body, model)
        check_sampling(body, model, effort)
    else:
        asked = str(body.get("reasoning_effort"))
        effort = asked if asked in model.efforts and asked != "default" else model.effort
    offered = check_functions(body)
    check_tools(body, model, effort)
    json_object, schema = check_format(body.get("response_format"), "response_format", model, messages)
    _check_combinations(body)
    limit_name = "max_completion_tokens" if body.get("max_completion_tokens") is not None else "max_tokens"
    limit: int | None = body.get(limit_name)
    function_tokens = (
        count_tokens(compact(body.get("tools") or body.get("functions") or "")) if offered.choice.functions else 0
    )
    prompt = REPLY_START + sum(count_message(message) for message in messages) + function_tokens
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
