"""Errors that servers tell in words alone, or by codes of their own, and usage where servers of their own mind have it.

The bodies are those that providers document, that their SDKs test with, or that issues quote.
"""

import json
from typing import Any

import msgspec
import pytest

from app.llm.apis.chat_completions.wire import WireUsage
from app.llm.failures import error_in_answer, error_in_stream
from app.llm.request import ModelRequest


def said(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


# Who says it, the body, and of the numbers in it the limit and the prompt's.
TOO_LONG: list[tuple[str, Any, int | None, int | None]] = [
    (
        "mistral",
        {
            "object": "error",
            "message": "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum "
            "context length",
            "type": "invalid_request_invalid_args",
            "code": "3051",
        },
        32768,
        40000,
    ),
    (
        "together",
        said(
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens "
            "and 512 `max_new_tokens`"
        ),
        8193,
        9000,
    ),
    ("fireworks", said("The prompt is too long: 200000, model maximum context length: 131071"), 131071, 200000),
    (
        "xai",
        {
            "code": "Client specified an invalid argument",
            "error": "This model's maximum prompt length is 131072 but the request contains 200000 tokens.",
        },
        131072,
        200000,
    ),
    (
        "gemini",
        [
            said(
                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                code=400,
                status="INVALID_ARGUMENT",
            )
        ],
        1048576,
        1200000,
    ),
    ("moonshot", said("Your request exceeded model token limit: 131072 (requested: 140000)"), 131072, 140000),
    (
        "vllm",
        said(
            "The decoder prompt (length 5000) is longer than the maximum model length of 4096.", type="BadRequestError"
        ),
        4096,
        5000,
    ),
    (
        "sglang",
        said(
            "The input (5000 tokens) is longer than the model's context length (4096 tokens).", type="BadRequestError"
        ),
        4096,
        5000,
    ),
    (
        "lmstudio",
        {
            "error": "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded "
            "with context length of only 4096 tokens, which is not enough."
        },
        4096,
        None,
    ),
    (
        "cohere",
        {"message": "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000."},
        4081,
        5000,
    ),
    ("cerebras", said("Current length is 9000 while limit is 8192", code="context_length_exceeded"), 8192, 9000),
    ("alibaba", said("Range of input length should be [1, 98304]", code="invalid_parameter_error"), None, None),
]

OTHERS: list[tuple[str, int, Any, str]] = [
    ("xai", 429, {"code": "x", "error": "Your team has either used all available credits or …"}, "quota_exceeded"),
    (
        "fireworks",
        412,
        said("Account is suspended, possibly due to reaching the monthly spending limit"),
        "quota_exceeded",
    ),
    ("alibaba", 400, said("Access denied.", type="Arrearage", code="Arrearage"), "quota_exceeded"),
    ("xai", 403, {"code": "x", "error": "Content violates usage guidelines. Failed check: X"}, "content_filtered"),
    ("deepseek", 400, said("Content Exists Risk"), "content_filtered"),
    ("deepseek", 400, said("Model Not Exist"), "model_not_found"),
    ("openrouter", 400, said("x/y is not a valid model ID", code=400), "model_not_found"),
    ("together", 400, said("Unable to access non-serverless model x.", code="model_not_available"), "model_not_found"),
    ("lmstudio", 400, {"error": "No models loaded. Please load a model."}, "model_not_found"),
    ("groq", 400, said("Organization has been restricted.", code="organization_restricted"), "permission_denied"),
    ("ollama", 400, said("registry.ollama.ai/library/x does not support tools"), "invalid_request"),
]


def failed(status: int, body: Any) -> Any:
    request = ModelRequest(b"", "m", "m", [], False, False, None, None, None)
    return error_in_answer(status, {}, json.dumps(body).encode(), request)


@pytest.mark.parametrize(("server", "body", "limit", "prompt"), TOO_LONG, ids=[case[0] for case in TOO_LONG])
def test_a_prompt_that_is_too_long(server: str, body: Any, limit: int | None, prompt: int | None) -> None:
    """A router then asks a model that takes more."""
    error = failed(400, body)
    assert error.code == "context_length_exceeded", server
    assert (error.details.get("limit"), error.details.get("prompt_tokens")) == (limit, prompt)


@pytest.mark.parametrize(("server", "status", "body", "code"), OTHERS, ids=[f"{each[0]}-{each[3]}" for each in OTHERS])
def test_what_else_is_told_in_words(server: str, status: int, body: Any, code: str) -> None:
    assert failed(status, body).code == code, server


def test_a_queue_that_is_full_in_the_middle_of_a_stream() -> None:
    """Cerebras's status stands beside the error, not in it."""
    error = {"message": "We're experiencing high traffic right now!", "param": "queue", "code": "queue_exceeded"}
    told = {"error": {**error, "type": "too_many_requests_error"}, "status_code": 429}
    assert error_in_stream(json.dumps(told).encode()).code == "rate_limited"


@pytest.mark.parametrize(
    ("sent", "cached", "reasoning", "cost"),
    [
        (
            {"prompt_tokens_details": {"cached_tokens": 3}, "completion_tokens_details": {"reasoning_tokens": 4}},
            3,
            4,
            None,
        ),
        ({"cached_tokens": 3, "reasoning_tokens": 4}, 3, 4, None),
        ({"num_cached_tokens": 3, "prompt_tokens_details": None}, 3, 0, None),
        ({"prompt_cache_hit_tokens": 3, "prompt_cache_miss_tokens": 17}, 3, 0, None),
        ({"cost": 0.5}, 0, 0, 0.5),
        ({"reasoning_tokens": 4, "cost": {"total_cost": 0.008, "request_cost": 0.005}}, 0, 4, 0.008),
        ({"cost_in_usd_ticks": 37756000, "completion_tokens_details": {"reasoning_tokens": 9}}, 0, 9, 0.0037756),
    ],
)
def test_usage_where_each_server_has_it(sent: Any, cached: int, reasoning: int, cost: float | None) -> None:
    usage = msgspec.convert({"prompt_tokens": 20, "completion_tokens": 9, "total_tokens": 29, **sent}, WireUsage)
    counts = usage.counts()
    assert counts is not None
    assert (counts["total_tokens"], counts["cached_tokens"], counts["reasoning_tokens"]) == (29, cached, reasoning)
    assert usage.cost_usd == cost
