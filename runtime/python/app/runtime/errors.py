"""Every way in which a run can fail, as one hierarchy with stable codes.

An error says what happened (`detail`), what to do next (`hint`), and whether asking again may help (`retryable`).
Details never hold a key, a prompt or an upstream body. Errors of a single part of the service stand beside that part.
"""

import asyncio
from http import HTTPStatus
from typing import Any


class ServiceError(Exception):
    """Base of all errors that a caller of the service may see; a class gives its `code`, `title` and HTTP `status`.

    `details` are further members of the problem object, JSON values only. `headers` are added to the HTTP answer.
    `upstream` is what the upstream server said about it, as it came: it may hold keys and prompts, and nothing but
    `said_upstream()` reads it.
    """

    code = "internal_error"
    title = "Internal error"
    status = 500
    hint = "See the service's log for the traceback, under the same execution id."
    retryable = False
    for_operator = False
    """Whether only the operator of the service can mend it, so that nothing a model says would change it."""
    for_caller: tuple[str, ...] | None = None
    """The details that a caller is told, with `detail` and `hint`; None when those are for the operator alone."""
    callers_hint: str | None = None
    """What a caller is told to do, where that is not `hint`."""

    def __init_subclass__(cls, *, code: str | None = None, title: str | None = None, status: int | None = None) -> None:
        cls.code = code or cls.code
        cls.title = title or cls.title
        cls.status = status or cls.status

    def __init__(
        self,
        detail: str | None = None,
        *,
        node: str | None = None,
        hint: str | None = None,
        retryable: bool | None = None,
        headers: dict[str, str] | None = None,
        **details: Any,
    ) -> None:
        self.detail = detail or f"{self.title}."
        super().__init__(self.detail)
        self.node = node
        self.hint = self.hint if hint is None else hint
        self.retryable = self.retryable if retryable is None else retryable
        self.headers = headers or {}
        self.details = details
        self.upstream: dict[str, str] = {}

    def problem(self) -> dict[str, Any]:
        """The problem object of RFC 9457: `type, title, status, detail, code, retryable, hint`, `node` and details."""
        known = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "retryable": self.retryable,
            "hint": self.hint,
            "node": self.node,
            **self.details,
        }
        return {name: value for name, value in known.items() if value is not None}


def outcome_of(error: BaseException | None) -> str:
    """How work has ended that an error went through: its code, and "ok" where none did."""
    if error is None:
        return "ok"
    if isinstance(error, ServiceError):
        return error.code
    return "cancelled" if isinstance(error, asyncio.CancelledError | GeneratorExit) else "internal_error"


class InternalError(ServiceError):
    """Something in the service broke that has no better name."""


# The caller's request


class InvalidInput(ServiceError, code="invalid_input", title="Invalid input", status=422):
    """The request's body does not fit the trigger's input; `errors` lists JSON pointers."""

    hint = "Correct the fields that `errors` points at and send the request again."
    for_caller = ("errors",)


class HttpError(ServiceError, code="http_error", title="HTTP error"):
    """An HTTP-level refusal such as 404, 405, 406 or 415; the status is the message."""

    hint = "Check method, path and headers against /openapi.json."
    for_caller = ()

    def __init__(self, status: int, detail: str, **details: Any) -> None:
        super().__init__(detail, **details)
        self.status = status
        self.title = HTTPStatus(status).phrase


# The service's own configuration and workflow


class MissingApiKey(ServiceError, code="missing_api_key", title="No API key"):
    """No API key is configured."""

    hint = "Set the variable of the key in the environment or in the .env file and start the service again."
    for_operator = True


class MissingEnv(ServiceError, code="missing_env", title="Missing environment variable"):
    """A variable that the workflow declares is not set."""

    hint = "Set the variable in the environment or in the .env file and start the service again."
    for_operator = True


class MissingValue(ServiceError, code="missing_value", title="Missing value"):
    """An expression reads a key, an index or a variable that is not there."""

    hint = "Give the expression a default(...), or make sure that the value is there when this node runs."


class ExpressionError(ServiceError, code="invalid_expression", title="Expression failed"):
    """An expression cannot be worked out with the values it got, such as `<` on a number and a string."""

    hint = "Look at the values that it gets; filters such as int and string convert them."


class Cancelled(ServiceError, code="cancelled", title="Cancelled", status=503):
    """The run was stopped: by the caller, or because the service shuts down."""

    hint = "Send the request again."
    for_caller = ()
    retryable = True
