"""paid: Hears of payments, and answers at once."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply


class PaidInput(BaseModel):
    """What POST /door/stripe takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    id: str
    type: Literal["charge.succeeded", "charge.failed"]


async def run(ctx: ExecutionContext, inputs: PaidInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(inputs.type)
