"""Faults before an answer begins: refusals, limits, servers in trouble, and answers that are something else."""

import gzip
import json
from codecs import BOM_UTF8
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests import responses_upstream as responses
from tests.faults.scene import HELD, Fault
from tests.faults.scripts import by_openai, everywhere, streams, wholes
from tests.upstream import HELLO, answer, head, problem, text
from tests.upstream import whole as completion

RATE_LIMIT = problem("rate_limit_exceeded")
LIMITED = "429 Too Many Requests"
SOON = {"retry_after_ms": "20"}
LIMITS = {"x_ratelimit_limit_requests": "60", "x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "1s"}
FIRST_WORDING = (
    "This model's maximum context length is 8192 tokens. However, you requested 9100 tokens (8600 in the messages, "
    "500 in the completion). Please reduce the length of the messages or completion."
)
SECOND_WORDING = "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300001 tokens."
MESSAGES: Any = [
    {"role": "system", "content": "short"},
    {"role": "user", "content": "very long " * 400},
]


def _shares(system: int, user: int) -> Any:
    """Where the tokens are: about 6 and 1,004 of the messages' own, scaled to what the provider counted."""
    counted = {"system": system, "user": user}
    return [{"index": i, "role": role, "estimated_tokens": tokens} for i, (role, tokens) in enumerate(counted.items())]


MARKED = answer("200 OK", BOM_UTF8 + completion({"content": "Hello"}))
MARKED_RESPONSE = answer("200 OK", BOM_UTF8 + responses.whole(responses.message("Hello")))
ELSEWHERE = "http://127.0.0.1:9/v1/chat/completions"
HTML = b"<html><body><h1>sk-secret</h1></body></html>"


def _retry_info(delay: str) -> bytes:
    """https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto"""
    kinds = ({"@type": "google.rpc.QuotaFailure"}, {"@type": "google.rpc.RetryInfo", "retryDelay": delay})
    error: Any = {"code": 429, "message": "Quota exceeded.", "status": "RESOURCE_EXHAUSTED", "details": kinds}
    return json.dumps([{"error": error}]).encode()


def _date(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds))


REFUSALS: dict[str, Fault] = {
    "401": Fault(
        scripts=everywhere(answer("401 Unauthorized", problem("invalid_api_key", "Incorrect API key: sk-te*t"))),
        code="invalid_api_key",
        details={"upstream_status": 401},
    ),
    "401 without a body": Fault(scripts=everywhere(answer("401 Unauthorized", b"")), code="invalid_api_key"),
    "402": Fault(
        scripts=everywhere(answer("402 Payment Required", problem(None))),
        code="quota_exceeded",
        details={"upstream_status": 402},
    ),
    "403": Fault(
        scripts=everywhere(answer("403 Forbidden", problem("unsupported_country_region_territory"))),
        code="permission_denied",
        details={"upstream_status": 403},
    ),
    "404 model": Fault(
        scripts=by_openai(answer("404 Not Found", problem("model_not_found"), x_request_id="req_7")),
        code="model_not_found",
        details={"model": "gpt-5.4-mini", "request_id": "req_7"},
    ),
    "retired model": Fault(
        scripts=by_openai(answer("404 Not Found", problem("model_not_found"))),
        code="model_retired",
        details={"model": "gpt-4-turbo-preview", "replacement": "gpt-5.4"},
        config={"model": "gpt-4-turbo-preview"},
    ),
    "400 invalid parameter": Fault(
        scripts=everywhere(answer("400 Bad Request", problem("unsupported_value", param="temperature"))),
        code="invalid_request",
        details={"parameter": "temperature", "upstream_code": "unsupported_value"},
    ),
    "400 unknown parameter": Fault(
        scripts=everywhere(
            answer("400 Bad Request", problem(None, "Unrecognized request argument supplied: reasoning_effort"))
        ),
        code="invalid_request",
        details={"parameter": "reasoning_effort"},
    ),
    "400 context_length_exceeded, first wording": Fault(
        scripts=everywhere(answer("400 Bad Request", problem("context_length_exceeded", FIRST_WORDING))),
        code="context_length_exceeded",
        details={
            "limit": 8192,
            "prompt_tokens": 8600,
            "completion_tokens": 500,
            "requested_tokens": 9100,
            "messages": _shares(51, 8549),
        },
        config={"messages": MESSAGES},
    ),
    "400 context_length_exceeded, second wording": Fault(
        scripts=everywhere(answer("400 Bad Request", problem("context_length_exceeded", SECOND_WORDING))),
        code="context_length_exceeded",
        details={"limit": 272000, "prompt_tokens": 300001, "messages": _shares(1782, 298219)},
        config={"messages": MESSAGES},
    ),
    "400 content_filter": Fault(
        scripts=everywhere(answer("400 Bad Request", problem("content_filter"))), code="content_filtered"
    ),
    "400 with an endless body": Fault(
        scripts=everywhere([head("400 Bad Request", content_length="10000000") + b"x" * 200_000, HELD]),
        code="invalid_request",
    ),
    "400 whose body stops": Fault(
        scripts={"chat_stream": [[head("400 Bad Request", content_length="5000") + problem("content_filter"), HELD]]},
        code="content_filtered",
    ),
    "400 with a body in gzip": Fault(
        scripts=everywhere(
            [head("400 Bad Request", content_encoding="gzip") + gzip.compress(problem("content_filter"))]
        ),
        code="content_filtered",
    ),
    "400 with a body that is not UTF-8": Fault(
        scripts=everywhere(answer("400 Bad Request", b'{"error": {"message": "\xff\xfe"}}')), code="invalid_request"
    ),
    "429 with Retry-After in seconds": Fault(
        scripts=everywhere(answer(LIMITED, RATE_LIMIT, retry_after="0.02"), None), text="Hello", requests=2
    ),
    "429 with Retry-After as a date": Fault(
        scripts=everywhere(answer(LIMITED, RATE_LIMIT, retry_after=_date(0)), None), text="Hello", requests=2
    ),
    "429 with retry-after-ms": Fault(
        scripts=everywhere(answer(LIMITED, RATE_LIMIT, **SOON), None), text="Hello", requests=2
    ),
    "429 with Retry-After beyond the budget": Fault(
        scripts=everywhere(answer(LIMITED, RATE_LIMIT, retry_after="90", **LIMITS)),
        code="rate_limited",
        details={
            "retry_after_s": 90.0,
            "limits": {"limit_requests": "60", "remaining_requests": "0", "reset_requests": "1s"},
        },
        headers={"retry-after": "90"},
    ),
    "429 of Gemini, which says in the body how long": Fault(
        scripts=everywhere(answer(LIMITED, _retry_info("0.020s")), None), text="Hello", requests=2
    ),
    "429 of Gemini, beyond the budget": Fault(
        scripts=everywhere(answer(LIMITED, _retry_info("90.5s"))),
        code="rate_limited",
        details={"retry_after_s": 90.5},
        headers={"retry-after": "91"},
    ),
    "503 with Retry-After beyond the budget": Fault(
        scripts=everywhere(answer("503 Service Unavailable", problem(None), retry_after="90")),
        code="upstream_unavailable",
        details={"retry_after_s": 90.0},
        headers={"retry-after": "90"},
    ),
    "429 again and again": Fault(
        scripts=everywhere(answer(LIMITED, RATE_LIMIT, **SOON)),
        code="rate_limited",
        requests=3,
        details={"retry_after_s": 0.02},
        headers={"retry-after": "1"},
    ),
    "429 insufficient_quota": Fault(
        scripts=everywhere(answer(LIMITED, problem("insufficient_quota"), **SOON)), code="quota_exceeded"
    ),
    "429 insufficient_quota as the type": Fault(
        scripts=everywhere(answer(LIMITED, problem(None, type="insufficient_quota"), **SOON)), code="quota_exceeded"
    ),
    "429 whose prose speaks of quota": Fault(
        scripts=everywhere(
            answer(LIMITED, problem("rate_limit_exceeded", "You exceeded your current quota."), **SOON), None
        ),
        text="Hello",
        requests=2,
    ),
    "500": Fault(
        scripts=everywhere(answer("500 Internal Server Error", problem("server_error"), **SOON)),
        code="upstream_unavailable",
        requests=3,
        details={"upstream_status": 500},
    ),
    "500 once": Fault(
        scripts=everywhere(answer("500 Internal Server Error", problem(None), **SOON), None), text="Hello", requests=2
    ),
    "503": Fault(
        scripts=everywhere(answer("503 Service Unavailable", b"", **SOON)),
        code="upstream_unavailable",
        requests=3,
        details={"upstream_status": 503},
    ),
    "503 without retries": Fault(
        scripts=everywhere(answer("503 Service Unavailable", b"", **SOON)),
        code="upstream_unavailable",
        config={"max_retries": 0},
    ),
    "529": Fault(
        scripts=everywhere(answer("529 Overloaded", b"", **SOON)),
        code="upstream_unavailable",
        requests=3,
        details={"upstream_status": 529},
    ),
    "502 with an HTML body": Fault(
        scripts=everywhere(answer("502 Bad Gateway", HTML, "text/html", **SOON)),
        code="upstream_unavailable",
        requests=3,
        details={"upstream_status": 502},
    ),
    "502 with an HTML body, then fine": Fault(
        scripts=everywhere(answer("502 Bad Gateway", HTML, "text/html", **SOON), None), text="Hello", requests=2
    ),
    "200 with HTML": Fault(
        scripts=everywhere(answer("200 OK", HTML, "text/html")), code="stream_malformed", estimated=True
    ),
    "200 with plain JSON": Fault(scripts=everywhere(answer("200 OK", b'{"hello": 1}')), code="stream_malformed"),
    "200 with a whole answer for a stream": Fault(
        scripts={
            "chat_stream": [answer("200 OK", completion({"content": "Hello"}))],
            "responses_stream": [answer("200 OK", responses.whole(responses.message("Hello")))],
        },
        text="Hello",
    ),
    "200 with a whole answer of the other API for a stream": Fault(
        scripts={
            "chat_stream": [answer("200 OK", responses.whole(responses.message("Hello")))],
            "responses_stream": [answer("200 OK", completion({"content": "Hello"}))],
        },
        code="stream_malformed",
    ),
    "200 with a stream that says everything for a whole answer": Fault(
        scripts={
            "chat_whole": [[head() + b": ping\n\n" + HELLO]],
            "responses_whole": [[head() + responses.text("Hello") + responses.ended(responses.message("Hello"))]],
        },
        text="Hello",
    ),
    "200 with a stream that breaks off for a whole answer": Fault(
        scripts={"chat_whole": [[head() + text("Hel")]], "responses_whole": [[head() + responses.text("Hel")]]},
        code="stream_interrupted",
        estimated=True,
    ),
    "200 with a byte order mark before a whole answer": Fault(
        scripts={
            "chat_whole": [MARKED],
            "chat_stream": [MARKED],
            "responses_whole": [MARKED_RESPONSE],
            "responses_stream": [MARKED_RESPONSE],
        },
        text="Hello",
    ),
    "200 with a stream for a whole answer": Fault(
        scripts=wholes(answer("200 OK", b'data: {"choices": []}\n\n', "text/event-stream")), code="stream_malformed"
    ),
    "400 because of stream": Fault(
        scripts=streams(answer("400 Bad Request", problem("unsupported_value", param="stream"))),
        code="invalid_request",
        details={
            "parameter": "stream",
            "hint": "Take away the edge from the node's stream handle: some models are streamed to verified "
            "organizations only.",
        },
    ),
    "200 with an empty body": Fault(
        scripts=everywhere(answer("200 OK", b"", "text/event-stream")), code="stream_malformed", estimated=True
    ),
    "200 with an error object": Fault(
        scripts=everywhere(answer("200 OK", problem("insufficient_quota"))), code="quota_exceeded"
    ),
    "redirect to another host": Fault(
        scripts=everywhere(answer("307 Temporary Redirect", b"", location=ELSEWHERE)),
        code="upstream_unreachable",
        details={"reason": "redirect"},
        retryable=False,
    ),
    "redirect that would lose the body": Fault(
        scripts=everywhere(answer("302 Found", b"", location="/elsewhere")),
        code="upstream_unreachable",
        details={"reason": "redirect"},
        retryable=False,
    ),
}
