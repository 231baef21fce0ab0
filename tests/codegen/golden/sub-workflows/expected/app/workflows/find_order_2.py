"""find-order: Another find-order."""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply


class FindOrder2Input(BaseModel):
    """What the workflow takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    number: str


async def run(ctx: ExecutionContext, inputs: FindOrder2Input) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(f"other {inputs.number}")
