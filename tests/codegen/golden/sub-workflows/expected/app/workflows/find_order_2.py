"""find-order: Another find-order."""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext
from app.runtime.reply import Reply


class Input(BaseModel):
    """What POST /other takes."""

    model_config = ConfigDict(strict=True)
    number: str


async def run(ctx: ExecutionContext, input: Input) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(f"other {input.number}")
