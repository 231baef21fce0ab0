"""What only the operator of a service may do, and those whom he has given a token."""

from fastapi import Request
from pydantic import SecretStr

from app.durable.guarding import has_token
from app.durable.serving import NotAllowed, engine_of


def require_operator(request: Request, further: SecretStr | None = None, variable: str | None = None) -> None:
    """Lets in who sends RUNS_TOKEN, or the further token, which `variable` holds.

    Raises:
        NotAllowed: 403, anybody else, or neither is set.
    """
    if not has_token(request, engine_of(request).settings.runs_token, further):
        names = "RUNS_TOKEN" if variable is None else f"RUNS_TOKEN or {variable}"
        raise NotAllowed(
            "This needs a token of the service.",
            hint=f"Send Authorization: Bearer with the service's {names}; without such a variable nobody may.",
        )
