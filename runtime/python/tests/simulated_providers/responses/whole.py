"""An answer of the Responses API as one JSON object.

Source: https://platform.openai.com/docs/api-reference/responses/object
"""

from typing import Any

from tests.simulated_providers.completion import Completion
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.responses.items import output_items
from tests.simulated_providers.responses.request import ResponsesRequest

INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
SERVER_ERROR = (
    "An error occurred while processing your request. You can retry your request, or contact us through our help "
    "center at help.openai.com if the error persists."
)


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
