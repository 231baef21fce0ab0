"""From what went wrong upstream to a typed error in our own words.

Decided by status and code; prose is looked at only for what it alone holds: numbers, a parameter's name, and of servers
that have no code for it, that a prompt is too long or a key none. Codes:
https://platform.openai.com/docs/guides/error-codes
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

import msgspec

from app.llm import errors
from app.llm.models import ModelFacts
from app.llm.request import ModelRequest, parts_of, texts_of
from app.runtime.errors import ServiceError

_UNRECOGNIZED = r"unrecognized request arguments? supplied: (\w{1,64})"
# Codes and types of errors, be they OpenAI's or a compatible server's, and what is said of those that need no details.
_CODES: dict[type[ServiceError], str] = {
    errors.InvalidApiKey: "invalid_api_key invalid_issuer account_deactivated authentication_error",
    errors.PermissionDenied: "permission_error organization_on_hold",
    errors.QuotaExceeded: "insufficient_quota exceeded_current_quota_error billing_hard_limit_reached billing_error "
    "billing_not_active enforced_spend_limit_reached contract_spend_limit_reached",
    errors.ContentFiltered: "content_filter content_policy_violation image_content_policy_violation bio_policy "
    "ResponsibleAIPolicyViolation",
    errors.ContextLengthExceeded: "context_length_exceeded string_above_max_length request_too_large "
    "exceed_context_size_error",
    errors.ModelNotFound: "model_not_found model_deprecated model_retired model_decommissioned DeploymentNotFound "
    "not_found_error invalid_model",
    errors.RateLimited: "rate_limit_exceeded rate_limit_error requests tokens",
    # https://console.groq.com/docs/errors
    errors.InvalidToolArguments: "tool_use_failed",
    errors.InvalidJsonOutput: "json_validate_failed",
    errors.UpstreamUnavailable: "capacity_exceeded engine_overloaded_error overloaded_error",
}
_DETAILS: dict[type[ServiceError], str] = {
    errors.InvalidApiKey: "The provider did not accept the API key.",
    errors.PermissionDenied: "The provider does not let this API key do that.",
    errors.QuotaExceeded: "The provider's account has no quota or credit left.",
    errors.ContentFiltered: "The provider's content filter refused the prompt.",
    errors.ModelNotFound: "The provider does not know the model.",
    errors.InvalidToolArguments: "The provider refuses the function call that the model wrote.",
    errors.InvalidJsonOutput: "The model was asked for JSON, and the provider refuses what it wrote.",
    errors.UpstreamUnavailable: "The provider has no capacity left for the call.",
}
# Of servers that answer with 400 and no code: vLLM, DeepSeek, OpenRouter and Moonshot; Gemini and xAI.
_BY_WORDS: dict[type[ServiceError], str] = {
    errors.ContextLengthExceeded: r"maximum context length is \d|model token limit: \d",
    errors.InvalidApiKey: r"incorrect api key provided|api key not valid",
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


class ErrorBody(msgspec.Struct):
    """The `error` object of a failed request. `failed_generation` is what Groq's model had written, `content_filter`
    what Azure's filter found, by its categories."""

    message: str | None = None
    type: str | None = None
    param: str | None = None
    code: str | None = None
    failed_generation: str | None = None
    content_filter: dict[str, Any] | None = None


_WORDS = ("message", "type", "param", "code")
_TOLD = (*_WORDS, "failed_generation")

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
    told = {name: str(fields[name]) for name in _TOLD if fields.get(name) is not None}
    if isinstance(fields.get("detail"), str):  # of servers that are FastAPI's, and of Voyage
        told.setdefault("message", fields["detail"])
    found = ErrorBody(**told, content_filter=_content_filter(fields.get("innererror")))
    match fields:
        case {"details": {"error_code": str(code)}} if found.code is None:
            found.code = code
        # What OpenRouter refuses itself, and what a server behind it has said.
        # https://openrouter.ai/docs/api/reference/errors-and-debugging
        case {"metadata": {"reasons": [_, *_]}}:
            found.code = "content_filter"
        case {"metadata": {"raw": str(raw)}} if _kind(behind := decode_error(raw.encode())) is not None:
            return behind
        case _:
            pass
    return found


def _content_filter(inner: Any) -> dict[str, Any] | None:
    members = cast("dict[str, Any]", inner) if isinstance(inner, dict) else {}
    found: Any = members.get("content_filter_result") or members.get("content_filter_results")
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


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
    kind = _kind(error) or _BY_STATUS.get(status)
    if kind is errors.ModelNotFound:
        found = _model_not_found(error, request.model, facts)
    elif kind is None:
        found = _by_status(status, error, _unseen_images(error, request, facts))
    else:
        found = _of_kind(kind, error, headers)
    if request_id := request_id_of(headers):
        found.details.setdefault("request_id", request_id)
    found.details.setdefault("upstream_status", status)
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
    if error.failed_generation is not None and isinstance(
        found, errors.InvalidToolArguments | errors.InvalidJsonOutput
    ):
        found.details.setdefault("failed_generation", error.failed_generation)
    if error.content_filter is not None and isinstance(found, errors.ContentFiltered):
        found.details.setdefault("content_filter", error.content_filter)
    found.upstream = {name: word for name in _WORDS if (word := getattr(error, name))}
    return found


def _kind(error: ErrorBody) -> type[ServiceError] | None:
    """By the code, else by the type, which some have beside a code that says less; else by words."""
    kind = _BY_CODE.get(error.code or "") or _BY_CODE.get(error.type or "")
    return kind or next(
        (kind for kind, words in _BY_WORDS.items() if re.search(words, error.message or "", re.I)), None
    )


def _known(error: ErrorBody) -> ServiceError | None:
    """By the code or the type, which with compatible servers may be a status of HTTP or a word of their vendor's."""
    if error.code in _SERVER_WORDS or error.type in _SERVER_WORDS:
        return errors.UpstreamUnavailable("The provider reported a server error in its answer.")
    status = int(error.code) if error.code is not None and error.code.isdecimal() and len(error.code) == 3 else 0
    kind = _kind(error) or _BY_STATUS.get(status) or _BY_CODE.get(error.type or "")
    if kind is not None:
        return _of_kind(kind, error, {})
    if 400 <= status < 600:
        return _by_status(status, error)
    if error.type == "invalid_request_error":
        detail = "The provider refused the request while answering it."
        return errors.InvalidRequest(detail, parameter=error.param, upstream_code=error.code)
    return None


def _of_kind(kind: type[ServiceError], error: ErrorBody, headers: Mapping[str, str]) -> ServiceError:
    if kind is errors.ContextLengthExceeded:
        return context_length_exceeded(error)
    if kind is errors.RateLimited:
        return rate_limited(headers)
    return kind(_DETAILS[kind])


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


def rate_limited(headers: Mapping[str, str]) -> errors.RateLimited:
    """The error with what the headers tell of limits; how long to wait is passed on to the caller."""
    wait = retry_after(headers)
    limits = {
        f"{found['which']}_{found['what'].replace('-', '_')}": value
        for name, value in headers.items()
        for pattern in _LIMIT_HEADERS
        if (found := re.fullmatch(pattern, name))
    }
    seconds = None if wait is None else max(1, -int(-wait // 1))
    return errors.RateLimited(
        "The provider's rate limit is reached.",
        headers=None if seconds is None else {"Retry-After": str(seconds)},
        retry_after_s=None if wait is None else round(wait, 3),
        limits=limits or None,
    )


# What OpenAI's words say of a prompt that is too long. It has several ways to say it, and tells no more than sums.
# Anthropic says "208310 tokens > 200000 maximum", or of both together "context limit: 188240 + 21333 > 200000".
_LIMIT = (
    r"(?:(?:context length is|limit of) (\d[\d,]*) tokens|\d > (\d+)|tokens > (\d+) maximum|"
    r"(?:limit is|token limit:) (\d+))"
)
_COUNTED = (
    r"(?:(?:resulted in|requested|too long:) (?:about )?(\d[\d,]*) tokens|(?:requested:|current length is) (\d+))"
)
_MESSAGES = (
    r"(?:(\d[\d,]*) (?:(?:in|of) (?:the|your) (?:messages|prompt)|of text input|input tokens)|context limit: (\d+) \+)"
)
_FUNCTIONS = r"(\d[\d,]*) in the functions"
_COMPLETION = r"(?:(\d[\d,]*) (?:in|for) the (?:completion|output)|too large: (\d+)|\d \+ (\d+) >)"


def context_length_exceeded(error: ErrorBody) -> errors.ContextLengthExceeded:
    """The error with the numbers that the provider's words hold."""

    def number(pattern: str) -> int | None:
        found = re.search(pattern, error.message or "", re.IGNORECASE)
        return int(next(filter(None, found.groups())).replace(",", "")) if found else None

    limit, completion, counted = number(_LIMIT), number(_COMPLETION), number(_COUNTED)
    in_messages, in_functions = number(_MESSAGES), number(_FUNCTIONS)
    prompt = counted if in_messages is None and completion is None else in_messages
    if in_messages is not None and in_functions is not None:
        prompt = in_messages + in_functions
    return errors.ContextLengthExceeded(
        f"Prompt and answer do not fit the model's context{'' if limit is None else f' of {limit} tokens'}.",
        limit=limit,
        prompt_tokens=prompt,
        completion_tokens=completion,
        requested_tokens=None if prompt == counted else counted,
        function_tokens=in_functions,
    )


_LONGEST_WORD = 300
_SHORTEST_PROMPT = 12
# What looks like a key or a token, which servers like to repeat.
_KEYS = r"(?i)(?<![\w-])(?:(?:sk|pk|gsk|key|xai|api|token|bearer)[-_ ]\S{3,}|AIza\S{8,}|\S*\*{3,}\S*|[\w-]{32,})"
_QUOTED = r"(?s)(['\"`])(?:(?!\1).){40,}\1"


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
