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
    for_operator: ClassVar[bool] = False
    """Whether only the operator of the service can mend it, so that nothing a model says would change it."""
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
    for_operator = True
    advice = "Set OPENAI_API_KEY in the environment or in the .env file and start the service again."


class MissingEnv(ServiceError):
    """A variable that the workflow declares is not set."""

    code = "missing_env"
    title = "Missing environment variable"
    for_operator = True
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


class Cancelled(ServiceError):
    """The run was stopped: by the caller, or because the service shuts down."""

    code = "cancelled"
    title = "Cancelled"
    http_status = 503
    can_retry = True
    advice = "Send the request again."
