"""How servers refuse a request, each in its own shape and words, and what that is here.

Written down from their documentation and from reports of their users; texts are shortened.
"""

import json
from typing import Any

import pytest

from app.llm.failures import error_in_answer
from tests.decoders import chat_request

REQUEST = chat_request({"model": "m", "messages": [{"role": "user", "content": "Hello"}]}, stream=False)
TOO_LARGE = (
    "'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 4096 tokens "
    "and your request has 100 input tokens (9000 > 4096 - 100)."
)
TOO_LONG = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens "


def error(**members: Any) -> Any:
    return {"error": members}


def google(code: int, message: str, status: str) -> Any:
    return [error(code=code, message=message, status=status)]


REFUSALS: list[tuple[str, int, Any]] = [
    ("invalid_api_key", 400, google(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT")),
    ("invalid_api_key", 400, {"code": "Client specified an invalid argument", "error": "Incorrect API key provided"}),
    ("invalid_api_key", 401, {"detail": "Unauthorized"}),
    ("invalid_api_key", 401, error(code="401", message="Access denied due to invalid subscription key")),
    ("permission_denied", 403, google(403, "x", "PERMISSION_DENIED")),
    ("quota_exceeded", 402, error(code=402, message="Insufficient credits")),
    ("quota_exceeded", 402, error(message="x", type="unknown_error", code="invalid_request_error")),
    ("quota_exceeded", 429, error(type="exceeded_current_quota_error", message="x")),
    ("rate_limited", 429, google(429, "x", "RESOURCE_EXHAUSTED")),
    ("rate_limited", 429, {"message": "x", "type": "too_many_tokens_error", "code": "token_quota_exceeded"}),
    (
        "rate_limited",
        429,
        {"message": "x", "type": "service_tier_capacity_exceeded", "code": "3505"},
    ),
    ("rate_limited", 413, error(message="Request too large", type="tokens", code="rate_limit_exceeded")),
    ("upstream_unavailable", 429, error(type="engine_overloaded_error", message="x")),
    ("upstream_unavailable", 498, error(type="capacity_exceeded", code="capacity_exceeded", message="x")),
    ("upstream_unavailable", 503, google(503, "x", "UNAVAILABLE")),
    ("upstream_unavailable", 503, error(message="Loading model", type="unavailable_error", code=503)),
    ("model_not_found", 404, google(404, "x", "NOT_FOUND")),
    ("model_not_found", 404, error(code="DeploymentNotFound", message="x")),
    ("model_not_found", 404, error(message="try pulling it first", type="api_error", param=None, code=None)),
    ("model_not_found", 400, {"object": "error", "message": "x", "type": "invalid_model", "code": "1500"}),
    ("model_not_found", 400, error(message="x", type="invalid_model", code=400)),
    ("model_retired", 400, error(message="x", type="invalid_request_error", code="model_decommissioned")),
    ("content_filtered", 400, error(type="content_filter", message="x")),
    ("content_filtered", 403, error(code=403, message="x", metadata={"reasons": ["violence"]})),
    ("context_length_exceeded", 400, error(type="exceed_context_size_error", code=400, message="x")),
    (
        "context_length_exceeded",
        400,
        error(code=400, message="Provider returned error", metadata={"raw": json.dumps(error(message=TOO_LONG))}),
    ),
    ("invalid_request", 400, error(message="does not support tools", type="api_error", code=None)),
    ("invalid_request", 400, error(code=400, message="Provider returned error", metadata={"raw": "x"})),
]


@pytest.mark.parametrize(("code", "status", "body"), REFUSALS)
def test_the_code(code: str, status: int, body: Any) -> None:
    assert error_in_answer(status, {}, json.dumps(body).encode(), REQUEST).code == code


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        (f"{TOO_LONG}(4000 in the messages, 1000 in the completion).", (4096, 4000, 1000)),
        (f"{TOO_LONG}(4000 of text input, 1000 in the output).", (4096, 4000, 1000)),
        (TOO_LARGE, (4096, 100, 9000)),
        ("Your request exceeded model token limit: 8192 (requested: 9001)", (8192, 9001, None)),
    ],
)
def test_a_prompt_that_is_too_long(message: str, counts: tuple[int, int, int | None]) -> None:
    body = json.dumps(error(message=message, type="BadRequestError", code=400)).encode()
    found = error_in_answer(400, {}, body, REQUEST)
    assert found.code == "context_length_exceeded"
    assert tuple(found.details[name] for name in ("limit", "prompt_tokens", "completion_tokens")) == counts
