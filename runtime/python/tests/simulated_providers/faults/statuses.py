"""Faults that are an answer of their own: error statuses, strange bodies, a redirect."""

from collections.abc import Callable
from email.utils import formatdate
from time import time

from tests.simulated_providers.errors import ApiError, input_too_long, invalid_key, model_not_found, model_retired
from tests.simulated_providers.faults.kinds import FaultKind
from tests.simulated_providers.headers import REQUEST_LIMIT, TOKEN_LIMIT
from tests.simulated_providers.replies import EVENT_STREAM, Reply, Write, error_reply, json_reply
from tests.simulated_providers.settings import Fault

HTML = b"<html>\r\n<head><title>%b</title></head>\r\n<body><center><h1>%b</h1></center></body>\r\n</html>\r\n"
LIMITS = {
    "x-ratelimit-limit-requests": str(REQUEST_LIMIT),
    "x-ratelimit-limit-tokens": str(TOKEN_LIMIT),
    "x-ratelimit-remaining-requests": "0",
    "x-ratelimit-remaining-tokens": str(TOKEN_LIMIT),
    "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-reset-tokens": "0s",
}
SERVER_ERROR = "The server had an error while processing your request. Sorry about that!"
OVERLOADED = "The engine is currently overloaded, please try again later."


def _refusal(refusal: ApiError) -> Callable[[Fault], Reply]:
    return lambda _: error_reply(refusal)


def _rate_limited(headers: Callable[[Fault], dict[str, str]]) -> Callable[[Fault], Reply]:
    def reply(fault: Fault) -> Reply:
        refusal = ApiError(
            f"Rate limit reached for requests. Limit: {REQUEST_LIMIT} / min. "
            f"Please try again in {fault.retry_after:g}s.",
            status=429,
            kind="requests",
            code="rate_limit_exceeded",
        )
        return json_reply(refusal.body, 429, {**LIMITS, **headers(fault)})

    return reply


def _seconds(fault: Fault) -> dict[str, str]:
    return {"retry-after": f"{fault.retry_after:g}"}


def _date(fault: Fault) -> dict[str, str]:
    return {"retry-after": formatdate(time() + fault.retry_after, usegmt=True)}


def _milliseconds(fault: Fault) -> dict[str, str]:
    return {"retry-after-ms": f"{fault.retry_after * 1000:g}"}


def _unavailable(fault: Fault) -> Reply:
    refusal = ApiError(OVERLOADED, status=503, kind="server_error")
    return json_reply(refusal.body, 503, _seconds(fault))


def _raw(status: int, content_type: str, body: bytes) -> Callable[[Fault], Reply]:
    headers = {"content-type": content_type, "content-length": str(len(body))}
    return lambda _: Reply(status, dict(headers), [Write(body)])


def _redirect(fault: Fault) -> Reply:
    return Reply(307, {"location": fault.location, "content-length": "0"}, [])


STATUS_FAULTS = [
    FaultKind("invalid_api_key", "401", reply=_refusal(invalid_key("sk-invalid-0123456789abcdef"))),
    FaultKind(
        "permission_denied",
        "403",
        reply=_refusal(
            ApiError("You are not allowed to sample from this model", status=403, code="model_not_available")
        ),
    ),
    FaultKind("model_not_found", "404", reply=_refusal(model_not_found("the-model"))),
    FaultKind("model_retired", "404, the model was shut down", reply=_refusal(model_retired("the-model"))),
    FaultKind(
        "context_length_exceeded",
        "400, in the wording of the older models",
        reply=_refusal(
            ApiError(
                "This model's maximum context length is 128000 tokens. However, your messages resulted in 130512 "
                "tokens. Please reduce the length of the messages.",
                param="messages",
                code="context_length_exceeded",
            )
        ),
    ),
    FaultKind(
        "input_tokens_exceeded",
        "400, in the wording of the newer models",
        reply=_refusal(
            ApiError(
                "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 280034 tokens. "
                "Please reduce the length of the messages.",
                param="messages",
                code="context_length_exceeded",
            )
        ),
    ),
    FaultKind(
        "input_exceeds_window",
        "400, in the wording of the Responses API",
        reply=_refusal(input_too_long()),
    ),
    FaultKind("rate_limited", "429 without Retry-After", reply=_rate_limited(lambda _: {})),
    FaultKind("rate_limited_seconds", "429, Retry-After in seconds", reply=_rate_limited(_seconds)),
    FaultKind("rate_limited_date", "429, Retry-After as a date", reply=_rate_limited(_date)),
    FaultKind("rate_limited_ms", "429, retry-after-ms", reply=_rate_limited(_milliseconds)),
    FaultKind(
        "insufficient_quota",
        "429 that no retry helps",
        reply=_refusal(
            ApiError(
                "You exceeded your current quota, please check your plan and billing details. For more information on "
                "this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
                status=429,
                kind="insufficient_quota",
                code="insufficient_quota",
            )
        ),
    ),
    FaultKind("server_error", "500", reply=_refusal(ApiError(SERVER_ERROR, status=500, kind="server_error"))),
    FaultKind("bad_gateway_html", "502, HTML", reply=_raw(502, "text/html", HTML % (b"502 Bad Gateway", b"502"))),
    FaultKind("unavailable", "503", reply=_refusal(ApiError(OVERLOADED, status=503, kind="server_error"))),
    FaultKind("unavailable_seconds", "503, Retry-After in seconds", reply=_unavailable),
    FaultKind("overloaded", "529", reply=_refusal(ApiError("Overloaded", status=529, kind="overloaded_error"))),
    FaultKind("ok_html", "200, HTML", reply=_raw(200, "text/html; charset=utf-8", HTML % (b"Sign in", b"Sign in"))),
    FaultKind("ok_json", "200, JSON that is no completion", reply=_raw(200, "application/json", b'{"status":"ok"}')),
    FaultKind("ok_empty", "200, an empty JSON body", reply=_raw(200, "application/json", b"")),
    FaultKind(
        "ok_empty_stream", "200, an event stream without events", reply=_raw(200, EVENT_STREAM["content-type"], b"")
    ),
    FaultKind("redirect", "307 to `location`", reply=_redirect),
]
