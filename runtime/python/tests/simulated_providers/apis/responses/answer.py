"""An answer of the Responses API as one JSON object, with its output items."""

from collections.abc import Sequence
from typing import Any

from tests.simulated_providers.apis.responses.items import encrypted_reasoning
from tests.simulated_providers.apis.responses.request import ResponsesRequest
from tests.simulated_providers.completion import Call, Choice, Completion
from tests.simulated_providers.identifiers import call_id, hexadecimal
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.tokens import logprobs

INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
SERVER_ERROR = (
    "An error occurred while processing your request. You can retry your request, or contact us through our help "
    "center at help.openai.com if the error persists."
)


SUMMARY = "**Weighing the question**\n\nThe answer follows from the words of the question alone."
CUT_SHORT = ("length", "content_filter")
BETWEEN_CALLS = ("high", "xhigh", "max")


def whole_response(completion: Completion, request: ResponsesRequest) -> JsonObject:
    """The `response` object as it is at the end."""
    reason = completion.choices[0].finish_reason
    response = begun_response(completion, request)
    response["service_tier"] = request.service_tier
    if reason == "error":
        return failed(response, "server_error", SERVER_ERROR)
    response["status"] = "incomplete" if reason in INCOMPLETE else "completed"
    if reason in INCOMPLETE:
        response["incomplete_details"] = {"reason": INCOMPLETE[reason]}
    else:
        response["completed_at"] = completion.created
    response["output"] = output_items(completion, request)
    response["usage"] = _usage(completion)
    return response


def failed(response: JsonObject, code: str, message: str) -> JsonObject:
    """A response with which the model did not come to an end."""
    ended: JsonObject = {"status": "failed", "completed_at": None, "incomplete_details": None, "output": []}
    kept = {key: value for key, value in response.items() if key != "usage"}
    return {**kept, **ended, "error": {"code": code, "message": message}}


def begun_response(completion: Completion, request: ResponsesRequest) -> JsonObject:
    """The `response` object before there is any output. OpenAI's schema has no null usage, so it is left out."""
    body = request.body
    response: JsonObject = {
        "id": completion.id,
        "object": "response",
        "created_at": completion.created,
        "status": "in_progress",
        "background": False,
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": request.max_tokens,
        "max_tool_calls": body.get("max_tool_calls"),
        "model": completion.model,
        "output": [],
        "parallel_tool_calls": body.get("parallel_tool_calls") is not False,
        "previous_response_id": body.get("previous_response_id"),
        "prompt_cache_key": body.get("prompt_cache_key"),
        "prompt_cache_retention": body.get("prompt_cache_retention"),
        "reasoning": {"effort": request.effort if request.model.reasons else None, "summary": request.summary},
        "safety_identifier": body.get("safety_identifier"),
        "service_tier": body.get("service_tier") or "auto",
        "temperature": _given(body, "temperature", 1.0),
        "text": _text(body),
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": request.tools,
        "top_logprobs": request.top_logprobs or 0,
        "top_p": _given(body, "top_p", 1.0),
        "truncation": body.get("truncation") or "disabled",
        "metadata": body.get("metadata") or {},
    }
    if body.get("user") is not None:
        response["user"] = body["user"]
    return response


def _given(body: JsonObject, name: str, otherwise: float) -> Any:
    return otherwise if body.get(name) is None else body[name]


def _text(body: JsonObject) -> JsonObject:
    text: JsonObject = body.get("text") or {}
    form: JsonObject = text.get("format") or {"type": "text"}
    if form["type"] == "json_schema":
        form = {"strict": False, **form}
    return {"format": form, "verbosity": text.get("verbosity") or "medium"}


def _usage(completion: Completion) -> JsonObject:
    return {
        "input_tokens": completion.prompt_tokens,
        "input_tokens_details": {"cached_tokens": completion.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": completion.output_tokens,
        "output_tokens_details": {"reasoning_tokens": completion.reasoning_tokens},
        "total_tokens": completion.prompt_tokens + completion.output_tokens,
    }


def output_items(completion: Completion, request: ResponsesRequest) -> list[JsonObject]:
    """The items in the order a model gives them, complete or as far as the answer got."""
    choice = completion.choices[0]
    items: list[JsonObject] = []
    if request.effort != "none":
        items.append(_reasoning(completion, request, 0))
    ended_thinking = choice.finish_reason == "length" and not choice.pieces
    if choice.pieces or not (choice.calls or ended_thinking):
        items.append(_message(completion, choice, request, len(items)))
    for position, call in enumerate(choice.calls):
        # With enough effort a model thinks again between its calls.
        if position and request.effort in BETWEEN_CALLS:
            items.append(_reasoning(completion, request, len(items)))
        last = position == len(choice.calls) - 1
        items.append(_call(completion, call, position, len(items), cut=last and choice.finish_reason in CUT_SHORT))
    return items


def _reasoning(completion: Completion, request: ResponsesRequest, position: int) -> JsonObject:
    item: JsonObject = {"id": _item_id("rs", completion, position), "type": "reasoning", "summary": []}
    if request.summary:
        item["summary"] = [{"type": "summary_text", "text": SUMMARY}]
    if request.encrypted:
        item["encrypted_content"] = encrypted_reasoning(item["id"])
    return item


def _message(completion: Completion, choice: Choice, request: ResponsesRequest, position: int) -> JsonObject:
    return {
        "id": _item_id("msg", completion, position),
        "type": "message",
        "status": "incomplete" if choice.finish_reason in CUT_SHORT and not choice.calls else "completed",
        "role": "assistant",
        "content": [text_part(choice.pieces, refused=choice.refused, alternatives=request.top_logprobs)],
    }


def text_part(pieces: Sequence[str], *, refused: bool, alternatives: int | None) -> JsonObject:
    """The content of a message: its text with log probabilities if they were asked for, or a refusal."""
    text = "".join(pieces)
    if refused:
        return {"type": "refusal", "refusal": text}
    probabilities: Any = [] if alternatives is None else logprobs(pieces, alternatives)["content"]
    return {"type": "output_text", "annotations": [], "logprobs": probabilities, "text": text}


def _call(completion: Completion, call: Call, number: int, position: int, *, cut: bool) -> JsonObject:
    return {
        "id": _item_id("fc", completion, position),
        "type": "function_call",
        "status": "incomplete" if cut else "completed",
        "arguments": call.arguments,
        "call_id": call_id(completion.id, 0, number),
        "name": call.name,
    }


def _item_id(prefix: str, completion: Completion, position: int) -> str:
    return f"{prefix}_{hexadecimal(f'{completion.id} {position}', 50)}"
