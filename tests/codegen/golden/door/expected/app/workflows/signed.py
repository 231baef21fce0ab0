"""signed: Hears from a service of our own, signed with an HMAC."""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import get


class SignedInput(BaseModel):
    """What POST /door/hmac takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: SignedInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply({"event": get(ctx.caller, "event", default=""), "text": inputs.message})
