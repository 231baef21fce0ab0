"""pushed: Hears of pushes."""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply


class PushedInput(BaseModel):
    """What POST /door/github takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    ref: str


async def run(ctx: ExecutionContext, inputs: PushedInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(f"{ctx.caller['name']}: {inputs.ref}")
