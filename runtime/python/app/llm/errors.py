"""Every way in which a model call can fail; see `app.runtime.errors` for what an error says."""

from app.runtime.errors import ServiceError

# The provider refused the request


class InvalidApiKey(ServiceError):
    """The provider did not accept the API key."""

    code = "invalid_api_key"
    title = "API key refused"
    http_status = 502
    for_operator = True
    advice = "Check the provider's API key, and that it belongs to the server at the provider's base URL."


class PermissionDenied(ServiceError):
    """The key may not do this: wrong project, region or missing scope."""

    code = "permission_denied"
    title = "Permission denied upstream"
    http_status = 502
    for_operator = True
    advice = "Give the key's project access to the model, or use a key of a project that has it."


class ModelNotFound(ServiceError):
    """The model does not exist, or the key has no access to it."""

    code = "model_not_found"
    title = "Model not found"
    http_status = 502
    advice = "Check the model's name, and that the key's project has access to it."


class ModelRetired(ServiceError):
    """The model has been shut down; `replacement` names its successor where known."""

    code = "model_retired"
    title = "Model retired"
    http_status = 502
    advice = "Use a current model."


class ContextLengthExceeded(ServiceError):
    """Prompt and answer do not fit the model; limit, counts and the tokens of each message are in the details."""

    code = "context_length_exceeded"
    title = "Prompt too long for the model"
    http_status = 413
    advice = "Shorten the largest messages, lower max_tokens, or use a model with a larger context."


class RateLimited(ServiceError):
    """Too many requests or tokens; `retry_after_s` and the limit headers are in the details."""

    code = "rate_limited"
    title = "Rate limited"
    http_status = 429
    can_retry = True
    advice = "Wait for `retry_after_s` seconds, then try again; raise the limit at the provider if it happens often."


class QuotaExceeded(ServiceError):
    """The account has no credit left or has hit its monthly budget."""

    code = "quota_exceeded"
    title = "Quota exceeded"
    http_status = 503
    for_operator = True
    advice = "Add credit or raise the budget of the provider's account; waiting does not help."


class InvalidRequest(ServiceError):
    """The provider found the request itself wrong; `parameter` names the part where known."""

    code = "invalid_request"
    title = "Request refused upstream"
    http_status = 502
    advice = "Check the node's parameters against what the model supports."


class JsonModeRequiresJsonWord(ServiceError):
    """JSON mode needs the word JSON somewhere in the messages."""

    code = "json_mode_requires_json_word"
    title = "JSON mode needs the word JSON"
    advice = 'Say in a message that the answer is to be JSON, for example "Answer in JSON."'


# The model's answer


class InvalidJsonOutput(ServiceError):
    """The answer was to be JSON and is not."""

    code = "invalid_json_output"
    title = "Answer is not JSON"
    http_status = 502
    can_retry = True
    advice = "Ask again, or describe the JSON more exactly in the prompt."


class OutputTruncated(ServiceError):
    """The answer was cut off by the token limit, so that its JSON is not complete."""

    code = "output_truncated"
    title = "Answer cut off"
    http_status = 502
    advice = "Raise max_tokens or ask for less."


class ContentFiltered(ServiceError):
    """The provider's content filter withheld the answer or stopped it."""

    code = "content_filtered"
    title = "Content filtered"
    http_status = 422
    advice = "Change the prompt or the input; the provider's content filter stopped the answer."


class Refused(ServiceError):
    """The model declined to answer; `refusal` holds its words."""

    code = "refused"
    title = "Model refused"
    http_status = 422
    advice = "Change the prompt or the input."


class InvalidToolArguments(ServiceError):
    """The model asked for a function call with arguments that are not a JSON object."""

    code = "invalid_tool_arguments"
    title = "Function call arguments are not valid"
    http_status = 502
    can_retry = True
    advice = "Ask again, or say in the function's description more exactly what its parameters take."


class ToolLoopLimit(ServiceError):
    """The model kept calling functions instead of answering; `max_tool_rounds` is the limit."""

    code = "tool_loop_limit"
    title = "Too many tool rounds"
    http_status = 502
    advice = "Raise max_tool_rounds, or tell the model in the prompt when to stop calling functions."


# The way to the provider


class UpstreamUnavailable(ServiceError):
    """The provider answers with a server error, also after the retries."""

    code = "upstream_unavailable"
    title = "Upstream unavailable"
    http_status = 503
    can_retry = True
    advice = "Try again later; see the provider's status page."


class UpstreamUnreachable(ServiceError):
    """No connection; `reason` is one of refused, dns, tls, reset, redirect, proxy, connection."""

    code = "upstream_unreachable"
    title = "Upstream unreachable"
    http_status = 502
    can_retry = True
    advice = "Check the provider's base URL, name resolution, firewall, proxy, and which certificates are trusted here."


class UpstreamTimeout(ServiceError):
    """A deadline passed; `phase` is one of connect, first_byte, idle, total."""

    code = "upstream_timeout"
    title = "Upstream timed out"
    http_status = 504
    can_retry = True
    advice = "Try again; raise the deadline if the model needs longer."


class StreamInterrupted(ServiceError):
    """The stream ended before the answer was complete; `partial_text` is what had arrived."""

    code = "stream_interrupted"
    title = "Stream interrupted"
    http_status = 502
    can_retry = True
    advice = "Try again; what had arrived is incomplete."
    partial_text = ""


class StreamMalformed(ServiceError):
    """What came back is not what the API sends."""

    code = "stream_malformed"
    title = "Upstream answer not understood"
    http_status = 502
    advice = "Check that the provider's base URL leads to a server that speaks its API."
    partial_text = ""
