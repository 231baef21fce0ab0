"""From what went wrong upstream to a typed error in our own words.

Decided by status and code; prose is looked at only for what it alone holds: numbers, a parameter's name, and of servers
that have no code for it, that a prompt is too long or a key none. Codes:
https://platform.openai.com/docs/guides/error-codes
"""

import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import msgspec

from app.llm import errors
from app.llm.failure_words import context_length_exceeded, kind_in_words
from app.llm.models import ModelFacts
from app.llm.request import ModelRequest, parts_of, texts_of
from app.runtime.errors import ServiceError

_UNRECOGNIZED = r"unrecognized request arguments? supplied: (\w{1,64})"
# Codes and types of errors, be they OpenAI's or a compatible server's.
_CODES: dict[type[ServiceError], str] = {
    errors.InvalidApiKey: "invalid_api_key invalid_issuer account_deactivated authentication_error",
    errors.PermissionDenied: "permission_error organization_on_hold organization_restricted",
    errors.QuotaExceeded: "insufficient_quota exceeded_current_quota_error billing_hard_limit_reached billing_error "
    "billing_not_active enforced_spend_limit_reached contract_spend_limit_reached Arrearage",
    errors.ContentFiltered: "content_filter content_policy_violation image_content_policy_violation bio_policy "
    "ResponsibleAIPolicyViolation data_inspection_failed",
    errors.ContextLengthExceeded: "context_length_exceeded string_above_max_length request_too_large "
    "exceed_context_size_error",
    errors.ModelNotFound: "model_not_found model_deprecated model_retired model_decommissioned DeploymentNotFound "
    "not_found_error invalid_model model_not_available",
    # Those with "too many" and "queue" are Cerebras's. https://inference-docs.cerebras.ai/support/error
    errors.RateLimited: "rate_limit_exceeded rate_limit_error requests tokens too_many_requests_error "
    "too_many_tokens_error queue_exceeded",
    # https://console.groq.com/docs/errors
    errors.InvalidToolArguments: "tool_use_failed",
    errors.InvalidJsonOutput: "json_validate_failed",
    errors.UpstreamUnavailable: "capacity_exceeded engine_overloaded_error overloaded_error",
}
_BY_CODE = {code: kind for kind, codes in _CODES.items() for code in codes.split()}
_SERVER_WORDS = frozenset(
    "server_error api_error internal_error internal_server_error InternalServerError overloaded_error timeout_error "
    "engine_overloaded_error service_unavailable service_unavailable_error".split()
)
# 402 is of OpenRouter and DeepSeek.
_BY_STATUS: dict[int, type[ServiceError]] = {
    401: errors.InvalidApiKey,
    402: errors.QuotaExceeded,
    403: errors.PermissionDenied,
    404: errors.ModelNotFound,
    413: errors.ContextLengthExceeded,
    429: errors.RateLimited,
    498: errors.UpstreamUnavailable,  # Groq's flex tier is full
}


_WORDS = ("message", "type", "param", "code")


class ErrorBody(msgspec.Struct):
    """The `error` object of a failed request. `details` are what Groq's model had written (`failed_generation`), and
    what Azure's filter found (`content_filter`); `retry_after_s` is how long the server wants to be left alone.
    """

    message: str | None = None
    type: str | None = None
    param: str | None = None
    code: str | None = None
    details: dict[str, Any] = {}
    retry_after_s: float | None = None


CodeOf = Callable[[ErrorBody, int, Mapping[str, str]], str | None]
"""The code of an error that an API tells otherwise than by code and status; None for all others."""


def decode_error(payload: bytes) -> ErrorBody:
    """The error object of a body or an event in any of the shapes that servers use; empty when there is none."""
    try:
        body: Any = msgspec.json.decode(payload)
    except (ValueError, RecursionError):
        return ErrorBody()
    if isinstance(body, list):
        body = next(iter(cast("list[Any]", body)), None)
    return error_body(cast("dict[str, Any]", body).get("error", body) if isinstance(body, dict) else body)


def error_body(error: Any) -> ErrorBody:
    """An error object, or what a server has in its place."""
    if isinstance(error, str):
        return ErrorBody(message=error)
    if not isinstance(error, dict):
        return ErrorBody()
    fields = cast("dict[str, Any]", error)
    message, kind, param, code = (None if (word := fields.get(name)) is None else str(word) for name in _WORDS)
    found = ErrorBody(message, kind, param, code)
    match fields:
        case {"detail": str(words)} if message is None:  # of servers that are FastAPI's, and of Voyage
            found.message = words
        case {"failed_generation": written} if written is not None:
            found.details["failed_generation"] = str(written)
        case {"innererror": {"content_filter_result": findings} | {"content_filter_results": findings}} if isinstance(
            findings, dict
        ):
            found.details["content_filter"] = findings
        case {"details": {"error_code": str(word)}} if code is None:
            found.code = word
        case {"details": [*notes]}:
            found.retry_after_s = next(filter(None, map(_retry_delay, notes)), None)
        # What OpenRouter refuses itself, and what a server behind it has said.
        # https://openrouter.ai/docs/api/reference/errors-and-debugging
        case {"metadata": {"reasons": [_, *_]}}:
            found.code = "content_filter"
        case {"metadata": {"raw": str(raw)}} if _kind(behind := decode_error(raw.encode())) is not None:
            return behind
        case _:
            pass
    return found


def _retry_delay(note: Any) -> float | None:
    """Seconds by Google's RetryInfo, as "34.07s".

    https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
    """
    match note:
        case {"retryDelay": str(delay)} if re.fullmatch(r"\d{1,9}(\.\d{1,9})?s", delay):
            return float(delay[:-1])
        case _:
            return None


def request_id_of(headers: Mapping[str, str]) -> str | None:
    """The provider's id of a request, for its support."""
    return headers.get("x-request-id") or headers.get("request-id")


def error_in_answer(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    request: ModelRequest,
    facts: ModelFacts | None = None,
    code_of: CodeOf | None = None,
) -> ServiceError:
    """The error behind an HTTP status other than 2xx; `facts` are those of the request's model, if they are known."""
    error = decode_error(body)
    if code_of is not None:
        error.code = code_of(error, status, headers) or error.code
    told = retry_after(headers)
    error.retry_after_s = error.retry_after_s if told is None else told
    kind = _kind(error) or _BY_STATUS.get(status)
    if kind is errors.ModelNotFound:
        found = _model_not_found(error, request.model, facts)
    elif kind is None:
        found = _by_status(status, error, _unseen_images(error, request, facts))
    else:
        found = _of_kind(kind, error)
    if isinstance(found, errors.RateLimited):
        found.details["limits"] = _limits_in(headers)
    found.details |= {"request_id": request_id_of(headers), "upstream_status": status}
    found = _with_words(found, error)
    if found.upstream:
        found.upstream["status"] = str(status)
    return found


def error_in_stream(payload: bytes) -> ServiceError:
    """The error that the provider reports in the middle of a stream."""
    return reported_error(decode_error(payload))


def known_error(body: bytes) -> ServiceError | None:
    """The error that a body reports by a code of its own; None where it reports none, or one that says nothing."""
    error = decode_error(body)
    found = _known(error)
    return None if found is None else _with_words(found, error)


def reported_error(error: ErrorBody) -> ServiceError:
    """The error behind an error object in an answer that began well."""
    interrupted = "The provider reported an error inside the stream."
    return _with_words(_known(error) or errors.StreamInterrupted(interrupted, upstream_code=error.code), error)


def _with_words(found: ServiceError, error: ErrorBody) -> ServiceError:
    """The error with what upstream said of it."""
    if isinstance(found, errors.ContentFiltered | errors.InvalidToolArguments | errors.InvalidJsonOutput):
        found.details |= error.details
    if found.retryable and error.retry_after_s is not None:
        found.details["retry_after_s"] = round(error.retry_after_s, 3)
        found.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    found.upstream = {name: word for name in _WORDS if (word := getattr(error, name))}
    return found


def _kind(error: ErrorBody) -> type[ServiceError] | None:
    """By the code, else by the type, which some have beside a code that says less; else by words."""
    return _BY_CODE.get(error.code or "") or _BY_CODE.get(error.type or "") or kind_in_words(error.message or "")


def _known(error: ErrorBody) -> ServiceError | None:
    """By the code or the type, which with compatible servers may be a status of HTTP or a word of their vendor's."""
    if error.code in _SERVER_WORDS or error.type in _SERVER_WORDS:
        return errors.UpstreamUnavailable("The provider reported a server error in its answer.")
    status = int(error.code) if error.code is not None and error.code.isdecimal() and len(error.code) == 3 else 0
    kind = _kind(error) or _BY_STATUS.get(status) or _BY_CODE.get(error.type or "")
    if kind is not None:
        return _of_kind(kind, error)
    if 400 <= status < 600:
        return _by_status(status, error)
    if error.type == "invalid_request_error":
        detail = "The provider refused the request while answering it."
        return errors.InvalidRequest(detail, parameter=error.param, upstream_code=error.code)
    return None


def _of_kind(kind: type[ServiceError], error: ErrorBody) -> ServiceError:
    return context_length_exceeded(error.message or "") if kind is errors.ContextLengthExceeded else kind()


def _model_not_found(error: ErrorBody, model: str, facts: ModelFacts | None) -> ServiceError:
    if facts is not None and facts.retired is not None and facts.retired <= datetime.now(UTC).date().isoformat():
        hint = f"Use {facts.replacement}." if facts.replacement else None
        detail = f"The provider has retired the model {model}."
        return errors.ModelRetired(detail, hint=hint, model=model, replacement=facts.replacement)
    if error.code in ("model_deprecated", "model_retired", "model_decommissioned"):
        return errors.ModelRetired(f"The model {model} has been retired.", model=model)
    return errors.ModelNotFound(f"The model {model} does not exist, or the API key has no access to it.", model=model)


def _by_status(status: int, error: ErrorBody, blind_model: str | None = None) -> ServiceError:
    """The error behind a status that alone says too little; `blind_model` is one that got images and takes none."""
    if 300 <= status < 400:
        return errors.UpstreamUnreachable(
            "The upstream server answers with a redirect, which is not followed, so that the prompt and the key "
            "go nowhere else.",
            reason="redirect",
            retryable=False,
            hint="Set the provider's base URL to the address that the redirect leads to, if you trust it.",
        )
    if status == 407:
        return errors.UpstreamUnreachable(
            "The proxy wants to know who asks.",
            reason="proxy",
            retryable=False,
            hint="Put the proxy's user and password into the address in HTTPS_PROXY or HTTP_PROXY.",
        )
    if status == 408:
        return errors.UpstreamTimeout("The upstream server gave up waiting.", phase="first_byte")
    if status >= 500:
        return errors.UpstreamUnavailable(f"The provider answered with status {status}.")
    # Which parameter it does not know, OpenAI names in its words alone.
    unrecognized = re.search(_UNRECOGNIZED, error.message or "", re.IGNORECASE)
    parameter = error.param or (unrecognized and unrecognized.group(1)) or None
    detail, hint = f"The provider refused the request with status {status}.", None
    if parameter:
        detail = f"{detail.removesuffix('.')} because of {parameter}."
    if parameter == "stream":
        hint = (
            "Take away the edge from the node's stream handle: some models are streamed to verified organizations only."
        )
    if blind_model is not None:
        detail = f"The model {blind_model} takes no images, and the request has some."
        hint = "Use a model with vision, or leave out the images of the messages and of what functions return."
    return errors.InvalidRequest(detail, hint=hint, parameter=parameter, upstream_code=error.code)


def _unseen_images(error: ErrorBody, request: ModelRequest, facts: ModelFacts | None) -> str | None:
    """The model, where the request has images and it has, as far as is known, no vision."""
    if facts is None or facts.vision or not (error.param or "").startswith(("messages", "input")):
        return None
    images = any(part.get("type") == "image_url" for message in request.messages for part in parts_of(message))
    return request.model if images else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait according to `retry-after-ms` or `retry-after` (seconds or a date); None if not told."""
    for name, per_second in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) / per_second
        except ValueError:
            try:
                seconds = parsedate_to_datetime(value).timestamp() - time.time()
            except (TypeError, ValueError, OverflowError):
                continue
        if seconds == seconds and seconds != float("inf"):
            return max(seconds, 0.0)
    return None


# https://platform.openai.com/docs/guides/rate-limits
# https://platform.claude.com/docs/en/api/rate-limits#response-headers
_WHICH, _WHAT = r"(?P<which>limit|remaining|reset)", r"(?P<what>requests|tokens)"
_LIMIT_HEADERS = (
    rf"x-ratelimit-{_WHICH}-{_WHAT}",
    rf"anthropic-ratelimit-(?P<what>requests|(?:input-|output-)?tokens)-{_WHICH}",
)


def _limits_in(headers: Mapping[str, str]) -> dict[str, str] | None:
    """What the headers tell of limits."""
    found = {
        f"{found['which']}_{found['what'].replace('-', '_')}": value
        for name, value in headers.items()
        for pattern in _LIMIT_HEADERS
        if (found := re.fullmatch(pattern, name))
    }
    return found or None


_LONGEST_WORD = 300
_SHORTEST_PROMPT = 12
# What is shorter stands in for a key where none is needed, and may be any word.
_SHORTEST_KEY = 6
# What looks like a key or a token, which servers like to repeat.
_KEYS = r"(?i)(?<![\w-])(?:(?:sk|pk|gsk|key|xai|api|token|bearer)[-_ ]\S{3,}|AIza\S{8,}|\S*\*{3,}\S*|[\w-]{32,})"
_QUOTED = r"(?s)(['\"`])(?:(?!\1).){40,}\1"


def hide_key(error: ServiceError, key: str | None) -> None:
    """Takes the key that was sent out of an error whose server repeats it, of whatever form and wherever it is."""
    error.detail = without_key(error.detail, key)
    error.args = (error.detail,)
    for told in (error.details, error.upstream):
        for name, value in told.items():
            if isinstance(value, str):
                told[name] = without_key(value, key)


def without_key(text: str, key: str | None) -> str:
    """A text of a server, which may have put the key into it that was sent."""
    return text if key is None or len(key) < _SHORTEST_KEY else text.replace(key, "…")


def said_upstream(error: ServiceError, messages: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """What the provider said of an error, as far as an operator's log may hold it: the members of the error object that
    came, without keys and without the prompts in `messages`; None for none."""
    told = dict(error.upstream)
    sentence = told.get("message", "")
    for message in messages:
        for prompt in texts_of(message):
            sentence = sentence.replace(prompt, "…") if len(prompt) >= _SHORTEST_PROMPT else sentence
    if sentence:
        told["message"] = re.sub(_KEYS, "…", " ".join(re.sub(_QUOTED, "'…'", sentence).split()))
    return {name: word[:_LONGEST_WORD] for name, word in told.items()} or None
