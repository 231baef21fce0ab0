"""A validated request to the Responses API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.simulated_providers.apis.responses.conversation import IssuedItems, StoredConversations, messages_of
from tests.simulated_providers.apis.responses.items import check_input, check_pairs, check_reasoning_items, resolve
from tests.simulated_providers.apis.responses.parameters import check_parameters, check_tools
from tests.simulated_providers.completion import Request
from tests.simulated_providers.errors import ApiError, input_too_long, listed, missing_parameter, unsupported_parameter
from tests.simulated_providers.json_values import JsonObject, compact, is_object
from tests.simulated_providers.models import Model
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.tokens import REPLY_START, count_message, count_tokens
from tests.simulated_providers.validation.formats import check_format
from tests.simulated_providers.validation.parameters import (
    check_model,
    check_output_limit,
    check_stream_options,
    decode_body,
    input_limit,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsesRequest(Request):
    """What was asked for, with what an answer repeats.

    `items` is the conversation without instructions, earlier turns included; `store` says whether the next turn may
    refer to it. `tools` are the tools as an answer lists them. `summary` asks for a summary of the reasoning,
    `encrypted` for its encrypted form.
    """

    items: list[JsonObject]
    store: bool
    tools: list[JsonObject]
    summary: str | None
    encrypted: bool


def parse_responses_request(
    raw: bytes,
    settings: Settings,
    stored: StoredConversations,
    issued: IssuedItems,
    find: Callable[[str], Model | None],
) -> ResponsesRequest:
    """Raises ApiError with OpenAI's status, message, param and code for the first thing it would refuse."""
    body = decode_body(raw)
    model = check_responses_model(body, settings, find)
    check_parameters(body)
    earlier = _earlier(body, stored)
    items = check_input(body["input"], model) if body.get("input") is not None else []
    if not items and not earlier:
        raise _no_input()
    items = [*earlier, *resolve(items, stored)]
    check_pairs(items)
    check_reasoning_items(items, stored, issued)
    effort = check_reasoning(body, model)
    check_encryption(body, model)
    check_sampling(body, model, effort)
    check_verbosity(body, model)
    tools = check_tools(body, model)
    written = messages_of(items)
    text: JsonObject = body.get("text") or {}
    json_object, schema = check_format(text.get("format"), "text.format", model, written)
    check_stream_options(body)
    limit: int | None = body.get("max_output_tokens")
    check_output_limit(model, limit, "max_output_tokens")
    messages = messages_of(items, body.get("instructions"))
    function_tokens = count_tokens(compact(body["tools"])) if tools.listed else 0
    room = input_limit(model, settings) - function_tokens
    messages, prompt = _fitted(messages, room, truncate=body.get("truncation") == "auto")
    options: JsonObject = body.get("stream_options") or {}
    reasoning: JsonObject = body.get("reasoning") or {}
    included: list[str] = body.get("include") or []
    return ResponsesRequest(
        body=body,
        model=model,
        messages=messages,
        functions=tools.choice.functions,
        choice=tools.choice.mode,
        named=tools.choice.named,
        parallel=body.get("parallel_tool_calls") is not False and model.parallel_calls,
        json_object=json_object,
        response_schema=schema,
        max_tokens=limit,
        stream=body.get("stream") is True,
        include_obfuscation=options.get("include_obfuscation") is not False,
        top_logprobs=_top_logprobs(body, included),
        effort=effort,
        prompt_tokens=prompt + function_tokens,
        items=items,
        store=body.get("store") is not False,
        tools=tools.listed,
        summary=reasoning.get("summary") or reasoning.get("generate_summary"),
        encrypted="reasoning.encrypted_content" in included,
    )


def _earlier(body: JsonObject, stored: StoredConversations) -> list[JsonObject]:
    """The conversation that the request goes on with."""
    if body.get("conversation") is not None:
        conversation: Any = body["conversation"]
        name = conversation.get("id") if is_object(conversation) else conversation
        raise ApiError(f"Conversation with id '{name}' not found.", param="conversation", status=404)
    previous: str | None = body.get("previous_response_id")
    if previous is None:
        return []
    items = stored.find(previous)
    if items is None:
        raise ApiError(
            f"Previous response with id '{previous}' not found.",
            param="previous_response_id",
            code="previous_response_not_found",
        )
    return items


def _no_input() -> ApiError:
    return ApiError(
        "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation_id' must be provided.",
        param="input",
        code="missing_required_parameter",
    )


def _fitted(messages: list[JsonObject], room: int, *, truncate: bool) -> tuple[list[JsonObject], int]:
    """The messages with their tokens; with truncation the earliest are dropped until they fit."""
    sizes = [count_message(message) for message in messages]
    total = REPLY_START + sum(sizes)
    start = 0
    while truncate and total > room and start < len(messages) - 1:
        total -= sizes[start]
        start += 1
    if total > room:
        raise input_too_long()
    return messages[start:], total


def _top_logprobs(body: JsonObject, included: list[str]) -> int | None:
    asked: int | None = body.get("top_logprobs")
    return (asked or 0) if asked or "message.output_text.logprobs" in included else None


def check_responses_model(body: JsonObject, settings: Settings, find: Callable[[str], Model | None]) -> Model:
    """The model asked for. Raises ApiError when there is none, or it is one of Chat Completions alone."""
    if not body.get("model"):
        raise missing_parameter("model")
    model = check_model(body["model"], settings, find)
    if model.audio:
        raise ApiError(
            f"The requested model '{model.id}' is not supported with the Responses API.",
            param="model",
            code="unsupported_model",
        )
    return model


def check_reasoning(body: JsonObject, model: Model) -> str:
    """The reasoning effort in force, "none" for models that do not reason."""
    asked: JsonObject = body.get("reasoning") or {}
    if not model.reasons:
        for name, value in asked.items():
            if value is not None:
                raise unsupported_parameter(f"reasoning.{name}")
        return "none"
    effort: Any = asked.get("effort")
    if effort is None:
        return model.effort
    if effort not in model.efforts:
        raise _unsupported("reasoning.effort", effort, model, model.efforts)
    return effort


def check_encryption(body: JsonObject, model: Model) -> None:
    """Only reasoning can be given in encrypted form."""
    if not model.reasons and "reasoning.encrypted_content" in (body.get("include") or []):
        raise ApiError("Encrypted content is not supported with this model.", param="include")


def check_verbosity(body: JsonObject, model: Model) -> None:
    """Models before gpt-5 take only the verbosity they have anyway."""
    text: JsonObject = body.get("text") or {}
    wanted: Any = text.get("verbosity")
    if wanted is not None and wanted != "medium" and not model.verbosity:
        raise _unsupported("text.verbosity", wanted, model, ("medium",))


def check_sampling(body: JsonObject, model: Model, effort: str) -> None:
    """Temperature and the like, which a model does not take while it reasons."""
    if not model.reasons or (effort == "none" and model.sampling_without_reasoning):
        return
    for name in ("temperature", "top_p"):
        if body.get(name) not in (None, 1):
            raise _refused(name)
    if body.get("top_logprobs"):
        raise _refused("top_logprobs")
    if "message.output_text.logprobs" in (body.get("include") or []):
        raise _refused("include")


def _refused(name: str) -> ApiError:
    # Unlike in Chat Completions, there is no code.
    return ApiError(f"Unsupported parameter: '{name}' is not supported with this model.", param=name)


def _unsupported(name: str, value: str, model: Model, supported: tuple[str, ...]) -> ApiError:
    return ApiError(
        f"Unsupported value: '{value}' is not supported with the '{model.id}' model. "
        f"Supported values are: {listed(supported)}.",
        param=name,
        code="unsupported_value",
    )
