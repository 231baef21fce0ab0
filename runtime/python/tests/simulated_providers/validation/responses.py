"""A request to the Responses API from its body, checked in the order in which OpenAI's errors appear."""

from typing import Any

from tests.simulated_providers import tokens
from tests.simulated_providers.errors import ApiError, input_too_long
from tests.simulated_providers.json_values import JsonObject, compact, is_object
from tests.simulated_providers.responses.conversation import messages_of
from tests.simulated_providers.responses.request import ResponsesRequest
from tests.simulated_providers.responses.stored import IssuedItems, StoredConversations
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.validation.body import check_stream_options, decode_body
from tests.simulated_providers.validation.by_model import check_output_limit, input_limit
from tests.simulated_providers.validation.formats import check_format
from tests.simulated_providers.validation.input_items import check_input, check_pairs, resolve
from tests.simulated_providers.validation.reasoning_items import check_reasoning_items
from tests.simulated_providers.validation.responses_by_model import (
    check_encryption,
    check_reasoning,
    check_responses_model,
    check_sampling,
    check_verbosity,
)
from tests.simulated_providers.validation.responses_parameters import check_parameters
from tests.simulated_providers.validation.responses_tools import check_tools


def parse_responses_request(
    raw: bytes, settings: Settings, stored: StoredConversations, issued: IssuedItems
) -> ResponsesRequest:
    """Raises ApiError with OpenAI's status, message, param and code for the first thing it would refuse."""
    body = decode_body(raw)
    model = check_responses_model(body, settings)
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
    function_tokens = tokens.count(compact(body["tools"])) if tools.listed else 0
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
    sizes = [tokens.count_message(message) for message in messages]
    total = tokens.REPLY_START + sum(sizes)
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
