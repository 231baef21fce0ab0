"""Every way in which a model call can fail; see `app.runtime.errors` for what an error says."""

from app.runtime.errors import ServiceError

# The provider refused the request


class InvalidApiKey(ServiceError, code="invalid_api_key", title="API key refused", status=502):
    """The provider did not accept the API key."""

    hint = "Check the provider's API key, and that it belongs to the server at the provider's base URL."
    for_operator = True


class PermissionDenied(ServiceError, code="permission_denied", title="Permission denied upstream", status=502):
    """The key may not do this: wrong project, region or missing scope."""

    hint = "Give the key's project access to the model, or use a key of a project that has it."
    for_operator = True


class ModelNotFound(ServiceError, code="model_not_found", title="Model not found", status=502):
    """The model does not exist, or the key has no access to it."""

    hint = "Check the model's name, and that the key's project has access to it."


class ModelRetired(ServiceError, code="model_retired", title="Model retired", status=502):
    """The model has been shut down; `replacement` names its successor where known."""

    hint = "Use a current model."


class ContextLengthExceeded(
    ServiceError, code="context_length_exceeded", title="Prompt too long for the model", status=413
):
    """Prompt and answer do not fit the model; limit, counts and the tokens of each message are in the details."""

    hint = "Shorten the largest messages, lower max_tokens, or use a model with a larger context."
    callers_hint = "Send less text."


class RateLimited(ServiceError, code="rate_limited", title="Rate limited", status=429):
    """Too many requests or tokens; `retry_after_s` and the limit headers are in the details."""

    hint = "Wait for `retry_after_s` seconds, then try again; raise the limit at the provider if it happens often."
    callers_hint = "Wait for `retry_after_s` seconds if it is there, then try again."
    retryable = True


class QuotaExceeded(ServiceError, code="quota_exceeded", title="Quota exceeded", status=503):
    """The account has no credit left or has hit its monthly budget."""

    hint = "Add credit or raise the budget of the provider's account; waiting does not help."
    for_operator = True


class InvalidRequest(ServiceError, code="invalid_request", title="Request refused upstream", status=502):
    """The provider found the request itself wrong; `parameter` names the part where known."""

    hint = "Check the node's parameters against what the model supports."


class JsonModeRequiresJsonWord(
    ServiceError, code="json_mode_requires_json_word", title="JSON mode needs the word JSON"
):
    """JSON mode needs the word JSON somewhere in the messages."""

    hint = 'Say in a message that the answer is to be JSON, for example "Answer in JSON."'


# The model's answer


class ContentFiltered(ServiceError, code="content_filtered", title="Content filtered", status=422):
    """The provider's content filter withheld the answer or stopped it."""

    hint = "Change the prompt or the input; the provider's content filter stopped the answer."
    for_caller = ()


class Refused(ServiceError, code="refused", title="Model refused", status=422):
    """The model declined to answer; `refusal` holds its words."""

    hint = "Change the prompt or the input."
    for_caller = ("refusal",)


class InvalidToolArguments(
    ServiceError, code="invalid_tool_arguments", title="Function call arguments are not valid", status=502
):
    """The model asked for a function call with arguments that are not a JSON object, or that fit no function that it
    was offered; `failed_generation` is what it wrote where a provider refuses such a call itself."""

    hint = "Ask again, or say in the function's description more exactly what its parameters take."
    retryable = True


class InvalidJsonOutput(ServiceError, code="invalid_json_output", title="Answer is not JSON", status=502):
    """The answer was to be JSON and is not; `failed_generation` is what the model wrote where a provider refuses such
    an answer itself."""

    hint = "Ask again, or describe the JSON more exactly in the prompt."
    retryable = True


# The way to the provider


class UpstreamUnavailable(ServiceError, code="upstream_unavailable", title="Upstream unavailable", status=503):
    """The provider answers with a server error, also after the retries."""

    hint = "Try again later; see the provider's status page."
    retryable = True


class UpstreamUnreachable(ServiceError, code="upstream_unreachable", title="Upstream unreachable", status=502):
    """No connection; `reason` is one of refused, dns, tls, reset, redirect, proxy, connection."""

    hint = "Check the provider's base URL, name resolution, firewall, proxy, and which certificates are trusted here."
    retryable = True


class UpstreamTimeout(ServiceError, code="upstream_timeout", title="Upstream timed out", status=504):
    """A deadline passed; `phase` is one of connect, first_byte, idle, total."""

    hint = "Try again; raise the deadline if the model needs longer."
    retryable = True


class StreamInterrupted(ServiceError, code="stream_interrupted", title="Stream interrupted", status=502):
    """The stream ended before the answer was complete; `partial_text` is what had arrived."""

    hint = "Try again; what had arrived is incomplete."
    retryable = True
    partial_text = ""


class StreamMalformed(ServiceError, code="stream_malformed", title="Upstream answer not understood", status=502):
    """What came back is not what the API sends."""

    hint = "Check that the provider's base URL leads to a server that speaks its API."
    partial_text = ""
