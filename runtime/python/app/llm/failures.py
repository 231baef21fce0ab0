"""From what went wrong upstream to a typed error in our own words.

Decided by status and code; prose is looked at only for what it alone holds, numbers and a parameter's name. Codes:
https://platform.openai.com/docs/guides/error-codes
"""

import re
import time
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import msgspec

from app.llm.apis.chat_completions.wire import ErrorBody, decode_error
from app.llm.models import known_as, replacement_for
from app.llm.providers.openai_models import facts_of
from app.llm.request import parts_of
from app.llm.tokens import description_tokens, message_tokens
from app.llm.types import OpenAIConfig
from app.runtime.errors import (
    ContentFiltered,
    ContextLengthExceeded,
    InvalidApiKey,
    InvalidRequest,
    ModelNotFound,
    ModelRetired,
    PermissionDenied,
    QuotaExceeded,
    RateLimited,
    ServiceError,
    StreamInterrupted,
    UpstreamTimeout,
    UpstreamUnavailable,
    UpstreamUnreachable,
)

_LIMIT_HEADERS = (
    "limit-requests",
    "limit-tokens",
    "remaining-requests",
    "remaining-tokens",
    "reset-requests",
    "reset-tokens",
)


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


def rate_limited(headers: Mapping[str, str]) -> RateLimited:
    """The error with what the headers tell; how long to wait is passed on to the caller."""
    wait = retry_after(headers)
    limits = {name.replace("-", "_"): headers.get(f"x-ratelimit-{name}") for name in _LIMIT_HEADERS}
    known = {name: value for name, value in limits.items() if value is not None}
    seconds = None if wait is None else max(1, -int(-wait // 1))
    return RateLimited(
        "OpenAI's rate limit is reached.",
        headers=None if seconds is None else {"Retry-After": str(seconds)},
        retry_after_s=None if wait is None else round(wait, 3),
        limits=known or None,
    )


_LIMIT = re.compile(r"(?:context length is|limit of) (\d[\d,]*) tokens", re.IGNORECASE)
_COUNTED = re.compile(r"(?:resulted in|requested) (?:about )?(\d[\d,]*) tokens", re.IGNORECASE)
_MESSAGES = re.compile(r"(\d[\d,]*) (?:in|of) (?:the|your) (?:messages|prompt)", re.IGNORECASE)
_FUNCTIONS = re.compile(r"(\d[\d,]*) in the functions", re.IGNORECASE)
_COMPLETION = re.compile(r"(\d[\d,]*) (?:in|for) the completion", re.IGNORECASE)

_LISTED_MESSAGES = 20


def context_length_exceeded(error: ErrorBody) -> ContextLengthExceeded:
    """The error with the numbers that OpenAI's words hold."""
    said = error.message or ""
    limit, completion = _number(_LIMIT, said), _number(_COMPLETION, said)
    counted, in_messages, in_functions = _number(_COUNTED, said), _number(_MESSAGES, said), _number(_FUNCTIONS, said)
    prompt = counted if in_messages is None and completion is None else in_messages
    if in_messages is not None and in_functions is not None:
        prompt = in_messages + in_functions
    return ContextLengthExceeded(
        f"Prompt and answer do not fit the model's context{'' if limit is None else f' of {limit} tokens'}.",
        limit=limit,
        prompt_tokens=prompt,
        completion_tokens=completion,
        requested_tokens=None if prompt == counted else counted,
        function_tokens=in_functions,
    )


def locate_tokens(error: ContextLengthExceeded, config: OpenAIConfig) -> None:
    """Adds where the tokens of the prompt are: `messages` with index, role and estimated tokens, the largest ones if
    there are many, then `other_messages` and `tools`, each with their number and estimated tokens. Nobody's text is in
    them.
    """
    details = error.details
    if details.get("limit") is None and (facts := facts_of(known_as(config))) is not None:
        details["limit"] = facts.context_window
    messages = config.get("messages", [])
    sizes = [message_tokens(message) for message in messages]
    tools = description_tokens(config)
    prompt, functions = details.get("prompt_tokens"), details.get("function_tokens")
    if prompt is not None and functions is not None:
        sizes, tools = _shares(sizes, prompt - functions), functions
    elif prompt is not None:
        *sizes, tools = _shares([*sizes, tools], prompt)
    largest = sorted(range(len(sizes)), key=lambda index: -sizes[index])
    listed = sorted(largest[:_LISTED_MESSAGES])
    details["messages"] = [
        {"index": index, "role": messages[index].get("role"), "estimated_tokens": sizes[index]} for index in listed
    ]
    if len(sizes) > len(listed):
        rest = sum(sizes) - sum(sizes[index] for index in listed)
        details["other_messages"] = {"count": len(sizes) - len(listed), "estimated_tokens": rest}
    if tools:
        count = len(config.get("tools") or ()) + len(config.get("functions") or ())
        details["tools"] = {"count": count, "estimated_tokens": tools}
    if largest:
        first = largest[0]
        role = messages[first].get("role")
        error.hint = f"{error.hint} The largest is messages[{first}] ({role}) with about {sizes[first]} tokens."


def _shares(sizes: Sequence[int], total: int) -> list[int]:
    """The sizes in proportion, as whole numbers that sum up to the total."""
    sum_of_sizes = sum(sizes) or 1
    shares: list[int] = []
    so_far = given = 0
    for size in sizes:
        so_far += size
        shares.append(so_far * total // sum_of_sizes - given)
        given += shares[-1]
    return shares


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found.group(1).replace(",", "")) if found else None


_LONGEST = 300
# What looks like a key or a token, which servers like to repeat.
_SECRET = re.compile(
    r"(?<![\w-])(?:(?:sk|pk|gsk|key|xai|api|token|bearer)[-_ ]\S{3,}|AIza\S{8,}|\S*\*{3,}\S*|[\w-]{32,})", re.I
)
_QUOTED = re.compile(r"(['\"`])(?:(?!\1).){40,}\1", re.DOTALL)
_SHORTEST_PROMPT = 12


def said_upstream(error: ServiceError, messages: Sequence[Mapping[str, Any]]) -> dict[str, str] | None:
    """The members of the error object that came, without keys and without the prompts in `messages`; None for none."""
    told = dict(error.upstream)
    if "message" in told:
        told["message"] = _sentence(told["message"], messages)
    return {name: word[:_LONGEST] for name, word in told.items()} or None


def _sentence(text: str, messages: Sequence[Mapping[str, Any]]) -> str:
    for message in messages:
        parts = [message.get("content"), *(part.get("text") for part in parts_of(message))]
        for prompt in parts:
            if isinstance(prompt, str) and len(prompt) >= _SHORTEST_PROMPT:
                text = text.replace(prompt, "…")
    text = _QUOTED.sub("'…'", text)
    return _SECRET.sub("…", " ".join(text.split()))


_QUOTA_CODES = frozenset(("insufficient_quota", "billing_hard_limit_reached", "billing_not_active"))
_NOT_STREAMED = (
    "Take away the edge from the node's stream handle: some models are streamed to verified organizations only."
)
_UNRECOGNIZED = re.compile(r"unrecognized request arguments? supplied: (\w{1,64})", re.IGNORECASE)
_SERVER_WORDS = frozenset(
    (
        "server_error",
        "api_error",
        "internal_error",
        "internal_server_error",
        "InternalServerError",
        "overloaded_error",
        "engine_overloaded_error",
        "service_unavailable",
        "service_unavailable_error",
        "timeout_error",
    )
)


class SentRequest(Protocol):
    """What is known of the request that failed."""

    @property
    def model(self) -> str: ...  # noqa: D102

    @property
    def known_as(self) -> str: ...  # noqa: D102

    @property
    def messages(self) -> Sequence[Mapping[str, Any]]: ...  # noqa: D102


def error_in_answer(status: int, headers: Mapping[str, str], body: bytes, request: SentRequest) -> ServiceError:
    """The error behind an HTTP status other than 2xx."""
    error = decode_error(body)
    found = _by_code(error, request, headers)
    if found is None:
        found = _by_status(status, error, request, headers)
    request_id = headers.get("x-request-id")
    if request_id:
        found.details.setdefault("request_id", request_id)
    found.details.setdefault("upstream_status", status)
    return _with_words(found, error, status=status)


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
    found = _known(error) or StreamInterrupted(
        "The provider reported an error inside the stream.", upstream_code=error.code
    )
    return _with_words(found, error)


def _with_words(found: ServiceError, error: ErrorBody, *, status: int | None = None) -> ServiceError:
    """The error with what upstream said of it, and its status, if it said anything."""
    words: dict[str, str | None] = msgspec.structs.asdict(error)
    found.upstream = {name: word for name, word in words.items() if word}
    if found.upstream and status is not None:
        found.upstream["status"] = str(status)
    return found


def _known(error: ErrorBody) -> ServiceError | None:
    """By the code or the type, which with compatible servers may be a status of HTTP or a word of their vendor's."""
    if error.code in _SERVER_WORDS or error.type in _SERVER_WORDS:
        return UpstreamUnavailable("The provider reported a server error in its answer.")
    found = _by_code(error, None, {})
    if found is not None:
        return found
    if error.code is not None and error.code.isdecimal() and 400 <= int(error.code) < 600:
        return _by_status(int(error.code), error, None, {})
    match error.type:
        case "authentication_error":
            return _invalid_key()
        case "permission_error":
            return PermissionDenied("The provider does not let this API key do that.")
        case "invalid_request_error":
            return InvalidRequest(
                "OpenAI refused the request while answering it.", parameter=error.param, upstream_code=error.code
            )
        case _:
            return None


def _by_code(error: ErrorBody, request: SentRequest | None, headers: Mapping[str, str]) -> ServiceError | None:
    match error.code or error.type:
        case "insufficient_quota" | "billing_hard_limit_reached" | "billing_not_active":
            return QuotaExceeded("The OpenAI account has no quota left.")
        case "context_length_exceeded" | "string_above_max_length":
            return context_length_exceeded(error)
        case "model_not_found" | "model_deprecated" | "model_retired" | "DeploymentNotFound":
            return _model(error, request)
        case "invalid_api_key" | "invalid_issuer" | "account_deactivated":
            return _invalid_key()
        case (
            "content_filter"
            | "content_policy_violation"
            | "image_content_policy_violation"
            | "bio_policy"
            | "ResponsibleAIPolicyViolation"
        ):
            return ContentFiltered("The provider's content filter refused the prompt.")
        case "rate_limit_exceeded" | "rate_limit_error" | "requests" | "tokens":
            return rate_limited(headers)
        case _:
            return QuotaExceeded("The OpenAI account has no quota left.") if error.type in _QUOTA_CODES else None


def _by_status(status: int, error: ErrorBody, request: SentRequest | None, headers: Mapping[str, str]) -> ServiceError:
    if 300 <= status < 400:
        return UpstreamUnreachable(
            "The upstream server answers with a redirect, which is not followed, so that the prompt and the key "
            "go nowhere else.",
            reason="redirect",
            retryable=False,
            hint="Set OPENAI_BASE_URL to the address that the redirect leads to, if you trust it.",
        )
    match status:
        case 401:
            return _invalid_key()
        case 402:  # OpenRouter, DeepSeek
            return QuotaExceeded("The account has no credit left.")
        case 403:
            return PermissionDenied("OpenAI does not let this API key do that.")
        case 404:
            return _model(error, request)
        case 407:
            return UpstreamUnreachable(
                "The proxy wants to know who asks.",
                reason="proxy",
                retryable=False,
                hint="Put the proxy's user and password into the address in HTTPS_PROXY or HTTP_PROXY.",
            )
        case 408:
            return UpstreamTimeout("The upstream server gave up waiting.", phase="first_byte")
        case 413:
            return context_length_exceeded(error)
        case 429:
            return rate_limited(headers)
        case 400 if request is not None and _shows_to_the_blind(request) and _is_about_content(error):
            return InvalidRequest(
                f"The model {request.model} takes no images, and the request has some.",
                hint="Use a model with vision, or leave out the images of the messages and of what functions return.",
                parameter=error.param,
                upstream_code=error.code,
            )
        case _ if status >= 500:
            return UpstreamUnavailable(f"OpenAI answered with status {status}.")
        case _:
            parameter = error.param or _unrecognized(error)
            because = f" because of {parameter}" if parameter else ""
            return InvalidRequest(
                f"OpenAI refused the request with status {status}{because}.",
                hint=_NOT_STREAMED if parameter == "stream" else None,
                parameter=parameter,
                upstream_code=error.code,
            )


def _unrecognized(error: ErrorBody) -> str | None:
    """The parameter that OpenAI does not know for the model, which only its words name."""
    found = _UNRECOGNIZED.search(error.message or "")
    return found.group(1) if found else None


def _shows_to_the_blind(request: SentRequest) -> bool:
    """Whether the request has images and its model, as far as is known, no vision."""
    facts = facts_of(request.known_as)
    blind = facts is not None and not facts.vision
    return blind and any(part.get("type") == "image_url" for message in request.messages for part in parts_of(message))


def _is_about_content(error: ErrorBody) -> bool:
    return (error.param or "").startswith(("messages", "input"))


def _invalid_key() -> InvalidApiKey:
    return InvalidApiKey("OpenAI did not accept the API key.")


def _model(error: ErrorBody, request: SentRequest | None) -> ServiceError:
    if request is None:
        return ModelNotFound("The provider does not know the model.")
    model = request.model
    replacement = replacement_for(model)
    if replacement is not None:
        return ModelRetired(
            f"OpenAI has retired the model {model}.", hint=f"Use {replacement}.", model=model, replacement=replacement
        )
    if error.code in ("model_deprecated", "model_retired"):
        return ModelRetired(f"The model {model} has been retired.", model=model)
    return ModelNotFound(f"The model {model} does not exist, or the API key has no access to it.", model=model)
