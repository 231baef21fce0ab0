"""for-anyone: Answers anyone, a little."""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply


class ForAnyoneInput(BaseModel):
    """What POST /door/open takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: ForAnyoneInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(inputs.message)
