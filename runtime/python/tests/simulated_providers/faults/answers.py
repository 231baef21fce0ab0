"""Faults of what is answered: refusals, strange bodies, a redirect; how a model ends, and odd arguments."""

from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from time import time

from tests.simulated_providers.asgi import EVENT_STREAM, Reply, Write
from tests.simulated_providers.completion import Call, Choice, Completion
from tests.simulated_providers.errors import (
    REQUEST_LIMIT,
    TOKEN_LIMIT,
    ApiError,
    input_too_long,
    invalid_key,
    model_not_found,
    model_retired,
)
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.tokens import split_tokens

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
TOO_LONG = (
    "This model's maximum context length is 128000 tokens. However, your messages resulted in 130512 tokens. Please "
    "reduce the length of the messages."
)
TOO_LONG_NEWER = (
    "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 280034 tokens. Please reduce "
    "the length of the messages."
)
NO_QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this error, "
    "read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors."
)


REFUSAL = "I'm sorry, but I can't assist with that request."


def _said(message: str, status: int, code: str | None, *, kind: str | None = None) -> Callable[[Fault], ApiError]:
    """A refusal with a code, or of a kind that has none."""
    return lambda _: ApiError(message, status=status, code=code, kind=kind or "invalid_request_error")


def _too_long(message: str) -> Callable[[Fault], ApiError]:
    return lambda _: ApiError(message, param="messages", code="context_length_exceeded")


def _rate_limited(headers: Callable[[Fault], dict[str, str]]) -> Callable[[Fault], ApiError]:
    return lambda fault: ApiError(
        f"Rate limit reached for requests. Limit: {REQUEST_LIMIT} / min. Please try again in {fault.retry_after:g}s.",
        status=429,
        kind="requests",
        code="rate_limit_exceeded",
        headers={**LIMITS, **headers(fault)},
    )


def _seconds(fault: Fault) -> dict[str, str]:
    return {"retry-after": f"{fault.retry_after:g}"}


def _date(fault: Fault) -> dict[str, str]:
    return {"retry-after": formatdate(time() + fault.retry_after, usegmt=True)}


def _milliseconds(fault: Fault) -> dict[str, str]:
    return {"retry-after-ms": f"{fault.retry_after * 1000:g}"}


def _unavailable(fault: Fault) -> ApiError:
    return ApiError(OVERLOADED, status=503, kind="server_error", headers=_seconds(fault))


def _raw(status: int, content_type: str, body: bytes) -> Callable[[Fault], Reply]:
    headers = {"content-type": content_type, "content-length": str(len(body))}
    return lambda _: Reply(status, dict(headers), [Write(body)])


def _redirect(fault: Fault) -> Reply:
    return Reply(307, {"location": fault.location, "content-length": "0"}, [])


_STATUSES = [
    FaultKind("invalid_api_key", "401", refusal=lambda _: invalid_key("sk-invalid-0123456789abcdef")),
    FaultKind(
        "permission_denied",
        "403",
        refusal=_said("You are not allowed to sample from this model", 403, "model_not_available"),
    ),
    FaultKind("model_not_found", "404", refusal=lambda _: model_not_found("the-model")),
    FaultKind("model_retired", "404, the model was shut down", refusal=lambda _: model_retired("the-model")),
    FaultKind("context_length_exceeded", "400, in the wording of the older models", refusal=_too_long(TOO_LONG)),
    FaultKind("input_tokens_exceeded", "400, in the wording of the newer models", refusal=_too_long(TOO_LONG_NEWER)),
    FaultKind("input_exceeds_window", "400, in the wording of the Responses API", refusal=lambda _: input_too_long()),
    FaultKind("rate_limited", "429 without Retry-After", refusal=_rate_limited(lambda _: {})),
    FaultKind("rate_limited_seconds", "429, Retry-After in seconds", refusal=_rate_limited(_seconds)),
    FaultKind("rate_limited_date", "429, Retry-After as a date", refusal=_rate_limited(_date)),
    FaultKind("rate_limited_ms", "429, retry-after-ms", refusal=_rate_limited(_milliseconds)),
    FaultKind(
        "insufficient_quota",
        "429 that no retry helps",
        refusal=_said(NO_QUOTA, 429, "insufficient_quota", kind="insufficient_quota"),
    ),
    FaultKind("server_error", "500", refusal=_said(SERVER_ERROR, 500, None, kind="server_error")),
    FaultKind("bad_gateway_html", "502, HTML", reply=_raw(502, "text/html", HTML % (b"502 Bad Gateway", b"502"))),
    FaultKind("unavailable", "503", refusal=_said(OVERLOADED, 503, None, kind="server_error")),
    FaultKind("unavailable_seconds", "503, Retry-After in seconds", refusal=_unavailable),
    FaultKind("overloaded", "529", refusal=_said("Overloaded", 529, None, kind="overloaded_error")),
    FaultKind("ok_html", "200, HTML", reply=_raw(200, "text/html; charset=utf-8", HTML % (b"Sign in", b"Sign in"))),
    FaultKind("ok_json", "200, JSON that is no completion", reply=_raw(200, "application/json", b'{"status":"ok"}')),
    FaultKind("ok_empty", "200, an empty JSON body", reply=_raw(200, "application/json", b"")),
    FaultKind(
        "ok_empty_stream", "200, an event stream without events", reply=_raw(200, EVENT_STREAM["content-type"], b"")
    ),
    FaultKind("redirect", "307 to `location`", reply=_redirect),
]


def _each(change: Callable[[Choice, Fault], Choice]) -> Callable[[Completion, Fault], Completion]:
    def changed(completion: Completion, fault: Fault) -> Completion:
        return replace(completion, choices=tuple(change(choice, fault) for choice in completion.choices))

    return changed


def _ended(reason: str) -> Callable[[Choice, Fault], Choice]:
    return lambda choice, _: replace(choice, finish_reason=reason)


def _cut_short(reason: str) -> Callable[[Choice, Fault], Choice]:
    """The text after `after` tokens, or the last call's arguments in their middle."""

    def change(choice: Choice, fault: Fault) -> Choice:
        cut = replace(choice, pieces=choice.pieces[: fault.after], finish_reason=reason)
        return replace(cut, calls=(*choice.calls[:-1], _halved(choice.calls[-1]))) if choice.calls else cut

    return change


def _halved(call: Call) -> Call:
    return Call(call.name, call.arguments[: max(1, len(call.arguments) // 2)])


def _with_arguments(change: Callable[[str], str]) -> Callable[[Choice, Fault], Choice]:
    return lambda choice, _: replace(
        choice, calls=tuple(Call(call.name, change(call.arguments)) for call in choice.calls)
    )


def _refused(_: Choice, __: Fault) -> Choice:
    return Choice(tuple(split_tokens(REFUSAL)), (), "stop", refused=True)


def _filtered(choice: Choice, fault: Fault) -> Choice:
    return replace(choice, pieces=choice.pieces[: fault.after], calls=(), finish_reason="content_filter")


def _silent(_: Choice, __: Fault) -> Choice:
    return Choice((), (), "stop")


_OUTCOMES = [
    FaultKind("finish_reason_error", 'finish_reason "error", as gateways send it', completion=_each(_ended("error"))),
    FaultKind("stop_with_calls", 'finish_reason "stop" together with calls', completion=_each(_ended("stop"))),
    FaultKind(
        "invalid_arguments",
        "arguments that are no JSON",
        completion=_each(_with_arguments(lambda text: f"{text[:-1]}, note: 'see above'}}")),
    ),
    FaultKind("array_arguments", "arguments that are no object", completion=_each(_with_arguments(lambda _: "[1]"))),
    FaultKind("empty_arguments", "arguments that are empty text", completion=_each(_with_arguments(lambda _: ""))),
    FaultKind(
        "length", "cut by the limit on output tokens, also in JSON or arguments", completion=_each(_cut_short("length"))
    ),
    FaultKind("content_filter", "ended by the content filter after `after` tokens", completion=_each(_filtered)),
    FaultKind("refusal", "a refusal instead of an answer", completion=_each(_refused)),
    FaultKind("no_content", "an empty answer", completion=_each(_silent)),
]

ANSWER_FAULTS = [*_STATUSES, *_OUTCOMES]
