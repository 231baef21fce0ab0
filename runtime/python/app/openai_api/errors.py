"""Errors as OpenAI's clients know them: https://platform.openai.com/docs/guides/error-codes"""

from typing import Any

from starlette.responses import Response

from app.runtime.errors import ServiceError
from app.runtime.events import encode
from app.runtime.problems import public_problem


class BadRequest(ServiceError, code="invalid_request", title="Invalid request", status=400):
    """The request is none that OpenAI's API knows, or asks for what this service does not do; `param` says where."""

    hint = "Change the parameter that `param` names and send the request again."
    for_caller = ("param",)


class UnknownModel(ServiceError, code="model_not_found", title="Unknown model", status=404):
    """No workflow is served under the model's name, or not to this caller."""

    hint = "GET /v1/models lists the models that there are."
    for_caller = ("param",)


_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


def error_body(error: ServiceError, *, exposed: bool) -> dict[str, Any]:
    """The error as `{"error": {"message", "type", "param", "code"}}`, with what a caller may know of it."""
    problem = public_problem(error, exposed=exposed)
    kind = _TYPES.get(error.status, "server_error" if error.status >= 500 else "invalid_request_error")
    if error.code == "quota_exceeded":
        kind = "insufficient_quota"
    message = f"{problem['detail']} {problem.get('hint') or ''}".rstrip()
    if places := problem.get("errors"):
        message += " " + "; ".join(f"{place['pointer'] or 'input'}: {place['detail']}" for place in places)
    return {"error": {"message": message, "type": kind, "param": problem.get("param"), "code": error.code}}


def error_response(error: ServiceError, *, exposed: bool) -> Response:
    """The error as an answer of its own. Clients ask again by themselves unless `x-should-retry` says not to."""
    headers = {**error.headers, "x-should-retry": "true" if error.retryable else "false"}
    status = 400 if error.code == "invalid_input" else error.status
    return Response(encode(error_body(error, exposed=exposed)), status, headers, "application/json")
