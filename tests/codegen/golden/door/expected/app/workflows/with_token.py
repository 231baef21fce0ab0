"""with-token: Answers callers who have a token of the issuer."""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import get


class WithTokenInput(BaseModel):
    """What PUT /door/token takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: WithTokenInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply([ctx.caller["name"], get(ctx.caller["claims"], "email", default="none"), ctx.caller["claims"]["sub"]])
