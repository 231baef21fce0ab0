"""Every way in which a run can fail, as one hierarchy with stable codes.

An error says what happened (`detail`), what to do next (`hint`), and whether asking again may help (`retryable`). Its
`problem()` is the JSON object of RFC 9457 that clients get, in an HTTP answer or as the `error` event of a stream.
Details never hold a key, a prompt or an upstream body.
"""

from typing import Any, ClassVar


class ServiceError(Exception):
    """Base of all errors that a caller of the service may see.

    `details` are further members of the problem object, JSON values only. `headers` are added to the HTTP answer.
    `upstream` is what the upstream server said about it, as it came: it may hold keys and prompts, and nothing but
    `said_upstream()` reads it.
    """

    code: ClassVar[str] = "internal_error"
    title: str = "Internal error"
    http_status: int = 500
    can_retry: ClassVar[bool] = False
    advice: ClassVar[str] = "See the service's log for the traceback, under the same execution id."

    def __init__(
        self,
        detail: str,
        *,
        node: str | None = None,
        hint: str | None = None,
        retryable: bool | None = None,
        headers: dict[str, str] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.node = node
        self.hint = self.advice if hint is None else hint
        self.retryable = self.can_retry if retryable is None else retryable
        self.headers = headers or {}
        self.details = details
        self.upstream: dict[str, str] = {}

    @property
    def status(self) -> int:
        """The HTTP status when nothing has been sent yet."""
        return self.http_status

    def problem(self) -> dict[str, Any]:
        """The problem object of RFC 9457: `type, title, status, detail, code, retryable, hint`, `node` and details."""
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "retryable": self.retryable,
            "hint": self.hint,
        }
        if self.node is not None:
            problem["node"] = self.node
        for name, value in self.details.items():
            if value is not None:
                problem.setdefault(name, value)
        return problem


class InternalError(ServiceError):
    """Something in the service broke that has no better name."""


# The caller's request


class InvalidInput(ServiceError):
    """The request's body does not fit the trigger's input; `errors` lists JSON pointers."""

    code = "invalid_input"
    title = "Invalid input"
    http_status = 422
    advice = "Correct the fields that `errors` points at and send the request again."


class HttpError(ServiceError):
    """An HTTP-level refusal such as 404, 405, 406 or 415; the status is the message."""

    code = "http_error"
    title = "HTTP error"
    advice = "Check method, path and headers against /openapi.json."

    def __init__(self, detail: str, *, status_code: int, title: str, **details: Any) -> None:
        super().__init__(detail, **details)
        self.http_status = status_code
        self.title = title


# The service's own configuration and workflow


class MissingApiKey(ServiceError):
    """No API key is configured."""

    code = "missing_api_key"
    title = "No API key"
    http_status = 500
    advice = "Set OPENAI_API_KEY in the environment or in the .env file and start the service again."


class MissingEnv(ServiceError):
    """A variable that the workflow declares is not set."""

    code = "missing_env"
    title = "Missing environment variable"
    advice = "Set the variable in the environment or in the .env file and start the service again."


class MissingValue(ServiceError):
    """An expression reads a key, an index or a variable that is not there."""

    code = "missing_value"
    title = "Missing value"
    advice = "Give the expression a default(...), or make sure that the value is there when this node runs."


class ExpressionError(ServiceError):
    """An expression cannot be worked out with the values it got, such as `<` on a number and a string."""

    code = "invalid_expression"
    title = "Expression failed"
    advice = "Convert the values with a filter such as int or string before comparing them."


class FunctionFailed(ServiceError):
    """A Python function of the project raised."""

    code = "function_failed"
    title = "Function failed"
    advice = "The function's traceback is in the service's log, under the same execution id."


class InvalidFunctionArguments(ServiceError):
    """The arguments for a function or a called workflow of the project do not fit what it takes."""

    code = "invalid_function_arguments"
    title = "Arguments do not fit"
    advice = "Compare the arguments in `errors` with what the function or workflow takes."


class BudgetExceeded(ServiceError):
    """The run has used up its budget of tokens or money, and may not ask a model again.

    402 rather than 429: asking again does not help, and clients repeat a 429 by themselves, which would spend as much.
    """

    code = "budget_exceeded"
    title = "Budget exceeded"
    http_status = 402
    advice = "Raise the budget of the endpoint, or ask for less."


# OpenAI refused the request


class InvalidApiKey(ServiceError):
    """OpenAI did not accept the API key."""

    code = "invalid_api_key"
    title = "API key refused"
    http_status = 502
    advice = "Check OPENAI_API_KEY, and that it belongs to the server in OPENAI_BASE_URL if that is set."


class PermissionDenied(ServiceError):
    """The key may not do this: wrong project, region or missing scope."""

    code = "permission_denied"
    title = "Permission denied upstream"
    http_status = 502
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
    advice = "Wait for `retry_after_s` seconds, then try again; raise the limit at OpenAI if it happens often."


class QuotaExceeded(ServiceError):
    """The account has no credit left or has hit its monthly budget."""

    code = "quota_exceeded"
    title = "Quota exceeded"
    http_status = 503
    advice = "Add credit or raise the budget of the OpenAI account; waiting does not help."


class InvalidRequest(ServiceError):
    """OpenAI found the request itself wrong; `parameter` names the part where known."""

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


# The way to OpenAI


class UpstreamUnavailable(ServiceError):
    """OpenAI answers with a server error, also after the retries."""

    code = "upstream_unavailable"
    title = "Upstream unavailable"
    http_status = 503
    can_retry = True
    advice = "Try again later; see https://status.openai.com."


class UpstreamUnreachable(ServiceError):
    """No connection; `reason` is one of refused, dns, tls, reset, redirect, proxy, connection."""

    code = "upstream_unreachable"
    title = "Upstream unreachable"
    http_status = 502
    can_retry = True
    advice = "Check OPENAI_BASE_URL, name resolution, firewall and proxy of the machine the service runs on."


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
    """What came back is not what the Chat Completions API sends."""

    code = "stream_malformed"
    title = "Upstream answer not understood"
    http_status = 502
    advice = "Check that OPENAI_BASE_URL leads to a server that speaks OpenAI's Chat Completions API."
    partial_text = ""


class Cancelled(ServiceError):
    """The run was stopped: by the caller, or because the service shuts down."""

    code = "cancelled"
    title = "Cancelled"
    http_status = 503
    can_retry = True
    advice = "Send the request again."
