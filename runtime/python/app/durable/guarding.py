"""Who may ask for a durable run: whoever began it, where its workflow asks who comes, and the operator."""

import hmac
from typing import Any, Protocol

from fastapi import Request
from fastapi.security import HTTPBearer
from pydantic import SecretStr

from app.durable.outcomes import Run
from app.durable.settings import DurableSettings
from app.runtime.context import ExecutionContext

OPERATOR = HTTPBearer(scheme_name="RunsToken", description="RUNS_TOKEN of the service.", auto_error=False)
"""What /openapi.json says of the operator's token."""


class Guard(Protocol):
    """What stands before the endpoint of a workflow, as far as its runs have to do with it."""

    @property
    def auth(self) -> Any:
        """How it is told who asks, if it is."""
        ...

    async def recognise(self, request: Request) -> None:
        """Lets `request.state.visit` say who asks, without counting the request."""
        ...

    async def count(self, ctx: ExecutionContext, key: str) -> None:
        """Counts what a run has used that a request with this key has begun."""
        ...


def has_token(request: Request, *tokens: SecretStr | None) -> bool:
    """Whether a request has one of these tokens, as far as they are set."""
    sent = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
    return any(hmac.compare_digest(sent, token.get_secret_value().encode()) for token in tokens if token is not None)


async def may_ask(request: Request, run: Run, guard: Guard | None, settings: DurableSettings) -> bool:
    """Whether who asks may know of a run.

    Raises:
        Unauthenticated, InvalidCredentials, AuthUnavailable: nobody knows who asks.
        InsufficientScope: he may not ask the workflow either.
    """
    if guard is None or has_token(request, settings.runs_token):
        return True
    await guard.recognise(request)
    return guard.auth is None or caller_of(request).get("name") == (await run.caller()).get("name")


def caller_of(request: Request) -> dict[str, Any]:
    """Who asks, as far as the door of the service knows it."""
    caller = getattr(getattr(request.state, "visit", None), "caller", None)
    return {} if caller is None else caller.told()


def counted_of(request: Request) -> str | None:
    """Under which key it is counted what the run of a request uses."""
    admission = getattr(getattr(request.state, "visit", None), "admission", None)
    return None if admission is None else admission.key
